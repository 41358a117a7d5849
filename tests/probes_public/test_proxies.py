"""Proxies that fail or lie, and that their credentials show nowhere."""

from __future__ import annotations

import base64
import logging
from typing import Any
from urllib.parse import quote

import pytest

from isolation.model import Reading
from isolation.probes import public_address
from isolation.probes.public import Proxy, PublicAddressSettings

USER, PASSWORD = "shop-7f31", "hunter2/&%ä@x"
SECRETS = (
    USER,
    PASSWORD,
    quote(PASSWORD, safe=""),
    base64.b64encode(f"{USER}:{PASSWORD}".encode("latin-1")).decode(),
    base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
)


def read(loopback: Any, proxy: Proxy, seconds: float = 15, services: list[Any] | None = None) -> dict[str, Reading]:
    """The IPv4 reading of each path."""
    urls = [server.url for server in services or [loopback.honest(), loopback.honest()]]
    asked = PublicAddressSettings(urls, [], proxy, seconds)
    readings = public_address.read(asked, transport=loopback.transport, portal=lambda seconds: False)
    return {reading.detail["path"]: reading for reading in readings if reading.detail["family"] == 4}  # type: ignore[misc]


def saying(raw: bytes) -> Any:
    """A proxy that answers the first thing it is told with these bytes and hangs up."""

    def script(connection: Any) -> None:
        connection.recv(4096)
        connection.sendall(raw)

    return script


def endless(raw: bytes) -> Any:
    """A proxy that says `raw` and waits for ever."""

    def script(connection: Any) -> None:
        connection.recv(4096)
        connection.sendall(raw)
        while connection.recv(4096):
            pass

    return script


def no_tls(connection: Any) -> None:
    """A proxy that says it is connected and answers the TLS greeting with an address."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    endless(b"93.184.215.14\n")(connection)


BAD = {
    "http: refuses": ("http", saying(b"HTTP/1.1 403 No\r\n\r\n"), "HTTP 403"),
    "http: demands a name": ("http", saying(b"HTTP/1.1 407 Name?\r\n\r\n"), "demands a user name"),
    "http: cannot reach it": ("http", saying(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"), "HTTP 502"),
    "http: redirects": ("http", saying(b"HTTP/1.1 302 Found\r\nLocation: https://x.example/\r\n\r\n"), "HTTP 302"),
    "http: an address instead": ("http", saying(b"HTTP/1.1 403 No\r\nContent-Length: 7\r\n\r\n1.1.1.1"), "HTTP 403"),
    "http: repeats what it was told": (
        "http",
        saying(f"HTTP/1.1 400 {USER}:{PASSWORD}\r\n\r\n".encode("latin-1")),
        "HTTP 400",
    ),
    "http: nonsense": ("http", saying(b"\x00\x01\x02" * 30), "broke off"),
    "http: hangs up": ("http", saying(b""), ""),
    "http: speaks no TLS inside": ("http", no_tls, "TLS"),
    "http: silence": ("http", endless(b""), "in time"),
    "http: endless head": ("http", endless(b"HTTP/1.1 200 OK\r\nX: "), "in time"),
    "https: speaks no TLS": ("https", saying(b"HTTP/1.1 200 OK\r\n\r\n"), ""),
    "socks: refuses": ("socks5", saying(b"\x05\xff"), "user name"),
    "socks: is of version 4": ("socks5", saying(b"\x04\x5a" + bytes(6)), "does not speak SOCKS5"),
    "socks: is HTTP": ("socks5", saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not speak SOCKS5"),
    "socks: hangs up": ("socks5", saying(b""), "does not speak SOCKS5"),
    "socks: silence": ("socks5", endless(b""), "in time"),
    "socks: half an answer": ("socks5", endless(b"\x05"), "in time"),
}


@pytest.mark.parametrize(("scheme", "script", "why"), BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("user", ["", USER], ids=["plain", "credentials"])
def test_a_bad_proxy_fails_the_account_and_leaks_nothing(
    loopback: Any,
    scheme: str,
    script: Any,
    why: str,
    user: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The account's reading fails with a reason, the direct one stays, and no credential shows anywhere."""
    caplog.set_level(logging.DEBUG)
    server = loopback.plain(script)
    proxy = Proxy(scheme, server.host, server.port, user, PASSWORD if user else "")
    seconds = 1.0 if why == "in time" else 15
    readings = read(loopback, proxy, seconds)
    assert readings["direct"].value == loopback.DIRECT4
    assert readings["account"].status == "failed"
    assert why in readings["account"].reason
    captured = capfd.readouterr()
    shown = f"{readings!r}{caplog.text}{caplog.records!r}{captured.out}{captured.err}{proxy!r}"
    shown += "".join(repr(record.args) + repr(record.exc_info) for record in caplog.records)
    assert not [secret for secret in SECRETS if secret in shown]


@pytest.mark.parametrize("kind", ["http", "socks"])
def test_wrong_credentials_are_told(loopback: Any, kind: str) -> None:
    """A proxy that refuses the credentials fails the account's reading, saying so without them."""
    server, _ = loopback.proxy(kind, "someone:else")
    readings = read(loopback, Proxy("http" if kind == "http" else "socks5", server.host, server.port, USER, PASSWORD))
    assert readings["account"].status == "failed"
    assert "refused those given" in readings["account"].reason
    assert USER not in repr(readings)


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_a_proxy_that_is_down_is_told(loopback: Any, scheme: str) -> None:
    """Where nobody listens the reason is the proxy, not the services, and the account is not asked directly."""
    host, _, port = loopback.closed().rpartition(":")
    readings = read(loopback, Proxy(scheme, host, int(port), USER, PASSWORD))
    assert readings["account"].status == "failed"
    assert "the account's proxy could not be reached" in readings["account"].reason
    assert readings["direct"].value == loopback.DIRECT4


def test_a_proxys_certificate_is_verified(loopback: Any) -> None:
    """An https proxy with a certificate that cannot be trusted is handed no credentials."""
    heard: list[bytes] = []
    server = loopback.serve(
        lambda connection: heard.append(connection.recv(4096)), tls=loopback.rogue.context("127.0.0.1")
    )
    readings = read(loopback, Proxy("https", server.host, server.port, USER, PASSWORD))
    assert readings["account"].status == "failed"
    assert heard == []


def test_credentials_are_sent_to_the_proxy_alone(loopback: Any) -> None:
    """The service behind an HTTP proxy never sees the Proxy-Authorization header."""
    heard: list[bytes] = []

    def script(connection: Any) -> None:
        heard.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n93.184.215.14")

    server, _ = loopback.proxy("http", f"{USER}:x")
    read(
        loopback,
        Proxy("http", server.host, server.port, USER, "x"),
        services=[loopback.serve(script) for _ in range(2)],
    )
    assert heard
    assert not [head for head in heard if b"proxy-auth" in head.lower() or b"authorization" in head.lower()]
    assert all(b"user-agent: isolation\r\n" in head.lower() for head in heard)
