"""The parsers against real outputs that others recorded, with the answers they know for 89 of them.

The outputs are kellyjonbrazil/jc's (MIT) and are not part of this project: the test takes their folder from
ISOLATION_CONFORMANCE and is skipped where that is not set. Where the recorded answer departs from the output itself,
a note says how, and the output counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isolation.errors import ProbeError
from isolation.probes.linux import proc
from isolation.probes.text import arp, ifconfig, ipconfig, netstat, route_print, tokens
from isolation.probes.text.recorded import ip_route, iw, iwconfig, last, nmcli, who
from isolation.probes.text.routes import Route

ROOT = os.environ.get("ISOLATION_CONFORMANCE", "")
FOLDER = Path(ROOT) / "command-outputs"
TRUTH: dict[str, Any] = json.loads((FOLDER / "truth.json").read_text("utf-8")) if ROOT else {}
KNOWN = 89

Truth = dict[str, Any]

REFUSED = {
    "centos-7.7/iw-scan2.out": "Its one BSSID is blanked out (xx:xx:xx:xx:3e:41), so it names no access point.",
}

_KERNELS = "What stands in the host's column of the system's own rows (the kernel's release) is recorded as a host."

NOTES = {
    "centos-7.7/last-crash.out": _KERNELS,
    "centos-7.7/last-w.out": _KERNELS,
    "centos-7.7/last-wF.out": _KERNELS,
    "centos-7.7/last-wixF.out": _KERNELS,
    "centos-7.7/last.out": _KERNELS,
    "fedora32/last.out": _KERNELS,
    "ubuntu-18.04/last-w.out": _KERNELS,
    "ubuntu-18.04/last.out": _KERNELS,
    "ubuntu-20.04/last-F.out": _KERNELS,
    "centos-7.7/iw-scan1.out": "Recorded with null names and, from the second block on, null signals: the output has "
    "them, indented by spaces.",
    "centos-7.7/nmcli-general-permissions.out": "Recorded as one record with all permissions; the table has 17 rows.",
    "centos-7.7/route-6-n.out": "The blank line at the end is recorded as a 22nd route, an empty one.",
    "centos-7.7/route-6.out": "The blank line at the end is recorded as a 22nd route, an empty one.",
    "linux-proc/net_route": "Only defaults are read there; two of the three rows are routes to the link.",
    "windows/windows-10/route.out": "Recorded with the list of interfaces and a persistent route as rows of their own.",
    "windows/windows-11/ipconfig.out": "The temporary IPv6 address is recorded apart from `ipv6`; it is an address.",
    "windows/windows-2008/ipconfig.out": "A tunnel's eight octets (00-…-E0) are recorded as a MAC; it has six.",
    "windows/windows-2016/ipconfig.out": "A tunnel's eight octets (00-…-E0) are recorded as a MAC; it has six.",
    "windows/windows-7/ipconfig.out": "A tunnel's eight octets (00-…-E0) are recorded as a MAC; it has six.",
}


def _arp(key: str, output: bytes, truth: Truth) -> None:
    wanted = [(entry["ip"], tokens.mac(entry["mac"] or ""), entry["iface"] or "") for entry in truth["entries"]]
    if key == "linux-proc/net_arp":
        assert proc.parse_arp(output) == {(address, place): mac for address, mac, place in wanted}
    else:
        assert [(each.address or each.host, each.mac, each.interface) for each in arp.parse(output)] == wanted


def _ifconfig(key: str, output: bytes, truth: Truth) -> None:
    found = [(each.name, each.mac, list(each.ipv4), list(each.ipv6)) for each in ifconfig.parse(output)]
    assert found == [
        (entry["name"], tokens.mac(entry["mac"] or ""), entry["ipv4"], entry["ipv6"]) for entry in truth["interfaces"]
    ]


def _route(key: str, output: bytes, truth: Truth) -> None:
    if key == "linux-proc/net_route":
        assert [(each.interface, each.gateway, each.metric) for each in proc.parse_routes(output)] == [
            (row["Iface"], "192.168.71.2", row["Metric"]) for row in truth["raw"] if row["Gateway"] == "0247A8C0"
        ]
        return
    parse = route_print.parse if key.startswith("windows/") else ip_route.parse if "ip_route" in key else netstat.parse
    found = parse(output)
    rows = [row for row in truth["raw"] or [] if row]
    assert [_row(route) for route in found[: len(rows)]] == [_recorded(row) for row in rows]
    apart = 2 if key.startswith("windows/") else 1 if key in NOTES and "blank line" in NOTES[key] else 0
    assert len(found) == truth["rows"] - apart


def _row(route: Route) -> tuple[object, ...]:
    return route.destination, route.mask, route.gateway, route.interface, route.metric, route.flags


def _recorded(row: Truth) -> tuple[object, ...]:
    """jc names the columns as each tool does."""
    return (
        row.get("destination", row.get("ip")), row.get("genmask", ""),
        row.get("gateway", row.get("next_hop", row.get("via", ""))), row.get("iface", row.get("dev")),
        row.get("metric"), row.get("route_flags", row.get("flags", row.get("status", ""))),
    )  # fmt: skip


def _iw_scan(key: str, output: bytes, truth: Truth) -> None:
    found = iw.parse(output)
    assert [each.bssid for each in found] == [tokens.mac(entry["bssid"]) for entry in truth["bss"]]
    for each, entry in zip(found, truth["bss"], strict=True):
        recorded = (entry["ssid"], entry["signal_dbm"], entry["freq"])
        values = (each.ssid.decode(), each.signal, each.frequency)
        assert all(known in (None, value) for known, value in zip(recorded, values, strict=True))
        assert each.signal is not None
        assert each.frequency


def _iwconfig(key: str, output: bytes, truth: Truth) -> None:
    assert [(each.interface, each.ssid.decode(), each.bssid) for each in iwconfig.parse(output)] == [
        (entry["name"], entry["essid"], tokens.mac(entry["bssid"])) for entry in truth["interfaces"]
    ]


def _nmcli(key: str, output: bytes, truth: Truth) -> None:
    assert len(nmcli.parse(output)) == (17 if key in NOTES else truth["rows"])


def _ipconfig(key: str, output: bytes, truth: Truth) -> None:
    assert ipconfig.host_name(output) == truth["hostname"]
    for each, entry in zip(ipconfig.parse(output), truth["interfaces"], strict=True):
        assert (each.name, each.mac) == (entry["name"], tokens.mac(entry["mac"] or ""))
        assert (list(each.ipv4), list(each.gateways), each.dhcp) == (entry["ipv4"], entry["gateways"], entry["dhcp"])
        temporary = [address for address in each.ipv6 if address not in entry["ipv6"]]
        assert [address for address in each.ipv6 if address not in temporary] == entry["ipv6"]
        assert len(temporary) == (1 if key.endswith("11/ipconfig.out") and each.name.endswith("Wi-Fi") else 0)


def _last(key: str, output: bytes, truth: Truth) -> None:
    found = last.parse(output)
    kernels = [row for row in found if row.system and row.terminal.startswith(("system ", "(to lvl "))]
    assert len(found) == truth["rows"]
    assert bool(kernels) == (key in NOTES)
    assert len([row for row in found if row.origin]) + len(kernels) == truth["with_host"]


def _who(key: str, output: bytes, truth: Truth) -> None:
    found = who.parse(output)
    assert (len(found), len([row for row in found if row.origin])) == (truth["rows"], truth["with_from"])


CHECKS: dict[str, Callable[[str, bytes, Truth], None]] = {
    "arp": _arp, "ifconfig": _ifconfig, "route": _route, "iw_scan": _iw_scan, "iwconfig": _iwconfig, "nmcli": _nmcli,
    "ipconfig": _ipconfig, "last": _last, "who": _who,
}  # fmt: skip


@pytest.mark.skipif(not ROOT, reason="ISOLATION_CONFORMANCE does not name the folder of recorded outputs")
def test_every_recorded_answer_is_looked_at() -> None:
    """All 89 recorded answers are checked, and every exception names one of them."""
    assert len(TRUTH) == KNOWN
    assert set(REFUSED) | set(NOTES) <= set(TRUTH)
    assert {truth["kind"] for truth in TRUTH.values()} == set(CHECKS)


@pytest.mark.skipif(not ROOT, reason="ISOLATION_CONFORMANCE does not name the folder of recorded outputs")
@pytest.mark.parametrize("key", sorted(TRUTH) or ["none"])
def test_a_recorded_output_is_parsed_to_its_answer(key: str) -> None:
    """A recorded output is parsed to the answer recorded with it, or refused for the reason given."""
    output = (FOLDER / key).read_bytes()
    if key in REFUSED:
        with pytest.raises(ProbeError):
            iw.parse(output)
    else:
        CHECKS[TRUTH[key]["kind"]](key, output, TRUTH[key])


@pytest.mark.skipif(not ROOT, reason="ISOLATION_CONFORMANCE does not name the folder of recorded outputs")
def test_outputs_of_other_tools_raise_only_probe_errors() -> None:
    """Every parser meets every recorded output, also other tools', and raises nothing but ProbeError."""
    for path in sorted(FOLDER.glob("*/**/*.out")):
        output = path.read_bytes()
        for parse in (arp.parse, ifconfig.parse, ip_route.parse, ipconfig.parse, iw.parse, iwconfig.parse, last.parse,
                      netstat.parse, nmcli.parse, nmcli.networks, route_print.parse, who.parse):  # fmt: skip
            try:
                parse(output)
            except ProbeError:
                continue
