"""A simulated computer with the interface of the real one, for every probe's tests.

`SimulatedMachine` has files, links, tools, a registry, libraries and a clock that only moves when something sleeps.
`SimulatedKernel` answers rtnetlink from tables; it packs its answers by itself, from linux/rtnetlink.h, so that the
parsers are not tested against their own idea of the format.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from isolation.probes.machine import NETLINK_ROUTE, Machine

Completed = tuple[int, bytes, bytes]
Inventory = dict[str, list[tuple[str, str]]]

LINK, ADDRESS, ROUTE, NEIGHBOUR = 16, 20, 24, 28
GET_LINK, GET_ADDRESS, GET_ROUTE, GET_NEIGHBOUR = 18, 22, 26, 30
ENOENT, EACCES, ENODEV, ENETUNREACH = 2, 13, 19, 101
FIB_MATCH = 0x2000

Answerer = Callable[[bytes], list[bytes]]


class SimulatedChannel:
    """A netlink channel whose answers come from a function of the request."""

    def __init__(self, answer: Answerer) -> None:
        self._answer = answer
        self._waiting: list[bytes] = []
        self.closed = False

    def send(self, message: bytes) -> None:
        self._waiting += self._answer(message)

    def receive(self) -> bytes:
        if not self._waiting:
            raise TimeoutError("timed out")
        return self._waiting.pop(0)

    def close(self) -> None:
        self.closed = True


class SimulatedMachine(Machine):
    """A computer made of tables. A value that is an exception is raised instead of returned.

    `files` maps paths to bytes, `symlinks` to targets; folders follow from both, plus `folders`. `tools` maps a
    command (its whole tuple, or its first word) to (code, out, err). `netlink_answers` maps a netlink protocol to a
    function from a request to the datagrams that answer it. `sources` maps "inet" and "inet6" to the address that
    a connected socket would have.
    """

    def __init__(
        self,
        *,
        platform: str = "linux",
        files: Mapping[str, bytes | Exception] | None = None,
        symlinks: Mapping[str, str | Exception] | None = None,
        folders: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        tools: Mapping[Any, Completed | Exception] | None = None,
        netlink_answers: Mapping[int, Answerer | Exception] | None = None,
        inventory: Inventory | Exception | None = None,
        gateways: list[tuple[str, str]] | Exception | None = None,
        ipv4: list[tuple[str, str]] | Exception | None = None,
        sources: Mapping[str, str] | None = None,
        libraries: Mapping[str, Any] | None = None,
        registry: Mapping[tuple[str, str], str | int | bytes | Exception] | None = None,
        now: int = 1_795_000_000_000_000,
    ) -> None:
        self._platform = platform
        self.files = dict(files or {})
        self.symlinks = dict(symlinks or {})
        self._folders = set(folders)
        self._environment = dict(environment or {})
        self._tools = dict(tools or {})
        self._netlink_answers = dict(netlink_answers or {})
        self._inventory = inventory if inventory is not None else {}
        self._gateways = gateways if gateways is not None else []
        self._ipv4 = ipv4 if ipv4 is not None else []
        self._sources = dict(sources or {})
        self._libraries = dict(libraries or {})
        self._registry = dict(registry or {})
        self._now = now
        self._elapsed = 0.0
        self.nudges: list[tuple[str, int]] = []
        self.commands: list[tuple[str, ...]] = []
        self.slept: list[float] = []
        self.on_nudge: Callable[[str, int], None] | None = None
        self.on_sleep: Callable[[float], None] | None = None

    @property
    def platform(self) -> str:
        return self._platform

    @property
    def environment(self) -> Mapping[str, str]:
        return self._environment

    def read_file(self, path: str, limit: int = 65536) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return _value(self.files[path])[:limit]

    def list_dir(self, path: str) -> list[str]:
        inside = path.rstrip("/") + "/"
        known = [*self.files, *self.symlinks, *self._folders]
        names = {name[len(inside) :].split("/")[0] for name in known if name.startswith(inside)}
        if not names and path not in self._folders:
            raise FileNotFoundError(2, "No such file or directory", path)
        return sorted(names)

    def read_link(self, path: str) -> str:
        if path not in self.symlinks:
            raise FileNotFoundError(2, "No such file or directory", path)
        return _value(self.symlinks[path])

    def exists(self, path: str) -> bool:
        known = [*self.files, *self.symlinks, *self._folders]
        return any(name == path or name.startswith(path + "/") for name in known)

    def netlink(self, protocol: int = NETLINK_ROUTE, *, groups: int = 0, timeout: float = 0.5) -> Any:
        if protocol not in self._netlink_answers:
            raise OSError(93, "Protocol not supported")
        return SimulatedChannel(_value(self._netlink_answers[protocol]))

    def nudge(self, address: str, interface: int) -> None:
        self.nudges.append((address, interface))
        if self.on_nudge:
            self.on_nudge(address, interface)

    def source_address(self, destination: str) -> str:
        family = "inet6" if ":" in destination else "inet"
        if family not in self._sources:
            raise OSError(ENETUNREACH, "Network is unreachable")
        return self._sources[family]

    def interface_addresses(self) -> Inventory:
        return _value(self._inventory)

    def ipv4_interfaces(self) -> list[tuple[str, str]]:
        return _value(self._ipv4)

    def listed_gateways(self) -> list[tuple[str, str]]:
        return _value(self._gateways)

    def run(self, command: Sequence[str], timeout: float = 5.0) -> Completed:
        self.commands.append(tuple(command))
        found = self._tools.get(tuple(command), self._tools.get(command[0]))
        if found is None:
            raise FileNotFoundError(2, "No such file or directory", command[0])
        return _value(found)

    def library(self, name: str) -> Any:
        if name not in self._libraries:
            raise OSError(f"{name}: cannot open shared object file")
        return _value(self._libraries[name])

    def registry_value(self, key: str, name: str) -> str | int | bytes:
        if (key, name) not in self._registry:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return _value(self._registry[key, name])

    def now(self) -> int:
        return self._now + int(self._elapsed * 1_000_000)

    def monotonic(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._elapsed += seconds
        if self.on_sleep:
            self.on_sleep(seconds)


def _value(entry: Any) -> Any:
    if isinstance(entry, BaseException):
        raise entry
    return entry


# rtnetlink ---------------------------------------------------------------------------------------------------------


def attr(kind: int, value: bytes) -> bytes:
    """A `struct rtattr` with its value, padded."""
    return struct.pack("=HH", len(value) + 4, kind) + value + b"\0" * (-len(value) % 4)


def message(kind: int, sequence: int, payload: bytes, flags: int = 2) -> bytes:
    """A `struct nlmsghdr` with its payload, padded."""
    header = struct.pack("=IHHII", len(payload) + 16, kind, flags, sequence, 4711)
    return header + payload + b"\0" * (-len(payload) % 4)


def packed(address: str) -> bytes:
    """The bytes of an address."""
    return ipaddress.ip_address(address).packed


def mac_bytes(mac: str) -> bytes:
    """The bytes of a MAC, with any separators."""
    return bytes.fromhex(mac.replace(":", "").replace("-", ""))


def link_payload(
    index: int,
    name: str | bytes,
    *,
    mac: str = "",
    permanent: str = "",
    kind: str = "",
    arphrd: int = 1,
    flags: int = 0x1043,
    device: str = "",
) -> bytes:
    """A `struct ifinfomsg` with its attributes."""
    raw = name.encode() if isinstance(name, str) else name
    body = struct.pack("=BBHiII", 0, 0, arphrd, index, flags, 0) + attr(3, raw + b"\0")
    if mac:
        body += attr(1, mac_bytes(mac))
    if permanent:
        body += attr(54, mac_bytes(permanent))
    if kind:
        body += attr(18 | 0x8000, attr(1, kind.encode() + b"\0") + attr(2 | 0x8000, attr(1, b"\1")))
    if device:
        body += attr(56, device.encode() + b"\0")
    return body + attr(16, b"\6")


def address_payload(index: int, address: str, *, flags: int = 0x80, prefix: int = 24, peer: str = "") -> bytes:
    """A `struct ifaddrmsg` with its attributes; `peer` makes it point-to-point."""
    raw = packed(address)
    family = 2 if len(raw) == 4 else 10
    body = struct.pack("=BBBBI", family, prefix, flags & 0xFF, 0, index)
    if family == 2 or peer:
        body += attr(1, packed(peer) if peer else raw) + attr(2, raw)
    else:
        body += attr(1, raw)
    return body + attr(8, struct.pack("=I", flags))


def route_payload(
    family: int,
    *,
    oif: int = 0,
    gateway: str = "",
    via: str = "",
    source: str = "",
    metric: int | None = None,
    hops: Sequence[tuple[int, str]] = (),
    length: int = 0,
    table: int = 254,
    rtn: int = 1,
) -> bytes:
    """A `struct rtmsg` with its attributes; `hops` makes it several paths."""
    body = struct.pack("=BBBBBBBBI", family, length, 0, 0, min(table, 252) if table > 255 else table, 3, 0, rtn, 0)
    body += attr(15, struct.pack("=I", table))
    if oif:
        body += attr(4, struct.pack("=I", oif))
    if gateway:
        body += attr(5, packed(gateway))
    if via:
        body += attr(18, struct.pack("=H", 10) + packed(via))
    if source:
        body += attr(7, packed(source))
    if metric is not None:
        body += attr(6, struct.pack("=I", metric))
    if hops:
        several = b""
        for index, hop in hops:
            inner = attr(5, packed(hop)) if hop else b""
            several += struct.pack("=HBBi", 8 + len(inner), 0, 0, index) + inner
        body += attr(9, several)
    return body


def neighbour_payload(index: int, address: str, mac: str, state: int = 0x02) -> bytes:
    """A `struct ndmsg` with its attributes; `mac` "" leaves NDA_LLADDR out."""
    raw = packed(address)
    body = struct.pack("=BBHiHBB", 2 if len(raw) == 4 else 10, 0, 0, index, state, 0, 1) + attr(1, raw)
    return body + (attr(2, mac_bytes(mac)) if mac else b"") + attr(3, struct.pack("=IIII", 1, 2, 3, 4))


class SimulatedKernel:
    """rtnetlink from tables.

    `ways` maps a family (2, 10) to the route payload that answers every RTM_GETROUTE of it, or to an errno;
    `matches` likewise for requests with RTM_F_FIB_MATCH (the same as `ways` where it is missing). `neighbours` maps
    (interface, address) to a payload. `refused` maps a request's kind to an errno.
    """

    def __init__(
        self,
        *,
        links: Sequence[bytes] = (),
        addresses: Sequence[bytes] = (),
        ways: Mapping[int, bytes | int] | None = None,
        matches: Mapping[int, bytes | int] | None = None,
        table: Sequence[bytes] = (),
        neighbours: Mapping[tuple[int, str], bytes] | None = None,
        refused: Mapping[int, int] | None = None,
    ) -> None:
        self.links = list(links)
        self.addresses = list(addresses)
        self.ways = dict(ways or {})
        self.matches = dict(matches or {})
        self.table = list(table)
        self.neighbours = dict(neighbours or {})
        self.refused = dict(refused or {})
        self.asked: list[int] = []

    def __call__(self, request: bytes) -> list[bytes]:
        length, kind, flags, sequence, _port = struct.unpack_from("=IHHII", request)
        assert length == len(request)
        self.asked.append(kind)
        answer = self._answer(kind, request[16:], dump=flags & 0x300 == 0x300)
        if isinstance(answer, int):
            return [message(2, sequence, struct.pack("=i", -answer) + request[:16], flags=0)]
        if flags & 0x300 == 0x300:
            pieces = [b"".join(message(kind - 2, sequence, each) for each in answer[at : at + 20])
                      for at in range(0, len(answer), 20)]  # fmt: skip
            return [*pieces, message(3, sequence, struct.pack("=i", 0))]
        return [message(kind - 2, sequence, answer[0], flags=0)]

    def _answer(self, kind: int, body: bytes, *, dump: bool) -> list[bytes] | int:
        if kind in self.refused:
            return self.refused[kind]
        if dump:
            tables = {GET_LINK: self.links, GET_ADDRESS: self.addresses, GET_ROUTE: self._routes(body[0]),
                      GET_NEIGHBOUR: list(self.neighbours.values())}  # fmt: skip
            return tables[kind]
        if kind == GET_LINK:
            (index,) = struct.unpack_from("=i", body, 4)
            found = [link for link in self.links if struct.unpack_from("=i", link, 4)[0] == index]
            return found or ENODEV
        if kind == GET_ROUTE:
            ways = self.matches if struct.unpack_from("=I", body, 8)[0] & FIB_MATCH else self.ways
            way = ways.get(body[0], self.ways.get(body[0], ENETUNREACH))
            return way if isinstance(way, int) else [way]
        (index,) = struct.unpack_from("=i", body, 4)
        address = str(ipaddress.ip_address(body[16:32] if body[0] == 10 else body[16:20]))
        entry = self.neighbours.get((index, address))
        return ENOENT if entry is None else [entry]

    def _routes(self, family: int) -> list[bytes]:
        return [route for route in self.table if route[0] == family]


def linux_machine(kernel: Answerer, **changes: Any) -> SimulatedMachine:
    """A Linux machine with this kernel, a machine id, and a device behind every interface of `cards`."""
    cards = changes.pop("cards", {"eth0": "pci0000:00/0000:00:1f.6"})
    files: dict[str, bytes | Exception] = {"/etc/machine-id": b"0123456789abcdef0123456789abcdef\n"}
    symlinks: dict[str, str | Exception] = {}
    for name, place in cards.items():
        symlinks[f"/sys/class/net/{name}"] = f"../../devices/{place}/net/{name}"
        symlinks[f"/sys/class/net/{name}/device"] = "../../../device"
    files |= changes.pop("files", {})
    symlinks |= changes.pop("symlinks", {})
    return SimulatedMachine(files=files, symlinks=symlinks, netlink_answers={NETLINK_ROUTE: kernel}, **changes)
