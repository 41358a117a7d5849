"""A Windows machine's radio, by wlanapi and by netsh. Simulated: the probe was not run on Windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isolation.model import Reading
from isolation.probes.windows import wifi

from .simulated import ACCESS_DENIED, SERVICE_NOT_ACTIVE, Wlanapi, a_windows, bss_entry, connection

FACTS = ("bssid", "access_point", "ssid", "wifi_scan")
POINT, OTHER = "3C-37-86-5D-75-D6", "58-96-1D-20-41-1C"
FIXTURES = Path(__file__).parent.parent / "probes_text" / "fixtures" / "netsh"
NETSH = r"C:\Windows\System32\netsh.exe"
NOW = 1_795_000_000_000_000  # the simulated machine's clock, µs
FILETIME = 116_444_736_000_000_000 + NOW * 10


def fact(readings: list[Reading], name: str) -> Reading:
    """The only reading of a fact."""
    (found,) = [reading for reading in readings if reading.fact == name]
    return found


def told(wlan: Wlanapi, **rest: Any) -> list[Reading]:
    """The readings by this service."""
    return wifi.read(a_windows(wlan=wlan, **rest), deadline=3.0)


def test_a_connected_adapter_tells_its_network_and_neighbours() -> None:
    """Name, BSSID, group and neighbours are read, with strength in dBm and the channel of the frequency."""
    heard = (bss_entry(POINT, b"Harbour", -48, 5_220_000), bss_entry(OTHER, b"n", -77, 2_437_000))
    wlan = Wlanapi(connected=connection(b"Harbour", POINT), heard=heard)
    readings = told(wlan)
    bssid = fact(readings, "bssid")
    assert (bssid.value, bssid.identifying) == (POINT, True)
    assert bssid.detail == {
        "interface": "Intel(R) Wi-Fi 6 AX200", "channel": 44, "security": "WPA2", "signal": -48, "unit": "dBm",
    }  # fmt: skip
    assert fact(readings, "access_point").value == "3C-37-86-5D-75-D0"
    assert (fact(readings, "ssid").value, fact(readings, "ssid").identifying) == ("Harbour", False)
    assert fact(readings, "wifi_scan").value == ((POINT, -48), (OTHER, -77))
    assert (wlan.open, len(wlan.memory)) == (0, 0)


def test_a_name_that_is_not_utf8_keeps_its_bytes() -> None:
    """A name in GBK is shown, and its bytes stand beside it."""
    ssid = fact(told(Wlanapi(connected=connection(bytes.fromhex("c9eedbdab2d6bfe2"), POINT))), "ssid")
    assert (ssid.value, ssid.detail["hex"]) == ("深圳仓库", "c9eedbdab2d6bfe2")


@pytest.mark.parametrize(
    "wlan",
    [
        Wlanapi(connected=ACCESS_DENIED, heard=ACCESS_DENIED),
        Wlanapi(opening=ACCESS_DENIED),
    ],
)
def test_without_the_location_permission_it_is_denied_and_says_where(wlan: Wlanapi) -> None:
    """ERROR_ACCESS_DENIED is a denial of all four facts, with the settings page where it is allowed."""
    readings = told(wlan)
    for name in FACTS:
        assert fact(readings, name).status == "denied"
        assert "ms-settings:privacy-location" in fact(readings, name).reason


@pytest.mark.parametrize(
    ("wlan", "word"),
    [
        (Wlanapi(opening=SERVICE_NOT_ACTIVE), "not running"),
        (Wlanapi(states=()), "no Wi-Fi adapter"),
        (Wlanapi(states=(4,)), "not connected"),
    ],
)
def test_no_network_is_absent_with_the_reason(wlan: Wlanapi, word: str) -> None:
    """No service, no adapter and no connection are told apart, and all are absent."""
    bssid = fact(told(wlan), "bssid")
    assert bssid.status == "absent"
    assert word in bssid.reason


def test_old_entries_say_where_the_machine_was() -> None:
    """Access points heard an hour ago are left out; those without a believable time are taken as fresh."""
    hour = 3600 * 10_000_000
    heard = (
        bss_entry(POINT, b"a", -50, 5_220_000, FILETIME - 10_000_000),
        bss_entry(OTHER, b"b", -60, 5_220_000, FILETIME - hour),
        bss_entry("9C-3D-CF-11-22-30", b"c", -70, 5_220_000, 12345),
    )
    scan = fact(told(Wlanapi(states=(4,), heard=heard)), "wifi_scan").value
    assert scan == ((POINT, -50), ("9C-3D-CF-11-22-30", -70))


@pytest.mark.parametrize(
    ("algorithm", "cipher", "words"),
    [(1, 0, "open"), (1, 257, "WEP"), (9, 4, "WPA3"), (6, 4, "WPA2 802.1X"), (10, 4, "OWE"), (77, 4, None)],
)
def test_security_is_told_in_the_words_of_every_system(algorithm: int, cipher: int, words: str | None) -> None:
    """The way of logging in is told in the words used for every system, and an unknown one not at all."""
    wlan = Wlanapi(connected=connection(b"x", POINT, algorithm=algorithm, cipher=cipher))
    assert fact(told(wlan), "bssid").detail.get("security") == words


@pytest.mark.parametrize(
    "data",
    [b"", connection(b"x", POINT)[:-4], connection(b"x", "00-00-00-00-00-00"), connection(b"x", POINT, quality=101)],
)
def test_an_answer_of_another_form_fails(data: bytes) -> None:
    """A connection that is cut off, has no address or a signal over 100 % fails, and says so."""
    readings = told(Wlanapi(connected=data))
    assert (fact(readings, "bssid").status, fact(readings, "bssid").value) == ("failed", None)


def test_one_failing_adapter_does_not_take_the_other_s_network_away() -> None:
    """With two adapters of which one is idle, the connected one's network is what is told."""
    readings = told(Wlanapi(states=(4, 1), connected=connection(b"x", POINT)))
    assert fact(readings, "bssid").value == POINT


@pytest.mark.parametrize(
    ("page", "language", "name"),
    [(936, "chinese", "深圳仓库"), (866, "russian", "Склад 4"), (850, "german", "Büro Süd")],
)
def test_netsh_is_the_last_resort_in_any_language(page: int, language: str, name: str) -> None:
    """Where wlanapi cannot be loaded netsh is read, in the console's language and code page."""
    output = (FIXTURES / f"{language}.out").read_bytes()
    missing = {"wlanapi": OSError("The specified module could not be found")}
    machine = a_windows(libraries=missing, page=page, tools={NETSH: (0, output, b"")})
    readings = wifi.read(machine, deadline=3.0)
    assert fact(readings, "ssid").value == name
    assert fact(readings, "bssid").source.startswith("netsh")
    assert fact(readings, "wifi_scan").status == "failed"
    assert machine.commands == [(NETSH, "wlan", "show", "interfaces")]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((1, (FIXTURES / "denied.out").read_bytes(), b""), "denied"),
        ((1, (FIXTURES / "service_not_running.out").read_bytes(), b""), "absent"),
        ((1, b"", b"The following command was not found"), "failed"),
        (None, "failed"),
    ],
)
def test_what_keeps_netsh_from_telling_is_told_apart(answer: Any, status: str) -> None:
    """netsh's own denial, its missing service and its absence are told apart."""
    missing = {"wlanapi": OSError("The specified module could not be found")}
    readings = wifi.read(a_windows(libraries=missing, tools={NETSH: answer}), deadline=3.0)
    assert [fact(readings, name).status for name in FACTS] == [status] * 4
