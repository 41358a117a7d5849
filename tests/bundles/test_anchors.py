"""Time stamps in bundles of another maker, honest and forged: both verifiers find what does not hold.

Nobody signed these time stamps: who made one is not theirs to say. tests/anchors has those of a real authority.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from isolation.cli.entry import main

from .conftest import DAMAGED, INTACT, TOOL, UNVERIFIED, Judge, first_verdict
from .forge import (
    KEY,
    NOON,
    ORIGIN,
    OWN,
    Document,
    Log,
    canonical,
    der,
    note,
    response,
    sha256,
    signature_line,
    six_entries,
    text,
)
from .test_agreement import disturb, verdicts
from .test_signers import OLD, OLDER, chain

SECOND = 1_000_000


def stamped() -> Log:
    """Six entries, a time stamp over them, a session, and a second time stamp over those eight."""
    made = six_entries()
    made.anchor()
    made.session(4)
    made.anchor(before=6)
    return made


SHOWN, ANCHORS = (*OWN, 7), (6, 8)


def with_anchor(**anchor: Any) -> bytes:
    """A bundle of six entries and one time stamp, as it is logged and signed."""
    made = six_entries()
    index = made.anchor(**anchor)
    return made.bundle(OWN, anchors=(index,))


def test_time_stamps_of_another_maker_hold(judge: Judge) -> None:
    """Time stamps written from the documentation alone verify, and bound the entries that are shown."""
    data = stamped().bundle(SHOWN, anchors=ANCHORS)
    assert judge(data)[:2] == (INTACT, [])
    result = first_verdict(data)[1]
    assert result is not None
    told = result.intervals()
    assert [(one.entry, one.size, one.time) for one in told.anchors] == [(6, 6, NOON), (8, 8, NOON)]
    for entry in OWN:
        assert (told.of(entry).after, told.of(entry).by) == (None, NOON + SECOND)
    assert (told.of(7).after, told.of(7).by) == (NOON, NOON + SECOND)
    assert (told.of(8).after, told.of(8).by) == (NOON, None)


@pytest.mark.parametrize("before", range(1, 20))
def test_time_stamps_in_logs_of_every_size_hold(judge: Judge, before: int) -> None:
    """Wherever a time stamp stands, and whatever follows it, its proofs are those of RFC 6962."""
    made = Log()
    for number in range(1, before + 1):
        made.session(number)
    index = made.anchor()
    for number in range(before + 1, before + 1 + before % 5):
        made.session(number)
    assert judge(made.bundle((0,), anchors=(index,))).code == INTACT


def open_of(document: Document, number: int = 0) -> Document:
    """What a time stamp tells."""
    told: Document = document["statement"]["anchors"][number]["body"]["open"]
    return told


def exchange(document: Document, key: str) -> None:
    """Exchanges what two time stamps tell under a key."""
    first, second = open_of(document, 0), open_of(document, 1)
    first[key], second[key] = second[key], first[key]


# Of what is signed and logged: none of it can change afterwards.
CHANGED: dict[str, Callable[[Document], object]] = {
    "no proofs": lambda d: d.pop("anchor_proofs"),
    "no time stamps": lambda d: d["statement"].pop("anchors"),
    "neither": lambda d: (d.pop("anchor_proofs"), d["statement"].pop("anchors")),
    "empty lists": lambda d: (d["anchor_proofs"].clear(), d["statement"]["anchors"].clear()),
    "a proof too few": lambda d: d["anchor_proofs"].pop(),
    "a proof too many": lambda d: d["anchor_proofs"].append(d["anchor_proofs"][0]),
    "proofs exchanged": lambda d: d["anchor_proofs"].reverse(),
    "inclusion cut": lambda d: d["anchor_proofs"][0]["inclusion"].pop(),
    "inclusion extended": lambda d: d["anchor_proofs"][0]["inclusion"].append(text(bytes(32))),
    "consistency cut": lambda d: d["anchor_proofs"][0]["consistency"].pop(),
    "consistency cut in front": lambda d: d["anchor_proofs"][0]["consistency"].pop(0),
    "consistency extended": lambda d: d["anchor_proofs"][0]["consistency"].append(text(bytes(32))),
    "consistency extended in front": lambda d: d["anchor_proofs"][0]["consistency"].insert(0, text(bytes(32))),
    "consistency turned round": lambda d: d["anchor_proofs"][0]["consistency"].reverse(),
    "consistency empty": lambda d: d["anchor_proofs"][0]["consistency"].clear(),
    "consistency of another": lambda d: d["anchor_proofs"][0].update(consistency=d["anchor_proofs"][1]["consistency"]),
    "a hash cut short": lambda d: d["anchor_proofs"][1]["consistency"].__setitem__(0, text(bytes(31))),
    "a proof with more": lambda d: d["anchor_proofs"][0].update(more=[]),
    "a proof without one": lambda d: d["anchor_proofs"][0].pop("inclusion"),
    "a proof that is no object": lambda d: d["anchor_proofs"].__setitem__(0, []),
    "time stamps exchanged": lambda d: d["statement"]["anchors"].reverse(),
    "what was asked exchanged": lambda d: exchange(d, "response"),
    "checkpoints exchanged": lambda d: exchange(d, "checkpoint"),
    "another authority": lambda d: open_of(d).update(authority="https://other.example/"),
    "a chain claimed": lambda d: open_of(d).update(chain=True),
    "another time of logging": lambda d: open_of(d).update(logged=1),
    "another entry before": lambda d: open_of(d, 1).update(before=5),
    "another index": lambda d: d["statement"]["anchors"][0].update(index=5),
    "another version": lambda d: d["statement"]["anchors"][0]["body"].update(v=2),
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_changed_time_stamp_is_found(case: str, judge: Judge) -> None:
    """Time stamps and their proofs belong to one bundle and to no other."""
    document = stamped().document(SHOWN, anchors=ANCHORS)
    CHANGED[case](document)
    assert judge(canonical(document)).code == DAMAGED


# What the holder of the key could log and sign, of a statement's time stamps.
LOGGED: dict[str, Callable[[Document], object]] = {
    "an empty list": lambda s: s["anchors"].clear(),
    "no list": lambda s: s.update(anchors={}),
    "null": lambda s: s.update(anchors=None),
    "one twice": lambda s: s["anchors"].insert(0, s["anchors"][0]),
    "in another order": lambda s: s["anchors"].reverse(),
    "newer than the statement": lambda s: s.update(size=8, omitted=s["omitted"] | {"entries": 3}),
    "a session for one": lambda s: s["anchors"].__setitem__(
        0, {name: s["entries"][0][name] for name in ("body", "index")}
    ),
    "another index": lambda s: s["anchors"][0].update(index=5),
    "a true index": lambda s: s["anchors"][0].update(index=True),
    "a further member": lambda s: s["anchors"][0].update(opened={}),
}


@pytest.mark.parametrize("case", LOGGED)
def test_time_stamps_that_cannot_be_are_found(case: str, judge: Judge) -> None:
    """A statement whose time stamps are not in the log, not in order or not there is found, though it is signed."""
    data = stamped().bundle(SHOWN, anchors=ANCHORS, before=LOGGED[case], after=lambda d: d.setdefault(
        "anchor_proofs", []))  # fmt: skip
    assert judge(data).code == DAMAGED


def six(size: int = 6) -> str:
    """What is signed of the six entries, or of the first of them."""
    return six_entries().checkpoint(size)


def own_signature(body: str, *lines: str) -> str:
    """A note with the log's own signature and more lines."""
    return note(body) + "".join(lines)


NOTES: dict[str, str] = {
    "signed by a stranger": note(six(), b"s" * 32),
    "signed by a stranger too": own_signature(six(), signature_line(six(), "witness.example", b"w" * 32)),
    "signed twice": own_signature(six(), signature_line(six())),
    "not signed": six(),
    "a signature of other bytes": f"{six()}\n{signature_line(six(5))}",
    "of another log": six().replace(ORIGIN, "isolation/other") + "\n" + signature_line(six(), "isolation/other"),
    "of another log, under this one's name": note(six().replace(ORIGIN, "isolation/other")),
    "of an empty log": note(f"{ORIGIN}\n0\n{text(sha256(b''))}\n"),
    "of more entries than stand before it": note(six().replace("\n6\n", "\n7\n")),
    "of other entries": note(f"{ORIGIN}\n6\n{text(bytes(32))}\n"),
    "of fewer entries with the root of all": note(six().replace("\n6\n", "\n5\n")),
    "with a leading zero": note(six().replace("\n6\n", "\n06\n")),
    "with a further line": note(six() + "more\n"),
    "with control characters": note(six()).replace("\n", "\r\n"),
    "nothing": "",
}


@pytest.mark.parametrize("case", NOTES)
def test_a_time_stamp_over_anything_else_is_found(case: str, judge: Judge) -> None:
    """A genuine imprint of what is no checkpoint of this log's beginning says nothing of it."""
    assert judge(with_anchor(signed=NOTES[case])).code == DAMAGED


def accuracy(*parts: bytes) -> bytes:
    """Accuracy ::= SEQUENCE { seconds INTEGER, millis [0], micros [1] }."""
    return der(0x30, *parts)


def tokens() -> dict[str, tuple[bytes, tuple[int, int] | None]]:
    """Responses over the checkpoint of six entries; each with its bounds (µs after NOON), None where it is none."""
    imprint = sha256(note(six()).encode())
    whole = response(imprint)
    return {
        "to the second": (whole, (0, SECOND)),
        "with tenths": (response(imprint, b"20260921141320.5Z"), (500_000, 600_000)),
        "with microseconds": (response(imprint, b"20260921141320.000001Z"), (1, 2)),
        "with nanoseconds": (response(imprint, b"20260921141320.000001999Z"), (1, 2)),
        "with accuracy": (
            response(imprint, b"20260921141320Z", accuracy(der(2, b"\1"), der(0x80, b"\2"), der(0x81, b"\3"))),
            (-1_002_003, 2_002_003),
        ),
        "with no accuracy": (response(imprint, b"20260921141320Z", accuracy()), (0, SECOND)),
        "with ordering": (response(imprint, b"20260921141320Z", der(1, b"\xff")), (0, SECOND)),
        "the last second but one of year 9999": (
            response(imprint, b"99991231235958Z"),
            (253_402_300_798 * SECOND - NOON, 253_402_300_799 * SECOND - NOON),
        ),
        "the first second of year 1": (
            response(imprint, b"00010101000000Z"),
            (-62_135_596_800 * SECOND - NOON, -62_135_596_799 * SECOND - NOON),
        ),
        "the last second of year 9999": (response(imprint, b"99991231235959Z"), None),
        "beyond year 9999": (response(imprint, b"99991231235959Z", accuracy(der(2, b"\1"))), None),
        "before year 1": (response(imprint, b"00010101000000Z", accuracy(der(2, b"\1"))), None),
        "in year 0": (response(imprint, b"00000101000000Z"), None),
        "an accuracy of ages": (response(imprint, b"20260921141320Z", accuracy(der(2, b"\x7f" * 90))), None),
        "a negative accuracy": (response(imprint, b"20260921141320Z", accuracy(der(2, b"\xff"))), None),
        "an accuracy of another kind": (response(imprint, b"20260921141320Z", accuracy(der(0x82, b"\1"))), None),
        "without a zone": (response(imprint, b"20260921141320"), None),
        "in another zone": (response(imprint, b"20260921141320+0100"), None),
        "to the minute": (response(imprint, b"202609211413Z"), None),
        "a fraction that ends in zero": (response(imprint, b"20260921141320.50Z"), None),
        "a fraction of nothing": (response(imprint, b"20260921141320.Z"), None),
        "with a comma": (response(imprint, b"20260921141320,5Z"), None),
        "with a space": (response(imprint, b"2026092114132 Z"), None),
        "with a newline": (response(imprint, b"20260921141320Z\n"), None),
        "with other digits": (response(imprint, "2026092114132²Z".encode()), None),
        "of a day that is none": (response(imprint, b"20260230141320Z"), None),
        "in hour 24": (response(imprint, b"20260921241320Z"), None),
        "in second 60": (response(imprint, b"20260921141360Z"), None),
        "of other data": (response(sha256(b"other")), None),
        "of the checkpoint without its signature": (response(sha256(six().encode())), None),
        "of a digest cut short": (response(imprint[:-1]), None),
        "of another algorithm": (response(imprint, algorithm=bytes.fromhex("608648016503040202")), None),
        "cut short": (whole[:-1], None),
        "with something after it": (whole + b"\0", None),
        "empty": (b"", None),
        "in indefinite length": (b"\x30\x80" + whole[4:] + b"\0\0", None),
        "in a long length": (b"\x30\x84" + (len(whole) - 2).to_bytes(4, "big") + whole[2:], (0, SECOND)),
        "in a length too long": (b"\x30\x85" + (len(whole) - 2).to_bytes(5, "big") + whole[2:], None),
        "with more members than are read": (response(imprint, b"20260921141320Z", *[der(5)] * 100), None),
        "with as many as are read": (response(imprint, b"20260921141320Z", *[der(5)] * 95), (0, SECOND)),
        "too large": (response(imprint, b"20260921141320Z", *[der(4, bytes(60_000))] * 5), None),
    }


@pytest.mark.parametrize("case", tokens())
def test_what_a_time_stamp_states_is_read_in_one_way(case: str, judge: Judge, second: ModuleType) -> None:
    """Both verifiers read the same moments, or both find that it is none."""
    token, bounds = tokens()[case]
    data = with_anchor(token=token)
    assert judge(data).code == (DAMAGED if bounds is None else INTACT)
    if bounds is not None:
        result = first_verdict(data)[1]
        assert result is not None
        (anchor,) = result.anchors
        assert (anchor.since - NOON, anchor.until - NOON) == bounds
        (other,) = second.verify(data)["time_stamps"]
        assert (other["after"] - NOON, other["by"] - NOON) == bounds


@pytest.mark.parametrize(("time", "by"), [
    (b"00010101000000Z", "0001-01-01T00:00:01Z"), (b"99991231235958Z", "9999-12-31T23:59:59Z"),
])  # fmt: skip
def test_strange_moments_and_authorities_are_printed(
    time: bytes, by: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stranger's time stamp of any year, from an address that is none, is told in words and as a document."""
    path = tmp_path / "strange.bundle"
    token = response(sha256(note(six()).encode()), time)
    path.write_bytes(with_anchor(token=token, authority="\u001b[31mhttps://tsa.example/\n\u202e"))
    assert main(["verify", str(path)]) == UNVERIFIED
    told = capsys.readouterr().out
    assert by in told
    assert "\u001b" not in told
    assert "\u202e" not in told
    assert main(["--format", "json", "verify", str(path)]) == UNVERIFIED
    assert json.loads(capsys.readouterr().out)["time_stamps"][0]["by"] == by
    done = subprocess.run([sys.executable, TOOL, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (UNVERIFIED, "")
    assert "\u001b" not in done.stdout


TOLD: dict[str, dict[str, object]] = {
    "no authority": {"authority": None}, "no word on the chain": {"chain": 1}, "no response": {"response": None},
    "a response that is not base64": {"response": "?"}, "no checkpoint": {"checkpoint": 7}, "more": {"more": 1},
    "an entry before it that comes after": {"before": 6}, "an entry before it that is the first": {"before": 0},
    "a negative entry before it": {"before": -1}, "a true entry before it": {"before": True},
    "of an entry": {"of": 1}, "a time that is a text": {"logged": "1"},
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_a_time_stamp_of_another_form_is_found(case: str, judge: Judge) -> None:
    """What a time stamp's entry tells has one form, with no room for a word about anybody."""
    assert judge(with_anchor(**TOLD[case])).code == DAMAGED


def test_a_time_stamp_that_commits_to_fields_is_found(judge: Judge) -> None:
    """No sealed field goes along with a time stamp."""
    made = six_entries()
    index = made.anchor()
    made.bodies[index]["sd"] = {"account": text(bytes(32))}
    assert judge(made.bundle(OWN, anchors=(index,))).code == DAMAGED


def test_an_earlier_key_of_the_log_may_have_signed(judge: Judge) -> None:
    """A time stamp from before the keys were rotated holds where its key is among the signers, and only there."""
    for seed, code in ((KEY, INTACT), (OLD, INTACT), (OLDER, INTACT), (b"s" * 32, DAMAGED)):
        made = six_entries()
        index = made.anchor(note(six(), seed))
        assert judge(made.bundle(OWN, anchors=(index,), before=lambda s: s.update(signers=chain()))).code == code
        only = INTACT if seed == KEY else DAMAGED
        assert judge(made.bundle(OWN, anchors=(index,))).code == only


@pytest.mark.parametrize("seed", range(4))
def test_both_say_the_same_of_any_time_stamp(second: ModuleType, seed: int) -> None:
    """Whatever is changed about time stamps, before or after signing, the verdicts agree."""
    drawn = random.Random(seed)
    counted = {INTACT: 0, DAMAGED: 0}

    def change(statement: Document) -> None:
        for _ in range(drawn.randint(0, 2)):
            disturb(statement["anchors"], drawn)

    for _ in range(60):
        try:
            data = stamped().bundle(SHOWN, anchors=ANCHORS, before=change)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            continue  # such a statement cannot even be proved
        code, other = verdicts(second, data)
        assert code == other
        counted[code] += 1
        document = stamped().document(SHOWN, anchors=ANCHORS)
        disturb({"proofs": document["anchor_proofs"], "anchors": document["statement"]["anchors"]}, drawn)
        assert verdicts(second, canonical(document)) == (DAMAGED, DAMAGED) or canonical(document) == canonical(
            stamped().document(SHOWN, anchors=ANCHORS)
        )
    assert all(counted.values())


@pytest.mark.parametrize("seed", range(4))
def test_both_read_the_same_of_any_bytes(second: ModuleType, seed: int) -> None:
    """A response with any of its bytes changed, logged and signed so, gets one verdict and one pair of moments."""
    drawn = random.Random(seed)
    good = bytearray(response(sha256(note(six()).encode()), b"20260921141320.5Z", accuracy(der(2, b"\1"))))
    counted = {INTACT: 0, DAMAGED: 0}
    for _ in range(150):
        token = bytearray(good)
        for _ in range(drawn.randint(1, 2)):
            token[drawn.randrange(len(token))] = drawn.choice((drawn.randrange(256), 0x30, 0x80, 0x81, 0, 0x31, 0x39))
        data = with_anchor(token=bytes(token))
        code, other = verdicts(second, data)
        assert code == other
        counted[code] += 1
        if code == INTACT:
            result = first_verdict(data)[1]
            assert result is not None
            (told,) = second.verify(data)["time_stamps"]
            assert [(one.since, one.until) for one in result.anchors] == [(told["after"], told["by"])]
    assert all(counted.values())


def test_every_flipped_bit_of_the_new_parts_is_found(second: ModuleType) -> None:
    """No bit of a time stamp, of its proofs, or of the names of both can change unnoticed by either verifier."""
    made = six_entries()
    data = made.bundle((1,), anchors=(made.anchor(),))
    statement = data.index(b'"statement"')
    ends = data.index(b'"disclosed"', statement)
    proofs = range(data.index(b'"anchor_proofs"'), data.index(b'"checkpoint"'))
    for at in (*proofs, *range(data.index(b'"anchors"', statement), ends)):
        for bit in range(8):
            flipped = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            assert verdicts(second, flipped) == (DAMAGED, DAMAGED)
