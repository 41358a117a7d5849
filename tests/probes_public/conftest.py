"""Real services and proxies on the loopback interface, with certificates made for the one test run."""

from __future__ import annotations

import base64
import contextlib
import datetime
import ipaddress
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from isolation.probes.public.https import Https

Script = Callable[[socket.socket], None]

DAY = datetime.timedelta(days=1)


class Authority:
    """A throw-away certificate authority."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throw-away CA")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        own = self._builder(self._name, self._key.public_key(), 1).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        own = own.add_extension(usage, critical=True)
        own = own.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        self.file = str(folder / "ca.pem")
        Path(self.file).write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def context(self, *names: str, days: int = 1) -> ssl.SSLContext:
        """A server's TLS context for these host names and addresses, valid until `days` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "service")])
        builder = self._builder(subject, key.public_key(), days)
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = builder.add_extension(issuer, critical=False).sign(self._key, hashes.SHA256())
        file = self._folder / f"{certificate.serial_number}.pem"
        plain = serialization.NoEncryption()
        pem = serialization.Encoding.PEM
        file.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        start = x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
        return start.not_valid_before(now - 9 * DAY).not_valid_after(now + days * DAY)


class Server:
    """Runs `script` with every connection; `close` ends all of it."""

    def __init__(self, script: Script, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.host, self.port = host, self._listener.getsockname()[1]
        self.place = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        self.url = f"https://{self.place}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            try:
                connection.settimeout(20)
                if self._tls:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                    with self._lock:
                        self._open.append(connection)
                self._script(connection)
            finally:
                connection.close()

    def close(self) -> None:
        """Stop listening and end every connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(20)


class Proxy:
    """A forward proxy, HTTP CONNECT or SOCKS5, that remembers what it was asked and may demand `credentials`.

    Whatever host is asked for, it connects to that port on `host`, so that names exist only behind it.
    """

    def __init__(self, kind: str, exits: set[int], host: str = "127.0.0.1", credentials: str = "") -> None:
        self._exits = exits
        self._credentials = credentials
        self.host = host
        self.asked: list[str] = []
        self.script = self._http if kind == "http" else self._socks

    def _http(self, client: socket.socket) -> None:
        head = read_head(client).decode("latin-1")
        self.asked.append(head.split(" ")[1])
        wanted = base64.b64encode(self._credentials.encode()).decode()
        if self._credentials and f"Proxy-Authorization: Basic {wanted}\r\n" not in head:
            client.sendall(
                b'HTTP/1.1 407 Who is it\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
            )
            return
        port = int(self.asked[-1].rpartition(":")[2])
        self._relay(client, port, b"HTTP/1.1 200 Go on\r\n\r\n")

    def _socks(self, client: socket.socket) -> None:
        _, count = read_exactly(client, 2)
        methods = read_exactly(client, count)
        method = 2 if self._credentials else 0
        if method not in methods:
            client.sendall(b"\x05\xff")
            return
        client.sendall(bytes([5, method]))
        if method == 2 and not self._login(client):
            return
        kind = read_exactly(client, 4)[3]
        size = {1: 4, 4: 16}.get(kind) or read_exactly(client, 1)[0]
        host = read_exactly(client, size)
        port = struct.unpack(">H", read_exactly(client, 2))[0]
        name = host.decode() if kind == 3 else str(ipaddress.ip_address(host))
        self.asked.append(f"{name}:{port}")
        self._relay(client, port, b"\x05\x00\x00\x01" + bytes(6))

    def _login(self, client: socket.socket) -> bool:
        user = read_exactly(client, read_exactly(client, 2)[1])
        password = read_exactly(client, read_exactly(client, 1)[0])
        right = f"{user.decode()}:{password.decode()}" == self._credentials
        client.sendall(b"\x01\x00" if right else b"\x01\x01")
        return right

    def _relay(self, client: socket.socket, port: int, ready: bytes) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as upstream:
            upstream.bind((self.host, 0))
            self._exits.add(upstream.getsockname()[1])
            upstream.connect((self.host, port))
            client.sendall(ready)
            ends = {client: upstream, upstream: client}
            while True:
                for end in select.select(list(ends), [], [], 20)[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)


def read_head(connection: socket.socket) -> bytes:
    """A request up to its empty line."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            raise OSError
        head += piece
    return head


def read_exactly(connection: socket.socket, count: int) -> bytes:
    """So many bytes."""
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise OSError
        data += piece
    return data


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Loopback:
    """The internet of one test: services, proxies, and the transport that trusts the test's authority."""

    DIRECT4, ACCOUNT4 = "93.184.215.14", "151.101.1.69"
    DIRECT6, ACCOUNT6 = "2606:2800:21f:cb07::14", "2a04:4e42:200::69"

    def __init__(self, authority: Authority, rogue: Authority, tls: ssl.SSLContext) -> None:
        self.authority, self.rogue, self.tls = authority, rogue, tls
        self.transport = Https(ca_file=authority.file)
        self.exits: set[int] = set()
        self._servers: list[Server] = []

    def serve(self, script: Script, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Server:
        """A server with TLS whose connections `script` has from the first byte on."""
        return self._kept(Server(script, host, tls or self.tls))

    def plain(self, script: Script, host: str = "127.0.0.1") -> Server:
        """The same without TLS."""
        return self._kept(Server(script, host))

    def answering(self, raw: bytes, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Server:
        """A service that answers every request with these very bytes."""

        def script(connection: socket.socket) -> None:
            read_head(connection)
            connection.sendall(raw)

        return self.serve(script, host, tls)

    def honest(self, host: str = "127.0.0.1") -> Server:
        """A service that tells its caller's address: one for those that come directly, one for a proxy's."""
        direct, account = (self.DIRECT6, self.ACCOUNT6) if ":" in host else (self.DIRECT4, self.ACCOUNT4)

        def script(connection: socket.socket) -> None:
            read_head(connection)
            told = account if connection.getpeername()[1] in self.exits else direct
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s\n" % (len(told) + 1, told.encode()))

        return self.serve(script, host)

    def proxy(
        self, kind: str, credentials: str = "", host: str = "127.0.0.1", tls: bool = False
    ) -> tuple[Server, Proxy]:
        """A running proxy of kind `http` or `socks`."""
        proxy = Proxy(kind, self.exits, host, credentials)
        return self._kept(Server(proxy.script, host, self.tls if tls else None)), proxy

    def closed(self) -> str:
        """A place on the loopback where nobody listens."""
        server = Server(lambda connection: None)
        server.close()
        return server.place

    def close(self) -> None:
        """End every server."""
        for server in self._servers:
            server.close()

    def _kept(self, server: Server) -> Server:
        self._servers.append(server)
        return server


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that the tests' transport trusts."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def rogue(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("rogue"))


@pytest.fixture(scope="session")
def tls(authority: Authority) -> ssl.SSLContext:
    """The certificate of all honest servers."""
    return authority.context("127.0.0.1", "::1", "localhost", "one.example", "two.example", "three.example")


@pytest.fixture
def loopback(authority: Authority, rogue: Authority, tls: ssl.SSLContext) -> Iterator[Loopback]:
    """Servers for one test, ended with it."""
    network = Loopback(authority, rogue, tls)
    yield network
    network.close()
