"""[groups], [permissions] and [waivers]: who belongs together, who may use what, and what was accepted."""

from __future__ import annotations

from isolation.identifiers.accounts import account_key, label_key, operator_key
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.rules import rule as registered_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from isolation.policy.tables import Table

KINDS = ("same-store", "same-owner", "agency", "household", "other")
USERS = ("own", "client")
GROUP = ("kind", "accounts", "operators", "evidence", "from", "until")
PERMISSION = ("accounts", "user", "role", "from", "until")
WAIVER = ("accounts", "rule", "label", "owner", "reason", "document", "from", "until")


def read_groups(table: Table, aliases: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Groups may name accounts that [accounts] does not: a group is often all there is to say of one."""
    groups = []
    for name, group in _named(table, "group"):
        group.only(*GROUP)
        operators = tuple(
            group.named(operator_key, one, "operators", number) for number, one in enumerate(group.texts("operators"))
        )
        kind = group.choice("kind", KINDS, "other")
        groups.append((name, kind, _accounts(group, aliases), operators, group.plain("evidence"), *group.period()))
    return groups


def read_permissions(table: Table, aliases: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """An account's key -> who may use it, as (operator, own user, role, from, until)."""
    permissions: dict[str, list[tuple[Any, ...]]] = {}
    spelled: dict[str, str] = {}
    for name in table.names():
        operator = table.named(operator_key, name, name)
        if operator in spelled:
            raise table.wrong(
                message(
                    "{spelled} and {name} are one operator.", spelled=excerpt(spelled[operator]), name=excerpt(name)
                ),
                _KEEP_ONE,
                name,
            )
        spelled[operator] = name
        for block in table.list_of_tables(name):
            block.only(*PERMISSION)
            own = block.choice("user", USERS) == "own"
            grant = (operator, own, block.plain("role"), *block.period())
            for account in _accounts(block, aliases):
                permissions.setdefault(account, []).append(grant)
    return permissions


def read_waivers(table: Table, aliases: Mapping[str, str], labels: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """The fields of each `Accepted`."""
    waivers = []
    for name, waiver in _named(table, "waiver"):
        waiver.only(*WAIVER)
        rule = waiver.text("rule")
        if rule and registered_rule(rule) is None:
            raise waiver.wrong(
                message("There is no rule {rule}.", rule=excerpt(rule)), "`isolation rules` lists them.", "rule"
            )
        accounts = _accounts(waiver, aliases)
        for missing in ("accounts", "owner", "reason", "from", "until"):
            if missing not in waiver or (missing == "accounts" and not accounts):
                raise waiver.wrong(
                    message("The waiver {name} has no {missing}.", name=excerpt(name), missing=missing),
                    _WAIVER_SAYS,
                    missing,
                )
        label = waiver.plain("label")
        key = waiver.named(label_key, label, "label") if label else ""
        if key and key not in labels:
            hint = message("`isolation name network LABEL` learns one; without label it holds anywhere.")
            raise waiver.wrong(message("There is no label {label} in [labels].", label=excerpt(label)), hint, "label")
        since, until = waiver.period(message("The waiver {name} expires before it begins.", name=excerpt(name)))
        told = (waiver.said("owner"), waiver.said("reason"), waiver.plain("document"))
        waivers.append((name, rule, accounts, key, *told, since, until))
    return waivers


_KEEP_ONE = message("Names compare without case and without spaces around them: keep one of the two.")
_WAIVER_SAYS = message("A waiver names accounts, who accepts it (owner), the reason, and its dates: from and until.")


def _named(table: Table, what: str) -> Iterator[tuple[str, Table]]:
    """The tables below one, whose names are told apart like labels."""
    spelled: dict[str, str] = {}
    for name, below in table.tables():
        key = below.named(label_key, name)
        below.require_plain(name)
        if key in spelled:
            raise below.wrong(
                message(
                    "{spelled} and {name} are one {what}.", spelled=excerpt(spelled[key]), name=excerpt(name), what=what
                ),
                _KEEP_ONE,
            )
        spelled[key] = name
        yield name, below


def _accounts(table: Table, aliases: Mapping[str, str]) -> tuple[str, ...]:
    keys = [table.named(account_key, one, "accounts", number) for number, one in enumerate(table.texts("accounts"))]
    return tuple(dict.fromkeys(aliases.get(key, key) for key in keys))
