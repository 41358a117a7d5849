"""The elements of one large JSON array, one at a time, from text in pieces: the array itself is never in memory."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from isolation.history.lines import BadLine
from isolation.messages import known, message

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_ELEMENT = 1 << 20  # characters
_BLANK = re.compile(r"[ \t\r\n]*")
_OUTSIDE = re.compile(r'["\[\]{},]')
_INSIDE = re.compile(r'["\\]')
# Numbers stay as they are written: an id of 20 digits or a time with decimals loses nothing.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def elements(pieces: Iterator[str]) -> Iterator[tuple[int, object]]:
    """Each element with the line it starts on (from 1): what it holds, or a BadLine saying why it cannot be told.

    Numbers come as text. A broken element is passed over; where its end cannot be found, that is the last one.
    """
    window = Window(pieces)
    window.next_sign()
    window.pass_over(1)  # the bracket that opens it
    while (sign := window.next_sign()) not in ("]", ""):
        line = window.line
        element = window.element()
        yield line, element
        sign = window.next_sign()
        if sign == ",":
            window.pass_over(1)
        elif sign not in ("]", ""):
            yield window.line, BadLine(message("A comma is missing in the array here; nothing after this was read."))
            return
        elif not sign and isinstance(element, BadLine):
            return
    if not sign:
        yield window.line, BadLine(message("The file ends before the array does; the elements above were read."))
        return
    window.pass_over(1)
    if window.next_sign():
        yield window.line, BadLine(message("There is more text after the end of the array; it was not read."))


class Window:
    """The part of a text that is being looked at: at least one whole element of legal length. `line` is from 1."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self.line = 1

    def next_sign(self) -> str:
        """The next character that is not blank, which comes to stand at the front; "" at the end."""
        while True:
            self._fill()
            blank = _BLANK.match(self._text, self._at)
            self.pass_over(blank.end() - self._at if blank else 0)
            if self._at < len(self._text):
                self._fill()
                return self._text[self._at]
            if not self._fill():
                return ""

    def pass_over(self, count: int) -> None:
        """Go on by so many characters, counting lines."""
        end = self._at + count
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What the pattern matches at the front."""
        return pattern.match(self._text, self._at)

    def pass_to_line(self, begins: str) -> bool:
        """Go on to the next line that begins with one of these signs; False: there is none."""
        while True:
            end = self._text.find("\n", self._at)
            if end < 0:
                self.pass_over(len(self._text) - self._at)
                if not self._fill():
                    return False
                continue
            self.pass_over(end + 1 - self._at)
            self._fill()
            if self._text[self._at : self._at + 1] in (*begins,):
                return True

    def value(self) -> object:
        """The value at the front, passed over; a BadLine, and nothing passed over, where it is too long or broken."""
        try:
            value, end = DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError) as error:
            return BadLine(message("The record is not valid JSON: {why}.", why=_why(error)))
        if end - self._at > LONGEST_ELEMENT:
            return BadLine(message("The record is too long."))
        self.pass_over(end - self._at)
        return value

    def element(self) -> object:
        """The element at the front, passed over; a BadLine where it is too long or broken."""
        try:
            element, end = DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError) as error:
            why = message("The element is not valid JSON: {why}.", why=_why(error))
            if not self._pass_element():
                why = message("{why} Its end could not be found; nothing after it was read.", why=why)
            return BadLine(why)
        length = end - self._at
        self.pass_over(length)
        return element if length <= LONGEST_ELEMENT else BadLine(message("The element is too long."))

    def _fill(self) -> bool:
        """Have the longest element's length ahead, as far as there is text; whether anything came."""
        came = False
        while len(self._text) - self._at <= LONGEST_ELEMENT:
            piece = next(self._pieces, "")
            if not piece:
                break
            self._text = self._text[self._at :] + piece
            self._at = 0
            came = True
        return came

    def _pass_element(self) -> bool:
        """Go on to the comma or bracket that ends a broken element, minding brackets and strings; False: no such."""
        depth, inside = 0, False
        while True:
            found = (_INSIDE if inside else _OUTSIDE).search(self._text, self._at)
            if found is None or (found[0] == "\\" and found.end() == len(self._text)):
                self.pass_over(len(self._text) - self._at - (1 if found else 0))
                if not self._fill():
                    return False
                continue
            sign = found[0]
            if not inside and depth == 0 and sign in ",]}":
                self.pass_over(found.start() - self._at)
                return sign != "}"
            self.pass_over(found.end() - self._at + (sign == "\\"))
            if sign == '"':
                inside = not inside
            elif not inside:
                depth += (sign in "[{") - (sign in "]}")


def _why(error: Exception) -> str:
    """json's own reason without its position, which counts from the window's beginning."""
    return known(error.msg) if isinstance(error, json.JSONDecodeError) else message("it is nested too deeply")


__all__ = ["DECODER", "LONGEST_ELEMENT", "Window", "elements"]
