"""One login, here and now -> pass, collision or unknown.

The rules are those of the audit; the verdict hands them the groups that the candidate touches: every identifier
read now, and every shared identifier that the account touched before, because past contact does not expire by
moving. A rule can only add findings; what could not be told is listed and never makes a pass.
"""

from __future__ import annotations

from isolation.errors import KeyUnavailable
from isolation.evidence import LEAST_POINTS, AccountGroup, Contact, IdentifierGroup, Sighting, join
from isolation.findings import FACT_WORDS, Names, gravest_first, one_of_each_place, show
from isolation.home import policy_path
from isolation.identifiers.accounts import account_key, account_spelling
from isolation.model import MACHINE_FACTS, THIS_MACHINE, Basis, Gap, Reading, Verdict, at_least
from isolation.policy import Policy, load_policy
from isolation.relations import Relations
from isolation.rules import REGISTRY
from isolation.rules.run import corroborate, over_account, over_identifier, over_scans

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isolation.evidence import Match, Scan
    from isolation.ledger import Ledger, Reader
    from isolation.model import Channel, Finding, Identity, Outcome

# Every pass and every plan says it: a verdict is about this ledger, not about what a platform knows.
NOTE = "This does not undo or hide a link that the platform may hold."

_UNSEEN = -1  # the candidate's account number where the ledger has none for it yet
_MOST_JOINED = 1000  # a cluster is followed no further than this; the verdict says so
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
        "device_id", "observed", install_id, source="this ledger's install id", identifying=True,
        confidence="probable", reason="this machine has no identifier of its own; this one is of the installation",
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
    news: tuple[str, ...] = ()
    if reader.key_problem is None:
        candidate = _Candidate(reader, account, identity, policy, channel, moment)
        findings = candidate.findings()
        joins = candidate.would_join()
        news = candidate.first_seen_here()
        gaps += candidate.gaps
    else:
        gaps.append(_key_gap(reader.key_problem))
    if not reader.has_baseline():
        gaps.append(NO_HISTORY)
    gaps += _unexamined(identity)
    return Verdict(
        account, operator, _outcome(findings, gaps, policy), reader.basis(), findings, tuple(gaps), joins, identity,
        policy.block_at, news,
    )  # fmt: skip


NO_HISTORY = Gap(
    "no-history",
    "nothing tells which seller accounts were used here before; answer with `isolation setup`, or with "
    "`isolation init --no-earlier-accounts` if there were none, or import what other tools logged",
    True,
)


def no_ledger(account: str, operator: str, identity: Identity, policy: Policy) -> Verdict:
    """The verdict where there is no ledger yet: unknown, because nothing is remembered."""
    gaps = [*_anchor_gaps(identity), NO_HISTORY, *_unexamined(identity)]
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
        gaps.append(Gap("no-device-anchor", "no identifier of this machine: " + _why(identity, MACHINE_FACTS), True))
    if not facts.intersection(_NETWORK_ANCHORS):
        text = "no identifier of this network: " + _why(identity, _NETWORK_ANCHORS)
        gaps.append(Gap("no-network-anchor", text, True))
    return gaps


def _why(identity: Identity, facts: Iterable[str]) -> str:
    reasons = []
    for fact in facts:
        for reading in identity.of(fact)[:1]:
            seen_too_little = f"fewer than {LEAST_POINTS} access points are visible, which is not enough to tell"
            reason = seen_too_little if _too_faint(reading) else reading.reason or reading.status
            reasons.append(f"{FACT_WORDS[fact]}: {reason}")
    return "; ".join(reasons) or "none was read"


def _unexamined(identity: Identity) -> list[Gap]:
    """The rules about one fact that could not look, because the fact was not observed."""
    facts = {reading.fact for reading in identity.identifying() if not _too_faint(reading)}
    gaps = []
    for entry in REGISTRY:
        if not facts.intersection(entry.facts):
            gaps.append(Gap(entry.id, f"{entry.id} could not look: " + _why(identity, entry.facts)))
    return gaps


def _too_faint(reading: Reading) -> bool:
    """Whether a scan saw too little to tell anything."""
    return isinstance(reading.value, tuple) and len(reading.value) < LEAST_POINTS


def _key_gap(problem: KeyUnavailable) -> Gap:
    return Gap(f"key-{problem.reason}", str(problem), True)


class _Candidate:
    """The login being judged, with the groups it touches."""

    def __init__(
        self, reader: Reader, account: str, identity: Identity, policy: Policy, channel: Channel, moment: int
    ) -> None:
        self._reader = reader
        self._identity = identity
        self._channel = channel
        self._moment = moment
        self.gaps: list[Gap] = []
        self._policy = policy
        self._key = policy.spellings(account_key(account))[0]
        seen = [reader.account_number(key) for key in policy.spellings(self._key)]
        self._mine = [number for number in seen if number is not None]
        self._number = self._mine[0] if self._mine else _UNSEEN
        self._names = Names(reader, {self._number: account})
        self._policy_says: Relations | None = None
        self._now = self._present()
        self._points: Mapping[int, int] = {}
        self._matches: list[Match] = []

    def _relations(self) -> Relations:
        """What the policy says of the accounts, looked up once some group has another account in it."""
        if self._policy_says is None:
            unseen = {} if self._mine else {("account", self._key): _UNSEEN}
            self._policy_says = self._policy.relations(self._reader, moment=self._moment, unseen=unseen)
        return self._policy_says

    def _present(self) -> dict[int, Contact]:
        """This login as a contact with each identifier that the ledger knows."""
        contacts: dict[int, Contact] = {}
        for reading in self._identity.identifying():
            identifier = self._identifier(reading)
            if identifier is not None:
                contacts[identifier] = Contact(
                    self._number, self._moment, self._moment, 1, frozenset({self._channel}), reading.confidence
                )
        return contacts

    def _identifier(self, reading: Reading) -> int | None:
        if not isinstance(reading.value, str):
            return None
        return self._reader.identifier_number(reading.fact, reading.value)

    def findings(self) -> tuple[Finding, ...]:
        """What every rule says of the groups that this login touches."""
        groups = [self._with_candidate(self._reader.group(identifier)) for identifier in self._touched()]
        met = [group for group in groups if len(group.contacts) > 1]
        for group in corroborate(met, met):
            focused = self._relations().focused(self._number)
            for match in over_identifier(group, focused, self._filled):
                if self._number in match.accounts:
                    self._matches.append(match)
        for around in self._reader.scan_groups_around(self._mine, self._scan()):
            self._matches += over_scans(around, self._relations().focused(self._number))
        self._matches += over_account(self._account_group(), Relations(thresholds=self._policy.thresholds))
        return gravest_first(
            show(match, self._names, self._subject(match)) for match in one_of_each_place(self._matches)
        )

    def _scan(self) -> Scan | None:
        """What this login sees of the Wi-Fi around it."""
        for reading in self._identity.identifying():
            if isinstance(reading.value, tuple):
                scan = self._reader.scan(self._number, self._moment, self._channel, reading.value)
                self._points = scan.points
                return scan
        return None

    def _touched(self) -> list[int]:
        before = [identifier for number in self._mine for identifier in self._reader.groups_of_account(number)]
        return list(dict.fromkeys([*self._now, *before]))

    def _with_candidate(self, group: IdentifierGroup) -> IdentifierGroup:
        now = self._now.get(group.identifier)
        if now is None:
            return group
        others = tuple(contact for contact in group.contacts if contact.account != self._number)
        mine = next((contact for contact in group.contacts if contact.account == self._number), None)
        if mine is None:
            return group.replace(contacts=(*others, now))
        filled = now.replace(uses=(self._moment,)) if mine.uses is not None else now
        return group.replace(contacts=(*others, join(mine, filled)))

    def _filled(self, group: IdentifierGroup) -> IdentifierGroup:
        known = group.replace(contacts=tuple(c for c in group.contacts if c.account != _UNSEEN))
        return self._with_candidate(self._reader.with_uses(known))

    def _account_group(self) -> AccountGroup:
        groups = [self._reader.account_group(number) for number in self._mine]
        tag = self._reader.tag_hex("account", self._key)
        sightings = {sighting.identifier: sighting for group in groups for sighting in group.sightings}
        for number, reading in enumerate(self._identity.identifying()):
            identifier = self._identifier(reading)
            known = sightings.get(identifier) if identifier is not None else None
            first = known.first if known else self._moment
            count = known.count + 1 if known else 1
            key = identifier if identifier is not None else -2 - number
            sightings[key] = Sighting(key, reading.fact, first, self._moment, count, reading.confidence)
        return AccountGroup(self._number, tag, tuple(sightings.values()))

    def _subject(self, match: Match) -> str:
        if match.identifier is None:
            return "account-" + match.tag[:12]
        if match.identifier in self._now or match.identifier in self._points:
            return "this-machine" if match.fact in MACHINE_FACTS else "this-network"
        return ("machine-" if match.fact in MACHINE_FACTS else "place-") + match.tag[:12]

    def would_join(self) -> tuple[str, ...]:
        """The accounts that this login would be in one cluster with, over open findings, however many steps away."""
        found = {n for match in self._matches if match.state == "open" for n in match.accounts} - {self._number}
        if not found:
            return ()
        frontier = list(found)
        spellings: dict[int, list[int]] = {}
        for other, number in self._relations().aliases.items():
            spellings.setdefault(number, []).append(other)
        while frontier and len(found) < _MOST_JOINED:
            number = frontier.pop()
            for spelling in (number, *spellings.get(number, ())):
                new = self._met(number, spelling) - found - {self._number}
                found |= new
                frontier += new
        if frontier:
            text = f"the cluster has more than {_MOST_JOINED} accounts; `isolation audit` shows all of it"
            self.gaps.append(Gap("cluster-not-followed", text))
        return tuple(sorted(self._names.account(number) for number in found))

    def _met(self, number: int, spelling: int) -> set[int]:
        """The accounts that one has open meetings with, under one of its spellings."""
        focused = self._relations().focused(number)
        matches = [
            match
            for identifier in self._reader.groups_of_account(spelling)
            for match in over_identifier(self._reader.group(identifier), focused, self._reader.with_uses)
        ]
        for around in self._reader.scan_groups_around((spelling,), None):
            matches += over_scans(around, focused)
        return {
            account
            for match in matches
            if match.state == "open" and number in match.accounts
            for account in match.accounts
        }

    def first_seen_here(self) -> tuple[str, ...]:
        """The facts whose value the ledger meets for the first time."""
        unseen = {reading.fact: self._identifier(reading) is None for reading in self._identity.identifying()}
        return tuple(sorted(fact for fact, new in unseen.items() if new))


__all__ = ["NOTE", "NO_HISTORY", "check_login", "judge", "no_ledger", "with_install_id"]
