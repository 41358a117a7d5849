"""The rules, or one of them explained: what it checks, why it matters, what it cannot see, what to do.

Exit 0, or 2 for an id that is no rule.
"""

from __future__ import annotations

import argparse
import sys

from isolation.cli import terminal
from isolation.cli.common import Options
from isolation.errors import UsageError
from isolation.messages import joined, known, message
from isolation.rules import REGISTRY, rule
from isolation.rules.pages import examples_text, facts_line, part, rule_page, title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.rules import RuleEntry


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `rules`."""
    parser.add_argument("rule", metavar="ID", nargs="?", default="", help="the rule to explain")
    parser.add_argument(
        "--catalogue", action="store_true", help="the addresses and ids that many machines share, and never identify"
    )


def run(options: Options) -> int:
    """Prints the list, one rule's page, or the catalogue."""
    if options.catalogue:
        return _catalogue(options)
    if sys.flags.optimize > 1:
        raise UsageError("python -OO leaves the rules' texts out.", "Run without it, or read docs/rules/.")
    if options.rule:
        return _one(options)
    if options.json:
        rules = [{"id": e.id, "title": title(e), "facts": list(e.facts), "over": e.over} for e in REGISTRY]
        terminal.emit({"schema": "isolation.rules/1", "rules": rules})
        return 0
    for entry in REGISTRY:
        terminal.say(message("{id:<22}{title}", id=entry.id, title=known(title(entry))))
    terminal.say("\n`isolation rules ID` explains one; `isolation rules --catalogue` shows what never identifies.")
    return 0


def _one(options: Options) -> int:
    entry = rule(options.rule)
    if entry is None:
        known = joined(", ", [one.id for one in REGISTRY])
        raise UsageError(
            message("There is no rule {rule!r}.", rule=options.rule), message("The rules are: {known}.", known=known)
        )
    if options.json:
        terminal.emit(
            {"schema": "isolation.rule/1", "id": entry.id, "title": title(entry), "facts": list(entry.facts),
             "page": rule_page(entry)}
        )  # fmt: skip
    else:
        terminal.say(
            rule_page(entry).rstrip() if terminal.spoken() == "en" else _translated(entry), "", facts_line(entry)
        )
    return 0


def _translated(entry: RuleEntry) -> str:
    """The page: title and sections, each of which the catalogue knows by its English text, and the examples."""
    sections = [
        message("## {heading}\n{text}", heading=heading, text=known(part(entry, name)))
        for name, heading in (
            ("What it checks", message("What it checks")), ("Why it matters", message("Why it matters")),
            ("What it cannot see", message("What it cannot see")), ("Remedy", message("What to do")),
        )
    ]  # fmt: skip
    return joined(
        "\n\n", [f"# {entry.id}", known(title(entry)), *sections, message("## Examples"), examples_text(entry)]
    )


def _catalogue(options: Options) -> int:
    from isolation.identifiers.catalogue import CATALOGUE

    if options.json:
        entries = [
            {"kind": one.kind, "pattern": one.pattern, "why": one.why, "source": one.source,
             "applies": list(one.applies), "effect": one.effect}
            for one in CATALOGUE
        ]  # fmt: skip
        terminal.emit({"schema": "isolation.catalogue/1", "entries": entries})
        return 0
    for one in CATALOGUE:
        why = known(one.why)
        terminal.say(f"{one.kind:<12}{one.pattern:<34}{one.effect:<16}{terminal.said(why)} [{one.source}]")
    return 0
