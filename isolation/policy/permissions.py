"""Changing [permissions] in the policy's file: one block for each role, user and period, however many accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import tomlkit
from tomlkit.items import AoT, InlineTable

from isolation.identifiers.accounts import operator_key
from isolation.policy.moments import microseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping
    from typing import Any

_SAME = ("user", "role", "from", "until")


class _Block(NamedTuple):
    """A block of the file, what it says beside its accounts, and their keys in its order."""

    table: MutableMapping[str, Any]
    said: dict[str, Any]
    keys: list[str]


class Permissions:
    """One operator's blocks. `key_of` gives what the spellings of one account have in common."""

    def __init__(self, table: MutableMapping[str, Any], operator: str, key_of: Callable[[str], str]) -> None:
        self._table = table
        self._key_of = key_of
        key = operator_key(operator)
        self._name = next((one for one in table if operator_key(one) == key), operator)
        self._blocks = [
            _Block(
                block,
                {field: block[field] for field in _SAME if block.get(field)},
                [key_of(account) for account in block.get("accounts", ())],
            )
            for block in table.get(self._name, ())
        ]

    def put(self, accounts: Iterable[str], fields: dict[str, Any]) -> None:
        """Permits these accounts. What was permitted by the same user from the same day on is replaced."""
        said = {key: value for key, value in fields.items() if value}
        wanted = {self._key_of(account): account for account in accounts}
        block = next((one for one in self._blocks if one.said == said), None)
        for other in self._blocks:
            if other is not block and _same(other.said, said, "user") and _same(other.said, said, "from"):
                _take(other, wanted)
        there = set() if block is None else set(block.keys)
        for key, account in wanted.items():
            if key not in there:
                block = block or self._begin(said)
                block.table["accounts"].append(account)
                block.keys.append(key)

    def end(self, accounts: Iterable[str], until: Any) -> set[str]:
        """Ends what is permitted at `until`; returns the accounts of which nothing was to end."""
        wanted = {self._key_of(account): account for account in accounts}
        left = dict(wanted)
        for block in list(self._blocks):
            if "until" in block.said and microseconds(block.said["until"]) <= microseconds(until):
                continue
            taken = _take(block, wanted)
            for key in taken:
                left.pop(key, None)
            if taken:
                self.put(taken.values(), block.said | {"until": until})
        return set(left.values())

    def drop_empty(self) -> None:
        """Takes blocks without accounts out of the file."""
        for at in reversed(range(len(self._blocks))):
            if not self._blocks[at].keys:
                del self._table[self._name][at], self._blocks[at]
        if self._name in self._table and not self._blocks:
            del self._table[self._name]

    def _begin(self, said: dict[str, Any]) -> _Block:
        if self._name not in self._table:
            self._table[self._name] = tomlkit.array() if isinstance(self._table, InlineTable) else tomlkit.aot()
        blocks = self._table[self._name]
        table: MutableMapping[str, Any] = tomlkit.table() if isinstance(blocks, AoT) else tomlkit.inline_table()
        table["accounts"] = tomlkit.array()
        table.update(said)
        blocks.append(table)
        begun = _Block(blocks[-1], said, [])
        self._blocks.append(begun)
        return begun


def _take(block: _Block, keys: Iterable[str]) -> dict[str, str]:
    """Takes these accounts out of a block; returns those that it had."""
    wanted = frozenset(keys)
    taken = {}
    if not wanted.isdisjoint(block.keys):
        for at in reversed(range(len(block.keys))):
            if block.keys[at] in wanted:
                taken[block.keys[at]] = str(block.table["accounts"][at])
                del block.table["accounts"][at], block.keys[at]
    return dict(reversed(taken.items()))


def _same(first: dict[str, Any], second: dict[str, Any], field: str) -> bool:
    return first.get(field) == second.get(field)
