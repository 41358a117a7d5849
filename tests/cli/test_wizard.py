"""The mapping of an unknown table: proposed, shown, agreed to on a terminal, and else told as a command."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from isolation.history.proposals import propose, read_tables

from .conftest import Cli, shown_on

CHINESE = (
    "店铺登录记录\n\n店铺,登录时间,公网IP,MAC地址,设备,操作员,WiFi名称,备注\n"
    "店A,2026-03-04 05:06:07,93.184.216.34,00-00-5E-00-53-01,9f8c0a1b2c3d4e5f60718293a4b5c6d7,小李,Office,x\n"
    "店B,2026-03-04 06:06:07,93.184.216.34,00-00-5E-00-53-02,9f8c0a1b2c3d4e5f60718293a4b5c6d8,小王,Office,y\n"
)
NAMELESS = "a;b;c;d\n" + "".join(
    f"{number};store-{number % 3};2026-03-04T05:06:0{number}Z;93.184.216.{number}\n" for number in range(1, 9)
)


def _proposed(path: Path) -> dict[str, str]:
    return propose(read_tables(str(path))).columns


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
    proposal = propose(read_tables(str(tmp_path / "log.xlsx")))
    assert (proposal.table.sheet, proposal.columns) == ("登录", {"account": "店铺", "time": "登录时间"})


def test_without_a_terminal_the_command_is_printed_and_runs(cli: Cli, tmp_path: Path) -> None:
    """Exit 2 and nothing recorded; the command that is printed imports the file."""
    log, ledger = tmp_path / "登录.csv", tmp_path / "ledger.sqlite3"
    log.write_text(CHINESE, encoding="utf-8")
    told = cli("--ledger", str(ledger), "import", str(log))
    assert (told.code, ledger.exists()) == (2, False)
    command = next(line.strip() for line in told.out.splitlines() if line.strip().startswith("isolation import"))
    words = shlex.split(command)[1:]
    assert words[words.index("--tz") + 1] == "Asia/Shanghai"
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


def test_the_encoding_is_shown_and_a_guess_is_said_to_be_one(cli: Cli, tmp_path: Path) -> None:
    """A rehearsal names the encoding of each file; where only the letters tell it, text and JSON say so."""
    (tmp_path / "log.csv").write_text("account,time\n小李,2026-03-04T05:06:07Z\n", encoding="gb18030")
    words = ("import", str(tmp_path / "log.csv"), "--map", "account=account", "--map", "time=time", "--dry-run")
    said = " ".join(cli(*words).out.split())
    assert "read as csv in gb18030:" in said
    assert "say --encoding" in said
    assert "say --encoding" not in cli(*words, "--encoding", "gb18030").out
    told = cli("--format", "json", *words).document["files"][0]
    assert (told["encoding"], told["encoding_guessed"]) == ("gb18030", True)


def _commands(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("isolation import")]


def _archive(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return path


def _ready(cli: Cli, folder: Path) -> tuple[str, ...]:
    ledger = ("--ledger", str(folder / "ledger.sqlite3"))
    assert cli(*ledger, "init", "--key-store", "file").code == 0
    return ledger


OTHER = "Shop;When;MAC\nstore-c;2026-03-04T05:06:07Z;00-00-5E-00-53-01\n"


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_is_proposed_for_and_the_command_runs(cli: Cli, tmp_path: Path, packed: bool) -> None:
    """A table that comes by standard input, or an archive, is looked at, and the printed command reads the same."""
    archive = _archive(tmp_path / "a.zip", b=CHINESE, a=CHINESE)
    content = archive.read_bytes() if packed else CHINESE.encode()
    ledger = _ready(cli, tmp_path)
    told = cli(*ledger, "import", "-", stdin=content)
    assert (told.code, "give the same input" in told.out) == (2, True)
    done = cli(*ledger, "--format", "json", *_commands(told.out)[0], stdin=content)
    assert (done.code, done.document["recorded"], done.document["duplicates"]) == (0, 2, 2 * packed)


def test_files_of_one_layout_get_one_command(cli: Cli, tmp_path: Path) -> None:
    """Twelve months in an archive are one mapping; those of other columns get a command that names them."""
    ledger = _ready(cli, tmp_path)
    _archive(
        tmp_path / "logs.zip", jan=CHINESE, feb=CHINESE.replace("03-04", "02-04"), other=OTHER, sku="sku,price\n1,2\n"
    )
    told = cli(*ledger, "import", str(tmp_path / "logs.zip"))
    commands = _commands(told.out)
    assert [command[1].rpartition("/")[2] for command in commands] == ["feb.csv", "other.csv"]
    assert "sku.csv" in told.out
    done = [cli(*ledger, "--format", "json", *command) for command in commands]
    assert [(one.code, one.document["recorded"]) for one in done] == [(0, 4), (0, 1)]


def test_an_archive_of_one_layout_is_named_as_it_was(cli: Cli, tmp_path: Path) -> None:
    """Where all tables of an archive are alike, the command is for the archive."""
    archive = _archive(tmp_path / "logs.zip", jan=CHINESE, feb=CHINESE)
    document = cli("--format", "json", "import", str(archive)).document
    assert shlex.split(document["command"])[2] == str(archive)
    assert (len(document["files"]), document["others"]) == (2, [])


def test_a_table_beside_logs_is_told_with_its_command(cli: Cli, tmp_path: Path) -> None:
    """Logs of an archive are recorded, and the table beside them is named, with the command that reads it."""
    ledger = _ready(cli, tmp_path)
    okta = json.dumps({
        "uuid": "1", "published": "2026-03-10T08:00:00Z", "eventType": "user.session.start", "legacyEventType": "x",
        "actor": {"type": "User", "alternateId": "li@corp.example"}, "outcome": {"result": "SUCCESS"},
    })  # fmt: skip
    _archive(tmp_path / "logs.zip", okta=okta, table=OTHER)
    told = cli(*ledger, "--format", "json", "import", str(tmp_path / "logs.zip"))
    assert (told.code, told.document["recorded"]) == (12, 1)
    assert [one["file"].rpartition("/")[2] for one in told.document["rejected"]] == ["table.csv"]
    assert cli(*ledger, "--format", "json", *_commands(told.err)[0]).document["recorded"] == 1


def test_what_needs_no_mapping_is_not_forgotten(cli: Cli, tmp_path: Path) -> None:
    """Beside a table, a log that says itself what is what gets a command of its own."""
    scan = "WigleWifi-1.4,x\nMAC,FirstSeen,RSSI,Type\n00-00-5E-00-53-01,2026-03-04,-50,WIFI\n"
    (tmp_path / "scan.csv").write_text(scan)
    (tmp_path / "table.csv").write_text(OTHER)
    told = cli("import", str(tmp_path / "scan.csv"), str(tmp_path / "table.csv"))
    assert [Path(command[1]).name for command in _commands(told.out)] == ["table.csv", "scan.csv"]


def test_a_file_that_an_archive_lacks_is_said(cli: Cli, tmp_path: Path) -> None:
    """A wrong name within an archive names those that there are."""
    told = cli("import", str(_archive(tmp_path / "logs.zip", jan=CHINESE)) + "/feb.csv")
    assert (told.code, "jan.csv" in told.err) == (2, True)


def _at_terminal(folder: Path, answers: str, *names: str) -> tuple[int, str, str]:
    """Exit code, stdout and what the terminal showed of an import into a ledger in the folder, with these answers."""
    import pty

    ledger = folder / "ledger.sqlite3"
    environment = os.environ | {"ISOLATION_HOME": str(folder), "PYTHONUTF8": "1"}
    run = [sys.executable, "-m", "isolation", "--ledger", str(ledger)]
    if not ledger.exists():
        subprocess.run([*run, "init", "--key-store", "file"], env=environment, check=True, capture_output=True)
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*run, "--format", "json", "import", *names], stdin=slave, stderr=slave, stdout=subprocess.PIPE,
        env=environment,
    ) as process:  # fmt: skip
        os.write(master, answers.encode())
        out = process.communicate(timeout=60)[0].decode()
        os.close(slave)
    return process.returncode, out, shown_on(master)


ON_TERMINALS = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of POSIX systems")


@ON_TERMINALS
@pytest.mark.parametrize(
    ("answers", "code", "recorded"),
    [
        ("y\n", 0, 2),
        ("q\n", 2, None),
        ("\n\nq\n", 2, None),
        ("operator=\naccount=nothing\naccount=备注\ntz=Mars\ntz=+08:00\ny\n", 0, 2),
        ("account=\ny\nq\n", 2, None),
        ("s\nq\n", 2, None),
    ],
)
def test_on_a_terminal_a_person_decides(tmp_path: Path, answers: str, code: int, recorded: int | None) -> None:
    """Agreeing records, changing is possible, and stopping records nothing."""
    log = tmp_path / "log.csv"
    log.write_text(CHINESE, encoding="utf-8")
    ended, out, _ = _at_terminal(tmp_path, answers, str(log))
    assert ended == code
    if recorded is not None:
        assert f'"recorded": {recorded}' in out


def _folder(path: Path, **files: str) -> Path:
    path.mkdir()
    for name, content in files.items():
        (path / f"{name}.csv").write_text(content, encoding="utf-8")
    return path


@ON_TERMINALS
@pytest.mark.parametrize(
    ("answers", "code", "recorded", "passed_over"),
    [
        ("y\ny\n", 12, 3, ["sku.csv"]),
        ("y\ns\n", 12, 2, ["other.csv", "sku.csv"]),
        ("s\ny\n", 12, 1, ["log.csv", "sku.csv"]),
        ("y\nq\n", 2, None, []),
        ("s\ns\n", 2, None, []),
    ],
)
def test_each_layout_is_asked_about_in_turn(
    tmp_path: Path, answers: str, code: int, recorded: int | None, passed_over: list[str]
) -> None:
    """One run records all that was agreed to; what was left out, or has neither account nor time, is named."""
    folder = _folder(tmp_path / "logs", log=CHINESE, other=OTHER, sku="sku,price\n1,2\n")
    ended, out, shown = _at_terminal(tmp_path, answers, str(folder))
    assert ended == code
    if recorded is None:
        assert "Nothing was recorded" in shown
    else:
        document = json.loads(out)
        assert document["recorded"] == recorded
        assert sorted(Path(one["file"]).name for one in document["rejected"]) == passed_over
        assert ("isolation import" in shown) == ("s\n" in answers)  # the command for what was left out


@ON_TERMINALS
def test_what_is_named_by_itself_is_asked_about_though_no_account_was_found(tmp_path: Path) -> None:
    """A file that a person names is never passed over without a word, and stopping there records nothing."""
    folder = _folder(tmp_path / "logs", log=CHINESE, sku="sku,price\n1,2\n")
    names = [str(folder / "log.csv"), str(folder / "sku.csv")]
    assert _at_terminal(tmp_path, "y\nq\n", *names)[0] == 2
    code, out, _ = _at_terminal(tmp_path, "y\ns\n", *names)
    assert (code, json.loads(out)["recorded"]) == (12, 2)


@ON_TERMINALS
def test_a_table_beside_logs_is_asked_about(tmp_path: Path) -> None:
    """On a terminal the tables of a folder are recorded with its logs once their columns are agreed to."""
    okta = {
        "uuid": "1", "published": "2026-03-10T08:00:00Z", "eventType": "user.session.start", "legacyEventType": "x",
        "actor": {"type": "User", "alternateId": "li@corp.example"}, "outcome": {"result": "SUCCESS"},
    }  # fmt: skip
    folder = _folder(tmp_path / "logs", okta=json.dumps(okta), table=OTHER)
    code, out, _ = _at_terminal(tmp_path, "y\n", str(folder))
    assert (code, json.loads(out)["recorded"], json.loads(out)["rejected"]) == (0, 2, [])


def _book(path: Path) -> Path:
    """A workbook of two months alike, a sheet of other columns and one of notes."""
    book = openpyxl.Workbook()
    for title, rows in {
        "May": [["Store", "When"], ["store-a", "2026-05-04T05:06:07Z"]],
        "June": [["Store", "When"], ["store-b", "2026-06-04T05:06:07Z"]],
        "Shops": [["Shop", "Login time", "MAC"], ["store-c", "2026-06-05T05:06:07Z", "00-00-5E-00-53-01"]],
        "Notes": [["what", "who"], ["ask again", "li"]],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@ON_TERMINALS
def test_every_sheet_of_a_workbook_is_asked_about_once_for_each_layout(tmp_path: Path) -> None:
    """Sheets with the same columns are read alike, those of other columns asked about, and one left out is named."""
    book = _book(tmp_path / "book.xlsx")
    code, out, shown = _at_terminal(tmp_path, "s\ny\n", str(book))
    assert (code, json.loads(out)["recorded"]) == (12, 2)
    assert [one["file"] for one in json.loads(out)["rejected"]] == [f"{book}, sheet Shops"]
    assert "sheet June has the same columns" in shown
    code, out, _ = _at_terminal(tmp_path, "y\ny\n", str(book))
    assert (code, json.loads(out)["recorded"], json.loads(out)["rejected"]) == (0, 1, [])


def test_every_sheet_of_a_workbook_gets_its_command(cli: Cli, tmp_path: Path) -> None:
    """Where nobody can be asked, the commands together read every sheet that has accounts and times."""
    ledger = _ready(cli, tmp_path)
    told = cli(*ledger, "import", str(_book(tmp_path / "book.xlsx")))
    assert "book.xlsx does not say which column is what" in told.err
    done = [cli(*ledger, "--format", "json", *command) for command in _commands(told.out)]
    assert [(one.code, one.document["recorded"]) for one in done] == [(0, 1)] * 3


def test_the_command_works_on_the_same_ledger(cli: Cli, tmp_path: Path) -> None:
    """What a person copies records in the ledger that was named, not in the usual one."""
    (tmp_path / "logins.csv").write_text("time,account\n2026-10-01T08:00:00Z,amazon:a\n", encoding="utf-8")
    ledger = tmp_path / "a client" / "ledger.sqlite3"
    told = cli("--ledger", str(ledger), "import", str(tmp_path / "logins.csv"))
    words = _commands(told.out)[0]
    assert words[words.index("--ledger") + 1] == str(ledger)
    assert cli("--ledger", str(ledger), "init", "--key-store", "file").code == 0
    assert cli(*words, "--format", "json").document["recorded"] == 1
