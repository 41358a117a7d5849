"""Checking drafts: each remark with its line and words, and nothing said of a draft that holds up."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.appeal.case import case_of
from isolation.appeal.chronology import Zone
from isolation.appeal.draft import parse_draft
from isolation.appeal.lint import lint, named_in
from isolation.appeal.making import on_record
from isolation.appeal.markup import text_of_html
from isolation.appeal.plan import plan_of, plan_report
from isolation.appeal.record import Record
from isolation.appeal.submission import LANGUAGES, Submission
from isolation.ledger import Ledger
from isolation.policy import Policy
from isolation.reports import html, markdown
from isolation.times import zone_named

from ..cli.conftest import Cli, cli  # noqa: F401 - the fixture
from .conftest import DRAFTS

CHINA = Zone("Asia/Shanghai", zone_named("Asia/Shanghai"))
EXAMPLES = sorted(path for path in DRAFTS.iterdir() if path.suffix != ".json")


def record_of(ledger: Ledger, text: str) -> Record:
    """The record that a draft is held against."""
    return on_record(ledger, Policy(), "amazon:store-us", named_in(text, ledger), ())[0]


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_a_draft_is_remarked_on_as_its_golden_file_says(seller: Callable[..., Ledger], path: Path) -> None:
    """Each draft's remarks, by rule, line and words, are those of the file beside it."""
    golden = path.with_name(path.name + ".json")
    text = path.read_text(encoding="utf-8")
    linted = lint(text, record_of(seller(), text), CHINA)
    found = [f"{one.line} {one.rule}: {one.words}" for one in linted.remarks]
    if os.environ.get("ISOLATION_WRITE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def test_a_date_in_another_zone_is_told_as_such(seller: Callable[..., Ledger]) -> None:
    """A day that is right in UTC and not in the named zone is remarked on with the day there; in UTC it stands."""
    ledger = seller()
    with ledger.reading() as reader:
        moment = reader.session(1).begin
    utc = Zone("UTC", zone_named("UTC"))
    far = Zone("+14:00", zone_named("+14:00"))
    text = f"## Root cause\n- It was used on {utc.day(moment)} [entry 1].\n"
    record = record_of(ledger, text)
    assert "date-disagrees" not in [one.rule for one in lint(text, record, utc).remarks]
    (remark,) = [one for one in lint(text, record, far).remarks if one.rule == "date-disagrees"]
    assert far.day(moment) in remark.text


@pytest.mark.parametrize("time", ["14:13", "14:13:20", "14:13 UTC", "22:13 +08:00"])
def test_a_time_of_day_is_compared_to_the_minute(seller: Callable[..., Ledger], time: str) -> None:
    """A time with its own offset counts by that, one without by the zone."""
    utc = Zone("UTC", zone_named("UTC"))
    ledger = seller()
    for told, rules in ((time, []), (time.replace(":13", ":14"), ["date-disagrees"])):
        text = f"## Root cause\n- It was used on 2026-08-22 {told} [entry 1].\n"
        remarks = lint(text, record_of(ledger, text), utc).remarks
        assert [one.rule for one in remarks if one.rule.startswith("date")] == rules


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("stated", ["", "mine", "known", "unknown"])
def test_a_worksheet_has_nothing_but_what_is_to_be_confirmed(
    seller: Callable[..., Ledger], code: str, stated: str
) -> None:
    """What the pack writes passes its own check, but for the points that wait for the person."""
    record = on_record(seller(), Policy(), "amazon:store-us", (), ["Harbour Lights Ltd"])[0]
    said = Submission(code)
    plan = plan_of(record, case_of(record, Policy(), stated), [], said, CHINA)
    text = markdown.render(plan_report(plan, record, said, (), ""), said.language)
    assert {one.rule for one in lint(text, record, CHINA).remarks} == {"to-be-confirmed"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_worksheet_is_checked_as_a_page_too(seller: Callable[..., Ledger], code: str) -> None:
    """Headings of the HTML form are known as such: no section of the worksheet is missed there."""
    record = on_record(seller(), Policy(), "amazon:store-us", (), ["Harbour Lights Ltd"])[0]
    said = Submission(code)
    plan = plan_of(record, case_of(record, Policy(), "known"), [], said, CHINA)
    text = text_of_html(html.render(plan_report(plan, record, said, (), ""), said.language))
    rules = {one.rule for one in lint(text, record, CHINA).remarks}
    assert not rules & {"missing-section", "no-root-cause"}


LINES = ["## Root cause", "- never", "  only", "only", "", "买家恶意", "2026-01-02", "x" * 50, "| a |", "1. VPN"]


@given(st.lists(st.sampled_from(LINES)))
def test_words_stand_on_their_line(lines: list[str]) -> None:
    """Whatever the draft, a remark's first word is on the line that it tells, and every line is in one block."""
    text = "\n".join(lines)
    for remark in lint(text, None, CHINA).remarks:
        if remark.line:
            assert remark.words.split()[0] in lines[remark.line - 1]
    told = [line for block in parse_draft(text) for line in block.text.split("\n")]
    assert [line for line in told if line.strip()] == [line for line in lines if line.strip()]


@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    """No draft makes the check fail, and one that is held against nothing says so."""
    assert lint(text, None, CHINA).unchecked


def test_exit_codes(cli: Cli, seller: Callable[..., Ledger], tmp_path: Path) -> None:  # noqa: F811 - as above
    """0 where nothing is to be mended, 11 where something is, 10 where dates could not be compared."""
    seller().close()
    good, bad = str(DRAFTS / "good-en.md"), str(DRAFTS / "bad-en.md")
    assert cli("appeal", "amazon:store-us", "--lint", good, "--tz", "Asia/Shanghai").code == 0
    assert cli("appeal", "--lint", good).code == 10
    found = cli("--format", "json", "appeal", "amazon:store-us", "--lint", bad, "--tz", "Asia/Shanghai")
    assert found.code == 11
    assert {one["line"] for one in found.document["remarks"] if one["rule"] == "absolute"} == {8}
    assert cli("appeal", "--lint", str(tmp_path / "none.md")).code == 2


def test_the_words_of_a_hostile_draft_show_as_text(cli: Cli, tmp_path: Path) -> None:  # noqa: F811 - as above
    """Control characters of a draft do not reach the terminal."""
    draft = tmp_path / "poa.md"
    draft.write_text("## Root cause\n- \x1b[31mnever\u202e\n", encoding="utf-8")
    done = cli("appeal", "--lint", str(draft))
    assert done.code == 11
    assert not {"\x1b", "\u202e"} & set(done.out)
