"""The whole ledger -> findings, subjects, clusters, coverage.

The work follows the distinct pairs of identifier and account, not the sessions (docs/decisions/0002): the ledger
hands over its shared identifiers with their summed contacts, all at one root, and only questions that first and
last uses leave open are settled from single sessions.
"""

from __future__ import annotations

import time

from isolation.audited import Audit, LoggedUse, TimeStamp
from isolation.declared import declared
from isolation.errors import UsageError
from isolation.findings import (
    FACT_WORDS,
    Names,
    Place,
    clusters_of,
    finding_id,
    gravest_first,
    links,
    one_of_each_place,
    show,
    subject_ids,
    subjects_of,
)
from isolation.home import policy_path
from isolation.identifiers.accounts import account_key
from isolation.identifiers.escape import excerpt
from isolation.messages import message, plural
from isolation.model import UNDATED, Gap
from isolation.policy import Policy, load_policy, recorded_policy
from isolation.rounds import Rounds
from isolation.rules.run import corroborate, over_account, over_identifier, over_scans
from isolation.stays import named_stays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isolation.audited import Cluster, Declared, Stay
    from isolation.evidence import AccountGroup, Contact, IdentifierGroup, Match, ScanGroup
    from isolation.ledger import Ledger, Reader
    from isolation.ledger.snapshot import Snapshot
    from isolation.model import Finding
    from isolation.paths import Path
    from isolation.relations import Relations

_POLICY = "policy-waivers"  # the subject of what is said of the policy's waivers
MOST_TRACED = 200_000  # uses up to which a report traces chains: it must not take much longer than the audit
_MOST_CHAINED = 5  # clusters whose chains a report tells
_SAMPLES = 4  # contacts of a finding whose sessions are looked at to tell which machine or place it belongs to


def audit_ledger(
    ledger: Ledger,
    *,
    accounts: Iterable[str] = (),
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    policy: Policy | None = None,
    now: int | None = None,
    stays: bool = True,
    hops: int | None = None,
) -> Audit:
    """Every finding of the ledger, at one root.

    `accounts` limits the findings to those that touch one of them, and adds the chain from each to every account that
    it is linked with, over `hops` links at most (None: however many). `since` and `until` (µs) take only uses that
    begin in that window, `as_of` (µs) only what was recorded by then. `stays` adds where and when each account was
    used, and, up to 200,000 uses, the chains within the largest clusters, which reports draw. Without a `policy` that
    of ISOLATION_POLICY or the home folder holds, with `as_of` the one that was recorded last by then. Raises
    UsageError for an account that the ledger does not know, PolicyError, LedgerError, KeyUnavailable, RuleError.
    """
    if policy is None and as_of is None:
        policy = load_policy(policy_path())
    with ledger.reading() as reader:
        if reader.key_problem is not None:
            raise reader.key_problem
        if policy is None:
            policy = recorded_policy(reader.recorded_policy(as_of))
        moment = now if now is not None else time.time_ns() // 1000
        run = _Run(reader, policy, moment, since, until, as_of)
        return run.audit(tuple(accounts), moment, ledger.key_store, with_stays=stays, hops=hops)


class _Run:
    def __init__(
        self, reader: Reader, policy: Policy, now: int, since: int | None, until: int | None, as_of: int | None
    ) -> None:
        self._reader = reader
        self._erased = reader.erased
        self._policy = policy
        windowed = since is not None or until is not None or as_of is not None
        self._source: Snapshot = reader.window(since, until, as_of) if windowed else reader.everything()
        self._since = since
        self._until = until
        moment = now if as_of is None else as_of
        self._relations: Relations = policy.relations(
            reader.known_by(as_of), moment=moment, unseen=policy.people(reader)
        )
        self._names = Names(reader)
        self._places: dict[int, Place] = {}
        self._about: dict[str, str] = {}  # by a finding's id, the account that it is about
        self._contacts: dict[int | None, tuple[Contact, ...]] = {}

    def audit(
        self, accounts: tuple[str, ...], now: int, key_store: str, *, with_stays: bool, hops: int | None = None
    ) -> Audit:
        source = self._source
        chosen = self._chosen(accounts)
        found = list(one_of_each_place(self._matches()))
        matches = [match for match in found if not chosen or chosen.intersection(match.accounts)]
        subjects = subject_ids(list(self._places.values()))
        findings = gravest_first(show(match, self._names, self._subject(match, subjects)) for match in matches)
        self._about = {
            finding_id(one): self._names.account(one.accounts[0]) for one in matches if one.identifier is None
        }
        sessions, account_count, provenance, not_uses = source.counts()
        labels = self._labels(findings, subjects)
        shown = chosen and chosen.union(*(match.accounts for match in matches))
        heads = chosen or (self._heads(found) if with_stays and sessions <= MOST_TRACED else set())
        paths = self._paths(heads, found, labels, subjects, hops) if heads else ()
        stays = self._stays(shown, self._place_names(labels, subjects)) if with_stays else ()
        return Audit(
            sessions, account_count, findings, subjects_of(findings, labels),
            self._clusters(found, chosen), source.coverage(), provenance, not_uses, self._unreadable(findings),
            self._reader.origin, self._reader.size, self._reader.root.hex(), key_store, self._policy.block_at, now,
            self._since, self._until, *self._logged(matches), stays, self._reader.began, self._reader.forced(),
            self._declared(), paths,
        )  # fmt: skip

    def _declared(self) -> Declared:
        """What the policy says, under the names that findings use."""
        keys = sorted(self._policy.account_keys())
        return declared(self._policy, self._names, self._reader.numbers("account", keys) if keys else {})

    def _clusters(self, matches: list[Match], chosen: set[int]) -> tuple[Cluster, ...]:
        """The clusters, whole; with chosen accounts those that hold one of them."""
        names = {self._names.account(number) for number in chosen}
        clusters = clusters_of(matches, self._names)
        return tuple(one for one in clusters if not chosen or names.intersection(one.accounts))

    def _heads(self, matches: list[Match]) -> set[int]:
        """Of each of the largest clusters the account with the most links: where a report begins its chains."""
        met: dict[int, int] = {}
        for match in matches:
            if match.state == "open" and links(match):
                for account in match.accounts:
                    met[account] = met.get(account, 0) + 1
        number_of = {self._names.account(number): number for number in met}
        largest = clusters_of(matches, self._names)[:_MOST_CHAINED]
        return {max((number_of[name] for name in one.accounts), key=lambda n: (met[n], -n)) for one in largest}

    def _paths(
        self, chosen: set[int], matches: list[Match], labels: dict[str, str], subjects: dict[int, tuple[str, int]],
        hops: int | None,
    ) -> tuple[Path, ...]:  # fmt: skip
        """The chains from the chosen accounts."""
        from isolation.chains import Opener
        from isolation.reach import Reach

        def subject(match: Match) -> str:
            return self._subject(match, subjects)

        opener = Opener(self._names, subject, lambda match: labels[subject(match)])
        reach = Reach(self._source, self._relations)
        near = {n for match in matches if match.rule == "deactivated-contact" and links(match) for n in match.accounts}
        return tuple(
            path
            for account in sorted(chosen, key=self._names.account)
            for path in reach.paths_from(account, opener, hops, near)
        )

    def _logged(self, matches: Iterable[Match]) -> tuple[tuple[TimeStamp, ...], dict[str, tuple[LoggedUse, ...]]]:
        """The log's time stamps, and when the first and the last use behind each finding were recorded."""
        intervals = self._reader.intervals()
        stamps = tuple(TimeStamp(one.authority, one.size, one.until, one.chain) for one in intervals.anchors)
        logged = {}
        for match in matches:
            uses = []
            for begin, accounts in self._ends(match):
                found = [
                    (entry, clock)
                    for account in accounts
                    for entry, clock, numbers in self._reader.recorded(account, begin)
                    if match.identifier not in self._contacts or match.identifier in numbers
                ]
                if found:
                    entry, clock = min(found)
                    told = intervals.of(entry)
                    uses.append(LoggedUse(entry, begin, clock, told.after, told.by))
            logged[finding_id(match)] = tuple(dict.fromkeys(uses))
        return stamps, logged

    def _ends(self, match: Match) -> list[tuple[int, list[int]]]:
        """Begin of a match's first and last use, and the accounts whose it may be."""
        aliases, contacts = self._relations.aliases, self._contacts.get(match.identifier)
        if contacts is None:
            own = [*match.accounts, *(number for number, head in aliases.items() if head in match.accounts)]
            ends = [(match.first, own), (match.last, own)]
        else:
            ends = [
                (match.first, [c.account for c in contacts if c.first == match.first]),
                (match.last, [c.account for c in contacts if c.last == match.last]),
            ]
        return [(begin, accounts) for begin, accounts in ends if begin != UNDATED]

    def _chosen(self, accounts: tuple[str, ...]) -> set[int]:
        chosen = set()
        for name in accounts:
            seen = [self._reader.account_number(key) for key in self._policy.spellings(account_key(name))]
            numbers = [number for number in seen if number is not None]
            if not numbers:
                raise UsageError(
                    message("The ledger has no session of the account {name}.", name=excerpt(name)),
                    "Check the spelling; `isolation audit` names all accounts with findings.",
                )
            chosen.add(self._relations.aliases.get(numbers[0], numbers[0]))
        return chosen

    def _groups(self, facts: tuple[str, ...] = ()) -> Iterator[IdentifierGroup]:
        return self._source.all_groups(facts)

    def _matches(self) -> Iterator[Match]:
        rounds = Rounds(self._source, self._relations, self._reader.began)
        for group in corroborate(self._groups(), self._groups(("hardware_mac",))):
            found = False
            for match in over_identifier(group, self._relations, self._source.with_uses):
                found = True
                yield match
            if found:
                self._places[group.identifier] = self._place(group)
                self._contacts[group.identifier] = group.contacts
        for account in self._account_groups():
            yield from over_account(account, self._relations, rounds.with_visits)
            yield from rounds.assignments(account)
        for around in self._source.scan_groups():
            for match in over_scans(around, self._relations):
                self._places[around.point] = self._place_of_scans(around)
                yield match
        yield from rounds.matches()

    def _account_groups(self) -> Iterator[AccountGroup]:
        """Every account with its identifiers; other spellings of one account come as one, last."""
        aliases = self._relations.aliases
        joined: dict[int, list[AccountGroup]] = {}
        for group in self._source.all_accounts():
            if aliases and (group.account in aliases or group.account in aliases.values()):
                joined.setdefault(aliases.get(group.account, group.account), []).append(group)
            else:
                yield group
        for number, groups in joined.items():
            head = next((group for group in groups if group.account == number), groups[0])
            yield head.replace(account=number, sightings=tuple(one for group in groups for one in group.sightings))

    def _place_of_scans(self, around: ScanGroup) -> Place:
        moments = {(scan.account, scan.begin) for scan in around.scans[:_SAMPLES]}
        return Place(around.point, "wifi_scan", around.tag, self._beside(moments))

    def _place(self, group: IdentifierGroup) -> Place:
        moments = {(c.account, when) for c in group.contacts[:_SAMPLES] for when in (c.first, c.last)}
        return Place(group.identifier, group.fact, group.tag, self._beside(moments))

    def _beside(self, moments: set[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(number for number, _ in self._reader.session_identifiers(account, begin))
            for account, begin in sorted(moments)
        )

    def _subject(self, match: Match, subjects: dict[int, tuple[str, int]]) -> str:
        if match.rule == "expired-waiver":
            return _POLICY
        if match.fact == "operator":
            return self._seat(match, subjects) or "operator-" + match.tag[:12]
        if match.identifier is None:
            return "account-" + match.tag[:12]
        return subjects[match.identifier][0]

    def _seat(self, match: Match, subjects: dict[int, tuple[str, int]]) -> str:
        """The machine at which what is said of an operator happened, if it was one machine with findings of its own."""
        seen = {
            subjects[number][0]
            for account in match.accounts[:_SAMPLES]
            for begin in (match.first, match.last)
            for _, _, numbers in self._reader.recorded(account, begin)
            for number in numbers
            if number in subjects and subjects[number][0].startswith("machine-")
        }
        return seen.pop() if len(seen) == 1 else ""

    def _labels(self, findings: Iterable[Finding], subjects: dict[int, tuple[str, int]]) -> dict[str, str]:
        """What people call each subject: the label it was taught, or what it is and the value it shows."""
        labels = self._place_labels(subjects)
        for finding in findings:
            kind = finding.subject.partition("-")[0]
            if kind == "account":
                labels[finding.subject] = message(
                    "account {account}", account=self._about.get(finding.id, finding.accounts[0])
                )
            elif kind == "operator":
                labels[finding.subject] = message("operator {operator}", operator=finding.value or finding.subject[9:])
        return labels | {_POLICY: message("waivers of the policy")}

    def _place_labels(self, subjects: dict[int, tuple[str, int]]) -> dict[str, str]:
        taught: dict[str, set[str]] = {}
        for identifier, (subject, _) in subjects.items():
            taught.setdefault(subject, set()).update(self._relations.labels.get(identifier, ()))
        labels = {}
        for subject, anchor in subjects.values():
            place = self._places[anchor]
            value = None if place.fact == "wifi_scan" else self._names.value(anchor)
            named = message(
                "{fact} {value}", fact=FACT_WORDS[place.fact], value=value if value is not None else place.tag[:12]
            )
            labels[subject] = ", ".join(sorted(taught[subject])) or named
        return labels

    def _stays(self, shown: set[int], places: dict[int, str]) -> tuple[Stay, ...]:
        """The stays of these accounts, of all where none is named, each under the spelling that the policy reads."""
        aliases = self._relations.aliases
        rows = [(aliases.get(row[0], row[0]), *row[1:]) for row in self._source.stays()]
        return named_stays((row for row in rows if not shown or row[0] in shown), self._names, places)

    def _place_names(self, labels: dict[str, str], subjects: dict[int, tuple[str, int]]) -> dict[int, str]:
        """What people read of the identifiers that findings are about: the name of their machine or place."""
        return {identifier: labels[subject] for identifier, (subject, _) in subjects.items() if subject in labels}

    def _unreadable(self, findings: tuple[Finding, ...]) -> tuple[Gap, ...]:
        gaps = []
        # A neighbourhood has no value to show: of an access point around a session only its tag is kept.
        showable = [
            one for one in findings if one.subject[:8] != "account-" and one.fact not in ("wifi_scan", "account")
        ]
        if any(finding.value is None for finding in showable):
            gaps.append(Gap("values-sealed", "the key that opens names and values was not to be had"))
        if self._erased:
            entries = plural("{count} entry was", "{count} entries were", self._erased)
            gaps.append(
                Gap("erased", message("{entries} erased; what they held is not in these findings", entries=entries))
            )
        return tuple(gaps)
