"""Linux: everything by rtnetlink, /sys and /etc, without privilege and without a packet but the nudge to a gateway
whose MAC the kernel does not know yet.

Where netlink is refused (seccomp, SELinux on Android, gVisor), the portable probes read what is left.
"""

from __future__ import annotations

import errno

from isolation.errors import ProbeError
from isolation.messages import message
from isolation.model import Reading
from isolation.probes.linux import addresses, device, egress, links, neighbours, netlink
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.model import Status
    from isolation.probes.linux.links import Link
    from isolation.probes.machine import Machine


def read(machine: Machine, *, deadline: float = 3.0) -> list[Reading]:
    """Device, interfaces, addresses, gateway and tunnel; `deadline` (seconds) bounds the wait for a gateway's MAC."""
    inside = device.contained(machine)
    network = _network(machine, deadline)
    hardware = [reading for reading in network if reading.fact == "hardware_mac"]
    return device.read(machine, hardware, inside) + network


def _network(machine: Machine, deadline: float) -> list[Reading]:
    """Everything that the kernel tells by netlink, or the portable probes where it does not."""
    try:
        channel = machine.netlink()
    except OSError as error:
        return _without_netlink(machine, error, deadline)
    try:
        kernel = netlink.Kernel(channel)
        try:
            known = links.all_links(kernel)
        except (OSError, ProbeError) as error:
            return _without_netlink(machine, error, deadline)
        readings = links.read(machine, known)
        readings += _guarded(("local_ip",), "rtnetlink RTM_GETADDR", lambda: addresses.read(kernel, known))
        return readings + _guarded(
            ("gateway_ip", "gateway_mac", "tunnel"), egress.SOURCE,
            lambda: _egress(machine, kernel, known, deadline),
        )  # fmt: skip
    finally:
        channel.close()


def _egress(machine: Machine, kernel: netlink.Kernel, known: dict[int, Link], deadline: float) -> list[Reading]:
    try:
        paths, no_route = egress.find(kernel, known)
    except OSError as error:  # gVisor, for one, lists routes and looks none up
        from isolation.probes import portable

        return portable.way_out(machine, _unusable(error), deadline=deadline)
    return egress.read(paths, no_route) + _guarded(
        ("gateway_mac",), "rtnetlink RTM_GETNEIGH",
        lambda: neighbours.read(machine, kernel, paths, deadline=deadline),
    )  # fmt: skip


def _guarded(facts: tuple[str, ...], source: str, take: Callable[[], list[Reading]]) -> list[Reading]:
    """The readings that `take` returns, or for each of the facts one that says why it failed."""
    try:
        return take()
    except ProbeError as error:
        return [Reading(fact, "failed", source=source, reason=error.message) for fact in facts]
    except OSError as error:
        status: Status = "denied" if error.errno in (errno.EPERM, errno.EACCES) else "failed"
        reason = message("The kernel did not tell: {why}.", why=why_of(error))
        return [Reading(fact, status, source=source, reason=reason) for fact in facts]


def _without_netlink(machine: Machine, error: Exception, deadline: float) -> list[Reading]:
    from isolation.probes import portable

    return portable.network(machine, _unusable(error), deadline=deadline)


def _unusable(error: Exception) -> str:
    return message("Netlink could not be used ({why}).", why=why_of(error))
