"""What the policy says besides accounts: groups, labels, and accepted findings. Names are keys, times are µs."""

from __future__ import annotations

from isolation.model import Value


class Group(Value):
    """Accounts and operators that legitimately belong together, within a period (µs; None: open)."""

    __slots__ = ("accounts", "evidence", "kind", "name", "operators", "since", "until")
    name: str
    kind: str
    accounts: tuple[str, ...]
    operators: tuple[str, ...]
    evidence: str
    since: int | None
    until: int | None

    def __init__(
        self,
        name: str,
        kind: str,
        accounts: tuple[str, ...],
        operators: tuple[str, ...] = (),
        evidence: str = "",
        since: int | None = None,
        until: int | None = None,
    ) -> None:
        self._init(
            name=name, kind=kind, accounts=tuple(accounts), operators=tuple(operators), evidence=evidence,
            since=since, until=until,
        )  # fmt: skip


class Label(Value):
    """A person's name for a `machine` or a `network`, whose it is, and whether it is a declared shared site.

    What the label stands for, its identifiers, is in the ledger alone.
    """

    __slots__ = ("kind", "name", "owner", "site")
    name: str
    kind: str
    owner: str
    site: bool

    def __init__(self, name: str, kind: str, owner: str = "", site: bool = False) -> None:
        self._init(name=name, kind=kind, owner=owner, site=site)


class Accepted(Value):
    """A finding that somebody accepted: `accounts` and `label` ("" for anywhere) are keys, `rule` "" means any.

    It holds from `since`, when it was accepted, until `until` (µs).
    """

    __slots__ = ("accounts", "document", "label", "name", "owner", "reason", "rule", "since", "until")
    name: str
    rule: str
    accounts: tuple[str, ...]
    label: str
    owner: str
    reason: str
    document: str
    since: int
    until: int

    def __init__(
        self, name: str, rule: str, accounts: tuple[str, ...], label: str, owner: str, reason: str, document: str,
        since: int, until: int,
    ) -> None:  # fmt: skip
        self._init(
            name=name, rule=rule, accounts=tuple(accounts), label=label, owner=owner, reason=reason,
            document=document, since=since, until=until,
        )  # fmt: skip
