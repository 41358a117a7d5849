"""What the outputs beside each other do not show."""

from __future__ import annotations

import pytest

from isolation.errors import ProbeError
from isolation.probes.text import arp, ipconfig, netsh, netstat, tokens
from isolation.probes.text.networks import Network
from isolation.probes.text.recorded import iw, nmcli

from .fixtures import FOLDER

ROW = r":00\:00\:5E\:00\:53\:A1:436166C3A9:44:5220 MHz:67:WPA2 802.1X:wlp2s0"


def test_a_mac_of_unpadded_octets_is_the_padded_one() -> None:
    """A MAC with unpadded octets, as macOS prints it, is the same as the padded one."""
    assert tokens.mac("0:1c:42:0:0:18") == "001c42000018" == tokens.mac("00-1C-42-00-00-18")


@pytest.mark.parametrize("token", ["00:00:00:00:00:00", "(incomplete)", "1:2:3:4:5", "1:2:3-4:5:6", "001c42000018", ""])
def test_what_is_no_mac_of_a_neighbour_is_none(token: str) -> None:
    """Zeros, words, mixed separators and bare digits are no MAC of a neighbour."""
    assert tokens.mac(token) is None


@pytest.mark.parametrize(
    "token", ["gateway", "1.2.3", "1.2.3.256", "12:30:45", "1.2.3.4:80", "[::1]:80", "link#4", "::g"]
)
def test_what_is_no_address_is_empty(token: str) -> None:
    """Names, times, ports and halves of addresses are no address."""
    assert tokens.address(token) == ""


def test_a_zone_is_no_part_of_an_address() -> None:
    """An address is the same with and without its zone."""
    assert tokens.address("FE80::1%en0") == "fe80::1"


def test_an_output_larger_than_any_tool_prints_is_refused() -> None:
    """An output larger than any tool prints is refused before it is looked at."""
    with pytest.raises(ProbeError):
        tokens.lines(b"\n" * (tokens.LIMIT + 1))


def test_a_form_feed_in_a_name_does_not_end_its_line() -> None:
    """Only CR and LF end a line: a neighbour's name with a form feed in it stays one name."""
    assert len(tokens.lines(b"a\x0cb\x1dc\xe2\x80\xa8d\r\ne")) == 2


def test_two_neighbours_of_one_dead_host_have_no_mac() -> None:
    """A host that does not answer has no MAC, so that it links nobody."""
    output = b"? (10.0.0.1) at <incomplete> on eth0\n? (10.0.0.1) at 00:00:00:00:00:00 [ether] on eth1\n"
    assert [neighbour.mac for neighbour in arp.parse(output)] == [None, None]


def test_terse_fields_with_escaped_colons_are_whole() -> None:
    r"""nmcli's `\:` and `\\` stand for the signs themselves, and SSID-HEX gives a name that is not UTF-8."""
    networks = nmcli.networks(f" {ROW}\n*{ROW}\n".encode().replace(b"436166C3A9", b"D6D0B9FA"))
    assert [network.connected for network in networks] == [False, True]
    assert networks[1] == Network(
        "wlp2s0", "00005e0053a1", bytes.fromhex("d6d0b9fa"), connected=True, signal=67, unit="percent", channel=44,
        frequency=5220, security="WPA2 802.1X",
    )  # fmt: skip


@pytest.mark.parametrize("row", ["a:b", ROW.replace("C3A9", "C3A"), ROW.replace(r"\:A1", ""), ROW + "\\"])
def test_a_terse_row_of_another_form_is_refused(row: str) -> None:
    """A row with other fields, an odd name or no BSSID is refused, not guessed at."""
    with pytest.raises(ProbeError):
        nmcli.networks(f"*{row}\n".encode())


def test_no_network_in_reach_is_no_error() -> None:
    """nmcli prints nothing where no access point is in reach."""
    assert nmcli.networks(b"") == []


def test_a_default_route_that_refuses_is_no_way_out() -> None:
    """The kernel's own `::/0 !n` route is not taken for a default route."""
    routes = netstat.parse((FOLDER / "netstat/linux_route_6.out").read_bytes())
    assert [route.next_hop for route in routes if route.default] == ["fe80::200:5eff:fe00:5301"]


def test_a_gateway_that_may_be_cut_off_is_no_address() -> None:
    """BSD cuts long gateways off to what looks like another address: then there is no next hop."""
    cut, whole = netstat.parse((FOLDER / "netstat/macos_cut_off.out").read_bytes())
    assert (cut.next_hop, whole.next_hop) == ("", "fe80::1")


def test_netsh_tells_a_denial_and_a_stopped_service_in_every_language() -> None:
    """The settings page and the service's name stand in netsh's remarks in every language."""
    denial = (FOLDER / "netsh/denied.out").read_bytes()
    stopped = (FOLDER / "netsh/service_not_running.out").read_bytes()
    assert (netsh.denied(denial), netsh.denied(stopped)) == (True, False)
    assert (netsh.not_running(denial), netsh.not_running(stopped)) == (False, True)


def test_an_adapter_is_found_whatever_the_code_page() -> None:
    """Without the code page only names suffer: addresses and gateways are the same."""
    output = (FOLDER / "ipconfig/japanese.out").read_bytes()
    known, unknown = ipconfig.parse(output, "cp932"), ipconfig.parse(output)
    assert [adapter.replace(name="") for adapter in known] == [adapter.replace(name="") for adapter in unknown]
    assert known[0].name != unknown[0].name


def test_the_host_s_name_is_the_first_value() -> None:
    """The host's name is the first value of the first section, whatever it is called."""
    output = (FOLDER / "ipconfig/russian.out").read_bytes()
    assert (ipconfig.host_name(output, "cp866"), ipconfig.host_name(b"")) == ("KASSA-7", "")


def test_a_backslash_in_a_name_is_the_one_that_iw_escapes() -> None:
    r"""iw writes a backslash as \x5c, so what looks like an escape inside a name is one."""
    output = b"BSS 00:00:5e:00:53:a1(on wlan0)\n\tSSID: \\x5cx41\\x20\n"
    assert iw.parse(output)[0].ssid == b"\\x41 "
