"""Whether the entries of a bundle are of the account or operator it is about, and which of the account's are missing.

Each session of an account carries a number of its own, `acct_seq`, inside its commitment; one that was appended while
the index key was out of reach has it in a later `index` entry.
"""

from __future__ import annotations

from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TELLS_OF = {
    "end": ("session",), "amend": ("session",), "join": ("session",), "observe": ("session",),
    "index": ("session", "end", "observe"),
}  # fmt: skip
_SEQUENCE = "acct_seq"
# Beside the first number of an account that came after another was erased: nobody can tell whether it is that one, so
# it is counted from above the numbers that were used.
_COUNTED_FROM = "acct_from"


class Sequences:
    """Takes a bundle's entries in their order; they have been proved and opened before."""

    def __init__(self, subject: dict[str, Any]) -> None:
        """`subject` is that of the bundle's statement."""
        account, operator = subject["account"], subject["operator"]
        self._group_of: dict[str, int] | None = None
        self._names: list[str] = []
        if account is not None:
            self._names = [spellings[0] if spellings else "" for spellings in account["spellings"]]
            self._group_of = {text: group for group, spellings in enumerate(account["spellings"]) for text in spellings}
        self._operators = None if operator is None else frozenset(operator["spellings"])
        self._kinds: dict[int, str] = {}
        self._groups: dict[int, int] = {}
        self._unassigned: set[int] = set()
        self._last: dict[int, int] = {}
        self._missing: list[tuple[str, int, int]] = []

    def add(self, entry: dict[str, Any]) -> str:
        """Takes an entry; returns what is wrong with it, or ""."""
        index, kind = entry["index"], entry["body"]["kind"]
        of = entry["body"]["open"].get("of")
        self._kinds[index] = kind
        if kind == "session":
            problem = message("it tells of another entry") if of is not None else self._session(entry)
        elif self._kinds.get(of) not in _TELLS_OF[kind] or of == index:
            problem = message("it tells more of an entry that is not in this bundle before it")
        else:
            problem = self._more(entry, of)
        return problem or self._number(entry, of if kind == "index" else index)

    def _session(self, entry: dict[str, Any]) -> str:
        index = entry["index"]
        if self._group_of is not None:
            name = _opened(entry, "account")
            if type(name) is not str or name not in self._group_of:
                return message("it does not show that it is of the account")
            self._groups[index] = self._group_of[name]
        if self._operators is not None and not self._is_operators(entry):
            self._unassigned.add(index)
        return ""

    def _more(self, entry: dict[str, Any], of: int) -> str:
        if self._is_operators(entry):
            self._unassigned.discard(of)
        return ""

    def _is_operators(self, entry: dict[str, Any]) -> bool:
        name = _opened(entry, "operator")
        return type(name) is str and self._operators is not None and name in self._operators

    def _number(self, entry: dict[str, Any], session: int) -> str:
        """The number of its own, where the entry has one."""
        group = self._groups.get(session)
        if group is None or _SEQUENCE not in entry["body"]["sd"]:
            return ""
        number = _opened(entry, _SEQUENCE)
        if type(number) is not int:
            return message("it does not show its number within the account")
        last = self._last.get(group)
        if last is None:
            last = _opened(entry, _COUNTED_FROM, 0)
            if type(last) is not int:
                return message("it does not show what its account is counted from")
        if number <= last:
            return message("its number within the account, {number}, does not follow {last}", number=number, last=last)
        if number > last + 1:
            self._missing.append((self._names[group], last + 1, number - 1))
        self._last[group] = number
        return ""

    def outsider(self) -> int | None:
        """A session that no entry shows to be of the operator, or None."""
        return min(self._unassigned, default=None)

    def missing(self) -> tuple[tuple[str, int, int], ...]:
        """Spelling, first and last number of each run of numbers that no entry has."""
        return tuple(self._missing)


def missing_text(spelling: str, first: int, last: int, *, several: bool) -> str:
    """A run of missing numbers as a sentence; `several` where the account stands under several spellings."""
    what = (
        message("entry {first}", first=first)
        if first == last
        else message("entries {first} to {last}", first=first, last=last)
    )
    under = message(' (recorded as "{spelling}")', spelling=spelling) if several else ""
    return message(
        "{what} of this account{under} {which} not in this bundle",
        what=what,
        under=under,
        which=message("is") if first == last else message("are"),
    )


def _opened(entry: dict[str, Any], name: str, missing: Any = None) -> Any:
    opened = entry["opened"].get(name)
    return missing if opened is None else opened["value"]
