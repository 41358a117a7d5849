"""The structures' sizes and offsets, on every system that the tests run on."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from isolation.probes.windows import layouts

# Sizes and offsets in bytes on 64-bit Windows, from the SDK's headers.
DOCUMENTED = {
    "GUID": (16, {}),
    "SOCKADDR_INET": (28, {}),
    "MIB_IF_ROW2": (1352, {"InterfaceGuid": 12, "Alias": 28, "PhysicalAddress": 1060, "PermanentPhysicalAddress": 1092,
                           "Type": 1128, "InterfaceAndOperStatusFlags": 1152, "OperStatus": 1156}),
    "IP_ADAPTER_ADDRESSES_LH": (448, {"FirstUnicastAddress": 24, "FriendlyName": 72, "PhysicalAddress": 80,
                                      "IfType": 100, "OperStatus": 104, "FirstGatewayAddress": 208, "Ipv4Metric": 216}),
    "IP_ADAPTER_UNICAST_ADDRESS_LH": (64, {"Next": 8, "Address": 16, "SuffixOrigin": 36, "DadState": 40}),
    "IP_ADAPTER_GATEWAY_ADDRESS_LH": (32, {"Next": 8, "Address": 16}),
    "MIB_IPFORWARD_ROW2": (104, {"InterfaceIndex": 8, "NextHop": 44, "Metric": 84}),
    "MIB_IPNET_ROW2": (88, {"InterfaceIndex": 28, "PhysicalAddress": 40, "PhysicalAddressLength": 72, "State": 76}),
    "WLAN_INTERFACE_INFO": (532, {"strInterfaceDescription": 16, "isState": 528}),
    "WLAN_BSS_ENTRY": (360, {"dot11Bssid": 40, "lRssi": 56, "ullHostTimestamp": 80, "ulChCenterFrequency": 92}),
    "WLAN_CONNECTION_ATTRIBUTES": (604, {"strProfileName": 8}),
}  # fmt: skip
# Members that the SDK nests, by the name they have here.
NESTED = {
    "dot11Ssid": ("wlanAssociationAttributes.dot11Ssid", 520),
    "dot11Bssid": ("wlanAssociationAttributes.dot11Bssid", 560),
    "wlanSignalQuality": ("wlanAssociationAttributes.wlanSignalQuality", 576),
    "dot11AuthAlgorithm": ("wlanSecurityAttributes.dot11AuthAlgorithm", 596),
    "dot11CipherAlgorithm": ("wlanSecurityAttributes.dot11CipherAlgorithm", 600),
}
COMPILER = shutil.which("x86_64-w64-mingw32-gcc")


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_structure_has_its_documented_size_and_offsets(name: str) -> None:
    """A structure has its documented size and offsets, whatever system this is."""
    size, offsets = DOCUMENTED[name]
    structure = getattr(layouts, name)
    assert ctypes.sizeof(structure) == size
    assert {member: getattr(structure, member).offset for member in offsets} == offsets


def test_the_connection_s_members_lie_where_the_nested_ones_do() -> None:
    """WLAN_CONNECTION_ATTRIBUTES' association and security members have their documented offsets."""
    structure = layouts.WLAN_CONNECTION_ATTRIBUTES
    assert {name: getattr(structure, name).offset for name in NESTED} == {
        name: offset for name, (_, offset) in NESTED.items()
    }


@pytest.mark.skipif(COMPILER is None, reason="the mingw-w64 compiler is not installed")
def test_the_layouts_are_those_of_the_headers(tmp_path: Path) -> None:
    """mingw-w64's headers give the same sizes and offsets, checked by its compiler."""
    claims = [f"sizeof({name}) == {size}" for name, (size, _) in DOCUMENTED.items()]
    claims += [
        f"offsetof({name}, {member}) == {offset}"
        for name, (_, offsets) in DOCUMENTED.items()
        for member, offset in offsets.items()
    ]
    claims += [f"offsetof(WLAN_CONNECTION_ATTRIBUTES, {member}) == {offset}" for member, offset in NESTED.values()]
    claims += ["offsetof(MIB_IF_TABLE2, Table) == 8", "offsetof(WLAN_BSS_LIST, wlanBssEntries) == 8",
               "offsetof(WLAN_INTERFACE_INFO_LIST, InterfaceInfo) == 8"]  # fmt: skip
    headers = ("winsock2.h", "ws2ipdef.h", "iphlpapi.h", "netioapi.h", "wlanapi.h", "stddef.h")
    source = tmp_path / "layouts.c"
    source.write_text(
        "".join(f"#include <{header}>\n" for header in headers)
        + "".join(f'_Static_assert({claim}, "{claim}");\n' for claim in claims)
    )
    command = (str(COMPILER), "-D_WIN32_WINNT=0x0A00", "-c", str(source), "-o", str(tmp_path / "layouts.o"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
