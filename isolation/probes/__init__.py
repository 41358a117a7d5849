"""This machine's readings: what its operating system, its network and, where asked, named services say of it.

One family of probes per operating system, imported only where it runs; all of them reach the computer through
`isolation.probes.machine` alone. A source that fails becomes a reading with a status and a reason: `probe` does
not raise because of a machine's state.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.model import FACTS, Identity, Reading
from isolation.probes.machine import Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.probes.public.settings import PublicAddressSettings

_MAC_REPORT = 6.0  # seconds; system_profiler takes 2 to 4 to report the radio

WIFI_FACTS = ("bssid", "access_point", "ssid", "wifi_scan")


def probe(
    machine: Machine | None = None,
    *,
    now: int | None = None,
    wifi: bool = True,
    public_ip: PublicAddressSettings | None = None,
    deadline: float = 3.0,
) -> Identity:
    """All readings of this machine and its network.

    `wifi` False leaves the radio alone; `public_ip` names the services and paths to ask for the public address
    (None asks nobody), which happens side by side with the radio. `deadline` is how many seconds the probes may wait
    for answers altogether (a Mac's own report of its Wi-Fi alone may take 6). `now` (µs) is the moment the readings
    are dated by; the clock's, where it is None.
    """
    machine = machine or Machine()
    end = machine.monotonic() + deadline
    own = _system(machine, deadline)
    asked = _asking(machine, own, public_ip, end)
    readings = _with_hotspots(own + _wifi(machine, wifi, end - machine.monotonic()))
    readings += asked()
    readings += _untold(readings)
    return Identity(tuple(readings), machine.now() if now is None else now)


def _system(machine: Machine, deadline: float) -> list[Reading]:
    """Device, interfaces, addresses, gateway and tunnel, by the operating system's own family."""
    if machine.platform == "linux":
        from isolation.probes import linux

        return linux.read(machine, deadline=deadline)
    if machine.platform == "darwin":
        from isolation.probes import macos

        return macos.read(machine)
    if machine.platform == "win32":
        from isolation.probes import windows

        return windows.read(machine)
    from isolation.probes import portable

    return portable.read(machine, deadline=deadline)


def _wifi(machine: Machine, asked: bool, deadline: float) -> list[Reading]:
    """The radio's readings, by the operating system's own family."""
    if not asked:
        return [Reading(fact, "not_requested", reason="Wi-Fi was not asked for.") for fact in WIFI_FACTS]
    seconds = max(0.0, deadline)
    if machine.platform == "linux":
        if not _has_radio(machine):
            return _no_radio("/sys/class/net", message("This machine has no Wi-Fi adapter."))
        from isolation.probes import wifi

        return wifi.read(machine, deadline=seconds)
    if machine.platform == "darwin":
        from isolation.probes.macos import wifi as radio

        return radio.read(machine, deadline=max(seconds, _MAC_REPORT))
    if machine.platform == "win32":
        from isolation.probes.windows import wifi as wlan

        return wlan.read(machine, deadline=seconds)
    return _no_radio("", message("There is no Wi-Fi probe for {platform}.", platform=machine.platform))


def _no_radio(source: str, reason: str) -> list[Reading]:
    return [Reading(fact, "absent", source=source, reason=reason) for fact in WIFI_FACTS]


def _has_radio(machine: Machine) -> bool:
    """Whether there is a Wi-Fi interface; True also where that cannot be told, so that the Wi-Fi probe says why.

    Asked here and not there, so that a check on a machine without a radio does not import the Wi-Fi probe.
    """
    from isolation.probes.linux import links

    try:
        return bool(links.wireless(machine))
    except OSError:
        return True


def _with_hotspots(readings: list[Reading]) -> list[Reading]:
    """The readings, those of a phone's or laptop's hotspot marked as such."""
    if not any(reading.fact == "bssid" and reading.identifying for reading in readings):
        return readings
    from isolation.probes.wifi.hotspot import with_hotspot_tier

    return with_hotspot_tier(readings)


def _asking(
    machine: Machine, own: list[Reading], settings: PublicAddressSettings | None, end: float
) -> Callable[[], list[Reading]]:
    """Begins to ask the named services; the result waits for what they say."""
    if settings is None:
        return lambda: _public(machine, own, None, end)
    from threading import Thread

    told: list[Reading] = []
    thread = Thread(target=lambda: told.extend(_public(machine, own, settings, end)), daemon=True)
    thread.start()

    def answer() -> list[Reading]:
        thread.join()
        return told

    return answer


def _public(machine: Machine, own: list[Reading], settings: PublicAddressSettings | None, end: float) -> list[Reading]:
    """What named services say; where none is named, only that, for the facts that the machine does not hold itself."""
    from isolation.probes import public_address

    tunnel = any(reading.fact == "tunnel" and reading.status == "observed" for reading in own)
    told = public_address.read(settings, deadline=max(0.0, end - machine.monotonic()), tunnel=tunnel)
    held = {reading.fact for reading in own} if settings is None else set()
    return [reading for reading in told if reading.fact not in held]


def _untold(readings: list[Reading]) -> list[Reading]:
    """A reading for every fact that has none yet, so that no fact is ever silently missing."""
    seen = {reading.fact for reading in readings} | {"site_ip"}  # which comes from imports only
    missing = [fact for fact in FACTS if fact not in seen]
    return [
        Reading(fact, "failed", reason=message("No source on this system told anything of {fact}.", fact=fact))
        for fact in missing
    ]


__all__ = ["Machine", "probe"]
