"""Runs the registered rules over groups; the one place where a rule's failure becomes an error naming it."""

from __future__ import annotations

import sys

from isolation.errors import RuleError
from isolation.messages import message
from isolation.rules import ACCOUNT, IDENTIFIER, OPERATOR, REGISTRY, SCANS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from isolation.evidence import AccountGroup, IdentifierGroup, Match, OperatorGroup, ScanGroup
    from isolation.relations import Relations
    from isolation.rules import RuleEntry


def module_of(entry: RuleEntry) -> Any:
    """The rule's module, loaded on first use: most logins touch nothing that a rule must look at."""
    if entry.module not in sys.modules:
        __import__(entry.module)
    return sys.modules[entry.module]


def over_identifier(
    group: IdentifierGroup,
    relations: Relations,
    with_uses: Callable[[IdentifierGroup], IdentifierGroup],
) -> Iterator[Match]:
    """The matches of every rule that looks at this identifier's fact.

    `with_uses` gives the same group with every use's begin filled in; it is asked only where first and last
    uses leave a rule's question open. Raises RuleError.
    """
    folded = relations.fold(group)
    if len(folded.contacts) < 2:
        return
    for entry in REGISTRY:
        if entry.over == IDENTIFIER and group.fact in entry.facts:
            module = module_of(entry)
            if getattr(module, "ASKS_FOR_USES", False) and module.needs_uses(entry.id, folded, relations):
                folded = relations.fold(with_uses(group))
            yield from _checked(entry, module, folded, relations)


def over_account(
    group: AccountGroup, relations: Relations, with_visits: Callable[[AccountGroup], AccountGroup]
) -> Iterator[Match]:
    """The matches of every rule that looks at one account with its identifiers.

    `with_visits` gives the same group with the account's sessions; it is asked only where a rule wants their order.
    Raises RuleError.
    """
    for entry in REGISTRY:
        if entry.over == ACCOUNT:
            module = module_of(entry)
            if module.needs_visits(group, relations):
                group = with_visits(group)
            yield from _checked(entry, module, group, relations)


def over_operator(
    group: OperatorGroup, relations: Relations, with_uses: Callable[[OperatorGroup], OperatorGroup]
) -> Iterator[Match]:
    """The matches of every rule that looks at one person with the accounts used; `with_uses` as for an identifier.

    Raises RuleError.
    """
    for entry in REGISTRY:
        if entry.over == OPERATOR:
            module = module_of(entry)
            if module.needs_uses(group, relations):
                group = with_uses(group)
            yield from _checked(entry, module, group, relations)


def over(kind: str, group: object, relations: Relations) -> Iterator[Match]:
    """The matches of every rule that is handed this kind of group (`isolation.rules`). Raises RuleError."""
    for entry in REGISTRY:
        if entry.over == kind:
            yield from _checked(entry, module_of(entry), group, relations)


def over_scans(group: ScanGroup, relations: Relations) -> Iterator[Match]:
    """The matches of every rule that looks at the scans around one access point. Raises RuleError."""
    if len({relations.aliases.get(scan.account, scan.account) for scan in group.scans}) < 2:
        return
    for entry in REGISTRY:
        if entry.over == SCANS:
            yield from _checked(entry, module_of(entry), group, relations)


def _checked(entry: RuleEntry, module: Any, group: object, relations: Relations) -> Iterator[Match]:
    try:
        yield from module.check(group, relations)
    except Exception as problem:  # whatever a rule does wrong must never look like a pass
        raise RuleError(
            message(
                "The rule {id} failed ({name}: {problem}).", id=entry.id, name=type(problem).__name__, problem=problem
            )
        ) from problem


def corroborate(groups: Iterable[IdentifierGroup], adapters: Iterable[IdentifierGroup]) -> Iterator[IdentifierGroup]:
    """The groups, with those of device ids told which of their accounts share a permanent MAC address too.

    `adapters` are groups among which those of `hardware_mac` count.
    """
    macs_of: dict[int, list[int]] = {}
    for group in adapters:
        if group.fact == "hardware_mac":
            for contact in group.contacts:
                macs_of.setdefault(contact.account, []).append(group.identifier)
    for group in groups:
        yield group if group.fact != "device_id" else group.replace(corroborated=_together(group, macs_of))


def _together(group: IdentifierGroup, macs_of: dict[int, list[int]]) -> tuple[frozenset[int], ...]:
    accounts: dict[int, set[int]] = {}
    for contact in group.contacts:
        for mac in macs_of.get(contact.account, ()):
            accounts.setdefault(mac, set()).add(contact.account)
    return tuple(frozenset(together) for together in accounts.values() if len(together) > 1)
