"""The mapping of an unknown table: proposed, shown, agreed to on a terminal, and else told as a command."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from isolation.history.proposals import propose, read_tables

from .conftest import Cli

CHINESE = (
    "店铺登录记录\n\n店铺,登录时间,公网IP,MAC地址,设备,操作员,WiFi名称,备注\n"
    "店A,2026-03-04 05:06:07,93.184.216.34,00-00-5E-00-53-01,9f8c0a1b2c3d4e5f60718293a4b5c6d7,小李,Office,x\n"
    "店B,2026-03-04 06:06:07,93.184.216.34,00-00-5E-00-53-02,9f8c0a1b2c3d4e5f60718293a4b5c6d8,小王,Office,y\n"
)
NAMELESS = "a;b;c;d\n" + "".join(
    f"{number};store-{number % 3};2026-03-04T05:06:0{number}Z;93.184.216.{number}\n" for number in range(1, 9)
)


def _proposed(path: Path) -> dict[str, str]:
    return propose(read_tables(path)).columns


def test_names_in_chinese_are_understood(tmp_path: Path) -> None:
    """The columns of a Chinese table are found beneath its title."""
    (tmp_path / "log").write_text(CHINESE, encoding="gb18030")
    assert _proposed(tmp_path / "log") == {
        "account": "店铺", "time": "登录时间", "public_ip": "公网IP", "device_id": "设备", "hardware_mac": "MAC地址",
        "ssid": "WiFi名称", "operator": "操作员",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Store Name,Login Time,IP Address", ["account", "time", "public_ip"]),
        ("user_name,timestamp,client_ip", ["account", "time", "public_ip"]),
        ("账号,时间,IP地址", ["account", "time", "public_ip"]),
        ("账户,登陆时间,登录IP", ["account", "time", "public_ip"]),
        ("Seller,Date,内网IP", ["account", "time", "local_ip"]),
    ],
)
def test_names_decide(tmp_path: Path, header: str, fields: list[str]) -> None:
    """English and Chinese names of columns give their fields, in whatever spelling."""
    (tmp_path / "log").write_text(f"{header}\nstore,2026-03-04 05:06:07,10.0.0.7\n", encoding="utf-8")
    assert _proposed(tmp_path / "log") == dict(zip(fields, header.split(","), strict=True))


def test_values_decide_where_names_say_nothing(tmp_path: Path) -> None:
    """Moments and addresses are known by what they are, and accounts come again."""
    (tmp_path / "log").write_text(NAMELESS)
    assert _proposed(tmp_path / "log") == {"account": "b", "time": "c", "public_ip": "d"}


def test_a_name_whose_values_cannot_be_that_is_not_believed(tmp_path: Path) -> None:
    """A column called IP with names of hosts in it is left out, and a status that is no outcome too."""
    (tmp_path / "log").write_text("account,time,ip,status\nstore,2026-03-04T05:06:07Z,my-router,shipped\n")
    assert _proposed(tmp_path / "log") == {"account": "account", "time": "time"}


def test_a_workbook_is_proposed_by_its_best_sheet(tmp_path: Path) -> None:
    """Of several sheets the one with the most fields is proposed, by its name."""
    book = openpyxl.Workbook()
    book.active.append(["note", "text"])
    sheet = book.create_sheet("登录")
    sheet.append(["店铺", "登录时间"])
    sheet.append(["店A", "2026-03-04 05:06:07"])
    book.save(tmp_path / "log.xlsx")
    proposal = propose(read_tables(tmp_path / "log.xlsx"))
    assert (proposal.table.sheet, proposal.columns) == ("登录", {"account": "店铺", "time": "登录时间"})


def test_without_a_terminal_the_command_is_printed_and_runs(cli: Cli, tmp_path: Path) -> None:
    """Exit 2 and nothing recorded; the command that is printed imports the file."""
    log, ledger = tmp_path / "登录.csv", tmp_path / "ledger.sqlite3"
    log.write_text(CHINESE, encoding="utf-8")
    told = cli("--ledger", str(ledger), "import", str(log))
    assert (told.code, ledger.exists()) == (2, False)
    command = next(line.strip() for line in told.out.splitlines() if line.strip().startswith("isolation import"))
    words = shlex.split(command)[1:]
    assert words[-2:] == ["--tz", "Asia/Shanghai"]
    assert cli("--ledger", str(ledger), "init", "--key-store", "file").code == 0
    done = cli("--ledger", str(ledger), "--format", "json", *words)
    assert (done.code, done.document["recorded"]) == (0, 2)


def test_what_was_not_found_is_told(cli: Cli, tmp_path: Path) -> None:
    """A table without any account names what is missing, in the document too."""
    log = tmp_path / "log.csv"
    log.write_text("when,ip\n2026-03-04 05:06:07,93.184.216.34\n")
    document = cli("--format", "json", "import", str(log)).document
    assert document["schema"] == "isolation.mapping/1"
    assert (document["missing"], document["needs_zone"]) == (["account"], True)
    assert "--map account=COLUMN" in document["command"]


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of POSIX systems")
@pytest.mark.parametrize(
    ("answers", "code", "recorded"),
    [
        ("y\n", 0, 2),
        ("q\n", 2, None),
        ("\n\nq\n", 2, None),
        ("operator=\naccount=nothing\naccount=备注\ntz=Mars\ntz=+08:00\ny\n", 0, 2),
        ("account=\ny\nq\n", 2, None),
    ],
)
def test_on_a_terminal_a_person_decides(tmp_path: Path, answers: str, code: int, recorded: int | None) -> None:
    """Agreeing records, changing is possible, and stopping records nothing."""
    import pty

    log, ledger = tmp_path / "log.csv", tmp_path / "ledger.sqlite3"
    log.write_text(CHINESE, encoding="utf-8")
    master, slave = pty.openpty()
    environment = os.environ | {"ISOLATION_HOME": str(tmp_path), "PYTHONUTF8": "1"}
    run = [sys.executable, "-m", "isolation", "--ledger", str(ledger)]
    subprocess.run([*run, "init", "--key-store", "file"], env=environment, check=True, capture_output=True)
    with subprocess.Popen(
        [*run, "--format", "json", "import", str(log)], stdin=slave, stderr=slave, stdout=subprocess.PIPE,
        env=environment,
    ) as process:  # fmt: skip
        os.close(slave)
        os.write(master, answers.encode())
        out = process.communicate(timeout=60)[0].decode()
    os.close(master)
    assert process.returncode == code
    if recorded is not None:
        assert f'"recorded": {recorded}' in out
