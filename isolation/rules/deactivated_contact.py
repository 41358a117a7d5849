"""An account is linked to one that its platform has deactivated.

## What it checks
Every account whose latest standing is deactivated, and the accounts that certain facts link to it: critical
where the two met directly, high one account further, medium beyond. It does not matter whether the standing
changed before or after they met. A chain longer than one link does not pass through a network that is declared
as a shared site. Declared groups and permissions do not end it: a permitted contact stays critical, and stops
logins only until a waiver with reason and expiry acknowledges it. The deactivated account's own logins are not
stopped by its own standing.

## Why it matters
Amazon says that deactivating one account can reach every related account, and that the original one must be
reinstated first (Seller Central, staff posts 498ddc70 and 6898a332, read 2026-11). Support chat that asks
sellers to log in with another active account creates such a contact itself.

## What it cannot see
Which accounts the platform takes for related, and why. Contacts over probable or weak facts: the rules about
shared identifiers report those.

## Remedy
Get the deactivated account reinstated, or show with documents that the tie ended: contract, sale, resignation.
Do not log in with another account near it. If the contact is known and permitted, acknowledge it: `isolation
waive` with the accounts, the reason and an expiry.
"""

from __future__ import annotations

from isolation.evidence import Match
from isolation.messages import joined, message
from isolation.model import LINKING_FACTS, UNDATED
from isolation.rules.links import steps_from
from isolation.rules.states import waived_by
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isolation.evidence import Contact, Neighbourhood
    from isolation.model import Severity
    from isolation.relations import Relations
    from isolation.rules.example import Example
    from isolation.rules.links import Step

RULE = "deactivated-contact"

# By the number of links: severity, what it is called, and what tells its finding from the others of one account.
_LEVELS: tuple[tuple[Severity, str, str], ...] = (
    ("critical", message("direct contact with"), "direct"),
    ("high", message("one account away from"), "near"),
    ("medium", message("further than one account away from"), "far"),
)


def check(group: Neighbourhood, relations: Relations) -> Iterator[Match]:
    """What lies around a deactivated account -> a finding for each distance, open and waived apart."""
    standing = relations.standing(group.account)
    if standing is None or not relations.is_deactivated(group.account) or relations.focus == group.account:
        return
    sorts: dict[tuple[int, str], list[tuple[int, Step]]] = {}
    for account, step in sorted(steps_from(group.account, group.groups, relations.sites).items()):
        if relations.focus in (None, account):
            names = waived_by(RULE, (group.account, account), relations)
            sorts.setdefault((min(step.distance, len(_LEVELS)) - 1, names), []).append((account, step))
    for (level, names), found in _joined(sorts).items():
        yield _match(group, level, names, found, standing[1], relations)


def _joined(
    sorts: dict[tuple[int, str], list[tuple[int, Step]]],
) -> dict[tuple[int, str], list[tuple[int, Step]]]:
    """The same with all that is waived at one distance together, under the names of all its waivers."""
    joined: dict[tuple[int, str], list[tuple[int, Step]]] = {}
    for level in range(len(_LEVELS)):
        waived = {names: found for (one, names), found in sorts.items() if one == level and names}
        if (level, "") in sorts:
            joined[level, ""] = sorts[level, ""]
        if waived:
            joined[level, ", ".join(sorted(waived))] = [one for found in waived.values() for one in found]
    return joined


def _match(
    group: Neighbourhood, level: int, names: str, found: list[tuple[int, Step]], since: int, relations: Relations
) -> Match:
    severity, words, part = _LEVELS[level]
    contacts = [
        contact
        for account, step in found
        for met in step.groups
        for contact in met.contacts
        if contact.account == account or (level == 0 and contact.account == group.account)
    ]
    fact = min((met.fact for _, step in found for met in step.groups), key=LINKING_FACTS.index)
    reason = message(
        "{words} an account that is deactivated since {since}; {standings}",
        words=words,
        since=format_time(since)[:10],
        standings=_standings(found, relations),
    )
    return Match(
        RULE,
        severity,
        "certain",
        "waived" if names else "open",
        fact,
        None,
        group.tag,
        (group.account, *(account for account, _ in found)),
        _uses(contacts),
        min((contact.first for contact in contacts if contact.first != UNDATED), default=UNDATED),
        max(contact.last for contact in contacts),
        message("accepted by the waiver {names}: {reason}", names=names, reason=reason) if names else reason,
        part,
    )


def _uses(contacts: Iterable[Contact]) -> int:
    """How many uses stand behind it, at least: one session may have seen several of the identifiers."""
    counts: dict[int, int] = {}
    for contact in contacts:
        counts[contact.account] = max(contact.count, counts.get(contact.account, 0))
    return sum(counts.values())


def _standings(found: list[tuple[int, Step]], relations: Relations) -> str:
    """The standing of the others, told once for each."""
    told = {standing[0] if (standing := relations.standing(account)) else "" for account, _ in found}
    states = {
        "good": message("in good standing"), "at_risk": message("at risk"), "deactivated": message("deactivated too")
    }  # fmt: skip
    words: list[str] = [word for state, word in states.items() if state in told]
    if "" in told:
        words.append(message("of a standing that was not told"))
    several = joined(", or ", words)
    if len(found) == 1:
        return message("the other is {words}", words=several)
    return message("the others are {words}", words=several)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import ROUTER, Example, Use

    us, uk = "amazon:store-us", "amazon:store-uk"
    gone = f'[accounts."{us}"]\nstanding = [{{ state = "deactivated", from = 2026-09-01 }}]\n'
    fine = f'[accounts."{us}"]\nstanding = [{{ state = "good", from = 2026-09-01 }}]\n'
    earlier = (Use(us, 0, ROUTER, fact="gateway_mac"),)
    login = Use(uk, 240, ROUTER, fact="gateway_mac")
    return (
        Example("the account that used this router ten days ago is deactivated", earlier, login, "collision",
                "critical", policy=gone),
        Example("the same two are declared to belong together", earlier, login, "collision", "critical", (us, uk),
                gone),
        Example("that account is in good standing", earlier, login, "pass", policy=fine),
        Example("nobody told any account's standing", earlier, login, "unknown"),
    )  # fmt: skip
