"""What a public-address reading says where services and proxies behave."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import pytest

from isolation.probes import public_address
from isolation.probes.public import Proxy, PublicAddressSettings


def settings(servers: list[Any], servers6: list[Any] = (), **more: Any) -> PublicAddressSettings:  # type: ignore[assignment]
    """Settings that ask these servers."""
    return PublicAddressSettings([server.url for server in servers], [server.url for server in servers6], **more)


def read(loopback: Any, asked: PublicAddressSettings, **more: Any) -> list[Any]:
    """The readings, with no captive portal known."""
    more = {"portal": lambda seconds: False} | more
    return public_address.read(asked, transport=loopback.transport, **more)


def has_ipv6() -> bool:
    """Whether the loopback interface speaks IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="the loopback interface has no IPv6 here")


def test_nobody_is_asked_unless_told_to() -> None:
    """Without settings both facts are not requested, and the reason names how to ask."""
    readings = public_address.read(None)
    assert [(reading.fact, reading.status) for reading in readings] == [
        ("public_ip", "not_requested"),
        ("public_prefix", "not_requested"),
    ]
    assert all("--public-ip" in reading.reason and "[public_ip]" in reading.reason for reading in readings)


def test_not_asking_imports_nothing_heavy() -> None:
    """Reading without settings loads neither requests nor threads nor addresses."""
    code = (
        "import sys; from isolation.probes.public_address import read; read(None)\n"
        "import isolation.probes.public\n"
        "print([name for name in ('requests', 'urllib3', 'socks', 'ssl', 'ipaddress', 'threading', 'dataclasses', 're')"
        " if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert told.stdout.strip() == "[]"


def test_an_address_that_all_give_is_observed(loopback: Any) -> None:
    """Three services that agree make one identifying, certain reading that names them."""
    readings = read(loopback, settings([loopback.honest() for _ in range(3)]))
    [address] = [reading for reading in readings if reading.status == "observed"]
    assert (address.fact, address.value) == ("public_ip", loopback.DIRECT4)
    assert address.identifying
    assert address.confidence == "certain"
    assert address.detail == {"path": "direct", "family": 4}
    assert "127.0.0.1" in address.source


def test_a_family_without_services_is_not_requested(loopback: Any) -> None:
    """Where only IPv4 services are named, the IPv6 facts say that nobody was asked."""
    readings = read(loopback, settings([loopback.honest() for _ in range(2)]))
    assert [reading.fact for reading in readings if reading.status == "not_requested"] == ["public_ip", "public_prefix"]


@needs_ipv6
def test_ipv6_gives_its_prefix_too(loopback: Any) -> None:
    """An IPv6 address is read apart from IPv4, and gives its /64 as well."""
    four = [loopback.honest() for _ in range(3)]
    six = [loopback.honest("::1") for _ in range(3)]
    readings = read(loopback, settings(four, six))
    assert [(reading.fact, reading.value, reading.detail["family"]) for reading in readings] == [
        ("public_ip", loopback.DIRECT4, 4),
        ("public_ip", loopback.DIRECT6, 6),
        ("public_prefix", "2606:2800:21f:cb07::/64", 6),
    ]


def test_a_family_is_asked_over_that_family_alone(loopback: Any) -> None:
    """A service named for IPv6 is not asked over IPv4, though its name has an address there that would answer."""
    body = loopback.DIRECT6.encode()
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    urls = [f"https://localhost:{loopback.answering(raw).port}" for _ in range(2)]
    readings = read(loopback, PublicAddressSettings([], urls))
    assert {reading.status for reading in readings} <= {"failed", "absent", "not_requested"}


@pytest.mark.parametrize("kind", ["http", "socks"])
@pytest.mark.parametrize("credentials", ["", "user:p@ss:w/rd"])
def test_both_paths_are_read(loopback: Any, kind: str, credentials: str) -> None:
    """With a proxy the direct address and the account's are both told, and which of them the platform meets."""
    server, proxy = loopback.proxy(kind, credentials)
    user, _, password = credentials.partition(":")
    account = Proxy("http" if kind == "http" else "socks5", server.host, server.port, user, password)
    readings = read(loopback, settings([loopback.honest() for _ in range(3)], proxy=account))
    observed = {reading.detail["path"]: reading for reading in readings if reading.status == "observed"}
    assert observed["direct"].value == loopback.DIRECT4
    assert observed["account"].value == loopback.ACCOUNT4
    assert all(reading.identifying for reading in observed.values())
    assert "the platform meets" in observed["account"].reason
    assert "by rules" in observed["account"].reason
    assert observed["account"].confidence == "probable"
    assert "the platform meets the proxy's address" in observed["direct"].reason
    assert proxy.asked


@needs_ipv6
@pytest.mark.parametrize("kind", ["http", "socks"])
def test_a_proxy_may_have_an_ipv6_address(loopback: Any, kind: str) -> None:
    """A proxy is reached by an IPv6 address as well."""
    server, _ = loopback.proxy(kind, host="::1")
    account = Proxy("http" if kind == "http" else "socks5", "::1", server.port)
    readings = read(loopback, settings([], [loopback.honest("::1") for _ in range(2)], proxy=account))
    observed = {reading.detail["path"]: reading.value for reading in readings if reading.fact == "public_ip"
                and reading.status == "observed"}  # fmt: skip
    assert observed == {"direct": loopback.DIRECT6, "account": loopback.ACCOUNT6}


def test_a_proxy_may_itself_speak_tls(loopback: Any) -> None:
    """An https proxy is spoken to over TLS, and TLS to the service goes inside that."""
    server, _ = loopback.proxy("http", "user:secret", tls=True)
    account = Proxy("https", server.host, server.port, "user", "secret")
    readings = read(loopback, settings([loopback.honest() for _ in range(2)], proxy=account))
    assert loopback.ACCOUNT4 in [reading.value for reading in readings]


@pytest.mark.parametrize("kind", ["http", "socks"])
def test_names_are_resolved_by_the_proxy(loopback: Any, kind: str) -> None:
    """A proxy is given the service's name, never an address that this machine made of it."""
    server, proxy = loopback.proxy(kind)
    account = Proxy("http" if kind == "http" else "socks5", server.host, server.port)
    services = [
        f"https://{name}.example:{loopback.honest().port}" for name in ("one", "two")
    ]  # names that no resolver knows
    readings = read(loopback, PublicAddressSettings(services, [], proxy=account))
    assert sorted(asked.rpartition(":")[0] for asked in proxy.asked) == ["one.example", "two.example"]
    assert loopback.ACCOUNT4 in [reading.value for reading in readings]


def test_the_environments_proxies_are_left_aside(loopback: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY change neither path."""
    dead = f"http://{loopback.closed()}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, dead)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    server, _ = loopback.proxy("http")
    asked = settings([loopback.honest() for _ in range(2)], proxy=Proxy("http", server.host, server.port))
    values = [reading.value for reading in read(loopback, asked) if reading.status == "observed"]
    assert values == [loopback.DIRECT4, loopback.ACCOUNT4]


def test_a_tunnel_makes_the_address_probable(loopback: Any) -> None:
    """Where the machine leaves by a tunnel, the reading says that a VPN may lead the platform elsewhere."""
    readings = read(loopback, settings([loopback.honest() for _ in range(2)]), tunnel=True)
    [address] = [reading for reading in readings if reading.status == "observed"]
    assert address.identifying
    assert address.confidence == "probable"
    assert "tunnel" in address.reason
    assert "elsewhere" in address.reason
