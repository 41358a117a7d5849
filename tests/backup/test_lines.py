"""A ledger as readable lines, and back into another ledger: each session once, and still saying where it came from."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from isolation.errors import UsageError
from isolation.history import Mapping, open_import
from isolation.history.documents import Document
from isolation.history.ledger_lines import Reader
from isolation.hooks.import_history import ImportResult, import_history
from isolation.ledger import Ledger
from isolation.ledger.anchors import Interval
from isolation.ledger.lines import ledger_lines, session_line
from isolation.ledger.person import stored_of_operator
from isolation.model import Reading, Session

from .conftest import DAY, HERE, HOUR, NOON, Isolation, record, seen

SESSIONS = (
    Session("amazon:store-a", NOON, end=NOON + HOUR, operator="Li", readings=HERE, source="this machine"),
    Session("店铺-b", NOON + HOUR, channel="api", readings=HERE[:2], forced="stock\ttaking", refused=True),
    Session("store-c", NOON + 2 * HOUR, success=False, operator="Wu", readings=HERE[2:]),
    Session("store-d", NOON - DAY, provenance="declared", machine="Old laptop", network="Office A", evidence="x"),
    Session("store-e", 0, provenance="imported", source="log.csv", record="row-7", readings=(
        seen("site_ip", "Office A/192.168.1.5", "probable"), seen("public_ip", "203.0.114.7")), site="Office A"),
)  # fmt: skip


@pytest.fixture
def first(tmp_path: Path) -> Ledger:
    """A ledger with one of each kind of session."""
    ledger = Ledger.open(tmp_path / "first" / "ledger.sqlite3", key_store="file")
    with ledger.writing() as log:
        log.add_policy("[policy]\n")
        log.add_baseline(("store-z",), "setup")
        for session in SESSIONS[:4]:
            log.add_session(session)
        log.add_row(SESSIONS[4], ("public_ip", "local_ip", "record"))
    return ledger


@pytest.fixture
def second(tmp_path: Path) -> Ledger:
    """An empty ledger of another origin."""
    return Ledger.open(tmp_path / "second" / "ledger.sqlite3", key_store="file")


def write(ledger: Ledger, path: Path) -> Path:
    """Writes the ledger's lines to a file."""
    lines = [json.dumps(line, ensure_ascii=False) for line in ledger_lines(ledger)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def take(ledger: Ledger, path: Path) -> ImportResult:
    """Imports the file."""
    with open_import(path, None, now=NOON) as source:
        assert source.format == "ledger"
        return import_history(ledger, source)


def stored(ledger: Ledger) -> list[Session]:
    """Every session of a ledger, in order."""
    with ledger.reading() as reader:
        entries = ledger.connection.execute("SELECT entry FROM main.sessions ORDER BY entry").fetchall()
        return [reader.session(entry) for (entry,) in entries]


def test_every_session_arrives_as_it_was_and_says_where_from(first: Ledger, second: Ledger, tmp_path: Path) -> None:
    """All fields and readings arrive; the provenance is imported, and the source names the ledger and the entry."""
    result = take(second, write(first, tmp_path / "x.jsonl"))
    assert (result.rows, result.recorded, result.rejected) == (7, 5, ())
    assert sum(result.ignored.values()) == 2
    for number, (before, after) in enumerate(zip(stored(first), stored(second), strict=True)):
        assert after.provenance == "imported"
        assert after.source == f"{first.origin}, entry {number + 3}, {before.provenance}: {before.source}"
        assert after.replace(provenance=before.provenance, source=before.source) == before
    assert second.verify().problems == ()


def test_what_is_left_out_is_counted(first: Ledger, tmp_path: Path) -> None:
    """The first line counts the entries that are neither written nor told with a session, by their kind."""
    assert next(ledger_lines(first))["left_out"] == {}
    with first.writing() as log:
        log.add_lease("Office A", "192.168.1.5", "001b21aabb01", NOON, None, "import:leases")
        log.add_lease("Office A", "192.168.1.6", "001b21aabb02", NOON, None, "import:leases")
        log.add_close("radius x", NOON, "import:radius")
    assert next(ledger_lines(first))["left_out"] == {"lease": 2, "close": 1}


def test_a_second_import_records_nothing(first: Ledger, second: Ledger, tmp_path: Path) -> None:
    """Importing the same lines again finds every session known."""
    path = write(first, tmp_path / "x.jsonl")
    take(second, path)
    again = take(second, path)
    assert (again.recorded, again.amended, again.duplicates) == (0, 0, 5)


def test_what_was_told_later_amends(first: Ledger, second: Ledger, tmp_path: Path) -> None:
    """A later export with the end of a session, or with more fields of a row, amends what was imported before."""
    take(second, write(first, tmp_path / "x.jsonl"))
    with first.writing() as log:
        entry = log.add_session(Session("store-f", NOON, readings=HERE[:2]))
    take(second, write(first, tmp_path / "y.jsonl"))
    with first.writing() as log:
        log.add_end(entry, NOON + HOUR)
        more = SESSIONS[4].replace(operator="Zhao")
        log.add_row(more, ("public_ip", "local_ip", "record", "operator"))
    result = take(second, write(first, tmp_path / "z.jsonl"))
    assert (result.recorded, result.amended, result.duplicates) == (0, 2, 4)
    sessions = {session.account: session for session in stored(second)}
    assert sessions["store-f"].end == NOON + HOUR
    assert sessions["store-e"].operator == "Zhao"
    assert second.verify().problems == ()


def test_a_log_that_both_imported_counts_once(first: Ledger, second: Ledger, tmp_path: Path) -> None:
    """A row that the second ledger had from the same log is the same session, whichever came first."""
    with second.writing() as log:
        log.add_row(SESSIONS[4], ("public_ip", "local_ip", "record"))
    result = take(second, write(first, tmp_path / "x.jsonl"))
    assert (result.recorded, result.duplicates) == (4, 1)


def test_sessions_do_not_come_home_as_new_ones(first: Ledger, second: Ledger, tmp_path: Path) -> None:
    """What a ledger gave away it does not take back: not its own export, and not through another ledger."""
    assert take(first, write(first, tmp_path / "x.jsonl")).duplicates == 5
    take(second, tmp_path / "x.jsonl")
    with second.writing() as log:
        log.add_session(Session("store-g", NOON, readings=HERE[:1]))
    result = take(first, write(second, tmp_path / "y.jsonl"))
    assert (result.recorded, result.duplicates) == (1, 5)
    assert [session.account for session in stored(first)][-1] == "store-g"
    third = Ledger.open(tmp_path / "third" / "ledger.sqlite3", key_store="file")
    take(third, tmp_path / "y.jsonl")
    assert f"{first.origin}, entry 3, observed: this machine" in {session.source for session in stored(third)}


def test_what_was_erased_is_not_in_the_lines(first: Ledger, tmp_path: Path) -> None:
    """The lines hold nothing of what was erased, and the first one says how many entries were."""
    from isolation.ledger.choosing import Wanted

    with first.writing() as log:
        log.erase(Wanted(accounts=("amazon:store-a",)), "a test")
    lines = list(ledger_lines(first))
    assert lines[0]["erased"] == 1
    assert "amazon:store-a" not in json.dumps(lines)


def test_the_file_is_recognised_and_needs_no_mapping(first: Ledger, tmp_path: Path) -> None:
    """The lines are told from other JSON lines by the first; with --map they are refused, unless read as such."""
    path = write(first, tmp_path / "x.jsonl")
    mapping = Mapping.parse(["account=account", "time=begin"])
    with pytest.raises(UsageError, match="says itself what is what"):
        open_import(path, mapping, now=NOON)
    with open_import(path, mapping, now=NOON, format="jsonl") as source:
        assert source.format == "jsonl"
    other = tmp_path / "other.jsonl"
    other.write_text('{"account": "a", "begin": "2026-01-01T00:00:00Z"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="needs to be told"):
        open_import(other, None, now=NOON)


def good() -> dict[str, Any]:
    """A line that is one."""
    return {
        "kind": "session", "origin": f"isolation/{'0' * 32}", "entry": 1, "logged": "2026-01-01T00:00:00Z",
        "account": "a", "begin": "2026-01-01T00:00:00Z", "end": None, "operator": "", "channel": "ui",
        "provenance": "observed", "success": True, "refused": False, "source": "", "readings": [
            {"fact": "device_id", "status": "observed", "value": "0" * 31 + "1", "identifying": True,
             "confidence": "certain"}],
    }  # fmt: skip


WRONG: dict[str, Any] = {
    "another kind": {"kind": "spell"}, "no account": {"account": ""}, "a list for a name": {"account": ["a"]},
    "a hidden letter": {"account": "a\u202eb"}, "an operator that is none": {"operator": "a\x1bb"},
    "no zone": {"begin": "2026-01-01T00:00:00"}, "beyond all numbers": {"begin": "9999-01-01T00:00:00Z"},
    "the end first": {"end": "2025-01-01T00:00:00Z"}, "a strange channel": {"channel": "pigeon"},
    "a word for a flag": {"success": "yes"}, "no origin": {"origin": "elsewhere"}, "entry 0": {"entry": 0},
    "half an entry": {"entry": 1.5}, "an entry beyond numbers": {"entry": 2**60}, "no list": {"readings": {}},
    "no reading": {"readings": [1]}, "an unknown fact": {"readings": [{"fact": "shoe size"}]},
    "a value that is none": {"readings": [good()["readings"][0] | {"fact": "public_ip", "value": "zz"}]},
    "a value without being observed": {"readings": [good()["readings"][0] | {"status": "absent"}]},
    "a scan": {"readings": [{"fact": "wifi_scan", "status": "observed", "value": [["a", 1]], "identifying": True}]},
    "a deep detail": {"readings": [good()["readings"][0] | {"detail": {"a": [1]}}]},
    "a detail beyond numbers": {"readings": [good()["readings"][0] | {"detail": {"a": 2**60}}]},
    "a foreign key": {"readings": [good()["readings"][0] | {"detail": {"ä": 1}}]},
    "an endless text": {"machine": "a" * 5000}, "a site that is none": {"site": "\u0000"},
}  # fmt: skip
HEAD = '{"schema": "isolation.ledger/1"}\n'


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_line_that_was_changed_is_rejected_by_its_number(second: Ledger, tmp_path: Path, change: Any) -> None:
    """A line that is no session is rejected with a reason, and the others are recorded."""
    path = tmp_path / "x.jsonl"
    lines = [json.dumps(good()), json.dumps(good() | change), json.dumps(good() | {"account": "b"})]
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    result = take(second, path)
    assert (result.recorded, [one.line for one in result.rejected]) == (2, [3])
    assert result.rejected[0].reason.endswith((".", "?"))
    assert second.verify().problems == ()


@pytest.mark.parametrize("line", ["{", "[1]", '"x"', "1" * 5000, "[" * 100_000, '{"a":' * 5000, "NaN"])
def test_lines_that_are_no_object_are_rejected(second: Ledger, tmp_path: Path, line: str) -> None:
    """What is no JSON object stops nothing."""
    path = tmp_path / "x.jsonl"
    path.write_bytes((HEAD + line + "\n" + json.dumps(good()) + "\n").encode("utf-8", "surrogatepass"))
    result = take(second, path)
    assert (result.recorded, len(result.rejected)) == (1, 1)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_after_the_head_is_a_session_or_a_reason(text: str) -> None:
    """No text makes the reader fail."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.jsonl"
        path.write_bytes((HEAD + text + "\n").encode("utf-8", "surrogatepass"))
        list(Reader(Document(path), "utf-8", None).rows())


def test_all_about_a_person_and_nobody_else(first: Ledger) -> None:
    """The document of a person has every session that names them, whole, and no other session."""
    with first.writing() as log:
        log.add_baseline((), "LI")
        log.add_policy('[groups.shops]\naccounts = ["a", "b"]\noperators = ["li"]\n')
    told = stored_of_operator(first, "LI")
    assert [session["account"] for session in told["sessions"]] == ["amazon:store-a"]
    assert {reading["fact"] for reading in told["sessions"][0]["readings"]} == {reading.fact for reading in HERE}
    assert [one["kind"] for one in told["named_in"]] == ["baseline", "policy"]
    assert "Wu" not in json.dumps(told)
    with pytest.raises(UsageError, match="holds nothing about"):
        stored_of_operator(first, "Zhao")


def test_the_commands_write_private_files_and_say_that_they_are_readable(
    isolation: Isolation, home: Path, tmp_path: Path
) -> None:
    """Both exports are 0600, warn that nothing is sealed, and print a document that the schema describes."""
    isolation("init", "--key-store", "file", "--no-earlier-accounts")
    with Ledger.open(home / "ledger.sqlite3") as ledger:
        record(ledger, 3)
        with ledger.writing() as log:
            log.add_session(Session("store-x", NOON, operator="Li", readings=HERE))
    for arguments in (("--all",), ("--operator", "li")):
        target = tmp_path / arguments[0].strip("-")
        done = isolation("--format", "json", "export", *arguments, "-o", str(target))
        assert done.code == 0, done.err
        assert "Nothing in it is sealed" in done.err
        assert stat.S_IMODE(os.stat(target).st_mode) == 0o600
        validate(json.loads(done.out))
    first, *rest = map(json.loads, (tmp_path / "all").read_text(encoding="utf-8").splitlines())
    validate(first)
    for line in rest:
        validate(line, "session" if line["kind"] == "session" else "note")
    validate(json.loads((tmp_path / "operator").read_text(encoding="utf-8")))
    there = {"ISOLATION_HOME": str(tmp_path / "other")}
    isolation("init", "--key-store", "file", **there)
    assert "4 recorded" in isolation("import", str(tmp_path / "all"), **there).out
    assert "ledger " in isolation("import", "--list").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--all", "--account", "a"),
        ("--all", "--checkpoint"),
        ("--operator", "nobody"),
        ("--all", "--since", "2026-01-01"),
    ],
)
def test_a_wrong_call_writes_nothing(isolation: Isolation, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """What cannot be exported is one sentence and exit 2."""
    isolation("init", "--key-store", "file")
    done = isolation("export", *arguments, "-o", str(tmp_path / "x"))
    assert (done.code, done.out) == (2, "")
    assert not (tmp_path / "x").exists()


def validate(document: dict[str, Any], part: str = "") -> None:
    """Checks a document against its published schema, a line against a part of the ledger's."""
    folder = Path(__file__).parents[2] / "docs" / "schemas"
    schemas: dict[str, Any] = {one.name: json.loads(one.read_text(encoding="utf-8")) for one in folder.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (file, Resource.from_contents(schema)) for file, schema in schemas.items()
    )
    schema = {"$ref": f"ledger-1.schema.json#/$defs/{part}"}
    if not part:
        schema = schemas[document["schema"].removeprefix("isolation.").replace("/", "-") + ".schema.json"]
    Draft202012Validator(schema, registry=registry).validate(document)


def test_a_reading_in_a_line_is_what_it_was() -> None:
    """A reading that says nothing but its status survives."""
    session = Session("a", NOON, readings=(Reading("tunnel", "absent", reason="none is up"),))
    (reading,) = session_line(f"isolation/{'0' * 32}", 1, NOON, session, Interval(None, None))["readings"]
    assert reading == {
        "fact": "tunnel", "status": "absent", "value": None, "reason": "none is up", "identifying": False,
        "confidence": "certain",
    }  # fmt: skip
