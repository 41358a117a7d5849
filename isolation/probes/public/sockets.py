"""Opening the connection of one request: to the service itself, or through the account's proxy.

A socket is put on the request's line before it connects, so that whoever waits for the answer can end connecting,
a proxy's negotiation, the TLS handshake and the reading alike.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import threading

import socks

from isolation.messages import message
from isolation.probes.public.answer import SILENT, Failure
from isolation.probes.public.proxy import Proxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
# The kernel's way of saying that nothing of this family leads out of this machine.
_NO_ROUTE = (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


class NoConnection(Exception):
    """Carries a failure out through urllib3 and requests, which pass on what they do not know."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


class Line:
    """The sockets of one request, so that another thread can cut them off."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self._cut = False

    def hold(self, sock: socket.socket) -> None:
        """Put a socket on this line. Raises TimeoutError where the line is cut already."""
        with self._lock:
            if self._cut:
                raise TimeoutError
            # A descriptor of its own: TLS takes the original over, but a shutdown reaches the connection itself.
            self._held.append(socket.fromfd(sock.fileno(), sock.family, sock.type))

    def cut(self) -> None:
        """End what is going on on this line, and let nothing new begin."""
        with self._lock:
            self._cut = True
            for sock in self._held:
                with contextlib.suppress(OSError):  # it never was connected, or is not any more
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()
            self._held.clear()


def to_service(host: str, port: int, family: int, line: Line, seconds: float) -> socket.socket:
    """A connection to a service over IPv4 or IPv6 alone (`family` 4 or 6). Raises NoConnection."""

    def connect(sock: socket.socket, place: tuple[Any, ...]) -> None:
        sock.connect(place)

    try:
        return _first(host, port, _FAMILIES[family], socket.socket, connect, line, seconds)
    except OSError as error:
        failure = _unreached(error, family)
    raise NoConnection(failure)


def to_proxy(proxy: Proxy, service: tuple[str, int], line: Line, seconds: float) -> socket.socket:
    """A connection to an HTTP proxy, or through a SOCKS proxy to the service's (host, port). Raises NoConnection.

    urllib3's own SOCKS connection could not be cut before its negotiation ends, and it takes no IPv6 proxy.
    """
    by_socks = proxy.scheme == "socks5h"
    user, password = (proxy.username, proxy.password) if proxy.username else (None, None)

    def connect(sock: Any, place: tuple[Any, ...]) -> None:
        if by_socks:
            sock.set_proxy(socks.SOCKS5, place[0], place[1], rdns=True, username=user, password=password)
        sock.connect(service if by_socks else place)

    kind = socks.socksocket if by_socks else socket.socket
    try:
        return _first(proxy.host, proxy.port, socket.AF_UNSPEC, kind, connect, line, seconds)
    except OSError as error:
        failure = _unproxied(error)
    raise NoConnection(failure)


def _first(
    host: str,
    port: int,
    family: socket.AddressFamily,
    kind: Callable[..., socket.socket],
    connect: Callable[[socket.socket, tuple[Any, ...]], None],
    line: Line,
    seconds: float,
) -> socket.socket:
    """The first of a name's addresses that connects; raises the last one's error, or the name's."""
    problem: OSError = OSError(message("the name has no address"))
    for found, _, _, _, place in socket.getaddrinfo(host, port, family, socket.SOCK_STREAM):
        sock = kind(found, socket.SOCK_STREAM)
        try:
            line.hold(sock)
            sock.settimeout(seconds)
            connect(sock, place)
            return sock
        except OSError as error:
            sock.close()
            problem = error
            if _spoke(error):
                break
    raise problem


def _spoke(error: OSError) -> bool:
    """Whether the SOCKS proxy was reached, so that its other addresses would say the same."""
    return isinstance(error, socks.ProxyError) and not isinstance(error, socks.ProxyConnectionError)


def _unreached(error: OSError, family: int) -> Failure:
    if isinstance(error, TimeoutError):
        return SILENT
    if isinstance(error, socket.gaierror):
        return Failure("unreachable", message("could not be found by name, for IPv{family}", family=family))
    if error.errno in _NO_ROUTE:
        return Failure(
            "no-route", message("cannot be reached, as this machine has no way out over IPv{family}", family=family)
        )
    return Failure("unreachable", message("could not be reached"))


def _unproxied(error: OSError) -> Failure:
    # PySocks wraps what it meets while it negotiates, its own refusals too, in an error that tells nothing.
    cause = error.socket_err if isinstance(error, socks.GeneralProxyError) and error.socket_err else error
    if isinstance(getattr(cause, "socket_err", cause), TimeoutError):
        return Failure("silent", message("could not be asked, as the account's proxy did not answer in time"))
    if isinstance(cause, socks.SOCKS5AuthError):
        why = message("the account's proxy demands a user name and password, or refused those given")
    elif isinstance(cause, socks.SOCKS5Error):
        why = message("the account's proxy did not connect to it")
    elif _spoke(error):
        why = message("the account's proxy does not speak SOCKS5")
    else:
        why = message("the account's proxy could not be reached")
    return Failure("proxy", message("could not be asked, as {why}", why=why))
