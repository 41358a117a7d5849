"""The whole inquiry: both families over every path, side by side, and the readings that come of it."""

from __future__ import annotations

import time

from isolation.evidence import weaker
from isolation.identifiers.addresses import public_prefix
from isolation.identifiers.catalogue import judge_address
from isolation.messages import message
from isolation.model import Reading
from isolation.probes.public.ask import Question, ask
from isolation.probes.public.portal import Inquiry, networkmanager_says_portal
from isolation.probes.public.vote import Vote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from isolation.identifiers.addresses import Address
    from isolation.model import Status
    from isolation.probes.public.ask import Told, Transport
    from isolation.probes.public.settings import PublicAddressSettings

_FACTS = {4: ("public_ip",), 6: ("public_ip", "public_prefix")}

_DIRECT_BESIDE_PROXY = message(
    "The account's traffic goes by its proxy, so the platform meets the proxy's address; this is how the machine "
    "leaves without it."
)
_BY_PROXY = message("This is the exit of the account's proxy and what the platform meets; others may leave by it too.")
_BY_TUNNEL = message("This machine's traffic leaves by a tunnel, by whose exit others may leave too.")
_RULES = message("A proxy or VPN that goes by rules may lead the platform elsewhere than the services that were asked.")
_PORTAL = message("A captive portal, this network's login page, seems to stand before the internet.")


class Survey:
    """One inquiry under `settings`; `tunnel` says that this machine's traffic leaves by a tunnel."""

    def __init__(self, settings: PublicAddressSettings, tunnel: bool) -> None:
        self._settings = settings
        self._tunnel = tunnel
        paths = ("direct", "account") if settings.proxy else ("direct",)
        self._ballots = [(path, family) for path in paths for family in (4, 6) if settings.services(family)]

    def readings(
        self,
        deadline: float,
        transport: Transport | None,
        portal: Callable[[float], bool] | None,
        clock: Callable[[], float] | None,
    ) -> list[Reading]:
        """Ask, for `deadline` seconds at most, and return a reading for each fact, family and path."""
        clock = clock or time.monotonic
        end = clock() + deadline
        inquiry = Inquiry(portal or networkmanager_says_portal, deadline)
        votes = self._votes(ask(self._questions(), transport or _https(), lambda: end - clock(), self._settled))
        direct = [vote for (path, _), vote in zip(self._ballots, votes, strict=True) if path == "direct"]
        locked = not any(vote.address for vote in direct) and (
            any(vote.like_a_portal for vote in direct) or inquiry.answer(end - clock())
        )
        found = self._unnamed()
        for (path, family), vote in zip(self._ballots, votes, strict=True):
            found += self._observed(path, family, vote) or _failed(path, family, vote, locked)
        return found

    def _questions(self) -> list[Question]:
        return [
            Question(url, family, self._settings.proxy if path == "account" else None)
            for path, family in self._ballots
            for url in self._settings.services(family)
        ]

    def _votes(self, answers: Sequence[Told | None]) -> list[Vote]:
        """One vote for each ballot, from the answers to all questions in their order."""
        rest = list(answers)
        votes = []
        for _, family in self._ballots:
            services = self._settings.services(family)
            votes.append(Vote(services, rest[: len(services)]))
            del rest[: len(services)]
        return votes

    def _settled(self, answers: Sequence[Told | None]) -> bool:
        return all(vote.settled for vote in self._votes(answers))

    def _observed(self, path: str, family: int, vote: Vote) -> list[Reading]:
        """The readings of an address that was agreed on; none where none was."""
        address = vote.address
        if address is None:
            return []
        judged = judge_address(address)
        notes = [judged.reason, *self._notes(path), _dissent(vote)]
        # What others may share, or what may be one of several ways out, is never certain.
        sure = path == "direct" and not self._tunnel and not vote.dissenting
        source = ", ".join(vote.agreeing)
        if path == "account":
            source = message("{hosts} through the account's proxy", hosts=source)
        return [
            Reading(
                fact,
                "observed",
                _value(fact, address),
                source=source,
                reason=" ".join(filter(None, notes)),
                identifying=judged.identifying,
                confidence=judged.confidence if sure else weaker(judged.confidence, "probable"),
                detail={"path": path, "family": family},
            )
            for fact in _FACTS[family]
        ]

    def _notes(self, path: str) -> list[str]:
        """What is to be known of a path before its address is taken for what a platform meets."""
        if path == "account":
            return [_BY_PROXY, _RULES]
        notes = [_BY_TUNNEL] if self._tunnel else []
        if self._settings.proxy:
            return [*notes, _DIRECT_BESIDE_PROXY]
        return [*notes, _RULES] if self._tunnel else []

    def _unnamed(self) -> list[Reading]:
        """The readings of a family for which no service is named."""
        return [
            Reading(
                fact,
                "not_requested",
                reason=message("No service is named for IPv{family}.", family=family),
                detail={"family": family},
            )
            for family in (4, 6)
            if not self._settings.services(family)
            for fact in _FACTS[family]
        ]


def _failed(path: str, family: int, vote: Vote, locked: bool) -> list[Reading]:
    asked = message("through the account's proxy") if path == "account" else message("directly")
    reason = vote.reason(asked)
    if locked and path == "direct":
        reason = f"{_PORTAL} {reason}"
    status: Status = "absent" if vote.no_route else "failed"
    source = ", ".join(vote.hosts)
    detail: dict[str, str | int | bool] = {"path": path, "family": family}
    return [Reading(fact, status, source=source, reason=reason, detail=detail) for fact in _FACTS[family]]


def _dissent(vote: Vote) -> str:
    if not vote.dissenting:
        return ""
    services = len(vote.services)
    return message(
        "{dissenting} of the {services} services saw another address, so there may be several ways out.",
        dissenting=vote.dissenting,
        services=services,
    )


def _value(fact: str, address: Address) -> str:
    return public_prefix(address) if fact == "public_prefix" else address.text


def _https() -> Transport:
    """The real transport; importing it imports `requests` (10 ms and more)."""
    from isolation.probes.public.https import Https

    return Https()
