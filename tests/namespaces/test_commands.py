"""The whole way through, in real networks: probe, check, begin, refuse, end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from .conftest import ROOT, Namespace

Make = Callable[[], Namespace]
Join = Callable[..., Namespace]


def _isolation(machine: Namespace, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Runs the command in the namespace; its exit code and its one JSON document."""
    command = ["ip", "netns", "exec", machine.name, sys.executable, "-m", "isolation", "--format", "json", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_an_empty_namespace_is_unknown(namespace: Make) -> None:
    """Without any network every reading has a reason and the verdict is unknown, exit 10."""
    machine = namespace()
    assert _isolation(machine, "init", "--no-earlier-accounts", "--key-store", "file")[0] == 0
    _, probed = _isolation(machine, "probe")
    assert all(reading["reason"] for reading in probed["readings"] if reading["status"] != "observed")
    assert not any(reading["identifying"] for reading in probed["readings"] if reading["fact"] == "gateway_mac")
    code, verdict = _isolation(machine, "check", "amazon:store-us")
    assert (code, verdict["outcome"]) == (10, "unknown")
    assert "no-network-anchor" in verdict["unknown"]


def test_the_second_account_behind_a_router_collides(namespace: Make, join: Join) -> None:
    """The first account passes, the second is refused naming the first, and the first still passes."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.1")
    _isolation(machine, "init", "--no-earlier-accounts", "--key-store", "file")
    code, first = _isolation(machine, "begin", "amazon:store-us")
    assert (code, first["outcome"]) == (0, "pass")
    code, second = _isolation(machine, "begin", "amazon:shop-de")
    assert (code, second["outcome"], second["would_join"]) == (11, "collision", ["amazon:store-us"])
    gateway = next(finding for finding in second["findings"] if finding["rule"] == "shared-gateway")
    assert (gateway["value"], gateway["accounts"]) == ("3C-84-6A-10-20-30", ["amazon:shop-de", "amazon:store-us"])
    assert _isolation(machine, "check", "amazon:store-us")[0] == 0
    assert _isolation(machine, "end")[0] == 0
    code, verified = _isolation(machine, "verify")
    assert (code, verified["intact"]) == (0, True)


def test_a_new_network_does_not_undo_a_shared_machine(namespace: Make, join: Join) -> None:
    """On another network the machine still collides, and the network is named as first seen."""
    machine = namespace()
    join(machine)
    machine.ip("route add default via 192.168.1.1")
    _isolation(machine, "init", "--no-earlier-accounts", "--key-store", "file")
    _isolation(machine, "begin", "amazon:store-us")
    machine.ip("link del eth0")
    join(machine, interface="eth1", network="192.168.7", mac="3c:84:6a:99:88:77")
    machine.ip("route add default via 192.168.7.1")
    code, verdict = _isolation(machine, "check", "amazon:store-us")
    assert (code, verdict["first_seen_here"]) == (0, ["gateway_mac"])
    code, verdict = _isolation(machine, "check", "amazon:shop-de")
    assert code == 11
    # The first account's session has no end yet, so it still is open on this machine.
    found = {finding["rule"] for finding in verdict["findings"] if finding["state"] == "open"}
    assert found == {"shared-device", "overlapping-sessions"}
