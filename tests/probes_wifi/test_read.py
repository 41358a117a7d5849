"""Which source is asked, in which order, and what is said where none can tell."""

from __future__ import annotations

import errno
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from isolation.model import Reading
from isolation.probes import wifi

from .simulated import (
    GET_INTERFACE,
    GET_SCAN,
    GET_STATION,
    SimulatedKernel,
    WifiMachine,
    element,
    interface_payload,
    scan_payload,
)

MakeMachine = Callable[..., WifiMachine]

HOME = bytes.fromhex("9ca2f4010203")


def told(readings: list[Reading]) -> dict[str, tuple[str, object]]:
    """Status and value by fact, each fact being there once."""
    assert len({reading.fact for reading in readings}) == len(readings) == 4
    return {reading.fact: (reading.status, reading.value) for reading in readings}


def kernel(*heard: bytes) -> SimulatedKernel:
    """A kernel with one radio that heard these."""
    answers = {(GET_INTERFACE, 0): [interface_payload(3, "wlan0")], (GET_SCAN, 3): heard, (GET_STATION, 3): []}
    return SimulatedKernel(answers)


def test_a_machine_without_an_adapter_asks_nobody(wifi_machine: MakeMachine) -> None:
    """No radio in /sys settles it: every fact is absent, and neither D-Bus nor the kernel was asked."""
    machine = wifi_machine({"lo": False, "eth0": False})
    readings = wifi.read(machine, deadline=1.0)
    assert {reading.status for reading in readings} == {"absent"}
    assert {reading.reason for reading in readings} == {"This machine has no Wi-Fi adapter."}
    assert machine.netlinks == 0


def test_the_way_of_a_machine_without_an_adapter_does_not_load_the_d_bus_library() -> None:
    """In a process of its own, reading a machine without Wi-Fi imports neither jeepney nor the socket module."""
    program = """
        import sys
        from isolation.probes import wifi
        from isolation.probes.machine import Machine
        class Wired(Machine):
            def list_dir(self, path): return ["lo"]
            def exists(self, path): return False
        assert wifi.read(Wired(), deadline=1.0)
        print([name for name in ("jeepney", "socket") if name in sys.modules])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "[]\n"


def test_the_kernel_tells_where_there_is_no_d_bus(wifi_machine: MakeMachine) -> None:
    """Without a system bus the readings come from nl80211."""
    heard = scan_payload(HOME, status=1, elements=element(0, b"Office"))
    readings = wifi.read(wifi_machine(kernel=kernel(heard)), deadline=1.0)
    assert told(readings) == {
        "bssid": ("observed", "9C-A2-F4-01-02-03"),
        "access_point": ("observed", "9C-A2-F4-01-02-00"),
        "ssid": ("observed", "Office"),
        "wifi_scan": ("observed", (("9C-A2-F4-01-02-03", -65),)),
    }
    assert {reading.source for reading in readings} == {"nl80211"}


def test_both_reasons_are_given_where_neither_source_can_tell(wifi_machine: MakeMachine) -> None:
    """An adapter that nobody can ask about is a failure, never an absence, and says why of each source."""
    readings = wifi.read(wifi_machine(), deadline=1.0)
    assert {reading.status for reading in readings} == {"failed"}
    for reading in readings:
        assert "D-Bus" in reading.reason
        assert "nl80211" in reading.reason
        assert reading.source == "NetworkManager over D-Bus, nl80211"
        assert reading.detail["interface"] == "wlan0"


def test_a_refusal_of_the_kernel_is_a_denial(wifi_machine: MakeMachine) -> None:
    """Where the last source refuses, the status says so."""
    refusing = PermissionError(errno.EPERM, "Operation not permitted")
    assert {reading.status for reading in wifi.read(wifi_machine(kernel=refusing), deadline=1.0)} == {"denied"}


def test_an_adapter_that_the_kernel_does_not_know_is_a_failure(wifi_machine: MakeMachine) -> None:
    """A radio in /sys that no source lists is told as such, beside the one that is known."""
    machine = wifi_machine({"wlan0": True, "wlan1": True}, kernel=kernel(scan_payload(HOME, status=1)))
    readings = wifi.read(machine, deadline=1.0)
    assert {(r.detail["interface"], r.status) for r in readings if r.fact == "bssid"} == {
        ("wlan0", "observed"),
        ("wlan1", "failed"),
    }


@pytest.mark.parametrize("radios", [True, False])
def test_an_unreadable_sys_is_not_taken_for_a_machine_without_wifi(radios: bool, wifi_machine: MakeMachine) -> None:
    """Where /sys cannot be read the sources are asked, and only their answer can mean that there is no adapter."""
    heard = SimulatedKernel({(GET_INTERFACE, 0): []}) if not radios else kernel(scan_payload(HOME, status=1))
    readings = told(wifi.read(wifi_machine(None, kernel=heard), deadline=1.0))
    assert readings["bssid"][0] == ("observed" if radios else "absent")
    assert wifi.read(wifi_machine(None), deadline=1.0)[0].status == "failed"
