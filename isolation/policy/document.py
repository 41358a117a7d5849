"""The policy's meaning: which tables and keys there are, and what each may say.

Everything is read and checked before anything is returned, so that of a wrong policy nothing is applied.
"""

from __future__ import annotations

import re
from typing import Any

from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.model import SEVERITIES
from isolation.policy.accounts import STATES, read_accounts, read_labels
from isolation.policy.agreements import KINDS, read_groups, read_permissions, read_waivers
from isolation.policy.tables import Table, read_document
from isolation.rules import REGISTRY

ON_UNKNOWN = ("record", "block")
TABLES = ("policy", "accounts", "groups", "permissions", "labels", "waivers", "thresholds", "public_ip")
GENERAL = ("block_at", "on_unknown", "retention")
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
    labels = read_labels(document.table("labels"))
    accounts = read_accounts(document.table("accounts"), labels)
    aliases = accounts["aliases"]
    agreed = {
        "groups": read_groups(document.table("groups"), aliases),
        "permissions": read_permissions(document.table("permissions"), aliases),
        "labels": labels,
        "waivers": read_waivers(document.table("waivers"), aliases, labels),
    }
    thresholds = _thresholds(document.table("thresholds"))
    services = _services(document.table("public_ip"))
    return general | accounts | agreed | {"thresholds": thresholds} | services


def _only_tables(document: Table) -> None:
    known = ", ".join(f"[{name}]" for name in TABLES)
    for name, value in document.items():
        if name not in TABLES:
            what = (
                message("table [{name}]", name=name)
                if isinstance(value, dict)
                else message("key {name} outside the tables", name=excerpt(name))
            )
            raise document.wrong(
                message("There is no {what}.", what=what), message("The tables are {known}.", known=known), name
            )


def _general(table: Table) -> dict[str, Any]:
    table.only(*GENERAL)
    return {
        "block_at": table.choice("block_at", SEVERITIES, "high"),
        "on_unknown": table.choice("on_unknown", ON_UNKNOWN, "record"),
        "retention_months": table.number("retention", 1, 1200, MONTHS),
    }


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
                hint = message("Write it like https://api.ipify.org, without user name and password.")
                raise table.wrong(
                    message("Service {number} of {key} is no HTTPS address.", number=number + 1, key=key),
                    hint,
                    key,
                    number,
                )
        if len(services[key]) == 1:
            raise table.wrong(
                message("{key} names one service.", key=key), "Name two or more: an address needs two that agree.", key
            )
    return services


__all__ = ["KINDS", "ON_UNKNOWN", "STATES", "TABLES", "THRESHOLDS", "parse_policy"]
