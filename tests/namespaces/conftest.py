"""Real network namespaces with real veth pairs, tunnels and routers; each test makes its own and removes them."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RUNNER = Path(__file__).parent / "run_probe.py"

_numbers = itertools.count()


def _why_not() -> str:
    """Why no namespace can be made here, "" where one can."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if not shutil.which("ip"):
        return "the tool ip (iproute2) is missing"
    name = f"isolation-{os.getpid()}-try"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"no network namespace can be made (CAP_NET_ADMIN, CAP_SYS_ADMIN): {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=False)
    return ""


@pytest.fixture(scope="session")
def namespaces() -> None:
    """Skips visibly where no namespace can be made; with ISOLATION_TEST_ALL=1 that is a failure."""
    _demand(_why_not())


@pytest.fixture(scope="session")
def dnsmasq() -> str:
    """The router advertisement daemon's name; skips visibly, or fails, where it is missing."""
    _demand("" if shutil.which("dnsmasq") else "dnsmasq is missing")
    return "dnsmasq"


def _demand(reason: str) -> None:
    """Skip for this reason, or fail where everything has to be tested; go on where it is empty."""
    if reason and os.environ.get("ISOLATION_TEST_ALL") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


class Namespace:
    """One network namespace, with what the tests do in it."""

    def __init__(self) -> None:
        self.name = f"isolation-{os.getpid()}-{next(_numbers)}"
        self._processes: list[subprocess.Popen[bytes]] = []
        _run("ip", "netns", "add", self.name)
        # Addresses are usable at once instead of after a second of duplicate address detection.
        self.sysctl("net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.all.accept_dad=0")
        self.ip("link set lo up")

    def ip(self, arguments: str) -> str:
        """Run `ip` in the namespace."""
        return _run("ip", "-n", self.name, *arguments.split())

    def batch(self, lines: str) -> None:
        """Run many `ip` commands at once."""
        command = ["ip", "-n", self.name, "-batch", "-"]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def sysctl(self, *settings: str) -> None:
        """Set kernel parameters of the namespace."""
        _run("ip", "netns", "exec", self.name, "sysctl", "-q", "-w", *settings)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program in the namespace; it ends with the namespace."""
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.name, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._processes.append(process)
        return process

    def probe(self, *arguments: str) -> Readings:
        """The readings of a real process in the namespace."""
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = ["ip", "netns", "exec", self.name, sys.executable, str(RUNNER), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)
        assert done.returncode == 0, done.stderr
        return Readings(json.loads(done.stdout))

    def remove(self) -> None:
        """End what was started, and remove the namespace with all that is in it."""
        for process in self._processes:
            process.terminate()
            process.communicate(timeout=5)
        _run("ip", "netns", "del", self.name)


class Readings(list[dict[str, Any]]):
    """A probe's readings with the questions that tests ask of them."""

    def of(self, fact: str) -> list[dict[str, Any]]:
        """The readings of one fact."""
        return [reading for reading in self if reading["fact"] == fact]

    def values(self, fact: str) -> list[Any]:
        """The observed values of one fact."""
        return [reading["value"] for reading in self.of(fact) if reading["status"] == "observed"]

    def statuses(self, fact: str) -> set[str]:
        """The statuses of one fact's readings."""
        return {reading["status"] for reading in self.of(fact)}


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


@pytest.fixture
def namespace(namespaces: None) -> Iterator[Callable[[], Namespace]]:
    """Makes namespaces that are removed after the test."""
    made: list[Namespace] = []

    def make() -> Namespace:
        made.append(Namespace())
        return made[-1]

    yield make
    for each in made:
        each.remove()


@pytest.fixture
def join(namespace: Callable[[], Namespace]) -> Callable[..., Namespace]:
    """Joins a machine to a new router by a veth pair, and returns the router's namespace."""

    def connect(
        machine: Namespace, *, interface: str = "eth0", network: str = "192.168.1", mac: str = "3c:84:6a:10:20:30"
    ) -> Namespace:
        router = namespace()
        machine.ip(f"link add {interface} type veth peer name lan0 netns {router.name}")
        router.ip(f"link set lan0 address {mac}")
        router.ip("link set lan0 up")
        router.ip(f"addr add {network}.1/24 dev lan0")
        machine.ip(f"link set {interface} up")
        machine.ip(f"addr add {network}.20/24 dev {interface}")
        return router

    return connect
