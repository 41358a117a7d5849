"""The sections of the audit report, for a ledger that is empty, at home, at an agency, and with a log alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import isolation
from isolation.audit import MOST_TRACED, audit_ledger
from isolation.audited import Audit, Cluster, Stay
from isolation.errors import UsageError
from isolation.ledger import Ledger
from isolation.model import Finding, Session, Subject
from isolation.policy import Group, Policy
from isolation.policy.terms import Accepted
from isolation.reports.audit_report import PARTS, audit_report
from isolation.reports.content import Card, Chart, Facts, Report
from isolation.reports.frame import Frame
from isolation.reports.parts import chains

from ..conftest import DAY, HOUR, NOON, reading

GATEWAY = "3C-37-86-5D-75-D4"


def record(ledger: Ledger, account: str, at: int, **more: object) -> None:
    """One use behind one router."""
    with ledger.writing() as log:
        fields: dict[str, object] = {"readings": (reading("gateway_mac", GATEWAY),)} | more
        log.add_session(Session(account, at, **fields))  # type: ignore[arg-type]  # fields of Session, by name


def text_of(audit: Audit, tmp_path: Path, **more: object) -> str:
    """The Markdown report, without the backslashes that keep signs from being markup."""
    path = isolation.write_report(audit, tmp_path / "audit.md", **more)  # type: ignore[arg-type]  # as it takes them
    return re.sub(r"\\(.)", r"\1", Path(path).read_text(encoding="utf-8"))


def box(report: Report) -> dict[str, str]:
    """What the box for a stranger says."""
    (facts,) = [block for block in report.sections[0].blocks if isinstance(block, Facts) and block.boxed]
    return dict(facts.pairs)


def test_an_empty_ledger_tells_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """Every section stands, and the answer says that nothing can be told, not that nothing is wrong."""
    audit = audit_ledger(ledger, policy=Policy())
    report = audit_report(Frame(audit))
    assert len(report.sections) == len(PARTS)
    assert all(section.blocks for section in report.sections)
    text = text_of(audit, tmp_path)
    assert "nothing can be told from it" in text
    assert "safe" not in text
    assert "clean" not in text


def test_a_household_that_is_declared(ledger: Ledger, tmp_path: Path) -> None:
    """Two accounts at home are open until they are declared; then the group stands in the report with its evidence."""
    record(ledger, "Hers", NOON)
    record(ledger, "His", NOON + HOUR)
    openly = text_of(audit_ledger(ledger, policy=Policy()), tmp_path)
    assert "1 machine, place or account with open findings: 1 high." in openly
    group = Group("home", "household", ("hers", "his"), evidence="marriage.pdf sha256:00")
    text = text_of(audit_ledger(ledger, policy=Policy(groups=(group,))), tmp_path)
    assert "No link between accounts is open in this ledger." in text
    assert "| home | household | Hers, His | marriage.pdf sha256:00 | without a limit |" in text


def test_waivers_are_listed_with_whose_word_they_are(ledger: Ledger, tmp_path: Path) -> None:
    """A waiver in force is counted in the box; an expired one is listed as expired."""
    record(ledger, "one", NOON)
    record(ledger, "two", NOON + HOUR)
    until = NOON + 400 * DAY
    waiver = Accepted("cafe", "shared-gateway", ("one", "two"), "", "Li", "a café", "lease.pdf", NOON, until)
    policy = Policy(waivers=(waiver,))
    audit = audit_ledger(ledger, policy=policy, now=NOON + DAY)
    assert box(audit_report(Frame(audit)))["Waivers in force"] == "1"
    later = audit_ledger(ledger, policy=policy, now=until)
    assert box(audit_report(Frame(later)))["Waivers in force"] == "0"
    text = text_of(later, tmp_path)
    assert "| cafe | shared-gateway | one, two | Li | a café | lease.pdf | expired 2027-" in text


def test_forced_uses_and_shares_are_counted(ledger: Ledger) -> None:
    """The box counts uses that were forced, and tells observed, declared and imported ones apart."""
    record(ledger, "one", NOON, forced="because")
    record(ledger, "two", NOON, provenance="declared")
    record(ledger, "two", NOON + DAY, provenance="imported", source="a log")
    record(ledger, "three", NOON, forced="refused all the same", refused=True)
    said = box(audit_report(Frame(audit_ledger(ledger, policy=Policy()))))
    assert said["Forced in spite of a verdict"] == "1 use"
    assert said["Where its uses come from"].startswith("1 observed on this machine, 1 declared by a person, 1 imported")


@pytest.mark.parametrize(("offset", "words"), [(-1, "after the notice of"), (1, "before the notice of")])
def test_a_notice_stands_beside_the_beginning(ledger: Ledger, offset: int, words: str) -> None:
    """Whether the ledger was begun before or after the notice is said in words."""
    audit = audit_ledger(ledger, policy=Policy())
    assert words in box(audit_report(Frame(audit, notice=audit.begun + offset)))["The ledger was begun"]
    assert "notice" not in box(audit_report(Frame(audit)))["The ledger was begun"]


def test_dates_are_told_in_a_named_zone_beside_utc(ledger: Ledger, tmp_path: Path) -> None:
    """With a zone every date has both clocks; a zone that there is not is refused."""
    record(ledger, "one", NOON)
    audit = audit_ledger(ledger, policy=Policy())
    text = text_of(audit, tmp_path, zone="Asia/Shanghai")
    assert "2026-09-21 22:13:20 +08:00 (2026-09-21 14:13:20 UTC)" in text
    with pytest.raises(UsageError):
        isolation.write_report(audit, tmp_path / "audit.md", zone="Mars/Olympus")


def test_a_rule_is_explained_once_with_its_source(ledger: Ledger) -> None:
    """Each rule that found something has one card, with what it cannot see, what to do, and who says so."""
    for at, account in enumerate(("one", "two", "three")):
        record(ledger, account, NOON + at * HOUR)
    (section,) = [
        one for one in audit_report(Frame(audit_ledger(ledger, policy=Policy()))).sections if one.name == "rules"
    ]
    (card,) = [block for block in section.blocks if isinstance(block, Card) and block.name == "shared-gateway"]
    (facts,) = [block for block in card.blocks if isinstance(block, Facts)]
    said = dict(facts.pairs)
    assert "Seller Central" in said["Why it matters"]
    assert "declaration" in said["What to do"]
    assert said["What it cannot see"]


def test_more_accounts_than_there_is_room_for_are_told(ledger: Ledger, tmp_path: Path) -> None:
    """Past a hundred accounts the matrix draws those with the gravest findings and says how many there are."""
    with ledger.writing() as log:
        for at in range(101):
            router = "3C-37-86-5D-75-D4" if at > 98 else f"3C-37-86-5D-75-{at:02X}"
            log.add_session(Session(f"store-{at:03}", NOON + at * HOUR, readings=(reading("gateway_mac", router),)))
    audit = audit_ledger(ledger, policy=Policy())
    assert "Of 101 accounts 100 are drawn" in text_of(audit, tmp_path)
    (section,) = [one for one in audit_report(Frame(audit)).sections if one.name == "places"]
    (drawn,) = [block for block in section.blocks if isinstance(block, Chart) and block.name == "matrix"]
    accounts = {row[0] for row in drawn.table.rows}
    assert {"store-099", "store-100"} <= accounts
    assert "store-098" not in accounts


def test_the_chain_to_each_account_stands_with_dates(ledger: Ledger, tmp_path: Path) -> None:
    """A report tells how accounts that share nothing directly are joined, and an audit alone does not."""
    record(ledger, "one", NOON)
    record(ledger, "two", NOON + HOUR)
    other = (reading("gateway_mac", "B8-27-EB-11-22-33"),)
    record(ledger, "two", NOON + DAY, readings=other)
    record(ledger, "three", NOON + DAY + HOUR, readings=other)
    text = text_of(audit_ledger(ledger, policy=Policy()), tmp_path)
    (section,) = re.findall(r"## How the accounts are joined\n(.*?)\n## ", text, re.DOTALL)
    assert "From two to each account that it is linked with" in section
    assert "two and three by router B8-27-EB-11-22-33: two 2026-09-22 14:13:20 UTC" in section
    assert audit_ledger(ledger, policy=Policy(), stays=False).paths == ()


def test_why_no_chain_is_told_is_the_reason(ledger: Ledger) -> None:
    """That there are too many uses is said of many uses only, and of an audit without chains that it has none."""
    record(ledger, "one", NOON)
    record(ledger, "two", NOON + HOUR)
    audit = audit_ledger(ledger, policy=Policy(), stays=False)
    few, many = (
        str(chains.section(Frame(one)).blocks[0].text)  # type: ignore[union-attr]  # a paragraph
        for one in (audit, audit.replace(sessions=MOST_TRACED + 1))
    )
    assert "No chain was traced" in few
    assert "too many uses" in many
    assert all("isolation audit --account ACCOUNT" in text for text in (few, many))


def test_very_many_accounts_are_counted(ledger: Ledger, tmp_path: Path) -> None:
    """A row of accounts ends after a hundred in how many more there are; the report as .json names all."""
    with ledger.writing() as log:
        for at in range(103):
            log.add_session(Session(f"store-{at:03}", NOON, readings=(reading("gateway_mac", GATEWAY),)))
    audit = audit_ledger(ledger, policy=Policy())
    (facts,) = [
        block
        for one in audit_report(Frame(audit)).sections
        if one.name == "findings"
        for block in one.blocks[0].blocks  # type: ignore[union-attr]  # a card
        if isinstance(block, Facts)
    ]
    told = dict(facts.pairs)["Accounts"]
    assert told.endswith("store-098, store-099, and 3 more, named in a report as .json")
    assert text_of(audit, tmp_path).count("and 3 more, named in a report as .json") == 3  # finding, subject and cluster
    document = json.loads(Path(isolation.write_report(audit, tmp_path / "audit.json")).read_text(encoding="utf-8"))
    assert all(len(one["accounts"]) == 103 for name in ("findings", "subjects", "clusters") for one in document[name])


def test_more_places_than_anybody_reads_are_counted(ledger: Ledger, tmp_path: Path) -> None:
    """Past 500 machines and places the gravest are listed, and past 500 figures of a picture the first."""
    finding = Finding(
        "id-0", "shared-gateway", "high", "certain", "open", "gateway_mac", GATEWAY, ("a", "b"), 2, 0, 1, "s"
    )
    audit = audit_ledger(ledger, policy=Policy()).replace(
        subjects=tuple(Subject(f"s-{at}", "place", f"router {at}", "high", ("a", "b"), ("gateway_mac",), ("id-0",))
                       for at in range(501)),
        clusters=(Cluster(("a", "b"), ("gateway_mac",), "certain"),),
        findings=tuple(finding.replace(id=f"id-{at}", value=f"{at}") for at in range(60)),
        stays=tuple(Stay(f"store-{at % 90}", f"device {at % 7}", "", "observed", at, at, 1) for at in range(700)),
    )  # fmt: skip
    text = text_of(audit, tmp_path)
    assert "the 500 gravest of 501; a report as .json lists all of them" in text
    assert "Uses by place: the first 500 of 630" in text
