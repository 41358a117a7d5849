"""When entries were recorded, as reports and exports tell it: by time stamps, and honestly where there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import isolation
from isolation.cli.audit_words import audit_lines
from isolation.cli.layout import laid_out
from isolation.ledger import Ledger
from isolation.ledger.anchoring import anchor
from isolation.ledger.lines import ledger_lines
from isolation.ledger.person import stored_of_operator
from isolation.ledger.timestamps import Trust
from isolation.model import Reading, Session
from isolation.reports.documents import DOES_NOT_SHOW
from isolation.times import format_time

from .conftest import Authority

NOON = 1_790_000_000_000_000
ROUTER = (Reading("gateway_mac", "observed", "3C-37-86-5D-75-D4", source="test", identifying=True),)
NONE = "No outside time stamp: only this machine's clock, which its owner sets, says when anything was recorded."


def use(ledger: Ledger, account: str, begin: int, operator: str = "") -> int:
    """Records a use of the one router."""
    with ledger.writing() as log:
        return log.add_session(Session(account, begin, operator=operator, readings=ROUTER))


def written(ledger: Ledger, folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The audit in every form that people and programs read."""
    audit = isolation.audit_ledger(ledger)
    texts = {"text": laid_out(audit_lines(audit), str, colours=False)}
    for form in ("md", "html", "json"):
        path = Path(isolation.write_report(audit, folder / f"audit.{form}"))
        texts[form] = path.read_text(encoding="utf-8").replace("\\", "").replace("&#x27;", "'")
    return json.loads((folder / "audit.json").read_text(encoding="utf-8")), texts


def test_without_a_time_stamp_every_form_says_so(ledger: Ledger, tmp_path: Path) -> None:
    """Each form says that only this machine's clock tells when, and shows its time beside the time that is claimed."""
    first, last = use(ledger, "store-a", NOON - 5), use(ledger, "store-b", NOON - 4)
    document, texts = written(ledger, tmp_path)
    assert all(NONE in texts[form] for form in ("text", "md", "html"))
    assert document["ledger"]["time_stamps"] == []
    finding = next(one for one in document["findings"] if one["rule"] == "shared-gateway")
    assert finding["logged"] == [
        {"entry": entry, "begin": format_time(NOON - 5 + place), "clock": format_time(NOON), "after": None, "by": None}
        for place, entry in enumerate((first, last))
    ]


def test_reports_print_the_logged_interval_of_what_stands_behind_findings(
    ledger: Ledger, authority: Authority, trust: Trust, tmp_path: Path
) -> None:
    """First and last use of a finding stand with the moments after and by which they were recorded."""
    first = use(ledger, "store-a", NOON + 9)
    (one,) = anchor(ledger, [authority.url], trust).anchors
    use(ledger, "store-c", NOON + 10)
    last = use(ledger, "store-b", NOON + 11)
    (two,) = anchor(ledger, [authority.url], None).anchors
    use(ledger, "store-d", NOON + 10)
    document, texts = written(ledger, tmp_path)
    finding = next(entry for entry in document["findings"] if entry["rule"] == "shared-gateway")
    told = [(use["entry"], use["after"], use["by"]) for use in finding["logged"]]
    assert told == [(first, None, format_time(one.until)), (last, format_time(one.since), format_time(two.until))]
    assert [stamp["size"] for stamp in document["ledger"]["time_stamps"]] == [one.size, two.size]
    for form in ("text", "md", "html"):
        assert f"The first {one.size} entries existed by {format_time(one.until)}, says {authority.url}." in texts[form]
        assert f"says {authority.url}; whose that time stamp is, nobody verified." in texts[form]
        assert "For the 2 newest entries no time stamp says by when they were recorded." in texts[form]
        assert NONE not in texts[form]
        assert format_time(two.until) in texts[form]
    ending = f"| {_shown(one.since)} | {_shown(two.until)} |"
    assert any(line.startswith(f"| {last} |") and line.endswith(ending) for line in texts["md"].splitlines())
    assert _shown(one.since) in texts["html"]
    assert _shown(two.until) in texts["html"]


def _shown(moment: int) -> str:
    """A moment to the second, as the tables of reports have it."""
    text = format_time(moment)
    return f"{text[:10]} {text[11:19]} UTC"


def test_a_window_shows_the_uses_of_the_window(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """An audit of a period tells of the first and the last use in it."""
    entries = [use(ledger, account, NOON + place) for place, account in enumerate(("store-a", "store-b") * 2)]
    audit = isolation.audit_ledger(ledger, since=NOON + 1, until=NOON + 3)
    (finding,) = (one for one in audit.findings if one.rule == "shared-gateway")
    assert [one.entry for one in audit.logged[finding.id]] == entries[1:3]


def test_exports_print_the_logged_interval(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """Every session of `export --all` and of `export --operator` has its bounds, null where no time stamp sets one."""
    use(ledger, "store-a", NOON, "Li")
    (one,) = anchor(ledger, [authority.url], trust).anchors
    use(ledger, "store-a", NOON, "Li")
    bounds = [(None, format_time(one.until)), (format_time(one.since), None)]
    for sessions in (list(ledger_lines(ledger))[1:], stored_of_operator(ledger, "Li")["sessions"]):
        assert [(line["logged_after"], line["logged_by"]) for line in sessions] == bounds


def test_every_form_says_what_is_not_caught(ledger: Ledger, tmp_path: Path) -> None:
    """Each attack that a report cannot show stands in each form: a forged report, rewriting, a cut tail, a fork."""
    use(ledger, "store-a", NOON)
    document, texts = written(ledger, tmp_path)
    assert document["does_not_show"] == list(DOES_NOT_SHOW)
    for form in ("md", "html"):
        assert all(text in texts[form] for text in DOES_NOT_SHOW)
    for words in ("not signed", "rewrite or back-date", "removed from the end", "fork"):
        assert any(words in text for text in DOES_NOT_SHOW)
