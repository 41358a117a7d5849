"""What the tests of whole findings have in common: one account's policy, and a finding's waived twin."""

from __future__ import annotations

from isolation.evidence import DAY, Contact, Match, OperatorGroup, Visit
from isolation.relations import Relations, Waiver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

T = 100 * DAY
TAG = "ab" * 16
LI, WANG = 66, 98
DOUBT = "; what shows it may belong to several machines or networks"
WITHIN = "undeclared accounts used it within 24 hours of each other"


def accepts(rule: str, *accounts: int, name: str = "agreed", **rest: object) -> Relations:
    """A policy in which one waiver, about this rule alone, names these accounts."""
    waiver = Waiver(name, rule, frozenset(accounts or {1}), T + DAY)
    return Relations(waivers=(waiver,), moment=T, **rest)  # type: ignore[arg-type]


def only(found: Iterable[Match]) -> Match:
    """The one finding there is."""
    (match,) = found
    return match


def waived(match: Match, name: str = "agreed") -> Match:
    """The same finding, accepted by a waiver."""
    same: Match = match.replace(state="waived", reason=f"accepted by the waiver {name}: {match.reason}")
    return same


def worked(*contacts: Contact, course: tuple[Visit, ...] = ()) -> OperatorGroup:
    """What Li used."""
    return OperatorGroup(LI, TAG, contacts, course)


def use(account: int, *moments: int, **rest: object) -> Contact:
    """An account's uses at these moments after T."""
    begins = tuple(T + moment for moment in moments)
    return Contact(account, begins[0], begins[-1], len(begins), **({"uses": begins} | rest))  # type: ignore[arg-type]
