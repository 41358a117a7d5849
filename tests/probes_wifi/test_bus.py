"""A D-Bus connection that ends at its deadline whatever the other side does.

The other side is a socket in this process: it plays buses that are silent, drip, talk nonsense or hang up. None of
these tests measures time; one that hung would not end.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from isolation.errors import ProbeError
from isolation.probes.wifi import networkmanager
from isolation.probes.wifi.bus import Bus, BusError, Call
from isolation.probes.wifi.readings import Missing, WifiAdapter

from .simulated import WifiMachine, mutated

jeepney = pytest.importorskip("jeepney", reason="jeepney, which speaks D-Bus, comes with the package on Linux")

Script = Callable[["Peer"], None]
Message = Any

PING = Call("/", "org.example.Echo", "Ping")
SHORT = 0.2


class Peer:
    """The bus's end of one connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._parser = jeepney.Parser()
        self._waiting: list[Message] = []
        self._serial = 0

    def line(self) -> bytes:
        """The next line of the authentication; b"" where the other side hung up."""
        line = b""
        while not line.endswith(b"\n"):
            byte = self.sock.recv(1)
            if not byte:
                return b""
            line += byte
        return line

    def welcome(self) -> None:
        """Authenticate and answer Hello."""
        self.line()
        self.sock.sendall(b"OK 1234deadbeef1234deadbeef1234dead\r\n")
        self.line()
        self.answer(self.call(), "s", (":1.1",))

    def call(self) -> Message:
        """The next method call."""
        while not self._waiting:
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionError
            self._waiting = self._parser.feed(data)
        return self._waiting.pop(0)

    def answer(self, call: Message, signature: str = "", body: tuple[object, ...] = ()) -> None:
        """Answer a call."""
        self.send(jeepney.new_method_return(call, signature or None, body))

    def send(self, message: Message) -> None:
        """Send any message."""
        self._serial += 1
        self.sock.sendall(message.serialise(serial=self._serial))

    def wait(self) -> None:
        """Say nothing until the other side hangs up."""
        while self.sock.recv(65536):
            pass


Serve = Callable[[Script], str]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Plays a bus: gives its address; each connection runs the script."""
    with contextlib.ExitStack() as stack:

        def start(script: Script) -> str:
            listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            listener.bind(str(tmp_path / "bus"))
            listener.listen()
            threads: list[threading.Thread] = []
            accepting = threading.Thread(target=_accept, args=(listener, script, threads))
            accepting.start()
            stack.callback(_finish, listener, accepting, threads)
            return f"unix:path={tmp_path / 'bus'}"

        yield start


def _accept(listener: socket.socket, script: Script, threads: list[threading.Thread]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threads.append(threading.Thread(target=_play, args=(connection, script)))
        threads[-1].start()


def _play(connection: socket.socket, script: Script) -> None:
    with connection, contextlib.suppress(OSError):
        connection.recv(1)  # the byte that carries the credentials
        script(Peer(connection))


def _finish(listener: socket.socket, accepting: threading.Thread, threads: list[threading.Thread]) -> None:
    listener.shutdown(socket.SHUT_RDWR)
    for thread in [accepting, *threads]:
        thread.join()


def failing(address: str, deadline: float = SHORT) -> BusError:
    """How connecting and one call end, where they end badly."""
    with pytest.raises(BusError) as caught, Bus(address, deadline=deadline) as bus:
        bus.call("org.example.Echo", PING)
    return caught.value


def test_a_call_is_answered(serve: Serve) -> None:
    """Connecting, authenticating, greeting and calling give the answer's arguments."""

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.answer(peer.call(), "su", ("pong", 7))
        peer.wait()

    with Bus(serve(script), deadline=10) as bus:
        assert bus.call("org.example.Echo", PING) == ("pong", 7)


def test_no_call_starts_a_service(serve: Serve) -> None:
    """Every call, the greeting included, forbids the bus to activate anything."""
    flags: list[int] = []

    def script(peer: Peer) -> None:
        peer.line()
        peer.sock.sendall(b"OK 1234deadbeef1234deadbeef1234dead\r\n")
        peer.line()
        for _ in range(2):
            call = peer.call()
            flags.append(int(call.header.flags))
            peer.answer(call, "s", ("x",))
        peer.wait()

    with Bus(serve(script), deadline=10) as bus:
        bus.call("org.example.Echo", PING)
    assert flags == [2, 2]


def test_an_error_answer_is_an_error_and_loses_no_other(serve: Serve) -> None:
    """Of several calls those that failed are errors with their names, the others have their answers in order."""

    def script(peer: Peer) -> None:
        peer.welcome()
        calls = [peer.call() for _ in range(3)]
        peer.answer(calls[2], "u", (2,))
        peer.send(jeepney.new_error(calls[1], "org.example.Gone", "s", ("It is gone.",)))
        peer.answer(calls[0], "u", (0,))
        peer.wait()

    with Bus(serve(script), deadline=10) as bus:
        first, second, third = bus.call_many("org.example.Echo", [PING] * 3)
    assert (first, third) == ((0,), (2,))
    assert isinstance(second, BusError)
    assert second.name == "org.example.Gone"


def test_many_calls_never_exceed_what_the_bus_allows(serve: Serve) -> None:
    """At most 64 calls wait for an answer at once, and all are answered."""
    waiting: list[int] = []

    def script(peer: Peer) -> None:
        peer.welcome()
        for batch in (64, 64, 22):
            calls = [peer.call() for _ in range(batch)]
            waiting.append(len(calls))
            for number, call in enumerate(calls):
                peer.answer(call, "u", (number,))
        peer.wait()

    with Bus(serve(script), deadline=10) as bus:
        answers = bus.call_many("org.example.Echo", [PING] * 150)
    assert waiting == [64, 64, 22]
    assert answers == [(number,) for batch in (64, 64, 22) for number in range(batch)]


def test_what_was_not_asked_for_is_passed_over(serve: Serve) -> None:
    """Signals, and answers to calls that were never made, do not answer ours."""

    def script(peer: Peer) -> None:
        peer.welcome()
        call = peer.call()
        peer.send(
            jeepney.new_signal(jeepney.DBusAddress("/x", interface="org.example.Noise"), "Changed", "s", ("noise",))
        )
        stray = jeepney.new_method_return(call, "s", ("stray",))
        stray.header.fields[5] = 4711  # the number of the call that is answered
        peer.send(stray)
        peer.answer(call, "s", ("pong",))
        peer.wait()

    with Bus(serve(script), deadline=10) as bus:
        assert bus.call("org.example.Echo", PING) == ("pong",)


def silent(peer: Peer) -> None:
    """Accepts, and nothing more."""
    peer.wait()


def silent_after_authentication(peer: Peer) -> None:
    """Does not answer Hello, which jeepney's own connection would wait for without limit."""
    peer.line()
    peer.sock.sendall(b"OK 1234deadbeef1234deadbeef1234dead\r\n")
    peer.wait()


def silent_service(peer: Peer) -> None:
    """A bus that works with a service that never answers."""
    peer.welcome()
    peer.wait()


def chattering_service(peer: Peer) -> None:
    """A service that sends signals for ever instead of its answer."""
    peer.welcome()
    noise = jeepney.new_signal(jeepney.DBusAddress("/x", interface="org.example.Noise"), "Changed", "s", ("noise",))
    while True:
        peer.send(noise)
        threading.Event().wait(0.005)


def dripping(peer: Peer) -> None:
    """Sends its welcome a byte at a time, without end."""
    while True:
        peer.sock.sendall(b"O")
        threading.Event().wait(0.005)


@pytest.mark.parametrize("script", [silent, silent_after_authentication, silent_service, chattering_service, dripping])
def test_a_peer_that_never_answers_ends_at_the_deadline(script: Script, serve: Serve) -> None:
    """However far the conversation came, and even while bytes keep coming, it ends as silent."""
    assert failing(serve(script)).name == "silent"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may connect to every socket")
def test_a_bus_that_is_closed_to_this_user_is_a_denial(serve: Serve) -> None:
    """A socket without permission is not a bus that is missing."""
    address = serve(silent)
    Path(address.removeprefix("unix:path=")).chmod(0)
    told = networkmanager.read(WifiMachine({"wlan0": True}, bus=address), deadline=SHORT)
    assert isinstance(told, Missing)
    assert told.status == "denied"


def hang_up(peer: Peer) -> None:
    """Closes at once."""


def reject(peer: Peer) -> None:
    """Does not take our credentials."""
    peer.line()
    peer.sock.sendall(b"REJECTED DBUS_COOKIE_SHA1\r\n")
    peer.wait()


def hang_up_later(peer: Peer) -> None:
    """Closes instead of answering."""
    peer.welcome()
    peer.call()


@pytest.mark.parametrize("script", [hang_up, reject, hang_up_later])
def test_a_peer_that_hangs_up_is_closed(script: Script, serve: Serve) -> None:
    """A connection that is refused or lost is an error of its own."""
    assert failing(serve(script), 10).name == "closed"


def test_an_endless_answer_is_cut(serve: Serve) -> None:
    """A peer that sends megabytes is given up at a limit, not read into memory."""

    def script(peer: Peer) -> None:
        peer.welcome()
        noise = jeepney.new_signal(
            jeepney.DBusAddress("/x", interface="org.example.Noise"), "Changed", "ay", (bytes(1 << 16),)
        )
        while True:
            peer.send(noise)

    with pytest.raises(ProbeError, match="more than"), Bus(serve(script), deadline=60) as bus:
        bus.call("org.example.Echo", PING)


def test_nonsense_after_the_greeting_is_refused_or_silent(serve: Serve) -> None:
    """Mutated answers end as a ProbeError, or as whatever they still say; nothing else is raised."""
    seeded = random.Random(1)

    def script(peer: Peer) -> None:
        peer.welcome()
        whole = jeepney.new_method_return(peer.call(), "aoa{sv}", (["/a", "/b"], {"Ssid": ("ay", b"x"), "N": ("u", 1)}))
        peer.sock.sendall(mutated(whole.serialise(serial=9), seeded))
        peer.sock.shutdown(socket.SHUT_WR)
        peer.wait()

    address = serve(script)
    for _ in range(1500):
        try:
            with Bus(address, deadline=5) as bus:
                assert isinstance(bus.call("org.example.Echo", PING), tuple)
        except ProbeError:
            continue


@pytest.mark.parametrize("script", [silent, silent_after_authentication, silent_service, hang_up, reject])
def test_networkmanager_on_such_a_bus_is_a_failure_with_a_sentence(script: Script, serve: Serve) -> None:
    """The probe never raises for what the bus does."""
    missing = networkmanager.read(WifiMachine({"wlan0": True}, bus=serve(script)), deadline=SHORT)
    assert isinstance(missing, Missing)
    assert missing.status == "failed"
    assert missing.reason.endswith(".")


NM = "org.freedesktop.NetworkManager"
GENERAL = {"DeviceType": ("u", 2), "Interface": ("s", "wlan0"), "State": ("u", 100)}
WIRELESS = {"Mode": ("u", 2), "ActiveAccessPoint": ("o", "/ap")}
HEARD = {
    "Ssid": ("ay", b"Office"), "HwAddress": ("s", "9C:A2:F4:01:02:03"), "Frequency": ("u", 2437),
    "Strength": ("y", 82), "LastSeen": ("i", 990), "Flags": ("u", 1), "WpaFlags": ("u", 0), "RsnFlags": ("u", 0x188),
}  # fmt: skip
# What NetworkManager answers, by method, and for GetAll by interface.
ANSWERS = {
    "GetDevices": ("ao", (["/device"],)),
    "GetAllAccessPoints": ("ao", (["/ap"],)),
    f"{NM}.Device": ("a{sv}", (GENERAL,)),
    f"{NM}.Device.Wireless": ("a{sv}", (WIRELESS,)),
    f"{NM}.AccessPoint": ("a{sv}", (HEARD,)),
}


def service(answers: Mapping[str, tuple[str, tuple[object, ...]]]) -> Script:
    """A NetworkManager that answers so."""

    def script(peer: Peer) -> None:
        peer.welcome()
        while True:
            call = peer.call()
            method = call.header.fields[jeepney.HeaderFields.member]
            peer.answer(call, *answers[call.body[0] if method == "GetAll" else method])

    return script


def test_a_service_that_answers_as_documented_is_read(serve: Serve) -> None:
    """The answers above make one connected adapter: what the next test breaks one by one."""
    (adapter,) = told(serve(service(ANSWERS)))
    assert isinstance(adapter.networks, tuple)
    assert adapter.networks[0].bssid == "9ca2f4010203"


@pytest.mark.parametrize("method", ANSWERS)
@pytest.mark.parametrize(
    "answer",
    [
        ("", ()), ("s", ("x",)), ("as", ([],)), ("u", (7,)), ("ai", ([1, 2],)), ("as", (["no path"],)), ("ay", (b"x",)),
        ("a{ss}", ({"Interface": "wlan0"},)), ("a{sv}", ({},)), ("a{uv}", ({1: ("u", 1)},)),
        ("aou", (["/device"], 1)), ("a{sv}", ({"DeviceType": ("u", 2), "Interface": ("u", 2)},)),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_never_makes_a_reading(
    method: str, answer: tuple[str, tuple[object, ...]], serve: Serve
) -> None:
    """Whichever answer is not as documented, there is a failure or no adapter, and no access point out of it."""
    broken = told(serve(service({**ANSWERS, method: answer})))
    if isinstance(broken, Missing):
        assert broken.status == "failed"
    else:
        assert all(isinstance(adapter.networks, Missing) for adapter in broken if method != "GetAllAccessPoints")


def told(address: str) -> tuple[WifiAdapter, ...] | Missing:
    """What NetworkManager on this bus tells."""
    return networkmanager.read(WifiMachine({"wlan0": True}, bus=address), deadline=10)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("org.freedesktop.DBus.Error.AccessDenied", "denied"),
        ("org.freedesktop.NetworkManager.PermissionDenied", "denied"),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "failed"),
        ("org.freedesktop.DBus.Error.NameHasNoOwner", "failed"),
        ("org.freedesktop.DBus.Error.UnknownMethod", "failed"),
        ("org.example.Évil\x1b[2J", "failed"),
    ],
)
def test_an_error_of_the_service_is_a_status_with_a_sentence(name: str, status: str, serve: Serve) -> None:
    """What the bus or NetworkManager refuses becomes denied or failed, in printable words."""

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.send(jeepney.new_error(peer.call(), name, "s", ("\x1b[2Jno",)))
        peer.wait()

    missing = networkmanager.read(WifiMachine({"wlan0": True}, bus=serve(script)), deadline=10)
    assert isinstance(missing, Missing)
    assert missing.status == status
    assert missing.reason.isprintable()
