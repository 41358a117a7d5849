"""Where each key of a TOML text stands: `tomllib` gives values, an error message needs line and column as well.

The scanner is only run on a text that `tomllib` has accepted, so it tells apart and never judges
(TOML 1.0.0, https://toml.io/en/v1.0.0, read 2026-11).
"""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    # The keys and list positions that lead to a value: ("accounts", "amazon:store-us", "aliases", 0).
    Where: TypeAlias = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_FILLER = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""(?:"{0,2})' r"|'''(?:[^']|'(?!''))*'''(?:'{0,2})" r"""|"(?:[^"\\]|\\.)*"|'[^']*'""",
    re.DOTALL,
)
_BARE_VALUE = re.compile(r"[^,\]}#\r\n]*")


def places(text: str) -> dict[Where, int]:
    """The offset in `text`, a valid TOML document, at which each key and each member of a list first stands.

    A table's place is its key in the header, the key before the dot, or the key before the inline table.
    """
    scanner = _Scanner(text)
    with suppress(RecursionError):  # nested nearly as deep as `tomllib` itself goes: what was found until there helps
        scanner.document()
    return scanner.found


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both from 1; a column is a character, a tab too, as editors count them."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Where, int] = {}
        self._members: dict[Where, int] = {}  # arrays of tables -> how many of their members began
        self._last = 0  # where the last part of the latest key stands

    def document(self) -> None:
        here: Where = ()
        self._skip(_FILLER)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                here = self._header()
            else:
                self._assignment(here)
            self._skip(_FILLER)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Moves past what the pattern matches here and returns it; every pattern used so may match nothing."""
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def _header(self) -> Where:
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        where = self._key((), member_of=self._members)
        if array:
            number = self._members.get(where, 0)
            self._members[where] = number + 1
            where = (*where, number)
            self.found[where] = self.found[where[:-1]] if number == 0 else self._last
        self.at += 2 if array else 1
        return where

    def _key(self, where: Where, member_of: dict[Where, int] | None = None) -> Where:
        """Reads a dotted key below `where`; in a header, a part that names an array means its latest member."""
        while True:
            self._skip(_BLANK)
            self._last = self.at
            where = (*where, _plain(self._skip(_KEY)))
            self.found.setdefault(where, self._last)
            self._skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return where
            self.at += 1
            if member_of and where in member_of:
                where = (*where, member_of[where] - 1)

    def _assignment(self, here: Where) -> None:
        where = self._key(here)
        self.at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(where)

    def _value(self, where: Where) -> None:
        if self.text.startswith("[", self.at):
            self._array(where)
        elif self.text.startswith("{", self.at):
            self._inline_table(where)
        elif self.text.startswith(('"', "'"), self.at):
            self._skip(_STRING)
        else:
            self._skip(_BARE_VALUE)

    def _array(self, where: Where) -> None:
        number = 0
        while self._goes_on("]"):
            self.found[(*where, number)] = self.at
            self._value((*where, number))
            number += 1

    def _inline_table(self, where: Where) -> None:
        while self._goes_on("}"):
            self._assignment(where)

    def _goes_on(self, end: str) -> bool:
        """Moves past an opening bracket or a comma; False, and past the closing bracket, where nothing follows."""
        self._skip(_FILLER)
        if not self.text.startswith(end, self.at):
            self.at += 1
            self._skip(_FILLER)
        if not self.text.startswith(end, self.at):
            return True
        self.at += 1
        return False


def _plain(key: str) -> str:
    """A key as `tomllib` names it; quoted ones are spelled like texts."""
    return str(tomllib.loads(f"key = {key}")["key"]) if key[:1] in ("'", '"') else key
