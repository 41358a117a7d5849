"""Formats with a meaning of their own: what each export of each product says, by pairs of files found by name.

`cloud/PRODUCT-EXPORT.ext` is a log, `cloud/PRODUCT-EXPORT.ext.golden` what an import of it gives.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isolation.errors import UsageError
from isolation.history import FORMATS, Mapping, Rejected, open_import
from isolation.model import Session
from isolation.times import format_time

from .conftest import NOW

FOLDER = Path(__file__).parent / "cloud"
LOGS = sorted(path for path in FOLDER.iterdir() if path.suffix != ".golden")


def told(path: Path, **options: Any) -> dict[str, Any]:
    """What an import of a log gives."""
    with open_import(path, None, now=NOW, **options) as source:
        rows = list(source.rows())
        sessions = [row for row in rows if isinstance(row, Session)]
        return {
            "format": source.format,
            "sessions": [shown(session) for session in sessions],
            "ignored": dict(sorted(source.ignored.items())),
            "doubts": [[doubt.line, doubt.field] for doubt in source.doubts],
            "rejected": [[row.line, row.reason] for row in rows if isinstance(row, Rejected)],
        }


def shown(session: Session) -> list[str]:
    """A session in one line: who, when, how it ended, from where, and its record."""
    seen = [f"{reading.fact}={reading.value}" for reading in session.readings if reading.status == "observed"]
    who = f"account {session.account}" if session.account else f"operator {session.operator}"
    outcome = "success" if session.success else "failed"
    return [who, format_time(session.begin), session.channel, outcome, *seen, session.record]


@pytest.mark.parametrize("path", LOGS, ids=[path.name for path in LOGS])
def test_each_export_is_recognised_and_says_what_it_means(path: Path) -> None:
    """Users, times, addresses, failures, services and rejects of each log are those written down beside it."""
    golden = path.with_name(f"{path.name}.golden")
    assert told(path) == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", LOGS, ids=[path.name for path in LOGS])
def test_its_users_are_accounts_only_where_a_person_says_so(path: Path) -> None:
    """With --user-as account the same rows are sessions of accounts; nothing else about them differs."""
    as_operators, as_accounts = told(path), told(path, user_as="account")
    assert all(row[0].startswith("operator ") for row in as_operators["sessions"])
    assert [[f"operator {row[0].removeprefix('account ')}", *row[1:]] for row in as_accounts["sessions"]] == (
        as_operators["sessions"]
    )


def test_every_workforce_format_of_this_kind_has_an_example() -> None:
    """No format is listed without a pair of files that shows it."""
    shown_here = {path.name.partition("-")[0].partition(".")[0] for path in LOGS}
    assert {"m365", "entra", "google", "okta", "ocsf", "signins"} <= shown_here & FORMATS.keys()


def test_one_event_has_one_meaning_in_every_export_of_it() -> None:
    """What two exports of one product say of one event is the same, so that bringing both records it once."""
    for first, second in (
        ("okta-array.json", "okta-console.csv"), ("entra-graph.json", "entra-portal.csv"),
        ("entra-graph.json", "entra-diagnostics.json"), ("m365-activity-api.json", "m365-purview.csv"),
        ("m365-activity-api.json", "m365-search.json"), ("m365-activity-api.json", "m365-graph-query.json"),
    ):  # fmt: skip
        left, right = ({row[-1]: row for row in told(FOLDER / name)["sessions"]} for name in (first, second))
        common = left.keys() & right.keys()
        assert len(common) >= 2
        assert [left[record] for record in common] == [right[record] for record in common]


def test_with_a_mapping_only_mapped_columns_are_read() -> None:
    """A person who maps the columns of a known log gets what was mapped, as accounts."""
    mapping = Mapping.parse(["account=actor.displayName", "time=published"])
    with open_import(FOLDER / "okta-lines.jsonl", mapping, now=NOW) as source:
        sessions = [row for row in source.rows() if isinstance(row, Session)]
    assert source.format == "jsonl"
    assert {(session.account, len(session.readings)) for session in sessions} == {("Li", 0)}


def test_a_format_that_says_itself_what_is_what_takes_no_mapping() -> None:
    """--as with --map is answered with what to leave out."""
    mapping = Mapping.parse(["account=a", "time=b"])
    with pytest.raises(UsageError, match="says itself what is what"):
        open_import(FOLDER / "okta-lines.jsonl", mapping, now=NOW, format="okta")


def test_other_json_is_not_guessed(tmp_path: Path) -> None:
    """A log of a product that is not known is refused, and the columns to map are named."""
    path = tmp_path / "unknown.jsonl"
    path.write_text('{"actor": {"name": "li"}, "when": "2026-03-01T00:00:00Z", "ip": "203.0.114.7"}\n', "utf-8")
    with pytest.raises(UsageError, match=r"needs to be told which column is what.*actor\.name"):
        open_import(path, None, now=NOW)
