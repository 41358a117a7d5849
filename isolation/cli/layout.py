"""Lines of text for a terminal or a pipe: wrapped at the terminal's width, coloured where it has colours.

In a pipe nothing is wrapped or coloured. `NO_COLOR` (https://no-color.org, read 2026-11) and `TERM=dumb` are heeded.
"""

from __future__ import annotations

import os
import sys

from isolation.typesetting import columns, columns_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TextIO

_NARROWEST = 20
_CLOSING = ",.;:!?)]}\"'…，。、；：！？）】》」』”’"  # no row begins with one of these
_OPENING = "“‘（《【「『"  # and none ends with one of these
_STYLES = {"bad": "1;31", "unsure": "1;33", "good": "1;32", "strong": "1", "dim": "2"}


class Line:
    """One line: a text, how far it is set in, its style ("" or bad, unsure, good, strong, dim), and whether it is a
    command to copy, which is never wrapped."""

    __slots__ = ("command", "indent", "style", "text")

    def __init__(self, text: str, indent: int = 0, style: str = "", *, command: bool = False) -> None:
        self.text = text
        self.indent = indent
        self.style = style
        self.command = command


def laid_out(lines: Iterable[Line], say: Callable[[str], str], width: int | None = None, *, colours: bool) -> str:
    """The lines as one text; `say` makes each text's words, `width` is in columns (None: do not wrap)."""
    return "\n".join([_painted(row, one.style if colours else "") for one in lines for row in _rows(one, say, width)])


def _rows(line: Line, say: Callable[[str], str], width: int | None) -> Iterator[str]:
    margin = " " * line.indent
    for text in say(line.text).split("\n"):
        if width is None or line.command:
            yield margin + text
        else:
            yield from (margin + row for row in wrapped(text, max(width, _NARROWEST) - line.indent))


def _painted(row: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{row}\x1b[0m" if style and row else row


def wrapped(text: str, width: int) -> list[str]:
    """The text in rows of at most `width` columns; further rows are set in by two.

    It breaks at spaces, between wide characters, and within a word that is longer than a row.
    """
    if columns(text) <= width:
        return [text]
    rows: list[str] = []
    row, used = "", 0
    for piece in _pieces(text):
        size = columns(piece)
        if used + columns(piece.rstrip(" ")) > width and row.strip():
            rows.append(row.rstrip(" "))
            row, used = "  ", 2
        while used + columns(piece.rstrip(" ")) > width:
            head = _head(piece, width - used)
            rows.append(row + head)
            piece, row, used = piece[len(head) :], "  ", 2
            size = columns(piece)
        row, used = row + piece, used + size
    return [*rows, row.rstrip(" ")] if row.strip() else rows


def _pieces(text: str) -> Iterator[str]:
    """The parts that must not be broken: words with the spaces after them, single wide characters with their marks."""
    piece, after_wide = "", False
    for character in text:
        wide = not character.isascii() and columns_of(character) == 2 and character not in _CLOSING
        breaks = piece[-1:] == " " or (after_wide and character not in _CLOSING)
        wide = wide or character in _OPENING
        if piece and (wide or breaks) and character != " " and piece[-1] not in _OPENING:
            yield piece
            piece, after_wide = "", False
        piece += character
        after_wide = wide or (after_wide and character in _CLOSING)
    if piece:
        yield piece


def _head(piece: str, width: int) -> str:
    """As much of a word as fits, one character at least."""
    end, used = 0, 0
    while end < len(piece) and (end == 0 or used + columns_of(piece[end]) <= width):
        used += columns_of(piece[end])
        end += 1
    return piece[:end]


def has_colours(stream: TextIO | None, environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether colours are shown: on a terminal that has them, unless NO_COLOR or TERM=dumb say otherwise."""
    if stream is None or not stream.isatty() or environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    # An old console of Windows prints the codes; the newer ones set one of these.
    return platform != "win32" or bool(environment.keys() & {"WT_SESSION", "TERM", "ANSICON"})


def width_of(stream: TextIO | None) -> int | None:
    """The width of the terminal that a stream is, in columns; None where it is none."""
    if stream is None or not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


__all__ = ["Line", "columns", "has_colours", "laid_out", "width_of", "wrapped"]
