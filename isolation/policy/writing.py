"""Changing the policy's file: what a person wrote around it stays, and nothing half done is left behind."""

from __future__ import annotations

import os
import tempfile

import tomlkit
from tomlkit.items import Table

from isolation.errors import PolicyError, UsageError
from isolation.identifiers.accounts import account_key
from isolation.policy import Policy, compile_policy
from isolation.policy.document import parse_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_OPENING = """\
# The policy of `isolation`: which accounts exist, which belong together, how strict to be.
# It holds no address, MAC or Wi-Fi name. docs/policy.md explains every key.
"""


class PolicyFile:
    """A policy being changed. `save` checks the whole of it before a byte of the file changes."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            with open(path, "rb") as file:
                text = file.read()
        except FileNotFoundError:
            text = _OPENING.encode()
        else:
            parse_policy(text, path)
        self._document = tomlkit.parse(text.decode("utf-8-sig"))

    def set_general(self, **values: Any) -> None:
        """Sets keys of [policy]."""
        table = self._table("policy")
        for key, value in values.items():
            table[key] = value

    def put_account(
        self, name: str, *, owner: str = "", platform: str = "", standing: str = "", since: Any = None
    ) -> None:
        """Adds an account, or changes the one whose name compares equal."""
        accounts = self._table("accounts")
        key = account_key(name)
        known = next((one for one in accounts if account_key(one) == key), None)
        if known is None:
            accounts[name] = tomlkit.table()
            known = name
        account = accounts[known]
        for field, value in (("owner", owner), ("platform", platform)):
            if value:
                account[field] = value
        if standing:
            changes = account.get("standing", tomlkit.array())
            changes.append({"state": standing, "from": since})
            account["standing"] = changes

    def put_group(self, name: str, accounts: Iterable[str], **fields: Any) -> None:
        """Adds a group, or adds these accounts and fields to the one of that name."""
        groups = self._table("groups")
        if name not in groups:
            groups[name] = tomlkit.table()
        group = groups[name]
        for key, value in fields.items():
            if value:
                group[key] = value
        members = group.get("accounts", tomlkit.array())
        known = {account_key(one) for one in members}
        for account in accounts:
            if account_key(account) not in known:
                members.append(account)
                known.add(account_key(account))
        group["accounts"] = members

    def text(self) -> str:
        """The policy as it would be saved."""
        return tomlkit.dumps(self._document)

    def save(self) -> Policy:
        """Writes the policy whole, readable by its owner only, and its compiled form beside it.

        Raises PolicyError for a policy that would be wrong (the file stays as it was), UsageError where it cannot
        be written.
        """
        text = self.text().encode()
        parse_policy(text, self.path)
        folder = os.path.dirname(os.path.abspath(self.path))
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            handle, scratch = tempfile.mkstemp(dir=folder, prefix=".policy-")
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
            os.replace(scratch, self.path)
        except OSError as problem:
            raise UsageError(
                f"The policy {self.path} cannot be written: {problem.strerror}.", "Name another with --policy."
            ) from None
        return compile_policy(self.path)

    def _table(self, name: str) -> Table:
        if name not in self._document:
            self._document[name] = tomlkit.table(is_super_table=name in ("accounts", "groups"))
        table = self._document[name]
        if not isinstance(table, Table):
            raise PolicyError(f"[{name}] must be written as a table of its own.", path=self.path)
        return table
