"""An import remembers from one slice to the next what it looked up, unless anybody has written meanwhile."""

from __future__ import annotations

import gzip
import os
import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.history import ImportSource, Mapping, open_import
from isolation.hooks.import_history import SLICE_SECONDS, import_history
from isolation.hooks.reading_ahead import READING, read_ahead
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.helping import can_help, started_helper
from isolation.ledger.rotating import rotate
from isolation.model import Reading, Session

NOW = 1_800_000_000_000_000
FIELDS = ("account", "time", "public_ip", "operator")
MAPPING = Mapping.parse([f"{field}={field}" for field in FIELDS])
ROWS = 2_500  # of which 500 are taken at once


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the ledger is."""
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    """An empty ledger with its keys in a file."""
    with again(path) as opened:
        yield opened


@pytest.fixture
def source(tmp_path: Path) -> Iterator[ImportSource]:
    """A log in which few accounts come to few addresses again and again."""
    log = tmp_path / "log.csv"
    lines = [
        f"store-{number % 7},2026-03-{number % 28 + 1:02}T10:{number // 60:02}:{number % 60:02}Z,"
        f"93.184.216.{number % 40 + 1},op-{number % 3}"
        for number in range(ROWS)
    ]
    log.write_text("\n".join([",".join(FIELDS), *lines]) + "\n")
    with open_import(log, MAPPING, now=NOW) as opened:
        yield opened


def again(path: Path) -> Ledger:
    """The ledger, as another process has it open."""
    return Ledger.open(path, key_store="file", clock=lambda: NOW)


def import_in_slices(ledger: Ledger, source: ImportSource, between: Callable[[], None]) -> None:
    """Imports with a slice for each lot of rows; `between` happens after the first."""
    pauses = count()
    clock = count()
    result = import_history(
        ledger, source, clock=lambda: next(clock) * SLICE_SECONDS * 2,
        pause=lambda _: between() if next(pauses) == 0 else None,
    )  # fmt: skip
    assert result.recorded == ROWS
    assert next(pauses) > 2


def require_whole(ledger: Ledger) -> None:
    """That all tables are those that the entries come to."""
    verified = ledger.verify()
    assert (verified.problems, verified.unchecked) == ((), ())


def test_an_erasure_between_two_slices_takes_numbers_away(path: Path, ledger: Ledger, source: ImportSource) -> None:
    """Identifiers that another process erased get numbers of their own when they come again."""

    def erase() -> None:
        with again(path) as other, other.writing() as log:
            log.erase(Wanted(accounts=("store-1", "store-2")), "test")

    import_in_slices(ledger, source, erase)
    require_whole(ledger)


def test_an_erasure_by_the_same_program_is_seen_as_well(ledger: Ledger, source: ImportSource) -> None:
    """What the importing program itself erases between two slices is gone for its import, too."""

    def erase() -> None:
        with ledger.writing() as log:
            log.erase(Wanted(accounts=tuple(f"store-{number}" for number in range(7))), "test")

    import_in_slices(ledger, source, erase)
    require_whole(ledger)


def test_an_erasure_after_rows_of_one_transaction(ledger: Ledger) -> None:
    """Numbers that a transaction looked up and then erased are not handed to the next."""
    place = (Reading("public_ip", "observed", "93.184.216.34", identifying=True),)
    row = Session("store-a", NOW, provenance="imported", readings=place)
    with ledger.writing() as log:
        assert list(log.add_rows([(row, ("public_ip",))])) == ["recorded"]
        log.erase(Wanted(accounts=("store-a",)), "test")
    with ledger.writing() as log:
        assert list(log.add_rows([(row, ("public_ip",))])) == ["recorded"]
    require_whole(ledger)


def test_new_identifiers_of_others_between_two_slices(path: Path, ledger: Ledger, source: ImportSource) -> None:
    """An identifier that another process met first between two slices keeps the number it got there."""

    def begin() -> None:
        with again(path) as other, other.writing() as log:
            for number in range(20, 40):
                place = (Reading("public_ip", "observed", f"93.184.216.{number + 1}", identifying=True),)
                log.add_session(Session(f"other-{number}", NOW, readings=place))

    import_in_slices(ledger, source, begin)
    require_whole(ledger)


def test_a_rotation_between_two_slices_changes_every_tag(path: Path, ledger: Ledger, source: ImportSource) -> None:
    """Rows that were read ahead under the keys before are recorded under those that hold."""

    def renew() -> None:
        with again(path) as other:
            rotate(other)

    import_in_slices(ledger, source, renew)
    require_whole(ledger)


def test_more_identifiers_than_are_remembered(ledger: Ledger) -> None:
    """Where rows bring more identifiers than an import remembers, each keeps its one number."""
    rows = 12_000
    told = [
        (
            Session(
                f"store-{number}", NOW + number, provenance="imported", readings=tuple(
                    Reading(fact, "observed", value, identifying=True) for fact, value in (
                        ("public_ip", f"11.{number >> 16}.{number >> 8 & 255}.{number & 255}"),
                        ("gateway_mac", f"00:1b:2f:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"),
                        ("device_id", f"{number * 7919 + 1:032x}"),
                        ("bssid", f"3c:37:86:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"),
                    )
                ),
            ),
            ("public_ip",),
        )
        for number in (*range(rows), *range(0, rows, 3))
    ]  # fmt: skip
    told = [(session.replace(begin=NOW + at), mapped) for at, (session, mapped) in enumerate(told)]
    with ledger.writing() as log:
        assert set(log.add_rows(told)) == {"recorded"}
    query = "SELECT count(*), count(DISTINCT tag) FROM identifiers"
    each = 5 * rows  # account, address, gateway, device, access point
    groups = rows // 16  # of access points
    assert ledger.connection.execute(query).fetchone() == (each + groups, each + groups)


@pytest.mark.skipif(not can_help(), reason="there is no second core, or no interpreter to start")
def test_what_goes_wrong_while_reading_on_is_not_lost(tmp_path: Path, ledger: Ledger) -> None:
    """Damage that is met while an import waits for the disk ends the import when that is done."""
    log = tmp_path / "log.csv.gz"
    dice = random.Random(4)
    lines = [f"store-{dice.random()},2026-03-01T10:00:00Z" for _ in range(40_000)]
    log.write_bytes(gzip.compress("\n".join(["account,time", *lines]).encode()))
    mapping = Mapping.parse(["account=account", "time=time"])
    with started_helper(READING) as helper, open_import(log, mapping, now=NOW) as source:
        assert helper is not None
        assert helper.wait(60)
        batches = read_ahead(ledger, source, 3_000, helper)
        assert batches.take()
        with log.open("r+b") as file:
            file.seek(-8, os.SEEK_END)  # the checksum
            file.write(bytes(4))
        with pytest.raises(UsageError, match="damaged"):
            while batches.take():
                with batches.reading_on():
                    time.sleep(0.1)
