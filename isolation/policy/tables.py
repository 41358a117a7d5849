"""The policy's TOML as tables that know where they stand, so that whatever is wrong in one can be pointed at."""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Any

from isolation.errors import BadIdentifier, PolicyError
from isolation.identifiers.escape import excerpt
from isolation.messages import joined, known, message
from isolation.policy.places import line_and_column, places
from isolation.policy.plain import MEASURED, measured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isolation.policy.places import Where

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
# What tomllib says (Lib/tomllib/_parser.py); looked up by the words.
_OF_TOML = (
    message("Invalid initial character for a key part"), message("Expected '=' after a key in a key/value pair"),
    message("Invalid value"), message("Invalid statement"), message("Unterminated string"), message("Unclosed array"),
    message("Unclosed inline table"), message("Cannot overwrite a value"), message("Expected ']' at the end of a table "
    "declaration"), message("Expected newline or end of document after a statement"),
)  # fmt: skip
_MEND = message("Mend the TOML.")
_LEARN = message("The policy holds no address, MAC or Wi-Fi name: `isolation name machine|network LABEL` learns them.")


class Table:
    """One table of the policy. Every reader raises PolicyError, with line and column, for what it may not be."""

    def __init__(self, text: str, path: str, values: dict[str, Any], where: Where = ()) -> None:
        self._text = text
        self._path = path
        self._values = values
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def wrong(self, message: str, hint: str = "", *at: str | int) -> PolicyError:
        """The error that points at `at` below this table, or at what comes nearest to it in the text."""
        found = places(self._text)
        where = (*self.where, *at)
        while where and where not in found:
            where = where[:-1]
        line, column = line_and_column(self._text, found[where]) if where else (0, 0)
        return PolicyError(message, hint, path=self._path, line=line, column=column)

    def only(self, *known: str) -> None:
        """Refuses any other key."""
        for key in self._values:
            if key not in known:
                hint = _LEARN if key in MEASURED else message("Known there: {known}.", known=joined(", ", known))
                raise self.wrong(
                    message("There is no key {key} in {header}.", key=excerpt(key), header=self.header()), hint, key
                )

    def header(self) -> str:
        """The table as it is written: `[accounts."amazon:store-us"]`."""
        return f"[{'.'.join(_written(part) for part in self.where if isinstance(part, str))}]"

    def table(self, key: str) -> Table:
        """The table below this one that `key` names; an empty one where there is none."""
        return self._below(self._values.get(key, {}), key)

    def items(self) -> Iterator[tuple[str, object]]:
        """Every key with its value as it was parsed."""
        yield from self._values.items()

    def names(self) -> list[str]:
        """Every key."""
        return list(self._values)

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every key with its table."""
        for key in self._values:
            yield key, self.table(key)

    def list_of_tables(self, key: str) -> list[Table]:
        """A list of tables, empty where there is none."""
        return [self._below(value, key, number) for number, value in enumerate(self._list(key, "tables"))]

    def text(self, key: str) -> str:
        """A text, "" where there is none."""
        value = self._values.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(message("{key} is {value}.", key=key, value=shown(value)), "Write a text in quotes.", key)
        return value

    def plain(self, key: str) -> str:
        """A text without an address in it, "" where there is none."""
        text = self.text(key)
        self.require_plain(text, key)
        return text

    def said(self, key: str) -> str:
        """A `plain` text that says something."""
        text = self.plain(key)
        if not text.strip():
            raise self.wrong(message("{key} is empty.", key=key), "Write a text in quotes.", key)
        return text

    def require_plain(self, text: str, *at: str | int) -> None:
        """Refuses a text that holds an address."""
        found = measured(text)
        if found:
            raise self.wrong(message("{text} holds {found}.", text=excerpt(text), found=found), _LEARN, *at)

    def flag(self, key: str) -> bool:
        """True or false; false where there is none."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(
                message("{key} is {value}.", key=key, value=shown(value)), "Write true or false, without quotes.", key
            )
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty where there is none."""
        values = self._list(key, "texts")
        for number, value in enumerate(values):
            if not isinstance(value, str):
                raise self.wrong(
                    message("{key} holds {value}.", key=key, value=shown(value)), "Write texts in quotes.", key, number
                )
        return values

    def choice(self, key: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of a few words; refused where it is missing and has no default."""
        value = self._values.get(key, default)
        if value not in choices:
            problem = (
                message("{key} is {value}.", key=key, value=shown(value))
                if key in self
                else message("{header} has no {key}.", header=self.header(), key=key)
            )
            raise self.wrong(problem, message("Write one of: {choices}.", choices=joined(", ", choices)), key)
        return str(value)

    def number(self, key: str, least: int, most: int, default: int = 0) -> int:
        """A whole number within these bounds."""
        value = self._values.get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(
                message("{key} is {value}.", key=key, value=shown(value)),
                message("Write a whole number from {least} to {most}.", least=least, most=most),
                key,
            )
        return value

    def moment(self, key: str) -> int | None:
        """A moment in µs; a date is its first moment in UTC. None where there is none."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, datetime.datetime):
            if value.tzinfo is None:
                hint = message("Write a date alone, or a time with its offset, as 2026-01-31T12:00:00Z.")
                raise self.wrong(
                    message(
                        "{key} is {value}, which happens at another moment in each zone.", key=key, value=shown(value)
                    ),
                    hint,
                    key,
                )
            return (value - _EPOCH) // _MICROSECOND
        if isinstance(value, datetime.date):
            start = datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
            return (start - _EPOCH) // _MICROSECOND
        raise self.wrong(
            message("{key} is {value}.", key=key, value=shown(value)),
            "Write a date, as 2026-01-31, without quotes.",
            key,
        )

    def period(self, wrong: str = "The period ends before it begins.") -> tuple[int | None, int | None]:
        """`from` and `until`, in that order; `wrong` says that they are not."""
        since, until = self.moment("from"), self.moment("until")
        if since is not None and until is not None and since >= until:
            raise self.wrong(wrong, "Mend from or until.", "until")
        return since, until

    def named(self, read: Callable[[str], str], name: str, *at: str | int) -> str:
        """What `read` makes of a name; a name that cannot be one is pointed at."""
        try:
            return read(name)
        except BadIdentifier as problem:
            raise self.wrong(problem.message, problem.hint or message("Write another name."), *at) from None

    def _list(self, key: str, what: str) -> list[Any]:
        value = self._values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(
                message("{key} is {value}.", key=key, value=shown(value)),
                message("Write a list of {what} in square brackets.", what=what),
                key,
            )
        return value

    def _below(self, value: object, *at: str | int) -> Table:
        below = Table(self._text, self._path, {}, (*self.where, *at))
        if not isinstance(value, dict):
            raise self.wrong(
                message("{at} is {value}.", at=at[0], value=shown(value)),
                message("Write {header} on a line of its own.", header=below.header()),
                *at,
            )
        below._values = value
        return below


def read_document(text: bytes, path: str) -> Table:
    """The whole document as the outermost table. Raises PolicyError for what is no UTF-8 or no TOML."""
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = text[: problem.start].decode("utf-8-sig", "replace")
        line, column = line_and_column(before, len(before))
        raise PolicyError(
            "The policy is not UTF-8 text.", "Save it as UTF-8.", path=path, line=line, column=column
        ) from None
    try:
        return Table(decoded, path, tomllib.loads(decoded))
    except tomllib.TOMLDecodeError as problem:
        reason, _, place = str(problem).rpartition(" (at ")
        numbers = re.fullmatch(r"line (\d+), column (\d+)\)", place)
        line, column = (int(numbers[1]), int(numbers[2])) if numbers else line_and_column(decoded, len(decoded))
        if reason.startswith("Invalid date"):
            reason = message("{word_at} is a date that does not exist", word_at=_word_at(decoded, line, column))
        said = message("{problem}.", problem=known(reason or str(problem)))
        raise PolicyError(said, _MEND, path=path, line=line, column=column) from None
    except (RecursionError, ValueError):  # `tomllib` lets both out: lists in lists in lists, and endless digits
        raise PolicyError("A list is nested too deeply, or a number is too long.", _MEND, path=path) from None


def _word_at(text: str, line: int, column: int) -> str:
    rest = text.split("\n")[line - 1][column - 1 :]
    found = re.match(r"[0-9TtZz:.+-]+", rest)
    return found[0] if found is not None else excerpt(rest.strip())


def shown(value: object) -> str:
    """A TOML value as an error quotes it, short and printable."""
    if isinstance(value, str):
        return excerpt(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        return message("a number of many digits")
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else str(value)


def _written(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else excerpt(key)
