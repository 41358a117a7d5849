"""How a text is set: how wide it is on a terminal, and how Chinese stands beside figures, names and its own marks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# A full-width mark brings its own room, so that no space stands beside it.
_MARKS = tuple("，。、；：！？（）《》“”…")


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: East Asian wide characters two (UAX #11), combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(columns_of, text))


def columns_of(character: str) -> int:
    """The same of one character."""
    import unicodedata  # only for text that is not ASCII

    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, width: int) -> str:
    """The text with spaces after it, up to so many columns."""
    return text + " " * (width - columns(text))


def filled(pattern: str, values: Mapping[str, object], spoken: Collection[str] = ()) -> str:
    """A Chinese pattern (as of `str.format`) with its values in it; a width is one in columns.

    A space comes between a character and a figure or Latin letter where a value begins or ends, and none stands beside
    a full-width mark; the values themselves stay as they are, but for those named in `spoken`, which are speech too.
    """
    from string import Formatter

    formatter = Formatter()
    pieces: list[tuple[str, bool]] = []
    for literal, name, form, conversion in formatter.parse(pattern):
        pieces.append((literal, True))
        if name is not None:
            value = formatter.convert_field(values[name], conversion)
            wide = isinstance(value, str) and (form or "").startswith("<")
            pieces.append((padded(value, int((form or "")[1:])) if wide else format(value, form or ""), name in spoken))
    return _in_a_row(pieces)


def in_a_row(texts: Iterable[tuple[str, bool]], separator: str) -> str:
    """Texts, each with whether it is speech, with a separator between them, set as in `filled`."""
    pieces: list[tuple[str, bool]] = []
    for text in texts:
        pieces += [(separator, True), text] if pieces else [text]
    return _in_a_row(pieces)


def _in_a_row(pieces: Iterable[tuple[str, bool]]) -> str:
    """The pieces, of which those that say True are the program's own and may lose a space: beside a mark, and between
    two of them that are both Chinese.
    """
    row, ours = "", False
    for piece, mine in pieces:
        if mine and row.endswith(_MARKS):
            piece = piece.lstrip(" ")
        if ours and piece.startswith(_MARKS) and not row.isspace():
            row = row.rstrip(" ")
        if ours and mine and _is_ideograph(row.rstrip(" ")[-1:]) and _is_ideograph(piece.lstrip(" ")[:1]):
            row, piece = row.rstrip(" "), piece.lstrip(" ")
        if not piece:
            continue
        row += (" " if _apart(row[-1:], piece[0]) else "") + piece
        ours = mine
    return row


def _apart(before: str, after: str) -> bool:
    return (_is_ideograph(before) and _is_latin(after)) or (_is_latin(before) and _is_ideograph(after))


def _is_ideograph(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


__all__ = ["columns", "columns_of", "filled", "in_a_row", "padded"]
