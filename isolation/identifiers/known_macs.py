"""MAC addresses that many unrelated machines or networks share: the catalogue's data, a source for each row.

A row is (prefixes, effect, facts it holds for, why, source). A prefix is its leading hex digits; `0201-0220`
means every prefix from the one to the other. No digit string stands in two rows for one fact.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from isolation.identifiers.catalogue import Effect

    Row: TypeAlias = tuple[str, Effect, tuple[str, ...], str, str]

NOT_IDENTIFYING: Effect = "not-identifying"
WEAK: Effect = "weak"

_CARD = ("hardware_mac", "current_mac")
_GATEWAY = ("gateway_mac",)
_BOTH = ("hardware_mac", "current_mac", "gateway_mac")

_GLPI = "GLPI, default blacklist of MAC addresses (src/Blacklist.php)"
_CISCO_FHRP = "Cisco IOS First Hop Redundancy Protocols Configuration Guide"
_SLIRP = "libslirp (special_ethaddr: 52:55 and the IPv4 address)"
_IEEE = "IEEE OUI registry (MA-L)"

ROUTERS: tuple[Row, ...] = (
    ("00005e0001", NOT_IDENTIFYING, _BOTH,
     "VRRP or CARP virtual router: the last octet is only its group number", "RFC 9568, 7.3; RFC 3768, 7.3"),
    ("00005e0002", NOT_IDENTIFYING, _BOTH,
     "VRRP virtual router for IPv6: the last octet is only its group number", "RFC 9568, 7.3"),
    ("00000c07ac", NOT_IDENTIFYING, _BOTH,
     "HSRP virtual router: the last octet is only its group number", "RFC 2281, 5.2"),
    ("00000c9ff", NOT_IDENTIFYING, _BOTH, "HSRP version 2 virtual router: only a group number differs", _CISCO_FHRP),
    ("000573a00", NOT_IDENTIFYING, _BOTH, "HSRP virtual router for IPv6: only a group number differs", _CISCO_FHRP),
    ("0007b4", NOT_IDENTIFYING, _BOTH, "GLBP virtual forwarder: only group and forwarder numbers differ", _CISCO_FHRP),
    ("00bf 02bf 0201-0220", NOT_IDENTIFYING, _BOTH,
     "Microsoft Network Load Balancing: the rest is a private IPv4 address or a host number",
     "Microsoft, Network Load Balancing Technical Overview (unicast mode and MaskSourceMAC)"),
    ("00090f09", NOT_IDENTIFYING, _GATEWAY,
     "FortiGate cluster: the rest is a group number (0 unless changed) and an interface index",
     "Fortinet Administration Guide, Cluster virtual MAC addresses (564710)"),
    ("e023fffc", NOT_IDENTIFYING, _GATEWAY,
     "FortiGate cluster of a group above 255: the rest is its number and an interface index",
     "Fortinet, Extended HA VMAC address range (370977)"),
    ("001b1700", NOT_IDENTIFYING, _GATEWAY,
     "Palo Alto Networks cluster: the rest is a group number and an interface index",
     "Palo Alto Networks, How to Calculate a Virtual MAC Address (kA10g000000ClXSCA0)"),
    ("0022bdf819ff", NOT_IDENTIFYING, _GATEWAY,
     "the default gateway address of every Cisco ACI fabric", "Cisco ACI, bridge domain property mac (fvBD)"),
)  # fmt: skip

HYPERVISOR_GATEWAYS: tuple[Row, ...] = (
    ("001c42000008 001c42000018", NOT_IDENTIFYING, _BOTH,
     "Parallels Desktop: the same on every Mac", "public captures of Parallels guests (10.211.55.1, 10.211.55.2)"),
    ("525400123502 525400123503 525400123504", NOT_IDENTIFYING, _BOTH,
     "VirtualBox NAT: the same in every guest", "public captures of VirtualBox guests (10.0.2.2 to 10.0.2.4); slirp"),
    ("52550a000202 52550a000203", NOT_IDENTIFYING, _BOTH, "QEMU user network: the same in every guest", _SLIRP),
    ("feffffffffff", NOT_IDENTIFYING, _BOTH,
     "Xen back end: the same on every host", "Xen, tools/hotplug/Linux (setup_virtual_bridge_port); " + _GLPI),
    ("eeeeeeeeeeee", NOT_IDENTIFYING, _BOTH, "Calico: the same on every node",
     "Calico FAQ, Why do all cali* interfaces have the MAC address ee:ee:ee:ee:ee:ee?"),
    ("0242", WEAK, _GATEWAY, "Docker bridge: repeats across hosts",
     "moby, libnetwork/netutils (GenerateMACFromIP)"),
)  # fmt: skip

VIRTUAL_ADAPTERS: tuple[Row, ...] = (
    ("005056c0", NOT_IDENTIFYING, _BOTH, "VMware host-only or NAT adapter: the same on every host", _GLPI),
    ("0a0027", NOT_IDENTIFYING, _BOTH, "VirtualBox host-only adapter: numbered from zero on every host", _GLPI),
    ("00059a3c7a00", NOT_IDENTIFYING, _CARD, "Cisco AnyConnect adapter: the same on every computer",
     "public host inventories (Cisco AnyConnect Virtual Miniport Adapter)"),
    ("025041000001", NOT_IDENTIFYING, _CARD, "GlobalProtect adapter: the same on every computer",
     "Palo Alto Networks knowledge base, kA10g000000CmAOCA0"),
    ("00090ffe0001 00090faa0001", NOT_IDENTIFYING, _CARD, "FortiClient adapter: the same on every computer",
     "public host inventories (Fortinet Virtual Ethernet Adapter)"),
    ("02004e435049", NOT_IDENTIFYING, _CARD, "NCP Secure Client adapter: the same on every computer", _GLPI),
    ("02004c4f4f50", NOT_IDENTIFYING, _CARD,
     "Microsoft or Npcap loopback adapter: its address spells LOOP", "Npcap Users' Guide; Microsoft KM-TEST adapter"),
    ("204153594eff", NOT_IDENTIFYING, _CARD, "Windows RAS asynchronous adapter: its address spells ASYN", _GLPI),
    ("505054503030", NOT_IDENTIFYING, _CARD, "Windows WAN miniport (PPTP): its address spells PPTP00", _GLPI),
    ("33506f453030", NOT_IDENTIFYING, _CARD, "Windows WAN miniport (PPPoE): its address spells 3PoE00", _GLPI),
    ("24b620524153", NOT_IDENTIFYING, _CARD, "Windows RAS or filter miniport: its address spells RAS", _GLPI),
    ("000bcafe0000 000bcafe0001", NOT_IDENTIFYING, _CARD,
     "Juniper internal or VPN interface: the same on every device", _GLPI),
    ("00a0c6000000", NOT_IDENTIFYING, _CARD, "Qualcomm mobile broadband modem without an address of its own", _GLPI),
    ("028037ec0200", NOT_IDENTIFYING, _CARD, "Ericsson mobile broadband modem: the same on every one", _GLPI),
    ("acde48001122", NOT_IDENTIFYING, _CARD,
     "link to the T2 chip inside a Mac: the same on every one",
     "public host inventories (en5 of Macs with a T2); t2linux.org wiki"),
    ("5cbbf69eeefa", NOT_IDENTIFYING, _CARD,
     "WSL2 in bridged mode: the same on every PC", "github.com/microsoft/WSL/issues/9492"),
    ("00ff", WEAK, _CARD, "TAP-Windows adapter: made up when it was installed, copied by images",
     "OpenVPN tap-windows6, src/macinfo.c"),
    ("0242", NOT_IDENTIFYING, _CARD, "Docker: made from the container's address, repeats across hosts",
     "moby, libnetwork/netutils (GenerateMACFromIP)"),
)  # fmt: skip

VIRTUAL_MACHINES: tuple[Row, ...] = (
    ("525400123456 525400123457 525400123458", NOT_IDENTIFYING, _CARD,
     "QEMU's default address: the same in every guest", "QEMU, net/net.c (qemu_macaddr_default_if_unset)"),
    ("005056 000c29 000569 001c14", WEAK, _BOTH, "VMware guest: clones share it", _IEEE),
    ("080027", WEAK, _BOTH, "VirtualBox guest: clones share it", _IEEE + "; VirtualBox manual, 6.2"),
    ("00155d", WEAK, _BOTH, "Hyper-V or WSL guest: clones share it, WSL's changes at every boot",
     _IEEE + "; github.com/microsoft/WSL/issues/5291"),
    ("001c42", WEAK, _BOTH, "Parallels guest: clones share it", _IEEE),
    ("00163e", WEAK, _BOTH, "Xen or LXD guest: clones share it", _IEEE),
    ("525400", WEAK, _BOTH, "QEMU or KVM guest: clones share it", "libvirt, src/util/virmacaddr.c; QEMU, net/net.c"),
    ("bc2411", WEAK, _BOTH, "Proxmox guest: clones share it", _IEEE),
)  # fmt: skip

ROWS: tuple[Row, ...] = ROUTERS + HYPERVISOR_GATEWAYS + VIRTUAL_ADAPTERS + VIRTUAL_MACHINES
