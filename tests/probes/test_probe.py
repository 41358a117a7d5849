"""The probe as a whole: what every machine's readings have in common."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from isolation.model import CONFIDENCES, FACTS, STATUSES
from isolation.probes import Machine, probe

from .simulated import (
    SimulatedKernel,
    SimulatedMachine,
    link_payload,
    linux_machine,
    neighbour_payload,
    route_payload,
)

ROOT = Path(__file__).parents[2]


def test_the_simulated_machine_is_a_whole_one() -> None:
    """Everything the real machine can do, the simulated one does by itself: no test reaches the computer."""
    names = {name for name in vars(Machine) if not name.startswith("_")}
    assert names <= set(vars(SimulatedMachine))
    for name in names:
        real, simulated = getattr(Machine, name), getattr(SimulatedMachine, name)
        if callable(real):
            assert inspect.signature(real).parameters.keys() == inspect.signature(simulated).parameters.keys()


@pytest.mark.parametrize("platform", ["linux", "freebsd14"])
def test_an_empty_machine_has_a_reason_for_every_fact(platform: str) -> None:
    """A machine without anything gives every fact at least one reading, with a status and a reason."""
    readings = probe(SimulatedMachine(platform=platform)).readings
    assert {reading.fact for reading in readings} == set(FACTS) - {"site_ip"}
    assert all(reading.status in STATUSES and reading.confidence in CONFIDENCES for reading in readings)
    assert all(reading.reason.endswith(".") for reading in readings)


def test_the_moment_is_the_clocks() -> None:
    """The readings are dated by the machine's wall clock, or by the moment handed in."""
    machine = SimulatedMachine(now=1_790_000_000_000_000)
    assert probe(machine, now=5).observed_at == 5
    assert probe(SimulatedMachine(platform="freebsd14", now=1_790_000_000_000_000)).observed_at == 1_790_000_000_000_000


def test_wifi_that_was_not_asked_for() -> None:
    """Without `wifi` the radio's facts are not requested."""
    identity = probe(SimulatedMachine(), wifi=False)
    assert {identity.of(fact)[0].status for fact in ("bssid", "access_point", "ssid", "wifi_scan")} == {"not_requested"}


def test_no_radio_is_told_without_asking() -> None:
    """A machine without a Wi-Fi interface says so, for each of the radio's facts."""
    identity = probe(linux_machine(SimulatedKernel()))
    for fact in ("bssid", "access_point", "ssid", "wifi_scan"):
        (reading,) = identity.of(fact)
        assert (reading.status, reading.reason) == ("absent", "This machine has no Wi-Fi adapter.")


def test_the_public_address_is_nobodys_to_ask_until_named() -> None:
    """Without named services the public address is not requested."""
    identity = probe(linux_machine(SimulatedKernel()))
    assert identity.of("public_ip")[0].status == identity.of("public_prefix")[0].status == "not_requested"


def test_a_public_address_of_its_own_replaces_only_itself() -> None:
    """A machine's own public IPv4 address is read; the IPv6 prefix, which it has not, stays not requested."""
    kernel = SimulatedKernel(
        links=[link_payload(2, "eth0", mac="a4:bb:6d:01:02:03")],
        ways={2: route_payload(2, oif=2, gateway="81.2.69.1", source="81.2.69.144")},
        neighbours={(2, "81.2.69.1"): neighbour_payload(2, "81.2.69.1", "3c:84:6a:10:20:30")},
    )
    identity = probe(linux_machine(kernel))
    assert [reading.value for reading in identity.of("public_ip")] == ["81.2.69.144"]
    assert [reading.status for reading in identity.of("public_prefix")] == ["not_requested"]


def test_this_computer_can_be_probed() -> None:
    """The real machine, kept from sending anything, gives every fact a reading, twice the same device."""

    class Quiet(Machine):
        def nudge(self, address: str, interface: int) -> None:
            raise PermissionError(1, "Operation not permitted")

    first, second = probe(Quiet(), wifi=False), probe(Quiet(), wifi=False)
    assert {reading.fact for reading in first.readings} == set(FACTS) - {"site_ip"}
    assert first.of("device_id") == second.of("device_id")


@pytest.mark.skipif(sys.platform != "linux", reason="the check path is Linux's")
def test_a_check_imports_only_light_modules() -> None:
    """Probing on Linux, without Wi-Fi and services, imports none of the modules that make a cold check slow."""
    heavy = ("argparse", "dataclasses", "datetime", "enum", "functools", "hmac", "ipaddress", "json", "logging",
             "netifaces", "pathlib", "psutil", "re", "socket", "subprocess", "tomllib", "typing")  # fmt: skip
    program = (
        "import sys; before = set(sys.modules)\n"
        "from isolation.probes import probe\n"
        "probe(wifi=False)\n"
        f"print(*sorted((set(sys.modules) - before) & set({heavy})))"
    )
    command = [sys.executable, "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    assert (done.stdout.strip(), done.stderr) == ("", "")
