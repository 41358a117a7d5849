"""A private D-Bus with a real bus daemon and a simulated NetworkManager (Debian's python3-dbusmock) on it.

The simulation is steered by jeepney's own connection, not by the one under test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NM = "org.freedesktop.NetworkManager"
ROOT = "/org/freedesktop/NetworkManager"
MOCK = "org.freedesktop.DBus.Mock"
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's dbusmock is installed for Debian's Python only

# Like the distribution's session.conf: everybody may own and send everything.
BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  {more}
</busconfig>
"""


def need(present: bool, what: str) -> None:
    """Skip, visibly, where a component is missing; where all tests are demanded that is a failure."""
    if present:
        return
    if os.environ.get("ISOLATION_TEST_ALL") == "1":
        pytest.fail(f"{what} is missing, and ISOLATION_TEST_ALL=1 asks for every test")
    pytest.skip(f"{what} is missing")


class PrivateBus:
    """A bus daemon of the test's own; `address` is its D-Bus address."""

    def __init__(self, folder: Path, more: str) -> None:
        self.address = f"unix:path={folder}/bus"
        configuration = folder / "bus.conf"
        configuration.write_text(BUS_CONFIGURATION.format(path=folder / "bus", more=more))
        command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"]
        self._daemon = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until((folder / "bus").exists)

    def stop(self) -> None:
        """End the daemon; every connection to it breaks."""
        self._daemon.terminate()
        self._daemon.wait(10)


class SimulatedNetworkManager:
    """dbusmock's NetworkManager on a private bus, with what its template lacks."""

    def __init__(self, bus: PrivateBus) -> None:
        from jeepney.io.blocking import open_dbus_connection

        self.environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus.address, "LC_ALL": "C.UTF-8"}
        command = [SYSTEM_PYTHON, "-m", "dbusmock", "--system", "--template", "networkmanager"]
        self._process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._connection = open_dbus_connection(bus.address)
        try:
            wait_until(self._on_the_bus)
        except BaseException:
            self.close()
            raise

    def stop(self) -> None:
        """NetworkManager goes; the bus stays."""
        self._process.kill()
        self._process.wait(10)

    def close(self) -> None:
        """End the simulation."""
        self.stop()
        self._connection.close()

    def pause(self) -> None:
        """NetworkManager stays on the bus and answers nothing any more."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def add_adapter(self, interface: str = "wlan0", state: int = 100) -> str:
        """Add a Wi-Fi adapter in an NMDeviceState; its object path."""
        return str(self._mock(ROOT, "AddWiFiDevice", "ssi", (f"radio_{interface}", interface, state)))

    def add_access_point(
        self,
        adapter: str,
        bssid: str,
        ssid: bytes,
        *,
        strength: int = 60,
        frequency: int = 2437,
        rsn: int = 0x188,
        wpa: int = 0,
        privacy: bool = True,
        last_seen: int = 990,
    ) -> str:
        """Add an access point that an adapter hears; its object path. `last_seen` in seconds since boot."""
        name = "ap" + bssid.replace(":", "")
        arguments = (adapter, name, "", bssid, 2, frequency, 54000, strength, 0)
        path = str(self._mock(ROOT, "AddAccessPoint", "ssssuuuyu", arguments))
        self.change(
            path,
            f"{NM}.AccessPoint",
            # The template takes names as text, one value for both kinds of security, and sees all at second 1.
            {
                "Ssid": ("ay", ssid), "LastSeen": ("i", last_seen), "RsnFlags": ("u", rsn), "WpaFlags": ("u", wpa),
                "Flags": ("u", int(privacy)),
            },
        )  # fmt: skip
        return path

    def connect(self, adapter: str, access_point: str) -> None:
        """The adapter uses this access point (the template has no such property)."""
        self._mock(adapter, "AddProperty", "ssv", (f"{NM}.Device.Wireless", "ActiveAccessPoint", ("o", access_point)))

    def change(self, path: str, interface: str, properties: dict[str, tuple[str, Any]]) -> None:
        """Change properties of an object."""
        self._mock(path, "UpdateProperties", "sa{sv}", (interface, properties))

    def remove(self, path: str) -> None:
        """Take an object away without telling anybody, as when an access point vanishes between two questions."""
        self._mock(ROOT, "RemoveObject", "s", (path,))

    def _mock(self, path: str, method: str, signature: str, arguments: tuple[object, ...]) -> Any:
        from jeepney import DBusAddress, new_method_call
        from jeepney.wrappers import unwrap_msg

        address = DBusAddress(path, bus_name=NM, interface=MOCK)
        message = new_method_call(address, method, signature, arguments)
        body = unwrap_msg(self._connection.send_and_get_reply(message, timeout=10))
        return body[0] if body else None

    def _on_the_bus(self) -> bool:
        from jeepney import message_bus

        return bool(self._connection.send_and_get_reply(message_bus.NameHasOwner(NM), timeout=10).body[0])


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something that another process does; fail where it does not."""
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("a component of this test did not start within 10 seconds")
