"""Writing a ledger's keyed parts anew under the keys of another epoch: tags, their MACs, rows, batch keys.

What the tags are of stands in the sealed payloads; each is opened, checked against its body and its tags, and told
again. Payloads, bodies and leaves stay as they are, so the tree does too.
"""

from __future__ import annotations

from isolation.errors import LedgerDamaged
from isolation.ledger.canonical import NotCanonical
from isolation.ledger.closing import connection_tag, connection_tags
from isolation.ledger.entry import from_base64, make_entry, open_values, parse_body
from isolation.ledger.leases import joined_client, lease_row
from isolation.ledger.payloads import Fields
from isolation.ledger.replay import amended_row_fields, named_in, told_row_fields
from isolation.ledger.rows import pack_fields, row_core
from isolation.ledger.schema import TRIGGERS
from isolation.ledger.sealing import PAYLOAD, Unopenable, open_batch, reseal_batch
from isolation.ledger.tags import PointTags, pack_tags, tag_mac, unpack_tags
from isolation.ledger.terms import Terms
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from isolation.ledger.sealing import BatchKey
    from isolation.ledger.store import Ledger
    from isolation.ledger.terms import Named

_AT_ONCE = 1000
_UPDATE_GUARD = next(trigger for trigger in TRIGGERS if "TRIGGER entries_update " in trigger)


class Side:
    """The keys of one epoch, and what works out tags under them."""

    def __init__(self, epoch: int, index: bytes, points: PointTags) -> None:
        self.epoch = epoch
        self.index = index
        self.points = points
        self.terms = Terms(index)
        self.fields = Fields(self.terms)


class _Told:
    """An entry as it is told under one epoch's keys."""

    def __init__(self, side: Side, kind: str, names: list[str], payload: bytes) -> None:
        self.values: dict[str, Any]
        self.values, self.told, self.encoded, self.seed = side.fields.read(names, payload)
        self.named: list[Named] = named_in(side.terms, kind, self.values) + self.told.named


class Retagging:
    """One turn from the epoch `before` to the epoch `after`, within an open writing transaction."""

    def __init__(self, ledger: Ledger, before: Side, after: Side, progress: Callable[[int, int], None] | None) -> None:
        self._origin = ledger.origin
        self._run = ledger.connection.execute
        self._many = ledger.connection.executemany
        self._secret = ledger.keys.secret("seal")
        self._before = before
        self._after = after
        self._progress = progress
        self._renamed: dict[bytes, bytes] = {}
        self._batch: tuple[int, BatchKey] | None = None

    def run(self, seal_public: bytes) -> int:
        """Writes everything anew; returns the number of batches. Raises LedgerDamaged where something is not as it
        was written, because new tags would cover that up."""
        self._run("CREATE TEMP TABLE turned (entry INTEGER PRIMARY KEY, begin INTEGER, core BLOB, fields BLOB)")
        try:
            self._turn_entries()
            self._turn_rows()
        finally:
            self._run("DROP TABLE IF EXISTS temp.turned")  # a full disk rolled it back already
        self._turn_identifiers()
        return self._turn_batches(seal_public)

    def _turn_entries(self) -> None:
        total = self._run("SELECT count(*) FROM main.entries").fetchone()[0]
        self._run("DROP TRIGGER main.entries_update")
        for done, rows in self._blocks():
            self._many(
                "UPDATE main.entries SET tags = ?, tag_mac = ? WHERE i = ?",
                [changed for row in rows if (changed := self._turned(*row)) is not None],
            )
            if self._progress is not None:
                self._progress(done, total)
        self._run(_UPDATE_GUARD)

    def _blocks(self) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        after = -1
        query = (
            "SELECT i, leaf, tags, tag_mac, body, sealed, batch FROM main.entries WHERE i > ? AND body <> x''"
            " ORDER BY i LIMIT ?"
        )
        while rows := self._run(query, (after, _AT_ONCE)).fetchall():
            after = rows[-1][0]
            yield after + 1, rows

    def _turned(
        self, index: int, leaf: bytes, tags: bytes | None, mac: bytes | None, body: bytes, sealed: bytes, batch: int
    ) -> tuple[bytes, bytes, int] | None:
        """New tags and MAC of an entry; None where it has none."""
        try:
            kind, opened, names = parse_body(body)
            payload = self._batch_key(batch).open(PAYLOAD, index, sealed)
            old, new = (_Told(side, kind, names, payload) for side in (self._before, self._after))
            if make_entry(kind, opened, old.encoded, old.seed) != (body, payload):
                raise NotCanonical("its contents are not the ones that its body commits to")
            self._renamed.update((one.tag, other.tag) for one, other in zip(old.named, new.named, strict=True))
            if tags is None:
                return None
            self._check(index, kind, leaf, tags, mac, old)
            self._tell_tables(index, kind, opened, new)
        except (NotCanonical, Unopenable, KeyError) as problem:
            raise _damaged(index, str(problem)) from None
        fresh = self._given(tags) if kind == "index" else pack_tags(new.named)
        return fresh, tag_mac(self._after.index, self._origin, index, leaf, fresh), index

    def _check(self, index: int, kind: str, leaf: bytes, tags: bytes, mac: bytes | None, old: _Told) -> None:
        if tag_mac(self._before.index, self._origin, index, leaf, tags) != mac:
            raise NotCanonical("its tags are not the ones that were written with it")
        if kind != "index" and pack_tags(old.named) != tags:
            raise NotCanonical("its tags are not those of its contents")

    def _given(self, tags: bytes) -> bytes:
        """The tags of an `index` entry: those of an earlier entry, which was told already."""
        return b"".join(
            bytes((code, confidence)) + self._renamed[tag] for code, confidence, tag in unpack_tags(tags)
        )  # fmt: skip

    def _batch_key(self, batch: int) -> BatchKey:
        if self._batch is None or self._batch[0] != batch:
            epoch, sealed = self._run("SELECT epoch, sealed FROM main.batches WHERE id = ?", (batch,)).fetchone()
            self._batch = batch, open_batch(self._secret, sealed, self._origin, epoch, batch)
        return self._batch[1]

    def _tell_tables(self, index: int, kind: str, opened: bytes, told: _Told) -> None:
        """What of the derived tables is keyed: rows, leases, joins, and the tags of access points."""
        values = told.values
        if kind in ("session", "presence") and "mapped" in values:
            begin, channel, success = values["begin"], values.get("channel", "ui"), values.get("success", True)
            core = row_core(self._after.index, told.named[0].tag, channel, success, begin)
            fields = pack_fields(told_row_fields(self._after.terms, values, told.told))
            self._run("INSERT INTO temp.turned VALUES (?, ?, ?, ?)", (index, begin, core, fields))
            self._connect(index, values)
        elif kind == "amend":
            of = open_values(opened)["of"]
            (known,) = self._run("SELECT fields FROM temp.turned WHERE entry = ?", (of,)).fetchone()
            fields = amended_row_fields(self._after.terms, values, told.told, known)
            self._run("UPDATE temp.turned SET fields = ? WHERE entry = ?", (fields, of))
            self._connect(of, values)
        elif kind == "scan":
            for text, _ in values["points"]:
                first = from_base64(text)
                self._renamed[self._before.points.compared(first)] = self._after.points.compared(first)
        elif kind == "lease":
            address, client, *_ = lease_row(self._after.index, values)
            self._run("UPDATE main.leases SET address = ?, client = ? WHERE entry = ?", (address, client, index))
        elif kind == "close":
            tag = connection_tag(self._after.index, values["connection"])
            self._run("UPDATE main.closes SET connection = ? WHERE entry = ?", (tag, index))
        elif kind == "join":
            self._run(
                "UPDATE main.joins SET client = ? WHERE entry = ?", (joined_client(self._after.index, values), index)
            )

    def _connect(self, session: Any, values: dict[str, Any]) -> None:
        text = values.get("connection", "")
        told = (connection_tags(side.index, text) for side in (self._before, self._after))
        self._many(
            "UPDATE main.connections SET connection = ? WHERE connection = ? AND session = ?",
            [(new, old, session) for old, new in zip(*told, strict=True)],
        )

    def _turn_rows(self) -> None:
        counted = "SELECT count(*) FROM {}".format
        if self._run(counted("main.rows")).fetchone() != self._run(counted("temp.turned")).fetchone():
            raise _damaged(None, "the table rows does not follow from the log")
        self._run("DELETE FROM main.rows")
        self._run(
            "INSERT INTO main.rows SELECT begin, core, entry, fields FROM temp.turned ORDER BY begin, core, entry"
        )

    def _turn_identifiers(self) -> None:
        self._many(
            "UPDATE main.identifiers SET epoch = ?, tag = ? WHERE tag = ?",
            [(self._after.epoch, new, old) for old, new in self._renamed.items()],
        )
        if self._run("SELECT 1 FROM main.identifiers WHERE epoch <> ?", (self._after.epoch,)).fetchone():
            raise _damaged(None, "the table identifiers does not follow from the log")

    def _turn_batches(self, seal_public: bytes) -> int:
        batches = self._run("SELECT id, epoch, sealed FROM main.batches").fetchall()
        turned = []
        for batch, epoch, sealed in batches:
            try:
                fresh = reseal_batch(
                    self._secret, seal_public, sealed, self._origin, (epoch, self._after.epoch), batch
                )  # fmt: skip
            except Unopenable as problem:
                raise _damaged(None, str(problem)) from None
            turned.append((self._after.epoch, fresh, batch))
        self._many("UPDATE main.batches SET epoch = ?, sealed = ? WHERE id = ?", turned)
        return len(turned)


def _damaged(entry: int | None, text: str) -> LedgerDamaged:
    where = "" if entry is None else message("entry {entry}: ", entry=entry)
    return LedgerDamaged(
        message("The keys were not rotated, because the ledger is damaged: {where}{text}.", where=where, text=text),
        "Run `isolation verify`, or restore a backup.", entries=() if entry is None else (entry,),
    )  # fmt: skip
