"""Erasing what is stored about an account, a person or a machine, or what is older than it may be kept."""

from __future__ import annotations

import re

from isolation.errors import UsageError
from isolation.identifiers.accounts import account_key, label_key, operator_key
from isolation.identifiers.escape import excerpt
from isolation.ledger.choosing import Wanted
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger import Ledger
    from isolation.ledger.erasing import Erased
    from isolation.policy import Policy

SCAN_DAYS = 90  # how long neighbouring access points are kept
_AGE = re.compile(r"([1-9][0-9]{0,4})([dwmy])")
_DAY = 86_400_000_000

# What an erasure in the ledger does not reach.
REMAINS = (
    message(
        "Backups, exports and reports that were made before still hold it, and so may copies of this disk and what"
        " a file system keeps of deleted files."
    ),
    message("Importing the same logs again would record the same sessions again."),
)


class _Rehearsed(Exception):
    pass


def wanted_account(policy: Policy, name: str) -> Wanted:
    """All of an account, under every spelling that the policy joins to it. Raises BadIdentifier."""
    return Wanted(accounts=policy.spellings(account_key(name)))


def wanted_operator(name: str) -> Wanted:
    """All of a person. Raises BadIdentifier."""
    return Wanted(operators=(operator_key(name),))


def wanted_machine(text: str) -> Wanted:
    """All of a machine, by its label, device id or MAC address. Raises BadIdentifier."""
    label_key(text)
    return Wanted(machine=text)


def wanted_older(age: str, now: int) -> Wanted:
    """What was over longer than that ago (`24m`, `90d`, `2y`). Raises UsageError."""
    found = _AGE.fullmatch(age.strip().lower())
    if found is None:
        raise UsageError(message("{age} is no age.", age=excerpt(age)), "Write it as 24m, 2y, 12w or 90d.")
    number, unit = int(found[1]), found[2]
    if unit in "dw":
        return Wanted(before=now - number * (7 if unit == "w" else 1) * _DAY)
    return Wanted(before=months_before(now, number * (12 if unit == "y" else 1)))


def wanted_retention(policy: Policy, now: int) -> Wanted:
    """What is older than the policy lets be kept, and neighbouring access points after 90 days."""
    return Wanted(before=months_before(now, policy.retention_months), scans_before=now - SCAN_DAYS * _DAY)


def months_before(moment: int, months: int) -> int:
    """The same day and time so many months earlier (µs, UTC); the month's last day where it has no such day."""
    import calendar
    import datetime

    then = datetime.datetime.fromtimestamp(moment // 1_000_000, datetime.UTC)
    count = then.year * 12 + then.month - 1 - months
    year, month = divmod(count, 12)
    if year < 1:
        raise UsageError("That is before the year 1.", "Name a shorter age.")
    day = min(then.day, calendar.monthrange(year, month + 1)[1])
    earlier = then.replace(year=year, month=month + 1, day=day)
    return int(earlier.timestamp()) * 1_000_000 + moment % 1_000_000


def rehearse(ledger: Ledger, wanted: Wanted) -> Erased:
    """What an erasure would take; nothing is changed. Raises UsageError, LedgerError, KeyUnavailable."""
    try:
        with ledger.writing() as log:
            erased = log.erase(wanted, "")
            raise _Rehearsed
    except _Rehearsed:
        return erased


def carry_out(ledger: Ledger, wanted: Wanted, by: str, reason: str = "") -> Erased:
    """Erases for good, then takes the last traces out of the file; `by` says how it was chosen, without a name.

    Raises UsageError, KeyUnavailable, and LedgerError: also where everything is erased and only the file could not
    be swept yet.
    """
    with ledger.writing() as log:
        erased = log.erase(wanted, by, reason)
    if erased.entries:
        ledger.sweep()
    return erased


def still_named(policy: Policy, wanted: Wanted) -> bool:
    """Whether the policy file names an account, an operator or a machine that is asked for."""
    accounts = {account_key(name) for name in wanted.accounts}
    operators = {operator_key(name) for name in wanted.operators}
    return (
        not accounts.isdisjoint(policy.account_keys().union(policy.accounts, policy.aliases))
        or not operators.isdisjoint(policy.operator_keys())
        or (bool(wanted.machine) and label_key(wanted.machine) in policy.labels)
    )
