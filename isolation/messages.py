"""Sentences that know their pattern, so that they can be said in another language.

What the program says is English text wherever it is made, compared and stored; a `Message` is that text, and carries
besides what it was made of. Whoever shows it asks `isolation.language` to say it (docs/decisions/0038). The patterns
are collected from the calls of `message` and `plural`, so they are literals there.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Message(str):
    """An English text with its pattern (as of `str.format`) and the values in it.

    A value that is a Message itself is part of the program's speech and is translated too; every other value is data
    and stays as it is. `many` is the pattern for several, chosen by `number`. A Message of `parts` is several in a row,
    with the pattern between them.
    """

    __slots__ = ("many", "number", "parts", "pattern", "values")
    pattern: str
    values: Mapping[str, object]
    many: str
    number: int
    parts: tuple[str, ...]


class Told(Message):
    """An English text whose pattern is not known any more: one out of the ledger, or put together of several.

    Whoever says it in another language looks for what it was made of (`isolation.phrasebook`).
    """

    __slots__ = ()


class Seen(str):
    """A value as it stands in a text, whatever format its pattern gives it."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


def _made(
    text: str,
    pattern: str,
    values: Mapping[str, object],
    many: str = "",
    number: int = 1,
    parts: tuple[str, ...] = (),
    kind: type[Message] = Message,
) -> Message:
    made = kind(text)
    made.pattern, made.values, made.many, made.number, made.parts = pattern, values, many, number, parts
    return made


def message(pattern: str, /, **values: object) -> Message:
    """The sentence of this pattern: `message("{name} is new here.", name=account)`."""
    return _made(pattern.format_map(values) if values else pattern, pattern, values)


def plural(one: str, many: str, count: int, /, **values: object) -> Message:
    """A number of things: `plural("{count} session", "{count} sessions", 2)`."""
    values["count"] = count
    return _made((one if count == 1 else many).format_map(values), one, values, many, count)


def known(text: str) -> Message:
    """A text as speech of the program: one without values, or one that comes back out of the ledger as plain text."""
    return text if isinstance(text, Message) else _made(text, text, {}, kind=Told)


def joined(separator: str, parts: Iterable[str]) -> Message:
    """Texts in a row, as `str.join` does; those that are Messages stay such."""
    every = tuple(parts)
    return _made(separator.join(every), separator, {}, parts=every)


def changed(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` made to the data in it; what the program says in it stays."""
    if not isinstance(text, Message):
        return change(text)
    if text.parts:
        return joined(text.pattern, [changed(part, change) for part in text.parts])
    if not text.values:
        return text
    values = {name: changed(value, change) if isinstance(value, str) else value for name, value in text.values.items()}
    pattern = text.many if text.many and text.number != 1 else text.pattern
    return _made(pattern.format_map(values), text.pattern, values, text.many, text.number)
