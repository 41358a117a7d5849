"""From a rule's matches to what people read: findings with names and values, subjects, clusters."""

from __future__ import annotations

from isolation.errors import KeyUnavailable, LedgerError
from isolation.messages import known, message
from isolation.model import CONFIDENCES, MACHINE_FACTS, SEVERITIES, Finding, Subject, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from isolation.audited import Cluster
    from isolation.evidence import Match
    from isolation.ledger import Reader
    from isolation.model import Confidence

# What a fact is called in a sentence.
FACT_WORDS = {
    "device_id": message("device"),
    "hardware_mac": message("network adapter"),
    "public_ip": message("public address"),
    "public_prefix": message("IPv6 network"),
    "gateway_mac": message("router"),
    "bssid": message("Wi-Fi access point"),
    "access_point": message("access-point hardware"),
    "wifi_scan": message("Wi-Fi neighbourhood"),
    "site_ip": message("site address"),
    "local_ip": message("local address"),
    "gateway_ip": message("router address"),
    "current_mac": message("current adapter address"),
    "ssid": message("Wi-Fi name"),
    "tunnel": message("tunnel"),
    "operator": message("operator"),
    "account": message("account"),
}

# The subjects that a verdict calls by where they are.
HERE = {"this-machine": message("this machine"), "this-network": message("this network")}
_KINDS = {"this-machine": "machine", "this-network": "place"}

# The codes of severities, confidences, states, statuses and uses, in words.
SEVERITY_WORDS = {
    "info": message("info"), "low": message("low"), "medium": message("medium"), "high": message("high"),
    "critical": message("critical"),
}  # fmt: skip
CONFIDENCE_WORDS = {"weak": message("weak"), "probable": message("probable"), "certain": message("certain")}
STATE_WORDS = {"open": message("open"), "declared": message("declared"), "waived": message("waived")}
STATUS_WORDS = {
    "observed": message("observed"), "absent": message("absent"), "denied": message("denied"),
    "redacted": message("redacted"), "failed": message("failed"), "not_requested": message("not requested"),
}  # fmt: skip
USE_WORDS = {
    "observed": message("observed"), "declared": message("declared"), "imported": message("imported"),
    "failed": message("failed"), "refused": message("refused"),
}  # fmt: skip

# Findings about a person, or about the account itself: they link no accounts to each other.
UNLINKING = ("operator", "account")

# Where a reading that stands behind a derived identifier is found.
_READ_AS = {"access_point": "bssid", "public_prefix": "public_ip"}

# The facts that name a place or a machine best come first.
_ANCHORS = (
    "gateway_mac", "bssid", "access_point", "wifi_scan", "public_ip", "public_prefix", "site_ip", *MACHINE_FACTS,
)  # fmt: skip
_ROAMING = ("public_ip", "public_prefix", "site_ip")


class Names:
    """Opens account names and identifier values as findings need them, and remembers them.

    Where the key that opens them is not to be had, an account shows as `account-` and eight digits of its tag,
    and a value as None.
    """

    def __init__(
        self, reader: Reader, known: Mapping[int, str] | None = None, values: Mapping[int, str] | None = None
    ) -> None:
        """`known` and `values` are names and values that need no opening, or that the ledger has not met."""
        self._reader = reader
        self._accounts = dict(known or {})
        self._values = dict(values or {})

    def account(self, number: int) -> str:
        """The account's spelling at its earliest use."""
        if number not in self._accounts:
            try:
                self._accounts[number] = self._reader.account_name(number)
            except KeyUnavailable:
                self._accounts[number] = f"account-{self._reader.account_group(number).tag[:8]}"
        return self._accounts[number]

    def value(self, identifier: int | None) -> str | None:
        """The identifier's value as printed; None where there is none to show."""
        if identifier is None or identifier in self._values:
            return self._values.get(identifier) if identifier is not None else None
        try:
            return self._reader.identifier_value(identifier)
        except KeyUnavailable:
            return None

    def doubt(self, match: Match) -> str:
        """Why a match's value is less than certain, in the words of a reading that stands behind it; "" for none."""
        if match.confidence == "certain" or match.identifier is None or match.fact in ("wifi_scan", *UNLINKING):
            return ""
        try:
            return next(self._doubts(match), "")
        except (KeyUnavailable, LedgerError):
            return ""

    def _doubts(self, match: Match) -> Iterator[str]:
        facts = (match.fact, _READ_AS.get(match.fact, match.fact))
        for account in match.accounts:
            for begin in dict.fromkeys((match.first, match.last)):
                for entry, _, numbers in self._reader.recorded(account, begin):
                    if match.identifier in numbers:
                        for reading in self._reader.session(entry).readings:
                            if reading.fact in facts and reading.confidence != "certain" and reading.reason:
                                yield reading.reason


def finding_id(match: Match) -> str:
    """Stable over runs and growth: the rule, and twelve digits of the keyed tag of what it is about."""
    words = [match.rule, match.tag[:12], match.part, "" if match.state == "open" else match.state]
    return "-".join(word for word in words if word)


def show(match: Match, names: Names, subject: str, doubt: str | None = None) -> Finding:
    """The finding of a match, with names and values opened; `doubt` is why its value is less than certain, if known."""
    doubt = names.doubt(match) if doubt is None else doubt
    reason = known(match.reason)
    if doubt and doubt not in reason:
        reason = message("{reason}; {doubt}", reason=reason, doubt=known(doubt))
    value = None if match.fact == "wifi_scan" else names.value(match.identifier)
    return Finding(
        finding_id(match), match.rule, match.severity, match.confidence, match.state, match.fact, value,
        tuple(sorted(names.account(number) for number in match.accounts)),
        match.sessions, match.first, match.last, subject, reason,
    )  # fmt: skip


def links(match: Match) -> bool:
    """Whether a match joins its accounts: open, and about something that several of them touched."""
    return match.state == "open" and len(match.accounts) > 1 and match.fact not in UNLINKING


def one_of_each_place(matches: Iterable[Match]) -> Iterator[Match]:
    """The matches, with one of those that tell of the same accounts at one place by another of its access points.

    The place that was seen first stands for them, so that later sessions do not change a finding's id. What is said is
    the most that any of them says, so that it is the same whatever key the tags were made with.
    """
    places: dict[tuple[str, tuple[int, ...]], Match] = {}
    for match in matches:
        if match.fact != "wifi_scan":
            yield match
            continue
        key = match.state, match.accounts
        known = places.get(key)
        places[key] = match if known is None else _one_place(known, match)
    yield from places.values()


def _one_place(first: Match, second: Match) -> Match:
    place = min(first, second, key=lambda match: (match.first, match.tag))
    surest = max(
        first, second, key=lambda match: (SEVERITIES.index(match.severity), CONFIDENCES.index(match.confidence))
    )
    return surest.replace(
        identifier=place.identifier, tag=place.tag, first=place.first, last=max(first.last, second.last),
        sessions=max(first.sessions, second.sessions),
    )  # fmt: skip


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Open before waived and declared, then by severity, confidence and id."""
    return tuple(
        sorted(
            findings,
            key=lambda finding: (
                finding.state != "open",
                -SEVERITIES.index(finding.severity),
                -CONFIDENCES.index(finding.confidence),
                finding.id,
            ),
        )
    )


class Disjoint:
    """Disjoint sets of numbers (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, number: int) -> int:
        """The number that stands for this one's set."""
        parent = self._parent
        parent.setdefault(number, number)
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def join(self, first: int, second: int) -> bool:
        """Joins two sets; False where they were one already."""
        one, other = self.find(first), self.find(second)
        if one == other:
            return False
        self._parent[max(one, other)] = min(one, other)
        return True

    def sets(self) -> dict[int, list[int]]:
        """Every set by the number that stands for it."""
        members: dict[int, list[int]] = {}
        for number in self._parent:
            members.setdefault(self.find(number), []).append(number)
        return members


def clusters_of(matches: Iterable[Match], names: Names) -> tuple[Cluster, ...]:
    """The connected components over open matches, largest first.

    A cluster's confidence is that of the weakest link without which it would fall apart: matches are joined
    from the most certain to the weakest, and the last one that still joined anything counts.
    """
    from isolation.audited import Cluster  # a check before a login makes none

    joined = Disjoint()
    weakest: dict[int, Confidence] = {}
    linking = [match for match in matches if links(match)]
    for match in sorted(linking, key=lambda match: -CONFIDENCES.index(match.confidence)):
        first = match.accounts[0]
        confidence = min((weakest.get(joined.find(n), "certain") for n in match.accounts), key=CONFIDENCES.index)
        moved = [joined.join(first, other) for other in match.accounts[1:]]
        weakest[joined.find(first)] = match.confidence if any(moved) else confidence
    facts: dict[int, set[str]] = {}
    for match in linking:
        facts.setdefault(joined.find(match.accounts[0]), set()).add(match.fact)
    found = [
        Cluster(tuple(sorted(names.account(number) for number in members)), tuple(sorted(facts[head])), weakest[head])
        for head, members in joined.sets().items()
    ]
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.accounts), cluster.accounts)))


class Place(Value):
    """An identifier that a finding is about, with the identifiers that sample sessions saw beside it."""

    __slots__ = ("beside", "fact", "identifier", "tag")
    identifier: int
    fact: str
    tag: str
    beside: tuple[tuple[int, ...], ...]

    def __init__(self, identifier: int, fact: str, tag: str, beside: tuple[tuple[int, ...], ...]) -> None:
        self._init(identifier=identifier, fact=fact, tag=tag, beside=tuple(beside))


def subject_ids(places: Sequence[Place]) -> dict[int, tuple[str, int]]:
    """Which machine or place each identifier belongs to: identifier -> (subject id, its anchor's identifier).

    Identifiers of one machine, or of one place, that sessions saw side by side are one subject. An address may be
    that of a tunnel or of a provider that moves it about, so an address joins a place only where it was
    seen beside no other.
    """
    known = {place.identifier: place for place in places}
    joined = Disjoint()
    roaming = []
    for place in places:
        joined.find(place.identifier)
        if place.fact in _ROAMING:
            roaming.append(place)
            continue
        for session in place.beside:
            for other in session:
                if other in known and known[other].fact not in _ROAMING and _kind(known[other]) == _kind(place):
                    joined.join(place.identifier, other)
    for place in roaming:
        heads = {
            joined.find(other)
            for session in place.beside
            for other in session
            if other in known and known[other].fact not in _ROAMING and _kind(known[other]) == "place"
        }
        if len(heads) == 1:
            joined.join(place.identifier, heads.pop())
    result: dict[int, tuple[str, int]] = {}
    for members in joined.sets().values():
        anchor = min((known[member] for member in members), key=lambda place: (_ANCHORS.index(place.fact), place.tag))
        for member in members:
            result[member] = f"{_kind(anchor)}-{anchor.tag[:12]}", anchor.identifier
    return result


def _kind(place: Place) -> str:
    return "machine" if place.fact in MACHINE_FACTS else "place"


def subjects_of(findings: Iterable[Finding], labels: Mapping[str, str]) -> tuple[Subject, ...]:
    """The subjects of these findings, gravest first; `labels` gives each subject's id its name for people."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.subject, []).append(finding)
    subjects = []
    for subject, members in grouped.items():
        counted = [finding for finding in members if finding.state == "open"] or members
        subjects.append(
            Subject(
                subject,
                _KINDS.get(subject, subject.partition("-")[0]),  # type: ignore[arg-type]  # ids begin with their kind
                labels.get(subject, subject),
                max((finding.severity for finding in counted), key=SEVERITIES.index),
                tuple(sorted({account for finding in members for account in finding.accounts})),
                tuple(sorted({finding.fact for finding in members})),
                tuple(finding.id for finding in members),
            )
        )
    return tuple(sorted(subjects, key=lambda one: (-SEVERITIES.index(one.severity), -len(one.accounts), one.id)))
