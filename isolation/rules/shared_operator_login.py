"""People share one login in place of users of their own.

## What it checks
Uses of an account through its owner's own credential, which the policy says an operator works with (`user =
"client"`): high. And one operator's sessions that were open at once on two machines, both with a known end and
neither through an API or a remote desktop: medium.

## Why it matters
Amazon asks that contractors are added as authorised partners or through user permissions and are not given
passwords (Seller Central, staff post 1abf5d7e, read 2026-11). eBay delegates through team access (its help
page, read 2026-11). Who used a password that several people know can be told by nobody afterwards.

## What it cannot see
Passwords that are passed on without the policy's knowledge; two people who both work under one operator's name
one after the other.

## Remedy
Have the account's owner add a user permission for each person on the platform, record it with `isolation
permit`, and change the password that was shared. Each person names themselves with `--operator`.
"""

from __future__ import annotations

from isolation.evidence import Match
from isolation.messages import joined, message
from isolation.model import CONFIDENCES, MACHINE_FACTS
from isolation.relations import within
from isolation.rules.course import open_at_once, other_machine, read
from isolation.rules.states import doubted, waived_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import Contact, OperatorGroup, Visit
    from isolation.model import Confidence
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "shared-operator-login"


def needs_uses(group: OperatorGroup, relations: Relations) -> bool:
    """Whether a permission holds for some of the uses and not for all, so that each must be looked at."""
    return any(
        contact.uses is None
        and any(not within(moment, permit.since, permit.until) for moment in (contact.first, contact.last))
        for contact in group.contacts
        for permit in relations.permits_of(group.operator, contact.account)
    )


def check(group: OperatorGroup, relations: Relations) -> Iterator[Match]:
    """One operator -> at most one finding about clients' credentials and one about machines, waived ones apart."""
    sorts: dict[str, list[tuple[Contact, list[int]]]] = {}
    for contact in group.contacts:
        uses = _through_credential(group.operator, contact, relations)
        if uses:
            names = waived_by(RULE, (contact.account,), relations)
            sorts.setdefault("waived" if names else "open", []).append((contact, uses))
    for state, found in sorts.items():
        yield _credential(group, state, found, relations)
    yield from _at_two_machines(group, relations)


def _through_credential(operator: int, contact: Contact, relations: Relations) -> list[int]:
    """The begins that only a permission through the client's credential covers."""
    permits = relations.permits_of(operator, contact.account)
    return [
        moment
        for moment in contact.moments()
        if (holding := [permit for permit in permits if within(moment, permit.since, permit.until)])
        and not any(permit.own_user for permit in holding)
    ]


def _credential(
    group: OperatorGroup, state: str, found: list[tuple[Contact, list[int]]], relations: Relations
) -> Match:
    people = max(_sharing(contact.account, relations) for contact, _ in found)
    several = message("{people} people work", people=people) if people > 1 else message("an operator works")
    reason = message(
        "{several} through a client's credential, and not under user permissions of their own", several=several
    )
    accounts = tuple(sorted(contact.account for contact, _ in found))
    if state == "waived":
        names = joined(", ", sorted({waived_by(RULE, (account,), relations) for account in accounts}))
        reason = message("accepted by the waiver {names}: {reason}", names=names, reason=reason)
    return Match(
        RULE, "high", "certain", "waived" if state == "waived" else "open", "operator", group.operator, group.tag,
        accounts, sum(contact.count if contact.uses is None else len(uses) for contact, uses in found),
        min(uses[0] for _, uses in found), max(uses[-1] for _, uses in found), reason, "credential",
    )  # fmt: skip


def _sharing(account: int, relations: Relations) -> int:
    """How many people work with the account through its owner's credential."""
    return len({permit.operator for permit in relations.permits[account] if not permit.own_user})


def _at_two_machines(group: OperatorGroup, relations: Relations) -> Iterator[Match]:
    sitting = [visit for visit in group.visits if visit.channel == "ui"]
    pairs = [(one, other) for one, other in open_at_once(sitting) if other_machine(one, other)]
    if not pairs:
        return
    visits = {visit.entry: visit for pair in pairs for visit in pair}
    accounts = tuple(sorted({visit.account for visit in visits.values()}))
    names = waived_by(RULE, accounts, relations)
    sure = max((_sure(*pair) for pair in pairs), key=CONFIDENCES.index)
    reason = doubted(message("one operator's sessions were open at once on two machines"), sure)
    yield Match(
        RULE, "medium", sure, "waived" if names else "open",
        "operator", group.operator, group.tag, accounts, len(visits),
        min(visit.begin for visit in visits.values()), max(visit.begin for visit in visits.values()),
        message("accepted by the waiver {names}: {reason}", names=names, reason=reason) if names else reason,
        "machines",
    )  # fmt: skip


def _sure(one: Visit, other: Visit) -> Confidence:
    fact = next(fact for fact in MACHINE_FACTS if one.of(fact) and other.of(fact))
    return read(one.seen, other.seen, fact)


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import Example, Use

    us = "amazon:store-us"
    client = f'[[permissions.li]]\naccounts = ["{us}"]\nuser = "client"\n'
    own = f'[[permissions.li]]\naccounts = ["{us}"]\nuser = "own"\n'
    login = Use(us, 5, "li", fact="operator")
    return (
        Example("the operator works through the client's credential", (), login, "collision", "high", policy=client),
        Example("the operator has a user permission", (), login, "pass", policy=own),
        Example("nobody told who is at the keyboard", (), Use(us, 5, None), "unknown", policy=client),
    )
