"""The findings of one account as a bundle tells them: of its own meetings, without anything of the other accounts.

Another account is a pseudonym; times and counts are those of the account's own uses; what a rule says in words is
left out, because it may rest on the meetings of others or name a declared group.
"""

from __future__ import annotations

from isolation.digests import hmac_sha256
from isolation.findings import UNLINKING, finding_id, gravest_first
from isolation.model import UNDATED, Finding
from isolation.rounds import Rounds
from isolation.rules.run import corroborate, over_account, over_identifier
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from isolation.evidence import AccountGroup, Contact, Match
    from isolation.ledger import Reader
    from isolation.ledger.snapshot import Snapshot
    from isolation.relations import Relations

    # By a finding's id: the match, and the account's own uses of the identifier (None where it is about none).
    Told = Mapping[str, tuple[Match, Contact | None]]

_PSEUDONYM_SIZE = 8


class Pseudonyms:
    """Names for the accounts that a bundle does not name: the same in every bundle about the same subject.

    Bundles about different subjects use different ones, so that two recipients cannot put theirs together. They are
    keyed: without the ledger's index key nobody can tell whether a pseudonym is that of a name.
    """

    def __init__(self, reader: Reader, key: bytes, subject: str, named: Mapping[int, str]) -> None:
        """`subject` is the tag (hex) of who the bundle is about, `named` the accounts that it names."""
        self._reader = reader
        self._key = key
        self._subject = bytes.fromhex(subject)
        self._named = named

    def of(self, number: int) -> str:
        """How an account appears."""
        if number in self._named:
            return self._named[number]
        tag = bytes.fromhex(self._reader.account_group(number).tag)
        digest = hmac_sha256(self._key, b"pseudonym\0" + self._subject + tag)
        return f"account-{digest[:_PSEUDONYM_SIZE].hex()}"


def own_matches(source: Snapshot, relations: Relations, account: int | None, began: int) -> tuple[Told, int]:
    """The matches of an account's own meetings, and how many other findings the ledger has.

    `account` is the number under which the policy reads it, None for none: then all findings are others.
    """
    focused = relations.replace(focus=account)
    told: dict[str, tuple[Match, Contact | None]] = {}
    every: set[str] = set()
    for group in corroborate(source.all_groups(), source.all_groups(("hardware_mac",))):
        every.update(finding_id(match) for match in over_identifier(group, relations, source.with_uses))
        own = next((one for one in relations.fold(group).contacts if one.account == account), None)
        if own is not None:
            for match in over_identifier(group, focused, source.with_uses):
                if account in match.accounts:
                    told[finding_id(match)] = (match, own)
    rounds = Rounds(source, relations, began)
    for one in _accounts(source, relations):
        for match in over_account(one, relations, rounds.with_visits):
            every.add(finding_id(match))
            if one.account == account:
                told[finding_id(match)] = (match, None)
    for match in rounds.matches():
        every.add(finding_id(match))
        if match.accounts == (account,) and match.fact not in UNLINKING:
            told[finding_id(match)] = (match, None)
    return told, len(every - told.keys())


def _accounts(source: Snapshot, relations: Relations) -> Iterator[AccountGroup]:
    """Every account with its identifiers; other spellings of one account come as one, last."""
    aliases = relations.aliases
    spelled = {*aliases, *aliases.values()}
    joined: dict[int, list[AccountGroup]] = {}
    for group in source.all_accounts():
        if group.account in spelled:
            joined.setdefault(aliases.get(group.account, group.account), []).append(group)
        else:
            yield group
    for number, groups in joined.items():
        head = next((group for group in groups if group.account == number), groups[0])
        yield head.replace(account=number, sightings=tuple(one for group in groups for one in group.sightings))


def findings(told: Told, reader: Reader, pseudonyms: Pseudonyms) -> list[dict[str, Any]]:
    """The findings of these matches as a bundle holds them, gravest first."""
    shown = [_finding(one, match, own, reader, pseudonyms) for one, (match, own) in told.items()]
    return [_document(finding) for finding in gravest_first(shown)]


def _finding(one: str, match: Match, own: Contact | None, reader: Reader, pseudonyms: Pseudonyms) -> Finding:
    accounts = tuple(sorted(pseudonyms.of(number) for number in match.accounts))
    value = None if match.identifier is None else reader.identifier_value(match.identifier)
    if own is not None:
        sessions, first, last = own.count, own.first, own.last
    elif len(match.accounts) == 1:
        sessions, first, last = match.sessions, match.first, match.last
    else:
        sessions, first, last = 0, UNDATED, UNDATED  # they would be those of others too
    return Finding(
        one, match.rule, match.severity, match.confidence, match.state, match.fact, value, accounts, sessions, first,
        last,
    )  # fmt: skip


def _document(one: Finding) -> dict[str, Any]:
    return {
        "accounts": list(one.accounts), "confidence": one.confidence, "fact": one.fact,
        "first_seen": _time(one.first_seen), "id": one.id, "last_seen": _time(one.last_seen), "rule": one.rule,
        "sessions": one.sessions or None, "severity": one.severity, "state": one.state, "value": one.value,
    }  # fmt: skip


def _time(moment: int) -> str | None:
    return None if moment == UNDATED else format_time(moment)
