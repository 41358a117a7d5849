"""A rule's page, made from what stands on the rule: shown by `isolation rules ID` and kept under docs/rules/."""

from __future__ import annotations

from isolation.messages import joined, known, message
from isolation.rules.run import module_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import FactValue
    from isolation.rules import RuleEntry
    from isolation.rules.example import Example, Use

HEADINGS = ("## What it checks", "## Why it matters", "## What it cannot see", "## Remedy")


def title(entry: RuleEntry) -> str:
    """The rule in one sentence: the first line of its module."""
    return page_text(entry).partition("\n")[0]


def facts_line(entry: RuleEntry) -> str:
    """What the rule needs to look at all."""
    needs: list[str] = [message("one of: {facts}", facts=", ".join(entry.facts))] if entry.facts else []
    if entry.needs:
        needs.append(known(entry.needs))
    return message(
        "Needs {needs}. Where that is missing, a verdict lists it as not examined.", needs=joined("; and ", needs)
    )


def rule_page(entry: RuleEntry) -> str:
    """The rule's page as Markdown: its text, then its examples."""
    _, _, body = page_text(entry).partition("\n")
    lines = [f"# {entry.id}", "", title(entry), body.rstrip(), "", "## Examples"]
    for example in module_of(entry).examples():
        lines += ["", _example(entry, example)]
    return "\n".join(lines) + "\n"


def part(entry: RuleEntry, heading: str) -> str:
    """What stands below one heading of the rule's text, as one line a paragraph."""
    below = page_text(entry).partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(" ".join(paragraph.split()) for paragraph in below.strip().split("\n\n"))


def page_text(entry: RuleEntry) -> str:
    """The English text that stands on the rule. Raises ValueError where Python left it out."""
    text = module_of(entry).__doc__
    if not text:
        raise ValueError(f"the rule {entry.id} has no text; python -OO removes it")
    return str(text).strip()


def _example(entry: RuleEntry, example: Example) -> str:
    outcome = f"{example.expect}, {example.severity}" if example.severity else example.expect
    lines = [f"- {example.title}: **{outcome}**"]
    if example.together:
        lines.append(f"  - declared to belong together: {', '.join(example.together)}")
    for line in example.policy.splitlines():
        lines.append(f"  - the policy says `{line}`")
    for label, value in example.learnt.items():
        lines.append(f"  - {label} stands for {value}")
    for use in example.history:
        lines.append(f"  - hour {use.hour}: {_use(entry, use)}")
    lines.append(f"  - hour {example.login.hour}, the login: {_use(entry, example.login)}")
    return "\n".join(lines)


def _use(entry: RuleEntry, use: Use) -> str:
    told = [use.account]
    fact = use.fact or (entry.facts[0] if entry.facts else "")
    if fact:
        told.append(f"`{fact}` {_value(use.value)}" if use.value is not None else f"`{fact}` not observed")
    told += [f"`{name}` {value}" for name, value in use.more.items()]
    if use.channel != "ui":
        told.append(f"through {use.channel}")
    if use.later is not None:
        told.append(f"then {use.later}")
    if use.end is not None:
        told.append(f"until hour {use.end}")
    if use.refused:
        told.append("refused")
    if use.provenance != "observed":
        told.append(use.provenance)
    return ", ".join(told)


def _value(value: FactValue) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(f"{bssid} at {signal}" for bssid, signal in value)
