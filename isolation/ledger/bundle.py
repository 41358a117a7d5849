"""Proof bundles: chosen fields of chosen entries, verified with nothing but the bundle (docs/bundles.md).

A bundle is one canonical JSON object. Its `statement` is all that it says; the digest of that stands in an entry of
the log, `report`; entries and report are proved to be in the tree whose root the checkpoint signs. So no byte of a
bundle can change without the verification noticing.
"""

from __future__ import annotations

from itertools import pairwise

from isolation.digests import sha256
from isolation.ledger.anchors import Intervals
from isolation.ledger.bundle_anchors import ANCHOR, ANCHOR_PROOF, BadAnchor, proved_anchors
from isolation.ledger.canonical import NotCanonical, decode, encode
from isolation.ledger.checkpoint import BadCheckpoint, parse_key, parse_note, require_signed, require_vouched
from isolation.ledger.entry import commitment, from_base64, to_base64
from isolation.ledger.merkle import BadProof, leaf_hash, verify_inclusion
from isolation.ledger.sequences import Sequences
from isolation.ledger.shape import (
    Misshapen,
    anything,
    exactly,
    fields_of,
    is_count,
    is_hash,
    is_integer,
    is_nothing,
    is_text,
    require,
)
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger.anchors import Anchor
    from isolation.ledger.checkpoint import Checkpoint, VerifierKey
    from isolation.ledger.shape import Form

SCHEMA = "isolation.bundle/1"
LARGEST = 32 << 20  # bytes, which hold some 20,000 sessions
MOST_PARTS = LARGEST >> 3  # braces, brackets and commas: a stranger's file must not fill the memory once it is parsed
MOST_ENTRIES = LARGEST // 600  # more could not be shown: each takes more than that
_HASH_ROOM = 47  # bytes that a hash takes in a proof

PROVES = (
    message(
        "Each entry shown is in the log that the checkpoint stands for, at the place shown, and was not changed"
        " since the checkpoint was signed."
    ),
    message("Each value shown is the one that its entry commits to."),
    message(
        "Nothing in this bundle was changed, added or left out since it was made; the log holds an entry of its making."
    ),
    message("The checkpoint was signed with the key whose fingerprint is shown."),
)
# What a bundle with time stamps proves beside that.
PROVES_STAMPED = message(
    "Each time stamp shown is over the beginning of this log and stands in it: what it covers existed by its time, and"
    " what stands after it was logged after that, as far as its authority is right."
)
DOES_NOT_PROVE = (
    message("That no other ledger, device or network was used: a log holds only what was recorded in it or imported."),
    message("Who held the signing key: compare its fingerprint with the owner in another way."),
    message(
        "That what was recorded is true: an imported row is what another log says, a declared use what a person"
        " says, and every time is that of a clock which the owner sets."
    ),
    message(
        "That the log was not rewritten before the checkpoint was signed: only an older checkpoint or a time stamp that"
        " was kept elsewhere shows that."
    ),
    message(
        "What a platform saw: these are identifiers on the user's side, and a web page cannot read a MAC address or a"
        " BSSID."
    ),
    message("That nothing was removed from the end of the log after the checkpoint was signed."),
    message("That nobody was shown another version of this log: only a witness shows a fork."),
    message(
        "That these are all entries of the account: one left out in the middle shows, a last one left out does not."
    ),
    message(
        "That the findings are right or all there are: they are what the program found in the whole ledger, and most of"
        " what they rest on is not in this bundle."
    ),
)

_OPENED: Form = fields_of({"salt": is_hash, "value": anything})
_TIME: Form = (is_text, is_nothing)


def _entry(*kinds: str) -> dict[str, Form]:
    body: Form = {
        "kind": exactly(*kinds),
        "open": {"logged": is_integer, "of?": is_count},
        "sd": fields_of(is_hash),
        "v": exactly(1),
    }
    return {"body": body, "index": is_count, "opened": _OPENED}


_FINDING: Form = {
    "accounts": [is_text],
    "confidence": is_text,
    "fact": is_text,
    "first_seen": _TIME,
    "id": is_text,
    "last_seen": _TIME,
    "rule": is_text,
    "sessions": (is_count, is_nothing),
    "severity": is_text,
    "state": is_text,
    "value": (is_text, is_nothing),
}
_STATEMENT: Form = {
    "anchors?": [ANCHOR],
    "disclosed": [is_text],
    "does_not_prove": [is_text],
    "entries": [_entry("session", "end", "amend", "join", "observe", "index") | {"account?": is_text}],
    "findings": [_FINDING],
    "key": is_text,
    "key_store": is_text,
    "made_at": is_text,
    "omitted": {"entries": is_count, "erased": is_count, "findings": is_count, "sessions": is_count},
    "origin": is_text,
    "period": {"since": _TIME, "until": _TIME},
    "program": is_text,
    "proves": [is_text],
    "signers?": [{"key": is_text, "since": is_count, "vouch": (is_text, is_nothing)}],
    "size": is_count,
    "subject": {
        "account": ({"name": is_text, "spellings": [[is_text]]}, is_nothing),
        "operator": ({"name": is_text, "spellings": [is_text]}, is_nothing),
    },
}
_FORM: Form = {
    "anchor_proofs?": [ANCHOR_PROOF], "checkpoint": is_text, "proofs": [[is_hash]],
    "report": _entry("report") | {"proof": [is_hash]}, "schema": exactly(SCHEMA), "statement": _STATEMENT,
}  # fmt: skip

# Any of them makes a file one that should verify, so that a damaged bundle is told from no bundle.
_MARKS = (b'{"checkpoint":"', b'"schema":"isolation.bundle/', b'"statement":{')


class NotABundle(ValueError):
    """A file that is something else."""


class _Damaged(ValueError):
    def __init__(self, entry: int | None, text: str) -> None:
        super().__init__(text)
        self.entry = entry


class BundleResult(Value):
    """What verifying a bundle found.

    `problems` are pairs of the entry concerned (None where none is) and what is wrong; verifying stops at the first.
    `missing` are ranges of the account's own numbers, with the spelling they belong to, that no entry here has.
    `statement` is what the bundle says (None where it could not be read), `key` and `checkpoint` what signed it.
    `anchors` are the time stamps in it; who made them is not verified.
    """

    __slots__ = ("anchors", "checkpoint", "intact", "key", "missing", "problems", "report", "statement")
    intact: bool
    problems: tuple[tuple[int | None, str], ...]
    statement: dict[str, Any] | None
    checkpoint: Checkpoint | None
    key: VerifierKey | None
    report: int | None
    missing: tuple[tuple[str, int, int], ...]
    anchors: tuple[Anchor, ...]

    def __init__(
        self,
        problems: tuple[tuple[int | None, str], ...] = (),
        statement: dict[str, Any] | None = None,
        checkpoint: Checkpoint | None = None,
        key: VerifierKey | None = None,
        report: int | None = None,
        missing: tuple[tuple[str, int, int], ...] = (),
        anchors: tuple[Anchor, ...] = (),
    ) -> None:
        self._init(
            intact=not problems, problems=problems, statement=statement, checkpoint=checkpoint, key=key, report=report,
            missing=missing, anchors=anchors,
        )  # fmt: skip

    def intervals(self) -> Intervals:
        """After and by which moment each entry shown was logged, as the bundle's own time stamps tell."""
        return Intervals(self.anchors)


def verify_bundle(data: bytes) -> BundleResult:
    """Verifies a bundle's bytes. Needs neither ledger nor secret. Raises NotABundle."""
    if not within_bounds(data):
        raise NotABundle("it is larger than any bundle")
    if not any(mark in data for mark in _MARKS):
        raise NotABundle("it has none of a bundle's marks")
    statement = checkpoint = key = None
    try:
        document = _read(data)
        statement = document["statement"]
        checkpoint, key = _checkpoint(document)
        _sizes(document, checkpoint)
        _report(document, checkpoint)
        sequences = Sequences(statement["subject"])
        for entry, proof in zip(statement["entries"], document["proofs"], strict=True):
            _included(entry, proof, checkpoint)
            problem = sequences.add(entry)
            if problem:
                raise _Damaged(entry["index"], problem)
        outsider = sequences.outsider()
        if outsider is not None:
            raise _Damaged(outsider, "it does not show that it is of the operator")
        anchors = _anchors(document, checkpoint, key)
        return BundleResult((), statement, checkpoint, key, document["report"]["index"], sequences.missing(), anchors)
    except _Damaged as problem:
        return BundleResult(((problem.entry, str(problem)),), statement, checkpoint, key)


def proves(*, stamped: bool) -> tuple[str, ...]:
    """What an intact bundle proves, with time stamps in it or without, in sentences."""
    return (*PROVES, PROVES_STAMPED) if stamped else PROVES


def within_bounds(data: bytes, hashes: int = 0) -> bool:
    """Whether a file is no larger, and of no more parts, than a bundle may be; `hashes` more are to come in proofs."""
    parts = sum(map(data.count, (b"{", b"[", b",")))
    return len(data) + hashes * _HASH_ROOM <= LARGEST and parts + hashes <= MOST_PARTS


def _read(data: bytes) -> dict[str, Any]:
    try:
        document = decode(data)
        require(_FORM, document, message("the bundle"))
    except (NotCanonical, Misshapen) as problem:
        raise _Damaged(None, str(problem)) from None
    return document  # type: ignore[return-value]  # an object, by its form


def _checkpoint(document: dict[str, Any]) -> tuple[Checkpoint, VerifierKey]:
    statement = document["statement"]
    try:
        key = parse_key(statement["key"])
        note = parse_note(document["checkpoint"].encode())
        if not statement["origin"] == key.name == note.checkpoint.origin:
            raise BadCheckpoint("origin, key and checkpoint do not bear one name")
        if len(note.signatures) != 1:
            raise BadCheckpoint("it has more than the one signature of its log")
        require_signed(note, [key])
        _signers(statement, key)
    except BadCheckpoint as problem:
        raise _Damaged(None, message("the checkpoint: {problem}", problem=problem)) from None
    return note.checkpoint, key


def _signers(statement: dict[str, Any], key: VerifierKey) -> None:
    """Where the log's keys were rotated: that each key was vouched for by the one before. Raises BadCheckpoint."""
    before, since = None, -1
    for signer in statement.get("signers", ()):
        own = parse_key(signer["key"])
        if own.name != key.name or not since < signer["since"] < statement["size"]:
            raise BadCheckpoint("the keys that signed for this log are out of order")
        if (before is None) != (signer["vouch"] is None) or (before is None) != (signer["since"] == 0):
            raise BadCheckpoint("not each key but the first is vouched for")
        if before is not None:
            require_vouched(before, signer["since"], own.public, _signature(signer["vouch"]))
        before, since = own, signer["since"]
    if "signers" in statement and before != key:
        raise BadCheckpoint("the last of the keys that signed for this log is not the one that signed here")


def _signature(text: str) -> bytes:
    try:
        return from_base64(text)
    except NotCanonical as problem:
        raise BadCheckpoint(message("a key is not vouched for: {problem}", problem=problem)) from None


def _sizes(document: dict[str, Any], checkpoint: Checkpoint) -> None:
    statement, report = document["statement"], document["report"]["index"]
    indices = [entry["index"] for entry in statement["entries"]]
    if len(document["proofs"]) != len(indices):
        raise _Damaged(None, "there is not one proof for each entry")
    if any(first >= second for first, second in pairwise(indices)):
        raise _Damaged(None, "the entries are not in order, or one comes twice")
    if indices and indices[-1] >= statement["size"]:
        raise _Damaged(indices[-1], "it is newer than the statement")
    if not statement["size"] <= report < checkpoint.size:
        raise _Damaged(report, "the entry of the bundle's making is not between its statement and its checkpoint")
    if len(indices) + statement["omitted"]["entries"] != statement["size"]:
        raise _Damaged(None, "the entries shown and the entries omitted do not add up")
    account = statement["subject"]["account"]
    spellings = [text for group in account["spellings"] for text in group] if account is not None else []
    if len(set(spellings)) != len(spellings):
        raise _Damaged(None, "a spelling of the account stands twice")


def _report(document: dict[str, Any], checkpoint: Checkpoint) -> None:
    report = document["report"]
    _included(report, report["proof"], checkpoint)
    opened = report["opened"]
    if opened.keys() != report["body"]["sd"].keys() or not {"digest", "what"} <= opened.keys():
        raise _Damaged(report["index"], "the entry of the bundle's making is not opened whole")
    if opened["what"]["value"] != "bundle":
        raise _Damaged(report["index"], "it is not the entry of a bundle's making")
    if opened["digest"]["value"] != statement_digest(document["statement"]):
        raise _Damaged(report["index"], "the statement is not the one that was logged")


def _anchors(document: dict[str, Any], checkpoint: Checkpoint, key: VerifierKey) -> tuple[Anchor, ...]:
    try:
        return proved_anchors(document, checkpoint, key)
    except BadAnchor as problem:
        raise _Damaged(problem.entry, str(problem)) from None


def statement_digest(statement: dict[str, Any]) -> str:
    """SHA-256 of a statement's canonical bytes, in hex: what the log says of a bundle."""
    digest: str = sha256(encode(statement)).hexdigest()
    return digest


def _included(entry: dict[str, Any], proof: list[str], checkpoint: Checkpoint) -> None:
    """That the entry is in the tree, and that it commits to what is opened of it."""
    index = entry["index"]
    path = [from_base64(text) for text in proof]
    try:
        verify_inclusion(leaf_hash(encode(entry["body"])), index, checkpoint.size, path, checkpoint.root)
    except BadProof as problem:
        raise _Damaged(index, message("it is not proved to be in the log: {problem}", problem=problem)) from None
    commitments = entry["body"]["sd"]
    for name, opened in entry["opened"].items():
        made = commitment(from_base64(opened["salt"]), name, encode(opened["value"]))
        if commitments.get(name) != to_base64(made):
            raise _Damaged(index, message("the value shown for {name} is not the one it commits to", name=name))
