"""Changing the policy's file: what a person wrote around it stays, and nothing half done is left behind."""

from __future__ import annotations

import os
import tempfile
import tomllib

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable

from isolation.errors import PolicyError, UsageError
from isolation.identifiers.accounts import account_key, label_key, operator_key
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.policy import Policy, compile_policy, from_fields, read_policy
from isolation.policy.document import parse_policy
from isolation.policy.moments import microseconds
from isolation.policy.permissions import Permissions
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping
    from typing import Any

_OF_TABLES = ("accounts", "groups", "permissions", "labels", "waivers")
_OPENING = """\
# The policy of `isolation`: which accounts exist, which belong together, how strict to be.
# It holds no address, MAC or Wi-Fi name. docs/policy.md explains every key.
"""


class PolicyFile:
    """A policy being changed. `save` checks the whole of it before a byte of the file changes.

    Raises PolicyError for a policy that is wrong already.
    """

    def __init__(self, path: str, instead: str | None = None) -> None:
        """`instead` is a text to change in place of what the file holds, for a trial that is not saved."""
        self.path = path
        self._before = read_policy(path)
        self._aliases: dict[str, str] | None = None  # an alias's key -> its account's
        text = _OPENING.encode() if self._before is None else self._before
        if instead is not None:
            text = instead.encode()
        self._known = from_fields(parse_policy(text, path), path).account_keys()
        try:
            self._document = tomlkit.parse(text.decode("utf-8-sig"))
        except TOMLKitError as problem:
            raise self._for_an_editor(str(problem)) from None

    def set_general(self, **values: Any) -> None:
        """Sets keys of [policy]."""
        self._table("policy").update(values)

    def put_account(
        self, name: str, *, owner: str = "", platform: str = "", standing: str = "", since: Any = None,
        aliases: Iterable[str] = (), machines: Iterable[str] = (), networks: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Adds an account, or changes the one that this name or alias means.

        Aliases and labels are added to those it has. A `standing` (with `since`, a date) is added to the earlier
        ones, unless the latest says the same already. Labels that [labels] does not have are added there.
        """
        accounts = self._table("accounts")
        account = _entry(accounts, self._known_account(accounts, name) or name)
        account.update({key: value for key, value in (("owner", owner), ("platform", platform)) if value})
        _add_names(account, "aliases", aliases, account_key)
        self._aliases = None
        for field, kind, labels in (("machines", "machine", machines), ("networks", "network", networks)):
            for label in labels:
                self.put_label(label, kind)
            _add_names(account, field, labels, label_key)
        if standing:
            _add_standing(account, standing, since)

    def put_standing(self, name: str, state: str, since: Any) -> None:
        """Adds how an account stands from a day on; what was said of that day is replaced."""
        accounts = self._table("accounts")
        account = _entry(accounts, self._known_account(accounts, name) or name)
        for change in account.get("standing", ()):
            if microseconds(change["from"]) == microseconds(since):
                if change["state"] != state:
                    change["state"] = state
                return
        _append_standing(account, state, since)

    def put_label(self, name: str, kind: str, *, owner: str = "", site: bool = False) -> None:
        """Adds a label, or changes the one of that name. Raises UsageError where that is of the other kind."""
        labels = self._table("labels")
        key = label_key(name)
        label = _entry(labels, next((one for one in labels if label_key(one) == key), name.strip()))
        if label.get("kind", kind) != kind:
            raise UsageError(
                message("{name} is the label of a {kind}.", name=excerpt(name), kind=label["kind"]),
                "Choose another label.",
            )
        label.update({"kind": kind} | ({"owner": owner} if owner else {}) | ({"site": True} if site else {}))

    def put_waiver(self, name: str, accounts: Iterable[str], **fields: Any) -> None:
        """Adds a waiver, or adds these accounts to the one of that name and sets the other fields."""
        waivers = self._table("waivers")
        key = label_key(name)
        waiver = _entry(waivers, next((one for one in waivers if label_key(one) == key), name))
        _add_names(waiver, "accounts", accounts, self._account_key)
        waiver.update({field: value for field, value in fields.items() if value})

    def put_permission(self, operator: str, accounts: Iterable[str], **fields: Any) -> None:
        """Permits an operator these accounts: `user` (own or client), `role`, `from` and `until`.

        What the operator was permitted by the same user from the same day on is replaced.
        """
        self.put_permissions(operator, [(accounts, fields)])

    def put_permissions(self, operator: str, blocks: Iterable[tuple[Iterable[str], dict[str, Any]]]) -> None:
        """`put_permission` for many: accounts with the fields that hold for all of them."""
        permissions = Permissions(self._table("permissions"), operator, self._account_key)
        for accounts, fields in blocks:
            permissions.put(accounts, fields)
        permissions.drop_empty()

    def end_permission(self, operator: str, accounts: Iterable[str], until: Any) -> None:
        """Ends what an operator is permitted. Raises UsageError for an account of which nothing is to end."""
        permissions = Permissions(self._table("permissions"), operator, self._account_key)
        left = permissions.end(accounts, until)
        permissions.drop_empty()
        if left:
            accounts = ", ".join(map(excerpt, sorted(left)))
            raise UsageError(
                message(
                    "{operator} has no permission for {accounts} that could end then.",
                    operator=excerpt(operator),
                    accounts=accounts,
                ),
                "Say --own-user or --client-credential to write one that ended.",
            )

    def knew_account(self, name: str) -> bool:
        """Whether the file, as it was read, had the account: in any table, under any spelling."""
        return self._account_key(name) in self._known

    def accounts(self) -> list[str]:
        """The accounts that the file, as it was read, named in any table, by their keys."""
        return sorted(self._known)

    def operators(self) -> list[str]:
        """The people that groups and permissions name."""
        groups = self._document.get("groups", {}).values()
        return [
            *self._document.get("permissions", {}),
            *(one for group in groups for one in group.get("operators", ())),
        ]

    def labels(self) -> list[str]:
        """The names of labels."""
        return list(self._document.get("labels", {}))

    def has_label(self, name: str) -> bool:
        """Whether there is a label of that name."""
        return label_key(name) in map(label_key, self.labels())

    def has_waiver(self, name: str) -> bool:
        """Whether there is a waiver of that name."""
        return label_key(name) in map(label_key, self._document.get("waivers", {}))

    def new_waiver(self) -> str:
        """A name that no waiver has."""
        numbers = range(1, len(self._document.get("waivers", {})) + 2)
        return next(name for name in map("waiver {}".format, numbers) if not self.has_waiver(name))

    def group_accounts(self, name: str) -> list[str]:
        """The accounts of the group of that name; none where there is no such group."""
        groups = self._document.get("groups", {})
        found: MutableMapping[str, Any] = next(
            (group for one, group in groups.items() if label_key(one) == label_key(name)), {}
        )
        return list(map(str, found.get("accounts", ())))

    def values(self) -> dict[str, Any]:
        """The policy's tables as they are now, as TOML gives them."""
        return tomllib.loads(self.text())

    def put_group(self, name: str, accounts: Iterable[str], *, operators: Iterable[str] = (), **fields: Any) -> None:
        """Adds a group, or adds these accounts and operators to the one of that name and sets the other fields."""
        groups = self._table("groups")
        key = label_key(name)
        group = _entry(groups, next((one for one in groups if label_key(one) == key), name))
        group.update({field: value for field, value in fields.items() if value})
        _add_names(group, "accounts", accounts, account_key)
        _add_names(group, "operators", operators, operator_key)

    def text(self) -> str:
        """The policy as it would be saved."""
        text = tomlkit.dumps(self._document)
        lines = (self._before or b"").split(b"\n")
        if len(lines) > 1 and all(line.endswith(b"\r") for line in lines[:-1]):
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        return text

    def check(self) -> None:
        """Raises PolicyError where saving would."""
        self._text_to_save()

    def save(self) -> Policy:
        """Writes the policy whole, readable by its owner only, and its compiled form beside it.

        Raises PolicyError for a policy that would be wrong, UsageError where the file cannot be written or was
        changed by somebody else since it was read; then it stays as it was.
        """
        text = self._text_to_save()
        if read_policy(self.path) != self._before:
            raise UsageError(message("The policy {path} was changed meanwhile.", path=self.path), "Do the same again.")
        try:
            _replace(os.path.realpath(self.path), text)
        except OSError as problem:
            raise UsageError(
                message("The policy {path} cannot be written: {why}.", path=self.path, why=why_of(problem)),
                "Name another with --policy.",
            ) from None
        self._before = text
        return compile_policy(self.path)

    def _text_to_save(self) -> bytes:
        text = self.text()
        parse_policy(text.encode(), self.path)
        if tomllib.loads(text) != self._document.unwrap():
            raise self._for_an_editor("its tables are laid out in a way that cannot be added to")
        return text.encode()

    def _for_an_editor(self, problem: str) -> PolicyError:
        return PolicyError(
            message("The policy cannot be changed by a command: {problem}.", problem=problem),
            "Edit the file.",
            path=self.path,
        )

    def _account_key(self, name: str) -> str:
        """What the spellings of one account have in common: the key of its name in the file, or of the name given."""
        key = account_key(name)
        if self._aliases is None:
            self._aliases = {
                account_key(alias): account_key(known)
                for known, account in self._document.get("accounts", {}).items()
                for alias in account.get("aliases", ())
            }
        return self._aliases.get(key, key)

    def _known_account(self, accounts: MutableMapping[str, Any], name: str) -> str | None:
        """The account's name in the file."""
        key = account_key(name)
        for known, account in accounts.items():
            if key in (account_key(known), *(account_key(alias) for alias in account.get("aliases", ()))):
                return str(known)
        return None

    def _table(self, name: str) -> MutableMapping[str, Any]:
        if name not in self._document:
            self._document[name] = tomlkit.table(is_super_table=name in _OF_TABLES)
        table: MutableMapping[str, Any] = self._document[name]
        return table


def _entry(table: MutableMapping[str, Any], name: str) -> MutableMapping[str, Any]:
    """The table of this name below another; a new one is written the way its parent is."""
    if name not in table:
        table[name] = tomlkit.inline_table() if isinstance(table, InlineTable) else tomlkit.table()
    entry: MutableMapping[str, Any] = table[name]
    return entry


def _add_standing(account: MutableMapping[str, Any], state: str, since: Any) -> None:
    latest = max(account.get("standing", ()), key=lambda change: microseconds(change["from"]), default=None)
    if latest is None or latest["state"] != state:
        _append_standing(account, state, since)


def _append_standing(account: MutableMapping[str, Any], state: str, since: Any) -> None:
    if "standing" not in account:
        account["standing"] = tomlkit.array()
    changes = account["standing"]
    change: MutableMapping[str, Any] = tomlkit.table() if isinstance(changes, AoT) else tomlkit.inline_table()
    change.update({"state": state, "from": since})
    changes.append(change)


def _add_names(group: MutableMapping[str, Any], field: str, names: Iterable[str], key_of: Callable[[str], str]) -> None:
    known = {key_of(one) for one in group.get(field, ())}
    for name in names:
        if key_of(name) in known:
            continue
        known.add(key_of(name))
        if field not in group:
            group[field] = tomlkit.array()
        group[field].append(name)


def _replace(target: str, content: bytes) -> None:
    """The file's new content, whole or not at all."""
    folder = os.path.dirname(target)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=folder, prefix=".policy-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        os.replace(scratch, target)
    except OSError:
        os.unlink(scratch)
        raise
