"""The pages made from the program, and that every rule has all that its page needs."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from types import ModuleType

import pytest

import isolation.rules
from isolation.cli.program import COMMANDS
from isolation.evidence import AccountGroup, Contact, IdentifierGroup, Scan, ScanGroup, Sighting
from isolation.identifiers.catalogue import CATALOGUE
from isolation.model import LINKING_FACTS
from isolation.relations import Relations
from isolation.rules import ACCOUNT, IDENTIFIER, REGISTRY, SCANS, RuleEntry, rule
from isolation.rules.pages import HEADINGS, facts_line, part, rule_page, title

from .conftest import DOCS

EVERY_RULE = pytest.mark.parametrize("entry", REGISTRY, ids=[entry.id for entry in REGISTRY])


def module_of(entry: RuleEntry) -> ModuleType:
    """The module of a registered rule."""
    return import_module(entry.module)


def test_the_pages_are_in_step_with_the_program(make_pages: ModuleType) -> None:
    """No made page is missing, stale or left over; `python docs/make_pages.py` mends it."""
    assert make_pages.stale(make_pages.pages()) == []


def test_a_part_of_a_page_is_its_paragraphs_alone() -> None:
    """What stands below one heading comes as one line, without the headings around it."""
    entry = rule("expired-waiver")
    assert entry is not None
    assert part(entry, "What it cannot see") == "Whether the reason still holds."
    assert part(entry, "What it checks") == (
        "Waivers of the policy whose end has come. Low, once for each. From its end on a waiver covers nothing: what "
        "it had accepted is open again, and stands beside this."
    )


def test_a_stale_page_is_noticed(make_pages: ModuleType) -> None:
    """A page that differs, one that is missing and one that is left over are each named."""
    made = make_pages.pages()
    left_over = made.pop("rules/shared-device.md")
    made |= {"catalogue.md": "other", "rules/new.md": left_over}
    assert make_pages.stale(made) == ["catalogue.md", "rules/new.md", "rules/shared-device.md"]


def test_checking_succeeds_and_writes_nothing(make_pages: ModuleType) -> None:
    """`--check` exits 0 where all pages are in step, and touches none."""
    before = {path: path.stat().st_mtime_ns for path in DOCS.rglob("*.md")}
    assert make_pages.main(["--check"]) == 0
    assert {path: path.stat().st_mtime_ns for path in DOCS.rglob("*.md")} == before


def test_every_row_and_every_command_is_on_its_page(make_pages: ModuleType) -> None:
    """The catalogue's page has a row for each entry, the commands' page a section for each command."""
    made = make_pages.pages()
    rows = [line for line in made["catalogue.md"].splitlines() if line.startswith("| `")]
    assert len(rows) == len(CATALOGUE)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)
    assert re.findall(r"^## ([a-z-]+)$", made["commands.md"], re.MULTILINE) == list(COMMANDS)


def test_every_rule_is_registered_once() -> None:
    """A module that defines RULE is in the registry, under the id that its name spells."""
    found = {}
    for info in pkgutil.iter_modules(isolation.rules.__path__, "isolation.rules."):
        own = getattr(import_module(info.name), "RULE", None)
        if own is not None:
            found[own] = info.name
    assert found == {entry.id: entry.module for entry in REGISTRY}
    assert len(REGISTRY) == len(found)
    assert all(rule(entry.id) is entry for entry in REGISTRY)
    assert rule("shared-nothing") is None


@EVERY_RULE
def test_a_rules_text_has_every_part(entry: RuleEntry) -> None:
    """A rule's text is one sentence, then the four headings in order, each with something below it."""
    assert title(entry).endswith(".")
    text = module_of(entry).__doc__ or ""
    parts = re.split(r"^(## .*)$", text, flags=re.MULTILINE)
    assert tuple(parts[1::2]) == HEADINGS
    assert all(len(part.split()) >= 5 for part in parts[2::2])


@EVERY_RULE
def test_a_rule_says_who_says_that_it_matters_and_when_that_was_read(entry: RuleEntry) -> None:
    """`Why it matters` names its source with the date on which it was read."""
    text = module_of(entry).__doc__ or ""
    why = text.partition("## Why it matters")[2].partition("\n## ")[0]
    assert re.search(r"\(.*\bread\s+20\d\d-\d\d(-\d\d)?\b.*\)", why, re.DOTALL)


@EVERY_RULE
def test_a_rules_examples_show_every_outcome(entry: RuleEntry) -> None:
    """The examples include a collision, a pass and an unknown, about facts that the registry names."""
    examples = module_of(entry).examples()
    assert {example.expect for example in examples} == {"collision", "pass", "unknown"}
    for example in examples:
        assert (example.severity is not None) == (example.expect == "collision")
        for use in (*example.history, example.login):
            assert use.fact in ("", "operator", *(entry.facts or LINKING_FACTS))


@EVERY_RULE
def test_a_rule_looks_at_the_facts_that_the_registry_names(entry: RuleEntry) -> None:
    """Handed busy identifiers of each fact, a rule speaks of those it is registered for and of no other."""
    assert set(entry.facts) <= set(LINKING_FACTS)
    if entry.over == IDENTIFIER:
        contacts = tuple(Contact(account, 1, 1, 1, uses=(1,)) for account in (1, 2))
        for fact in entry.facts:
            group = IdentifierGroup(1, fact, "00" * 16, contacts)
            assert [match.fact for match in module_of(entry).check(group, Relations())] == [fact]
        return
    if entry.over == SCANS:
        points = dict.fromkeys(range(4), 10)
        scans = tuple(Scan(account, 1, "ui", True, points) for account in (1, 2))
        matches = module_of(entry).check(ScanGroup(1, "00" * 16, scans), Relations())
        assert [match.fact for match in matches] == list(entry.facts)
        return
    if entry.over != ACCOUNT:
        assert entry.facts or entry.needs  # what such rules speak of is in tests/rules
        return
    heard = set()
    for fact in LINKING_FACTS:
        sightings = tuple(Sighting(number, fact, 1, 1, 1) for number in range(50))
        heard |= {match.fact for match in module_of(entry).check(AccountGroup(1, "00" * 16, sightings), Relations())}
    assert heard == set(entry.facts)


@EVERY_RULE
def test_a_rules_page_is_what_the_command_shows(entry: RuleEntry) -> None:
    """A page under docs/rules holds the text and the facts that `isolation rules ID` prints."""
    page = (DOCS / "rules" / f"{entry.id}.md").read_text(encoding="utf-8")
    assert rule_page(entry) in page
    assert facts_line(entry) in page
