"""As much DER (X.690) as reading a time stamp takes: elements and their members, nothing interpreted."""

from __future__ import annotations

from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

INTEGER, OCTETS, OBJECT_ID, GENERALIZED_TIME, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31
CONTEXT_0 = 0xA0  # [0], constructed
MOST_MEMBERS = 100  # that are read of one element: no time stamp has more, and a stranger's may hold millions


class BadDer(ValueError):
    """Bytes that are no DER element of the kind looked for."""


class Element(Value):
    """One element: its tag, and where in the data it starts, its content starts, and both end."""

    __slots__ = ("content", "data", "end", "start", "tag")
    data: bytes
    tag: int
    start: int
    content: int
    end: int

    def __init__(self, data: bytes, tag: int, start: int, content: int, end: int) -> None:
        self._init(data=data, tag=tag, start=start, content=content, end=end)

    def value(self) -> bytes:
        """The content's bytes."""
        return self.data[self.content : self.end]

    def whole(self) -> bytes:
        """The element's bytes, header and all."""
        return self.data[self.start : self.end]

    def members(self) -> list[Element]:
        """The elements that the content consists of."""
        return list(_elements(self.data, self.content, self.end))

    def number(self) -> int:
        """The content as a signed integer."""
        return int.from_bytes(self.value(), "big", signed=True)


def parse(data: bytes) -> Element:
    """The one element that the data consists of. Raises BadDer."""
    elements = list(_elements(data, 0, len(data)))
    if len(elements) != 1:
        raise BadDer("it is not one DER element")
    return elements[0]


def descend(element: Element, *steps: tuple[int, int]) -> Element:
    """The element reached by steps of (place among the members, tag that it must have). Raises BadDer."""
    for place, tag in steps:
        members = element.members()
        if place >= len(members) or members[place].tag != tag:
            raise BadDer(message("there is no element of the tag {tag:#04x} in place {place}", tag=tag, place=place))
        element = members[place]
    return element


def _elements(data: bytes, start: int, end: int) -> Iterator[Element]:
    count = 0
    while start < end:
        count += 1
        if count > MOST_MEMBERS:
            raise BadDer("it has too many members")
        if end - start < 2:
            raise BadDer("it is cut short")
        length, content = data[start + 1], start + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4 or content + size > end:
                raise BadDer("a length is not written as it should be")
            length, content = int.from_bytes(data[content : content + size], "big"), content + size
        if length > end - content:
            raise BadDer("it is cut short")
        yield Element(data, data[start], start, content, content + length)
        start = content + length
