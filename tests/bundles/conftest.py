"""Both verifiers, side by side, and ledgers to make bundles of."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from isolation.ledger import Ledger
from isolation.ledger.bundle import BundleResult, NotABundle, verify_bundle
from isolation.model import Reading, Session
from isolation.policy import Policy
from isolation.reports.bundle import Bundle, Request, make_bundle

NOON = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z
HOUR = 3_600_000_000
TOOL = Path(__file__).parents[2] / "tools" / "verify_bundle.py"

INTACT, DAMAGED, NO_BUNDLE = 0, 3, 2
UNVERIFIED = 10  # intact, but nobody knows who made its time stamps


class Judged(NamedTuple):
    """What the verifiers said: exit code, numbers of the account that are missing, and the first one's problem."""

    code: int
    missing: list[tuple[str, int, int]]
    problem: str


@pytest.fixture(scope="session")
def second() -> ModuleType:
    """The second verifier as a module, for more cases than processes could be started for."""
    spec = importlib.util.spec_from_file_location("verify_bundle", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def first_verdict(data: bytes) -> tuple[int, BundleResult | None]:
    """The program's own verdict on a file's bytes, as the exit code of `isolation verify`."""
    try:
        result = verify_bundle(data)
    except NotABundle:
        return NO_BUNDLE, None
    return (INTACT if result.intact else DAMAGED), result


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[bytes], Judged]:
    """Has a file's bytes verified by both, the second as a process of its own, and requires one verdict."""

    def run(data: bytes) -> Judged:
        code, result = first_verdict(data)
        path = tmp_path / "judged.bundle"
        path.write_bytes(data)
        done = subprocess.run([sys.executable, TOOL, "--json", path], capture_output=True, timeout=60, check=False)
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        problem = result.problems[0][1] if result is not None and result.problems else ""
        stamped = code == INTACT and result is not None and bool(result.anchors)
        assert done.returncode == (UNVERIFIED if stamped else code), (problem, done.stdout)
        missing = list(result.missing) if result is not None else []
        if code == INTACT:
            verdict = json.loads(done.stdout)
            assert result is not None
            assert result.checkpoint is not None
            assert result.key is not None
            assert [tuple(run) for run in verdict["missing"]] == missing
            assert verdict["root"] == result.checkpoint.root.hex()
            assert verdict["fingerprint"] == result.key.fingerprint()
        return Judged(code, missing, problem)

    return run


Judge = Callable[[bytes], Judged]


def seen(fact: str, value: str, confidence: str = "certain") -> Reading:
    """An identifying reading."""
    return Reading(fact, "observed", value, source="test", identifying=True, confidence=confidence)  # type: ignore[arg-type]


DEVICE = seen("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480")
ROUTER = seen("gateway_mac", "3C-37-86-5D-75-D4")
OTHERS_ROUTER = seen("gateway_mac", "3C-37-86-AA-BB-CC")
OTHERS_ADDRESS = seen("public_ip", "2a02:8108:99:77::5")
OTHERS_DEVICE = seen("device_id", "99887766554433221100ffeeddccbbaa")
ADDRESS = seen("public_ip", "9.9.9.9")
LI, WU = "Lisbeth Ahlgren", "Wu Zhenhua"


def fill(ledger: Ledger) -> None:
    """Two accounts that share a router, one of them also used elsewhere, and one that shares nothing."""
    with ledger.writing() as log:
        log.add_policy('[policy]\nblock_at = "high"\n')
        log.add_baseline(("Kiosk-Nord", "plum-garden"), "a test")
        first = log.add_session(Session("Plum-Garden", NOON, operator=LI, readings=(DEVICE, ROUTER, ADDRESS)))
        log.add_session(
            Session("Kiosk-Nord", NOON + HOUR, operator=WU, readings=(OTHERS_DEVICE, ROUTER, OTHERS_ADDRESS),
                    forced="a word about Kiosk-Nord", machine=f"laptop of {WU}")
        )  # fmt: skip
    with ledger.writing() as log:
        log.add_end(first, NOON + HOUR)
        log.add_session(Session("Zebra-Outlet", NOON + HOUR, readings=(OTHERS_ROUTER, OTHERS_ADDRESS)))
        log.add_session(
            Session("plum-garden", NOON + 2 * HOUR, channel="api", readings=(ROUTER,), forced="Kiosk-Nord is closed")
        )
        log.add_session(Session("plum-garden", NOON + 3 * HOUR, readings=(ROUTER,), refused=True, operator=WU))


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    """The ledger of `fill`, its keys in a file."""
    fill(ledger)
    return ledger


Make = Callable[..., Bundle]


@pytest.fixture
def make(full: Ledger) -> Make:
    """Makes a bundle of that ledger."""

    def run(account: str = "plum-garden", policy: Policy | None = None, **request: object) -> Bundle:
        return make_bundle(full, policy or Policy(), Request(account, **request))  # type: ignore[arg-type]

    return run
