"""The policy's TOML: reading it strictly, and saying where it is wrong by line and column."""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Any

from isolation.errors import BadIdentifier, PolicyError, UsageError
from isolation.identifiers.accounts import account_key, label_key, operator_key, platform_of
from isolation.model import SEVERITIES
from isolation.rules import REGISTRY

ON_UNKNOWN = ("record", "block")
KINDS = ("same-store", "same-owner", "agency", "household", "other")
STATES = ("good", "at_risk", "deactivated")
TABLES = ("policy", "accounts", "groups", "thresholds", "public_ip")


class _Document:
    """A parsed policy with the means to say where in its text a key stands."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path

    def wrong(self, message: str, hint: str = "", *, table: str = "", key: str = "") -> PolicyError:
        line, column = self._place(table, key)
        return PolicyError(message, hint, path=self.path, line=line, column=column)

    def _place(self, table: str, key: str) -> tuple[int, int]:
        """Where `key` stands below the header `table`; the header itself for no key; 0, 0 where not found."""
        header = re.compile(r"^\s*\[+\s*(?P<name>[^\]#]+?)\s*\]+")
        here = ""
        wanted = _plain(table)
        found = (0, 0)
        for number, line in enumerate(self.text.splitlines(), 1):
            if match := header.match(line):
                here = _plain(match["name"])
                if wanted and (here == wanted or here.startswith(wanted + ".")) and found == (0, 0):
                    found = (number, match.start("name") + 1)
                continue
            assigned = re.match(r"""^\s*(?P<key>("[^"]*"|'[^']*'|[A-Za-z0-9_.-])+)\s*=""", line)
            if assigned and key:
                full = f"{here}.{_plain(assigned['key'])}" if here else _plain(assigned["key"])
                if full == f"{wanted}.{key}" if wanted else full == key:
                    return number, assigned.start("key") + 1
        return found


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def parse_policy(text: bytes, path: str) -> dict[str, Any]:
    """The policy's fields as plain values that `isolation.policy.from_fields` and `marshal` take.

    Raises PolicyError with the line and column of what is wrong; nothing of a wrong policy is applied.
    """
    document, tables = _parse(text, path)
    for table in tables:
        if table not in TABLES:
            raise document.wrong(
                f"There is no table [{table}].", f"Known: {', '.join(TABLES)}.", table=table, key=table
            )
        if not isinstance(tables[table], dict):
            raise document.wrong(f"{table} must be a table.", f"Write [{table}] on a line of its own.", key=table)
    general = _general(document, tables.get("policy", {}))
    accounts = _accounts(document, tables.get("accounts", {}))
    groups = _groups(document, tables.get("groups", {}), accounts["aliases"])
    thresholds = _thresholds(document, tables.get("thresholds", {}))
    return general | accounts | {"groups": groups, "thresholds": thresholds} | _services(document, tables)


def _parse(text: bytes, path: str) -> tuple[_Document, dict[str, Any]]:
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = text.count(b"\n", 0, problem.start) + 1
        column = problem.start - (text.rfind(b"\n", 0, problem.start) + 1) + 1
        raise PolicyError(
            "The policy is not UTF-8 text.", "Save it as UTF-8.", path=path, line=line, column=column
        ) from None
    try:
        return _Document(decoded, path), tomllib.loads(decoded)
    except tomllib.TOMLDecodeError as problem:
        place = re.search(r"\(at line (\d+), column (\d+)\)$", str(problem))
        line, column = (int(place[1]), int(place[2])) if place else (decoded.count("\n") + 1, 1)
        reason = re.sub(r" \(at .*\)$", "", str(problem))
        raise PolicyError(f"{reason}.", "Mend the TOML.", path=path, line=line, column=column) from None
    except RecursionError:
        raise PolicyError("The policy is nested too deeply.", "Mend the TOML.", path=path) from None


def _only(document: _Document, table: str, values: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in values:
        if key not in known:
            hint = f"Known here: {', '.join(known)}." if known else ""
            raise document.wrong(f"There is no key {key!r} in [{table}].", hint, table=table, key=key)


def _choice(document: _Document, table: str, values: dict[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = values.get(key, "")
    if value not in choices:
        raise document.wrong(f"{key} is {value!r}.", f"Write one of: {', '.join(choices)}.", table=table, key=key)
    return str(value)


def _number(document: _Document, table: str, values: dict[str, Any], key: str, least: int, most: int) -> int:
    value = values[key]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise document.wrong(
            f"{key} is {value!r}.", f"Write a whole number from {least} to {most}.", table=table, key=key
        )
    return value


def _general(document: _Document, values: dict[str, Any]) -> dict[str, Any]:
    _only(document, "policy", values, ("block_at", "on_unknown", "retention"))
    values = {"block_at": "high", "on_unknown": "record", "retention": 24} | values
    return {
        "block_at": _choice(document, "policy", values, "block_at", SEVERITIES),
        "on_unknown": _choice(document, "policy", values, "on_unknown", ON_UNKNOWN),
        "retention_months": _number(document, "policy", values, "retention", 1, 1200),
    }


def _text(document: _Document, table: str, values: dict[str, Any], key: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str):
        raise document.wrong(f"{key} is {value!r}.", "Write a text in quotes.", table=table, key=key)
    return value


def _texts(document: _Document, table: str, values: dict[str, Any], key: str) -> list[str]:
    value = values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise document.wrong(f"{key} is {value!r}.", "Write a list of texts.", table=table, key=key)
    return value


def _day(document: _Document, table: str, values: dict[str, Any], key: str) -> int | None:
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
    elif isinstance(value, datetime.date):
        moment = datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    else:
        raise document.wrong(
            f"{key} is {value!r}.", "Write a date, as 2026-01-31, without quotes.", table=table, key=key
        )
    return round(moment.timestamp()) * 1_000_000


def _period(document: _Document, table: str, values: dict[str, Any]) -> tuple[int | None, int | None]:
    since, until = (_day(document, table, values, key) for key in ("from", "until"))
    if since is not None and until is not None and since >= until:
        raise document.wrong("The period ends before it begins.", "Mend `from` or `until`.", table=table, key="until")
    return since, until


def _key(document: _Document, table: str, name: str, key: str = "") -> str:
    try:
        return account_key(name)
    except BadIdentifier as problem:
        raise document.wrong(problem.message, problem.hint, table=table, key=key) from None


def _accounts(document: _Document, table: dict[str, Any]) -> dict[str, Any]:
    platforms: dict[str, str] = {}
    owners: dict[str, str] = {}
    aliases: dict[str, str] = {}
    standing: dict[str, tuple[tuple[str, int], ...]] = {}
    spelled: dict[str, str] = {}
    for name, values in table.items():
        place = f"accounts.{name}"
        if not isinstance(values, dict):
            hint = f'Write [accounts."{name}"] on a line of its own.'
            raise document.wrong(f"The account {name!r} must be a table.", hint, table="accounts", key=name)
        _only(document, place, values, ("platform", "owner", "aliases", "standing"))
        key = _key(document, place, name)
        _claim(document, spelled, key, name, place)
        platforms[key] = _text(document, place, values, "platform") or platform_of(name)
        owners[key] = _text(document, place, values, "owner")
        standing[key] = _standing(document, place, values)
        for alias in _texts(document, place, values, "aliases"):
            _claim(document, spelled, _key(document, place, alias, "aliases"), alias, place, "aliases")
            aliases[account_key(alias)] = key
    return {"accounts": platforms, "owners": owners, "aliases": aliases, "standing": standing}


def _claim(document: _Document, spelled: dict[str, str], key: str, name: str, place: str, field: str = "") -> None:
    if key in spelled:
        raise document.wrong(
            f"The accounts {spelled[key]!r} and {name!r} are one account: names compare without case and spaces.",
            "Keep one of them.",
            table=place,
            key=field,
        )
    spelled[key] = name


def _standing(document: _Document, place: str, values: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    changes = values.get("standing", [])
    if not isinstance(changes, list) or not all(isinstance(change, dict) for change in changes):
        hint = 'Write standing = [{state = "good", from = 2026-01-31}].'
        raise document.wrong("standing is not a list of tables.", hint, table=place, key="standing")
    result = []
    for change in changes:
        _only(document, f"{place}.standing", change, ("state", "from"))
        state = _choice(document, f"{place}.standing", change, "state", STATES)
        since = _day(document, f"{place}.standing", change, "from")
        if since is None:
            raise document.wrong("A standing has no date.", "Add `from`.", table=place, key="standing")
        result.append((state, since))
    return tuple(sorted(result, key=lambda change: change[1]))


def _groups(document: _Document, table: dict[str, Any], aliases: dict[str, str]) -> list[tuple[Any, ...]]:
    groups = []
    for name, values in table.items():
        place = f"groups.{name}"
        if not isinstance(values, dict):
            hint = f"Write [groups.{name}] on a line of its own."
            raise document.wrong(f"The group {name!r} must be a table.", hint, table="groups", key=name)
        _only(document, place, values, ("kind", "accounts", "operators", "evidence", "from", "until"))
        try:
            label_key(name)
            operators = tuple(operator_key(one) for one in _texts(document, place, values, "operators"))
        except (BadIdentifier, UsageError) as problem:
            raise document.wrong(problem.message, problem.hint, table=place) from None
        kind = _choice(document, place, {"kind": "other"} | values, "kind", KINDS)
        keys = [_key(document, place, one, "accounts") for one in _texts(document, place, values, "accounts")]
        since, until = _period(document, place, values)
        accounts = tuple(dict.fromkeys(aliases.get(key, key) for key in keys))
        groups.append((name, kind, accounts, operators, _text(document, place, values, "evidence"), since, until))
    return groups


def _thresholds(document: _Document, values: dict[str, Any]) -> dict[str, int]:
    known = tuple(entry.id for entry in REGISTRY if entry.over == "account")
    _only(document, "thresholds", values, known)
    return {key: _number(document, "thresholds", values, key, 1, 1_000_000) for key in values}


def _services(document: _Document, tables: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    values = tables.get("public_ip", {})
    _only(document, "public_ip", values, ("services4", "services6"))
    result = {}
    for key in ("services4", "services6"):
        services = _texts(document, "public_ip", values, key)
        for service in services:
            if not re.fullmatch(r"https://[A-Za-z0-9.\[\]:-]+(/[\x21-\x7e]*)?", service):
                hint = "Name services by https:// addresses."
                raise document.wrong(f"{service!r} is not an HTTPS address.", hint, table="public_ip", key=key)
        result[key] = tuple(services)
    return result
