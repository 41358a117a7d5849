"""An e-mail's texts: all parts, in whatever encoding, also of a message that was forwarded inside it (RFC 5322, 2045).

The standard library's parser is used with its oldest policy, which takes malformed headers as they are.
"""

from __future__ import annotations

import email
import email.header
import email.policy
from email.utils import parsedate_to_datetime

from isolation.appeal.notice import Notice, Part
from isolation.errors import IsolationError
from isolation.identifiers.escape import printable
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_MOST_PARTS = 100
_MOST_PART = 4 << 20  # bytes of one part that are decoded


def read_mail(name: str, data: bytes) -> Notice:
    """The notice of an e-mail's bytes. What cannot be read of it is said in `gaps`."""
    try:
        mail = email.message_from_bytes(
            data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), policy=email.policy.compat32
        )
    except RecursionError:
        gap = message("Its parts are nested so deeply that it was read as plain text.")
        return Notice(
            name, "e-mail", [Part(message("the text"), data[:_MOST_PART].decode("utf-8", "replace"))], gaps=[gap]
        )
    gaps: list[str] = []
    parts = [Part(message("the subject"), _header(mail, "Subject"))]
    parts += _parts(mail, gaps)
    # Of a notice that was passed on, its own date counts, not that of passing it on.
    inner = [one for one in _walk(mail) if one is not mail and one.get("Date") and one.get("From")]
    notice = inner[0] if len(inner) == 1 else mail
    return Notice(name, "e-mail", parts, _sent(notice), _header(notice, "From"), gaps)


def _parts(mail: Message, gaps: list[str]) -> Iterator[Part]:
    """The texts of an e-mail in order; messages that were forwarded inside it come with their subject."""
    for number, part in enumerate(_walk(mail)):
        if number >= _MOST_PARTS:
            gaps.append(message("Parts after the first {most} were not read.", most=_MOST_PARTS))
            return
        kind = part.get_content_type()
        if kind == "message/rfc822" or part.is_multipart():
            inner = part.get_payload()
            if kind == "message/rfc822" and isinstance(inner, list) and inner:
                yield Part(message("the subject of the forwarded message"), _header(inner[0], "Subject"))  # type: ignore[arg-type]  # as the type says
            continue
        try:
            yield from _leaf(part, kind, gaps)
        except IsolationError as problem:
            gaps.append(problem.message)


def _walk(mail: Message) -> Iterator[Message]:
    """Every part, by a stack of its own: `Message.walk` recurses, and parts may be nested deeply."""
    left = [mail]
    while left:
        part = left.pop()
        yield part
        inner = part.get_payload() if part.is_multipart() else []
        if isinstance(inner, list):
            left += reversed([one for one in inner if not isinstance(one, str)])


def _leaf(part: Message, kind: str, gaps: list[str]) -> Iterator[Part]:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return
    attached = _attached(part)
    if kind == "application/pdf" or data.startswith(b"%PDF-"):
        from isolation.appeal.pdf import pdf_pages

        pages, missed = pdf_pages(data)
        gaps += [message("{file}: {problem}", file=attached, problem=one) for one in missed]
        yield from (Part(message("{file}, page {number}", file=attached, number=at), text) for at, text in pages)
    elif kind in ("text/html", "application/xhtml+xml"):
        from isolation.appeal.markup import text_of_html

        yield Part(message("the HTML text"), text_of_html(_decoded(part, data)))
    elif kind.startswith("text/"):
        yield Part(attached or message("the text"), _decoded(part, data))
    else:
        gaps.append(message("{file} ({kind}) was not read.", file=attached or message("a part"), kind=printable(kind)))


def _attached(part: Message) -> str:
    """The name of an attachment; "" for none."""
    try:
        name = part.get_filename("")
    except (ValueError, LookupError, TypeError):
        return ""
    return printable(_words(name))[:100] if name else ""


def _decoded(part: Message, data: bytes) -> str:
    """The text of a part: as it says itself, else UTF-8, else what Chinese mail is mostly in."""
    data = data[:_MOST_PART]
    try:
        said = part.get_content_charset("") or ""
    except (ValueError, LookupError, TypeError):
        said = ""
    # GB18030 holds all of GB 2312 and GBK, under whose names it is sent (WHATWG Encoding, "Legacy multi-byte Chinese").
    named = "gb18030" if said in ("gb2312", "gbk", "x-gbk") else said
    for encoding in (named, "utf-8", "gb18030"):
        try:
            if encoding:
                return data.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _header(mail: Message, name: str) -> str:
    """A header's text, decoded (RFC 2047), on one line."""
    try:
        return " ".join(_words(mail.get(name, "")).split())
    except (ValueError, LookupError, TypeError):
        return ""


def _words(raw: object) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(raw)))  # type: ignore[arg-type]  # str or Header
    except (email.errors.HeaderParseError, UnicodeError, LookupError, ValueError):
        return str(raw)


def _sent(mail: Message) -> int | None:
    """The Date header (µs); None where it is missing, wrong, or says no zone."""
    try:
        moment = parsedate_to_datetime(str(mail.get("Date", "")))
        return None if moment.tzinfo is None else round(moment.timestamp()) * 1_000_000
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


__all__ = ["read_mail"]
