"""One login, here and now -> pass, collision or unknown.

The rules are those of the audit; the verdict hands them the groups that the candidate touches: every identifier
read now, and every shared identifier that the account touched before, because past contact does not expire by
moving. A rule can only add findings; what could not be told is listed and never makes a pass.
"""

from __future__ import annotations

from isolation.candidate import Candidate
from isolation.errors import KeyUnavailable
from isolation.evidence import LEAST_POINTS
from isolation.findings import FACT_WORDS, STATUS_WORDS
from isolation.home import policy_path
from isolation.identifiers.accounts import account_spelling
from isolation.messages import joined, known, message
from isolation.model import MACHINE_FACTS, THIS_MACHINE, Basis, Gap, Reading, Verdict, at_least
from isolation.policy import Policy, load_policy
from isolation.rules import REGISTRY, could_not_look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.ledger import Ledger, Reader
    from isolation.model import Channel, Finding, Identity, Outcome

# Every pass and every plan says it: a verdict is about this ledger, not about what a platform knows.
NOTE = message("This does not undo or hide a link that the platform may hold.")

_NETWORK_ANCHORS = ("public_ip", "gateway_mac", "bssid")


def check_login(
    ledger: Ledger,
    account: str,
    identity: Identity,
    *,
    operator: str = "",
    channel: Channel = "ui",
    policy: Policy | None = None,
    now: int | None = None,
) -> Verdict:
    """The verdict for using `account` with this identity; records nothing.

    `policy` is by default that of ISOLATION_POLICY or the home folder; `now` is in µs, by default the identity's
    own moment. Raises BadIdentifier for an account name that cannot be one, PolicyError, LedgerError, RuleError.
    """
    if policy is None:
        policy = load_policy(policy_path())
    with ledger.reading() as reader:
        anchored = with_install_id(identity, ledger.install_id)
        return judge(reader, account, anchored, policy, operator=operator, channel=channel, now=now)


def with_install_id(identity: Identity, install_id: str) -> Identity:
    """The identity with the ledger's own install id as device, where this machine has nothing that identifies it.

    A container or a virtual machine often has neither an id nor a permanent MAC address of its own. Within one
    ledger the id it was given when it began still tells that two sessions were on one installation.
    """
    handed_in = identity.source != THIS_MACHINE
    if handed_in or any(reading.fact in MACHINE_FACTS for reading in identity.identifying()):
        return identity
    install = Reading(
        "device_id", "observed", install_id, source=message("this ledger's install id"), identifying=True,
        confidence="probable", reason="This machine has no identifier of its own; this one is of the installation.",
    )  # fmt: skip
    return identity.replace(readings=(*identity.readings, install))


def judge(
    reader: Reader,
    account: str,
    identity: Identity,
    policy: Policy,
    *,
    operator: str = "",
    channel: Channel = "ui",
    now: int | None = None,
) -> Verdict:
    """`check_login` on a reader that is already open: that of a check, or of the transaction that records."""
    account = account_spelling(account)
    moment = now if now is not None else identity.observed_at
    gaps = _anchor_gaps(identity)
    findings: tuple[Finding, ...] = ()
    joins: tuple[str, ...] = ()
    told: dict[str, Any] = {}
    if reader.key_problem is None:
        candidate = Candidate(reader, account, identity, policy, channel, moment, operator)
        findings = candidate.findings()
        joins = candidate.would_join()
        told = {"first_seen_here": candidate.first_seen_here()} | _about(candidate, findings, joins, policy)
        gaps += candidate.gaps
        unexamined = [*_unexamined(identity), *candidate.unexamined()]
    else:
        gaps.append(_key_gap(reader.key_problem))
        unexamined = [*_unexamined(identity), *_unlooked(message("names cannot be compared without the key"))]
    if not reader.has_baseline():
        gaps.append(NO_HISTORY)
    gaps += _once_each(unexamined)
    return Verdict(
        account, operator, _outcome(findings, gaps, policy), reader.basis(), findings, tuple(gaps), joins, identity,
        policy.block_at, **told,
    )  # fmt: skip


def _about(
    candidate: Candidate, findings: tuple[Finding, ...], joins: tuple[str, ...], policy: Policy
) -> dict[str, Any]:
    """The chains, the subjects and the remedy of a verdict with findings."""
    if not findings:
        return {}
    from isolation.remedies import remedy_for  # most logins find nothing

    remedy = remedy_for(policy, candidate.account, candidate.operator, findings, joins, candidate.moment)
    return {"paths": candidate.paths(), "subjects": candidate.subjects(findings), "remedy": remedy}


NO_HISTORY = Gap(
    "no-history",
    "nothing tells which seller accounts were used here before; answer with `isolation setup`, or with "
    "`isolation init --no-earlier-accounts` if there were none, or bring in what this computer remembers "
    "(`isolation recover`) or other tools logged (`isolation import`)",
    True,
)


def no_ledger(account: str, operator: str, identity: Identity, policy: Policy) -> Verdict:
    """The verdict where there is no ledger yet: unknown, because nothing is remembered."""
    unexamined = [*_unexamined(identity), *_unlooked(message("there is no ledger yet"))]
    gaps = [*_anchor_gaps(identity), NO_HISTORY, *_once_each(unexamined)]
    name = account_spelling(account)
    return Verdict(name, operator, "unknown", Basis(0, None, 0), (), tuple(gaps), (), identity, policy.block_at)


def _outcome(findings: Iterable[Finding], gaps: Iterable[Gap], policy: Policy) -> Outcome:
    if any(finding.state == "open" and at_least(finding.severity, policy.block_at) for finding in findings):
        return "collision"
    return "unknown" if any(gap.decides for gap in gaps) else "pass"


def _anchor_gaps(identity: Identity) -> list[Gap]:
    """The anchors that a pass needs and this identity lacks, each with what was read instead."""
    facts = {reading.fact for reading in identity.identifying()}
    gaps = []
    if not facts.intersection(MACHINE_FACTS):
        text = message("no identifier of this machine: {why}", why=_why(identity, MACHINE_FACTS))
        gaps.append(Gap("no-device-anchor", text, True))
    if not facts.intersection(_NETWORK_ANCHORS):
        text = message("no identifier of this network: {why}", why=_why(identity, _NETWORK_ANCHORS))
        gaps.append(Gap("no-network-anchor", text, True))
    return gaps


def _why(identity: Identity, facts: Iterable[str]) -> str:
    reasons = []
    for fact in facts:
        for reading in identity.of(fact)[:1]:
            seen_too_little = message(
                "fewer than {least_points} access points are visible, which is not enough to tell",
                least_points=LEAST_POINTS,
            )
            reason = seen_too_little if _too_faint(reading) else reading.reason or STATUS_WORDS[reading.status]
            reasons.append(message("{fact}: {why}", fact=FACT_WORDS[fact], why=known(reason)))
    return joined("; ", reasons) if reasons else message("none was read")


def _unexamined(identity: Identity) -> list[Gap]:
    """The rules about one fact that could not look, because the fact was not observed."""
    facts = {reading.fact for reading in identity.identifying() if not _too_faint(reading)}
    gaps = []
    for entry in REGISTRY:
        if entry.facts and not facts.intersection(entry.facts):
            gaps.append(could_not_look(entry.id, _why(identity, entry.facts)))
    return gaps


def _once_each(gaps: list[Gap]) -> list[Gap]:
    """The first gap of each rule, in the order in which rules are registered."""
    first = {gap.code: gap for gap in reversed(gaps)}
    return [first[entry.id] for entry in REGISTRY if entry.id in first]


def _unlooked(why: str) -> list[Gap]:
    """The rules that look at something else than facts, where none of them could."""
    return [could_not_look(entry.id, why) for entry in REGISTRY if entry.needs]


def _too_faint(reading: Reading) -> bool:
    """Whether a scan saw too little to tell anything."""
    return isinstance(reading.value, tuple) and len(reading.value) < LEAST_POINTS


def _key_gap(problem: KeyUnavailable) -> Gap:
    return Gap(f"key-{problem.reason}", str(problem), True)


__all__ = ["NOTE", "NO_HISTORY", "check_login", "judge", "no_ledger", "with_install_id"]
