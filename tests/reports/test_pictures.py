"""Pictures for people who just want to look."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from isolation.cli.entry import main
from isolation.ledger import Ledger
from isolation.model import Session

from ..conftest import DAY, NOON, reading


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two accounts behind one router, and one elsewhere."""
    monkeypatch.setenv("ISOLATION_HOME", str(tmp_path))
    with Ledger.open(tmp_path / "ledger.sqlite3", key_store="file") as ledger, ledger.writing() as log:
        for at, (account, gateway) in enumerate((("<one>", "D4"), ("two", "D4"), ("three", "D5"))):
            fact = reading("gateway_mac", f"3C-37-86-5D-75-{gateway}")
            log.add_session(Session(account, NOON + at * DAY, readings=(fact,)))
    return tmp_path


@pytest.mark.parametrize("command", [["timeline"], ["timeline", "--by", "machine"], ["graph"]])
@pytest.mark.parametrize(("ending", "magic"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_a_picture_is_written_in_the_form_of_its_ending(
    home: Path, capsys: pytest.CaptureFixture[str], command: list[str], ending: str, magic: bytes
) -> None:
    """Timeline and graph are drawn as SVG and as PNG, and say what they show."""
    target = home / f"x.{ending}"
    assert main(["--format", "json", *command, "-o", str(target)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["schema"], said["path"]) == ("isolation.picture/1", str(target))
    assert target.read_bytes().startswith(magic)


def test_names_are_text_in_a_picture(home: Path) -> None:
    """A name that is markup elsewhere stands escaped in the SVG."""
    assert main(["graph", "-o", str(home / "x.svg")]) == 0
    picture = (home / "x.svg").read_text(encoding="utf-8")
    assert "&lt;one&gt;" in picture
    assert "<one>" not in picture


def test_a_picture_speaks_the_language(home: Path) -> None:
    """In Chinese, what the program says in a picture is Chinese, also beside an address, and so are months."""
    for command, words in (
        (["graph"], ("路由器 3C-37-86-5D-75-D4",)),
        (["timeline"], ("路由器 3C-37-86-5D-75-D5", "周")),
    ):
        assert main(["--lang", "zh", *command, "-o", str(home / "x.svg")]) == 0
        picture = (home / "x.svg").read_text(encoding="utf-8")
        assert all(word in picture for word in words)
        assert "router" not in picture


def test_a_use_without_an_end_is_seen(home: Path) -> None:
    """Its mark has a length: what sets paper leaves out a line that has none."""
    assert main(["timeline", "-o", str(home / "x.svg")]) == 0
    picture = (home / "x.svg").read_text(encoding="utf-8")
    marks = [float(long) for long in re.findall(r'<line [^>]*x2="([\d.-]+)"[^>]*stroke-width="9"', picture)]
    assert len(marks) >= 3
    assert all(abs(long) > 0.5 for long in marks)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["timeline", "-o", "x.gif"], "No picture has the ending"),
        (["graph", "-o", "x"], "No picture has the ending"),
        (["graph", "-o", "x.svg", "--cluster", "2"], "There is 1 cluster."),
        (["graph", "-o", "x.svg", "--account", "three"], "nothing to draw"),
        (["timeline", "-o", "x.svg", "--until", "2001-01-01"], "no use with a known time"),
        (["timeline", "-o", "no/such/folder/x.svg"], "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Another ending, another cluster, nothing to draw and a place that is not there: a sentence, exit 2."""
    at = arguments.index("-o") + 1
    arguments = [*arguments[:at], str(home / arguments[at]), *arguments[at + 1 :]]
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
