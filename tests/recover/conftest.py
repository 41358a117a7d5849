"""Real browsers of this machine, driven over loopback, and computers made of folders."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .drivers import Chromium, Firefox, Pages
from .simulated import SimulatedComputer


def need(name: str) -> str:
    """The path of a program; where it is missing the test skips, or fails if every test is asked for."""
    path = shutil.which(name)
    if path is None:
        if os.environ.get("ISOLATION_TEST_ALL") == "1":
            pytest.fail(f"{name} is missing, and ISOLATION_TEST_ALL=1 asks for every test")
        pytest.skip(f"{name} is missing")
    return path


@pytest.fixture
def pages() -> Iterator[Pages]:
    """A server on loopback that answers for every host, also as a proxy."""
    server = Pages()
    yield server
    server.close()


@pytest.fixture
def chromium(tmp_path: Path, pages: Pages) -> Iterator[Callable[..., Chromium]]:
    """Starts Chromium on a profile of a user-data folder below the home folder `tmp_path/user`."""
    program = need("chromium")
    running: list[Chromium] = []

    def start(profile: str = "Default") -> Chromium:
        browser = Chromium(program, tmp_path / "user", profile, pages)
        running.append(browser)
        return browser

    yield start
    for browser in running:
        browser.close()


@pytest.fixture
def firefox(tmp_path: Path, pages: Pages) -> Iterator[Callable[..., Firefox]]:
    """Starts Firefox on a named profile below the home folder `tmp_path/user`."""
    program = need("firefox-esr")
    running: list[Firefox] = []

    def start(profile: str = "shop") -> Firefox:
        browser = Firefox(program, tmp_path / "user", profile, pages)
        running.append(browser)
        return browser

    yield start
    for browser in running:
        browser.close()


@pytest.fixture
def computer(tmp_path: Path) -> SimulatedComputer:
    """A Linux computer whose home folder is `tmp_path/user`, an hour from now."""
    (tmp_path / "user").mkdir(exist_ok=True)
    return SimulatedComputer(tmp_path, "linux")
