"""Whether the times of a log need a time zone: asked of the whole file before any row of it is taken."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.dates import year_first
from isolation.history.rows import RawClose, RawRow
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.times import BadTime, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHAPES = 1024
_AT_ONCE = 1000  # cells
_DIGITS = bytes.maketrans(b"123456789", b"000000000")


class NoZone(UsageError):
    """Times whose zone, or year, only a person can name."""


def require_offsets(rows: Iterable[object], file: str, order: str = "") -> None:
    """Raise NoZone at the first time or end without an offset, naming its line; other faults wait for their row.

    `order` is that of dates with the year last.
    Whether a time has an offset shows in its shape (`0000-00-00 00:00:00`), and a log has few shapes.
    """
    with_offset: set[bytes] = set()
    for row in rows:
        if not isinstance(row, RawRow | RawClose):
            continue
        cells = row.cells if isinstance(row, RawRow) else {"time": row.time}
        for field in ("time", "end"):
            text = year_first(cells.get(field, ""), order)
            shape = text.encode("utf-8", "surrogatepass").translate(_DIGITS)  # str.translate takes ten times as long
            if not shape or shape in with_offset:
                continue
            if _is_naive(text):
                raise NoZone(
                    message(
                        "{file}, line {line}: the {field} {text} does not say in which time zone it is.",
                        file=file,
                        line=row.line,
                        field=field,
                        text=excerpt(text),
                    ),
                    "Name the zone of the log: --tz Asia/Shanghai, or --tz UTC.",
                )
            if len(with_offset) < _SHAPES and _is_time(text):
                with_offset.add(shape)


def surely_have_offsets(cells: Iterable[bytes]) -> bool:
    """Whether these cells of a column are times with offsets, or empty, as a look at their shapes alone shows.

    It takes a quarter of the time of `require_offsets`, which tells the rest.
    """
    known = {b""}
    cells = iter(cells)
    while block := list(islice(cells, _AT_ONCE)):
        for shape in {*b"\n".join(block).translate(_DIGITS).split(b"\n")} - known:
            cell = next((cell for cell in block if cell.translate(_DIGITS) == shape), b"?")
            if len(known) > _SHAPES or not _is_time(cell.decode("ascii", "replace")):
                return False
            known.add(shape)
    return True


def _is_naive(text: str) -> bool:
    try:
        parse_time(text)
    except BadTime as error:
        return error.naive
    return False


def _is_time(text: str) -> bool:
    try:
        parse_time(text)
    except BadTime:
        return False
    return True


__all__ = ["require_offsets", "surely_have_offsets"]
