"""Two accounts were open at once on one machine.

## What it checks
On each machine, by device id or permanent MAC address: a session of one account that began while a session of
another was open. High where the two are not declared to belong together. A session whose end was not told
counts to the next begin on the machine, 12 hours at most, and then the overlap is weak. One account that is
open at once on two machines is no meeting of accounts: `shared-operator-login` and `many-devices` look at that.

## Why it matters
Amazon permits several accounts for a legitimate business need, and says that deactivating one can reach every
related account; it names access by the seller or by employees as one way in which accounts become related
(Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11). Two accounts open side by side on one machine
leave no doubt that one person, or one household, has both at hand.

## What it cannot see
Sessions that were not recorded or imported, and whether two windows were in use or one was forgotten. Logs of
logins tell when somebody came in and seldom when they left.

## Remedy
If the accounts belong together, say so, with the evidence: `isolation group` writes the declaration. If they do
not, find out who was at the machine and end access that nobody permitted. Recording the end of a session, as
`isolation run` does, turns a weak overlap into a certain answer.
"""

from __future__ import annotations

from isolation.evidence import LONGEST, Match, weaker
from isolation.messages import joined, message
from isolation.model import CONFIDENCES
from isolation.rules.course import folded, open_at_once, surest
from isolation.rules.sharing import kind_of, kinds_of, pairs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import IdentifierGroup, MachineGroup, Visit
    from isolation.model import Confidence, Severity, State
    from isolation.relations import Relations, Waiver
    from isolation.rules.example import Example
    from isolation.rules.sharing import Kind

    Pair = tuple[Visit, Visit]

RULE = "overlapping-sessions"


def needs_visits(group: IdentifierGroup, relations: Relations) -> bool:
    """Whether sessions of two accounts that are not declared together may have been open at once on a machine.

    First and last uses settle it where a session of the one cannot have reached any of the other's. Where all accounts
    are declared together, `shared-device` says so, and there is nothing more to find.
    """
    return any(
        not first.together(second) and _may_touch(first, second)
        for first, second in pairs_of(kinds_of(RULE, group, relations))
    )


def _may_touch(first: Kind, second: Kind) -> bool:
    spans = [(contact.first, contact.last, 0) for contact in first.contacts]
    if second is not first:
        spans += [(contact.first, contact.last, 1) for contact in second.contacts]
    reached: dict[int, int] = {}
    for begin, last, side in sorted(spans):
        other = side if second is first else 1 - side
        if other in reached and begin <= reached[other]:
            return True
        reached[side] = max(last + LONGEST, reached.get(side, 0))
    return False


def check(group: MachineGroup, relations: Relations) -> Iterator[Match]:
    """One machine with its sessions -> at most one open, one waived and one declared finding."""
    waivers = relations.accepted(RULE, group.identifier)
    sorts: dict[State, list[tuple[Pair, Severity, str]]] = {}
    for pair in open_at_once(folded(group.visits, relations)):
        accounts = {visit.account for visit in pair}
        if len(accounts) > 1 and (relations.focus is None or relations.focus in accounts):
            state, severity, reason = _judged(pair, relations, waivers)
            sorts.setdefault(state, []).append((pair, severity, reason))
    for state, found in sorts.items():
        yield _match(group, state, found)


def _judged(pair: Pair, relations: Relations, waivers: tuple[Waiver, ...]) -> tuple[State, Severity, str]:
    first, second = (kind_of(visit.contact(), relations, waivers) for visit in pair)
    if groups := first.together(second):
        return "declared", "info", message("declared to belong together: {groups}", groups=joined(", ", sorted(groups)))
    if names := first.accepted(second):
        return "waived", "high", message("accepted by the waiver {names}", names=joined(", ", sorted(names)))
    if harmless := first.harmless_with(second):
        return "open", "info", harmless
    return "open", "high", message("undeclared accounts were open at once on it")


def _match(group: MachineGroup, state: State, found: list[tuple[Pair, Severity, str]]) -> Match:
    grave = [one for one in found if one[1] == "high"] or found
    sure = max((_confidence(group, pair) for pair, _, _ in grave), key=CONFIDENCES.index)
    visits = {visit.entry: visit for pair, _, _ in found for visit in pair}
    reason: str = joined("; ", sorted({reason for _, _, reason in grave}))
    if sure == "probable" and group.fact == "device_id":
        reason = message("{reason}; no permanent MAC address is shared, so it may be a cloned disk", reason=reason)
    if sure == "weak" and all(pair[0].end is None for pair, _, _ in grave):
        reason = message("{reason}; when the first session ended was not told", reason=reason)
    return Match(
        RULE,
        grave[0][1],
        sure,
        state,
        group.fact,
        group.identifier,
        group.tag,
        tuple(sorted({visit.account for visit in visits.values()})),
        len(visits),
        min(visit.begin for visit in visits.values()),
        max(visit.begin for visit in visits.values()),
        reason,
    )


def _confidence(group: MachineGroup, pair: Pair) -> Confidence:
    """Of an overlap: that of the machine in both sessions; a device id alone may be a cloned disk."""
    first, second = pair
    if first.end is None:
        return "weak"
    sure = weaker(*(surest(visit, frozenset({group.identifier})) for visit in pair))
    alone = group.fact == "device_id" and first.of("hardware_mac").isdisjoint(second.of("hardware_mac"))
    return weaker(sure, "probable") if alone else sure


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import DEVICE, OTHER_DEVICE, Example, Use

    us, uk = "amazon:store-us", "amazon:store-uk"
    earlier = (Use(us, 0, DEVICE, end=8),)
    return (
        Example("the other account is still open on this machine", earlier, Use(uk, 2, DEVICE), "collision", "high"),
        Example("nobody told when the other session ended", (Use(us, 0, DEVICE),), Use(uk, 2, DEVICE), "collision",
                "high"),
        Example("the other session ended before", (Use(us, 0, DEVICE, end=1),), Use(uk, 2, DEVICE), "pass"),
        Example("the two accounts are declared to belong together", earlier, Use(uk, 2, DEVICE), "pass",
                together=(us, uk)),
        Example("the other account is open on another machine", earlier, Use(uk, 2, OTHER_DEVICE), "pass"),
        Example("the machine could not be read", earlier, Use(uk, 2, None), "unknown"),
    )  # fmt: skip
