"""One service's answer, and what in it may be believed. Pure."""

from __future__ import annotations

import ipaddress
import string

from isolation.identifiers.addresses import Address, from_packed
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    Kind: TypeAlias = Literal[
        "address", "encoding", "html", "login", "long", "no-route", "proxy", "redirect", "silent", "status", "tls",
        "unreachable",
    ]  # fmt: skip

# The longest address is 45 characters; whoever sends more than this does not send an address.
LONGEST = 64

_LETTERS = frozenset((string.hexdigits + ".:").encode())
# RFC 6585, section 6: the network itself asks for a login.
_LOGIN_REQUIRED = 511


class Answer(Value):
    """What came back: HTTP `status`, the Content-Encoding header ("" for none) and at most LONGEST + 1 bytes."""

    __slots__ = ("body", "encoding", "status")
    status: int
    encoding: str
    body: bytes

    def __init__(self, status: int, encoding: str, body: bytes) -> None:
        self._init(status=status, encoding=encoding, body=body)


class Failure(Value):
    """Why a service told no address: `kind` for this program, `text` for people, to follow the service's name.

    The text is always one of this program's own: nothing that a server, a proxy or a library said is repeated.
    """

    __slots__ = ("kind", "text")
    kind: Kind
    text: str

    def __init__(self, kind: Kind, text: str) -> None:
        self._init(kind=kind, text=text)


SILENT = Failure("silent", message("did not answer in time"))


def address_in(answer: Answer, family: int) -> Address | Failure:
    """The public address of `family` (4 or 6) that this answer consists of, or why it holds none."""
    if answer.status == _LOGIN_REQUIRED:
        return Failure("login", message("was replaced by a demand to log in to the network (HTTP 511)"))
    if 300 <= answer.status < 400:
        return Failure("redirect", message("redirected elsewhere (HTTP {status})", status=answer.status))
    if answer.status != 200:
        return Failure("status", message("answered HTTP {status}", status=answer.status))
    if answer.encoding not in ("", "identity"):
        return Failure("encoding", message("answered in a compressed form that was not asked for"))
    if answer.body.lstrip()[:1] == b"<":
        return Failure("html", message("answered with a web page"))
    if len(answer.body) > LONGEST:
        return Failure("long", message("answered more than {longest} bytes", longest=LONGEST))
    return _parsed(answer.body.removesuffix(b"\n").removesuffix(b"\r"), family)


def _parsed(text: bytes, family: int) -> Address | Failure:
    if not _LETTERS.issuperset(text):
        return Failure("address", message("answered something that is not an address"))
    try:
        parsed = ipaddress.ip_address(text.decode("ascii"))
    except ValueError:
        return Failure("address", message("answered something that is not an address"))
    if parsed.version != family:
        return Failure("address", message("answered an IPv{version} address", version=parsed.version))
    address = from_packed(parsed.packed)
    if address.version != family:
        return Failure(
            "address",
            message(
                "answered an IPv{version} address wrapped in an IPv{family} one", version=address.version, family=family
            ),
        )
    if not address.public:
        return Failure("address", message("answered an address that is not public ({kind})", kind=address.kind))
    return address
