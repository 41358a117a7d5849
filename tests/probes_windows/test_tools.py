"""Windows' console tools in place of its functions. Simulated: the probe was not run on Windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolation.model import Reading
from isolation.probes import windows

from .simulated import a_windows

FIXTURES = Path(__file__).parent.parent / "probes_text" / "fixtures"
PAGES = {"english": 437, "german": 850, "chinese": 936, "russian": 866}
ARP = b"\r\nInterface: 192.168.1.57 --- 0xb\r\n  a b c\r\n  192.168.1.1           3c-37-86-5d-75-04     dynamic   \r\n"


def tool(name: str) -> str:
    """A tool's full path."""
    return rf"C:\Windows\System32\{name}.exe"


def told(language: str, arp: bytes = ARP) -> list[Reading]:
    """The readings of a machine whose list of adapters cannot be had."""
    tools = {
        tool("ipconfig"): (0, (FIXTURES / "ipconfig" / f"{language}.out").read_bytes(), b""),
        tool("route"): (0, (FIXTURES / "route_print" / f"{language}.out").read_bytes(), b""),
        tool("arp"): (0, arp, b""),
    }
    return windows.read(a_windows(errors={"GetAdaptersAddresses": 8}, page=PAGES[language], tools=tools))


def values(readings: list[Reading], fact: str) -> list[object]:
    """The values of a fact's readings."""
    return [reading.value for reading in readings if reading.fact == fact]


@pytest.mark.parametrize("language", PAGES)
def test_addresses_and_gateway_are_read_in_any_language(language: str) -> None:
    """The same addresses, gateway and MAC are read whatever language the console speaks, at most probable."""
    readings = told(language)
    assert "192.168.1.57" in values(readings, "local_ip")
    assert values(readings, "gateway_ip") == ["192.168.1.1"]
    (gateway,) = [reading for reading in readings if reading.fact == "gateway_mac"]
    assert (gateway.value, gateway.confidence, gateway.identifying) == ("3C-37-86-5D-75-04", "probable", True)
    assert "GetAdaptersAddresses" in gateway.reason
    assert values(readings, "tunnel") == [None]


def test_another_interface_s_entry_is_not_the_gateway_s() -> None:
    """An entry below another interface's heading is another network's router."""
    readings = told("english", ARP.replace(b"192.168.1.57", b"10.0.0.7"))
    assert values(readings, "gateway_mac") == [None]


def test_without_the_tools_too_every_fact_has_a_reason() -> None:
    """Where neither function nor tool answers, each reading says what kept both."""
    readings = windows.read(a_windows(errors={"GetAdaptersAddresses": 8}))
    for fact in ("local_ip", "gateway_ip", "gateway_mac", "tunnel"):
        (reading,) = [reading for reading in readings if reading.fact == fact]
        assert reading.status == "failed"
        assert "error 8." in reading.reason


def test_a_machine_without_a_default_route_has_no_gateway() -> None:
    """Where route prints no default route, gateway and MAC are absent, and addresses are still read."""
    offline = b"\r\n        127.0.0.0        255.0.0.0         On-link         127.0.0.1    331\r\n"
    tools = {
        tool("ipconfig"): (0, (FIXTURES / "ipconfig/english.out").read_bytes(), b""),
        tool("route"): (0, offline, b""),
    }
    readings = windows.read(a_windows(errors={"GetAdaptersAddresses": 8}, tools=tools))
    assert [reading.status for reading in readings if reading.fact in ("gateway_ip", "gateway_mac")] == ["absent"] * 2
    assert "192.168.1.57" in values(readings, "local_ip")


def test_tools_that_fail_one_by_one_leave_the_others_readings() -> None:
    """Without route the addresses stay; without arp the gateway's address stays."""
    ipconfig = (0, (FIXTURES / "ipconfig/english.out").read_bytes(), b"")
    route = (0, (FIXTURES / "route_print/english.out").read_bytes(), b"")
    for tools, lost in (
        ({tool("ipconfig"): ipconfig}, ("gateway_ip", "gateway_mac")),
        ({tool("ipconfig"): ipconfig, tool("route"): route}, ("gateway_mac",)),
    ):
        readings = windows.read(a_windows(errors={"GetAdaptersAddresses": 8}, tools=tools))
        failed = {reading.fact for reading in readings if reading.status == "failed"}
        assert failed == {*lost, "tunnel"}
