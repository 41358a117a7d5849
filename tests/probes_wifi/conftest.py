"""Machines with Wi-Fi for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from .simulated import WifiMachine


@pytest.fixture
def no_bus(tmp_path: Path) -> str:
    """The address of a D-Bus system bus that is not there."""
    return f"unix:path={tmp_path}/none"


@pytest.fixture
def wifi_machine(no_bus: str) -> Callable[..., WifiMachine]:
    """Makes a machine with one radio, wlan0, and no D-Bus unless told otherwise."""

    def make(interfaces: Mapping[str, bool] | None = {"lo": False, "wlan0": True}, **rest: object) -> WifiMachine:
        rest.setdefault("bus", no_bus)
        return WifiMachine(interfaces, **rest)  # type: ignore[arg-type]

    return make
