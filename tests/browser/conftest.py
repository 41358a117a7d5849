"""Reports of two ledgers, and the system's own Chromium to open them in."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import isolation
from isolation.audit import audit_ledger
from isolation.audited import Audit
from isolation.ledger import Ledger
from isolation.model import Session
from isolation.policy import Group, Policy

from ..conftest import DAY, HOUR, NOON, reading

SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>", "datum.account", "datum['x'].y[0]", '{"signal": "width"}', "a\\.b", '"onmouseover="x',
    "x" * 256, "</style><b>",
)  # fmt: skip


def audited(folder: Path, accounts: int, uses: int) -> Audit:
    """The audit of a ledger of this many accounts, the first of them with names that mean something elsewhere."""
    chance = random.Random(accounts)
    names = [*HOSTILE, *(f"amazon:client-{number:03}" for number in range(accounts))][:accounts]
    policy = Policy(groups=(Group("home", "household", (names[0], names[1]), evidence="lease.pdf"),))
    with Ledger.open(folder / "ledger.sqlite3", key_store="file", clock=lambda: NOON) as ledger:
        with ledger.writing() as log:
            for number in range(uses):
                account = chance.randrange(accounts)
                begin = NOON - 90 * DAY + number * (90 * DAY // uses)
                where = (
                    reading("device_id", f"{account // 3 + 1:08x}{'9e107d9d372bb682'}{'6bd81d35':>8}"),
                    reading("gateway_mac", f"3C-37-86-5D-75-{account // 4:02X}"),
                )
                log.add_session(Session(names[account], begin, end=begin + HOUR, readings=where))
        return audit_ledger(ledger, policy=policy, now=NOON)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The HTML report of a ledger of this many accounts, in English or another language; made once."""
    audits: dict[int, Audit] = {}
    made: dict[tuple[int, str], Path] = {}

    def of(accounts: int, language: str = "en") -> Path:
        if accounts not in audits:
            folder = tmp_path_factory.mktemp(f"ledger-{accounts}")
            audits[accounts] = audited(folder, accounts, accounts * 8)
        if (accounts, language) not in made:
            target = tmp_path_factory.mktemp(f"report-{accounts}-{language}") / "audit.html"
            isolation.write_report(audits[accounts], target, language=language, zone="Asia/Shanghai")
            made[accounts, language] = target
        return made[accounts, language]

    return of


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A headless Chromium; skipped visibly where there is none, failing where everything must be there."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("ISOLATION_TEST_ALL") == "1":
            pytest.fail("chromium is missing")
        pytest.skip("chromium is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(SWITCHES))
        yield browser
        browser.close()
