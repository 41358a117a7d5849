"""The structures that Windows hands out, as the SDK declares them, with members of fixed size. No I/O.

`wintypes.DWORD` and `c_wchar` have other sizes elsewhere, so nothing of `ctypes.wintypes` is used: the layouts are
the same on every system that the tests run on. Pointers are 64 bits: a 32-bit Python is told so and not served.
Sizes and offsets: ifdef.h, netioapi.h, iptypes.h, wlanapi.h of the Windows SDK (mingw-w64 10.0's agree).
"""

from __future__ import annotations

from ctypes import LittleEndianStructure, c_int32, c_uint8, c_uint16, c_uint32, c_uint64

AF_INET, AF_INET6 = 2, 23


class GUID(LittleEndianStructure):
    """guiddef.h: 16 bytes."""

    _fields_ = (("Data1", c_uint32), ("Data2", c_uint16), ("Data3", c_uint16), ("Data4", c_uint8 * 8))


class SOCKADDR_INET(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """ws2ipdef.h, a union: IPv4 has its address where IPv6 has its flow label. 28 bytes."""

    _fields_ = (
        ("si_family", c_uint16),
        ("sin_port", c_uint16),
        ("sin_addr", c_uint8 * 4),
        ("sin6_addr", c_uint8 * 16),
        ("sin6_scope_id", c_uint32),
    )


class MIB_IF_ROW2(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """netioapi.h: one interface of GetIfTable2. 1352 bytes; in the table, rows begin at 8."""

    _fields_ = (
        ("InterfaceLuid", c_uint64),
        ("InterfaceIndex", c_uint32),
        ("InterfaceGuid", GUID),
        ("Alias", c_uint16 * 257),
        ("Description", c_uint16 * 257),
        ("PhysicalAddressLength", c_uint32),
        ("PhysicalAddress", c_uint8 * 32),
        ("PermanentPhysicalAddress", c_uint8 * 32),
        ("Mtu", c_uint32),
        ("Type", c_uint32),
        ("TunnelType", c_uint32),
        ("MediaType", c_uint32),
        ("PhysicalMediumType", c_uint32),
        ("AccessType", c_uint32),
        ("DirectionType", c_uint32),
        ("InterfaceAndOperStatusFlags", c_uint8),
        ("OperStatus", c_uint32),
        ("AdminStatus", c_uint32),
        ("MediaConnectState", c_uint32),
        ("NetworkGuid", GUID),
        ("ConnectionType", c_uint32),
        ("TransmitLinkSpeed", c_uint64),
        ("ReceiveLinkSpeed", c_uint64),
        ("Counters", c_uint64 * 18),
    )


class SOCKET_ADDRESS(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """ws2def.h: a pointer to an address, and its length. 16 bytes."""

    _fields_ = (("lpSockaddr", c_uint64), ("iSockaddrLength", c_int32))


class IP_ADAPTER_ADDRESSES_LH(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """iptypes.h: one adapter of GetAdaptersAddresses, in a list by `Next`. 448 bytes."""

    _fields_ = (
        ("Length", c_uint32),
        ("IfIndex", c_uint32),
        ("Next", c_uint64),
        ("AdapterName", c_uint64),
        ("FirstUnicastAddress", c_uint64),
        ("FirstAnycastAddress", c_uint64),
        ("FirstMulticastAddress", c_uint64),
        ("FirstDnsServerAddress", c_uint64),
        ("DnsSuffix", c_uint64),
        ("Description", c_uint64),
        ("FriendlyName", c_uint64),
        ("PhysicalAddress", c_uint8 * 8),
        ("PhysicalAddressLength", c_uint32),
        ("Flags", c_uint32),
        ("Mtu", c_uint32),
        ("IfType", c_uint32),
        ("OperStatus", c_uint32),
        ("Ipv6IfIndex", c_uint32),
        ("ZoneIndices", c_uint32 * 16),
        ("FirstPrefix", c_uint64),
        ("TransmitLinkSpeed", c_uint64),
        ("ReceiveLinkSpeed", c_uint64),
        ("FirstWinsServerAddress", c_uint64),
        ("FirstGatewayAddress", c_uint64),
        ("Ipv4Metric", c_uint32),
        ("Ipv6Metric", c_uint32),
        ("Luid", c_uint64),
        ("Dhcpv4Server", SOCKET_ADDRESS),
        ("CompartmentId", c_uint32),
        ("NetworkGuid", GUID),
        ("ConnectionType", c_uint32),
        ("TunnelType", c_uint32),
        ("Dhcpv6Server", SOCKET_ADDRESS),
        ("Dhcpv6ClientDuid", c_uint8 * 130),
        ("Dhcpv6ClientDuidLength", c_uint32),
        ("Dhcpv6Iaid", c_uint32),
        ("FirstDnsSuffix", c_uint64),
    )


class IP_ADAPTER_UNICAST_ADDRESS_LH(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """iptypes.h: one address of an adapter, in a list by `Next`. 64 bytes."""

    _fields_ = (
        ("Length", c_uint32),
        ("Flags", c_uint32),
        ("Next", c_uint64),
        ("Address", SOCKET_ADDRESS),
        ("PrefixOrigin", c_uint32),
        ("SuffixOrigin", c_uint32),
        ("DadState", c_uint32),
        ("ValidLifetime", c_uint32),
        ("PreferredLifetime", c_uint32),
        ("LeaseLifetime", c_uint32),
        ("OnLinkPrefixLength", c_uint8),
    )


class IP_ADAPTER_GATEWAY_ADDRESS_LH(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """iptypes.h: one gateway of an adapter, in a list by `Next`. 32 bytes."""

    _fields_ = (("Length", c_uint32), ("Reserved", c_uint32), ("Next", c_uint64), ("Address", SOCKET_ADDRESS))


class IP_ADDRESS_PREFIX(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """netioapi.h: an address and a length. 32 bytes."""

    _fields_ = (("Prefix", SOCKADDR_INET), ("PrefixLength", c_uint8))


class MIB_IPFORWARD_ROW2(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """netioapi.h: a route, as GetBestRoute2 gives it. 104 bytes."""

    _fields_ = (
        ("InterfaceLuid", c_uint64),
        ("InterfaceIndex", c_uint32),
        ("DestinationPrefix", IP_ADDRESS_PREFIX),
        ("NextHop", SOCKADDR_INET),
        ("SitePrefixLength", c_uint8),
        ("ValidLifetime", c_uint32),
        ("PreferredLifetime", c_uint32),
        ("Metric", c_uint32),
        ("Protocol", c_uint32),
        ("Loopback", c_uint8),
        ("AutoconfigureAddress", c_uint8),
        ("Publish", c_uint8),
        ("Immortal", c_uint8),
        ("Age", c_uint32),
        ("Origin", c_uint32),
    )


class MIB_IPNET_ROW2(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """netioapi.h: a neighbour, as ResolveIpNetEntry2 takes and gives it. 88 bytes."""

    _fields_ = (
        ("Address", SOCKADDR_INET),
        ("InterfaceIndex", c_uint32),
        ("InterfaceLuid", c_uint64),
        ("PhysicalAddress", c_uint8 * 32),
        ("PhysicalAddressLength", c_uint32),
        ("State", c_uint32),
        ("Flags", c_uint8),
        ("ReachabilityTime", c_uint32),
    )


class DOT11_SSID(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """wlantypes.h: a network name. 36 bytes."""

    _fields_ = (("uSSIDLength", c_uint32), ("ucSSID", c_uint8 * 32))


class WLAN_INTERFACE_INFO(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """wlanapi.h: one Wi-Fi adapter of WlanEnumInterfaces. 532 bytes; in the list, entries begin at 8."""

    _fields_ = (("InterfaceGuid", GUID), ("strInterfaceDescription", c_uint16 * 256), ("isState", c_uint32))


class WLAN_BSS_ENTRY(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """wlanapi.h: one access point of WlanGetNetworkBssList. 360 bytes; in the list, entries begin at 8."""

    _fields_ = (
        ("dot11Ssid", DOT11_SSID),
        ("uPhyId", c_uint32),
        ("dot11Bssid", c_uint8 * 6),
        ("dot11BssType", c_uint32),
        ("dot11BssPhyType", c_uint32),
        ("lRssi", c_int32),
        ("uLinkQuality", c_uint32),
        ("bInRegDomain", c_uint8),
        ("usBeaconPeriod", c_uint16),
        ("ullTimestamp", c_uint64),
        ("ullHostTimestamp", c_uint64),
        ("usCapabilityInformation", c_uint16),
        ("ulChCenterFrequency", c_uint32),
        ("uRateSetLength", c_uint32),
        ("usRateSet", c_uint16 * 126),
        ("ulIeOffset", c_uint32),
        ("ulIeSize", c_uint32),
    )


class WLAN_CONNECTION_ATTRIBUTES(LittleEndianStructure):  # noqa: N801 - the SDK's name
    """wlanapi.h: what WlanQueryInterface gives for wlan_intf_opcode_current_connection (7). 604 bytes.

    From `dot11Ssid` (520) on it is WLAN_ASSOCIATION_ATTRIBUTES, from `bSecurityEnabled` on
    WLAN_SECURITY_ATTRIBUTES.
    """

    _fields_ = (
        ("isState", c_uint32),
        ("wlanConnectionMode", c_uint32),
        ("strProfileName", c_uint16 * 256),
        ("dot11Ssid", DOT11_SSID),
        ("dot11BssType", c_uint32),
        ("dot11Bssid", c_uint8 * 6),
        ("dot11PhyType", c_uint32),
        ("uDot11PhyIndex", c_uint32),
        ("wlanSignalQuality", c_uint32),
        ("ulRxRate", c_uint32),
        ("ulTxRate", c_uint32),
        ("bSecurityEnabled", c_uint32),
        ("bOneXEnabled", c_uint32),
        ("dot11AuthAlgorithm", c_uint32),
        ("dot11CipherAlgorithm", c_uint32),
    )
