"""The pack: what is written, what it rests on, and what it never concludes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.appeal.case import case_of
from isolation.appeal.chronology import Zone, chronology
from isolation.appeal.dates import dates_in
from isolation.appeal.enclosures import enclosures
from isolation.appeal.making import on_record, told_by
from isolation.appeal.marketplace import language_for
from isolation.appeal.notice import Notice, Part
from isolation.appeal.plan import plan_of, plan_report
from isolation.appeal.record import MOST_USES, Record, Use, alike
from isolation.appeal.required import DOCUMENTS, checked, needed, parse_having
from isolation.appeal.submission import FACTS, FRAME, LANGUAGES, TEXTS, Submission
from isolation.errors import UsageError
from isolation.language import Language
from isolation.ledger import Ledger
from isolation.messages import message
from isolation.model import UNDATED, Session
from isolation.policy import Policy
from isolation.policy.terms import Group
from isolation.reports import html, markdown
from isolation.times import zone_named

from ..cli.conftest import Cli, cli  # noqa: F401 - the fixture
from ..conftest import DAY, NOON
from .conftest import NOTICES

UTC = Zone("UTC", zone_named("UTC"))
NOTICE = str(NOTICES / "amazon-related-en.txt")
FILES = {
    "README.md", "README.html", "chronology.md", "chronology.html", "documents.md", "documents.html",
    "enclosures.md", "enclosures.html",
    "plan-of-action.md", "plan-of-action.html", "channels.md", "channels.html", "audit.html", "proof.json",
    "index.json",
}  # fmt: skip


def record_of(ledger: Ledger | None, *associated: str, policy: Policy | None = None) -> Record:
    """The record of the seller's account with those accounts."""
    return on_record(ledger, policy or Policy(), "amazon:store-us", associated, ["Harbour Lights Ltd"])[0]


def test_the_chronology_ties_every_use_to_its_entry(seller: Callable[..., Ledger]) -> None:
    """Uses of the account and of the named store come in order with their entries, undated ones first, no others."""
    undated = Session("amazon:store-us", UNDATED, provenance="imported")
    ledger = seller(undated)
    record = record_of(ledger)
    assert record.associated == ("Harbour Lights Ltd",)
    assert [(use.account, use.begin) for use in record.uses] == [
        ("amazon:store-us", UNDATED), ("amazon:store-us", NOON - 30 * DAY), ("Harbour Lights Ltd", NOON - 29 * DAY),
        ("amazon:store-us", NOON - 2 * DAY),
    ]  # fmt: skip
    with ledger.reading() as reader:
        for use in record.uses:
            session = reader.session(use.entry)
            assert (session.account, session.begin, session.end, session.provenance) == (
                use.account, use.begin, use.end, use.provenance
            )  # fmt: skip
    assert [use.provenance for use in record.uses] == ["imported", "observed", "observed", "imported"]


def test_a_long_record_is_counted_whole_and_listed_in_part() -> None:
    """Of very many uses the newest are listed, the others counted; what the plan counts is all of them."""
    uses = [Use(n, "a", NOON + n, None, NOON, None, None, "observed", "ui") for n in range(1, MOST_USES + 3)]
    record = Record("a", uses=uses, size=MOST_USES + 3)
    page = markdown.render(chronology(record, Submission("en"), UTC), Language("en"))
    assert "Older uses that are not listed here: 2." in page
    assert page.count("| a |") == MOST_USES
    plan = plan_of(record, case_of(record, Policy()), [], Submission("en"), UTC)
    assert f"Recorded uses of a: {MOST_USES + 2}," in dict(plan.sections)["coverage"][0].text


def test_nothing_is_concluded_from_absence(seller: Callable[..., Ledger]) -> None:
    """Uses on record point to no case, and without a ledger there is none either."""
    for ledger in (None, seller()):
        case = case_of(record_of(ledger), Policy())
        assert (case.kind, case.basis) == ("", "")
    assert [one.points_to for one in case.evidence] == ["not-unknown"]


def test_a_statement_against_the_record_is_shown(seller: Callable[..., Ledger]) -> None:
    """Who states that the other account is unknown, while it was used here, is told so; the statement stands."""
    case = case_of(record_of(seller()), Policy(), "unknown")
    assert (case.kind, case.basis) == ("unknown", "stated")
    assert len(case.conflicts) == 1
    assert "1 use of Harbour Lights Ltd" in case.conflicts[0]


@pytest.mark.parametrize(("kind", "case"), [("same-owner", "mine"), ("same-store", "mine"), ("agency", "known")])
def test_what_the_policy_declares_is_the_case(seller: Callable[..., Ledger], kind: str, case: str) -> None:
    """A group that a person declared before the notice tells the case, as recorded."""
    policy = Policy(groups=(Group("ours", kind, ("amazon:store-us", "harbour lights ltd")),))
    found = case_of(record_of(seller(), policy=policy), policy)
    assert (found.kind, found.basis) == (case, "recorded")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("stated", ["", "mine", "known", "unknown"])
def test_every_statement_is_tied_or_marked(seller: Callable[..., Ledger], code: str, stated: str) -> None:
    """Each point of the worksheet names entries or findings of this ledger, or says what is to be confirmed."""
    record = record_of(seller())
    entries, findings = {use.entry for use in record.uses}, {one.id for one in record.findings}
    said = Submission(code)
    plan = plan_of(record, case_of(record, Policy(), stated), [], said, UTC)
    for _, statements in plan.sections:
        for one in statements:
            assert one.confirm or one.entries or one.findings
            assert set(one.entries) <= entries
            assert set(one.findings) <= findings
            assert not one.documents or one.confirm
    root = dict(plan.sections)["root-cause"]
    assert any(one.findings and one.entries for one in root)


def test_no_client_is_named_in_what_is_handed_in(seller: Callable[..., Ledger]) -> None:
    """An account that the notice does not name stands in plan without its name, and is not left out."""
    record = record_of(seller())
    assert any("amazon:client-b" in one.accounts for one in record.findings)
    lines = [
        one.line(Submission("en"))
        for _, statements in plan_of(record, case_of(record, Policy()), [], Submission("en"), UTC).sections
        for one in statements
    ]
    assert not any("client-b" in line for line in lines)
    assert any("Harbour Lights Ltd" in line for line in lines)


def test_a_meeting_is_told_by_the_uses_of_those_it_names(seller: Callable[..., Ledger]) -> None:
    """What a third account did with the same machine moves no date, and adds no entry, of a meeting in the plan."""
    record = record_of(seller())
    plan = plan_of(record, case_of(record, Policy()), [], Submission("en"), UTC)
    met = [one for one in dict(plan.sections)["root-cause"] if "Harbour Lights Ltd" in one.text]
    device = next(one for one in met if "same device" in one.text)
    assert device.text.startswith(f"Between {UTC.day(NOON - 30 * DAY)} and {UTC.day(NOON - 29 * DAY)}, ")
    told = {use.entry: use.account for use in record.uses}
    assert [told[entry] for entry in device.entries] == ["amazon:store-us", "Harbour Lights Ltd"]


def test_what_is_about_no_other_account_tells_of_none(seller: Callable[..., Ledger]) -> None:
    """Where the notice is about goods or performance, links between accounts have no place in the plan."""
    plan = plan_of(record_of(seller()), None, [], Submission("en"), UTC)
    for _, statements in plan.sections:
        assert all(one.confirm and not one.findings and not one.entries for one in statements)


def test_a_blanked_out_store_is_never_taken_for_an_account(seller: Callable[..., Ledger]) -> None:
    """A name with asterisks only could be an account; a whole name is one, with its platform or without."""
    ledger = seller()
    assert alike(ledger, Policy(), "Harb*****Ltd") == ("", ("Harbour Lights Ltd",))
    assert alike(ledger, Policy(), "STORE-US") == ("amazon:store-us", ())
    assert alike(ledger, Policy(), "H**d") == ("", ())
    assert alike(ledger, Policy(), "\x1b[31m") == ("", ())


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_text_that_is_handed_in_has_its_translation(code: str) -> None:
    """No text of a submission, no document's name and no word of its page stays English in another language."""
    said = Submission(code)
    names = [str(name) for name, _ in DOCUMENTS.values()]
    for text in (*TEXTS.values(), *FACTS.values(), *FRAME, *names):
        translated = said.language.say(message(text))
        fields = [{field for _, field, _, _ in Formatter().parse(one) if field} for one in (text, translated)]
        assert fields[0] == fields[1], text
        assert translated != text or text in SAME, text


SAME = {"Document", "[document {id}]", "Machine", "Account"}  # French and Italian write them so


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_a_page_that_is_handed_in_is_in_one_language(seller: Callable[..., Ledger], code: str) -> None:
    """Of plan, chronology and list of documents no run of four English words is left; the page tells its language."""
    record = record_of(seller())
    said = Submission(code)
    plan = plan_of(record, case_of(record, Policy(), "known"), [], said, UTC)
    documents = checked(needed((), case_of(record, Policy(), "known")), {"licence": ""}, NOON, UTC.zone)
    for page in (
        plan_report(plan, record, said, (), "2026-11-25"), chronology(record, said, UTC),
        enclosures(documents, record.account, said),
    ):  # fmt: skip
        text = html.render(page, said.language)
        assert f'<html lang="{code}' in text
        shown = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", text, flags=re.DOTALL)
        english = {word for one in TEXTS.values() for word in re.findall("[A-Za-z]{4,}", one)}
        runs = [run for run in re.findall(r"(?:[A-Za-z]{3,} ){3,}[A-Za-z]{3,}", shown) if set(run.split()) <= english]
        assert not runs


@pytest.mark.parametrize(
    ("code", "day", "written"),
    [
        ("de", "2026-03-01", "1. März 2026"), ("fr", "2026-03-01", "1er mars 2026"),
        ("it", "2026-03-01", "1º marzo 2026"),
        ("es", "2026-11-25", "25 de noviembre de 2026"), ("ja", "2026-11-25", "2026年11月25日"),
        ("en", "2026-11-25", "2026-11-25"), ("zh", "2026-11-25", "2026-11-25"),
    ],
)  # fmt: skip
def test_a_day_among_words_is_written_as_the_language_does(code: str, day: str, written: str) -> None:
    """The day as it is written is read back as the same day, in a text of that language."""
    assert Submission(code).day(day) == written
    assert [one.day for one in dates_in(written)] == [day]


def test_numbers_are_written_as_the_language_does() -> None:
    """From five digits on thousands are parted; fewer digits, and references, stay as they are."""
    assert "12.345" in Submission("de").say("left", count=12_345)
    assert "12\u202f345" in Submission("fr").say("left", count=12_345)
    assert "1234" in Submission("de").say("left", count=1234)


def told(text: str, sender: str = "") -> Notice:
    """A notice of this text."""
    return Notice("n", "text", [Part("the text", text)], sender=sender)


GERMAN = "Ihr Konto wurde gesperrt, weil die Angaben nicht stimmen und wir sie nicht prüfen konnten."
CHINESE = "您的账户已被停用，请提交相关文件以便我们核实您的身份信息。"


@pytest.mark.parametrize(
    ("account", "notice", "language"),
    [
        ("amazon:store-us", told(CHINESE), "en"), ("taobao:shop", told("Hello"), "zh"), ("store", told(CHINESE), "zh"),
        ("amazon:store", told(CHINESE), "en"), ("store", told("Hello"), "en"), ("amazon:store-de", told(CHINESE), "de"),
        ("amazon.it:store", told("Hello"), "it"), ("store (amazon.co.jp)", told("Hello"), "ja"),
        ("amazon:store-mx", told("Hello"), "es"), ("amazon:store", told(GERMAN), "de"),
        ("amazon:store", told("Hello", "<noreply@amazon.fr>"), "fr"),
        ("amazon:store", told("your shops on amazon.de and amazon.fr"), "en"),
        ("amazon:store", told(f"{CHINESE} https://sellercentral.amazon.es/x"), "es"),
        ("amazon:store-de", told(GERMAN + " amazon.co.uk"), "de"), ("de", told("Hello"), "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_marketplaces(account: str, notice: Notice, language: str) -> None:
    """The account's name tells it, else the one shop that the notice names, else the notice's words, else English."""
    assert language_for(account, notice).code == language
    assert language_for(account, notice, "ja").code == "ja"


@given(st.integers(0, 200))
def test_a_bill_is_good_for_less_than_90_days(age: int) -> None:
    """A utility bill is at hand while it is under 90 days old, and too old from then on."""
    day = UTC.day(NOON - age * DAY)
    (bill,) = checked(["utility-bill"], {"utility-bill": day}, NOON, UTC.zone)
    assert bill.state == ("at-hand" if age < 90 else "too-old")


def test_documents_follow_reasons_and_case() -> None:
    """Either identity or licence is enough; each case asks for its own proof, and an untold case for all three."""
    told = told_by(Notice("n", "text", [Part("the text", "counterfeit; related to another account")]))
    ledgerless = record_of(None)
    ids = needed(told.reasons, case_of(ledgerless, Policy(), "known"))
    assert {"invoices", "authorisation", "end-of-tie"} <= set(ids)
    assert not {"reinstatement", "list-of-links"} & set(ids)
    untold = needed(told.reasons, case_of(ledgerless, Policy()))
    assert {"reinstatement", "end-of-tie", "list-of-links"} <= set(untold)
    states = {one.id: one.state for one in checked(ids, parse_having(["licence"]), NOON, UTC.zone)}
    assert (states["licence"], states["identity"], states["utility-bill"]) == ("at-hand", "not-needed", "missing")
    for wrong in ("passport", "utility-bill=yesterday"):
        with pytest.raises(UsageError):
            parse_having([wrong])


def test_a_pack_is_written_whole(cli: Cli, seller: Callable[..., Ledger], tmp_path: Path) -> None:  # noqa: F811 - as above
    """Every file is there with the digest that the index lists, the bundle verifies, and a filled folder is refused."""
    seller().close()
    folder = tmp_path / "pack"
    command = ("appeal", "Amazon:Store-US", "--notice", NOTICE, "-o", str(folder), "--tz", "Asia/Shanghai")
    done = cli("--format", "json", *command, "--case", "known", "--have", "identity")
    assert done.code == 0, done.err
    assert {path.name for path in folder.iterdir()} == FILES
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    assert index == done.document
    for one in index["files"]:
        assert sha256((folder / one["name"]).read_bytes()).hexdigest() == one["sha256"]
    assert cli("verify", str(folder / "proof.json")).code == 0
    assert "+08:00" in (folder / "chronology.md").read_text(encoding="utf-8")
    for name in ("chronology.md", "plan-of-action.html", "proof.json"):
        assert "client-b" not in (folder / name).read_text(encoding="utf-8"), name
    again = cli(*command)
    assert again.code == 2
    assert "not empty" in again.err
    assert cli(*command, "--overwrite").code == 0


def test_without_a_ledger_the_notice_is_still_read(cli: Cli, tmp_path: Path) -> None:  # noqa: F811 - as above
    """A suspended seller without a ledger gets the reading, the documents and a worksheet."""
    notice = str(NOTICES / "amazon-related-zh.txt")
    done = cli("appeal", "shop", "--notice", notice, "-o", str(tmp_path / "pack"))
    assert done.code == 0, done.err
    assert "no ledger" in done.err
    assert "单独的帐户" in done.out
    plan = (tmp_path / "pack" / "plan-of-action.md").read_text(encoding="utf-8")
    assert "Hauptursache" in plan  # the notice is in Chinese, and about a shop on amazon.de
    assert "von Ihnen zu bestätigen" in plan
    assert "amazon.de" in done.out


def test_hostile_words_show_as_text(cli: Cli, tmp_path: Path) -> None:  # noqa: F811 - as above
    """Markup and control characters of a notice reach neither the terminal nor a page as such."""
    notice = tmp_path / "notice.txt"
    notice.write_text(
        'Your account is related to account "<img src=x onerror=alert(1)>\x1b[31m" now.', encoding="utf-8"
    )
    done = cli("appeal", "shop", "--notice", str(notice), "-o", str(tmp_path / "pack"))
    assert done.code == 0, done.err
    assert "\x1b" not in done.out + done.err
    for page in (tmp_path / "pack").iterdir():
        text = page.read_text(encoding="utf-8")
        assert "\x1b" not in text
        assert "<img" not in text or page.suffix == ".json"
