"""Windows' libraries as far as the probes call them, writing the documented structures at their documented offsets.

The structures are packed here by hand, from the pages of learn.microsoft.com and the SDK's headers, so that the
probe's layouts are not tested against themselves. Pointers are real ones, into memory that the simulation keeps.
"""

from __future__ import annotations

import ctypes
import ipaddress
import struct
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ..probes.simulated import SimulatedMachine

GUID = "{5D1E7C21-8A54-4B6E-9C77-5F1BE2A40D93}"
MACHINE_GUID = "7c0a4f1e-93b2-4d55-8e10-6a3f5b7c9d21"
BOARD = "2f1b7d90-44c3-4e5a-9b71-0c8e5d3a6f42"

ACCESS_DENIED, BUFFER_OVERFLOW, SERVICE_NOT_ACTIVE = 5, 111, 1062
BAD_NET_NAME, NETWORK_UNREACHABLE = 67, 1231


def mac_bytes(mac: str) -> bytes:
    """The bytes of a MAC, "" for none."""
    return bytes.fromhex(mac.replace("-", ""))


def wide(text: str) -> bytes:
    """UTF-16 with its NUL."""
    return text.encode("utf-16-le") + b"\0\0"


def guid_bytes(guid: str) -> bytes:
    """A GUID as it lies in memory."""
    return uuid.UUID(guid).bytes_le


def sockaddr(address: str, scope: int = 0) -> bytes:
    """A SOCKADDR_INET: family at 0; IPv4 at 4; IPv6 at 8 and its zone at 24."""
    packed = ipaddress.ip_address(address).packed
    if len(packed) == 4:
        return struct.pack("<HH4s20x", 2, 0, packed)
    return struct.pack("<HHI16sI", 23, 0, 0, packed, scope)


def if_row(
    index: int,
    alias: str,
    *,
    mac: str = "",
    permanent: str = "",
    guid: str = GUID,
    kind: int = 6,
    flags: int = 0x05,
    status: int = 1,
) -> bytes:
    """A MIB_IF_ROW2. Flags: 1 hardware, 2 filter, 4 connector."""
    row = bytearray(1352)
    struct.pack_into("<QI", row, 0, index << 24, index)
    row[12:28] = guid_bytes(guid)
    name = wide(alias)
    row[28 : 28 + len(name)] = name
    struct.pack_into("<I", row, 1056, len(mac_bytes(mac)) or len(mac_bytes(permanent)))
    row[1060 : 1060 + len(mac_bytes(mac))] = mac_bytes(mac)
    row[1092 : 1092 + len(mac_bytes(permanent))] = mac_bytes(permanent)
    struct.pack_into("<I", row, 1128, kind)
    row[1152] = flags
    struct.pack_into("<I", row, 1156, status)
    return bytes(row)


def table(rows: Sequence[bytes]) -> bytes:
    """A table whose rows begin at 8."""
    return struct.pack("<II", len(rows), 0) + b"".join(rows)


class Adapter:
    """What goes into one IP_ADAPTER_ADDRESSES_LH. `own` are (address, suffix origin, DAD state)."""

    def __init__(
        self,
        index: int,
        name: str,
        *,
        mac: str = "",
        kind: int = 6,
        status: int = 1,
        metric: int = 25,
        own: Sequence[tuple[str, int, int]] = (),
        gateways: Sequence[str] = (),
    ) -> None:
        self.index, self.name, self.mac, self.kind, self.status = index, name, mac, kind, status
        self.metric, self.own, self.gateways = metric, own, gateways


def adapters_buffer(adapters: Sequence[Adapter], base: int) -> bytes:
    """The list that GetAdaptersAddresses leaves at address `base`."""
    memory = bytearray()

    def put(data: bytes) -> int:
        memory.extend(bytes(-len(memory) % 8))
        memory.extend(data)
        return len(memory) - len(data)

    starts = [put(bytes(448)) for _ in adapters]
    for number, (start, adapter) in enumerate(zip(starts, adapters, strict=True)):
        following = base + starts[number + 1] if number + 1 < len(starts) else 0
        struct.pack_into("<IIQ", memory, start, 448, adapter.index, following)
        struct.pack_into("<Q", memory, start + 72, base + put(wide(adapter.name)))
        mac = mac_bytes(adapter.mac)
        memory[start + 80 : start + 80 + len(mac)] = mac
        struct.pack_into("<I", memory, start + 88, len(mac))
        struct.pack_into("<IIII", memory, start + 96, 1500, adapter.kind, adapter.status, adapter.index)
        struct.pack_into("<I", memory, start + 216, adapter.metric)
        link = start + 24
        for address, suffix, state in adapter.own:
            member = put(bytes(64))
            struct.pack_into("<Q", memory, link, base + member)
            raw = sockaddr(address, adapter.index)
            length = 16 if raw[0] == 2 else 28
            struct.pack_into("<Qi", memory, member + 16, base + put(raw[:length]), length)
            struct.pack_into("<III", memory, member + 32, 1, suffix, state)
            link = member + 8
        link = start + 208
        for address in adapter.gateways:
            member = put(bytes(32))
            struct.pack_into("<Q", memory, link, base + member)
            raw = sockaddr(address, adapter.index if address.startswith("fe80") else 0)
            length = 16 if raw[0] == 2 else 28
            struct.pack_into("<Qi", memory, member + 16, base + put(raw[:length]), length)
            link = member + 8
    return bytes(memory)


def forward_row(index: int, next_hop: str) -> bytes:
    """A MIB_IPFORWARD_ROW2: interface at 8, next hop at 44, metric at 84."""
    row = bytearray(104)
    struct.pack_into("<QI", row, 0, index << 24, index)
    row[44:72] = sockaddr(next_hop, index if next_hop.startswith("fe80") else 0)
    struct.pack_into("<I", row, 84, 25)
    return bytes(row)


def smbios(uuid_text: str = BOARD, version: tuple[int, int] = (3, 4), kind: int = 1) -> bytes:
    """RawSMBIOSData with a BIOS structure, the system's, and the end."""
    octets = uuid.UUID(uuid_text).bytes_le if version >= (2, 6) else uuid.UUID(uuid_text).bytes
    bios = struct.pack("<BBH", 0, 24, 0) + bytes(20) + b"Maker\0" + b"1.2\0\0"
    system = struct.pack("<BBH4B", kind, 27, 1, 1, 2, 3, 4) + octets + bytes(3) + b"Maker\0Model\0\0"
    end = struct.pack("<BBH", 127, 4, 2) + b"\0\0"
    structures = bios + system + end
    return struct.pack("<BBBBI", 0, version[0], version[1], 0, len(structures)) + structures


class Memory:
    """Memory that Windows allocated and the program gives back."""

    def __init__(self) -> None:
        self._kept: dict[int, Any] = {}

    def give(self, reference: Any, data: bytes) -> None:
        """Point the caller's pointer to a copy of the data."""
        buffer = ctypes.create_string_buffer(data, max(len(data), 1))
        self._kept[ctypes.addressof(buffer)] = buffer
        reference._obj.value = ctypes.addressof(buffer)

    def free(self, pointer: Any) -> None:
        """Take it back; a KeyError for what was not given out."""
        del self._kept[pointer.value]

    def __len__(self) -> int:
        return len(self._kept)


class Iphlpapi:
    """iphlpapi.dll. `ways` maps a destination to (interface, next hop, source), `neighbours` an address to a MAC
    or an error; `errors` a function to its error."""

    def __init__(
        self,
        rows: Sequence[bytes],
        adapters: Sequence[Adapter],
        ways: Mapping[str, tuple[int, str, str]],
        neighbours: Mapping[str, str | int],
        errors: Mapping[str, int] | None = None,
    ) -> None:
        self.rows, self.adapters, self.ways, self.neighbours = rows, adapters, ways, neighbours
        self.errors = errors or {}
        self.memory = Memory()
        self.asked: list[str] = []

    def GetIfTable2(self, reference: Any) -> int:  # noqa: N802 - the SDK's name
        if "GetIfTable2" not in self.errors:
            self.memory.give(reference, table(self.rows))
        return self.errors.get("GetIfTable2", 0)

    def FreeMibTable(self, pointer: Any) -> None:  # noqa: N802 - the SDK's name
        self.memory.free(pointer)

    def GetAdaptersAddresses(self, family: int, flags: int, reserved: None, buffer: Any, size: Any) -> int:  # noqa: N802
        if "GetAdaptersAddresses" in self.errors:
            return self.errors["GetAdaptersAddresses"]
        assert (family, flags, reserved) == (0, 0x8E, None)
        data = adapters_buffer(self.adapters, ctypes.addressof(buffer))
        if len(data) > size._obj.value:
            size._obj.value = len(data)
            return BUFFER_OVERFLOW
        ctypes.memmove(buffer, data, len(data))
        return 0

    def GetBestRoute2(  # noqa: N802 - the SDK's name
        self, luid: None, index: int, source: None, target: Any, options: int, route: Any, sender: Any
    ) -> int:
        assert (luid, index, source, options) == (None, 0, None, 0)
        address = _address(bytes(target._obj))
        if "GetBestRoute2" in self.errors or address not in self.ways:
            return self.errors.get("GetBestRoute2", NETWORK_UNREACHABLE)
        interface, next_hop, own = self.ways[address]
        _write(route, forward_row(interface, next_hop))
        _write(sender, sockaddr(own))
        return 0

    def ResolveIpNetEntry2(self, row: Any, source: None) -> int:  # noqa: N802 - the SDK's name
        assert source is None
        data = bytearray(bytes(row._obj))
        address = _address(bytes(data[:28]))
        self.asked.append(f"{address}%{struct.unpack_from('<I', data, 28)[0]}")
        known = self.neighbours.get(address, BAD_NET_NAME)
        if isinstance(known, int):
            return known
        data[40:46] = mac_bytes(known)
        struct.pack_into("<II", data, 72, 6, 5)
        _write(row, bytes(data))
        return 0


class Kernel32:
    """kernel32.dll."""

    def __init__(self, firmware: bytes, page: int = 850) -> None:
        self.firmware, self.page = firmware, page

    def GetSystemFirmwareTable(self, signature: int, number: int, buffer: Any, size: int) -> int:  # noqa: N802
        assert (signature, number) == (0x52534D42, 0)
        if buffer is not None and size >= len(self.firmware):
            ctypes.memmove(buffer, self.firmware, len(self.firmware))
        return len(self.firmware)

    def GetOEMCP(self) -> int:  # noqa: N802 - the SDK's name
        return self.page


def bss_entry(bssid: str, ssid: bytes, rssi: int, frequency: int, stamp: int = 0) -> bytes:
    """A WLAN_BSS_ENTRY; frequency in kHz."""
    row = bytearray(360)
    struct.pack_into("<I32s", row, 0, len(ssid), ssid)
    row[40:46] = mac_bytes(bssid)
    struct.pack_into("<iI", row, 56, rssi, 80)
    struct.pack_into("<QQ", row, 72, 0, stamp)
    struct.pack_into("<I", row, 92, frequency)
    return bytes(row)


def connection(ssid: bytes, bssid: str, *, quality: int = 84, algorithm: int = 7, cipher: int = 4) -> bytes:
    """A WLAN_CONNECTION_ATTRIBUTES: association at 520, security at 588."""
    data = bytearray(604)
    struct.pack_into("<II", data, 0, 1, 0)
    struct.pack_into("<I32s", data, 520, len(ssid), ssid)
    data[560:566] = mac_bytes(bssid)
    struct.pack_into("<I", data, 576, quality)
    struct.pack_into("<IIII", data, 588, 1, 0, algorithm, cipher)
    return bytes(data)


class Wlanapi:
    """wlanapi.dll. `connected` is the answer about the connection or an error, `heard` the access points or one."""

    def __init__(
        self, *, states: Sequence[int] = (1,), connected: bytes | int = b"", heard: Sequence[bytes] | int = (),
        opening: int = 0,
    ) -> None:  # fmt: skip
        self.states, self.connected, self.heard, self.opening = states, connected, heard, opening
        self.memory = Memory()
        self.open = 0

    def WlanOpenHandle(self, version: int, reserved: None, negotiated: Any, handle: Any) -> int:  # noqa: N802
        assert (version, reserved) == (2, None)
        if not self.opening:
            self.open += 1
            handle._obj.value = 4711
        return self.opening

    def WlanCloseHandle(self, handle: Any, reserved: None) -> int:  # noqa: N802 - the SDK's name
        assert (handle.value, reserved) == (4711, None)
        self.open -= 1
        return 0

    def WlanEnumInterfaces(self, handle: Any, reserved: None, found: Any) -> int:  # noqa: N802 - the SDK's name
        rows = [
            guid_bytes(GUID) + wide(f"Intel(R) Wi-Fi 6 AX20{number}").ljust(512, b"\0") + struct.pack("<I", state)
            for number, state in enumerate(self.states)
        ]
        self.memory.give(found, table(rows))
        return 0

    def WlanQueryInterface(  # noqa: N802 - the SDK's name
        self, handle: Any, guid: Any, opcode: int, reserved: None, size: Any, found: Any, kind: None
    ) -> int:
        assert (bytes(guid._obj), opcode) == (guid_bytes(GUID), 7)
        if isinstance(self.connected, int):
            return self.connected
        size._obj.value = len(self.connected)
        self.memory.give(found, self.connected)
        return 0

    def WlanGetNetworkBssList(  # noqa: N802 - the SDK's name
        self, handle: Any, guid: Any, ssid: None, kind: int, secured: int, reserved: None, found: Any
    ) -> int:
        assert (ssid, kind, secured, reserved) == (None, 3, 0, None)
        if isinstance(self.heard, int):
            return self.heard
        rows = b"".join(self.heard)
        self.memory.give(found, struct.pack("<II", 8 + len(rows), len(self.heard)) + rows)
        return 0

    def WlanFreeMemory(self, pointer: Any) -> None:  # noqa: N802 - the SDK's name
        self.memory.free(pointer)


def _address(raw: bytes) -> str:
    family = struct.unpack_from("<H", raw)[0]
    return str(ipaddress.ip_address(raw[4:8] if family == 2 else raw[8:24]))


def _write(reference: Any, data: bytes) -> None:
    assert ctypes.sizeof(reference._obj) == len(data)
    ctypes.memmove(ctypes.addressof(reference._obj), data, len(data))


V4, V4_OTHER, V6 = "198.41.0.4", "23.0.0.1", "2001:503:ba3e::2:30"
CARD = "3C-52-82-5D-70-A1"
ROUTER = "3C-37-86-5D-75-04"


def a_windows(**changes: Any) -> SimulatedMachine:
    """A Windows machine on a cable behind a router, without a VPN.

    `rows`, `adapters`, `ways`, `neighbours`, `errors` go to iphlpapi, `firmware` to kernel32, `wlan` is wlanapi.
    """
    ethernet = Adapter(
        11, "Ethernet", mac=CARD, own=(("192.168.1.57", 4, 4), ("fe80::4ccd:19f0:8c77:aa02", 4, 4)),
        gateways=("192.168.1.1",),
    )  # fmt: skip
    loopback = Adapter(1, "Loopback", kind=24, own=(("127.0.0.1", 4, 4), ("::1", 4, 4)))
    iphlpapi = Iphlpapi(
        changes.pop(
            "rows", (if_row(11, "Ethernet", mac=CARD, permanent=CARD), if_row(1, "Loopback", kind=24, flags=0))
        ),
        changes.pop("adapters", (ethernet, loopback)),
        changes.pop("ways", {V4: (11, "192.168.1.1", "192.168.1.57"), V4_OTHER: (11, "192.168.1.1", "192.168.1.57")}),
        changes.pop("neighbours", {"192.168.1.1": ROUTER}),
        changes.pop("errors", None),
    )
    registry = {(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid"): MACHINE_GUID} | changes.pop("registry", {})
    libraries = {
        "iphlpapi": iphlpapi,
        "kernel32": Kernel32(changes.pop("firmware", smbios()), changes.pop("page", 850)),
        "wlanapi": changes.pop("wlan", Wlanapi(opening=SERVICE_NOT_ACTIVE)),
    } | changes.pop("libraries", {})
    return SimulatedMachine(platform="win32", registry=registry, libraries=libraries, **changes)
