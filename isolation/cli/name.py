"""Learn, on the spot, what your name for this machine or for the network it is on stands for.

What identifies it is shown, then recorded in the ledger, sealed; the policy only gets the label. Run it again at a
second place, or after a change, and what is new is added; `isolation erase --entry` takes back what was learnt wrongly.
With `--csv` every row of a list of labels is taken (label, kind, owner, site), or none: nothing is learnt then. Exit 0.
"""

from __future__ import annotations

import argparse

from isolation.cli import policy_change, terminal
from isolation.cli.common import Options, load_policy, open_for_recording
from isolation.errors import UsageError
from isolation.findings import CONFIDENCE_WORDS
from isolation.messages import known, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Reading


_KINDS = {"machine": message("machine"), "network": message("network")}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `name`."""
    parser.add_argument("kind", choices=("machine", "network"), metavar="machine|network", nargs="?")
    parser.add_argument("label", metavar="LABEL", nargs="?", default="", help="your name for it, as Office A")
    parser.add_argument("--owner", metavar="WHO", default="", help="whose it is")
    parser.add_argument("--site", action="store_true", help="a network that people share, such as an office")
    parser.add_argument("--public-ip", action="store_true", help="ask the named services for its public address too")
    policy_change.add_lists(parser)


def run(options: Options) -> int:
    """Probes, shows, records."""
    from isolation.cli.check import present_identity
    from isolation.hooks.list_kinds import LABELS
    from isolation.hooks.naming import anchors, learn
    from isolation.policy.writing import PolicyFile

    if policy_change.list_asked(options, LABELS, options.kind, options.label, options.owner, options.site):
        return policy_change.run_list(options, LABELS)
    policy_change.require("name", {message("machine or network"): options.kind, "LABEL": options.label})
    policy = PolicyFile(options.policy)
    policy_change.point_out_near("label", options.label, policy.labels())
    policy.put_label(options.label, options.kind, owner=options.owner, site=options.site)
    policy.check()
    readings = anchors(present_identity(options, load_policy(options)), options.kind, options.label)
    _show(readings, options)
    with open_for_recording(options, edits=False) as ledger:
        learnt, entry = learn(ledger, policy, options.kind, options.label, readings)
    if options.json:
        found = [{"fact": one.fact, "value": one.value} for one in readings]
        told = {"label": options.label, "learnt": learnt, "identifiers": found}
        terminal.emit(policy_change.document(options, entry, **told))
    elif learnt is None:
        terminal.say(message("All of this was known as {label} already.", label=options.label))
    else:
        terminal.say(message("Learnt what {label} stands for (entry {learnt}).", label=options.label, learnt=learnt))
    return 0


def _show(readings: tuple[Reading, ...], options: Options) -> None:
    terminal.note(message("This {kind} is known by:", kind=_KINDS[options.kind]))
    for reading in readings:
        terminal.note(
            message(
                "  {fact} {value} ({confidence}; {source})", fact=reading.fact, value=reading.value,
                confidence=CONFIDENCE_WORDS[reading.confidence], source=known(reading.source),
            )
        )  # fmt: skip
    if terminal.is_interactive():
        answer = terminal.ask(message("Record this, sealed, as {label}? (y/N)", label=options.label)) or ""
        if answer.lower() not in terminal.YES:
            raise UsageError("Nothing was recorded.", "Run it again at the place that you mean.")
