"""The gateway's MAC address: which network this machine stands in.

The kernel's neighbour table is asked; where it has no answer yet, one empty datagram to the gateway makes it look,
and the table is asked again until a deadline. A gateway that does not answer has no MAC address: the zeros that
/proc/net/arp shows for it are never taken for one.
"""

from __future__ import annotations

import errno
import struct

from isolation.errors import ProbeError
from isolation.identifiers import macs
from isolation.identifiers.catalogue import judge_mac
from isolation.messages import message
from isolation.model import Reading, Value
from isolation.probes import ways
from isolation.probes.linux import netlink
from isolation.probes.linux.addresses import checked
from isolation.probes.linux.links import ARPHRD_ETHER
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.linux.egress import Path
    from isolation.probes.machine import Machine

_SOURCE = "rtnetlink RTM_GETNEIGH"

# linux/neighbour.h
_NDA_DST, _NDA_LLADDR = 1, 2
_REACHABLE, _STALE, _DELAY, _PROBE, _FAILED, _NOARP, _PERMANENT = 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80
_VALID = _REACHABLE | _STALE | _DELAY | _PROBE | _PERMANENT

_NEIGHBOUR = struct.Struct("=BBHiHBB")

# The kernel repeats its question after 1 s (retrans_time_ms); who lives answers the first within milliseconds, a
# sleeping Wi-Fi station within some hundred.
_WAIT, _WAIT_FOR_ANOTHER = 1.0, 0.05
_FIRST_PAUSE, _LONGEST_PAUSE = 0.0005, 0.02


class Neighbour(Value):
    """One entry of the neighbour table: interface, packed address, NUD state, link-layer address (b"": none)."""

    __slots__ = ("address", "hardware", "index", "state")
    index: int
    address: bytes
    state: int
    hardware: bytes

    def __init__(self, index: int, address: bytes, state: int, hardware: bytes) -> None:
        self._init(index=index, address=address, state=state, hardware=hardware)

    @property
    def mac(self) -> bytes:
        """The MAC address, b"" where the entry holds none that the neighbour itself gave."""
        known = self.state & _VALID and len(self.hardware) == 6 and any(self.hardware)
        return self.hardware if known else b""


def parse_neighbour(payload: bytes) -> Neighbour:
    """A `struct ndmsg` with its attributes. ProbeError for anything else."""
    if len(payload) < _NEIGHBOUR.size:
        raise ProbeError("The kernel's answer about a neighbour is too short.")
    family, _pad, _pad2, index, state, _flags, _type = _NEIGHBOUR.unpack_from(payload)
    found = netlink.attributes(payload, _NEIGHBOUR.size)
    return Neighbour(index, checked(family, found.get(_NDA_DST, b"")), state, found.get(_NDA_LLADDR, b""))


def look(kernel: netlink.Kernel, index: int, packed: bytes) -> Neighbour | None:
    """The table's entry for an address on an interface, if it has one. OSError where the kernel refuses."""
    body = _NEIGHBOUR.pack(netlink.INET if len(packed) == 4 else netlink.INET6, 0, 0, index, 0, 0, 0)
    try:
        return parse_neighbour(kernel.ask(netlink.GET_NEIGHBOUR, body + netlink.attribute(_NDA_DST, packed)))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ESRCH):
            return None
        if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
            raise
    # Before Linux 5.0 the table is only told as a whole.
    table = map(parse_neighbour, kernel.dump(netlink.GET_NEIGHBOUR, body))
    return next((entry for entry in table if entry.index == index and entry.address == packed), None)


class _Search:
    """Looking for one gateway's MAC: what the table said last, and why there is nothing more to wait for."""

    __slots__ = ("entry", "path", "reason")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entry: Neighbour | None = None
        self.reason = ""

    @property
    def mac(self) -> str:
        return macs.from_bytes(self.entry.mac) if self.entry and self.entry.mac else ""

    @property
    def open(self) -> bool:
        return not self.reason and not self.mac


def read(machine: Machine, kernel: netlink.Kernel, paths: list[Path], *, deadline: float) -> list[Reading]:
    """`gateway_mac` for every gateway; `deadline` (seconds) bounds the wait for answers."""
    searches = [_Search(path) for path in paths if path.gateway]
    for search in searches:
        _start(machine, kernel, search)
    _wait(machine, kernel, searches, min(deadline, _WAIT))
    readings = [_reading(search) for search in searches]
    if not readings:
        readings = [Reading("gateway_mac", "absent", source=_SOURCE, reason="There is no gateway to ask for its MAC.")]
    return _without_repeats(readings)


def _start(machine: Machine, kernel: netlink.Kernel, search: _Search) -> None:
    """Look once; where the table does not know, make the kernel ask the network."""
    link = search.path.link
    if search.path.way.tunnel:
        search.reason = message(
            "{name} is a tunnel: a MAC address at its far end says nothing of this place.", name=link.name
        )
        return
    if link.type != ARPHRD_ETHER:
        search.reason = message("{name} has no MAC layer, so a gateway on it has no MAC address.", name=link.name)
        return
    _look(kernel, search)
    if search.entry and search.entry.state & _NOARP:
        search.reason = message("The kernel was told a MAC for the gateway that nobody answered for (NOARP).")
    if search.open:
        try:
            machine.nudge(search.path.way.gateway, link.index)
        except OSError as error:
            search.reason = message(
                "The kernel does not know the gateway's MAC, and asking for it was refused: {why}.", why=why_of(error)
            )


def _look(kernel: netlink.Kernel, search: _Search) -> None:
    try:
        search.entry = look(kernel, search.path.link.index, search.path.gateway)
    except OSError as error:
        search.reason = message(
            "The neighbour table on {name} could not be read: {why}.", name=search.path.link.name, why=why_of(error)
        )


def _wait(machine: Machine, kernel: netlink.Kernel, searches: list[_Search], seconds: float) -> None:
    """Ask the table again, at growing intervals, until every gateway is known or given up or the time is over."""
    begin = machine.monotonic()
    pause = _FIRST_PAUSE
    while still := [search for search in searches if search.open]:
        for search in still:
            _look(kernel, search)
            if search.open and search.entry and search.entry.state & _FAILED:
                search.reason = message("The gateway {gateway} does not answer.", gateway=search.path.way.gateway)
        patience = _patience(searches, seconds)
        left = begin + patience - machine.monotonic()
        if left <= 0:
            _give_up(searches, hurried=patience < seconds)
            return
        machine.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _give_up(searches: list[_Search], *, hurried: bool) -> None:
    for search in searches:
        if search.open:
            gateway = search.path.way.gateway
            search.reason = message("The gateway {gateway} did not answer in time.", gateway=gateway)
            if hurried:
                search.reason = message(
                    "The gateway {gateway} was not waited for: another one here identifies the network.",
                    gateway=gateway,
                )


def _patience(searches: list[_Search], seconds: float) -> float:
    """How long the gateways that are still missing are worth waiting for.

    IPv4 and IPv6 mostly have one router, so where one of them identifies the network, the other's answer is left to
    the next time: a default route by a router that is gone must not hold up every login. One of several paths gets a
    moment more.
    """
    known = [
        search.path for search in searches if search.mac and judge_mac(search.mac, "gateway_mac").identifying
    ]  # fmt: skip
    longest = 0.0
    for missing in [search.path for search in searches if search.open]:
        beside = [path for path in known if path.link.index == missing.link.index]
        if not beside:
            return seconds
        if any(len(path.gateway) == len(missing.gateway) for path in beside):
            longest = min(_WAIT_FOR_ANOTHER, seconds)
    return longest


def _reading(search: _Search) -> Reading:
    """What became of one search."""
    detail = search.path.way.detail()
    if search.mac:
        return ways.gateway_reading(search.mac, _SOURCE, detail, search.path.way.beneath)
    return Reading("gateway_mac", "absent", source=_SOURCE, reason=search.reason, detail=detail)


def _without_repeats(readings: list[Reading]) -> list[Reading]:
    """One reading per MAC and interface: the router of IPv4 and that of IPv6 are mostly one."""
    seen: dict[tuple[object, object], Reading] = {}
    for number, reading in enumerate(readings):
        seen.setdefault((reading.value or number, reading.detail.get("interface")), reading)
    return list(seen.values())
