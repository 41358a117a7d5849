"""Windows' own functions by ctypes: iphlpapi, kernel32, wlanapi. Each gives bytes; nothing is interpreted here.

The libraries come from the seam (`Machine.library`), so that tests hand in their own. Signatures: iphlpapi.h,
netioapi.h, sysinfoapi.h, wlanapi.h; the pages of learn.microsoft.com, read 2026-11. Not run on the platform.
"""

from __future__ import annotations

import ctypes

from isolation.messages import message
from isolation.model import Value
from isolation.probes.windows import layouts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.probes.machine import Machine

ACCESS_DENIED, BUFFER_OVERFLOW, SERVICE_NOT_ACTIVE = 5, 111, 1062

_AF_UNSPEC = 0
# GAA_FLAG_SKIP_ANYCAST, _SKIP_MULTICAST, _SKIP_DNS_SERVER, _INCLUDE_GATEWAYS
_ADAPTER_FLAGS = 0x2 | 0x4 | 0x8 | 0x80
_RAW_SMBIOS = int.from_bytes(b"RSMB", "big")
_CLIENT_VERSION = 2  # Vista and later
_CURRENT_CONNECTION = 7
_ANY_BSS = 3
_TRIES = 4


class Refused(Exception):
    """A function returned an error: `function` by name, `code` as in winerror.h."""

    def __init__(self, function: str, code: int) -> None:
        super().__init__(message("Windows' {function} returned error {code}.", function=function, code=code))
        self.function = function
        self.code = code


class Copied(Value):
    """The bytes of an answer whose pointers point into it, and the address it stood at."""

    __slots__ = ("base", "data")
    data: bytes
    base: int

    def __init__(self, data: bytes, base: int) -> None:
        self._init(data=data, base=base)


class Api:
    """The functions, each raising Refused for an error code and OSError where the library cannot be loaded."""

    __slots__ = ("_machine",)

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def interface_table(self) -> bytes:
        """GetIfTable2: a MIB_IF_TABLE2 with all its rows."""
        library = self._machine.library("iphlpapi")
        table = ctypes.c_void_p()
        _check("GetIfTable2", library.GetIfTable2(ctypes.byref(table)))
        try:
            return _counted(table, layouts.MIB_IF_ROW2)
        finally:
            library.FreeMibTable(table)

    def adapters(self) -> Copied:
        """GetAdaptersAddresses: a list of IP_ADAPTER_ADDRESSES_LH, of 64-bit processes only."""
        library = self._machine.library("iphlpapi")
        size = ctypes.c_uint32(16384)
        for _ in range(_TRIES):  # adapters may come between the answer that it is too small and the next question
            buffer = ctypes.create_string_buffer(size.value)
            code = library.GetAdaptersAddresses(_AF_UNSPEC, _ADAPTER_FLAGS, None, buffer, ctypes.byref(size))
            if code != BUFFER_OVERFLOW:
                break
        _check("GetAdaptersAddresses", code)
        return Copied(buffer.raw, ctypes.addressof(buffer))

    def best_route(self, destination: bytes) -> tuple[bytes, bytes]:
        """GetBestRoute2 towards a SOCKADDR_INET: a MIB_IPFORWARD_ROW2, and the SOCKADDR_INET that is sent from."""
        route, source = layouts.MIB_IPFORWARD_ROW2(), layouts.SOCKADDR_INET()
        target = layouts.SOCKADDR_INET.from_buffer_copy(destination)
        function = self._machine.library("iphlpapi").GetBestRoute2
        _check(
            "GetBestRoute2",
            function(None, 0, None, ctypes.byref(target), 0, ctypes.byref(route), ctypes.byref(source)),
        )
        return bytes(route), bytes(source)

    def resolve(self, question: bytes) -> bytes:
        """ResolveIpNetEntry2: asks the network for a neighbour's MAC, by ARP or neighbour solicitation."""
        row = layouts.MIB_IPNET_ROW2.from_buffer_copy(question)
        _check("ResolveIpNetEntry2", self._machine.library("iphlpapi").ResolveIpNetEntry2(ctypes.byref(row), None))
        return bytes(row)

    def firmware_table(self) -> bytes:
        """GetSystemFirmwareTable of the provider RSMB: a RawSMBIOSData."""
        function = self._machine.library("kernel32").GetSystemFirmwareTable
        size = function(_RAW_SMBIOS, 0, None, 0)
        buffer = ctypes.create_string_buffer(max(size, 1))
        written = function(_RAW_SMBIOS, 0, buffer, size)
        if not 0 < written <= size:
            raise Refused("GetSystemFirmwareTable", 0)
        return buffer.raw[:written]

    def code_page(self) -> str:
        """GetOEMCP: the code page of console tools, as Python names it ("cp936"); "" where it cannot be asked."""
        try:
            return f"cp{self._machine.library('kernel32').GetOEMCP()}"
        except (OSError, AttributeError):
            return ""

    def wlan(self) -> Wlan:
        """WlanOpenHandle: a conversation with the Wi-Fi service; to be closed."""
        library = self._machine.library("wlanapi")
        version, handle = ctypes.c_uint32(), ctypes.c_void_p()
        code = library.WlanOpenHandle(_CLIENT_VERSION, None, ctypes.byref(version), ctypes.byref(handle))
        _check("WlanOpenHandle", code)
        return Wlan(library, handle)


class Wlan:
    """The Wi-Fi service's answers."""

    __slots__ = ("_handle", "_library")

    def __init__(self, library: Any, handle: ctypes.c_void_p) -> None:
        self._library = library
        self._handle = handle

    def __enter__(self) -> Wlan:
        return self

    def __exit__(self, *_: object) -> None:
        self._library.WlanCloseHandle(self._handle, None)

    def interfaces(self) -> bytes:
        """WlanEnumInterfaces: a WLAN_INTERFACE_INFO_LIST."""
        found = ctypes.c_void_p()
        _check("WlanEnumInterfaces", self._library.WlanEnumInterfaces(self._handle, None, ctypes.byref(found)))
        try:
            return _counted(found, layouts.WLAN_INTERFACE_INFO)
        finally:
            self._library.WlanFreeMemory(found)

    def connection(self, guid: bytes) -> bytes:
        """WlanQueryInterface of the current connection: a WLAN_CONNECTION_ATTRIBUTES."""
        size, found = ctypes.c_uint32(), ctypes.c_void_p()
        code = self._library.WlanQueryInterface(
            self._handle,
            ctypes.byref(_guid(guid)),
            _CURRENT_CONNECTION,
            None,
            ctypes.byref(size),
            ctypes.byref(found),
            None,
        )
        _check("WlanQueryInterface", code)
        try:
            return ctypes.string_at(found, size.value)
        finally:
            self._library.WlanFreeMemory(found)

    def access_points(self, guid: bytes) -> bytes:
        """WlanGetNetworkBssList: a WLAN_BSS_LIST, of which the first four bytes are its size."""
        found = ctypes.c_void_p()
        adapter = _guid(guid)
        code = self._library.WlanGetNetworkBssList(
            self._handle, ctypes.byref(adapter), None, _ANY_BSS, 0, None, ctypes.byref(found)
        )
        _check("WlanGetNetworkBssList", code)
        try:
            size = int.from_bytes(ctypes.string_at(found, 4), "little")
            return ctypes.string_at(found, size)
        finally:
            self._library.WlanFreeMemory(found)


def _guid(octets: bytes) -> layouts.GUID:
    return layouts.GUID.from_buffer_copy(octets)


def _counted(table: ctypes.c_void_p, kind: type[ctypes.Structure]) -> bytes:
    """A table whose first four bytes are the number of its rows, which begin at 8."""
    count = int.from_bytes(ctypes.string_at(table, 4), "little")
    return ctypes.string_at(table, 8 + count * ctypes.sizeof(kind))


def _check(function: str, code: int) -> None:
    if code:
        raise Refused(function, code)
