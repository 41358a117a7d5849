"""Answers that are not to be believed, one by one, and what a reading says of them."""

from __future__ import annotations

import gzip
import threading
import time
from typing import Any

import pytest

from isolation.model import Reading
from isolation.probes import public_address
from isolation.probes.public import PublicAddressSettings
from isolation.probes.public.answer import Answer

GOOD = "93.184.215.14"
EVIL = "151.101.1.69"


def answer(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """A whole HTTP response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


HOSTILE = {
    "a web page": answer(b"<html><body>151.101.1.69</body></html>"),
    "a short web page": answer(b"<b>151.101.1.69</b>"),
    "a redirect": answer(EVIL.encode(), "302 Found", "Location: https://127.0.0.1:1/"),
    "a permanent redirect without a place": answer(EVIL.encode(), "308 Permanent Redirect"),
    "a private address": answer(b"192.168.1.5\n"),
    "a carrier's address": answer(b"100.64.0.7\n"),
    "a loopback address": answer(b"127.0.0.1\n"),
    "a documentation address": answer(b"203.0.113.9\n"),
    "a multicast address": answer(b"224.0.0.251"),
    "the wrong family": answer(b"2606:2800:21f:cb07::14\n"),
    "an IPv4 address mapped into IPv6": answer(b"::ffff:151.101.1.69\n"),
    "trailing bytes": answer(b"151.101.1.69 \n"),
    "a second line": answer(b"151.101.1.69\n\n"),
    "leading blanks": answer(b" 151.101.1.69"),
    "two addresses": answer(b"151.101.1.69, 10.0.0.1"),
    "two lines of addresses": answer(b"151.101.1.69\n151.101.1.70\n"),
    "an address with a port": answer(b"151.101.1.69:443"),
    "an address with a zone": answer(b"151.101.1.69%eth0"),
    "JSON": answer(b'{"ip":"151.101.1.69"}'),
    "a hexadecimal address": answer(b"0x97.0x65.0x1.0x45"),
    "an octal address": answer(b"0227.0145.01.0105"),
    "a bare number": answer(b"2539979077"),
    "three octets": answer(b"151.101.69"),
    "digits of another script": answer("١٥١.101.1.69".encode()),
    "fullwidth digits": answer("１５１.101.1.69".encode()),
    "Latin-1": answer(b"151.101.1.69\xa0"),
    "UTF-16": answer(EVIL.encode("utf-16")),
    "a byte-order mark": answer(b"\xef\xbb\xbf151.101.1.69"),
    "NUL bytes": answer(b"151.101.1.69\x00"),
    "injected line breaks": answer(b"151.101.1.69\r\nX-Injected: 1\r\n"),
    "a terminal's commands": answer(b"\x1b[2J151.101.1.69"),
    "nothing": answer(b""),
    "an empty line": answer(b"\n"),
    "a huge body": answer(b"151.101.1.69" + b" " * 5_000_000),
    "an endless line": answer(b"1" * 70),
    "a body shorter than announced": answer(b"151.101.1.69\n", length=60),
    "204": answer(b"", "204 No Content"),
    "206": answer(EVIL.encode(), "206 Partial Content"),
    "401": answer(EVIL.encode(), "401 Unauthorized"),
    "403": answer(EVIL.encode(), "403 Forbidden"),
    "429": answer(EVIL.encode(), "429 Too Many Requests"),
    "500": answer(EVIL.encode(), "500 Internal Server Error"),
    "511": answer(EVIL.encode(), "511 Network Authentication Required"),
    "a compressed answer": answer(gzip.compress(EVIL.encode()), "200 OK", "Content-Encoding: gzip"),
    "a gzip bomb": answer(gzip.compress(bytes(30_000_000)), "200 OK", "Content-Encoding: gzip"),
    "an answer called compressed": answer(EVIL.encode(), "200 OK", "Content-Encoding: br"),
    "no HTTP": b"151.101.1.69\n",
    "HTTP without a status": b"HTTP/1.1\r\n\r\n151.101.1.69\n",
    "a thousand headers": answer(EVIL.encode(), "200 OK", *[f"X-{number}: 1" for number in range(1000)]),
    "an endless header": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Length: 5\r\n\r\n151.101.1.69\n",
    "a wrong chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n151.101.1.69\r\n0\r\n\r\n",
    "a hang-up": b"",
}


def read(loopback: Any, servers: list[Any], **more: Any) -> list[Reading]:
    """The IPv4 readings of these services."""
    asked = PublicAddressSettings([server.url for server in servers], [], deadline=more.pop("seconds", 15))
    more = {"portal": lambda seconds: False} | more
    readings = public_address.read(asked, transport=loopback.transport, **more)
    return [reading for reading in readings if reading.detail["family"] == 4]


def test_the_answers_are_hostile_for_the_reason_told(loopback: Any) -> None:
    """The same frame with an honest body is believed, so that each of them fails for what it is named for."""
    servers = [loopback.answering(answer(EVIL.encode())) for _ in range(2)]
    assert read(loopback, servers)[0].value == EVIL


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_hostile_answer_is_believed(loopback: Any, raw: bytes) -> None:
    """Though two services give the same hostile answer, no address is read, and the reason is a sentence."""
    [reading] = read(loopback, [loopback.answering(raw), loopback.answering(raw)])
    assert reading.status == "failed"
    assert reading.reason.endswith(".")
    assert reading.reason.isprintable()
    assert EVIL not in reading.reason


@pytest.mark.parametrize("name", ["a web page", "a private address", "a hang-up", "403", "a gzip bomb"])
def test_one_hostile_service_changes_nothing(loopback: Any, name: str) -> None:
    """Two honest services of three suffice."""
    servers = [loopback.answering(HOSTILE[name]), loopback.honest(), loopback.honest()]
    assert read(loopback, servers)[0].value == GOOD


def test_a_redirect_is_not_followed(loopback: Any) -> None:
    """The place a redirect leads to is never asked."""
    reached = threading.Event()
    place = loopback.serve(lambda connection: reached.set())
    raw = answer(b"", "301 Moved Permanently", f"Location: {place.url}/")
    [reading] = read(loopback, [loopback.answering(raw), loopback.answering(raw)])
    assert reading.status == "failed"
    assert "redirected" in reading.reason
    assert not reached.is_set()


def test_two_that_disagree_are_not_believed(loopback: Any) -> None:
    """Two services with an address each leave none, and the reason gives no address away."""
    [reading] = read(loopback, [loopback.honest(), loopback.answering(answer(EVIL.encode()))])
    assert reading.status == "failed"
    assert GOOD not in reading.reason
    assert EVIL not in reading.reason


def test_three_addresses_of_three_are_not_believed(loopback: Any) -> None:
    """Three services with three addresses leave none."""
    bodies = (b"151.101.1.69", b"151.101.1.70", b"151.101.1.71")
    [reading] = read(loopback, [loopback.answering(answer(body)) for body in bodies])
    assert reading.status == "failed"


class InTurn:
    """A transport whose later answers wait until the first one has arrived."""

    def __init__(self) -> None:
        self._first: list[threading.Thread] = []
        self._begun = threading.Event()

    def get(self, url: str, family: int, proxy: object, line: object, seconds: float) -> Answer:
        """Another address from the first service than from the others."""
        if "first" in url:
            self._first.append(threading.current_thread())
            self._begun.set()
            return Answer(200, "", EVIL.encode())
        self._begun.wait(20)
        self._first[0].join(20)
        return Answer(200, "", GOOD.encode())


def test_a_service_that_disagrees_is_told_of() -> None:
    """One other address among three leaves the address probable, and the reason says why."""
    asked = PublicAddressSettings([f"https://{name}.example" for name in ("first", "second", "third")], [], deadline=60)
    [reading, *_] = [
        reading
        for reading in public_address.read(asked, transport=InTurn(), portal=lambda seconds: False)
        if reading.status == "observed"
    ]
    assert reading.value == GOOD
    assert reading.source == "second.example, third.example"
    assert reading.confidence == "probable"
    assert "1 of the 3 services saw another address" in reading.reason


class Each:
    """A transport that gives one answer for each service, by its number in the host's name."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers

    def get(self, url: str, family: int, proxy: object, line: object, seconds: float) -> Answer:
        """That service's answer."""
        return self._answers[int(url.removeprefix("https://s").removesuffix(".example"))]

    def read(self) -> Reading:
        """The IPv4 reading of all these services."""
        urls = [f"https://s{number}.example" for number in range(len(self._answers))]
        asked = PublicAddressSettings(urls, [], deadline=60)
        readings = public_address.read(asked, transport=self, portal=lambda seconds: False)
        return next(reading for reading in readings if reading.detail["family"] == 4)


@pytest.mark.parametrize("status", [100, 201, 203, 204, 206, 226, 304, 400, 403, 404, 500])
def test_only_status_200_is_believed(status: int) -> None:
    """An address under any other status is none, whatever a transport brings along."""
    assert Each(Answer(status, "", EVIL.encode()), Answer(status, "", EVIL.encode())).read().status == "failed"


@pytest.mark.parametrize(("agreeing", "others", "status"), [(2, 0, "observed"), (1, 1, "failed"), (2, 1, "observed"),
                                                            (2, 2, "failed"), (3, 1, "observed"), (2, 3, "failed"),
                                                            (3, 2, "observed"), (3, 3, "failed")])  # fmt: skip
def test_more_than_half_must_agree(agreeing: int, others: int, status: str) -> None:
    """An address is believed where more than half of the services named gave it."""
    told = [Answer(200, "", GOOD.encode())] * agreeing
    told += [Answer(200, "", f"151.101.1.{number}".encode()) for number in range(others)]
    assert Each(*told).read().status == status


def test_one_that_is_down_changes_nothing(loopback: Any) -> None:
    """Two services of three suffice when nobody listens at the third."""
    urls = [loopback.honest().url, loopback.honest().url, f"https://{loopback.closed()}"]
    asked = PublicAddressSettings(urls, [])
    readings = public_address.read(asked, transport=loopback.transport, portal=lambda seconds: False)
    assert GOOD in [reading.value for reading in readings]


def test_all_that_are_down_give_a_reason(loopback: Any) -> None:
    """Where no service can be reached, the reading failed and says so of each."""
    asked = PublicAddressSettings([f"https://{loopback.closed()}", f"https://{loopback.closed()}"], [])
    [reading, *_] = [
        reading
        for reading in public_address.read(asked, transport=loopback.transport, portal=lambda seconds: False)
        if reading.status == "failed"
    ]
    assert "could not be reached" in reading.reason


@pytest.mark.parametrize("case", ["unknown authority", "wrong name", "expired", "no TLS"])
def test_a_bad_certificate_is_not_believed(loopback: Any, case: str) -> None:
    """TLS is verified: an honest answer under a certificate that cannot be trusted is none."""
    honest = answer(EVIL.encode())
    if case == "no TLS":

        def plain(connection: Any) -> None:
            connection.recv(4096)
            connection.sendall(honest)

        servers = [loopback.plain(plain) for _ in range(2)]
    else:
        tls = {
            "unknown authority": lambda: loopback.rogue.context("127.0.0.1"),
            "wrong name": lambda: loopback.authority.context("other.example"),
            "expired": lambda: loopback.authority.context("127.0.0.1", days=-2),
        }[case]()
        servers = [loopback.answering(honest, tls=tls) for _ in range(2)]
    [reading] = read(loopback, servers)
    assert reading.status == "failed"
    assert "captive portal" in reading.reason


def drip(piece: bytes, opening: bytes = b"") -> Any:
    """A script that sends `opening` and then `piece` again and again, for as long as anybody takes it."""

    def script(connection: Any) -> None:
        connection.recv(4096)
        connection.sendall(opening)
        while piece:
            connection.sendall(piece)
            time.sleep(0.02)
        connection.recv(1)  # until the other side goes

    return script


ENDLESS = {
    "a dripping body": drip(b"1", b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n"),
    "a dripping header": drip(b"x", b"HTTP/1.1 200 OK\r\nX: "),
    "headers without end": drip(b"X: y\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "an address and no end": drip(b"", b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n151.101.1.69\n"),
    "a chunk and no end": drip(
        b"", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n151.101.1.69\n\r\n"
    ),
    "chunks without end": drip(b"1\r\n1\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "chunk extensions without end": drip(b";a", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1"),
    "interim answers without end": drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": drip(b""),
}  # fmt: skip


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_endless_answer_ends_at_the_deadline(loopback: Any, script: Any) -> None:
    """A service that keeps sending is cut off: the reading fails in time, and its threads end."""
    [reading] = read(loopback, [loopback.serve(script), loopback.serve(script)], seconds=0.5)
    assert reading.status == "failed"
    assert EVIL not in reading.reason
    for thread in threading.enumerate():
        if thread.name == "public-address":
            thread.join(20)
            assert not thread.is_alive()


def test_a_slow_service_is_not_waited_for(loopback: Any) -> None:
    """Two services that agree decide at once, however long the third takes."""
    servers = [loopback.serve(ENDLESS["silence"]), loopback.honest(), loopback.honest()]
    begin = time.monotonic()
    [reading] = read(loopback, servers, seconds=60)
    assert reading.value == GOOD
    assert time.monotonic() - begin < 40


def test_a_handshake_that_never_ends_is_cut(loopback: Any) -> None:
    """A peer that takes the TLS greeting and says nothing holds nobody past the deadline."""

    def mute(connection: Any) -> None:
        while connection.recv(1 << 16):
            pass

    [reading] = read(loopback, [loopback.plain(mute), loopback.plain(mute)], seconds=0.5)
    assert "did not answer in time" in reading.reason


def test_no_time_asks_nobody(loopback: Any) -> None:
    """With no time left no service is asked, and the reading fails in time."""
    asked = threading.Event()
    servers = [loopback.serve(lambda connection: asked.set()) for _ in range(2)]
    [reading] = read(loopback, servers, deadline=0.0)
    assert "did not answer in time" in reading.reason
    assert not asked.is_set()


def test_a_clock_past_the_deadline_ends_the_waiting(loopback: Any) -> None:
    """The deadline is told by the clock that was handed in."""
    ticks = iter([0.0, 0.0, 0.0, 100.0])
    servers = [loopback.serve(ENDLESS["silence"]) for _ in range(2)]
    [reading] = read(loopback, servers, seconds=50, clock=lambda: next(ticks, 100.0))
    assert "did not answer in time" in reading.reason
