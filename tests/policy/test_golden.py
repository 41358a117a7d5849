"""Wrong policies as files, each with the sentence it is refused by: found by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from isolation.cli.entry import main
from isolation.errors import PolicyError
from isolation.policy import load_policy
from isolation.policy.writing import PolicyFile

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("wrong", sorted(GOLDEN.glob("*.toml")), ids=lambda path: path.stem)
def test_a_wrong_policy_is_refused_by_one_sentence(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reading and changing alike exit 2 with the sentence, line and column; the file stays, and no ledger is made."""
    path = tmp_path / "policy.toml"
    path.write_bytes(wrong.read_bytes())
    ledger = tmp_path / "ledger.sqlite3"
    expected = wrong.with_suffix(".txt").read_text(encoding="utf-8")
    for words in (["check", "a"], ["begin", "a"], ["audit"], ["permit", "li", "a", "--own-user"], ["account", "a"]):
        code = main(["--policy", str(path), "--ledger", str(ledger), *words])
        said = capsys.readouterr()
        if words == ["audit"] and "There is no ledger" in said.err:
            continue
        assert (code, said.out) == (2, "")
        assert said.err.replace(str(path), "policy.toml") == expected
    assert path.read_bytes() == wrong.read_bytes()
    assert os.listdir(tmp_path) == ["policy.toml"]


def test_nothing_of_a_wrong_policy_can_be_changed_by_a_command(tmp_path: Path) -> None:
    """A policy that is wrong is neither read nor opened for a change."""
    for wrong in GOLDEN.glob("*.toml"):
        path = tmp_path / wrong.name
        path.write_bytes(wrong.read_bytes())
        for read in (load_policy, PolicyFile):
            with pytest.raises(PolicyError):
                read(str(path))
