"""Which lists the policy goes out and comes in as: their columns, what a row must say, and how it is put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from isolation.errors import UsageError
from isolation.identifiers.accounts import account_key, label_key, operator_key
from isolation.identifiers.escape import excerpt
from isolation.messages import joined, message
from isolation.policy.accounts import LABEL_KINDS, STATES
from isolation.policy.agreements import KINDS, USERS
from isolation.policy.moments import microseconds, moment_of, moment_text
from isolation.policy.plain import measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from isolation.policy.writing import PolicyFile


# The columns in which the policy takes no address; an account may well be called by one.
_PLAIN = ("owner", "machines", "networks", "group", "evidence", "role", "label", "waiver", "reason", "document")


class Row(NamedTuple):
    """One row of a list: the line it starts on (from 1), and its cells by column."""

    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """A cell, trimmed; "" where there is none."""
        return self.cells.get(column, "").strip()

    def raw(self, column: str) -> str:
        """A cell as it stands, for what people read."""
        return self.cells.get(column, "")

    def names(self, column: str) -> tuple[str, ...]:
        """The names of a cell."""
        return split_names(self.cells.get(column, ""))

    def period(self) -> dict[str, Any]:
        """`from` and `until`. Raises UsageError."""
        since, until = moment_of(self.text("from")), moment_of(self.text("until"))
        if since is not None and until is not None and microseconds(since) >= microseconds(until):
            raise UsageError("The period ends before it begins.", "Mend from or until.")
        return {"from": since, "until": until}

    def require_plain(self) -> None:
        """Raises UsageError for a cell that holds an address: the policy holds none."""
        for column in _PLAIN:
            found = measured(self.raw(column))
            if found:
                raise UsageError(
                    message("{column} holds {found}.", column=column, found=found),
                    "The policy holds none: `isolation name` learns them.",
                )

    def choice(self, column: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of a few words. Raises UsageError."""
        text = self.text(column) or default
        if text not in choices and (text or not default):
            said = (
                message("{column} is {text}.", column=column, text=excerpt(text))
                if text
                else message("{column} is empty.", column=column)
            )
            raise UsageError(said, message("Write one of: {choices}.", choices=joined(", ", choices)))
        return text


class ListKind(NamedTuple):
    """One kind of list. `needed` are the columns that every header has."""

    command: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    check: Callable[[Row], None]
    put: Callable[[PolicyFile, list[Row]], None]
    rows: Callable[[dict[str, Any]], Iterator[dict[str, str]]]


def split_names(cell: str) -> tuple[str, ...]:
    """The names between semicolons."""
    parts = re.findall(r"(?:[^;\\]|\\.|\\$)+", cell, re.DOTALL)
    names = (re.sub(r"\\([;\\])", r"\1", part).strip() for part in parts)
    return tuple(name for name in names if name)


def join_names(names: list[str]) -> str:
    """The inverse of `split_names`."""
    return "; ".join(name.replace("\\", "\\\\").replace(";", "\\;") for name in names)


def _require(row: Row, *columns: str) -> None:
    for column in columns:
        if not row.text(column):
            raise UsageError(message("{column} is empty.", column=column))


def _check_names(row: Row, **readers: Callable[[str], str]) -> None:
    for column, read in readers.items():
        for name in row.names(column):
            read(name)


def _check_account(row: Row) -> None:
    _require(row, "account")
    account_key(row.text("account"))
    _check_names(row, aliases=account_key, machines=label_key, networks=label_key)


def _put_accounts(file: PolicyFile, rows: list[Row]) -> None:
    for row in rows:
        file.put_account(
            row.text("account"), platform=row.text("platform"), owner=row.raw("owner"),
            aliases=row.names("aliases"), machines=row.names("machines"), networks=row.names("networks"),
        )  # fmt: skip


def _account_rows(values: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, account in values.get("accounts", {}).items():
        yield {
            "account": name, "platform": account.get("platform", ""), "owner": account.get("owner", ""),
            **{field: join_names(account.get(field, [])) for field in ("aliases", "machines", "networks")},
        }  # fmt: skip


def _check_standing(row: Row) -> None:
    _require(row, "account", "from")
    account_key(row.text("account"))
    row.choice("state", STATES)
    moment_of(row.text("from"))


def _put_standings(file: PolicyFile, rows: list[Row]) -> None:
    for row in rows:
        file.put_standing(row.text("account"), row.text("state"), moment_of(row.text("from")))


def _standing_rows(values: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, account in values.get("accounts", {}).items():
        for change in account.get("standing", []):
            yield {"account": name, "state": change["state"], "from": moment_text(change["from"])}


def _check_group(row: Row) -> None:
    _require(row, "group")
    label_key(row.text("group"))
    _check_names(row, accounts=account_key, operators=operator_key)
    row.choice("kind", KINDS, "other")
    row.period()


def _put_groups(file: PolicyFile, rows: list[Row]) -> None:
    for row in rows:
        file.put_group(
            row.text("group"), row.names("accounts"), operators=row.names("operators"), kind=row.text("kind"),
            evidence=row.raw("evidence"), **row.period(),
        )  # fmt: skip


def _group_rows(values: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, group in values.get("groups", {}).items():
        yield {
            "group": name, "kind": group.get("kind", ""), "evidence": group.get("evidence", ""),
            "accounts": join_names(group.get("accounts", [])), "operators": join_names(group.get("operators", [])),
            **_period(group),
        }  # fmt: skip


def _check_permission(row: Row) -> None:
    _require(row, "operator", "account")
    _check_names(row, operator=operator_key, account=account_key)
    row.choice("user", USERS)
    row.period()


def _put_permissions(file: PolicyFile, rows: list[Row]) -> None:
    """Rows of one operator, and among them those that say the same, are put in together: there are thousands."""
    together: dict[str, dict[tuple[Any, ...], list[str]]] = {}
    for row in rows:
        said = (row.text("user"), row.raw("role"), *row.period().values())
        for operator in row.names("operator"):
            together.setdefault(operator, {}).setdefault(said, []).extend(row.names("account"))
    for operator, blocks in together.items():
        fields = ("user", "role", "from", "until")
        file.put_permissions(
            operator, [(accounts, dict(zip(fields, said, strict=True))) for said, accounts in blocks.items()]
        )


def _permission_rows(values: dict[str, Any]) -> Iterator[dict[str, str]]:
    for operator, blocks in values.get("permissions", {}).items():
        for block in blocks:
            for account in block.get("accounts", []):
                yield {
                    "operator": join_names([operator]), "account": join_names([account]), "user": block["user"],
                    "role": block.get("role", ""), **_period(block),
                }  # fmt: skip


def _check_label(row: Row) -> None:
    _require(row, "label")
    label_key(row.text("label"))
    row.choice("kind", LABEL_KINDS)
    row.choice("site", ("yes", "no"), "no")


def _put_labels(file: PolicyFile, rows: list[Row]) -> None:
    for row in rows:
        file.put_label(row.text("label"), row.text("kind"), owner=row.raw("owner"), site=row.text("site") == "yes")


def _label_rows(values: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, label in values.get("labels", {}).items():
        site = "yes" if label.get("site") else "no"
        yield {"label": name, "kind": label["kind"], "owner": label.get("owner", ""), "site": site}


def _check_waiver(row: Row) -> None:
    _require(row, "waiver", "accounts", "owner", "reason", "from", "until")
    label_key(row.text("waiver"))
    _check_names(row, accounts=account_key)
    row.period()


def _put_waivers(file: PolicyFile, rows: list[Row]) -> None:
    for row in rows:
        texts = {field: row.raw(field) for field in ("rule", "label", "owner", "reason", "document")}
        file.put_waiver(row.text("waiver"), row.names("accounts"), **texts, **row.period())


def _waiver_rows(values: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, waiver in values.get("waivers", {}).items():
        texts = {field: waiver.get(field, "") for field in ("rule", "label", "owner", "reason", "document")}
        yield {"waiver": name, "accounts": join_names(waiver["accounts"]), **texts, **_period(waiver)}


def _period(said: dict[str, Any]) -> dict[str, str]:
    return {field: moment_text(said.get(field)) for field in ("from", "until")}


ACCOUNTS = ListKind(
    "account", ("account", "platform", "owner", "aliases", "machines", "networks"), ("account",),
    _check_account, _put_accounts, _account_rows,
)  # fmt: skip
STANDINGS = ListKind(
    "standing", ("account", "state", "from"), ("account", "state", "from"),
    _check_standing, _put_standings, _standing_rows,
)  # fmt: skip
GROUPS = ListKind(
    "group", ("group", "kind", "accounts", "operators", "evidence", "from", "until"), ("group", "accounts"),
    _check_group, _put_groups, _group_rows,
)  # fmt: skip
PERMISSIONS = ListKind(
    "permit", ("operator", "account", "user", "role", "from", "until"), ("operator", "account", "user"),
    _check_permission, _put_permissions, _permission_rows,
)  # fmt: skip
LABELS = ListKind(
    "name", ("label", "kind", "owner", "site"), ("label", "kind"), _check_label, _put_labels, _label_rows
)  # fmt: skip
WAIVERS = ListKind(
    "waive", ("waiver", "accounts", "rule", "label", "owner", "reason", "document", "from", "until"),
    ("waiver", "accounts", "owner", "reason", "from", "until"), _check_waiver, _put_waivers, _waiver_rows,
)  # fmt: skip

LISTS = (ACCOUNTS, STANDINGS, GROUPS, PERMISSIONS, LABELS, WAIVERS)
