"""A report on one account: proved, checked by `verify`, and without one byte of anybody else."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest

from isolation.audit import audit_ledger
from isolation.cli.entry import main
from isolation.errors import LedgerDamaged
from isolation.ledger import Ledger
from isolation.ledger.bundle import verify_bundle
from isolation.ledger.choosing import of_kind
from isolation.model import Session
from isolation.policy import Group, Policy
from isolation.policy.terms import Accepted
from isolation.reports import ENDINGS
from isolation.reports.bundle import Request
from isolation.reports.embedded import embedded
from isolation.reports.selective import BESIDE, Issued, write_account_report

from ..bundles.conftest import LI, OTHERS_ADDRESS, OTHERS_DEVICE, WU, fill, seen
from ..bundles.test_privacy import layers, traces, value_traces
from ..conftest import DAY, NOON
from ..docs.conftest import SCHEMAS
from ..docs.test_schemas import validate

OWN, OTHER, THIRD = "Plum-Garden", "Kiosk-Nord", "Zebra-Outlet"
# What people wrote about others, in the policy and in the ledger.
WORDS = (
    "Nordhandel",
    "lease of the kiosk",
    "Herr Zobel",
    "the kiosk moved out",
    "Kiosk Hinterzimmer",
    "contract-zobel",
)
VALUES = {
    "gateway_mac": "3C-37-86-AA-BB-CC", "public_ip": "2a02:8108:99:77::5",
    "device_id": "99887766554433221100ffeeddccbbaa",
}  # fmt: skip
POLICY = Policy(
    groups=(Group("Nordhandel", "same-owner", ("kiosk-nord", "zebra-outlet"), (), "lease of the kiosk"),),
    waivers=(
        Accepted(
            "contract-zobel", "shared-gateway", ("plum-garden", "kiosk-nord"), "", "Herr Zobel", "the kiosk moved out",
            "Kiosk Hinterzimmer.pdf", NOON - DAY, NOON + 900 * DAY,
        ),
    ),
    standing={"kiosk-nord": (("deactivated", NOON),)},
)  # fmt: skip


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    """The ledger of two clients that share a router, and of one that shares nothing with the first."""
    fill(ledger)
    with ledger.writing() as log:
        log.add_session(
            Session(OTHER, NOON + DAY, readings=(OTHERS_DEVICE, OTHERS_ADDRESS), network="Kiosk Hinterzimmer")
        )
    return ledger


def make(ledger: Ledger, path: Path, policy: Policy = POLICY, **request: Any) -> Issued:
    """The report on the first client."""
    return write_account_report(ledger, policy, Request(OWN, **request), str(path))[1]


def everything(path: Path) -> bytes:
    """All bytes of a report, with what is packed in it taken out: streams of a PDF and its text, and the bundle."""
    data = path.read_bytes()
    parts = [data]
    if path.suffix == ".pdf":
        reader = pypdf.PdfReader(io.BytesIO(data))
        for number in range(1, reader.trailer["/Size"]):
            one = pypdf.generic.IndirectObject(number, 0, reader).get_object()
            if isinstance(one, pypdf.generic.StreamObject):
                parts.append(one.get_data())
            parts.append(repr(one).encode("utf-8", "backslashreplace"))
        parts += [page.extract_text().encode() for page in reader.pages]
    found = embedded(data)
    if found is not None:
        parts.append(layers(found.data))
    return b"\n".join(parts)


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_byte_of_another_is_in_a_report_on_one_account(full: Ledger, tmp_path: Path, ending: str) -> None:
    """Names, people, words and values of others are nowhere in file or bundle; the account's own are."""
    path = tmp_path / f"report{ending}"
    make(full, path)
    whole = everything(path) + layers(Path(f"{path}{BESIDE}").read_bytes())
    for name in (OTHER, THIRD, LI, WU, "a word about", "is closed", "laptop of", *WORDS):
        assert [mark for mark in traces(name) if len(mark) >= 4 and mark in whole] == []
    for fact, value in VALUES.items():
        assert [mark for mark in value_traces(fact, value) if len(mark) >= 4 and mark in whole] == []
    for (tag,) in full.connection.execute("SELECT tag FROM identifiers"):
        assert tag not in whole
    assert OWN.encode() in whole
    assert b"3C-37-86-5D-75-D4" in whole
    assert re.search(rb"account-[0-9a-f]{16}", whole)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_account_that_is_disclosed_is_named(full: Ledger, tmp_path: Path, ending: str) -> None:
    """It takes the place of its pseudonym, and the third client still does not appear."""
    path = tmp_path / f"report{ending}"
    issued = make(full, path, disclosed=(OTHER,))
    assert issued.disclosed == (OTHER,)
    whole = everything(path)
    assert OTHER.encode() in whole
    assert not re.search(rb"account-[0-9a-f]{16}", whole)
    assert THIRD.encode() not in whole


def test_it_says_what_is_left_out_and_what_proves_it(full: Ledger, tmp_path: Path) -> None:
    """Page and document count what is not shown, and print the digest of the bundle that lies beside them."""
    issued = make(full, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    beside = (tmp_path / f"report.html{BESIDE}").read_bytes()
    digest = hashlib.sha256(beside).hexdigest()
    assert issued.bundle.digest == digest
    assert digest in page
    assert f"report.html{BESIDE}" in page
    assert issued.omitted["entries"] == 6
    assert "6 entries and" in page
    make(full, tmp_path / "report.json")
    document = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    validate(document)
    assert document["issued"]["omitted"] == issued.omitted  # the reports at the log's end are not told of
    assert [gap["code"] for gap in document["coverage"]["unreadable"]] == ["not-shown"]
    assert document["declared"]["groups"] == []
    (waiver,) = document["declared"]["waivers"]
    assert waiver["accounts"] == [OWN, "1 other account"]
    assert "audit-1.schema.json" in SCHEMAS


def test_it_tells_of_the_account_what_the_audit_does(full: Ledger, tmp_path: Path) -> None:
    """Its uses, their provenance, what it was seen with, and its findings are those of the whole audit."""
    audit, _ = write_account_report(full, POLICY, Request(OWN), str(tmp_path / "report.md"))
    whole = audit_ledger(full, policy=POLICY, accounts=(OWN,))
    own = [stay for stay in whole.stays if stay.account == OWN]
    assert audit.sessions == len(own) == 2
    assert [(stay.first, stay.last) for stay in audit.stays] == [(stay.first, stay.last) for stay in own]
    assert (audit.provenance, audit.not_uses, audit.forced) == ({"observed": 2}, {"refused": 1}, 1)
    assert {one.id for one in audit.findings} <= {one.id for one in whole.findings}
    assert {one.id for one in audit.findings if one.fact == "gateway_mac"} == {
        one.id for one in whole.findings if one.fact == "gateway_mac"
    }
    seen = {one.fact: (one.sessions, one.values) for one in audit.coverage}
    assert seen == {"device_id": (1, 1), "gateway_mac": (2, 1), "public_ip": (1, 1)}
    assert (audit.begun, audit.block_at, audit.origin) == (whole.begun, whole.block_at, whole.origin)
    (uses,) = {audit.logged[one.id] for one in audit.findings if one.fact == "gateway_mac"}
    assert [use.begin for use in uses] == [own[0].first, own[1].first]


def test_it_says_why_it_tells_no_chain(full: Ledger, tmp_path: Path) -> None:
    """Chains are left out because they tell of others, not because there are too many uses."""
    make(full, tmp_path / "report.md", policy=Policy())
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "would tell of those between them" in text
    assert "too many uses" not in text


def checked(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """What `verify` says of a file, as a document."""
    code = main(["--format", "json", "verify", str(path)])
    document = json.loads(capsys.readouterr().out)
    validate(document)
    return code, document


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_a_report_is_verified(full: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """The bundle is taken out and intact, without ledger or key, and the page around it is not vouched for."""
    path = tmp_path / f"report.{form}"
    issued = make(full, path)
    code, document = checked(path, capsys)
    assert (code, document["intact"], document["embedded_in"]) == (0, True, form)
    assert document["subject"]["account"] == OWN
    assert document["fingerprint"] == issued.fingerprint
    assert "words and pictures" in document["does_not_prove"][0]
    assert checked(Path(f"{path}{BESIDE}"), capsys)[1]["embedded_in"] is None
    assert main(["verify", str(path)]) == 0
    assert "words and pictures" in capsys.readouterr().out


def test_a_bundle_in_a_page_that_was_changed_is_damaged(
    full: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed letter anywhere in it, a second bundle, or a block that is not read as one exits 3."""
    path = tmp_path / "report.html"
    issued = make(full, path)
    page = path.read_bytes()
    block = base64.b64encode(issued.bundle.data)
    start = page.index(block)
    for place in range(start, start + len(block), 97):
        other = b"B" if page[place : place + 1] == b"A" else b"A"
        path.write_bytes(page[:place] + other + page[place + 1 :])
        assert checked(path, capsys)[0] == 3, place
    again = page[page.rindex(b"<script", 0, start) : page.index(b"</script>", start) + 9]
    for changed in (
        page + again,
        page.replace(block, b"!" + block),
        page.replace(b'id="isolation-b', b'x="" id="isolation-b'),
    ):
        path.write_bytes(changed)
        assert checked(path, capsys)[0] == 3


def test_a_pdf_that_was_cut_is_damaged(full: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A PDF whose attachments cannot be read says so in one sentence, and is never intact."""
    path = tmp_path / "report.pdf"
    make(full, path)
    whole = path.read_bytes()
    for length in (8, len(whole) // 2, len(whole) - 400):
        path.write_bytes(whole[:length])
        assert main(["verify", str(path)]) == 3
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "Verify the bundle that lies beside the report." in said.err


def test_a_pdf_with_changed_bytes_is_never_intact_by_another_bundle(full: Ledger, tmp_path: Path) -> None:
    """Whatever byte is changed, the very bundle comes out of it, none does, or the file is damaged."""
    path = tmp_path / "report.pdf"
    issued = make(full, path)
    whole, drawn = path.read_bytes(), random.Random(7)
    for _ in range(60):
        place = drawn.randrange(8, len(whole))
        changed = whole[:place] + bytes([whole[place] ^ 1 << drawn.randrange(8)]) + whole[place + 1 :]
        try:
            found = embedded(changed)
        except LedgerDamaged:
            continue
        assert found is None or found.data == issued.bundle.data or not verify_bundle(found.data).intact


@pytest.mark.parametrize("ending", [".html", ".pdf"])
def test_a_report_on_the_whole_ledger_carries_nothing_to_check(
    full: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    """`verify` says that it has no bundle; it does not call it intact or damaged."""
    path = tmp_path / f"report{ending}"
    assert main(["--ledger", full.path, "report", "-o", str(path)]) == 0
    capsys.readouterr()
    assert main(["verify", str(path)]) == 2
    assert "carries no proof bundle" in capsys.readouterr().err


def test_every_report_is_recorded(full: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report on one account records its bundle and itself, one on everything itself, each by the file's digest."""
    one, whole = tmp_path / "one.html", tmp_path / "whole.html"
    for words in (["-o", str(one), "--account", OWN, "--disclose", OTHER], ["-o", str(whole)]):
        assert main(["--format", "json", "--ledger", full.path, "report", *words]) == 0
    said = capsys.readouterr()
    assert f"This report names {OTHER}" in said.err
    opener = full.opener()
    entries = [entry for entry, _ in of_kind(full.connection.execute, "report")]
    told = [opener.fields(full.connection.execute, entry) for entry in entries]
    assert [fields["what"] for fields in told] == ["bundle", "report", "report"]
    assert [fields["accounts"] for fields in told] == [[OWN], [OWN], []]
    assert [fields["disclosed"] for fields in told] == [[OTHER], [OTHER], []]
    for fields, path in zip(told[1:], (one, whole), strict=True):
        assert fields["digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert main(["--ledger", full.path, "verify"]) == 0


def test_a_report_from_a_copy_elsewhere_is_written_and_not_recorded(
    full: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy of another machine's ledger is reported on: that this is not recorded is said, and nothing is appended."""
    with full.writing() as log:
        log.require_machine((seen("device_id", "22222222222242228222222222222222"),))
    size = full.size
    path = tmp_path / "report.json"
    assert main(["--format", "json", "--ledger", full.path, "report", "-o", str(path)]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    validate(document)
    assert document["entry"] is None
    assert "is not recorded" in said.err
    assert full.size == size
    validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--disclose", OTHER], 2),
        (["--account", OWN, "--as-of", "2026-09-22"], 2),
        (["--account", "nobody"], 2),
        (["--account", ""], 2),
        (["--account=  "], 2),
        (["--account", OWN, "--zone", "Mars/Base"], 2),
        (["--account", OWN, "--disclose", "nobody"], 2),
        (["--account", OWN, "--since", "2026-09-23", "--until", "2026-09-22"], 0),
    ],
)
def test_what_cannot_be_asked_for_leaves_no_file(
    full: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int
) -> None:
    """A refused report is refused in a sentence, writes neither file and records nothing."""
    before = full.connection.execute("SELECT count(*) FROM entries").fetchone()
    assert main(["--ledger", full.path, "report", "-o", str(tmp_path / "r.html"), *words]) == code
    capsys.readouterr()
    if code:
        assert not list(tmp_path.glob("r.html*"))
        assert full.connection.execute("SELECT count(*) FROM entries").fetchone() == before
