"""The published schemas: valid, complete, and true of what the program prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from isolation import paths
from isolation.audited import Audit, Cluster, FactCoverage
from isolation.errors import LedgerError
from isolation.model import (
    CONFIDENCES,
    FACTS,
    SEVERITIES,
    STATUSES,
    Basis,
    Finding,
    Gap,
    Identity,
    Reading,
    Subject,
    Verdict,
)
from isolation.reports import documents

from .conftest import SCHEMAS

# The keys that users and other tools rely on.
PROMISED = {
    "probe": {"observed_at", "readings"},
    "verdict": {"account", "operator", "outcome", "basis", "findings", "unknown", "would_join", "readings"},
    "import": {"rows", "recorded", "duplicates", "amended", "rejected"},
    "audit": {"sessions", "accounts", "findings", "subjects", "clusters", "coverage", "ledger"},
    "verify": {"intact", "size", "root", "problems", "proves", "does_not_prove"},
}
PROMISED_BELOW = {
    ("common", "reading"): {"fact", "status", "value", "source", "reason", "identifying", "confidence"},
    ("common", "finding"): {
        "id", "rule", "severity", "confidence", "state", "fact", "value", "accounts", "sessions", "first_seen",
        "last_seen", "subject",
    },
}  # fmt: skip


def _closed(schema: Any) -> Any:
    """The same schema, refusing keys that it does not describe."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


REGISTRY: Registry[Any] = Registry().with_resources(
    (name, Resource.from_contents(schema)) for name, schema in _closed(SCHEMAS).items()
)


def validate(document: dict[str, Any]) -> None:
    """Checks a document, and that its schema describes every key of it."""
    file = document["schema"].removeprefix("isolation.").replace("/", "-") + ".schema.json"
    plain = json.loads(json.dumps(document))
    Draft202012Validator(_closed(SCHEMAS[file]), registry=REGISTRY, format_checker=FormatChecker()).validate(plain)


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_schema_is_a_schema(file: str) -> None:
    """Each file is valid JSON Schema 2020-12, names itself, and refers only to what is there."""
    schema = SCHEMAS[file]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == file
    for text in _references(schema):
        target, _, pointer = text.partition("#/$defs/")
        assert pointer in SCHEMAS[target or file]["$defs"]


def _references(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
        return own + [one for value in schema.values() for one in _references(value)]
    return [one for value in schema for one in _references(value)] if isinstance(schema, list) else []


@pytest.mark.parametrize("file", [file for file in SCHEMAS if file.endswith("-1.schema.json")])
def test_a_document_names_its_schema_and_may_grow(file: str) -> None:
    """A document's schema requires its own name and allows keys that are added later."""
    schema = SCHEMAS[file]
    assert schema["properties"]["schema"] == {"const": f"isolation.{file.removesuffix('-1.schema.json')}/1"}
    assert "schema" in schema["required"]
    assert "additionalProperties" not in schema


@pytest.mark.parametrize("name", PROMISED)
def test_promised_keys_are_required(name: str) -> None:
    """What users and other tools rely on is required by the schemas."""
    assert PROMISED[name] <= set(SCHEMAS[f"{name}-1.schema.json"]["required"])


def test_promised_keys_of_parts_are_required() -> None:
    """The keys of a reading, a finding, a cluster, a ledger and a rejected row are required too."""
    for (file, part), keys in PROMISED_BELOW.items():
        assert keys <= set(SCHEMAS[f"{file}.schema.json"]["$defs"][part]["required"])
    audit = SCHEMAS["audit-1.schema.json"]["properties"]
    assert {"accounts", "facts", "confidence"} <= set(audit["clusters"]["items"]["required"])
    assert {"origin", "size", "root"} <= set(audit["ledger"]["required"])
    rejected = SCHEMAS["import-1.schema.json"]["properties"]["rejected"]["items"]
    assert {"file", "line", "reason"} <= set(rejected["required"])


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
NAMES = st.lists(TEXTS, max_size=3)
MOMENTS = st.integers(0, 4_102_444_800_000_000)  # until 2100
COUNTS = st.integers(0, 10**9)
SCANS = st.lists(st.tuples(TEXTS, st.integers(-100, 0)), max_size=2).map(tuple)


@st.composite
def _readings(draw: st.DrawFn) -> Reading:
    status = draw(st.sampled_from(STATUSES))
    value = draw(st.one_of(TEXTS, SCANS)) if status == "observed" else None
    detail = draw(st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(-9, 9), st.booleans()), max_size=2))
    return Reading(
        draw(st.sampled_from(FACTS)), status, value, source=draw(TEXTS), reason=draw(TEXTS),
        identifying=draw(st.booleans()), confidence=draw(st.sampled_from(CONFIDENCES)), detail=detail,
    )  # fmt: skip


FINDINGS = st.builds(
    Finding, TEXTS, TEXTS, st.sampled_from(SEVERITIES), st.sampled_from(CONFIDENCES),
    st.sampled_from(("open", "declared", "waived")), st.sampled_from(FACTS), st.one_of(st.none(), TEXTS),
    st.lists(TEXTS, min_size=1, max_size=3), COUNTS, MOMENTS, MOMENTS, TEXTS, TEXTS,
)  # fmt: skip
GAPS = st.builds(Gap, TEXTS, TEXTS, st.booleans())
IDENTITIES = st.builds(Identity, st.lists(_readings(), max_size=4), MOMENTS, TEXTS)
TOUCHES = st.builds(paths.Touch, TEXTS, MOMENTS, MOMENTS, st.integers(1, 9))
TIES = st.builds(
    paths.Tie, TEXTS, st.sampled_from(FACTS), st.one_of(st.none(), TEXTS), TEXTS, TEXTS, st.sampled_from(SEVERITIES),
    st.sampled_from(CONFIDENCES), st.sampled_from(("open", "declared", "waived")), st.lists(TOUCHES, max_size=2),
)  # fmt: skip
PATHS = st.builds(
    paths.Path,
    st.lists(st.builds(paths.Hop, TEXTS, TEXTS, st.lists(TIES, min_size=1, max_size=2)), min_size=1, max_size=2),
)
SUBJECTS = st.builds(
    Subject, TEXTS, st.sampled_from(("machine", "place", "account")), TEXTS, st.sampled_from(SEVERITIES), NAMES, NAMES,
    NAMES,
)  # fmt: skip
VERDICTS = st.builds(
    Verdict, TEXTS, TEXTS, st.sampled_from(("pass", "collision", "unknown", "error")),
    st.builds(Basis, COUNTS, st.one_of(st.none(), MOMENTS), COUNTS, TEXTS, st.one_of(st.none(), MOMENTS)),
    st.lists(FINDINGS, max_size=3), st.lists(GAPS, max_size=3), NAMES, IDENTITIES, st.sampled_from(SEVERITIES),
    st.lists(st.sampled_from(FACTS), max_size=2), paths=st.lists(PATHS, max_size=2),
    subjects=st.lists(SUBJECTS, max_size=2),
)  # fmt: skip
AUDITS = st.builds(
    Audit, COUNTS, COUNTS, st.lists(FINDINGS, max_size=3),
    st.lists(SUBJECTS, max_size=2),
    st.lists(
        st.builds(Cluster, st.lists(TEXTS, min_size=2, max_size=3), NAMES, st.sampled_from(CONFIDENCES)), max_size=2
    ),
    st.lists(st.builds(FactCoverage, st.sampled_from(FACTS), COUNTS, COUNTS, COUNTS, COUNTS), max_size=3),
    st.dictionaries(TEXTS, COUNTS, max_size=3), st.dictionaries(TEXTS, COUNTS, max_size=3),
    st.lists(GAPS, max_size=2), TEXTS, COUNTS, st.binary(min_size=32, max_size=32).map(bytes.hex), TEXTS,
    st.sampled_from(SEVERITIES), MOMENTS, st.one_of(st.none(), MOMENTS), st.one_of(st.none(), MOMENTS),
    paths=st.lists(PATHS, max_size=2),
)  # fmt: skip


@settings(deadline=None)
@given(IDENTITIES)
def test_any_identity_prints_as_its_schema_says(identity: Identity) -> None:
    """Whatever was or was not read, the probe document is valid."""
    validate(documents.probe(identity))


@settings(deadline=None)
@given(VERDICTS)
def test_any_verdict_prints_as_its_schema_says(verdict: Verdict) -> None:
    """Every verdict's document is valid, and its `unknown` and `unknown_reasons` say the same."""
    document = documents.verdict(verdict)
    validate(document)
    assert document["unknown"] == [gap["code"] for gap in document["unknown_reasons"]]


@settings(deadline=None)
@given(VERDICTS)
def test_any_public_verdict_names_nobody_else(verdict: Verdict) -> None:
    """What a tenant may see is valid by a schema that forbids accounts and values."""
    validate(verdict.public())


@settings(deadline=None)
@given(AUDITS)
def test_any_audit_prints_as_its_schema_says(audit: Audit) -> None:
    """Every audit's document is valid."""
    validate(documents.audit(audit))


def test_a_failure_prints_as_its_schema_says() -> None:
    """The error document is valid."""
    validate(documents.error(LedgerError("The ledger is busy.", "Try again.")))


def test_a_document_that_breaks_its_promise_is_noticed() -> None:
    """A value in a reading that was not observed is refused: the schemas say more than which keys there are."""
    document = documents.probe(Identity((Reading("ssid", "absent"),), 0))
    document["readings"][0]["value"] = "home"
    with pytest.raises(ValidationError):
        validate(document)


LOG = "User,When,IP\nstore-a,2026-03-01T10:00:00Z,8.8.8.8\nstore-b,2026-03-01T12:00:00Z,8.8.8.8\n,,\n"
TOUR = (
    "status", "init --key-store file --no-earlier-accounts", "probe", "check store-a", "begin store-a --force tour",
    "end", "declare store-b --operator li --time 2026-03-01T10:00:00Z", "group shops store-a store-b --kind same-owner",
    "import LOG", "import LOG --map account=User --map time=When --map public_ip=IP --dry-run",
    "import LOG --map account=User --map time=When --map public_ip=IP", "import --list", "recover", "audit", "plan",
    "report -o REPORT", "timeline -o PICTURE", "verify", "export --account store-a --disclose store-b -o BUNDLE",
    "appeal store-a --notice NOTICE -o PACK --case mine", "appeal --lint NOTICE",
    "export --checkpoint -o KEPT", "verify BUNDLE --checkpoint KEPT", "verify --checkpoint KEPT",
    "export --all -o LINES", "import LINES", "export --operator li -o PERSON", "backup -o BACKUP",
    "erase --operator li --dry-run", "erase --account store-b --yes", "rotate-keys", "status", "verify",
    "export --account store-a -o SIGNED", "verify SIGNED", "restore BACKUP --accept-rollback tour",
    "rules", "rules shared-device", "rules --catalogue", "status", "rules nothing",
    "setup",
)  # fmt: skip
FILES = ("BUNDLE", "KEPT", "LINES", "PERSON", "BACKUP", "SIGNED", "NOTICE", "PACK")


def test_every_command_prints_what_its_schema_says(tmp_path: Path) -> None:
    """From the first use to the report, each command's JSON is one document that its schema describes whole."""
    log = tmp_path / "log.csv"
    log.write_text(LOG, encoding="utf-8")
    (tmp_path / "NOTICE").write_text("Your account is related to another account, store-b. Case 12345, 2 March 2026.")
    seen = set()
    for line in TOUR:
        files = {"LOG": str(log), "REPORT": str(tmp_path / "audit.json"), "PICTURE": str(tmp_path / "uses.svg")}
        files |= {name: str(tmp_path / name) for name in FILES}
        words = [files.get(word, word) for word in line.split()]
        done = subprocess.run(
            [sys.executable, "-m", "isolation", "--format", "json", *words],
            input=b"\n" * 6 if words == ["setup"] else b"", capture_output=True, timeout=120, check=False,
            env=os.environ | {"HOME": str(tmp_path)},
        )  # fmt: skip
        assert "Traceback" not in done.stderr.decode(), (line, done.stderr)
        document = json.loads(done.stdout)
        validate(document)
        seen.add(document["schema"].removeprefix("isolation.").removesuffix("/1"))
        assert (document["schema"] == "isolation.error/1") == (line == "rules nothing"), (line, document)
    for written in ("audit.json", "BUNDLE", "SIGNED", "PERSON"):
        validate(json.loads((tmp_path / written).read_text(encoding="utf-8")))
    # Not printed by a command: for services, in files of their own, or only with an authority at hand.
    assert seen | {"verdict-public", "bundle", "ledger", "operator", "anchor"} == {
        file.removesuffix("-1.schema.json") for file in SCHEMAS if file.endswith("-1.schema.json")
    }
