"""How wide the columns of a table on paper are: no word reaches into the next column."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from isolation.model import Value
from isolation.reports.paper_chart import WIDTH_CM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_POINTS = WIDTH_CM / 2.54 * 72
_LETTER = 0.56  # of the size of the font: its digits, which are wider than most of its letters
_BETWEEN = 2.6  # letters that stay free between two columns
_SIZES = (8.0, 7.0)  # points
_WIDEST = 60  # letters that a column's share is counted by
_LONGEST_RUN = 12  # letters without a place to break a line
_BREAK = "\u200b"

_MOMENT = re.compile(r"\(?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:UTC|[+-]\d\d:\d\d)\)?")
_MAC = re.compile(r"\W?(?:[0-9A-F]{2}-){5}[0-9A-F]{2}\W?")  # is short enough to stay whole
_PLACES = re.compile(r"(?<=[:/@._>)\]}])(?=[^\W\d_])|(?<=.)(?=[<(\[{]/?[^\W\d_])")  # of a name or an address
_RUN = re.compile(rf"\S{{{_LONGEST_RUN + 1},}}")


class Layout(Value):
    """The widths of columns (letters), the size of the font (points), and whether moments stay in one line."""

    __slots__ = ("size", "whole", "widths")
    widths: tuple[float, ...]
    size: float
    whole: bool

    def __init__(self, widths: tuple[float, ...], size: float, *, whole: bool) -> None:
        self._init(widths=tuple(widths), size=size, whole=whole)


def layout(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """The columns of texts that were made `breakable`; the largest font and whole moments, where there is room."""
    cells = [[title, *(row[at] for row in rows)] for at, title in enumerate(columns)]
    wanted = [_BETWEEN + _usual(column) for column in cells]
    for size, whole in ((size, whole) for whole in (True, False) for size in _SIZES):
        room = _POINTS / (size * _LETTER)
        needed = [_BETWEEN + max(_needed(cell, whole=whole) for cell in column) for column in cells]
        if sum(needed) <= room:
            break
    more = [max(0.0, want - need) for want, need in zip(wanted, needed, strict=True)]
    share = min(1.0, max(0.0, room - sum(needed)) / (sum(more) or 1.0))
    widths = tuple(round(need + share * one, 2) for need, one in zip(needed, more, strict=True))
    return Layout(widths, size, whole=whole)


def breakable(text: str) -> str:
    """The text with places to break a line within runs of more than 12 letters, as identifiers and long names have.

    A run is broken into pieces of about one length; a MAC address stays whole.
    """
    return _RUN.sub(_broken, text)


def _broken(run: re.Match[str]) -> str:
    return _BREAK.join(map(_pieces, _PLACES.split(run[0])))


def _pieces(run: str) -> str:
    if len(run) <= _LONGEST_RUN or _MAC.fullmatch(run):
        return run
    each = -(-len(run) // -(-len(run) // _LONGEST_RUN))
    return _BREAK.join(run[at : at + each] for at in range(0, len(run), each))


def _usual(column: Sequence[str]) -> float:
    """How wide a column would be by its title and its usual cell."""
    title, *cells = map(_width, column)
    return min(_WIDEST, max(title, sum(cells) / len(cells) if cells else 0))


def _needed(text: str, *, whole: bool) -> int:
    """How wide the widest piece is that no line ends in."""
    if whole:
        text = _MOMENT.sub(lambda moment: moment[0].replace(" ", "_"), text)
    return max(map(_unbroken, text.replace(_BREAK, " ").split()), default=0)


def _unbroken(piece: str) -> int:
    """A line may end between any two Chinese signs; three of them stay together for the look of it."""
    wide = sum(east_asian_width(letter) in "WF" for letter in piece)
    return len(piece) - wide + 2 * min(wide, 3)


def _width(text: str) -> int:
    """How wide a text is in letters; a Chinese sign is as wide as two (Unicode Standard Annex 11)."""
    return sum(2 if east_asian_width(letter) in "WF" else letter != _BREAK for letter in text)
