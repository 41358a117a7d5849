"""A route, as any of the tools that print routing tables tells it."""

from __future__ import annotations

from isolation.model import Value
from isolation.probes.text import tokens

_DEFAULTS = ("default", "0.0.0.0/0", "::/0", "[::]/0")


class Route(Value):
    """One route. `destination` and `mask` are as printed, because tools cut long ones off or print names.

    `gateway` is as printed too ("" where none is); `next_hop` is its canonical address, "" where it is on-link, a
    name, a link, or may be cut off. `interface` is a name, or on Windows the interface's address (IPv4) or number
    (IPv6). `metric` is None where it is not printed. `flags` are as printed.
    """

    __slots__ = ("destination", "flags", "gateway", "interface", "mask", "metric", "next_hop")
    destination: str
    mask: str
    gateway: str
    next_hop: str
    interface: str
    metric: int | None
    flags: str

    def __init__(
        self,
        destination: str,
        gateway: str,
        interface: str,
        *,
        mask: str = "",
        metric: int | None = None,
        flags: str = "",
        cut_off: bool = False,
    ) -> None:
        self._init(
            destination=destination, mask=mask, gateway=gateway, interface=interface, metric=metric, flags=flags,
            next_hop="" if cut_off else tokens.next_hop(gateway),
        )  # fmt: skip

    @property
    def default(self) -> bool:
        """Whether it is a default route, one that refuses (`!`) apart."""
        everything = self.destination in _DEFAULTS or (self.destination == self.mask == "0.0.0.0")  # noqa: S104 - text
        return everything and "!" not in self.flags
