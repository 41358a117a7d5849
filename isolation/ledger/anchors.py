"""Time stamps in the log, and what they tell of every entry: after which moment and by which it was logged.

A time stamp over the first N entries, made at T, shows that they existed by T. It then stands in the log itself, as
entry K: whatever comes after it was logged after T, because nobody could know the time stamp before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter

from isolation.digests import sha256
from isolation.ledger.canonical import NotCanonical
from isolation.ledger.checkpoint import BadCheckpoint, parse_note, require_signed
from isolation.ledger.entry import from_base64, open_values, parse_body, to_base64
from isolation.ledger.timestamps import BadTimeStamp, read_time_stamp
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from isolation.ledger.canonical import Json
    from isolation.ledger.store import Ledger


class Anchor(Value):
    """A time stamp over a checkpoint, as an entry of the log holds it.

    `size` and `root` are the checkpoint's, `time` is what the authority stated and `since` and `until` its bounds (µs).
    `chain` tells whether its certificate led to a root that a person named. `before` is the entry of the anchor before
    it.
    """

    __slots__ = (
        "authority", "before", "chain", "checkpoint", "entry", "response", "root", "since", "size", "time", "until",
    )  # fmt: skip
    entry: int
    authority: str
    checkpoint: str
    response: bytes
    size: int
    root: bytes
    time: int
    since: int
    until: int
    chain: bool
    before: int | None

    def __init__(
        self, entry: int, authority: str, checkpoint: str, response: bytes, size: int, root: bytes, time: int,
        since: int, until: int, chain: bool, before: int | None,
    ) -> None:  # fmt: skip
        self._init(
            entry=entry, authority=authority, checkpoint=checkpoint, response=response, size=size, root=root,
            time=time, since=since, until=until, chain=chain, before=before,
        )  # fmt: skip


def told_of(authority: str, checkpoint: str, response: bytes, *, chain: bool, before: int | None) -> dict[str, Json]:
    """What the body of an anchor's entry holds for anybody to read."""
    return {
        "authority": authority, "before": before, "chain": chain, "checkpoint": checkpoint,
        "response": to_base64(response),
    }  # fmt: skip


def parse_anchor(told: Mapping[str, Any], entry: int) -> Anchor:
    """The anchor of an entry's open values. Raises ValueError, TypeError or KeyError for what cannot be one."""
    note = parse_note(told["checkpoint"].encode())
    response = from_base64(told["response"])
    stamp = read_time_stamp(response)
    if stamp.digest != sha256(told["checkpoint"].encode()).digest():
        raise BadTimeStamp("its time stamp is of other data than its checkpoint")
    before = told["before"]
    sound = before is None or (type(before) is int and 0 < before < entry)
    if not sound or type(told["chain"]) is not bool or type(told["authority"]) is not str:
        raise ValueError("it does not say whose it is")
    kept = note.checkpoint
    return Anchor(
        entry, told["authority"], told["checkpoint"], response, kept.size, kept.root, stamp.time, stamp.since,
        stamp.until, told["chain"], before,
    )  # fmt: skip


def anchors(ledger: Ledger) -> tuple[Anchor, ...]:
    """The ledger's anchors, oldest first. One that cannot be read, and those before it, are left to `verify`."""
    query = ledger.connection.execute
    found: list[Anchor] = []
    latest = query("SELECT latest FROM main.kinds WHERE kind = 'anchor'").fetchone()
    entry = latest[0] if latest is not None else None
    while entry is not None:
        try:
            body = query("SELECT body FROM main.entries WHERE i = ?", (entry,)).fetchone()[0]
            anchor = parse_anchor(open_values(parse_body(body)[1]), entry)
        except (ValueError, TypeError, KeyError, AttributeError):
            break
        found.append(anchor)
        entry = anchor.before
    return tuple(reversed(found))


_since, _until = attrgetter("since"), attrgetter("until")


class Interval(Value):
    """When an entry was logged: after and by which moment (µs), each None where no anchor tells, and which tell it."""

    __slots__ = ("after", "after_anchor", "by", "by_anchor")
    after: int | None
    by: int | None
    after_anchor: Anchor | None
    by_anchor: Anchor | None

    def __init__(
        self, after: int | None, by: int | None, after_anchor: Anchor | None = None, by_anchor: Anchor | None = None
    ) -> None:
        self._init(after=after, by=by, after_anchor=after_anchor, by_anchor=by_anchor)


class Intervals:
    """The logged interval of every entry, by the anchors that fit the ledger's tree."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self.anchors = tuple(anchors)
        # By the entries covered, each with the earliest moment of it and of all that cover more.
        covering = sorted(self.anchors, key=lambda anchor: anchor.size)
        self._sizes = [anchor.size for anchor in covering]
        self._by = covering[:]
        for place in range(len(covering) - 2, -1, -1):
            self._by[place] = min(covering[place], self._by[place + 1], key=_until)
        # By the entry they stand in, each with the latest moment of it and of all before.
        standing = sorted(self.anchors, key=lambda anchor: anchor.entry)
        self._entries = [anchor.entry for anchor in standing]
        self._after = standing[:]
        for place in range(1, len(standing)):
            self._after[place] = max(self._after[place - 1], standing[place], key=_since)

    def of(self, entry: int) -> Interval:
        """The interval of an entry."""
        covered, stood = bisect_right(self._sizes, entry), bisect_left(self._entries, entry + 1)
        by = self._by[covered] if covered < len(self._by) else None
        after = self._after[stood - 1] if stood else None
        return Interval(after.since if after is not None else None, by.until if by is not None else None, after, by)


def intervals(ledger: Ledger) -> Intervals:
    """The logged intervals of a ledger's entries. Anchors whose checkpoint is not of its tree are left out."""
    from isolation.ledger.proofs import StoredTree

    tree = StoredTree(ledger)
    return Intervals(one for one in anchors(ledger) if one.size <= one.entry and tree.root(one.size) == one.root)


def check_anchors(
    ledger: Ledger, told: Mapping[int, Mapping[str, Any]], report: Callable[[int | None, str], None]
) -> None:
    """Reports what is wrong with the anchors of these open values, by entry; the tree was checked before.

    Who made a time stamp is not verified here: `openssl ts -verify` does, from the files of `anchor --keep`.
    """
    from isolation.ledger.proofs import StoredTree, known_keys

    tree, keys, before = StoredTree(ledger), known_keys(ledger), None
    for entry in sorted(told):
        try:
            anchor = parse_anchor(told[entry], entry)
            require_signed(parse_note(anchor.checkpoint.encode()), keys)
        except (BadCheckpoint, BadTimeStamp, NotCanonical) as problem:
            report(entry, message("its time stamp or checkpoint does not hold: {problem}", problem=problem))
            continue
        except (ValueError, TypeError, KeyError, AttributeError):
            report(entry, message("it is no anchor"))
            continue
        if not 0 < anchor.size <= entry or tree.root(anchor.size) != anchor.root:
            report(entry, message("its checkpoint is not of the first {size} entries of this log", size=anchor.size))
        if anchor.before != before:
            report(entry, message("it does not name the anchor before it"))
        before = entry


__all__ = ["Anchor", "Interval", "Intervals", "anchors", "check_anchors", "intervals", "told_of"]
