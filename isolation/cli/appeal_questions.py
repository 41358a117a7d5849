"""What only the person can say, asked on a terminal: whose the other account is, and which documents are at hand."""

from __future__ import annotations

from isolation.appeal.required import DOCUMENTS, parse_having
from isolation.cli import terminal
from isolation.errors import UsageError
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NO = ("n", "no", "否", "不")


def ask_case(stores: Iterable[str]) -> tuple[str, str]:
    """The case, "" where it was not told, and who else had access. Asks only on a terminal; no answer tells nothing."""
    if not terminal.is_interactive():
        return "", ""
    name = joined(", ", stores) or message("the other account")
    mine = _ask(
        message("1/3 Is {name} yours: opened, owned or run by you or your company? (y/n, empty: skip)", name=name)
    )
    known: bool | None = None
    if mine is False:
        question = message(
            "2/3 Do you know whose it is, or did you ever have a tie with it: bought, sold, worked for it, shared a "
            "service? (y/n, empty: skip)"
        )
        known = _ask(question)
    access = terminal.ask(
        message(
            "3/3 Who else has had access to your account since it was opened: people, services, events? (empty: skip)"
        )
    )
    kind = "mine" if mine else "known" if known else "unknown" if known is False else ""
    return kind, access or ""


def _ask(question: str) -> bool | None:
    answer = (terminal.ask(question) or "").lower()
    return True if answer in terminal.YES else False if answer in _NO else None


def ask_documents(ids: Iterable[str], having: Mapping[str, str]) -> dict[str, str]:
    """What is at hand, by id with its date. Asks on a terminal for what no option told."""
    have = dict(having)
    if have or not terminal.is_interactive():
        return have
    for name in ids:
        have |= _asked(name)
    return have


def _asked(name: str) -> dict[str, str]:
    """The document with its date where it is at hand; a date that is none is asked for again."""
    while True:
        answer = terminal.ask(
            message(
                "Do you have: {document}? (y, its date as 2026-11-25, or empty for no)", document=DOCUMENTS[name][0]
            )
        )
        if not answer or answer.lower() in _NO:
            return {}
        try:
            return parse_having([name if answer.lower() in terminal.YES else f"{name}={answer}"])
        except UsageError as problem:
            terminal.note(str(problem))
