"""Whether traffic leaves by a tunnel: said by the kind of the interface that the kernel's own route names."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.linux.links import Link

# IFLA_INFO_KIND of drivers that wrap packets into other packets (drivers/net, net/ipv4, net/ipv6, net/xfrm).
KINDS = frozenset({
    "amt", "bareudp", "erspan", "geneve", "gre", "gretap", "gtp", "ip6erspan", "ip6gre", "ip6gretap", "ip6tnl", "ipip",
    "ovpn", "ovpn-dco", "ppp", "sit", "tun", "vti", "vti6", "vxlan", "wireguard", "xfrm",
})  # fmt: skip

# linux/if_arp.h: link types that have no MAC layer of a local network.
TYPES = {
    512: "ppp", 768: "ipip", 769: "ip6tnl", 776: "sit", 778: "gre", 823: "ip6gre", 65534: "tun",
}  # fmt: skip


# A modem has no MAC layer either (raw IP), and is none: its driver names this kind, or a device stands behind it.
_MODEM = "wwan"


def kind_of(link: Link) -> str:
    """The kind of tunnel an interface is, "" for one that is none."""
    if link.kind in KINDS:
        return link.kind
    return "" if link.device or link.kind == _MODEM else TYPES.get(link.type, "")
