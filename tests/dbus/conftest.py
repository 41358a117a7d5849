"""A private bus, a NetworkManager on it, and a machine that is pointed at them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from isolation.model import Reading
from isolation.probes import wifi

from ..probes_wifi.simulated import SimulatedKernel, WifiMachine
from .simulated import SYSTEM_PYTHON, PrivateBus, SimulatedNetworkManager, need


@pytest.fixture
def bus(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PrivateBus]:
    """A private bus; an indirect parameter is further configuration in D-Bus's XML."""
    need(shutil.which("dbus-daemon") is not None, "dbus-daemon")
    private = PrivateBus(tmp_path, getattr(request, "param", ""))
    yield private
    private.stop()


@pytest.fixture
def network_manager(bus: PrivateBus) -> Iterator[SimulatedNetworkManager]:
    """A NetworkManager without any device on the private bus."""
    present = subprocess.run([SYSTEM_PYTHON, "-c", "import dbusmock"], capture_output=True, check=False)
    need(present.returncode == 0, "python3-dbusmock")
    simulated = SimulatedNetworkManager(bus)
    yield simulated
    simulated.close()


@pytest.fixture
def read(bus: PrivateBus) -> Callable[..., list[Reading]]:
    """Reads the Wi-Fi of a machine 1,000 seconds after its start, whose system bus is the private one."""

    def run(*interfaces: str, deadline: float = 10.0, kernel: SimulatedKernel | None = None) -> list[Reading]:
        machine = WifiMachine(dict.fromkeys(interfaces or ("wlan0",), True), bus=bus.address, kernel=kernel)
        return wifi.read(machine, deadline=deadline)

    return run
