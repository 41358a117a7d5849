"""The names of accounts, operators, machines, networks and sites: when two are the same, and when they look it.

Names compare after trimming, Unicode NFC and case folding. Plain ASCII names take a short way that needs no
Unicode tables, because a check before a login is a cold process.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.escape import excerpt
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 256

# Bidirectional controls make a name read as another one (Unicode TR 36, 2.5).
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_FORBIDDEN = frozenset([chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]) | frozenset("\u2028\u2029" + _BIDI)


def account_key(text: str) -> str:
    """What two spellings of one account have in common: trimmed, NFC, case folded; idempotent.

    Raises BadIdentifier for a name that is empty, longer than 256 characters (as given or folded), or holds
    control characters, bidirectional controls or lone surrogates.
    """
    return _key(text, message("account name"))


def operator_key(text: str) -> str:
    """`account_key` for the person at the keyboard."""
    return _key(text, message("operator name"))


def label_key(text: str) -> str:
    """`account_key` for the label of a machine, a network or a site."""
    return _key(text, "label")


def account_spelling(text: str) -> str:
    """The name as it is shown: trimmed and NFC. The same texts are refused as by `account_key`."""
    account_key(text)
    return _composed(text.strip())


def platform_of(text: str) -> str:
    """The platform of `amazon:store-us` ("amazon"), "" for a plain name."""
    return _scoped(account_key(text))[0] if ":" in text else ""


def near(name: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that are not this name and could be meant by it, in the given order.

    One is near when the two look the same (width, look-alike letters, spaces and dashes aside), when one only
    adds the platform or the domain, or when they are one slip of the keyboard apart. Numbers and short tags at
    which names of one series differ (`store-1` `store-2`, `store-us` `store-uk`) are no slips.
    """
    from isolation.identifiers.likeness import Likeness  # only a new name asks

    return Likeness(account_key(name)).among(names)


def _key(text: str, what: str) -> str:
    name = text.strip()
    if name.isascii() and name.isprintable():
        key = name.lower()
    else:
        _require_plain(name, what)
        key = _folded(name)
    if not key:
        raise BadIdentifier(message("The {what} is empty.", what=what))
    if len(key) > LONGEST_NAME:
        raise BadIdentifier(
            message(
                "The {what} {name} is longer than {longest_name} characters.",
                what=what,
                name=excerpt(name),
                longest_name=LONGEST_NAME,
            )
        )
    return key


def _require_plain(name: str, what: str) -> None:
    if len(name) > 4 * LONGEST_NAME:
        raise BadIdentifier(
            message(
                "The {what} {name} is longer than {longest_name} characters.",
                what=what,
                name=excerpt(name),
                longest_name=LONGEST_NAME,
            )
        )
    if not _FORBIDDEN.isdisjoint(name):
        raise BadIdentifier(message("The {what} {name} holds control characters.", what=what, name=excerpt(name)))
    try:
        name.encode()
    except UnicodeEncodeError:
        raise BadIdentifier(
            message("The {what} {name} is not valid Unicode: it holds half a character.", what=what, name=excerpt(name))
        ) from None


def _folded(name: str) -> str:
    """NFC and case folding, each applied until neither changes anything (one can undo the other)."""
    while True:
        folded = _composed(_composed(name).casefold()).strip()
        if folded == name:
            return folded
        name = folded


def _composed(name: str) -> str:
    if name.isascii():
        return name
    import unicodedata

    return unicodedata.normalize("NFC", name)


def _scoped(key: str) -> tuple[str, str]:
    """Platform and name of a key; the platform is "" unless one word stands before the first colon."""
    platform, mark, name = key.partition(":")
    platform, name = platform.strip(), name.strip()
    if not mark or not platform or not name or any(character.isspace() for character in platform):
        return "", key
    return platform, name
