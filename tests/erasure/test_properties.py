"""Whatever is recorded and erased in whatever order, the tables are what replaying the log gives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.ledger import Ledger
from isolation.ledger.choosing import Wanted
from isolation.model import CHANNELS, Session

from .conftest import DAY, ELSEWHERE, HERE, NOON

NAMES = ("a", "b", "c")
READINGS = (*HERE, *ELSEWHERE)
NAMING = [reading for reading in READINGS if reading.identifying and isinstance(reading.value, str)]

SESSIONS = st.builds(
    Session,
    st.sampled_from(NAMES),
    st.integers(0, 20).map(lambda day: NOON + day * DAY),
    operator=st.sampled_from(("", "Li", "Wu")),
    channel=st.sampled_from(CHANNELS),
    provenance=st.sampled_from(("observed", "declared")),
    readings=st.lists(st.sampled_from(READINGS), max_size=5, unique=True).map(tuple),
    success=st.booleans(),
    refused=st.booleans(),
    machine=st.sampled_from(("", "laptop")),
)
ROWS = SESSIONS.map(lambda session: session.replace(provenance="imported", refused=False, machine="", readings=()))
WISHES = st.one_of(
    st.builds(lambda name: {"accounts": (name,)}, st.sampled_from(NAMES)),
    st.builds(lambda name: {"operators": (name,)}, st.sampled_from(("li", "wu"))),
    st.builds(lambda day: {"before": NOON + day * DAY}, st.integers(0, 20)),
    st.sampled_from([{"machine": "laptop"}, {"machine": str(HERE[0].value)}, {"scans_before": NOON * 2}]),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("session"), SESSIONS),
        st.tuples(st.just("row"), ROWS),
        st.tuples(st.just("end"), st.none()),
        st.tuples(st.just("label"), st.lists(st.sampled_from(NAMING), min_size=1, max_size=3, unique=True)),
        st.tuples(st.just("erase"), WISHES),
    ),
    min_size=3,
    max_size=25,
)


def carry_out(ledger: Ledger, step: str, what: Any) -> None:
    """Does one step."""
    with ledger.writing() as log:
        if step == "session":
            log.add_session(what)
        elif step == "row":
            log.add_row(what, ("operator",))
        elif step == "label":
            log.add_label("machine", "Laptop", what)
        elif step == "end":
            for entry, _, begin in log.reader.open_sessions()[:1]:
                log.add_end(entry, begin + 1)
        else:
            log.erase(Wanted(**what), "a test")


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_history_of_recording_and_erasing_verifies(steps: list[tuple[str, Any]]) -> None:
    """After every erasure of a random history the ledger verifies, and what was erased is found by nobody."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(Path(folder) / "home" / "ledger.sqlite3", key_store="file") as ledger,
    ):
        for step, what in steps:
            carry_out(ledger, step, what)
            if step == "erase":
                assert ledger.verify().problems == ()
                with ledger.reading() as reader:
                    for name in what.get("accounts", ()):
                        assert reader.account_number(name) is None
        assert ledger.verify().problems == ()
