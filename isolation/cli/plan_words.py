"""A plan as text for people: for which accounts, then the steps in their order."""

from __future__ import annotations

from isolation.cli.layout import Line
from isolation.cli.verdict_words import command_line
from isolation.cli.words import counted, listed
from isolation.messages import message
from isolation.verdict import NOTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.plans import Plan, Section

_TITLES = {
    "verify": message("1. Verify who it is"),
    "declare": message("2. Declare it, if it is true"),
    "staff": message("3. Move staff to their own user permissions"),
    "end": message("4. End the access that nobody permitted"),
    "ask": message("5. Ask the platform"),
}


def plan_lines(plan: Plan, *, named: bool = False) -> Iterator[Line]:
    """The plan, a section for each cluster; `named` tells whether it was asked for certain accounts."""
    if not plan.sections and named:
        yield Line(
            message("Nothing to end: no open finding joins these accounts to others in this ledger."), style="good"
        )
    elif not plan.sections:
        yield Line(message("Nothing to end: this ledger has no open finding between accounts."), style="good")
    for section in plan.sections:
        yield from _section(section)
    yield Line(NOTE)


def _section(section: Section) -> Iterator[Line]:
    names = listed(section.accounts)
    if len(section.accounts) == 1:
        yield Line(message("{account}: used by somebody without a permission", account=names), style="strong")
    else:
        count = counted(len(section.accounts), "account")
        yield Line(message("{accounts} joined by open findings: {names}", accounts=count, names=names), style="strong")
    for step in section.steps:
        yield Line(_TITLES[step.step], 2)
        yield from (Line(text, 5) for text in step.texts)
        for command in step.commands:
            yield command_line(command, 7)
    yield Line(section.why, 2)
    for one in section.separations:
        yield Line(message("{account}: not at {label}", account=one.account, label=one.label), 5)
    if section.separations and section.bound > 1:
        text = message(
            "These are at most {bound} times the fewest: there are too many accounts to search for the fewest.",
            bound=f"{section.bound:.1f}",
        )
        yield Line(text, 5, "dim")


__all__ = ["plan_lines"]
