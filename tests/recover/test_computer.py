"""The seam to the real computer: tools that fail, hang or are missing, and databases that never rest."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from isolation.history.recover import network_manager
from isolation.history.recover.computer import Computer
from isolation.history.recover.networks import read_networks
from isolation.identifiers.ssid import parse_ssid

from ..history_wire.evtx_files import event_log
from .conftest import need
from .made import wlan_event
from .simulated import SimulatedComputer


def python(code: str) -> list[str]:
    """The command that runs a piece of Python."""
    return [sys.executable, "-c", code]


def test_a_tools_lines_come_as_it_prints_them() -> None:
    """What a tool prints is handed on line by line, also where it then fails, and the failure is raised after it."""
    computer = Computer()
    assert list(computer.lines(python("print('a'); print('b')"))) == [f"{one}{os.linesep}".encode() for one in "ab"]
    lines = computer.lines(python("import sys; print('a'); sys.exit('no such log')"))
    assert next(lines).strip() == b"a"
    with pytest.raises(OSError, match="no such log"):
        next(lines)


@pytest.mark.parametrize("code", ["sys.exit('Access is denied.')", "sys.exit(5)", "sys.exit('Permission denied')"])
def test_a_refusal_is_told_from_a_failure(code: str) -> None:
    """A tool that says it may not, or ends with Windows' code for that, is a refusal."""
    with pytest.raises(PermissionError):
        list(Computer().lines(python(f"import sys; {code}")))


def test_a_tool_that_hangs_is_ended() -> None:
    """A tool that says nothing is killed after its time, and one that is left early is too."""
    with pytest.raises(TimeoutError):
        list(Computer().lines(python("import time; time.sleep(60)"), timeout=0.5))
    lines = Computer().lines(python("import time; print(1, flush=True); time.sleep(60)"))
    next(lines)
    lines.close()  # type: ignore[attr-defined]  # it is a generator
    with pytest.raises(FileNotFoundError):
        list(Computer().lines(["no-such-tool-of-isolation"]))


class Restless(Computer):
    """A computer on which a browser writes between any two looks, until it has been looked at so many times."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def states(self, path: str) -> list[tuple[int, int] | None]:
        self.looks -= 1
        return [(max(0, self.looks), 0)]


def test_a_database_that_never_rests_is_given_up(tmp_path: Path) -> None:
    """A copy during which the browser wrote is taken again, and given up where that goes on."""
    (tmp_path / "db").write_bytes(b"x")
    with Restless(4).copied_database(str(tmp_path / "db")) as copy:
        assert Path(copy).read_bytes() == b"x"
    with pytest.raises(TimeoutError, match="close the browser"), Restless(99).copied_database(str(tmp_path / "db")):
        pass


def test_a_copy_is_private_and_goes(tmp_path: Path) -> None:
    """The copy is readable by nobody else, and nothing of it is left behind."""
    with closing(sqlite3.connect(tmp_path / "db")) as database, database:
        database.execute("CREATE TABLE t(x)")
    with Computer().copied_database(str(tmp_path / "db")) as copy:
        folder = Path(copy).parent
        if os.name == "posix":
            assert folder.stat().st_mode & 0o077 == 0
        assert Path(copy).read_bytes() == (tmp_path / "db").read_bytes()
    assert not folder.exists()


def test_there_is_no_registry_elsewhere() -> None:
    """On another system than Windows the registry is absent, and says so."""
    if sys.platform == "win32":
        pytest.skip("this is Windows")
    with pytest.raises(FileNotFoundError):
        Computer().registry("SOFTWARE")


@pytest.mark.parametrize("ssid", ["Home", "咖啡;x", "a\\b", " leading", "1;2;"])
def test_the_real_networkmanagers_files_are_read(ssid: str) -> None:
    """A connection's file as the real nmcli writes it gives its uuid, name and SSID, and not its password."""
    made = subprocess.run(
        [need("nmcli"), "--offline", "connection", "add", "type", "wifi", "con-name", "家 1", "ssid", ssid,
         "wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk", "TopSecret1"],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    told = network_manager.parse_keyfile(made.stdout.decode())
    assert told is not None
    assert (len(told[0]), told[1].name, parse_ssid(told[1].ssid)) == (36, "家 1", ssid.encode())
    assert "TopSecret1" not in repr(told)


def test_an_event_log_is_read_as_windows_keeps_it(tmp_path: Path) -> None:
    """The log's own file gives the same connections as its XML."""
    pytest.importorskip("evtx", reason="the extra evtx is not installed")
    events = [wlan_event(8001, "2026-09-01T10:00:00Z", "Home", "3C-37-86-5D-75-D5"),
              wlan_event(8003, "2026-09-01T12:00:00Z", "Home")]  # fmt: skip
    (tmp_path / "log").write_bytes(event_log(events))
    (tmp_path / "xml").write_text("\n".join(events), encoding="utf-8")
    computer = SimulatedComputer(tmp_path, "other")
    (binary,), (text,) = (read_networks(computer, [str(tmp_path / name)])[1] for name in ("log", "xml"))
    assert binary._replace(path="") == text._replace(path="")
    assert (binary.bssid, binary.last is not None) == ("3C-37-86-5D-75-D5", True)
