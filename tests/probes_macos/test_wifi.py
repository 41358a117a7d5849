"""A Mac's radio, by CoreWLAN and by system_profiler. Simulated: the probe was not run on macOS."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from isolation.model import Reading
from isolation.probes.macos import corewlan, wifi

from .mac import a_mac

FACTS = ("bssid", "access_point", "ssid", "wifi_scan")


def fact(readings: list[Reading], name: str) -> Reading:
    """The only reading of a fact."""
    (found,) = [reading for reading in readings if reading.fact == name]
    return found


def profiler(*interfaces: dict[str, Any]) -> dict[Any, Any]:
    """A system_profiler that prints these interfaces."""
    document = {"SPAirPortDataType": [{"spairport_airport_interfaces": list(interfaces)}]}
    return {"/usr/sbin/system_profiler": (0, json.dumps(document).encode(), b"")}


def adapter(current: dict[str, Any] | None, *others: dict[str, Any], status: str = "connected") -> dict[str, Any]:
    """One interface as system_profiler prints it."""
    entry: dict[str, Any] = {"_name": "en0", "spairport_status_information": f"spairport_status_{status}"}
    if current is not None:
        entry["spairport_current_network_information"] = current
    return entry | {"spairport_airport_other_local_wireless_networks": list(others)}


def network(name: str, bssid: str = "", signal: int = -52) -> dict[str, Any]:
    """One network as system_profiler prints it."""
    entry = {
        "_name": name,
        "spairport_network_channel": "44 (5GHz, 80MHz)",
        "spairport_security_mode": "spairport_security_mode_wpa2_personal",
        "spairport_signal_noise": f"{signal} dBm / -94 dBm",
    }
    return entry | ({"spairport_network_bssid": bssid} if bssid else {})


class Channel:
    def channelNumber(self) -> int:  # noqa: N802 - Apple's name
        return 44


class Network:
    """A CWNetwork, or with a rate a CWInterface, as pyobjc hands it out."""

    def __init__(self, name: bytes | None, bssid: str | None, signal: int = -52, rate: float = 0.0) -> None:
        self.name, self.address, self.signal, self.rate = name, bssid, signal, rate
        self.on, self.seen = True, ()

    def ssidData(self) -> bytes | None:  # noqa: N802 - Apple's name
        return self.name

    def bssid(self) -> str | None:
        return self.address

    def rssiValue(self) -> int:  # noqa: N802 - Apple's name
        return self.signal

    def wlanChannel(self) -> Channel | None:  # noqa: N802 - Apple's name
        return Channel() if self.rate or self.address or self.name else None


class Interface(Network):
    """A CWInterface."""

    def interfaceName(self) -> str:  # noqa: N802 - Apple's name
        return "en0"

    def powerOn(self) -> bool:  # noqa: N802 - Apple's name
        return self.on

    def transmitRate(self) -> float:  # noqa: N802 - Apple's name
        return self.rate

    def security(self) -> int:
        return 4

    def cachedScanResults(self) -> Any:  # noqa: N802 - Apple's name
        return self.seen


class Framework:
    """The module CoreWLAN."""

    def __init__(self, *interfaces: Interface) -> None:
        self.CWWiFiClient = self
        self._interfaces = interfaces

    def sharedWiFiClient(self) -> Framework:  # noqa: N802 - Apple's name
        return self

    def interfaces(self) -> tuple[Interface, ...]:
        return self._interfaces


def test_with_the_permission_corewlan_tells_all() -> None:
    """With the Location permission CoreWLAN tells name, BSSID and neighbours, and no tool is run."""
    interface = Interface(b"Harbour Office", "3c:37:86:5d:75:d6", rate=866.0)
    interface.seen = (Network(b"n", "58:96:1d:20:41:1c", -77), Network(b"m", "00:00:00:00:00:00", -80))
    machine = a_mac()
    readings = wifi.read(machine, deadline=3.0, framework=lambda: Framework(interface))
    assert fact(readings, "bssid").value == "3C-37-86-5D-75-D6"
    assert fact(readings, "access_point").value == "3C-37-86-5D-75-D0"
    assert (fact(readings, "ssid").value, fact(readings, "ssid").identifying) == ("Harbour Office", False)
    assert fact(readings, "wifi_scan").value == (("58-96-1D-20-41-1C", -77),)
    assert fact(readings, "bssid").detail["security"] == "WPA2"
    assert machine.commands == []


def test_without_the_permission_it_is_denied_and_says_what_to_do() -> None:
    """CoreWLAN's nil on a connected adapter is a denial with the compliant step, where nothing else tells more."""
    readings = wifi.read(a_mac(), deadline=3.0, framework=lambda: Framework(Interface(None, None, rate=866.0)))
    for name in ("bssid", "access_point", "ssid"):
        reading = fact(readings, name)
        assert reading.status == "denied"
        assert "Location Services" in reading.reason


def test_a_redacted_network_is_redacted_and_not_an_identifier() -> None:
    """`<redacted>` is a status with the compliant step, never a network's name, and no BSSID is made up."""
    current, other = network("<redacted>"), network("<redacted>", signal=-77)
    readings = wifi.read(a_mac(profiler(adapter(current, other))), deadline=3.0, framework=lambda: None)
    for name in FACTS:
        reading = fact(readings, name)
        assert (reading.status, reading.value) == ("redacted", None)
        assert "Location Services" in reading.reason


def test_a_name_without_a_bssid_is_read() -> None:
    """Releases that still tell the name but not the BSSID give the one, and redacted for the other."""
    readings = wifi.read(a_mac(profiler(adapter(network("深圳仓库")))), deadline=3.0, framework=lambda: None)
    assert fact(readings, "ssid").value == "深圳仓库"
    assert fact(readings, "ssid").detail["channel"] == 44
    assert fact(readings, "bssid").status == "redacted"


def test_corewlan_s_nil_gives_way_to_what_system_profiler_still_tells() -> None:
    """Where CoreWLAN keeps everything and system_profiler tells the name, the name is read."""
    machine = a_mac(profiler(adapter(network("Harbour Office"))))
    framework = Framework(Interface(None, None, rate=866.0))
    readings = wifi.read(machine, deadline=3.0, framework=lambda: framework)
    assert fact(readings, "ssid").value == "Harbour Office"


def test_an_older_release_tells_the_bssid() -> None:
    """macOS 10.15 prints BSSIDs, octets unpadded."""
    current, other = network("Harbour Office", "3c:37:86:5d:75:6"), network("n", "58:96:1d:20:41:1c", -77)
    readings = wifi.read(a_mac(profiler(adapter(current, other))), deadline=3.0, framework=lambda: None)
    assert fact(readings, "bssid").value == "3C-37-86-5D-75-06"
    assert fact(readings, "wifi_scan").value == (("58-96-1D-20-41-1C", -77),)


def test_the_maker_s_digits_with_zeros_are_redacted() -> None:
    """A BSSID of the maker's digits and zeros, the same on unrelated networks, is redacted and identifies nothing."""
    current = network("Harbour Office", "1c:ed:6f:00:00:00")
    readings = wifi.read(a_mac(profiler(adapter(current))), deadline=3.0, framework=lambda: None)
    assert (fact(readings, "bssid").status, fact(readings, "bssid").value) == ("redacted", None)


@pytest.mark.parametrize(
    ("tools", "word"),
    [
        (profiler(adapter(None, status="off")), "switched off"),
        (profiler(adapter(None, status="inactive")), "not connected"),
        (profiler({"_name": "awdl0"}), "no Wi-Fi adapter"),
    ],
)
def test_no_network_is_absent_with_the_reason(tools: dict[Any, Any], word: str) -> None:
    """Switched off, not connected and no adapter are told apart, and all are absent."""
    readings = wifi.read(a_mac(tools), deadline=3.0, framework=lambda: None)
    assert fact(readings, "bssid").status == "absent"
    assert word in fact(readings, "bssid").reason


def test_a_radio_that_corewlan_calls_off_is_off() -> None:
    """A radio that is off by CoreWLAN is absent without asking the slow tool."""
    interface = Interface(None, None)
    interface.on = False
    machine = a_mac()
    readings = wifi.read(machine, deadline=3.0, framework=lambda: Framework(interface))
    assert "switched off" in fact(readings, "bssid").reason
    assert machine.commands == []


@pytest.mark.parametrize("answer", [TimeoutError(), (0, b"{", b""), (64, b"", b"unknown data type\n")])
def test_a_tool_that_does_not_answer_fails_all_four_facts(answer: Any) -> None:
    """A slow, broken or unwilling system_profiler fails all four facts with a sentence."""
    readings = wifi.read(a_mac({"/usr/sbin/system_profiler": answer}), deadline=0.5, framework=lambda: None)
    assert [fact(readings, name).status for name in FACTS] == ["failed"] * 4
    assert all(reading.reason.endswith(".") for reading in readings)


@pytest.mark.skipif(sys.platform == "darwin", reason="this is where the framework may be")
def test_the_framework_is_not_looked_for_elsewhere() -> None:
    """On other systems there is no CoreWLAN, and asking for it imports nothing."""
    assert corewlan.framework() is None


def test_a_framework_that_fails_gives_way_to_the_tool() -> None:
    """An exception inside CoreWLAN is not the probe's: system_profiler is asked instead."""

    class Broken:
        @property
        def CWWiFiClient(self) -> Any:  # noqa: N802 - Apple's name
            raise RuntimeError("NSInternalInconsistencyException")

    machine = a_mac(profiler(adapter(network("Harbour Office"))))
    assert fact(wifi.read(machine, deadline=3.0, framework=Broken), "ssid").value == "Harbour Office"
