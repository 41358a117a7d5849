"""Labels: a person's names for machines and networks, and what each was learnt to stand for."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.hooks.erasure import carry_out, wanted_machine
from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.ledger.lines import ledger_lines
from isolation.ledger.rotating import rotate
from isolation.model import Session

from .conftest import NOON, seen

DEVICE = seen("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480")
CARD = seen("hardware_mac", "3C-07-54-1A-2B-3C")
ROUTER = seen("gateway_mac", "3C-37-86-5D-75-D4")
RADIO = seen("bssid", "3C-37-86-5D-75-D5")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with a laptop and an office, and one session on both."""
    ledger = Ledger.open(tmp_path / "x.sqlite3", key_store="file")
    with ledger.writing() as log:
        log.add_session(Session("store", NOON, readings=(DEVICE, ROUTER)))
        assert log.add_label("machine", " Laptop ", (DEVICE,)) == 2
        assert log.add_label("network", "Office A", (ROUTER, RADIO)) == 3
    return ledger


def facts(ledger: Ledger, *labels: str, by: int | None = None) -> dict[str, list[str]]:
    """The facts by which each label is known."""
    with ledger.reading() as reader:
        from isolation.ledger.tags import fact_of

        return {label: sorted(map(fact_of, found)) for label, found in reader.labelled(labels, by).items()}


def test_a_label_stands_for_what_it_was_learnt_by(ledger: Ledger) -> None:
    """A label in any spelling gives its identifiers; one that was not learnt gives none."""
    with ledger:
        assert facts(ledger, "LAPTOP", "office a", "nobody") == {
            "LAPTOP": ["device_id"],
            "office a": ["access_point", "bssid", "gateway_mac"],
            "nobody": [],
        }
        with ledger.reading() as reader:
            assert reader.identifier_number("device_id", str(DEVICE.value)) in reader.labelled(["laptop"])["laptop"]
        assert ledger.verify().problems == ()


def test_learning_again_adds_what_is_new_and_nothing_else(ledger: Ledger) -> None:
    """A second place of one label adds up; a place that is known records nothing."""
    with ledger:
        with ledger.writing() as log:
            assert log.add_label("machine", "laptop", (DEVICE,)) is None
            assert log.add_label("machine", "laptop", (DEVICE, CARD)) == 4
        assert facts(ledger, "laptop") == {"laptop": ["device_id", "hardware_mac"]}
        assert ledger.verify().problems == ()


def test_what_was_learnt_later_was_not_known_then(tmp_path: Path) -> None:
    """As of an earlier moment a label stands for what was recorded by then."""
    moments = iter([NOON, NOON, NOON + 1, NOON + 2, NOON + 3, NOON + 4])
    with Ledger.open(tmp_path / "x.sqlite3", key_store="file", clock=lambda: next(moments, NOON + 9)) as ledger:
        with ledger.writing() as log:
            log.add_label("machine", "laptop", (DEVICE,))
        with ledger.reading() as reader:
            first = reader.labelled(["laptop"], NOON + 9)["laptop"]
            assert len(first) == 1
            assert reader.labelled(["laptop"], NOON - 1) == {"laptop": ()}


def test_nothing_to_know_a_label_by_is_refused(ledger: Ledger) -> None:
    """A label without any identifier is one sentence, and nothing is recorded."""
    with ledger, pytest.raises(UsageError, match="Nothing identifies this network"), ledger.writing() as log:
        log.add_label("network", "cafe", ())


def test_erasing_a_machine_by_its_label_takes_all_of_it(ledger: Ledger) -> None:
    """The sessions on the machine and what its label was learnt by go; a network's label and its sessions stay."""
    with ledger:
        with ledger.writing() as log:
            log.add_session(Session("other", NOON, readings=(ROUTER,)))
        erased = carry_out(ledger, wanted_machine("laptop"), "machine")
        assert erased.kinds == {"session": 1, "label": 1}
        assert facts(ledger, "laptop", "office a")["laptop"] == []
        assert len(facts(ledger, "office a")["office a"]) == 3
        assert carry_out(ledger, wanted_machine("Office A"), "machine").entries == 0
        assert ledger.verify().problems == ()


def test_what_was_learnt_wrongly_is_erased_by_its_entry(ledger: Ledger) -> None:
    """One entry of a label can be taken back; its identifiers stay where sessions name them."""
    with ledger:
        with ledger.writing() as log:
            log.erase(Wanted(entries=(3,)), "entry")
        assert facts(ledger, "office a") == {"office a": []}
        with ledger.reading() as reader:
            assert reader.identifier_number("gateway_mac", str(ROUTER.value)) is not None
            assert reader.identifier_number("bssid", str(RADIO.value)) is None
        assert ledger.verify().problems == ()


def test_a_label_outlives_new_keys(ledger: Ledger) -> None:
    """After the keys were rotated a label stands for the same identifiers, and can be learnt further."""
    with ledger:
        before = facts(ledger, "laptop", "office a")
        rotate(ledger)
        assert facts(ledger, "laptop", "office a") == before
        with ledger.writing() as log:
            assert log.add_label("machine", "laptop", (DEVICE,)) is None
            assert log.add_label("machine", "laptop", (CARD,)) is not None
        assert ledger.verify().problems == ()


def test_a_changed_table_of_labels_is_found(ledger: Ledger) -> None:
    """Verifying makes the table of labels anew from the log and says where it differs."""
    with ledger:
        ledger.connection.execute("DELETE FROM labels WHERE entry = 2")
        assert [problem for problem in ledger.verify().problems if "labels" in problem[1]]


def test_a_label_is_among_the_readable_lines(ledger: Ledger) -> None:
    """The readable form of a ledger has each label with what it was learnt by."""
    with ledger:
        told = [line for line in ledger_lines(ledger) if line.get("kind") == "label"]
    assert [(line["what"], line["name"]) for line in told] == [("machine", "Laptop"), ("network", "Office A")]
    assert told[0]["device_id"][0]["value"] == DEVICE.value


def test_a_label_is_sealed(ledger: Ledger) -> None:
    """Neither a label's name nor an identifier of it stands in the file."""
    with ledger:
        path = ledger.path
    content = Path(path).read_bytes()
    assert b"Office" not in content
    assert b"Laptop" not in content
    assert sqlite3.connect(path).execute("SELECT count(*) FROM labels").fetchone() == (4,)
