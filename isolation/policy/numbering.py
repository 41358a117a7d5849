"""The policy in the ledger's numbers: how rules, which never see a name, are told what it says."""

from __future__ import annotations

from isolation.relations import Bond, Permit, PermitsByAccount, Relations, Waiver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from isolation.policy import Policy
    from isolation.relations import Numbers


class Numbering:
    """One policy beside one ledger: which of its names the ledger has met, under which numbers.

    An account seen under several spellings goes by the number of the first of `spellings` that was seen.
    """

    def __init__(self, policy: Policy, ledger: Numbers, unseen: Mapping[tuple[str, str], int]) -> None:
        self._policy = policy
        self.accounts: dict[str, int] = {}
        self.folded: dict[int, int] = {}
        met = dict(ledger.numbers("account", {*policy.account_keys(), *policy.aliases}))
        met.update({key: number for (fact, key), number in unseen.items() if fact == "account"})
        others: dict[str, list[str]] = {}
        for alias, key in policy.aliases.items():
            others.setdefault(key, []).append(alias)
        for key in policy.account_keys():
            seen = [met[one] for one in (key, *others.get(key, ())) if one in met]
            if seen:
                self.accounts[key] = seen[0]
                self.folded.update(dict.fromkeys(seen[1:], seen[0]))
        self._operators = dict(ledger.numbers("operator", policy.operator_keys()))
        self._operators.update({key: number for (fact, key), number in unseen.items() if fact == "operator"})
        self._keys: dict[int, str] | None = None  # the other way round
        self._labelled = ledger.labelled(policy.labels) if policy.labels else {}

    def numbers(self, keys: Iterable[str]) -> frozenset[int]:
        """The numbers of those of these accounts that were met."""
        return frozenset([self.accounts[key] for key in keys if key in self.accounts])

    def by_number(self, said: Mapping[str, object]) -> dict[int, object]:
        """What is said of accounts by key, by number."""
        return {self.accounts[key]: value for key, value in said.items() if value and key in self.accounts}

    def bonds(self) -> Iterator[Bond]:
        """The groups."""
        for group in self._policy.groups:
            operators = [self._operators[key] for key in group.operators if key in self._operators]
            yield Bond(
                group.name, self.numbers(group.accounts), group.since, group.until, group.kind, frozenset(operators)
            )

    def permits(self, account: int) -> tuple[Permit, ...]:
        """Who may use the account of that number."""
        if self._keys is None:
            self._keys = {self.accounts[key]: key for key in self._policy.permissions if key in self.accounts}
        return tuple(
            Permit(self._operators[operator], account, own_user, role, since, until)
            for operator, own_user, role, since, until in self._policy.permissions.get(self._keys.get(account, ""), ())
            if operator in self._operators
        )

    def labels(self) -> dict[int, tuple[str, ...]]:
        """The names of the machines and networks that each identifier was learnt under."""
        names: dict[int, tuple[str, ...]] = {}
        for key, label in self._policy.labels.items():
            for identifier in self._labelled.get(key, ()):
                names[identifier] = (*names.get(identifier, ()), label.name)
        return names

    def sites(self) -> frozenset[int]:
        """The identifiers of networks that are declared as shared."""
        shared = [key for key, label in self._policy.labels.items() if label.site]
        return frozenset([identifier for key in shared for identifier in self._labelled.get(key, ())])

    def assigned(self, said: Mapping[str, tuple[str, ...]]) -> dict[int, frozenset[str]]:
        """The names of the labels that each account is assigned to."""
        labels = self._policy.labels
        return {
            self.accounts[key]: frozenset([labels[label].name for label in assigned])
            for key, assigned in said.items()
            if assigned and key in self.accounts
        }

    def waivers(self) -> Iterator[Waiver]:
        """What was accepted."""
        for one in self._policy.waivers:
            identifiers = frozenset(self._labelled.get(one.label, ())) if one.label else None
            yield Waiver(
                one.name, one.rule, self.numbers(one.accounts), one.until, identifiers, one.since, one.owner,
                one.reason, one.document,
            )  # fmt: skip


def relations(
    policy: Policy,
    ledger: Numbers,
    moment: int,
    unseen: Mapping[tuple[str, str], int],
) -> Relations:
    """See `Policy.relations`."""
    numbering = Numbering(policy, ledger, unseen)
    return Relations(
        bonds=tuple(numbering.bonds()),
        platforms=numbering.by_number(policy.accounts),  # type: ignore[arg-type]  # names of platforms go in and come out
        aliases=numbering.folded,
        thresholds=policy.thresholds,
        permits=PermitsByAccount(numbering.permits),
        standings=numbering.by_number(policy.standing),  # type: ignore[arg-type]  # the same of standings
        owners=numbering.by_number(policy.owners),  # type: ignore[arg-type]  # the same of owners
        labels=numbering.labels(),
        sites=numbering.sites(),
        machines=numbering.assigned(policy.machines),
        networks=numbering.assigned(policy.networks),
        waivers=tuple(numbering.waivers()),
        moment=moment,
    )
