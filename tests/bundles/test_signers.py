"""Bundles of a log whose keys were rotated: each key vouches for the next, and both verifiers say the same."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from isolation.ledger import Ledger
from isolation.ledger.checkpoint import parse_note
from isolation.ledger.proofs import signed_checkpoint
from isolation.ledger.rotating import rotate
from isolation.ledger.stored_checkpoint import compare_bundle
from isolation.model import Session
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle

from .conftest import DAMAGED, DEVICE, INTACT, NOON, Judge, first_verdict
from .forge import KEY, ORIGIN, OWN, Document, canonical, six_entries, text, vkey

OLD, OLDER = (hashlib.sha256(name).digest() for name in (b"an old key", b"an older key"))


def vouched(by: bytes, since: int, seed: bytes, origin: str = ORIGIN) -> str:
    """What a key says of the one after it, written from docs/bundles.md alone."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    lines = ("isolation/rotate/1", origin, str(since), base64.b64encode(public).decode())
    return text(Ed25519PrivateKey.from_private_bytes(by).sign("".join(f"{line}\n" for line in lines).encode()))


def chain() -> list[Document]:
    """Three keys, the last of which signs."""
    return [
        {"key": vkey(seed=OLDER), "since": 0, "vouch": None},
        {"key": vkey(seed=OLD), "since": 2, "vouch": vouched(OLDER, 2, OLD)},
        {"key": vkey(), "since": 4, "vouch": vouched(OLD, 4, KEY)},
    ]


def judged_with(judge: Judge, signers: object) -> int:
    """What both say of a bundle whose statement, logged and signed, has these signers."""
    return judge(six_entries().bundle(OWN, before=lambda statement: statement.update(signers=signers))).code


def test_a_chain_of_another_maker_holds(judge: Judge) -> None:
    """One key, and three of which each vouches for the next, written from the documentation alone, verify."""
    assert judged_with(judge, chain()) == INTACT
    assert judged_with(judge, [{"key": vkey(), "since": 0, "vouch": None}]) == INTACT


WRONG: dict[str, Callable[[list[Document]], object]] = {
    "nobody": lambda signers: signers.clear(),
    "the last is another": lambda signers: signers.pop(),
    "the first is missing": lambda signers: signers.pop(0),
    "one in the middle is missing": lambda signers: signers.pop(1),
    "in another order": lambda signers: signers.reverse(),
    "one twice": lambda signers: signers.insert(1, signers[1]),
    "vouched for another place": lambda signers: signers[1].update(since=3),
    "vouched for by its own key": lambda signers: signers[2].update(vouch=vouched(KEY, 4, KEY)),
    "vouched for in another log": lambda signers: signers[1].update(vouch=vouched(OLDER, 2, OLD, ORIGIN[:-1] + "0")),
    "not vouched for": lambda signers: signers[1].update(vouch=None),
    "the first is vouched for": lambda signers: signers[0].update(vouch=signers[1]["vouch"]),
    "the first comes late": lambda signers: signers[0].update(since=1),
    "the last after the statement": lambda signers: signers[2].update(since=6, vouch=vouched(OLD, 6, KEY)),
    "of another log": lambda signers: signers[0].update(key=vkey(ORIGIN[:-1] + "0", OLDER)),
    "no signature": lambda signers: signers[1].update(vouch="AAAA"),
    "no base64": lambda signers: signers[1].update(vouch="?"),
    "no key": lambda signers: signers[1].update(key="x"),
    "a further member": lambda signers: signers[1].update(more=1),
    "a member less": lambda signers: signers[1].pop("since"),
    "a place that is a truth value": lambda signers: signers[0].update(since=False),
    "no object": lambda signers: signers.append([]),  # type: ignore[arg-type]  # what is wrong with it
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_chain_that_does_not_hold_is_damage(judge: Judge, wrong: str) -> None:
    """A chain with a gap, another order, place, log or key, logged and signed as it is, is found by both."""
    signers = chain()
    WRONG[wrong](signers)
    assert judged_with(judge, signers) == DAMAGED
    assert judged_with(judge, {"x": signers}) == DAMAGED
    assert judged_with(judge, None) == DAMAGED


@pytest.fixture
def rotated(home: Path) -> tuple[bytes, bytes, bytes]:
    """A bundle and a checkpoint from before two rotations, and a bundle from after."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file") as ledger:
        with ledger.writing() as log:
            log.add_session(Session("store-a", NOON, readings=(DEVICE,)))
        before = make_bundle(ledger, Policy(), Request(account="store-a")).data
        note = signed_checkpoint(ledger)[1].encode()
        rotate(ledger)
        with ledger.writing() as log:
            log.add_session(Session("store-a", NOON + 1, readings=(DEVICE,)))
        rotate(ledger)
        return before, note, make_bundle(ledger, Policy(), Request(account="store-a")).data


def test_bundles_from_before_and_after(rotated: tuple[bytes, bytes, bytes], judge: Judge) -> None:
    """A bundle from before still verifies and names its one key; one from after names three, oldest first."""
    before, _, after = rotated
    assert judge(before).code == INTACT
    assert judge(after).code == INTACT
    old, new = (json.loads(data)["statement"] for data in (before, after))
    assert "signers" not in old
    assert [one["since"] for one in new["signers"]] == [0, 3, 5]
    assert new["signers"][0]["key"] == old["key"]
    assert new["signers"][-1]["key"] == new["key"] != old["key"]


def test_a_kept_checkpoint_of_an_earlier_signer(rotated: tuple[bytes, bytes, bytes]) -> None:
    """Held against a bundle from after, a checkpoint of the old key is of the same log, not of an unknown key."""
    before, note, after = rotated
    for data, state in ((before, "consistent"), (after, "unknown")):  # of another size: only the ledger can tell
        result = first_verdict(data)[1]
        assert result is not None
        assert compare_bundle(result, parse_note(note)).state == state


def test_every_flip_is_found(rotated: tuple[bytes, bytes, bytes], second: ModuleType) -> None:
    """No byte of a bundle of a rotated log can change unnoticed by either verifier."""
    data = rotated[2]
    dice = random.Random(5)
    start = data.index(b'"signers"')
    places = [*range(start, data.index(b"]", start)), *dice.sample(range(len(data)), 300)]
    for at in places:
        changed = data[:at] + bytes((data[at] ^ 1 << dice.randrange(8),)) + data[at + 1 :]
        assert first_verdict(changed)[0] != INTACT
        with pytest.raises((second.Damaged, second.NotABundle)):
            second.verify(changed)
    assert canonical(json.loads(data)) == data
