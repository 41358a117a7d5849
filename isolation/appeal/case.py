"""Which of the three cases an appeal makes: the other account is mine, known and not mine, or unknown to me.

It is what a person states, or what a person recorded in the policy; never a conclusion from what is missing. Where a
statement and the record disagree, both are shown.
"""

from __future__ import annotations

from isolation.identifiers.accounts import account_key
from isolation.messages import Message, joined, message, plural
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.appeal.record import Record
    from isolation.policy import Policy

CASES = {
    "mine": message("the other account is yours"),
    "known": message("you know the other account, and it is not yours"),
    "unknown": message("the other account is unknown to you"),
}
_OWN = ("same-store", "same-owner")


class Evidence(Value):
    """One thing on record that bears on the case: `points_to` is `mine`, `known`, `not-unknown` or "" for neither."""

    __slots__ = ("points_to", "text")
    text: str
    points_to: str

    def __init__(self, text: str, points_to: str = "") -> None:
        self._init(text=text, points_to=points_to)


class Case(Value):
    """`kind` is `mine`, `known`, `unknown`, or "" where nobody told; `basis` is `stated` by the person now, `recorded`
    in the policy before, or "" with no kind. `told` is what the person answered besides, `conflicts` where statement
    and record disagree."""

    __slots__ = ("basis", "conflicts", "evidence", "kind", "told")
    kind: str
    basis: str
    evidence: tuple[Evidence, ...]
    conflicts: tuple[str, ...]
    told: str

    def __init__(
        self, kind: str = "", basis: str = "", evidence: Iterable[Evidence] = (), conflicts: Iterable[str] = (),
        told: str = "",
    ) -> None:  # fmt: skip
        self._init(kind=kind, basis=basis, evidence=tuple(evidence), conflicts=tuple(conflicts), told=told)

    def words(self) -> Message:
        """The case and what it rests on, as a sentence."""
        if not self.kind:
            return message("Nobody has told which case it is, and nothing was concluded from what is missing.")
        if self.basis == "stated":
            return message("Stated by you: {case}.", case=CASES[self.kind])
        return message("Recorded by you in the policy: {case}.", case=CASES[self.kind])


def case_of(record: Record, policy: Policy, stated: str = "", told: str = "") -> Case:
    """The case that was stated, or else the one that the policy records, with what is on record."""
    evidence = tuple(evidence_of(record, policy))
    pointed = {one.points_to for one in evidence if one.points_to in CASES}
    kind = stated or (pointed.pop() if len(pointed) == 1 else "")
    basis = "stated" if stated else "recorded" if kind else ""
    conflicts = [
        message("You state that {case}, and on record is: {text}", case=CASES[kind], text=one.text)
        for one in evidence
        if stated and _disagree(kind, one.points_to)
    ]
    return Case(kind, basis, evidence, conflicts, told)


def _disagree(kind: str, points_to: str) -> bool:
    if points_to == "not-unknown":
        return kind == "unknown"
    return bool(points_to) and points_to != kind


def evidence_of(record: Record, policy: Policy) -> list[Evidence]:
    """What ledger and policy hold of the account and the associated ones together."""
    own = policy.spellings(account_key(record.account))[0]
    found: list[Evidence] = []
    for name in record.associated:
        other = policy.spellings(account_key(name))[0]
        owners = policy.owners.get(own), policy.owners.get(other)
        if all(owners):
            same = owners[0] == owners[1]
            names = {"account": record.account, "other": name}
            if same:
                text = message("The policy names the same owner for {account} and {other}.", **names)
            else:
                text = message("The policy names different owners for {account} and {other}.", **names)
            found.append(Evidence(text, "mine" if same else "known"))
        for group in policy.groups:
            if own in group.accounts and other in group.accounts:
                text = message(
                    "The policy declares {account} and {other} as one group, {group} ({kind}).",
                    account=record.account, other=name, group=group.name, kind=group.kind,
                )  # fmt: skip
                found.append(Evidence(text, "mine" if group.kind in _OWN else "known"))
        found += _uses_of(record, name)
    return found


def _uses_of(record: Record, name: str) -> list[Evidence]:
    uses = record.of(name)
    if not uses:
        return []
    entries = joined(", ", [str(use.entry) for use in uses[:5]])
    text = plural(
        "The ledger holds {count} use of {other}: entry {entries}.",
        "The ledger holds {count} uses of {other}, the first as entries {entries}.", len(uses),
        other=name, entries=entries,
    )  # fmt: skip
    return [Evidence(text, "not-unknown")]


__all__ = ["CASES", "Case", "Evidence", "case_of", "evidence_of"]
