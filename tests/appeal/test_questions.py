"""The questions that a terminal asks, and what an unattended run does without them."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from ..cli.conftest import Cli, cli  # noqa: F401 - the fixture
from .conftest import NOTICES

NOTICE = str(NOTICES / "amazon-related-en.txt")


def answered(answers: list[str], *arguments: str) -> tuple[str, int]:
    """What a run on a terminal printed there, each question answered in turn by the next answer, and its exit code."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    mine, theirs = pty.openpty()
    said, left = "", list(answers)
    with subprocess.Popen(
        [sys.executable, "-m", "isolation", "appeal", *arguments],
        stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        while True:
            if not select.select([mine], [], [], 60)[0]:
                process.kill()
                raise AssertionError(f"nothing came after {said!r}")
            try:
                new = os.read(mine, 4096).decode(errors="replace")
            except OSError:  # Linux's sign that the other side is closed
                new = ""
            if not new:
                break
            said += new
            if left and said.endswith(") "):
                os.write(mine, f"{left.pop(0)}\n".encode())
    os.close(mine)
    return said, process.returncode


def test_three_questions_tell_the_case(tmp_path: Path) -> None:
    """No, yes, and a name: the case is known, stated by the person; a date that is none is asked for again."""
    answers = ["n", "y", "Anna until May", "y", "", "soon", "2020-01-01", ""]
    said, code = answered(answers, "shop", "--notice", NOTICE, "-o", str(tmp_path / "pack"))
    assert code == 0, said
    assert said.count("utility or internet bill") == 2
    index = json.loads((tmp_path / "pack" / "index.json").read_text(encoding="utf-8"))
    assert (index["case"]["kind"], index["case"]["basis"], index["case"]["access"]) == (
        "known",
        "stated",
        "Anna until May",
    )
    assert {one["id"]: one["state"] for one in index["documents"]} == {
        "identity": "at-hand", "licence": "not-needed", "utility-bill": "too-old", "end-of-tie": "missing",
    }  # fmt: skip


def test_answers_left_empty_tell_nothing(tmp_path: Path) -> None:
    """Whoever only presses return has told no case, and what each of the three asks for is listed."""
    said, code = answered([""] * 12, "shop", "--notice", NOTICE, "-o", str(tmp_path / "pack"))
    assert code == 0, said
    index = json.loads((tmp_path / "pack" / "index.json").read_text(encoding="utf-8"))
    assert (index["case"]["kind"], index["case"]["basis"]) == (None, None)
    assert {"reinstatement", "end-of-tie", "list-of-links"} <= {one["id"] for one in index["documents"]}


def test_nothing_is_asked_where_nobody_can_answer(cli: Cli, tmp_path: Path) -> None:  # noqa: F811 - as above
    """Without a terminal no question is put, and the case stays untold."""
    done = cli("appeal", "shop", "--notice", NOTICE, "-o", str(tmp_path / "pack"), stdin="y\ny\ny\n")
    assert done.code == 0
    assert "1/3" not in done.err
    assert "Nobody has told which case" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("shop",), ("shop", "--notice", NOTICE), ("shop", "--notice", "/no/such/file", "-o", "x"),
        ("shop", "--notice", NOTICE, "-o", "PACK", "--tz", "Nowhere"),
        ("shop", "--notice", NOTICE, "-o", "PACK", "--have", "luck"),
        ("shop", "--notice", NOTICE, "-o", "PACK", "--reason", "luck"), ("\x1b[31m", "--notice", NOTICE, "-o", "PACK"),
        ("shop", "--notice", NOTICE, "-o", NOTICE), ("shop", "--notice", NOTICE, "-o", "PACK", "--associated", "\x1b"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_a_sentence_and_leaves_no_folder(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...]  # noqa: F811 - as above
) -> None:  # fmt: skip
    """A call that cannot be carried out exits 2 with one sentence, and no empty folder is left."""
    folder = tmp_path / "pack"
    done = cli("appeal", *[str(folder) if one == "PACK" else one for one in arguments])
    assert done.code == 2, done
    assert done.err.splitlines()[-1].startswith("isolation: ")
    assert not folder.exists()


def test_a_pdf_without_the_extra_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pypdf is not installed, a PDF is refused with how to go on."""
    from isolation.appeal.notice import read_notice
    from isolation.errors import UsageError

    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "notice.pdf").write_bytes(b"%PDF-1.7\n")
    with pytest.raises(UsageError, match="needs pypdf") as refusal:
        read_notice(str(tmp_path / "notice.pdf"))
    assert "isolation[appeal]" in refusal.value.hint
