"""The proxy that one account's traffic uses, as a value that never shows its credentials.

A user name or password in an argument can be read by everyone on the machine in the process list, so a URL on
the command line may carry none: such a URL goes into an environment variable, and the command line names that
(`--proxy-env NAME`). Nothing here repeats any part of a refused URL, because a mistyped one may hold a password
anywhere.
"""

from __future__ import annotations

import os

from isolation.errors import UsageError
from isolation.messages import message
from isolation.model import Value
from isolation.probes.public.url import split_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# `socks5` leaves the resolving of names to this machine, past the proxy; so it is always asked for as `socks5h`.
SCHEMES = {"http": "http", "https": "https", "socks5": "socks5h", "socks5h": "socks5h"}

_SHAPE = message("A proxy is written scheme://host:port, with the scheme http, https, socks5 or socks5h.")
_ENVIRONMENT = message("Put the whole URL into an environment variable and name that variable with --proxy-env NAME.")

# RFC 1929, section 2 allows 255 bytes each; PySocks writes the length as a letter, which is wrong from 128 on.
_LONGEST = 127


class Proxy(Value):
    """An HTTP or SOCKS5 proxy: `scheme` is `http`, `https` or `socks5h`; a bare IPv6 host has no brackets.

    `username` and `password` are the plain, decoded texts, both "" where there are none. Neither `repr` nor
    `str` nor any error shows them. Raises UsageError for what cannot be a proxy.
    """

    __slots__ = ("host", "password", "port", "scheme", "username")
    scheme: str
    host: str
    port: int
    username: str
    password: str

    def __init__(self, scheme: str, host: str, port: int, username: str = "", password: str = "") -> None:
        known = SCHEMES.get(scheme)
        read = split_url(f"{scheme}://{bracketed(host)}:{port}")
        if known is None or read is None or read[1:] != ("", host.lower(), port, ""):
            raise UsageError("That is not a proxy this program can use.", _SHAPE)
        _check_credentials(known, username, password)
        self._init(scheme=known, host=host.lower(), port=port, username=username, password=password)

    def url(self) -> str:
        """The whole URL with credentials, percent-encoded: for the one call that hands it to `requests`."""
        from urllib.parse import quote

        user = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@" if self.username else ""
        return f"{self.scheme}://{user}{bracketed(self.host)}:{self.port}"

    def __repr__(self) -> str:
        hidden = message(", credentials hidden") if self.username else ""
        return f"Proxy({self.scheme}://{bracketed(self.host)}:{self.port}{hidden})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a proxy is not pickled: it may hold a password")


def parse_proxy(url: str) -> Proxy:
    """The proxy of a command line's `--proxy URL`. Raises UsageError, also where the URL carries credentials."""
    if "@" in url:
        raise UsageError(
            "The proxy's URL carries a user name or a password, which everyone on this machine can read in the "
            "process list.",
            _ENVIRONMENT,
        )
    return _parse(url)


def proxy_from_environment(name: str, environment: Mapping[str, str] | None = None) -> Proxy:
    """The proxy whose URL, credentials and all, stands in the environment variable `name` (`--proxy-env NAME`).

    Raises UsageError where the variable is not set, or is no proxy's URL.
    """
    if not name.isascii() or not name.isidentifier():
        raise UsageError("--proxy-env takes the name of an environment variable, not a URL.", _ENVIRONMENT)
    text = (os.environ if environment is None else environment).get(name, "")
    if not text:
        raise UsageError(
            message("The environment variable {name} is not set, so the account's proxy is not known.", name=name)
        )
    return _parse(text)


def bracketed(host: str) -> str:
    """A host as URLs write it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _parse(url: str) -> Proxy:
    parts = split_url(url)
    if parts is None:
        raise UsageError("The proxy's URL cannot be read.", _SHAPE)
    scheme, user, host, port, rest = parts
    if port is None or rest not in ("", "/"):
        raise UsageError("The proxy's URL lacks its port, or has something after it.", _SHAPE)
    if scheme.startswith("socks4"):
        raise UsageError("SOCKS4 is not supported: it can carry neither a name nor an IPv6 address.", _SHAPE)
    username, _, password = user.partition(":")
    return Proxy(scheme, host, port, _decoded(username), _decoded(password))


def _decoded(text: str) -> str:
    from urllib.parse import unquote_to_bytes

    plain = unquote_to_bytes(text).decode("utf-8", "replace")
    if "\ufffd" in plain:
        raise UsageError("The proxy's user name or password is not percent-encoded UTF-8.")
    return plain


def _check_credentials(scheme: str, username: str, password: str) -> None:
    """Raise UsageError for credentials that the proxy's protocol cannot carry."""
    if password and not username:
        raise UsageError("The proxy has a password but no user name.")
    if not (username + password).replace(" ", "").isprintable():
        raise UsageError("The proxy's user name or password holds a control character.")
    if scheme == "socks5h" and username and not password:
        # RFC 1929, section 2: both are 1 byte at least.
        raise UsageError("A SOCKS5 proxy's user name comes with a password.")
    if any(len(part.encode("utf-8", "replace")) > _LONGEST for part in (username, password)):
        raise UsageError(message("The proxy's user name or password is longer than {longest} bytes.", longest=_LONGEST))
    # RFC 7617, section 2: a user-id with a colon cannot be told from the password after it.
    if scheme != "socks5h" and (":" in username or any(letter > "\xff" for letter in username + password)):
        raise UsageError("The user name of an HTTP proxy has no colon, and both it and the password are Latin-1.")
