"""Which encoding a log is written in: as told, as its byte order mark says, UTF-8, or what its letters allow.

A single-byte code page fits any bytes, so "it decodes" proves little. Among the Windows code pages and GB18030
one is taken only when its text reads like writing and that of every other one does not; otherwise the user is
asked. A wrong guess would misspell account names silently, and two spellings are two accounts.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.archives import WORKBOOK
from isolation.history.lines import LONGEST_LINE, byte_lines, byte_order_mark, is_cut
from isolation.history.writing import could_be_western, reads_well
from isolation.identifiers.escape import excerpt
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isolation.history.documents import Document

# https://learn.microsoft.com/windows/win32/intl/code-page-identifiers: the ANSI code pages; cp936 is in GB18030.
# EUC-JP is none of them, but reads like Big5 where it is not among the candidates.
CODE_PAGES = (
    "gb18030", "big5", "cp932", "cp949", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp1257", "cp1258", "cp874", "euc_jp",
)  # fmt: skip
_UNMARKED = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_CHUNK = 1 << 20
_SAMPLE = 1 << 14  # bytes of lines with other letters than English that decide
_STRAY = 50  # one line in so many may be damaged


def encoding_of(document: Document, told: str | None, names: Sequence[str] = ()) -> str:
    """The encoding to read the document in, by Python's name; reads all of it, so a damaged gzip shows here.

    `told` is `--encoding`; `names` are texts that its beginning must hold (the mapped columns). Raises UsageError
    for an unknown encoding, and where several encodings fit: it names them.
    """
    if document.head.startswith(WORKBOOK) or document.binary:
        return "utf-8"
    marked = byte_order_mark(document.head)[1]
    known = _named(told, marked) if told else marked or _wide(document.head)
    whole = _is_utf8(document)
    if known or whole:
        return known or "utf-8"
    return _judged(document, _foreign_lines(document), names)


def _named(name: str, marked: str) -> str:
    """The encoding of that name; which half of UTF-16 or UTF-32 says the byte order mark, if there is one."""
    try:
        encoding = codecs.lookup(name).name
        codecs.getincrementaldecoder(name)
        b"\n".decode(name, "replace")  # refuses codecs that are no text encodings
    except (LookupError, ValueError) as error:
        raise UsageError(
            message("{name} is no encoding known here.", name=excerpt(name)), "Try utf-8, gb18030, utf-16 or cp1252."
        ) from error
    if encoding in ("utf-8-sig", "utf-16", "utf-32"):
        family = encoding.removesuffix("-sig")
        return marked if marked.startswith(family) else _UNMARKED[family]
    return encoding


def _wide(head: bytes) -> str:
    """UTF-16 without a byte order mark: of ASCII text, every second byte is NUL."""
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd * 5 > len(sample) and even * 50 < len(sample):
        return "utf-16-le"
    if even * 5 > len(sample) and odd * 50 < len(sample):
        return "utf-16-be"
    return ""


def _is_utf8(document: Document) -> bool:
    """Whether all of it is UTF-8; reads to the end either way, for what reading alone finds out."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    good = True
    with document.open() as stream:
        while chunk := stream.read(_CHUNK):
            if good:
                good = _decodes(decoder, chunk, False)
        cut = is_cut(stream)
    return good and (cut or _decodes(decoder, b"", True))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _foreign_lines(document: Document) -> list[bytes]:
    """The first lines that are not ASCII alone, up to `_SAMPLE` bytes of them."""
    lines: list[bytes] = []
    left = _SAMPLE
    with document.open() as stream:
        for line in byte_lines(stream):
            if line.isascii() or len(line) > LONGEST_LINE:
                continue
            lines.append(line.strip(b"\r\n"))
            left -= len(line)
            if left < 0:
                break
    return lines


def _judged(document: Document, lines: list[bytes], names: Sequence[str]) -> str:
    # Of bytes that are not UTF-8, a line of several characters hardly ever is by chance.
    share = len(_decoded(lines, "utf-8")) / len(lines) if lines else 1.0
    if share >= 0.9:
        return "utf-8"
    wanted = [name for name in names if not name.isascii()]
    readings = _readings(document, lines, wanted) or _readings(document, lines, [])
    if [*readings.values()] == ["gb18030"] and not wanted:
        western = tuple(_decoded(lines, "cp1252"))
        if could_be_western("\n".join(western)):
            readings[western] = "cp1252"  # two accents in a row are a Chinese character: that is asked about
    if len(readings) == 1:
        return next(iter(readings.values()))
    if share >= 0.5 and not readings:
        return "utf-8"
    if not readings:
        raise UsageError(
            message("{name} is not UTF-8, and no other encoding fits it well.", name=document.name),
            "Say which it is with --encoding.",
        )
    fitting = " or ".join(f"{page} ({excerpt(word)})" for page, word in _telling_words(readings))
    raise UsageError(
        message("{name} is not UTF-8; it could be {fitting}.", name=document.name, fitting=fitting),
        message("Say which it is: --encoding {next}.", next=next(iter(readings.values()))),
    )


def _readings(document: Document, lines: list[bytes], wanted: list[str]) -> dict[tuple[str, ...], str]:
    """What the lines can be read as, and the first code page that reads them so: those that agree count as one."""
    readings: dict[tuple[str, ...], str] = {}
    for page in CODE_PAGES:
        if _fits(document.head, lines, page, wanted):
            readings.setdefault(tuple(_decoded(lines, page)), page)
    return readings


def _fits(head: bytes, lines: list[bytes], page: str, wanted: list[str]) -> bool:
    """Whether the lines decode, all but a stray one, into something that reads well, and the names are there."""
    decoded = _decoded(lines, page)
    if (len(lines) - len(decoded)) * _STRAY > len(lines):
        return False
    if wanted:
        # The user typed these names, so a page under which they stand there is right, however the rest reads.
        start = head.decode(page, "replace")
        return all(name in start for name in wanted)
    return reads_well("\n".join(decoded), page)


def _decoded(lines: list[bytes], encoding: str) -> list[str]:
    texts = []
    for line in lines:
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError:
            continue
    return texts


def _telling_words(readings: dict[tuple[str, ...], str]) -> Iterator[tuple[str, str]]:
    """Each encoding with a word that it makes of the first line that they read differently."""
    versions = next(lines for lines in zip(*readings, strict=False) if len(set(lines)) > 1)
    for page, line in zip(readings.values(), versions, strict=True):
        words = [word for word in re.findall(r"\w+", line) if not word.isascii()]
        yield page, max(words, key=len, default=line)


__all__ = ["CODE_PAGES", "encoding_of"]
