"""Network names: up to 32 bytes of no stated encoding (IEEE 802.11, 9.4.2.2), compared as bytes.

A name alone never identifies a network: `eduroam` stands on thousands of access points. It is context.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.escape import excerpt
from isolation.messages import message

LONGEST_SSID = 32
_MARK = "0x"


def parse_ssid(text: str) -> bytes:
    """The bytes of a name in either of its text forms: `0x` and hex digits, or the name itself (taken as UTF-8)."""
    ssid = _from_hex(text)
    if ssid is None:
        try:
            ssid = text.encode()
        except UnicodeEncodeError:
            raise BadIdentifier(
                message("{text} is not a network name: it holds half a character.", text=excerpt(text))
            ) from None
    return _of_legal_length(ssid)


def format_ssid(ssid: bytes) -> str:
    """The canonical text form: `0x` and two lower-case hex digits a byte."""
    return _MARK + _of_legal_length(ssid).hex()


def display_ssid(ssid: bytes) -> str:
    """The name for people: UTF-8, else GB18030, else Latin-1; "" for a hidden network. Not yet escaped."""
    if is_hidden(ssid):
        return ""
    for encoding in ("utf-8", "gb18030"):
        try:
            return ssid.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ssid.decode("latin-1")


def is_hidden(ssid: bytes) -> bool:
    """Whether the access point keeps its name back: it sends none, or only NUL bytes."""
    return not ssid.strip(b"\0")


def _from_hex(text: str) -> bytes | None:
    digits = text[len(_MARK) :].lower()
    if not text.startswith(_MARK) or len(digits) % 2 or digits.strip("0123456789abcdef"):
        return None
    return bytes.fromhex(digits)


def _of_legal_length(ssid: bytes) -> bytes:
    if len(ssid) > LONGEST_SSID:
        raise BadIdentifier(
            message(
                "A network name has at most {longest_ssid} bytes, not {ssid}.",
                longest_ssid=LONGEST_SSID,
                ssid=len(ssid),
            )
        )
    return ssid
