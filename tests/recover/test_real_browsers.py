"""Profile databases that the real Chromium and the real Firefox write, read while they run and after."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from isolation.history.recover.found import Candidate, Source
from isolation.history.recover.histories import read_browsers

from .drivers import Chromium, Firefox, Pages, eventually
from .simulated import HOUR, SimulatedComputer

STORE, JAPAN, WALMART = "sellercentral.amazon.com", "sellercentral.amazon.co.jp", "seller.walmart.com"
ELSEWHERE = ("news.example.com", "www.amazon.com", "sellercentral.amazon.com.example.net")


def found(computer: SimulatedComputer) -> tuple[list[Source], dict[str, Candidate]]:
    """What the browsers of a computer remember: the sources, and the candidates by id."""
    sources, candidates = read_browsers(computer)
    return sources, {candidate.id: candidate for candidate in candidates}


def hosts_of(computer: SimulatedComputer, *hosts: str) -> dict[str, Candidate]:
    """The candidates, once all of these hosts were written by a browser that may still run."""

    def look() -> dict[str, Candidate] | None:
        _, candidates = found(computer)
        known = {host for candidate in candidates.values() for host in candidate.hosts}
        return candidates if known >= set(hosts) else None

    return eventually(look, "the browser's writing")


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of everything in a folder."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if not path.is_symlink()
    }


def test_chromium_is_read_while_it_runs_and_after(
    chromium: Callable[..., Chromium], computer: SimulatedComputer, pages: Pages
) -> None:
    """Chromium's visits of seller pages, and of no other or framed one, are found while it runs and unchanged after."""
    browser = chromium()
    browser.visit("news.example.com", f"/frames/seller.shopee.sg:{pages.port}")
    for host in (STORE, JAPAN, *ELSEWHERE, WALMART):
        browser.visit(host, "/orders?id=secret")
    running = hosts_of(computer, STORE, JAPAN, WALMART)
    assert set(running) == {"chromium/Default/amazon", "chromium/Default/walmart"}
    assert set(running["chromium/Default/amazon"].hosts) == {STORE, JAPAN}
    assert "secret" not in repr(running)
    browser.close()
    before = state(browser.data)
    sources, after = found(computer)
    assert state(browser.data) == before
    assert after == running
    assert [(source.status, source.seen) for source in sources] == [("observed", 3)]
    (use,) = after["chromium/Default/amazon"].uses()
    assert (use.visits, 0 <= use.end - use.begin < HOUR, 0 < computer.now() - use.end < 2 * HOUR) == (2, True, True)


def test_each_chromium_profile_counts_for_itself(
    chromium: Callable[..., Chromium], computer: SimulatedComputer
) -> None:
    """Two profiles of one Chromium give candidates of their own, with the names their person gave them."""
    for profile, host in (("Default", STORE), ("Profile 1", JAPAN)):
        browser = chromium(profile)
        browser.visit(host)
        hosts_of(computer, host)
        browser.close()
    sources, candidates = found(computer)
    assert {name: set(one.hosts) for name, one in candidates.items()} == {
        "chromium/Default/amazon": {STORE},
        "chromium/Profile 1/amazon": {JAPAN},
    }
    assert all(f'"{candidate.name}"' in repr(sources) and candidate.name for candidate in candidates.values())


def test_firefox_is_read_while_it_runs_and_after(firefox: Callable[..., Firefox], computer: SimulatedComputer) -> None:
    """Firefox's visits of seller pages, and of no other or framed one, are found while it runs and unchanged after."""
    browser = firefox("shop")
    browser.visit("news.example.com", "/frames/seller.shopee.sg")
    for host in (STORE, *ELSEWHERE, WALMART):
        browser.visit(host, "/orders?id=secret")
    running = hosts_of(computer, STORE, WALMART)
    profile = browser.profile.name
    assert set(running) == {f"firefox/{profile}/amazon", f"firefox/{profile}/walmart"}
    assert {candidate.name for candidate in running.values()} == {"shop"}
    assert "secret" not in repr(running)
    browser.close()
    before = state(browser.data)
    _, after = found(computer)
    assert state(browser.data) == before
    assert after == running
    assert {candidate.confidence for candidate in after.values()} == {"probable"}


def test_a_suspended_seller_recovers_by_commands(chromium: Callable[..., Chromium], tmp_path: Path) -> None:
    """From a real profile the command shows what it found, and records it once under the accounts named."""
    browser = chromium()
    for host in (STORE, JAPAN):
        browser.visit(host)
    hosts_of(SimulatedComputer(tmp_path, "linux"), STORE, JAPAN)
    browser.close()
    with sqlite3.connect(browser.data / "Default" / "History") as history:
        history.execute("UPDATE visits SET visit_time = visit_time - ?", (2 * HOUR,))
    history.close()

    def command(*words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "isolation", "--format", "json", *words], capture_output=True, timeout=120,
            check=False, stdin=subprocess.DEVNULL, env=os.environ | {"HOME": str(tmp_path / "user")},
        )  # fmt: skip
        assert b"Traceback" not in done.stderr
        return json.loads(done.stdout)

    shown = command("recover")
    assert (shown["recorded"], [one["id"] for one in shown["candidates"]]) == (0, ["chromium/Default/amazon"])
    words = [
        word
        for host, account in ((STORE, "amazon:store-us"), (JAPAN, "amazon:store-jp"))
        for word in ("--account", f"chromium/Default/amazon/{host}={account}")
    ]
    assert command("recover", *words, "--dry-run")["recorded"] == 0
    assert (command("recover", *words)["recorded"], command("recover", *words)["duplicates"]) == (2, 2)
    audit = command("audit")
    assert (audit["sessions"], audit["coverage"]["provenance"]["imported"]) == (2, 2)
    together = [one for one in audit["findings"] if one["rule"] == "shared-device"]
    assert {(tuple(one["accounts"]), one["confidence"]) for one in together} == {
        (("amazon:store-jp", "amazon:store-us"), "probable")
    }
