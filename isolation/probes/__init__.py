"""This machine's readings: what its operating system, its network and, where asked, named services say of it.

One family of probes per operating system, imported only where it runs; all of them reach the computer through
`isolation.probes.machine` alone. A source that fails becomes a reading with a status and a reason: `probe` does
not raise because of a machine's state.
"""

from __future__ import annotations

from isolation.model import FACTS, Identity, Reading
from isolation.probes.machine import Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.public.settings import PublicAddressSettings

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
    (None asks nobody). `deadline` is how many seconds the probes may wait for answers altogether. `now` (µs) is
    the moment the readings are dated by; the clock's, where it is None.
    """
    machine = machine or Machine()
    end = machine.monotonic() + deadline
    readings = _system(machine, deadline)
    readings += _wifi(machine, wifi, end - machine.monotonic())
    readings += _public(machine, readings, public_ip, end)
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
    """The radio's readings; on Linux its probe is imported only where there is an adapter."""
    if not asked:
        return [Reading(fact, "not_requested", reason="Wi-Fi was not asked for.") for fact in WIFI_FACTS]
    if machine.platform == "linux" and not _has_radio(machine):
        reason = "This machine has no Wi-Fi adapter."
        return [Reading(fact, "absent", source="/sys/class/net", reason=reason) for fact in WIFI_FACTS]
    from isolation.probes import wifi

    return wifi.read(machine, deadline=max(0.0, deadline))


def _has_radio(machine: Machine) -> bool:
    """Whether there is a Wi-Fi interface; True also where that cannot be told, so that the Wi-Fi probe says why."""
    from isolation.probes.linux import links

    try:
        return bool(links.wireless(machine))
    except OSError:
        return True


def _public(
    machine: Machine, readings: list[Reading], settings: PublicAddressSettings | None, end: float
) -> list[Reading]:
    """What named services say; where none is named and the machine holds a public address itself, nothing more."""
    if settings is None and any(reading.fact == "public_ip" for reading in readings):
        return []
    from isolation.probes import public_address

    tunnel = any(reading.fact == "tunnel" and reading.status == "observed" for reading in readings)
    return public_address.read(settings, deadline=max(0.0, end - machine.monotonic()), tunnel=tunnel)


def _untold(readings: list[Reading]) -> list[Reading]:
    """A reading for every fact that has none yet, so that no fact is ever silently missing."""
    seen = {reading.fact for reading in readings} | {"site_ip"}  # which comes from imports only
    missing = [fact for fact in FACTS if fact not in seen]
    return [Reading(fact, "failed", reason=f"No source on this system told anything of {fact}.") for fact in missing]


__all__ = ["Machine", "probe"]
