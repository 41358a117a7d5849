"""What a Chinese seller's ledger holds: every provenance, nearly every fact and status."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from isolation.ledger import Ledger
from isolation.model import FACTS, Reading, Session

from ..conftest import DAY, DEVICE, HOUR, MAC, ROUTER, reading

SECOND_DEVICE = "5d3e7a10b2c94f6d8e21a4c3b5f60718"
OFFICE = "3C-37-86-11-22-33"
ACCOUNTS = ("amazon:店铺一", "amazon:店铺二", "ebay:三号", "amazon:旧店")
MACHINE = (reading("device_id", DEVICE), reading("hardware_mac", MAC))
SECOND = (reading("device_id", SECOND_DEVICE, confidence="probable", reason="Disk images copy a MachineGuid."),)
SCAN = (("3C-37-86-5D-75-D8", -40), ("3C-37-86-AA-BB-C1", -60), ("3C-37-86-AA-CC-C1", -70))
HOME = (
    reading("gateway_mac", ROUTER), reading("bssid", "3C-37-86-5D-75-D8"), reading("public_ip", "8.8.8.8"),
    reading("access_point", "3C-37-86-5D-75-D0"), reading("public_prefix", "2a02:8108:1:2::/64"),
    reading("wifi_scan", SCAN),
)  # fmt: skip
SITE = (reading("site_ip", "办公室/192.168.1.5", confidence="probable"),)
# A reason of several sentences, with values in them.
REASON = "This is a container (Docker: /.dockerenv). Its id can come with the image."


def record(path: Path, now: int) -> None:
    """Two months of uses, up to the day before `now` (µs)."""
    first = now - 60 * DAY
    with Ledger.open(path, clock=lambda: now - DAY) as ledger, ledger.writing() as log:
        log.add_label("network", "家", HOME)
        log.add_label("machine", "笔记本", MACHINE)

        def use(account: str, day: int, readings: tuple[Reading, ...], hour: int = 0, **fields: object) -> int:
            begin = first + day * DAY + hour * HOUR
            told = {"end": begin + HOUR, "readings": readings} | fields
            return log.add_session(Session(account, begin, **told))  # type: ignore[arg-type]  # fields of Session

        for hour, account in enumerate(ACCOUNTS):
            use(account, 0, (*MACHINE, *HOME), hour, operator="李", end=first + (hour + 2) * HOUR)
            use(account, 1, (*SECOND, *SITE), hour, provenance="imported", channel="api")
            use(account, 2, SECOND, hour, provenance="declared", channel="remote")
        _incidents(use, log.add_observation, first)
        for day, status in enumerate(("absent", "denied", "redacted", "failed", "not_requested"), 20):
            unread = [
                Reading(fact, status, reason=REASON) for fact in FACTS if fact not in ("device_id", "hardware_mac")
            ]  # type: ignore[arg-type]  # statuses
            use("amazon:读不到", day, (*MACHINE, *unread))


def _incidents(use: Callable[..., int], observe: Callable[..., object], first: int) -> None:
    """A network that changed, a refusal and what followed, a failed login, a session that nobody ended."""
    changed = use("amazon:店铺一", 9, (*MACHINE, *HOME), operator="王", end=None)
    observe(changed, first + 9 * DAY + HOUR, (reading("gateway_mac", OFFICE),))
    use("amazon:店铺二", 10, (*MACHINE, *HOME), refused=True)
    use("amazon:店铺二", 10, (*MACHINE, reading("gateway_mac", OFFICE)), 1)
    use("amazon:店铺二", 11, MACHINE, success=False)
    use("ebay:三号", 12, (*MACHINE, reading("gateway_mac", OFFICE)), end=None)
