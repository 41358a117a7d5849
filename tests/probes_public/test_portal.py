"""Captive portals: recognised by how services seem to answer, and by what NetworkManager knows."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from isolation.model import Reading
from isolation.probes import public_address
from isolation.probes.public import PublicAddressSettings
from isolation.probes.public.answer import Answer, Failure
from isolation.probes.public.portal import networkmanager_says_portal

URLS = ["https://one.example", "https://two.example"]


class Always:
    """A transport that gives the same for every request."""

    def __init__(self, told: Answer | Failure) -> None:
        self._told = told

    def get(self, url: str, family: int, proxy: object, line: object, seconds: float) -> Answer | Failure:
        """The same."""
        return self._told


def read(told: Answer | Failure, portal: Callable[[float], bool] = lambda seconds: False) -> Reading:
    """The IPv4 reading where every service gives this."""
    readings = public_address.read(PublicAddressSettings(URLS, [], deadline=30), transport=Always(told), portal=portal)
    return next(reading for reading in readings if reading.detail["family"] == 4)


@pytest.mark.parametrize(
    "told",
    [
        Failure("tls", "showed a certificate that cannot be trusted"),
        Answer(302, "", b""),
        Answer(200, "", b"<!DOCTYPE html>"),
        Answer(511, "", b""),
    ],
)
def test_answers_in_a_services_place_look_like_a_portal(told: Answer | Failure) -> None:
    """A certificate of another, a redirect, a web page or HTTP 511 are told as a captive portal's."""
    reading = read(told)
    assert reading.status == "failed"
    assert "captive portal" in reading.reason


@pytest.mark.parametrize("told", [Answer(403, "", b""), Failure("unreachable", "could not be reached")])
def test_other_failures_are_no_portal(told: Answer | Failure) -> None:
    """A service that refuses, or that is not reached, is not blamed on a portal without a sign of one."""
    reading = read(told)
    assert reading.status == "failed"
    assert "portal" not in reading.reason


def test_the_systems_word_for_a_portal_is_taken() -> None:
    """Where services just cannot be reached, NetworkManager's knowledge of a portal is the reason."""
    assert "captive portal" in read(Failure("unreachable", "could not be reached"), lambda seconds: True).reason


def test_an_address_that_was_read_needs_no_portal() -> None:
    """A stale word of a portal changes nothing where services agree on an address."""
    reading = read(Answer(200, "", b"93.184.215.14"), lambda seconds: True)
    assert reading.value == "93.184.215.14"
    assert "portal" not in reading.reason


def test_a_machine_without_a_way_out_has_no_address() -> None:
    """Where the kernel knows no route for a family, the address is absent, not failed."""
    assert read(Failure("no-route", "cannot be reached")).status == "absent"


BUS = """<busconfig><type>custom</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A message bus of this test's own, in the system bus's place."""
    if sys.platform != "linux" or not shutil.which("dbus-daemon"):
        pytest.skip("there is no dbus-daemon here")
    config = tmp_path / "bus.conf"
    config.write_text(BUS.format(path=tmp_path / "bus"))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


@pytest.fixture
def network_manager(bus: str) -> Iterator[Callable[[Any], None]]:
    """Starts a NetworkManager that knows only its connectivity, or answers with an error for None."""
    from jeepney import HeaderFields, MessageType, new_error, new_method_return
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection

    connection = open_dbus_connection(bus)
    connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.NetworkManager"))
    threads = []

    def serve(state: int | None) -> None:
        def run() -> None:
            while True:
                call = connection.receive()
                if call.header.message_type is MessageType.method_call:
                    member = call.header.fields.get(HeaderFields.member)
                    if member == "Get" and state is not None:
                        connection.send(new_method_return(call, "v", (("u", state),)))
                    else:
                        connection.send(new_error(call, "org.freedesktop.DBus.Error.Failed"))
                    return

        threads.append(threading.Thread(target=run, daemon=True))
        threads[-1].start()

    yield serve
    for thread in threads:
        thread.join(20)
    connection.close()


@pytest.mark.parametrize(
    ("state", "locked"), [(0, False), (1, False), (2, True), (3, False), (4, False), (None, False)]
)
def test_networkmanager_is_asked_for_its_state(network_manager: Any, state: int | None, locked: bool) -> None:
    """Only the connectivity state PORTAL is a portal; an error is none."""
    network_manager(state)
    assert networkmanager_says_portal(10) is locked


def test_a_bus_without_networkmanager_knows_of_no_portal(bus: str) -> None:
    """Where nobody has NetworkManager's name there is no word of a portal, and nothing is started to ask."""
    assert not networkmanager_says_portal(10)


def test_no_bus_knows_of_no_portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a message bus has no word of a portal."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert not networkmanager_says_portal(10)
