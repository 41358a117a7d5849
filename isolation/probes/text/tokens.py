"""What the printed answers of tools are made of: lines, MAC addresses, addresses, whole numbers. Pure.

The parsers of this folder take a tool's standard output as bytes and give a list of values. A line that is none
of a tool's documented forms is passed over; an answer without a single one of them is refused with ProbeError.
"""

from __future__ import annotations

import re

from isolation.errors import BadIdentifier, ProbeError
from isolation.identifiers import addresses, macs
from isolation.messages import message

# No tool read here prints more than this on a machine that people sell from; more is not its answer.
LIMIT = 4 * 1024 * 1024
_LONGEST_LINE = 4096

_MAC = re.compile(r"[0-9A-Fa-f]{1,2}(?:([:-])[0-9A-Fa-f]{1,2})(?:\1[0-9A-Fa-f]{1,2}){4}", re.ASCII)
_VERSION_4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_VERSION_6 = re.compile(r"(?=[^:]*:[^:]*:)[0-9A-Fa-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)

# fe80:: with a zone is how macOS writes "by this interface".
_NO_HOP = ("0.0.0.0", "::", "fe80::")  # noqa: S104 - compared with, never listened on


def decode(output: bytes, code_page: str = "") -> str:
    """The text of an output: UTF-8, else the code page named (a Python codec: "cp936"), else Latin-1.

    Latin-1 keeps every ASCII sign in its place, and the parsers need no other; only names suffer.
    """
    if len(output) > LIMIT:
        raise ProbeError(
            message(
                "A tool printed {output} bytes where {limit} are more than it ever should.",
                output=len(output),
                limit=LIMIT,
            )
        )
    for codec in ("utf-8-sig", code_page):
        try:
            return output.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return output.decode("latin-1")


def lines(output: bytes, code_page: str = "") -> list[str]:
    """The lines of an output. Only CR and LF end a line: a form feed or U+2028 inside a name does not.

    A line too long for any tool comes back empty.
    """
    text = decode(output, code_page).replace("\r\n", "\n").replace("\r", "\n")
    return [line if len(line) <= _LONGEST_LINE else "" for line in text.split("\n")]


def mac(token: str) -> str | None:
    """A MAC address in storage form, unpadded octets allowed (macOS: `0:1c:42:0:0:18`); None for all else.

    All zeros is None too: tools print it where there is no address.
    """
    if not _MAC.fullmatch(token):
        return None
    canonical = macs.parse_mac(token)
    return canonical if canonical.strip("0") else None


def address(token: str) -> str:
    """The canonical text of an IP address, without zone; "" for all else, such as a name or a cut-off address."""
    bare = token.split("%", 1)[0]
    if not _VERSION_4.fullmatch(bare) and not _VERSION_6.fullmatch(bare):
        return ""
    try:
        return addresses.parse_address(bare).text
    except BadIdentifier:
        return ""


def next_hop(token: str) -> str:
    """The canonical address of a gateway; "" for what is none: a name, a link, or the unspecified address."""
    found = address(token.strip("[]"))
    return "" if found in _NO_HOP else found


def whole(token: str) -> int | None:
    """A whole number; None for all else."""
    return int(token) if _WHOLE.fullmatch(token) else None


def refusal(tool: str) -> ProbeError:
    """The error for an answer in which nothing of what the tool documents is found."""
    return ProbeError(message("What {tool} printed is not what it documents.", tool=tool))
