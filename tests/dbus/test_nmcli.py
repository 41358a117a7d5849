"""The same bus read by us and by nmcli, NetworkManager's own client: they have to agree."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable

import pytest

from isolation.model import Reading

from .simulated import SimulatedNetworkManager, need

Read = Callable[..., list[Reading]]

FIELDS = "IN-USE,SSID-HEX,BSSID,CHAN,SIGNAL,SECURITY"
# Key management bits of NM80211ApSecurityFlags: PSK, 802.1X, SAE, OWE
KINDS = [(False, 0, 0), (True, 0, 0), (True, 0x144, 0), (True, 0x144, 0x188), (True, 0, 0x188), (True, 0, 0x288),
         (True, 0, 0x488), (True, 0, 0x588), (True, 0, 0x888)]  # fmt: skip
NAMES = [b"Office", "咖啡".encode("gbk"), b"a:b\\:c", "☕".encode(), b"", b"a\0b", b"x" * 32, b"\xff\xfe", b"--", b"*"]


@pytest.fixture
def nmcli(network_manager: SimulatedNetworkManager) -> Callable[[], list[list[str]]]:
    """Asks nmcli for the access points: the fields above of each."""
    need(shutil.which("nmcli") is not None, "nmcli")

    def run() -> list[list[str]]:
        command = ["nmcli", "-t", "-f", FIELDS, "device", "wifi", "list", "--rescan", "no"]
        done = subprocess.run(
            command, env=network_manager.environment, capture_output=True, text=True, timeout=30, check=True
        )
        lines = [re.split(r"(?<!\\):", line) for line in done.stdout.splitlines()]
        return [[field.replace("\\:", ":") for field in line] for line in lines]

    return run


@pytest.mark.parametrize("seed", range(len(KINDS)))
def test_nmcli_and_the_probe_agree(
    seed: int, network_manager: SimulatedNetworkManager, nmcli: Callable[[], list[list[str]]], read: Read
) -> None:
    """Access point in use, its name, channel, strength and security, and the neighbourhood, are the same."""
    seeded = random.Random(seed)
    adapter = network_manager.add_adapter()
    paths = []
    for number, name in enumerate(NAMES):
        privacy, wpa, rsn = KINDS[(seed + number) % len(KINDS)]
        bssid = ":".join(f"{byte:02X}" for byte in (0x9C, *seeded.randbytes(4), number + 1))
        paths.append(
            network_manager.add_access_point(
                adapter, bssid, name, strength=seeded.randrange(101), privacy=privacy, wpa=wpa, rsn=rsn,
                frequency=seeded.choice([2412, 2437, 2484, 5180, 5825]),
            )
        )  # fmt: skip
    network_manager.connect(adapter, paths[seed])
    readings = {reading.fact: reading for reading in read()}
    told = nmcli()
    (used,) = [fields for fields in told if fields[0] == "*"]
    bssid_reading, name_reading = readings["bssid"], readings["ssid"]
    assert bssid_reading.value == used[2].replace(":", "-")
    assert name_reading.detail.get("hex", "") == used[1].lower()
    assert [str(bssid_reading.detail[key]) for key in ("channel", "signal")] == used[3:5]
    assert bssid_reading.detail["security"] == (used[5] or "open")
    assert sorted(readings["wifi_scan"].value or ()) == sorted(
        (fields[2].replace(":", "-"), int(fields[4])) for fields in told
    )
