"""A few plain questions that write the policy and record what was used here before.

Every question can be left empty. Exit 0.
"""

from __future__ import annotations

import argparse
import datetime
import os

from isolation.cli import terminal
from isolation.cli.common import Options, open_for_recording
from isolation.cli.init import add_key_store
from isolation.errors import UsageError
from isolation.hooks.baseline import Answers, record_baseline
from isolation.identifiers.accounts import account_key, account_spelling
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from isolation.policy.writing import PolicyFile

    Answer = TypeVar("Answer")

_STATES = {
    "": "", "good": "good", "at risk": "at_risk", "at_risk": "at_risk", "deactivated": "deactivated",
    "良好": "good", "有风险": "at_risk", "已停用": "deactivated",
}  # fmt: skip
_ALL = ("all", "全部")
_NONE = ("no", "none", "n", "没有", "无", "否")
_CANNOT_TELL = ("", "?", "？", "don't know", "dont know", "不知道")
_COMMAS = str.maketrans("，、", ",,")


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `setup`."""
    add_key_store(parser)


def run(options: Options) -> int:
    """Asks, writes the policy, records the baseline."""
    from isolation.policy.writing import PolicyFile
    from isolation.probes import probe

    # What can be known to fail fails before a person has answered.
    policy = PolicyFile(options.policy)
    _require_places(options)
    answers = ask(_question)
    _write(policy, answers)
    with open_for_recording(options, options.key_store, edits=False) as ledger:
        policy.save()
        entries = record_baseline(ledger, answers, probe(), policy.text())
    if options.json:
        terminal.emit({"schema": "isolation.setup/1", "policy": options.policy, "entries": list(entries)})
        return 0
    terminal.say(message("Wrote {policy} and recorded your answers as told by you.", policy=options.policy))
    if answers.agency:
        terminal.say("`isolation permit --csv FILE` takes the list of who may use which account, and from when on.")
    terminal.say("`isolation check ACCOUNT` now tells before a login what it would touch.")
    return 0


def _require_places(options: Options) -> None:
    """Refuses folders that cannot be written, and a ledger whose key cannot be had."""
    from isolation.ledger import Ledger, LedgerMissing

    for path in (options.policy, options.ledger):
        folder = os.path.dirname(os.path.abspath(path))
        while not os.path.lexists(folder):
            folder = os.path.dirname(folder)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise UsageError(
                message("Nothing can be written below {folder}.", folder=folder),
                "Name another folder with ISOLATION_HOME.",
            )
    try:
        with Ledger.open(options.ledger, read_only=True) as ledger:
            problem = ledger.key_problem
    except LedgerMissing:
        return
    if problem is not None:
        raise problem


def _question(text: str) -> str:
    answer = terminal.ask(text)
    if answer is None:
        raise UsageError(
            "setup asks questions and the input ended.",
            "Run it on a terminal; `isolation init --no-earlier-accounts` is its unattended form.",
        )
    return answer


def ask(question: Callable[[str], str]) -> Answers:
    """All questions, asked through `question`; a wrong answer is explained and asked again."""
    terminal.note("A few questions. Press Enter to skip any; nothing leaves this computer.")
    accounts = _accounts(question, message("A seller account you use, as amazon:store-us (Enter when done):"))
    owners, standing = {}, {}
    for account in accounts:
        owners[account] = question(message("Whose is {account}? (Enter: mine)", account=account)) or "me"
        standing[account] = _standing(question, account)
    agency = bool(accounts) and _yes(question, message("Are you an agency that works on its clients' accounts? (y/N)"))
    here = _chosen(question, accounts)
    others = _accounts(
        question, message("An account that somebody else uses on this network - family, staff (Enter when done):")
    )
    retention = _retry(question, message("For how many months may records be kept? (Enter: 24)"), _months)
    return Answers(accounts, owners, standing, agency, here, others, retention)


def _retry(question: Callable[[str], str], text: str, read: Callable[[str], Answer]) -> Answer:
    while True:
        answer = question(text)
        try:
            return read(answer)
        except UsageError as problem:
            terminal.note(str(problem))


def _accounts(question: Callable[[str], str], text: str) -> tuple[str, ...]:
    accounts: dict[str, str] = {}
    while account := _retry(question, text, lambda answer: account_spelling(answer) if answer else ""):
        accounts.setdefault(account_key(account), account)
    return tuple(accounts.values())


def _standing(question: Callable[[str], str], account: str) -> tuple[str, datetime.date | None]:
    text = message(
        "How does {account} stand with its platform: good, at risk or deactivated? (Enter: no change, or good)",
        account=account,
    )
    state = _retry(question, text, _state)
    if not state:
        return state, None
    return state, _retry(question, message("Since when, as 2026-01-31?"), _date)


def _state(answer: str) -> str:
    if answer.lower() not in _STATES:
        raise UsageError(message("{answer!r} is none of them.", answer=answer), "Write good, at risk or deactivated.")
    return _STATES[answer.lower()]


def _date(answer: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(answer)
    except ValueError:
        raise UsageError(message("{answer!r} is not a date.", answer=answer), "Write it as 2026-01-31.") from None


def _yes(question: Callable[[str], str], text: str) -> bool:
    return question(text).lower() in terminal.YES


def _chosen(question: Callable[[str], str], accounts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Which accounts were used on this computer before; None where the person cannot tell."""
    if not accounts:
        text = message("Was any seller account used on this computer before? (no / don't know)")
        return _retry(question, text, _none_or_unknown)
    text = message(
        "Which of these were used on this computer before today? (all, none, names with commas, ? for don't know)"
    )
    return _retry(question, text, lambda answer: _pick(answer, accounts))


def _none_or_unknown(answer: str) -> tuple[str, ...] | None:
    if answer.lower() in _NONE:
        return ()
    if answer.lower() in _CANNOT_TELL:
        return None
    raise UsageError(message("{answer!r} is neither.", answer=answer), "Write no, or press Enter if you cannot tell.")


def _pick(answer: str, accounts: tuple[str, ...]) -> tuple[str, ...] | None:
    if answer.lower() in _CANNOT_TELL:
        return None
    if answer.lower() in (*_ALL, *_NONE):
        return accounts if answer.lower() in _ALL else ()
    known = {account_key(account): account for account in accounts}
    picked = [account_key(name) for name in answer.translate(_COMMAS).split(",")]
    strange = [name for name in picked if name not in known]
    if strange:
        raise UsageError(
            message("{strange!r} is none of your accounts.", strange=strange[0]),
            message("They are: {accounts}.", accounts=joined(", ", accounts)),
        )
    return tuple(known[name] for name in picked)


def _months(answer: str) -> int:
    if not answer:
        return 24
    if not (answer.isascii() and answer.isdigit() and 1 <= int(answer) <= 1200):
        raise UsageError(
            message("{answer!r} is not a number of months.", answer=answer), "Write a whole number from 1 to 1200."
        )
    return int(answer)


def _write(policy: PolicyFile, answers: Answers) -> None:
    policy.set_general(retention=answers.retention)
    by_owner: dict[str, list[str]] = {}
    for account in answers.accounts:
        state, since = answers.standing[account]
        policy.put_account(account, owner=answers.owners[account], standing=state, since=since)
        by_owner.setdefault(answers.owners[account], []).append(account)
    for owner, accounts in by_owner.items():
        if len(accounts) > 1:
            policy.put_group(f"accounts of {owner}", accounts, kind="same-owner")
    if answers.agency and len(by_owner) > 1:
        policy.put_group("clients", answers.accounts, kind="agency")
