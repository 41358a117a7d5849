"""What a person can honestly do about a verdict: the one command that declares what is true, if it is.

A command is offered only where a declaration can be the answer. Contact with a deactivated account is not ended by one.
"""

from __future__ import annotations

from isolation.findings import UNLINKING
from isolation.identifiers.accounts import account_key, label_key
from isolation.messages import message
from isolation.model import UNDATED, at_least
from isolation.paths import Remedy
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from isolation.model import Finding
    from isolation.policy import Policy
    from isolation.policy.terms import Group

# Findings about the person at the keyboard, which a permission answers.
PERSONAL = ("missing-permission", "shared-operator-login")

NEAR_DEACTIVATED = message(
    "An account near this one is deactivated. Where support asks you to chat from another active account, do not: such "
    "a login is itself a new link between the two. Write by e-mail instead, or from the account concerned."
)
NO_DECLARATION_HELPS = message(
    "Declaring a relationship does not end contact with a deactivated account: get that account reinstated first, or "
    "show with documents that the tie ended. A contact that is known and permitted is acknowledged with `isolation "
    "waive`."
)


def remedy_for(
    policy: Policy, account: str, operator: str, findings: Iterable[Finding], joins: Sequence[str], now: int
) -> Remedy | None:
    """What to do about the open findings at or above `block_at`; None where there are none. `now` is in µs."""
    openly = [one for one in findings if one.state == "open" and at_least(one.severity, policy.block_at)]
    if not openly:
        return None
    rules = {one.rule for one in openly}
    if "deactivated-contact" in rules:
        return Remedy("reinstate", (), NO_DECLARATION_HELPS, trap=NEAR_DEACTIVATED)
    personal = operator and rules.intersection(PERSONAL)
    if personal and rules <= set(PERSONAL):
        return permission(operator, (account,), now)
    met = {name for one in openly if one.fact not in UNLINKING for name in one.accounts}
    others = [name for name in joins if name in met]  # those further along are joined by these alone
    if others:
        remedy = declaration(policy, (account, *others), operator if personal else "", openly, now)
        return remedy.replace(trap=NEAR_DEACTIVATED) if any(_is_gone(policy, name, now) for name in joins) else remedy
    return Remedy(
        "look", (), message("These findings are about the account itself; `isolation rules ID` explains each.")
    )


def _is_gone(policy: Policy, name: str, now: int) -> bool:
    states = policy.standing.get(policy.spellings(account_key(name))[0], ())
    known = [state for state, since in states if since <= now]
    return bool(known) and known[-1] == "deactivated"


def permission(operator: str, accounts: Sequence[str], now: int) -> Remedy:
    """That the operator may use the accounts by a user of their own, from today on."""
    command = _command("permit", ("--own-user", "--from", format_time(now)[:10]), (operator, *accounts))
    return Remedy(
        "permit", command,
        message("Only if {operator} has a user permission of their own on the platform, say so:", operator=operator),
        message(
            "If not: have the account's owner add one on the platform first. Staff do not share the owner's password."
        ),
    )  # fmt: skip


def declaration(
    policy: Policy, accounts: Sequence[str], operator: str, findings: Iterable[Finding], now: int
) -> Remedy:
    """That these accounts belong together: added to a group that has some of them, or as a group of their own."""
    first = min((one.first_seen for one in findings if one.first_seen != UNDATED), default=now)
    keys = [policy.spellings(account_key(name))[0] for name in accounts]
    known = _group_of(policy, keys, first, now)
    options: tuple[str, ...] = ("--operator", operator) if operator else ()
    if known is not None:
        missing = [name for name, key in zip(accounts, keys, strict=True) if key not in known.accounts]
        text = message("Only if it is true that these accounts belong to the group {group}, say so:", group=known.name)
        return Remedy("group", _command("group", options, (known.name, *missing)), text, _OTHERWISE)
    kind = _kind(policy, keys, bool(operator))
    if kind:
        options = ("--kind", kind, *options)
    first_name, others = accounts[0], len(accounts) - 1
    name = message("{name} and {count} more", name=first_name, count=others)
    if others == 1:
        name = message("{name} and {other}", name=first_name, other=accounts[1])
    return Remedy("group", _command("group", options, (name, *accounts)), _KINDS[kind], _OTHERWISE)


_OTHERWISE = message(
    "If it is not true, do not log in: find out who used the other account here, and end access that nobody permitted."
)
_KINDS = {
    "": message(
        "Only if it is true that these accounts belong together, say so, and why: put --kind same-owner, household, "
        "agency or same-store behind `group`, and --evidence FILE for a document that shows it."
    ),
    "same-owner": message(
        "Only if it is true that these accounts are one owner's, as your policy says, declare it; --evidence FILE adds "
        "a document that shows it."
    ),
    "agency": message(
        "Only if it is true that these accounts are clients of one agency, declare it; --evidence FILE adds a document "
        "that shows it."
    ),
}


def _group_of(policy: Policy, keys: Sequence[str], first: int, now: int) -> Group | None:
    """The group that has most of the accounts, and covers all that happened."""
    having = [
        group
        for group in policy.groups
        if any(key in group.accounts for key in keys)
        and (group.since is None or group.since <= first)
        and (group.until is None or now < group.until)
    ]
    return max(having, key=lambda group: sum(key in group.accounts for key in keys), default=None)


def _kind(policy: Policy, keys: Sequence[str], staffed: bool) -> str:
    """What the policy already tells of the accounts: one owner's, or clients that staff works for; "" for neither."""
    owners = {label_key(owner) if (owner := policy.owners.get(key)) else "" for key in keys}
    if len(owners) == 1 and "" not in owners:
        return "same-owner"
    return "agency" if staffed else ""


def _command(name: str, options: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    dashes = ("--",) if any(word.startswith("-") for word in words) else ()
    return ("isolation", name, *options, *dashes, *words)


__all__ = ["NEAR_DEACTIVATED", "NO_DECLARATION_HELPS", "PERSONAL", "declaration", "permission", "remedy_for"]
