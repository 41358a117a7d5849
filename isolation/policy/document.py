"""The policy's meaning: which tables and keys there are, and what each may say.

Everything is read and checked before anything is returned, so that of a wrong policy nothing is applied.
"""

from __future__ import annotations

import re
from typing import Any

from isolation.identifiers.accounts import account_key, label_key, operator_key, platform_of
from isolation.identifiers.escape import excerpt
from isolation.model import SEVERITIES
from isolation.policy.tables import Table, read_document
from isolation.rules import REGISTRY

ON_UNKNOWN = ("record", "block")
KINDS = ("same-store", "same-owner", "agency", "household", "other")
STATES = ("good", "at_risk", "deactivated")
TABLES = ("policy", "accounts", "groups", "thresholds", "public_ip")
GENERAL = ("block_at", "on_unknown", "retention")
ACCOUNT = ("platform", "owner", "aliases", "standing")
STANDING = ("state", "from")
GROUP = ("kind", "accounts", "operators", "evidence", "from", "until")
SERVICES = ("services4", "services6")
MONTHS = 24
THRESHOLDS = tuple(entry.id for entry in REGISTRY if entry.over == "account")

_HTTPS = re.compile(r"https://[A-Za-z0-9._-]+(:[0-9]+)?(/[!-~]*)?|https://\[[0-9A-Fa-f:.]+\](:[0-9]+)?(/[!-~]*)?")


def parse_policy(text: bytes, path: str) -> dict[str, Any]:
    """The policy's fields as plain values that `isolation.policy.from_fields` and `marshal` take.

    Raises PolicyError with the line and column of what is wrong.
    """
    document = read_document(text, path)
    _only_tables(document)
    general = _general(document.table("policy"))
    accounts = _accounts(document.table("accounts"))
    groups = _groups(document.table("groups"), accounts["aliases"])
    thresholds = _thresholds(document.table("thresholds"))
    services = _services(document.table("public_ip"))
    return general | accounts | {"groups": groups, "thresholds": thresholds} | services


def _only_tables(document: Table) -> None:
    known = ", ".join(f"[{name}]" for name in TABLES)
    for name, value in document.items():
        if name not in TABLES:
            what = f"table [{name}]" if isinstance(value, dict) else f"key {excerpt(name)} outside the tables"
            raise document.wrong(f"There is no {what}.", f"The tables are {known}.", name)


def _general(table: Table) -> dict[str, Any]:
    table.only(*GENERAL)
    return {
        "block_at": table.choice("block_at", SEVERITIES, "high"),
        "on_unknown": table.choice("on_unknown", ON_UNKNOWN, "record"),
        "retention_months": table.number("retention", 1, 1200, MONTHS),
    }


def _accounts(accounts: Table) -> dict[str, Any]:
    platforms: dict[str, str] = {}
    owners: dict[str, str] = {}
    standing: dict[str, tuple[tuple[str, int], ...]] = {}
    spelled: dict[str, str] = {}
    for name, table in accounts.tables():
        table.only(*ACCOUNT)
        key = table.named(account_key, name)
        if key in spelled:
            hint = "Names compare without case and without spaces around them: keep one of the two."
            raise table.wrong(f"{excerpt(spelled[key])} and {excerpt(name)} are one account.", hint)
        spelled[key] = name
        # Platforms compare too: "Amazon" beside "amazon" must not look like two of them.
        platform = table.text("platform")
        platforms[key] = table.named(label_key, platform, "platform") if platform else platform_of(name)
        owners[key] = table.text("owner")
        standing[key] = _standing(table)
    return {"accounts": platforms, "owners": owners, "aliases": _aliases(accounts, spelled), "standing": standing}


def _aliases(accounts: Table, spelled: dict[str, str]) -> dict[str, str]:
    """Another spelling's key -> the account's key. An account has no account for an alias, so none can lead on."""
    aliases: dict[str, str] = {}
    for name, table in accounts.tables():
        own = account_key(name)
        for number, alias in enumerate(table.texts("aliases")):
            key = table.named(account_key, alias, "aliases", number)
            if key == own:
                problem, hint = "is the account itself", "Names compare without case anyway: leave it out."
            elif key in spelled:
                problem, hint = "is an account of its own", "Remove that account, or this alias."
            elif key in aliases:
                problem = f"is an alias already, of {excerpt(spelled[aliases[key]])}"
                hint = "Name it once, at the account that it means."
            else:
                aliases[key] = own
                continue
            raise table.wrong(f"The alias {excerpt(alias)} of {excerpt(name)} {problem}.", hint, "aliases", number)
    return aliases


def _standing(account: Table) -> tuple[tuple[str, int], ...]:
    changes = []
    for change in account.list_of_tables("standing"):
        change.only(*STANDING)
        state = change.choice("state", STATES)
        since = change.moment("from")
        if since is None:
            raise change.wrong("A standing says since when.", "Add from, as from = 2026-01-31.")
        changes.append((state, since))
    return tuple(sorted(changes, key=lambda change: change[1]))


def _groups(table: Table, aliases: dict[str, str]) -> list[tuple[Any, ...]]:
    """Groups may name accounts that [accounts] does not: a group is often all there is to say of one."""
    groups = []
    spelled: dict[str, str] = {}
    for name, group in table.tables():
        group.only(*GROUP)
        key = group.named(label_key, name)
        if key in spelled:
            hint = "Names compare without case and without spaces around them: keep one of the two."
            raise group.wrong(f"{excerpt(spelled[key])} and {excerpt(name)} are one group.", hint)
        spelled[key] = name
        keys = [group.named(account_key, one, "accounts", number) for number, one in enumerate(group.texts("accounts"))]
        accounts = tuple(dict.fromkeys(aliases.get(key, key) for key in keys))
        operators = tuple(
            group.named(operator_key, one, "operators", number) for number, one in enumerate(group.texts("operators"))
        )
        since, until = group.moment("from"), group.moment("until")
        if since is not None and until is not None and since >= until:
            raise group.wrong("The period ends before it begins.", "Mend from or until.", "until")
        kind = group.choice("kind", KINDS, "other")
        groups.append((name, kind, accounts, operators, group.text("evidence"), since, until))
    return groups


def _thresholds(table: Table) -> dict[str, int]:
    table.only(*THRESHOLDS)
    return {key: table.number(key, 1, 1_000_000) for key in THRESHOLDS if key in table}


def _services(table: Table) -> dict[str, tuple[str, ...]]:
    table.only(*SERVICES)
    services = {}
    for key in SERVICES:
        services[key] = tuple(table.texts(key))
        for number, service in enumerate(services[key]):
            if not _HTTPS.fullmatch(service):
                hint = "Write it like https://api.ipify.org, without user name and password."
                raise table.wrong(f"Service {number + 1} of {key} is no HTTPS address.", hint, key, number)
        if len(services[key]) == 1:
            raise table.wrong(f"{key} names one service.", "Name two or more: an address needs two that agree.", key)
    return services
