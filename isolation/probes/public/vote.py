"""What several services together say of one path: an address that enough of them agree on, or why there is none.
Pure."""

from __future__ import annotations

from isolation.messages import joined, message
from isolation.model import Value
from isolation.probes.public.answer import Failure
from isolation.probes.public.settings import host_of, needed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from isolation.identifiers.addresses import Address
    from isolation.probes.public.ask import Told

# How a captive portal answers in a service's place: with its own certificate or none, or by leading to its page.
_PORTAL_KINDS = ("html", "login", "redirect", "tls")


class Vote(Value):
    """The answers of one family's services (https URLs) over one path; None where one was not waited for."""

    __slots__ = ("answers", "services")
    services: tuple[str, ...]
    answers: tuple[Told | None, ...]

    def __init__(self, services: Sequence[str], answers: Sequence[Told | None]) -> None:
        self._init(services=tuple(services), answers=tuple(answers))

    @property
    def address(self) -> Address | None:
        """The address that enough services gave."""
        told = [answer for answer in self.answers if answer is not None and not isinstance(answer, Failure)]
        best = max(told, key=told.count, default=None)
        return best if best is not None and told.count(best) >= needed(len(self.services)) else None

    @property
    def settled(self) -> bool:
        """Whether there is nothing to wait for: an address, or every answer, as each may tell why there is none."""
        return self.address is not None or None not in self.answers

    @property
    def agreeing(self) -> tuple[str, ...]:
        """The hosts of the services that gave the address."""
        address = self.address
        return tuple(host for host, told in zip(self.hosts, self.answers, strict=True) if told == address)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of all services, in the order they are named."""
        return tuple(host_of(url) for url in self.services)

    @property
    def dissenting(self) -> int:
        """How many services gave another address than the one agreed on."""
        return sum(told is not None and not isinstance(told, Failure) and told != self.address for told in self.answers)

    @property
    def like_a_portal(self) -> bool:
        """Whether any service was answered for in the way captive portals do."""
        return any(isinstance(told, Failure) and told.kind in _PORTAL_KINDS for told in self.answers)

    @property
    def no_route(self) -> bool:
        """Whether the kernel said for every service that this machine has no way out by this family."""
        return all(isinstance(told, Failure) and told.kind == "no-route" for told in self.answers)

    def reason(self, asked: str) -> str:
        """Why there is no address: what each service did, those that did the same together. `asked` says how."""
        by_text: dict[str, list[str]] = {}
        for host, told in zip(self.hosts, self.answers, strict=True):
            text = told.text if isinstance(told, Failure) else message("gave an address that too few others gave")
            by_text.setdefault(text, []).append(host)
        what = joined(
            "; ", [message("{hosts} {what}", hosts=", ".join(hosts), what=text) for text, hosts in by_text.items()]
        )
        count = len(self.services)
        return message(
            "{needed} of the {count} services asked {asked} must give one address: {what}.",
            needed=needed(count),
            count=count,
            asked=asked,
            what=what,
        )
