"""Taking a URL apart without ever repeating it: an error text of the standard parser quotes what it could not
read, and that may be part of a password."""

from __future__ import annotations

_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")


def split_url(text: str) -> tuple[str, str, str, int | None, str] | None:
    """(scheme, user information, host, port, path and query), or None where `text` is no such URL.

    Only printable ASCII without blanks is taken (a name in another script is written in its `xn--` form);
    an IPv6 host loses its brackets, and scheme and host are lower-cased. A port is 1 to 65535.
    """
    if not all("!" <= letter <= "~" for letter in text):
        return None
    scheme, _, rest = text.partition("://")
    cut = next((place for place, letter in enumerate(rest) if letter in "/?#"), len(rest))
    user, _, place = rest[:cut].rpartition("@")
    host, port = _host_and_port(place.lower())
    if not scheme.isalnum() or not _is_host(host) or not _is_port(port):
        return None
    return scheme.lower(), user, host, int(port) if port else None, rest[cut:]


def _host_and_port(place: str) -> tuple[str, str]:
    """A host that may be bracketed, and the text after its colon; an empty host where neither can be told."""
    if place.startswith("["):
        host, closed, rest = place[1:].partition("]")
        bad = not closed or ":" not in host or (rest != "" and not rest.startswith(":"))
        return ("", "") if bad else (host, rest[1:])
    host, _, port = place.partition(":")
    return host, port


def _is_host(host: str) -> bool:
    if ":" not in host:
        # RFC 1035, section 2.3.4: 253 characters in all, and 1 to 63 between the dots
        return _HOST.issuperset(host) and len(host) <= 253 and all(0 < len(part) < 64 for part in host.split("."))
    import ipaddress

    try:
        return ipaddress.IPv6Address(host).scope_id is None
    except ValueError:
        return False


def _is_port(port: str) -> bool:
    return port == "" or (port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536)
