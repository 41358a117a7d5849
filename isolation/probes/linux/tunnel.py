"""Whether traffic leaves by a tunnel: said by the kind of the interface that the kernel's own route names."""

from __future__ import annotations

from isolation.model import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.linux.links import Link

_SOURCE = "rtnetlink RTM_GETROUTE and RTM_GETLINK"

# IFLA_INFO_KIND of drivers that wrap packets into other packets (drivers/net, net/ipv4, net/ipv6, net/xfrm).
KINDS = frozenset({
    "amt", "bareudp", "erspan", "geneve", "gre", "gretap", "gtp", "ip6erspan", "ip6gre", "ip6gretap", "ip6tnl", "ipip",
    "ovpn", "ovpn-dco", "ppp", "sit", "tun", "vti", "vti6", "vxlan", "wireguard", "xfrm",
})  # fmt: skip

# linux/if_arp.h: link types that have no MAC layer of a local network.
TYPES = {
    512: "ppp", 768: "ipip", 769: "ip6tnl", 776: "sit", 778: "gre", 823: "ip6gre", 65534: "tun",
}  # fmt: skip


def kind_of(link: Link) -> str:
    """The kind of tunnel an interface is, "" for one that is none."""
    if link.kind in KINDS:
        return link.kind
    return TYPES.get(link.type, "")


def read(egress: list[Link], no_route: str) -> list[Reading]:
    """`tunnel` for each of these interfaces that is one; absent where none is, or where there is `no_route`."""
    found = [(link, kind) for link in egress if (kind := kind_of(link))]
    if found:
        return [_reading(link, kind) for link, kind in found]
    if not egress:
        return [Reading("tunnel", "absent", source=_SOURCE, reason=no_route)]
    names = " and ".join(link.name for link in egress)
    reason = f"Traffic leaves by {names}, no tunnel (IPsec policies and proxies do not show here)."
    return [Reading("tunnel", "absent", source=_SOURCE, reason=reason)]


def _reading(link: Link, kind: str) -> Reading:
    return Reading(
        "tunnel", "observed", link.name, source=_SOURCE,
        reason=f"Traffic leaves by {link.name} ({kind}); a tunnel is context and takes no other reading away.",
        detail={"interface": link.name, "kind": kind},
    )  # fmt: skip
