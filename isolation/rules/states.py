"""Whether a finding about one account, or about an account and an operator, is open or accepted by a waiver, and why
one that rests on several identifiers is less than certain."""

from __future__ import annotations

from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.model import Confidence, State
    from isolation.relations import Relations


def waived_by(rule: str, accounts: Iterable[int], relations: Relations) -> str:
    """The names of the waivers in force that name all of these accounts; "" for none."""
    wanted = frozenset(accounts)
    names = sorted(waiver.name for waiver in relations.accepted(rule) if wanted <= waiver.accounts)
    return joined(", ", names)


def stated(rule: str, accounts: Iterable[int], relations: Relations, reason: str) -> tuple[State, str]:
    """State and reason of a finding that names these accounts."""
    names = waived_by(rule, accounts, relations)
    if not names:
        return "open", reason
    return "waived", message("accepted by the waiver {names}: {reason}", names=names, reason=reason)


def doubted(reason: str, sure: Confidence) -> str:
    """The reason of a finding that names no single identifier, with why it is less than certain, where it is."""
    return (
        reason
        if sure == "certain"
        else message("{reason}; what shows it may belong to several machines or networks", reason=reason)
    )
