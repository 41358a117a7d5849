"""The kernel's own tale of Wi-Fi, by a simulated kernel that speaks nl80211."""

from __future__ import annotations

import errno
import random
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import ProbeError
from isolation.model import Value
from isolation.probes.machine import NETLINK_GENERIC, Machine
from isolation.probes.wifi import nl80211
from isolation.probes.wifi.readings import AccessPoint, ConnectedNetwork, Missing, WifiAdapter

from .simulated import (
    GET_INTERFACE,
    GET_SCAN,
    GET_STATION,
    SimulatedKernel,
    WifiMachine,
    attribute,
    element,
    interface_payload,
    mutated,
    scan_payload,
    security_element,
    station_payload,
    u32,
)

HOME, OTHER = bytes.fromhex("9ca2f4010203"), bytes.fromhex("9ea2f4010203")
GBK = "咖啡".encode("gbk")
BEACON = element(0, GBK) + security_element(b"\x00\x0f\xac\x02", b"\x00\x0f\xac\x08")
ASSOCIATED = scan_payload(HOME, status=1, elements=BEACON, frequency=5180)

MakeMachine = Callable[..., WifiMachine]


def ask(machine: Machine) -> tuple[WifiAdapter, ...]:
    """All adapters, where nl80211 answers at all."""
    told = nl80211.read(machine, deadline=1.0)
    assert not isinstance(told, Missing)
    return told


def kernel(
    scan: list[bytes] | OSError, stations: list[bytes] | OSError | None = None, *, ssid: bytes = b"", kind: int = 2
) -> SimulatedKernel:
    """A kernel with one adapter, wlan0, number 3."""
    return SimulatedKernel(
        {
            (GET_INTERFACE, 0): [interface_payload(3, "wlan0", kind=kind, ssid=ssid)],
            (GET_SCAN, 3): scan,
            (GET_STATION, 3): [] if stations is None else stations,
        }
    )


def test_a_connected_adapter_is_told_with_its_neighbourhood(wifi_machine: MakeMachine) -> None:
    """Name, address, channel, security and the station's own signal, and every fresh access point in dBm."""
    told = kernel([ASSOCIATED, scan_payload(OTHER, mbm=-7051)], [station_payload(HOME, -58)], ssid=GBK)
    (adapter,) = ask(wifi_machine(kernel=told))
    network = ConnectedNetwork("9ca2f4010203", GBK, channel=36, security="WPA2 WPA3", signal=-58, unit="dBm")
    assert adapter.networks == (network,)
    assert adapter.visible == (AccessPoint("9ca2f4010203", -65, "dBm"), AccessPoint("9ea2f4010203", -71, "dBm"))
    assert told.closed


def test_an_adapter_without_a_network_still_sees(wifi_machine: MakeMachine) -> None:
    """Not associated is a known absence, and the neighbourhood is told all the same."""
    (adapter,) = ask(wifi_machine(kernel=kernel([scan_payload(OTHER)])))
    assert isinstance(adapter.networks, Missing)
    assert adapter.networks.status == "absent"
    assert adapter.visible == (AccessPoint("9ea2f4010203", -65, "dBm"),)


def test_what_was_heard_long_ago_is_left_out(wifi_machine: MakeMachine) -> None:
    """An entry older than three minutes does not say where the machine is; the one in use always counts."""
    heard = [
        scan_payload(OTHER, age_ms=180_000), scan_payload(bytes.fromhex("02a2f4000001"), age_ms=180_001),
        scan_payload(HOME, age_ms=900_000, status=1),
    ]  # fmt: skip
    (adapter,) = ask(wifi_machine(kernel=kernel(heard)))
    assert isinstance(adapter.visible, tuple)
    assert {point.bssid for point in adapter.visible} == {"9ea2f4010203", "9ca2f4010203"}


def test_an_entry_in_use_that_is_missing_is_told_by_the_station(wifi_machine: MakeMachine) -> None:
    """After a flush of the scan results the station entry still names the access point."""
    (adapter,) = ask(wifi_machine(kernel=kernel([], [station_payload(HOME, -58)], ssid=b"Office")))
    assert adapter.networks == (ConnectedNetwork("9ca2f4010203", b"Office", signal=-58),)


def test_a_station_without_a_name_says_so(wifi_machine: MakeMachine) -> None:
    """Where nobody tells the network's name it is a failure of the name alone."""
    (adapter,) = ask(wifi_machine(kernel=kernel([], [station_payload(HOME)])))
    assert isinstance(adapter.networks, tuple)
    assert isinstance(adapter.networks[0].ssid, Missing)


def test_every_link_of_one_association_is_told(wifi_machine: MakeMachine) -> None:
    """A multi-link association is on several access points at once."""
    heard = [scan_payload(HOME, status=1, elements=BEACON), scan_payload(OTHER, status=1, elements=BEACON)]
    (adapter,) = ask(wifi_machine(kernel=kernel(heard, [station_payload(bytes.fromhex("9ca2f40102f0"))])))
    assert isinstance(adapter.networks, tuple)
    assert [network.bssid for network in adapter.networks] == ["9ca2f4010203", "9ea2f4010203"]


def test_nonsense_in_a_beacon_costs_nothing_but_its_security(wifi_machine: MakeMachine) -> None:
    """Neither a neighbour nor the access point in use can make the reading fail by what it sends."""
    rogue = element(0, b"x" * 40) + b"\xff"
    heard = [scan_payload(HOME, status=1, elements=rogue), scan_payload(OTHER, elements=rogue)]
    (adapter,) = ask(wifi_machine(kernel=kernel(heard, ssid=b"Office")))
    assert adapter.networks == (ConnectedNetwork("9ca2f4010203", b"Office", channel=6, signal=-65),)
    assert isinstance(adapter.visible, tuple)
    assert len(adapter.visible) == 2


def test_a_driver_without_dbm_tells_percent(wifi_machine: MakeMachine) -> None:
    """A signal on a driver's own scale is a percentage, and one beyond the scale is none."""
    heard = [scan_payload(HOME, mbm=None, percent=70), scan_payload(OTHER, mbm=None, percent=101)]
    (adapter,) = ask(wifi_machine(kernel=kernel(heard)))
    assert adapter.visible == (AccessPoint("9ca2f4010203", 70, "percent"),)


@pytest.mark.parametrize("mbm", [0, 100, 500_000, -12_100, -2_000_000_000])
def test_an_impossible_signal_is_no_measurement(mbm: int, wifi_machine: MakeMachine) -> None:
    """What no receiver can have measured never enters a scan."""
    (adapter,) = ask(wifi_machine(kernel=kernel([scan_payload(OTHER, mbm=mbm)])))
    assert adapter.visible == ()


@pytest.mark.parametrize("kind", [1, 3, 6, 7, 9])
def test_an_adapter_in_another_mode_is_connected_to_nothing(kind: int, wifi_machine: MakeMachine) -> None:
    """An access point, a monitor, a mesh point or an ad-hoc cell uses no access point."""
    (adapter,) = ask(wifi_machine(kernel=kernel([ASSOCIATED], [station_payload(HOME)], kind=kind)))
    assert isinstance(adapter.networks, Missing)
    assert adapter.networks.status == "absent"


def test_a_p2p_device_is_no_adapter(wifi_machine: MakeMachine) -> None:
    """What has neither interface nor name is passed over."""
    device = struct.pack("=BBH", 7, 1, 0) + attribute(5, u32(10))
    assert ask(wifi_machine(kernel=SimulatedKernel({(GET_INTERFACE, 0): [device]}))) == ()


@pytest.mark.parametrize(
    ("number", "status"), [(errno.EPERM, "denied"), (errno.EACCES, "denied"), (errno.ENODEV, "failed")]
)
def test_a_refusal_for_one_adapter_is_that_adapters_status(number: int, status: str, wifi_machine: MakeMachine) -> None:
    """The kernel's errno becomes a status and a sentence, for the scan as for the station."""
    refusal = OSError(number, "refused")
    for told in (kernel(refusal), kernel([], refusal)):
        (adapter,) = ask(wifi_machine(kernel=told))
        assert isinstance(adapter.networks, Missing)
        assert isinstance(adapter.visible, Missing)
        assert {adapter.networks.status, adapter.visible.status} == {status}
        assert adapter.networks.reason.endswith(".")


@pytest.mark.parametrize(
    ("given_kernel", "status"),
    [
        (OSError(errno.EPROTONOSUPPORT, "Protocol not supported"), "failed"),
        (PermissionError(errno.EPERM, "Operation not permitted"), "denied"),
        (SimulatedKernel({}, family=False), "failed"),
        (SimulatedKernel({(0, 0): []}), "failed"),
        (SimulatedKernel({(0, 0): [b"\x01"]}), "failed"),
        (SimulatedKernel({(0, 0): [struct.pack("=BBH", 1, 2, 0)]}), "failed"),
        (SimulatedKernel({(GET_INTERFACE, 0): [struct.pack("=BBH", 7, 1, 0) + attribute(3, b"\x01")]}), "failed"),
    ],
)
def test_a_kernel_that_cannot_be_asked_is_a_status(
    given_kernel: SimulatedKernel | OSError, status: str, wifi_machine: MakeMachine
) -> None:
    """No netlink, a refusal, no nl80211, silence and rubbish each end in a status with a sentence."""
    told = nl80211.read(wifi_machine(kernel=given_kernel), deadline=1.0)
    assert isinstance(told, Missing)
    assert told.status == status
    assert told.reason.endswith(".")


def test_the_time_for_all_adapters_together_is_limited(wifi_machine: MakeMachine) -> None:
    """A machine whose clock runs out between two questions gets a failure, not another question."""
    told = kernel([ASSOCIATED])
    missing = nl80211.read(wifi_machine(kernel=told, tick=0.6), deadline=1.0)
    assert isinstance(missing, Missing)
    assert "in time" in missing.reason
    assert (GET_SCAN, 3) not in told.asked


def test_this_machines_own_kernel_answers_or_says_why_not() -> None:
    """Asked for real, without privilege or radio, the kernel's answer is adapters or a sentence."""
    try:
        Machine().netlink(NETLINK_GENERIC).close()
    except OSError:
        pytest.skip("this system has no generic netlink")
    told = nl80211.read(Machine(), deadline=1.0)
    if isinstance(told, Missing):
        assert (told.status, told.reason) == ("failed", "The kernel's Wi-Fi interface (nl80211) is not there.")
    else:
        assert all(adapter.interface for adapter in told)


PARSERS: list[tuple[Callable[[bytes], object], bytes]] = [
    (nl80211.parse_family, struct.pack("=BBH", 1, 2, 0) + attribute(2, b"nl80211\0") + attribute(1, b"\x1c\0")),
    (nl80211.parse_interface, interface_payload(3, "wlan0", ssid=GBK)),
    (nl80211.parse_scan_entry, ASSOCIATED),
    (nl80211.parse_station, station_payload(HOME)),
]


@pytest.mark.parametrize(("parse", "whole"), PARSERS, ids=["family", "interface", "scan", "station"])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_or_make_a_possible_value(
    parse: Callable[[bytes], object], whole: bytes, data: bytes
) -> None:
    """Nothing but ProbeError comes of rubbish, and no impossible value."""
    for candidate in (data, whole[:4] + data):
        try:
            assert_possible(parse(candidate))
        except ProbeError:
            continue


@pytest.mark.parametrize(("parse", "whole"), PARSERS, ids=["family", "interface", "scan", "station"])
def test_a_hundred_thousand_mutations_are_refused_or_possible(parse: Callable[[bytes], object], whole: bytes) -> None:
    """Cut, doubled, swapped and overwritten messages are refused or make a possible value."""
    seeded = random.Random(80211)
    for _ in range(100_000):
        try:
            value = parse(mutated(whole, seeded))
        except ProbeError:
            continue
        assert_possible(value)


def assert_possible(value: object) -> None:
    """A value that a radio could have: whole addresses, short names, measured signals."""
    if isinstance(value, nl80211.Interface):
        assert len(value.ssid) <= 32
        assert (value.index > 0) == bool(value.name)
    elif isinstance(value, nl80211.Heard):
        assert len(bytes.fromhex(value.bssid)) == 6
        assert value.age >= 0
        assert value.signal is None or (-120 <= value.signal < 0 if value.unit == "dBm" else 0 <= value.signal <= 100)
    elif isinstance(value, nl80211.Station):
        assert len(bytes.fromhex(value.mac)) == 6
        assert value.signal is None or -120 <= value.signal < 0
    else:
        assert isinstance(value, int)
        assert not isinstance(value, Value)
