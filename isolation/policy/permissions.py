"""Changing [permissions] in the policy's file: one block for each role, user and period, however many accounts."""

from __future__ import annotations

import tomlkit
from tomlkit.items import AoT, InlineTable

from isolation.identifiers.accounts import operator_key
from isolation.policy.moments import microseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping
    from typing import Any

_SAME = ("user", "role", "from", "until")


class Permissions:
    """One operator's blocks. `key_of` gives what the spellings of one account have in common."""

    def __init__(self, table: MutableMapping[str, Any], operator: str, key_of: Callable[[str], str]) -> None:
        self._table = table
        self._key_of = key_of
        key = operator_key(operator)
        self._name = next((one for one in table if operator_key(one) == key), operator)

    def put(self, accounts: Iterable[str], fields: dict[str, Any]) -> None:
        """Permits these accounts. What was permitted by the same user from the same day on is replaced."""
        said = {key: value for key, value in fields.items() if value}
        block = next((one for one in self._blocks() if _said(one) == said), None)
        wanted = {self._key_of(account): account for account in accounts}
        there = {self._key_of(account) for account in block["accounts"]} if block is not None else set()
        for other in [one for one in self._blocks() if one is not block and _replaced_by(one, said)]:
            self._take(other, set(wanted))
        for key, account in wanted.items():
            if key in there:
                continue
            if block is None:
                block = self._begin(said)
            block["accounts"].append(account)
        self._drop_empty()

    def end(self, accounts: Iterable[str], until: Any) -> set[str]:
        """Ends what is permitted at `until`; returns the accounts of which nothing was to end."""
        wanted = {self._key_of(account): account for account in accounts}
        left = dict(wanted)
        for block in list(self._blocks()):
            if "until" in block and microseconds(block["until"]) <= microseconds(until):
                continue
            taken = self._take(block, set(wanted))
            for key in taken:
                left.pop(key, None)
            if taken:
                self.put(taken.values(), _said(block) | {"until": until})
        self._drop_empty()
        return set(left.values())

    def _blocks(self) -> Any:
        return self._table.get(self._name, ())

    def _begin(self, said: dict[str, Any]) -> MutableMapping[str, Any]:
        if self._name not in self._table:
            self._table[self._name] = tomlkit.array() if isinstance(self._table, InlineTable) else tomlkit.aot()
        blocks = self._table[self._name]
        block: MutableMapping[str, Any] = tomlkit.table() if isinstance(blocks, AoT) else tomlkit.inline_table()
        block["accounts"] = tomlkit.array()
        block.update(said)
        blocks.append(block)
        begun: MutableMapping[str, Any] = blocks[-1]
        return begun

    def _take(self, block: MutableMapping[str, Any], keys: set[str]) -> dict[str, str]:
        """Takes these accounts out of a block; returns those that it had."""
        accounts = block.get("accounts", [])
        taken = {}
        for at in reversed(range(len(accounts))):
            key = self._key_of(accounts[at])
            if key in keys:
                taken[key] = str(accounts[at])
                del accounts[at]
        return dict(reversed(taken.items()))

    def _drop_empty(self) -> None:
        blocks = self._blocks()
        for at in reversed(range(len(blocks))):
            if not blocks[at].get("accounts"):
                del blocks[at]
        if self._name in self._table and not blocks:
            del self._table[self._name]


def _said(block: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: block[key] for key in _SAME if block.get(key)}


def _replaced_by(block: MutableMapping[str, Any], said: dict[str, Any]) -> bool:
    return block.get("user") == said.get("user") and block.get("from") == said.get("from")
