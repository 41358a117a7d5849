"""One HTTPS request for one service's answer, by `requests`, in a way that another thread can end at any moment.

The environment's proxies, certificate bundles and .netrc are left aside (`trust_env = False`): the path of a
request is the one asked for and no other. What requests and urllib3 raise may quote a proxy's whole URL, so
their exceptions end here, and only this program's own words go on.
"""

from __future__ import annotations

import re
import socket
import ssl

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from isolation.messages import message
from isolation.probes.public.answer import LONGEST, SILENT, Answer, Failure
from isolation.probes.public.proxy import Proxy
from isolation.probes.public.sockets import Line, NoConnection, to_proxy, to_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HEADERS = {
    "User-Agent": "isolation",
    "Accept": "text/plain",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
# http.client's own words for a proxy's answer to CONNECT; what follows the code is the proxy's and is not taken.
_CONNECT_CODE = re.compile(r"Tunnel connection failed: (\d{3})\b")


class Https:
    """The transport: every request on a connection of its own, its certificate verified.

    `ca_file` is a file of certificates to trust instead of the usual ones ("" for those).
    """

    def __init__(self, ca_file: str = "") -> None:
        # One context for all requests: loading the certificates takes longer than a handshake.
        self._tls = ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH)
        self._tls.sslsocket_class = _Closing

    def get(self, url: str, family: int, proxy: Proxy | None, line: Line, seconds: float) -> Answer | Failure:
        """The answer of an https `url`, over IPv4 or IPv6 (`family` 4 or 6) where no proxy stands between.

        `seconds` limits every single wait; `line.cut()` ends the whole, since a server that keeps sending a
        little at a time never makes one wait long.
        """
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", _Adapter(family, proxy, line, self._tls))
            try:
                return _asked(session, url, proxy, seconds)
            except NoConnection as error:
                return error.failure
            except Exception as error:  # noqa: BLE001 - whatever was raised may quote the proxy's credentials
                return _explained(error)
            finally:
                line.cut()


class _Closing(ssl.SSLSocket):
    """Closed when it is dropped: before Python 3.13 `ssl` drops a socket whose peer went before the handshake."""

    def __del__(self) -> None:
        self.close()


def _asked(session: requests.Session, url: str, proxy: Proxy | None, seconds: float) -> Answer:
    with session.get(
        url,
        headers=_HEADERS,
        proxies={"https": proxy.url()} if proxy else {},
        timeout=seconds,
        allow_redirects=False,
        stream=True,
    ) as response:
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        return Answer(response.status_code, encoding, _body(response) if response.status_code == 200 else b"")


def _body(response: requests.Response) -> bytes:
    """The body as it was sent, or of a longer one the first LONGEST + 1 bytes: enough to know that it is none.

    Read to its very end, as only there a body that was cut short shows.
    """
    body = b""
    while len(body) <= LONGEST:
        piece: bytes = response.raw.read(LONGEST + 1 - len(body), decode_content=False)
        if not piece:
            break
        body += piece
    return body


class _Adapter(HTTPAdapter):
    """Has `requests` open its connections the way this request's path wants it, on its line, under our context."""

    def __init__(self, family: int, proxy: Proxy | None, line: Line, tls: ssl.SSLContext) -> None:
        self._pools = {"https": _pool(family, proxy, line)}
        self._tls = tls
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        # A SOCKS proxy is spoken to while the connection is opened; to urllib3 the rest looks direct.
        if proxy.startswith("socks5h:"):
            return self.poolmanager
        manager = super().proxy_manager_for(proxy, proxy_ssl_context=self._tls, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def build_connection_pool_key_attributes(self, *arguments: Any, **options: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*arguments, **options)
        return host, pool | {"ssl_context": self._tls}

    def cert_verify(self, *arguments: Any, **options: Any) -> None:
        """Nothing: the context verifies, and has its certificates already."""


def _pool(family: int, proxy: Proxy | None, line: Line) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            seconds: Any = self.timeout
            if proxy is not None:
                return to_proxy(proxy, (self.host, self.port), line, seconds)
            return to_service(self.host, self.port, family, line, seconds)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


def _explained(error: Exception) -> Failure:
    """This program's words for what requests, urllib3 or the system raised."""
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
        return SILENT
    if isinstance(error, requests.exceptions.ProxyError):
        return _refused(str(error))
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError)):
        if "certificate verify failed" in str(error):
            return Failure("tls", message("showed a certificate that cannot be trusted"))
        return Failure("tls", message("did not speak TLS as it should"))
    return Failure("unreachable", message("broke off before it had answered"))


def _refused(told: str) -> Failure:
    code = _CONNECT_CODE.search(told)
    if code is None:
        return Failure("proxy", message("could not be asked, as the account's proxy broke off"))
    if code[1] == "407":
        return Failure(
            "proxy",
            message(
                "could not be asked, as the account's proxy demands a user name and password, or refused those given "
                "(HTTP 407)"
            ),
        )
    return Failure(
        "proxy", message("could not be asked, as the account's proxy did not connect to it (HTTP {code})", code=code[1])
    )
