"""A rule's page, made from what stands on the rule: shown by `isolation rules ID` and kept under docs/rules/."""

from __future__ import annotations

from isolation.messages import joined, known, message
from isolation.rules.run import module_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import FactValue
    from isolation.rules import RuleEntry
    from isolation.rules.example import Example, Use

_OUTCOMES = {"collision": message("collision"), "pass": message("pass"), "unknown": message("unknown")}
HEADINGS = ("## What it checks", "## Why it matters", "## What it cannot see", "## Remedy")


def title(entry: RuleEntry) -> str:
    """The rule in one sentence: the first line of its module."""
    return page_text(entry).partition("\n")[0]


def facts_line(entry: RuleEntry) -> str:
    """What the rule needs to look at all."""
    needs: list[str] = [message("one of: {facts}", facts=joined(", ", entry.facts))] if entry.facts else []
    if entry.needs:
        needs.append(known(entry.needs))
    return message(
        "Needs {needs}. Where that is missing, a verdict lists it as not examined.", needs=joined("; and ", needs)
    )


def rule_page(entry: RuleEntry) -> str:
    """The rule's page as Markdown: its text, then its examples."""
    _, _, body = page_text(entry).partition("\n")
    lines = [f"# {entry.id}", "", title(entry), body.rstrip(), "", "## Examples", "", examples_text(entry)]
    return "\n".join(lines) + "\n"


def examples_text(entry: RuleEntry) -> str:
    """What the rule says of a few logins, as lists in Markdown."""
    return joined("\n\n", [_example(entry, example) for example in module_of(entry).examples()])


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
    severity = [known(example.severity)] if example.severity else []
    outcome = joined(", ", [_OUTCOMES[example.expect], *severity])
    lines = [message("- {title}: **{outcome}**", title=known(example.title), outcome=outcome)]
    if example.together:
        lines.append(message("  - declared to belong together: {names}", names=joined(", ", example.together)))
    for line in example.policy.splitlines():
        lines.append(message("  - the policy says `{line}`", line=line))
    for label, value in example.learnt.items():
        lines.append(message("  - {label} stands for {value}", label=label, value=value))
    for use in example.history:
        lines.append(message("  - hour {hour}: {use}", hour=use.hour, use=_use(entry, use)))
    login = example.login
    lines.append(message("  - hour {hour}, the login: {use}", hour=login.hour, use=_use(entry, login)))
    return joined("\n", lines)


def _use(entry: RuleEntry, use: Use) -> str:
    told: list[str] = [use.account]
    fact = use.fact or (entry.facts[0] if entry.facts else "")
    if fact:
        value = message("not observed") if use.value is None else _value(use.value)
        told.append(message("`{fact}` {value}", fact=fact, value=value))
    told += [f"`{name}` {value}" for name, value in use.more.items()]
    if use.channel != "ui":
        told.append(message("through {channel}", channel=use.channel))
    if use.later is not None:
        told.append(message("then {later}", later=use.later))
    if use.end is not None:
        told.append(message("until hour {end}", end=use.end))
    if use.refused:
        told.append(message("refused"))
    if use.provenance != "observed":
        told.append(known(use.provenance))
    return joined(", ", told)


def _value(value: FactValue) -> str:
    if isinstance(value, str):
        return value
    return joined(", ", [message("{bssid} at {signal}", bssid=bssid, signal=signal) for bssid, signal in value])
