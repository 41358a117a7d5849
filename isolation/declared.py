"""What the policy in force says, with names as people spell them: what reports list as declared and waived."""

from __future__ import annotations

from isolation.audited import Declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isolation.findings import Names
    from isolation.policy import Policy


def declared(policy: Policy, names: Names, numbers: Mapping[str, int]) -> Declared:
    """`numbers` gives the number of each account key that the ledger knows; the others are spelled as compared."""

    def name(key: str) -> str:
        return names.account(numbers[key]) if key in numbers else key

    def every(keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(map(name, keys)))

    return Declared(
        tuple((one.name, one.kind, every(one.accounts), one.evidence, one.since, one.until) for one in policy.groups),
        tuple(
            (one.name, one.rule, every(one.accounts), one.owner, one.reason, one.document, one.since, one.until)
            for one in policy.waivers
        ),
        tuple((alias, name(key)) for alias, key in sorted(policy.aliases.items())),
        tuple((name(key), state, since) for key, states in sorted(policy.standing.items()) for state, since in states),
        tuple(sorted(policy.thresholds.items())),
        sum(len(grants) for grants in policy.permissions.values()),
    )
