"""The networks that each system remembers, from records of our own making, and how they join uses in time."""

from __future__ import annotations

import json
import plistlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.history.recover import known_networks, network_list, network_manager, registry_export, wlan_events
from isolation.history.recover.found import Presence
from isolation.history.recover.joining import network_readings
from isolation.history.recover.networks import read_networks
from isolation.history.recover.visits import Use
from isolation.times import parse_time

from .made import hexadecimal, system_time, wlan_event
from .made import registry_export as exported
from .simulated import HOUR, SimulatedComputer

NOON = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z
SHANGHAI = timezone(timedelta(hours=8))
ROUTER = bytes.fromhex("3c37865d75d4")
POINT, OTHER = "3C-37-86-5D-75-D5", "A4-2B-B0-11-22-33"
WIRELESS, WIRED = 71, 6
CAFE = "咖啡店的无线网络"


def at(text: str) -> int:
    """A time in µs."""
    return parse_time(text)


# Windows' list of networks ---------------------------------------------------------------------------------------


def test_an_exported_list_of_networks_is_read(tmp_path: Path) -> None:
    """A registry export gives each network's name, gateway and bounds, by the clock of the zone that is named."""
    file = tmp_path / "any name"
    file.write_bytes(exported([("家 \"5G\" a\\b", "2026-03-01 10:00:00", "2026-09-01 09:30:00", ROUTER, WIRELESS),
                               ("Office", "2026-01-01 00:00:00", "2026-02-01 00:00:00", ROUTER, WIRED)]))  # fmt: skip
    sources, presences = read_networks(SimulatedComputer(tmp_path, "other"), [str(file)], SHANGHAI)
    assert [(source.status, source.seen, source.left) for source in sources] == [("observed", 2, ())]
    office, home = presences
    assert (home.network, home.ssid, home.gateway_mac) == ('家 "5G" a\\b', '家 "5G" a\\b', ROUTER.hex())
    assert (home.first, home.last) == (at("2026-03-01T02:00:00Z"), at("2026-09-01T01:30:00Z"))
    assert (office.network, office.ssid, office.exact) == ("Office", "", False)


@pytest.mark.parametrize("heading", registry_export.HEADINGS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8", "utf-8-sig", "utf-16", "cp936"])
def test_an_exported_list_is_read_in_each_encoding(tmp_path: Path, heading: str, encoding: str) -> None:
    """UTF-16 with its mark and without, UTF-8, and the code page of a Chinese Windows give the same names."""
    told = [(CAFE, "2026-03-01 10:00:00", "2026-09-01 09:30:00", ROUTER, WIRELESS)]
    text = exported(told).decode("utf-16").replace(registry_export.HEADINGS[0], heading)
    file = tmp_path / "list.reg"
    file.write_bytes(text.encode(encoding))
    (source,), (one,) = read_networks(SimulatedComputer(tmp_path, "other"), [str(file)], SHANGHAI)
    assert (source.status, source.left) == ("observed", ())
    assert (one.ssid, one.gateway_mac, one.first) == (CAFE, ROUTER.hex(), at("2026-03-01T02:00:00Z"))


def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    """A name that reads well in several code pages is not guessed: the error says how to say it, which helps."""
    told = [("中文", "2026-03-01 10:00:00", "2026-09-01 09:30:00", ROUTER, WIRELESS)]
    file = tmp_path / "list.reg"
    file.write_bytes(exported(told).decode("utf-16").encode("cp936"))
    computer = SimulatedComputer(tmp_path, "other")
    with pytest.raises(UsageError, match="--encoding"):
        read_networks(computer, [str(file)])
    assert [one.network for one in read_networks(computer, [str(file)], encoding="gb18030")[1]] == ["中文"]


def test_the_live_registry_is_read_as_its_export(tmp_path: Path) -> None:
    """The registry as Windows hands it out gives the same networks as its export."""
    raw = exported([("Home", "2026-03-01 10:00:00", "2026-09-01 09:30:00", ROUTER, WIRELESS)])
    keys, strange = registry_export.parse_export(raw.decode("utf-16"))
    computer = SimulatedComputer(tmp_path, "win32")
    computer.keys = {name.removeprefix("HKEY_LOCAL_MACHINE\\"): values for name, values in keys.items()}
    sources, presences = read_networks(computer)
    assert strange == []
    assert [(one.network, one.gateway_mac) for one in presences] == [("Home", ROUTER.hex())]
    assert [(source.name, source.status) for source in sources] == [
        (network_list.NAME, "observed"), (wlan_events.NAME, "absent"),
    ]  # fmt: skip


def test_a_network_without_a_time_is_named(tmp_path: Path) -> None:
    """A profile whose times are none, and lines that are no export, are said and do not stop the others."""
    raw = exported([("Home", "2026-03-01 10:00:00", "2026-09-01 09:30:00", ROUTER, WIRELESS)])
    text = raw.decode("utf-16").replace(hexadecimal(system_time("2026-03-01 10:00:00")), "hex:ff,ff")
    text = text.replace(hexadecimal(system_time("2026-09-01 09:30:00")), hexadecimal(bytes(16))) + "rubbish\r\n"
    file = tmp_path / "list.reg"
    file.write_bytes(text.encode("utf-16"))
    (source,), presences = read_networks(SimulatedComputer(tmp_path, "other"), [str(file)])
    assert (source.status, presences) == ("failed", [])
    assert len(source.left) == 2


@given(st.text())
def test_any_text_after_a_heading_is_an_export(text: str) -> None:
    """Whatever stands in an export, reading it and its networks raises nothing."""
    keys, _ = registry_export.parse_export(f"Windows Registry Editor Version 5.00\n{text}")
    network_list.presences(keys, "x")


# Windows' log of Wi-Fi connections -------------------------------------------------------------------------------


def test_connections_are_paired_by_adapter() -> None:
    """A connection lasts until its adapter disconnects; one that is followed by another has no known end."""
    events = [
        wlan_event(8003, "2026-09-01T12:00:00.5Z", "Home"),
        wlan_event(8001, "2026-09-01T10:00:00.0000000Z", "Home", POINT),
        wlan_event(8001, "2026-09-01T11:00:00Z", "Guest", OTHER, "{B}"),
        wlan_event(8001, "2026-09-02T10:00:00Z", "Home", POINT),
        wlan_event(8001, "2026-09-03T10:00:00Z", "Home", POINT),
        wlan_event(8002, "2026-09-03T11:00:00Z", "Home"),
    ]
    presences, problems = wlan_events.presences(enumerate(events, 1), "log")
    assert problems == []
    assert [(one.first, one.last, one.bssid) for one in presences] == [
        (at("2026-09-01T10:00:00Z"), at("2026-09-01T12:00:00.5Z"), POINT),
        (at("2026-09-01T11:00:00Z"), None, OTHER),
        (at("2026-09-02T10:00:00Z"), None, POINT),
        (at("2026-09-03T10:00:00Z"), None, POINT),
    ]
    assert all(one.exact for one in presences)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp936"])
@pytest.mark.parametrize("root", [True, False])
def test_an_exported_log_is_read_in_each_form(tmp_path: Path, encoding: str, root: bool) -> None:
    """Events with a root or without, in UTF-8, UTF-16 or the code page of a Chinese Windows, are one log."""
    events = wlan_event(8001, "2026-09-01T10:00:00Z", CAFE, POINT) + wlan_event(8003, "2026-09-01T11:00:00Z", CAFE)
    text = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<Events>{events}</Events>' if root else events
    file = tmp_path / "log"
    file.write_bytes(text.encode(encoding))
    (source,), (presence,) = read_networks(SimulatedComputer(tmp_path, "other"), [str(file)])
    assert (source.status, source.seen) == ("observed", 1)
    assert (presence.ssid, presence.bssid, presence.first, presence.last) == (
        CAFE, POINT, at("2026-09-01T10:00:00Z"), at("2026-09-01T11:00:00Z"),
    )  # fmt: skip


def test_the_live_log_is_read_and_its_refusal_said(tmp_path: Path) -> None:
    """What wevtutil prints is read; where Windows refuses, the source is denied with its words."""
    computer = SimulatedComputer(tmp_path, "win32")
    computer.tools["wevtutil"] = wlan_event(8001, "2026-09-01T10:00:00Z", "Home", POINT).encode("utf-16-le")
    assert [one.bssid for one in read_networks(computer)[1]] == [POINT]
    computer.tools["wevtutil"] = PermissionError("Access is denied.")
    sources, presences = read_networks(computer)
    assert presences == []
    assert [(source.status, source.reason) for source in sources][1] == ("denied", "Access is denied.")


def test_hostile_events_are_named_by_number() -> None:
    """An event with a document type, without a time, or cut is said by its number; the others count."""
    good = wlan_event(8001, "2026-09-01T10:00:00Z", "Home", POINT)
    bomb = good.replace("<System>", "<!DOCTYPE x [<!ENTITY a 'b'>]><System>")
    events = [bomb, good.replace("T10:00:00Z'", "'"), good[:-40] + "</Event>", good]
    presences, problems = wlan_events.presences(enumerate(events, 1), "log")
    assert len(presences) == 1
    assert [problem.partition(":")[0] for problem in problems] == ["Event at 1", "Event at 2", "Event at 3"]


# NetworkManager --------------------------------------------------------------------------------------------------

HOME, OFFICE = "6c1f5c4e-0000-4000-8000-000000000001", "6c1f5c4e-0000-4000-8000-000000000002"
KEYFILE = (
    "[connection]\nid=Home\nuuid={uuid}\ntype=wifi\n\n[wifi]\nmode=infrastructure\nssid={ssid}\n\n"
    "[wifi-security]\nkey-mgmt=wpa-psk\npsk=TopSecret1\n"
)


def journal(*lines: tuple[str, str, str]) -> bytes:
    """Lines of (time, message, boot) as `journalctl -o json` prints them."""
    return b"".join(
        json.dumps({"__REALTIME_TIMESTAMP": str(at(time)), "MESSAGE": message, "_BOOT_ID": boot}).encode() + b"\n"
        for time, message, boot in lines
    )


def starting(name: str, uuid: str) -> str:
    """NetworkManager's line about a connection that begins."""
    return f"<info>  [1.2] device (wlan0): Activation: starting connection '{name}' ({uuid})"


DONE = "<info>  [1.3] device (wlan0): Activation: successful, device activated."
GONE = "<info>  [1.4] device (wlan0): state change: activated -> deactivating (reason 'user-requested')"


def linux(tmp_path: Path) -> SimulatedComputer:
    """A computer with two connections, of which one was seen through one access point and one through two."""
    computer = SimulatedComputer(tmp_path, "linux", now=at("2026-09-05T00:00:00Z"))
    folder = network_manager.CONNECTIONS
    computer.put(f"{folder}/Home.nmconnection", KEYFILE.format(uuid=HOME, ssid="Home's").encode())
    computer.put(f"{folder}/Office.nmconnection", KEYFILE.format(uuid=OFFICE, ssid="229;172;178;").encode())
    computer.put(network_manager.SEEN_BSSIDS, f"[seen-bssids]\n{HOME}={POINT},\n{OFFICE}={POINT},{OTHER},\n".encode())
    computer.put(network_manager.TIMESTAMPS, f"[timestamps]\n{HOME}=1788264000\n{OFFICE}=soon\n".encode())
    computer.put("/proc/sys/kernel/random/boot_id", b"0000000b-0000-0000-0000-000000000000\n")
    return computer


def test_the_journal_tells_when_a_connection_lasted(tmp_path: Path) -> None:
    """Connections begin and end with their lines; a crash leaves the end unknown, and what still lasts ends now."""
    computer = linux(tmp_path)
    now_boot = "0000000b" + "0" * 24
    computer.tools["journalctl"] = journal(
        ("2026-09-01T10:00:00Z", starting("Home", HOME), "a"), ("2026-09-01T10:00:05Z", DONE, "a"),
        ("2026-09-01T11:00:00Z", GONE, "a"), ("2026-09-02T10:00:00Z", starting("it's (x)", OFFICE), "a"),
        ("2026-09-02T10:00:05Z", DONE, "a"), ("2026-09-04T10:00:00Z", starting("Home", HOME), now_boot),
        ("2026-09-04T10:00:05Z", DONE, now_boot),
    ) + b"rubbish\n{}\n[1]\n"  # fmt: skip
    _, presences = read_networks(computer)
    logged = [one for one in presences if one.exact]
    assert [(one.ssid, one.bssid, one.first, one.last) for one in logged] == [
        ("Home's", POINT, at("2026-09-01T10:00:05Z"), at("2026-09-01T11:00:00Z")),
        ("0xe5acb2", "", at("2026-09-02T10:00:05Z"), None),
        ("Home's", POINT, at("2026-09-04T10:00:05Z"), computer.now()),
    ]
    (stamp,) = [one for one in presences if not one.exact]
    assert (stamp.first, stamp.last, stamp.bssid) == (None, 1_788_264_000_000_000, POINT)
    assert "TopSecret1" not in repr(presences)


def test_what_only_root_may_read_is_denied(tmp_path: Path) -> None:
    """Files that are refused, and a journal that shows nothing, are listed with the reason."""
    computer = linux(tmp_path)
    folder = network_manager.CONNECTIONS
    computer.refused = {f"{folder}/Home.nmconnection", f"{folder}/Office.nmconnection", network_manager.TIMESTAMPS}
    computer.tools["journalctl"] = b""
    sources, _ = read_networks(computer)
    assert [(source.status, bool(source.reason)) for source in sources] == [
        ("denied", True), ("observed", False), ("denied", True), ("absent", True),
    ]  # fmt: skip
    computer.refused = {f"{folder}/Home.nmconnection"}
    assert read_networks(computer)[0][0].left == ("1 of them could not be read: Permission denied.",)


def test_networkmanagers_files_are_read_as_copies(tmp_path: Path) -> None:
    """Copies of the journal, a connection, seen-bssids and timestamps tell the same together, in any order."""
    copies = {
        "journal": journal(
            ("2026-09-01T10:00:00Z", starting("Home", HOME), "a"), ("2026-09-01T10:00:05Z", DONE, "a"),
            ("2026-09-01T11:00:00Z", GONE, "a"),
        ),
        "seen": f"[seen-bssids]\n{HOME}={POINT},\n".encode(), "stamps": f"[timestamps]\n{HOME}=1788264000\n".encode(),
        "file": KEYFILE.format(uuid=HOME, ssid="Home").encode(), "none": b"[connection]\nid=x\n",
    }  # fmt: skip
    for name, content in copies.items():
        (tmp_path / name).write_bytes(content)
    computer = SimulatedComputer(tmp_path, "other")
    sources, presences = read_networks(computer, [str(tmp_path / name) for name in copies])
    assert read_networks(computer, [str(tmp_path / name) for name in reversed(copies)])[1] == presences
    assert {(Path(source.path).name, source.status, source.seen) for source in sources} == {
        ("journal", "observed", 1), ("seen", "observed", 1), ("stamps", "observed", 1), ("file", "observed", 1),
        ("none", "failed", 0),
    }  # fmt: skip
    assert [(one.exact, one.bssid, one.ssid) for one in presences] == [(True, POINT, "Home"), (False, POINT, "Home")]


@given(st.binary(max_size=300), st.text(max_size=200))
def test_any_journal_and_keyfile_is_read(line: bytes, text: str) -> None:
    """Whatever stands in them, lines of a journal and files of connections raise nothing."""
    list(network_manager.from_journal([line, b'{"MESSAGE": [1, 999], "__REALTIME_TIMESTAMP": "x"}'], {}))
    network_manager.parse_keyfile(text)
    network_manager.parse_keyfile(f"[connection]\nuuid=x\n[wifi]\nssid={text}")
    network_manager.from_timestamps(network_manager.parse_state(f"[timestamps]\n{text}", "timestamps"), {}, "x")


# macOS -----------------------------------------------------------------------------------------------------------


def known(day: int) -> datetime:
    """A day of September 2026, as property lists hold it: UTC without an offset."""
    return datetime(2026, 9, day, 8, tzinfo=UTC).replace(tzinfo=None)


MODERN = {
    "wifi.network.ssid.Home": {
        "SSID": b"Home", "AddedAt": known(1), "JoinedBySystemAt": known(5), "JoinedByUserAt": known(2),
        "BSSList": [{"BSSID": "3c:37:86:5d:75:d5", "LastAssociatedAt": known(3)}, {"Channel": 6}, "x"],
    },
    "wifi.network.ssid.Never": {"SSID": b"Never"},
}  # fmt: skip
OLD = {"KnownNetworks": {"wifi.ssid.<1>": {"SSIDString": "Old", "LastConnected": known(4)}}, "Version": 1800}


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_both_lists_of_macos_are_read(tmp_path: Path, form: plistlib.PlistFormat) -> None:
    """The lists of this and of earlier versions give access points at their moments, and bounds for the rest."""
    computer = SimulatedComputer(tmp_path, "darwin")
    for path, told in zip(known_networks.PATHS, (MODERN, OLD), strict=True):
        computer.put(path, plistlib.dumps(told, fmt=form))
    sources, presences = read_networks(computer)
    assert [source.status for source in sources] == ["observed", "observed"]
    assert sorted((one.first or 0, one.last or 0, one.bssid, one.network) for one in presences) == [
        (0, at("2026-09-04T08:00:00Z"), "", "Old"),
        (at("2026-09-01T08:00:00Z"), at("2026-09-05T08:00:00Z"), "", "0x" + b"Home".hex()),
        (at("2026-09-03T08:00:00Z"), at("2026-09-03T08:00:00Z"), "3c:37:86:5d:75:d5", "0x" + b"Home".hex()),
    ]


@pytest.mark.parametrize(
    "raw", [b"", b"bplist00rubbish", b"<?xml version='1.0'?><plist><dict><key>a</key>", b"\xff" * 50]
)
def test_a_broken_list_is_said(raw: bytes) -> None:
    """What is no property list gives no network and a sentence."""
    found, problems = known_networks.presences(raw, "x")
    assert (found, len(problems)) == ([], 1)


def test_a_list_that_only_root_may_read_is_denied(tmp_path: Path) -> None:
    """On a Mac without the administrator's rights both lists are listed as denied or absent."""
    computer = SimulatedComputer(tmp_path, "darwin")
    computer.put(known_networks.PATHS[0], plistlib.dumps(MODERN))
    computer.refused = {known_networks.PATHS[0]}
    assert [source.status for source in read_networks(computer)[0]] == ["denied", "absent"]


def test_an_export_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    """A file that is none of the exports, or is not there, is an error that says which are."""
    (tmp_path / "x").write_bytes(b"SSID,BSSID\n")
    for name in ("x", "missing"):
        with pytest.raises(UsageError):
            read_networks(SimulatedComputer(tmp_path, "other"), [str(tmp_path / name)])


# Joining ---------------------------------------------------------------------------------------------------------

USE = Use(NOON, NOON + HOUR, 5)


def presence(first: int | None, last: int | None, exact: bool = False, network: str = "Home", **told: str) -> Presence:
    """A network with a gateway, between two times."""
    return Presence("Test", "x", network, first, last, exact, gateway_mac=told.get("gateway", "3c37865d75d4"),
                    bssid=told.get("bssid", ""), ssid=told.get("ssid", ""), reason="Said.")  # fmt: skip


@pytest.mark.parametrize(
    ("remembered", "confidence"),
    [
        ([presence(NOON, NOON + HOUR, True)], "probable"),
        ([presence(NOON + 1, NOON + HOUR, True)], "probable"),  # it began during the use
        ([presence(NOON - 2, NOON - 1, True)], ""),
        ([presence(NOON - 1, None, True)], ""),  # its end is not known
        ([presence(None, NOON + 1)], "probable"),
        ([presence(None, NOON - 1)], ""),
        ([presence(NOON - 1, NOON + HOUR + 1)], "weak"),
        ([presence(NOON - 1, NOON + HOUR + 1), presence(NOON - 9, NOON + HOUR + 9, network="Office")], ""),
        ([presence(NOON - 1, NOON + HOUR + 1), presence(NOON + 5, NOON + 5)], "probable"),
    ],
)
def test_a_network_is_joined_where_times_settle_it(remembered: list[Presence], confidence: str) -> None:
    """Within a connection or at its moment it is probable, between lone bounds weak, otherwise nothing is claimed."""
    readings = network_readings(USE, remembered)
    assert [one.confidence for one in readings] == ([confidence] if confidence else [])
    assert all(one.fact == "gateway_mac" and one.identifying and one.reason for one in readings)


@pytest.mark.parametrize(
    ("remembered", "gateways"),
    [
        ([("Home", "3c37865d75d4")], ["3C-37-86-5D-75-D4"]),
        ([("Home", "3c37865d75d4"), ("Office", "3c37865d7999")], ["3C-37-86-5D-75-D4"]),
        ([("Home", "3c37865d75d4"), ("Home", "3c37865d7999")], []),
        ([("Office", "3c37865d75d4")], []),
    ],
)
def test_a_gateway_follows_from_the_name_where_it_is_the_only_one(
    remembered: list[tuple[str, str]], gateways: list[str]
) -> None:
    """On a network by its log, the gateway is that of the name if only one is remembered, otherwise none."""
    log = presence(NOON - 5, NOON + HOUR + 5, True, gateway="", bssid=POINT, ssid="Home")
    bounds = [presence(NOON - 9, NOON + HOUR + 9, network=ssid, ssid=ssid, gateway=mac) for ssid, mac in remembered]
    readings = network_readings(USE, [log, *bounds])
    assert [one.value for one in readings if one.fact == "gateway_mac"] == gateways
    assert {one.confidence for one in readings} == {"probable"}


def test_what_does_not_identify_stays_so() -> None:
    """A redundant gateway's address is joined and does not identify, rubbish is no reading, and a name is context."""
    remembered = [presence(NOON, NOON + HOUR, True, gateway="00005e000101", bssid="rubbish", ssid="Home")]
    readings = network_readings(USE, remembered)
    assert [(one.fact, one.identifying) for one in readings] == [("gateway_mac", False), ("ssid", False)]
