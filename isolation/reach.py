"""What is linked with chosen accounts, over a whole ledger: the chain of open meetings to each."""

from __future__ import annotations

from isolation.chains import Chains
from isolation.rules.links import Walk, unsettled
from isolation.rules.run import corroborate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.chains import Opener
    from isolation.evidence import IdentifierGroup, ScanGroup
    from isolation.ledger.snapshot import Snapshot
    from isolation.paths import Path
    from isolation.relations import Relations


class Reach:
    """Every shared identifier of one state of a ledger, held in memory to be walked over."""

    def __init__(self, source: Snapshot, relations: Relations) -> None:
        self._source = source
        self._relations = relations
        adapters = source.all_groups(("hardware_mac",))
        self._groups = {group.identifier: group for group in corroborate(source.all_groups(), adapters)}
        self._of: dict[int, dict[int, None]] = {}
        for group in self._groups.values():
            for contact in group.contacts:
                self._of.setdefault(self._folded(contact.account), {})[group.identifier] = None
        self._scans: dict[int, list[ScanGroup]] = {}
        for around in source.scan_groups():
            for account in {self._folded(scan.account) for scan in around.scans}:
                self._scans.setdefault(account, []).append(around)

    def _folded(self, account: int) -> int:
        return self._relations.aliases.get(account, account)

    def identifiers_of(self, account: int) -> Iterable[int]:
        """The shared identifiers that the account used under any of its spellings."""
        return self._of.get(account, {})

    def group_of(self, identifier: int) -> IdentifierGroup:
        """An identifier with everybody who used it, and with what corroborates a device id."""
        return self._groups[identifier]

    def with_uses(self, group: IdentifierGroup) -> IdentifierGroup:
        """The same group with every use's begin."""
        return self._source.with_uses(group)

    def scans_of(self, account: int) -> Iterable[ScanGroup]:
        """The access points around the account's uses, with all scans at each."""
        return self._scans.get(account, ())

    def paths_from(self, account: int, opener: Opener, hops: int | None, contacts: Iterable[int]) -> tuple[Path, ...]:
        """The chain to each account within `hops` links (None: however far), the nearest first.

        `contacts` are accounts that findings join to it whatever is declared, because one of them is deactivated.
        """
        chains = Chains(account, self._relations, self)
        everybody = len(self._of) + len(self._scans) + 1
        chains.run(everybody, hops)
        walk: Walk | None = None
        left = set(contacts) - {account}
        while left := left - set(chains.steps):
            if walk is None:
                walk = Walk(account, self.identifiers_of, self._certain, self._relations.sites)
                walk.run(everybody)
            new = chains.follow(walk, left)
            if not new:
                break
            chains.run(everybody, hops, begin=new)
        near = [number for number, step in chains.steps.items() if hops is None or step.distance <= hops]
        paths = [opener.path(chains, number) for number in near]
        return tuple(sorted(paths, key=lambda path: (len(path.hops), path.end)))

    def _certain(self, identifier: int) -> IdentifierGroup:
        folded = self._relations.fold(self._groups[identifier])
        if not unsettled(folded):
            return folded
        return self._relations.fold(self.with_uses(self._groups[identifier]))


__all__ = ["Reach"]
