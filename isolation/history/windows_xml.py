"""Windows events as XML: `wevtutil qe Security /f:xml`, PowerShell's ToXml(), Event Viewer's "Save as XML".

The elements `Event` are cut out of the text one by one, so a root around them may be there or not, and a damaged one
is one rejected record. What stands inside is read by expat without a document type, so there are no entities to grow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Ignored, RawClose, RawRow, Rejected
from isolation.history.windows_events import FIELDS, PROPERTIES, Event, row
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from isolation.history.documents import Document

_LONGEST = 1 << 20  # characters of one event
_OPENS = re.compile(r"<Event[\s>]")
_CLOSES = "</Event>"


class Reader:
    """The events of one file, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: None = None) -> None:
        self.fields = FIELDS
        self._document = document
        self._encoding = encoding

    def rows(self) -> Iterator[RawRow | RawClose | Ignored | Rejected]:
        """Every event."""
        for line, told in self._events():
            yield row(line, told) if isinstance(told, Event) else self._document.reject(line, told.reason)

    def _events(self) -> Iterator[tuple[int, Event | BadLine]]:
        with self._document.open() as stream:
            for line, text in elements(text_lines(stream, self._encoding)):
                yield line, text if isinstance(text, BadLine) else event_of(text)


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this holds Windows events as XML."""
    start = head.lstrip("\ufeff \t\r\n")
    return start.startswith("<") and "schemas.microsoft.com/win/2004/08/events/event" in start[:8192]


def elements(lines: Iterable[str | BadLine]) -> Iterator[tuple[int, str | BadLine]]:
    """Each element `Event` with the line that it begins on (from 1), or why there is none."""
    begun, held, looked = 0, "", 0
    for number, line in enumerate(lines, 1):
        if isinstance(line, BadLine):
            yield number, line
            continue
        held += line
        while opened := begun or _OPENS.search(held):
            if not begun and isinstance(opened, re.Match):
                begun, held, looked = number, held[opened.start() :], 1
            again, closed = _OPENS.search(held, looked), held.find(_CLOSES, looked)
            if again is not None and not 0 <= closed < again.start():
                yield begun, BadLine(message("The element Event does not end."))
                begun, held = 0, held[again.start() :]
            elif closed >= 0:
                yield begun, held[: closed + len(_CLOSES)]
                begun, held = 0, held[closed + len(_CLOSES) :]
            else:
                looked = max(1, len(held) - len(_CLOSES))
                break
        if not begun:
            held = ""
        elif len(held) > _LONGEST:
            yield begun, BadLine(message("The element Event does not end, or is too long."))
            begun, held = 0, ""
    if begun:
        yield begun, BadLine(message("The file ends inside this event."))


def event_of(text: str, names: Mapping[int, Sequence[str]] = PROPERTIES) -> Event | BadLine:
    """The event that an element tells of, with the data that `names` has for its number."""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type can stand inside an element
    except (ElementTree.ParseError, ValueError) as problem:
        return BadLine(message("The event is no XML: {problem}.", problem=problem))
    system = _child(root, "System")
    number = _text(system, "EventID")
    if system is None or not (number.isascii() and number.isdigit() and len(number) < 6):
        return BadLine(message("The event has no number."))
    created = _child(system, "TimeCreated")
    time = created.get("SystemTime", "") if created is not None else ""
    wanted = names.get(int(number), ())
    data = _child(root, "EventData")
    named = (
        {one.get("Name", ""): one.text or "" for one in data if one.get("Name") in wanted} if data is not None else {}
    )
    return Event(int(number), time, _text(system, "Computer"), _text(system, "EventRecordID"), named)


def _child(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    return None if element is None else next((one for one in element if one.tag.rpartition("}")[2] == name), None)


def _text(element: ElementTree.Element | None, name: str) -> str:
    found = _child(element, name)
    return "" if found is None else (found.text or "").strip()


__all__ = ["FIELDS", "Reader", "elements", "event_of", "recognises"]
