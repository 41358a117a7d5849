"""Somebody used an account without a permission for it.

## What it checks
Accounts for which the policy says who may use them, by `[permissions]` or by the operators of a group: every
use by a named operator whom no permission covers at that time. High, and a finding of that operator alone:
others who are permitted are not stopped by it. A permission that ended is none. And people whom another tool's log
shows at a machine or network that accounts are assigned to, where none of these accounts permits them under that
name: low and weak, because a presence is no use, and a log may know people by other names than the policy.

## Why it matters
Amazon names access by the seller or by employees as one way in which accounts become related, and asks that
contractors are added through user permissions (Seller Central, staff posts 498ddc70 and 1abf5d7e, read
2026-11).

## What it cannot see
Who was at the keyboard where no operator was told. Accounts for which the policy names nobody. Whether the
platform itself still lets the person in.

## Remedy
Find out whether the use was agreed. If it was, record the permission with its dates: `isolation permit`. If it
was not, or has ended, take away the person's user permission on the platform, or change the password if there
was none.
"""

from __future__ import annotations

from isolation.evidence import Match
from isolation.messages import joined, message
from isolation.model import UNDATED
from isolation.rules.states import stated, waived_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.evidence import Contact, OperatorGroup, Visit
    from isolation.relations import Relations
    from isolation.rules.example import Example

RULE = "missing-permission"


def needs_uses(group: OperatorGroup, relations: Relations) -> bool:
    """Whether some account's uses begin or end outside what permits them, so that each must be looked at."""
    return any(
        contact.uses is None
        and relations.is_gated(contact.account)
        and group.operator in relations.people_of(contact.account)
        and not relations.covers(group.operator, contact.account, contact.first, contact.last)
        for contact in group.contacts
    )


def check(group: OperatorGroup, relations: Relations) -> Iterator[Match]:
    """One operator with the accounts used -> at most one open and one waived finding."""
    sorts: dict[str, list[tuple[Contact, list[int]]]] = {}
    for contact in group.contacts:
        if relations.is_gated(contact.account):
            missing = _missing(group.operator, contact, relations)
            if missing:
                names = waived_by(RULE, (contact.account,), relations)
                sorts.setdefault(names, []).append((contact, missing))
    yield from _present(group, relations)
    if "" in sorts:
        yield _match(group, sorts.pop(""), "", relations)
    if sorts:
        found = [one for each in sorts.values() for one in each]
        yield _match(group, found, ", ".join(sorted(sorts)), relations)


def _missing(operator: int, contact: Contact, relations: Relations) -> list[int]:
    """The begins that nothing permits. A use at a time not known is one only where nothing ever permitted it."""
    if operator not in relations.people_of(contact.account):
        return list(contact.uses if contact.uses is not None else (contact.first,) * contact.count)
    if relations.covers(operator, contact.account, contact.first, contact.last):
        return []
    return [
        moment
        for moment in contact.moments()
        if moment != UNDATED and not relations.covers(operator, contact.account, moment, moment)
    ]


def _present(group: OperatorGroup, relations: Relations) -> Iterator[Match]:
    """What logs tell of an operator at labels whose accounts all are for others."""
    seen = [(visit, others) for visit in group.presences if (others := _others(group.operator, visit, relations))]
    if not seen:
        return
    accounts = tuple(sorted({account for _, several in seen for account in several}))
    state, reason = stated(
        RULE,
        accounts,
        relations,
        message(
            "another tool's log shows this operator where these accounts are assigned, and none of "
            "them permits that name"
        ),
    )
    yield Match(
        RULE,
        "low",
        "weak",
        state,
        "operator",
        group.operator,
        group.tag,
        accounts,
        len(seen),
        seen[0][0].begin,
        seen[-1][0].begin,
        reason,
        "presence",
    )


def _others(operator: int, visit: Visit, relations: Relations) -> set[int]:
    """The accounts assigned to where the operator was, if each says who may use it and none names this operator."""
    labels = {name for number, _, _ in visit.seen for name in relations.labels.get(number, ())}
    assigned = {
        account
        for of in (relations.machines, relations.networks)
        for account, names in of.items()
        if not labels.isdisjoint(names)
    }
    permitted = any(operator in relations.people_of(account) for account in assigned)
    return set() if permitted else {account for account in assigned if relations.is_gated(account)}


def _match(group: OperatorGroup, found: list[tuple[Contact, list[int]]], names: str, relations: Relations) -> Match:
    moments = [moment for _, missing in found for moment in missing]
    never = [contact for contact, _ in found if group.operator not in relations.people_of(contact.account)]
    reasons = []
    if never:
        reasons.append(message("the policy permits others to use it, and not this operator"))
    if len(never) < len(found):
        reasons.append(message("what permits this operator to use it did not hold at that time"))
    reason = joined("; ", reasons)
    return Match(
        RULE,
        "high",
        "certain",
        "waived" if names else "open",
        "operator",
        group.operator,
        group.tag,
        tuple(sorted(contact.account for contact, _ in found)),
        len(moments),
        min((moment for moment in moments if moment != UNDATED), default=UNDATED),
        max((contact.last if contact in never else missing[-1]) for contact, missing in found),
        message("accepted by the waiver {names}: {reason}", names=names, reason=reason) if names else reason,
    )


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import Example, Use

    us = "amazon:store-us"
    wang = f'[[permissions.wang]]\naccounts = ["{us}"]\nuser = "own"\n'
    ended = wang + f'[[permissions.li]]\naccounts = ["{us}"]\nuser = "own"\nuntil = 2026-09-01\n'
    both = wang + f'[[permissions.li]]\naccounts = ["{us}"]\nuser = "own"\nfrom = 2026-09-01\n'
    login = Use(us, 5, "li", fact="operator")
    return (
        Example("the policy permits somebody else", (), login, "collision", "high", policy=wang),
        Example("this operator's permission has ended", (), login, "collision", "high", policy=ended),
        Example("this operator is permitted", (), login, "pass", policy=both),
        Example("nobody told who is at the keyboard", (), Use(us, 5, None), "unknown", policy=wang),
        Example("the policy does not say who may use the account", (), login, "unknown"),
    )
