"""Names that are not what they were: cut down by a spreadsheet, or read in a wrong encoding on their way here."""

from __future__ import annotations

import re

_SHORTENED = re.compile(r"\s*[+-]?\d[.,]?\d*[eE]\+\d{1,3}\s*", re.ASCII)
# What UTF-8 was taken for, most often: Windows in western Europe (and what it lacks), and China.
_TAKEN_FOR = ("cp1252", "latin-1", "gb18030")
_REPLACED = "\ufffd"


def shortened(text: str) -> bool:
    """Whether a text is a long number as a spreadsheet shows it, like `7.25E+18`: only its first digits are left."""
    return ("E+" in text or "e+" in text) and _SHORTENED.fullmatch(text) is not None


def misread(text: str) -> str:
    """What a text was before its UTF-8 bytes were taken for another encoding (`MÃ¼ller`: `Müller`), or "".

    Few texts that mean what they say turn into UTF-8 when they are written in one of these: of letters with accents
    a lead byte and exactly as many following ones must meet, of Chinese that and a shorter, plainer text.
    """
    if text.isascii():
        return ""
    for encoding in _TAKEN_FOR:
        try:
            was = _bytes(text, encoding).decode()
        except UnicodeError:
            continue
        foreign = [character for character in was if not character.isascii()]
        if not foreign or not was.isprintable() or _REPLACED in was:
            continue
        if encoding != "gb18030" or (len(foreign) > 1 and all("\u4e00" <= letter <= "\u9fff" for letter in foreign)):
            return was
    return ""


def _bytes(text: str, encoding: str) -> bytes:
    """The text in that encoding; what cp1252 has no sign for is the control of that number, as programs read it."""
    if encoding != "cp1252":
        return text.encode(encoding)
    return b"".join(
        letter.encode("latin-1") if "\x80" <= letter <= "\x9f" else letter.encode("cp1252") for letter in text
    )


__all__ = ["misread", "shortened"]
