"""What a Chinese seller types at the questions."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from isolation.ledger import Ledger

ACCOUNTS = ["amazon:店铺一", "amazon:店铺二", ""]


@pytest.mark.parametrize(
    ("used", "baseline"),
    [("全部", True), ("没有", True), ("amazon:店铺一，amazon:店铺二", True), ("amazon:店铺一、amazon:店铺二", True),
     ("？", False), ("不知道", False)],
)  # fmt: skip
def test_setup_takes_chinese_answers(home: Path, used: str, baseline: bool) -> None:
    """States, all, none, names with Chinese commas and "don't know" are taken in Chinese too."""
    answers = [*ACCOUNTS, "我", "已停用", "2026-01-01", "", "良好", "2026-02-01", "", used, "", "", ""]
    done = subprocess.run(
        [sys.executable, "-m", "isolation", "--lang", "zh", "setup"], input="\n".join(answers).encode(),
        capture_output=True, timeout=120, check=False, env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    asked = done.stderr.decode()
    assert done.returncode == 0, asked
    assert "不是" not in asked, asked
    policy = tomllib.loads((home / "policy.toml").read_text(encoding="utf-8"))
    assert "deactivated" in str(policy["accounts"]["amazon:店铺一"])
    with Ledger.open(home / "ledger.sqlite3", read_only=True) as ledger, ledger.reading() as reader:
        assert reader.has_baseline() is baseline
