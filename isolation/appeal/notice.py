"""A platform's notice as text with places: from an e-mail, an HTML page, a PDF or plain text.

A notice comes from outside. Nothing in it is run or fetched, and how much of it is read is bounded: what is left out
is said.
"""

from __future__ import annotations

import os
import re

from isolation.errors import UsageError
from isolation.identifiers.escape import printable
from isolation.messages import message, plural
from isolation.model import Value
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 64 << 20  # bytes; an e-mail with scanned documents has some
LONGEST = 400_000  # characters of all parts together; a notice is a page or two

_HEADERS = (b"from", b"to", b"subject", b"date", b"mime-version", b"content-type", b"received", b"message-id")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]")
_MARKUP = re.compile(rb"<!doctype\s+html|<(?:html|head|body|table|div|p|br)[\s>/]", re.IGNORECASE)
# What a file that holds no readable text begins with, what it is, and what to do.
_SAVE_IT = message("Save the message itself as .eml or .html, or copy its text into a .txt.")
_UNREADABLE = (
    (b"\xd0\xcf\x11\xe0", message("an Outlook message or an old Office file"), _SAVE_IT),
    (b"\x1f\x8b", message("a packed file"), message("Unpack it.")),
    (b"PK\x03\x04", message("a packed file or an Office document"), message("Unpack it, or save it as .txt or .pdf.")),
    (b"\x89PNG", message("a picture"), _SAVE_IT),
    (b"\xff\xd8\xff", message("a picture"), _SAVE_IT),
    (b"GIF8", message("a picture"), _SAVE_IT),
)


class Part(Value):
    """One text of a notice; `name` says where it stands in it: the subject, the text, page 2 of a PDF."""

    __slots__ = ("name", "text")
    name: str
    text: str

    def __init__(self, name: str, text: str) -> None:
        self._init(name=name, text=text)


class Notice(Value):
    """What could be read of a notice: `kind` is `e-mail`, `html`, `pdf` or `text`.

    `sent` is its Date header (µs, None where it has none or a wrong one), `sender` its From; `gaps` says what was not
    read and why.
    """

    __slots__ = ("file", "gaps", "kind", "parts", "sender", "sent")
    file: str
    kind: str
    parts: tuple[Part, ...]
    sent: int | None
    sender: str
    gaps: tuple[str, ...]

    def __init__(
        self, file: str, kind: str, parts: Iterable[Part], sent: int | None = None, sender: str = "",
        gaps: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self._init(file=file, kind=kind, parts=tuple(parts), sent=sent, sender=sender, gaps=tuple(gaps))


def read_notice(path: str, encoding: str = "") -> Notice:
    """Reads the notice. `encoding` is that of a text or HTML file where it cannot be told.

    Raises UsageError for a file that cannot be read or holds no text, and where a PDF needs what is not installed.
    """
    data = _bytes_of(path)
    name = printable(os.path.basename(path))
    for signature, kind, hint in _UNREADABLE:
        if data.startswith(signature):
            raise UsageError(message("{name} is {kind}, from which no text is read.", name=name, kind=kind), hint)
    if b"%PDF-" in data[:1024]:
        notice = _of_pdf(name, data)
    elif _is_mail(data):
        from isolation.appeal.mail import read_mail

        notice = read_mail(name, data)
    else:
        notice = _of_text(path, name, data, encoding)
    if not any(part.text.strip() for part in notice.parts):
        why = " ".join(notice.gaps)
        raise UsageError(
            message("{name} holds no text that can be read. {why}", name=name, why=why) if why
            else message("{name} holds no text that can be read.", name=name),
            _SAVE_IT,
        )  # fmt: skip
    return _bounded(notice)


def _bytes_of(path: str) -> bytes:
    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError(message("{path} is no file.", path=printable(path)), "Name the file of the notice.")
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as problem:
        reason = why_of(problem)
        raise UsageError(
            message("{path} cannot be read: {reason}.", path=printable(path), reason=reason), "Name a readable file."
        ) from None
    if len(data) > LARGEST:
        raise UsageError(
            message(
                "{path} is larger than {largest} MiB, which no notice is.", path=printable(path), largest=LARGEST >> 20
            ),
            "Save the message without its attachments.",
        )
    return data


def _is_mail(data: bytes) -> bool:
    """Whether it begins as an e-mail does (RFC 5322, or mbox's `From ` line): two of its usual headers at the top."""
    head = data[:8192].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    seen = set()
    for line in head.splitlines()[:200]:
        if not line.strip():
            break
        match = _HEADER.match(line)
        if match is not None:
            seen.add(match[1].lower())
        elif line[:1] not in b" \t" and not line.startswith((b"From ", b">From ")) and not _bare_header(line):
            return False
    return len(seen.intersection(_HEADERS)) >= 2


def _bare_header(line: bytes) -> bool:
    return re.fullmatch(rb"[A-Za-z][A-Za-z0-9-]{1,40}:.*", line) is not None


def _of_pdf(name: str, data: bytes) -> Notice:
    from isolation.appeal.pdf import pdf_pages

    pages, gaps = pdf_pages(data)
    return Notice(name, "pdf", [Part(message("page {number}", number=at), text) for at, text in pages], gaps=gaps)


def _of_text(path: str, name: str, data: bytes, encoding: str) -> Notice:
    from isolation.appeal.markup import text_of_html
    from isolation.history.documents import Document
    from isolation.history.encodings import encoding_of

    document = Document(path, encoding=encoding or None)
    found = encoding_of(document, encoding or None)
    text = data.decode(found, "replace").removeprefix("\ufeff")
    ending = os.path.splitext(path)[1].lower()
    has_markup = ending != ".md" and _MARKUP.search(text[:2048].encode(errors="replace"))  # Markdown may hold some
    if ending in (".html", ".htm") or has_markup:
        return Notice(name, "html", [Part(message("the page"), text_of_html(text))])
    return Notice(name, "text", [Part(message("the text"), text)])


def _bounded(notice: Notice) -> Notice:
    """The same with at most `LONGEST` characters."""
    parts, left, lost = [], LONGEST, 0
    for part in notice.parts:
        if len(part.text) > left:
            lost += len(part.text) - left
        if left > 0 and part.text:
            parts.append(Part(part.name, part.text[:left]))
        left = max(0, left - len(part.text))
    if not lost:
        return notice.replace(parts=tuple(parts))
    gap = plural(
        "{count} character after the first {most} was not read.",
        "{count} characters after the first {most} were not read.", lost, most=LONGEST,
    )  # fmt: skip
    return notice.replace(parts=tuple(parts), gaps=(*notice.gaps, gap))


__all__ = ["LARGEST", "LONGEST", "Notice", "Part", "read_notice"]
