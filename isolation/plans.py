"""How to end unauthorised access: a plan out of an audit and the policy, in the order in which it is done.

Verify who it is; declare if true; move staff to their own user permissions; end the access; ask the platform. Keeping
machines or networks apart is offered only between unrelated owners in good standing. It names no proxy, no address and
no device.
"""

from __future__ import annotations

from itertools import combinations

from isolation.audit import audit_ledger
from isolation.errors import UsageError
from isolation.identifiers.accounts import account_key, label_key
from isolation.identifiers.escape import excerpt
from isolation.messages import joined, message
from isolation.model import UNDATED, Value
from isolation.relations import within
from isolation.remedies import NEAR_DEACTIVATED, NO_DECLARATION_HELPS, PERSONAL, declaration, permission
from isolation.separations import fewest
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from isolation.audited import Audit
    from isolation.ledger import Ledger
    from isolation.model import Finding, Subject
    from isolation.policy import Policy

_MOST_NAMED = 6
_MOST_PAIRS_OF = 600  # accounts of one finding whose pairs are looked at


class Step(Value):
    """One step: verify, declare, staff, end or ask; what to do, and the commands, word by word, that record it."""

    __slots__ = ("commands", "step", "texts")
    step: str
    texts: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]

    def __init__(self, step: str, texts: Iterable[str], commands: Iterable[tuple[str, ...]] = ()) -> None:
        self._init(step=step, texts=tuple(texts), commands=tuple(commands))


class Separation(Value):
    """One account that is to be used no more at one machine or place, told by its subject and what people call it."""

    __slots__ = ("account", "label", "subject")
    account: str
    subject: str
    label: str

    def __init__(self, account: str, subject: str, label: str) -> None:
        self._init(account=account, subject=subject, label=label)


class Section(Value):
    """The plan for accounts that open findings join, or that somebody used without a permission.

    `situation` is at-risk, related, unrelated or not-told: why keeping apart is offered, or is no remedy. `separations`
    are the fewest, or at most `bound` times as many; () where none is offered.
    """

    __slots__ = ("accounts", "bound", "separations", "situation", "steps", "why")
    accounts: tuple[str, ...]
    situation: str
    why: str
    steps: tuple[Step, ...]
    separations: tuple[Separation, ...]
    bound: float

    def __init__(
        self,
        accounts: tuple[str, ...],
        situation: str,
        why: str,
        steps: tuple[Step, ...],
        separations: tuple[Separation, ...] = (),
        bound: float = 1.0,
    ) -> None:
        self._init(
            accounts=tuple(accounts), situation=situation, why=why, steps=tuple(steps),
            separations=tuple(separations), bound=bound,
        )  # fmt: skip


class Plan(Value):
    """What to do, a section for each cluster, the largest first; made at `made_at` (µs)."""

    __slots__ = ("made_at", "sections")
    made_at: int
    sections: tuple[Section, ...]

    def __init__(self, made_at: int, sections: tuple[Section, ...]) -> None:
        self._init(made_at=made_at, sections=tuple(sections))


def plan_ledger(ledger: Ledger, policy: Policy, *, accounts: Sequence[str] = (), now: int | None = None) -> Plan:
    """The plan for these accounts, or for all, with what they are joined with.

    Raises UsageError for an account that the ledger does not know, and what `audit_ledger` raises.
    """
    with ledger.reading() as reader:
        if reader.key_problem is not None:
            raise reader.key_problem
        for name in accounts:
            if all(reader.account_number(key) is None for key in policy.spellings(account_key(name))):
                raise UsageError(
                    message("The ledger has no session of the account {name}.", name=excerpt(name)),
                    "Check the spelling; `isolation audit` names all accounts with findings.",
                )
    audit = audit_ledger(ledger, policy=policy, now=now, stays=False)
    return make_plan(audit, policy, accounts)


def make_plan(audit: Audit, policy: Policy, accounts: Sequence[str] = ()) -> Plan:
    """The plan out of an audit of the whole ledger under this policy."""
    wanted = {policy.spellings(account_key(name))[0] for name in accounts}
    sections = []
    for members in _members(audit):
        one = _Cluster(audit, policy, members)
        if not wanted or wanted.intersection(one.keys.values()):
            sections.append(one.section())
    return Plan(audit.made_at, tuple(sections))


def _members(audit: Audit) -> Iterator[tuple[str, ...]]:
    """The accounts of each section: clusters that are more than information, then what only people are told of."""
    grave = [one for one in audit.findings if _counts(one)]
    touched = {name for one in grave for name in one.accounts}
    inside: set[str] = set()
    for cluster in audit.clusters:
        if touched.intersection(cluster.accounts):
            inside.update(cluster.accounts)
            yield cluster.accounts
    yield from ((name,) for name in sorted({n for one in grave if one.rule in PERSONAL for n in one.accounts} - inside))


def _counts(one: Finding) -> bool:
    return one.state == "open" and one.severity != "info"


class _Cluster:
    def __init__(self, audit: Audit, policy: Policy, members: tuple[str, ...]) -> None:
        self._policy = policy
        self._now = audit.made_at
        self.members = members
        self.keys = {name: policy.spellings(account_key(name))[0] for name in members}
        self._findings = [one for one in audit.findings if _counts(one) and self.keys.keys() & set(one.accounts)]
        by_id = {one.id: one for one in self._findings}
        self._subjects = [
            (subject, [by_id[one] for one in subject.findings if one in by_id])
            for subject in audit.subjects
            if any(one in by_id for one in subject.findings)
        ]

    def section(self) -> Section:
        situation, why, pairs = self._situation()
        separations, bound = self._separations(pairs)
        steps = (self._verify(), self._declare(situation), self._staff(), self._end(), self._ask(situation))
        return Section(self.members, situation, why, steps, separations, bound)

    def _standing(self, name: str) -> str:
        known = [state for state, since in self._policy.standing.get(self.keys[name], ()) if since <= self._now]
        return known[-1] if known else ""

    def _owner(self, name: str) -> str:
        owner = self._policy.owners.get(self.keys[name])
        return label_key(owner) if owner else ""

    def _grouped(self, one: str, other: str) -> bool:
        both = {self.keys[one], self.keys[other]}
        return any(both <= set(group.accounts) and within(self._now, group.since, group.until)
                   for group in self._policy.groups)  # fmt: skip

    def _related(self, one: str, other: str) -> bool:
        return self._grouped(one, other) or (self._owner(one) == self._owner(other) != "")

    def _situation(self) -> tuple[str, str, dict[str, list[tuple[str, str]]]]:
        """Why keeping apart is no remedy, or between whom it is one: the pairs by subject."""
        states = {self._standing(name) for name in self.members}
        if states & {"deactivated", "at_risk"}:
            return "at-risk", _AT_RISK, {}
        most = max((len(one.accounts) for one in self._findings), default=0)
        if most > _MOST_PAIRS_OF:
            return "not-told", message(
                "One finding joins {count} accounts: too many to look at pair by pair. Declare the groups among them "
                "first; keeping machines or networks apart is not looked at before.", count=most,
            ), {}  # fmt: skip
        pairs = self._open_pairs()
        every = {pair for found in pairs.values() for pair in found}
        if all(self._related(*pair) for pair in every):
            return "related", _RELATED if every else _ONE_ACCOUNT, {}
        untold = [name for name in self.members if not self._owner(name) or self._standing(name) != "good"]
        apart = {
            subject: kept
            for subject, found in pairs.items()
            if (kept := [pair for pair in found if not self._related(*pair) and not set(untold).intersection(pair)])
        }
        if not apart:
            return "not-told", _not_told(untold), {}
        return "unrelated", _UNRELATED, apart

    def _open_pairs(self) -> dict[str, list[tuple[str, str]]]:
        """The pairs of accounts that each machine or place joins and no waiver covers."""
        found: dict[str, list[tuple[str, str]]] = {}
        for subject, findings in self._subjects:
            if subject.kind not in ("machine", "place"):
                continue
            pairs = {
                pair
                for one in findings
                for pair in combinations(sorted(one.accounts), 2)
                if not self._accepted(one, subject, pair) and not self._on_different_platforms(*pair)
            }
            found[subject.id] = sorted(pairs)
        return found

    def _accepted(self, finding: Finding, subject: Subject, pair: tuple[str, str]) -> bool:
        both = {self.keys[name] for name in pair}
        labels = {label_key(name) for name in subject.label.split(", ") if name}
        return any(
            both <= set(one.accounts) and one.rule in ("", finding.rule) and within(self._now, one.since, one.until)
            and (not one.label or one.label in labels)
            for one in self._policy.waivers
        )  # fmt: skip

    def _on_different_platforms(self, one: str, other: str) -> bool:
        first, second = (self._policy.accounts.get(self.keys[name], "") for name in (one, other))
        return bool(first and second and first != second)

    def _separations(self, pairs: Mapping[str, list[tuple[str, str]]]) -> tuple[tuple[Separation, ...], float]:
        labels = {subject.id: self._label(subject, findings) for subject, findings in self._subjects}
        found, bound = [], 1.0
        for subject, these in pairs.items():
            chosen, factor = fewest(these)
            bound = max(bound, factor)
            found += [Separation(account, subject, labels[subject]) for account in chosen]
        return tuple(found), bound

    def _label(self, subject: Subject, findings: Sequence[Finding]) -> str:
        """What a person calls it; where nobody named it its id, and never an address."""
        if any(one.value and one.value in subject.label for one in findings) or subject.label == subject.id:
            if subject.kind == "machine":
                return message("the machine {id}", id=subject.id)
            return message("the place {id}", id=subject.id) if subject.kind == "place" else subject.label
        return subject.label

    def _verify(self) -> Step:
        texts = [
            message(
                "Ask who used {accounts} at {label} {period}, and for whom.",
                accounts=joined(", ", sorted({name for one in findings for name in one.accounts})[:_MOST_NAMED]),
                label=self._label(subject, findings), period=_period(findings),
            )
            for subject, findings in self._subjects
            if subject.kind in ("machine", "place", "operator")
        ]  # fmt: skip
        return Step("verify", texts[:_MOST_NAMED] or [_WHO])

    def _declare(self, situation: str) -> Step:
        if any(self._standing(name) == "deactivated" for name in self.members):
            return Step("declare", [NO_DECLARATION_HELPS])
        if len(self.members) < 2 or situation == "unrelated":
            return Step("declare", [_DECLARE_UNRELATED])
        remedy = declaration(self._policy, self.members, "", self._findings, self._now)
        return Step("declare", [remedy.text], [remedy.command])

    def _staff(self) -> Step:
        people: dict[str, set[str]] = {}
        for one in self._findings:
            if one.rule in PERSONAL and one.value:
                people.setdefault(one.value, set()).update(name for name in one.accounts if name in self.keys)
        commands = [permission(who, sorted(names), self._now).command for who, names in sorted(people.items())]
        return Step("staff", [_STAFF_KNOWN if commands else _STAFF], commands)

    def _end(self) -> Step:
        return Step("end", [_END])

    def _ask(self, situation: str) -> Step:
        gone = any(self._standing(name) == "deactivated" for name in self.members)
        return Step("ask", [_ASK, NEAR_DEACTIVATED] if gone else [_ASK])


def _period(findings: Iterable[Finding]) -> str:
    """From which day to which."""
    every = list(findings)
    first = _day(min((one.first_seen for one in every if one.first_seen != UNDATED), default=UNDATED))
    last = _day(max(one.last_seen for one in every))
    return (
        message("on {day}", day=first) if first == last else message("from {first} to {last}", first=first, last=last)
    )


def _day(moment: int) -> str:
    return message("a day not known") if moment == UNDATED else format_time(moment)[:10]


def _not_told(names: Sequence[str]) -> str:
    return message(
        "Keeping machines or networks apart is a remedy only between unrelated owners in good standing, and the policy "
        "does not tell that of {names}. `isolation account NAME --owner WHO` and `isolation standing NAME good` do.",
        names=joined(", ", names[:_MOST_NAMED]),
    )


_WHO = message("Ask everybody who can log in who it was, and for whom.")
_DECLARE_UNRELATED = message(
    "If any of it was agreed after all, say so with `isolation group` or `isolation permit`. Declare only what is true."
)
_STAFF = message(
    "Whoever works for an account's owner uses a user permission of their own on the platform, never the owner's "
    "password; `isolation permit` records it."
)
_STAFF_KNOWN = message(
    "Have the owner give them user permissions of their own on the platform, in place of the owner's password; then "
    "record it:"
)
_END = message(
    "Where nobody permitted it, end it on the platform: remove the user, change the password, sign out all sessions. "
    "`isolation permit OPERATOR ACCOUNT --until DATE` records that a permission has ended."
)
_ASK = message(
    "If it is not clear what the platform wants, ask it, from the account concerned, with dates and documents."
)
_AT_RISK = message(
    "Keeping machines or networks apart is no remedy here: an account is deactivated or at risk. What happened stays, "
    "and changing where accounts are used now looks like hiding it. Show what is true."
)
_RELATED = message(
    "Keeping machines or networks apart is no remedy here: the accounts are one owner's or in a declared group. What "
    "joins them is who they belong to; say so, and correct the dates of the declaration if they are wrong."
)
_ONE_ACCOUNT = message("Keeping machines or networks apart is no remedy here: this is about who may use the account.")
_UNRELATED = message(
    "These owners are unrelated and in good standing: they can also keep to machines and networks of their own. The "
    "fewest separations are named; for each pair the other account may be the one to stay."
)

__all__ = ["Plan", "Section", "Separation", "Step", "make_plan", "plan_ledger"]
