"""The one seam for input and output, on the real machine."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from isolation.probes.machine import Machine


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    """A file's bytes come whole, or up to the limit; a missing one is FileNotFoundError."""
    path = tmp_path / "file"
    path.write_bytes(b"0123456789" * 10_000)
    machine = Machine()
    assert machine.read_file(str(path), 200_000) == path.read_bytes()
    assert machine.read_file(str(path), 5) == b"01234"
    with pytest.raises(FileNotFoundError):
        machine.read_file(str(tmp_path / "missing"))


def test_folders_and_links(tmp_path: Path) -> None:
    """A folder's names come sorted, a link as it is written, and existence is told."""
    (tmp_path / "b").write_bytes(b"")
    (tmp_path / "a").symlink_to("b")
    machine = Machine()
    assert machine.list_dir(str(tmp_path)) == ["a", "b"]
    assert machine.read_link(str(tmp_path / "a")) == "b"
    assert machine.exists(str(tmp_path / "a"))
    assert not machine.exists(str(tmp_path / "c"))


def test_a_tool_is_run_without_a_shell() -> None:
    """A tool gets its arguments as they are, a closed input and English messages."""
    program = "import os, sys; print(sys.argv[1], repr(sys.stdin.read()), os.environ['LC_ALL']); sys.exit(3)"
    code, out, err = Machine().run([sys.executable, "-c", program, "$HOME;`id`"])
    assert (code, out.split(), err) == (3, [b"$HOME;`id`", b"''", b"C"], b"")


def test_a_tool_that_hangs_is_killed() -> None:
    """A tool that does not end in time is a TimeoutError, a missing one FileNotFoundError."""
    with pytest.raises(TimeoutError):
        Machine().run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2)
    with pytest.raises(FileNotFoundError):
        Machine().run(["isolation-no-such-tool"])


def test_the_inventory_knows_the_loopback() -> None:
    """psutil's inventory has the loopback interface with its address."""
    assert ("inet", "127.0.0.1") in [entry for entries in Machine().interface_addresses().values() for entry in entries]


def test_the_source_address_towards_itself() -> None:
    """Towards the loopback the system sends from the loopback, and no packet is sent to learn that."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.05)
        assert Machine().source_address("127.0.0.1") == "127.0.0.1"
        with pytest.raises(TimeoutError):
            listener.recv(1)


def test_gateways_are_pairs() -> None:
    """netifaces' default gateways come as address and interface, or not at all."""
    assert all(len(entry) == 2 for entry in Machine().listed_gateways())


@pytest.mark.skipif(sys.platform != "linux", reason="SIOCGIFCONF is asked on Linux")
def test_the_loopback_is_in_the_kernels_list() -> None:
    """SIOCGIFCONF lists the loopback."""
    assert ("lo", "127.0.0.1") in Machine().ipv4_interfaces()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a registry")
def test_there_is_no_registry_elsewhere() -> None:
    """Off Windows a registry value is FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        Machine().registry_value(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")


def test_a_library_that_is_missing_is_an_os_error() -> None:
    """A system library that is not there is an OSError."""
    with pytest.raises(OSError, match="isolation-no-such-library"):
        Machine().library("isolation-no-such-library")


def test_the_clocks() -> None:
    """The wall clock is in microseconds of this century, and the other never steps back."""
    machine = Machine()
    assert 1_500_000_000_000_000 < machine.now() < 4_000_000_000_000_000
    before = machine.monotonic()
    machine.sleep(0.001)
    assert machine.monotonic() > before
