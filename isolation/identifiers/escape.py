"""Any text made safe to print: nothing that came from outside reaches a terminal or a log raw."""

from __future__ import annotations

from isolation.messages import message

_JOINERS = "\u200c\u200d"  # needed to spell Persian, Hindi and many emoji; they move nothing on a terminal
_EXCERPT = 60


def printable(text: str) -> str:
    r"""The text with everything invisible or commanding written as `\xNN`, `\uNNNN` or `\UNNNNNNNN`.

    Escaped are control characters (ANSI sequences start with one), line and paragraph separators, bidirectional
    controls, other invisible format characters, lone surrogates and code points that are not assigned. Letters
    of every script, all spaces and the zero-width joiners stay. Backslashes stay too, so that `DOMAIN\user`
    reads as it was written: the result is for people and cannot be turned back.
    """
    if text.isprintable():
        return text
    return "".join([character if _is_plain(character) else _escaped(character) for character in text])


def excerpt(text: str, limit: int = _EXCERPT) -> str:
    """The text as a message quotes it: printable, in quotes, and cut after `limit` characters."""
    if len(text) <= limit:
        return f'"{printable(text)}"'
    return message('"{text}…" ({text2} characters)', text=printable(text[:limit]), text2=len(text))


def _is_plain(character: str) -> bool:
    if character.isprintable() or character in _JOINERS:
        return True
    # Of the white space that is not "printable", only U+0020's wider relatives (NBSP, ideographic space …) stay.
    return character.isspace() and character >= "\xa0" and character not in "\u2028\u2029"


def _escaped(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
