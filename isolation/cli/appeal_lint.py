"""`appeal --lint`: a draft of a Plan of Action, and what is to be mended in it."""

from __future__ import annotations

from isolation.cli import terminal
from isolation.cli.common import Options, load_policy
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.appeal.lint import Linted
    from isolation.appeal.record import Record


def run_lint(options: Options) -> int:
    """Prints the remarks; 11 where there are some, 10 where a part could not be checked, else 0."""
    from isolation.appeal.chronology import Zone
    from isolation.appeal.lint import lint, lint_document
    from isolation.appeal.notice import read_notice
    from isolation.times import zone_named

    zone = Zone(options.tz, zone_named(options.tz))
    draft = read_notice(options.lint, options.encoding)
    text = "\n".join([part.text for part in draft.parts])
    record = _record(options, text)
    linted = lint(text, record, zone)
    if options.json:
        terminal.emit(lint_document(linted, draft.file, record, zone))
    else:
        _print(linted, draft.file)
    return 11 if linted.remarks else 10 if linted.unchecked or draft.gaps else 0


def _record(options: Options, text: str) -> Record | None:
    """What is on record of the account and of those that the draft names; None without an account or a ledger."""
    from isolation.appeal.lint import named_in
    from isolation.appeal.making import on_record
    from isolation.cli.appeal import open_if_there

    ledger = open_if_there(options) if options.account else None
    if ledger is None:
        return None
    try:
        named = [*options.associated, *named_in(text, ledger)]
        return on_record(ledger, load_policy(options), options.account, named, ())[0]
    finally:
        ledger.close()


def _print(linted: Linted, file: str) -> None:
    for one in linted.remarks:
        words = message(" “{words}”", words=one.words) if one.words else ""
        place = f"{file}:{one.line}" if one.line else file
        terminal.say(message("{place}: {rule}:{words} {text}", place=place, rule=one.rule, words=words, text=one.text))
    for text in linted.unchecked:
        terminal.say(text)
    if not linted.remarks:
        terminal.say(message("No remark. Whether it is true, and enough, only you and the platform can tell."))
