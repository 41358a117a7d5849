"""A waiver has expired.

## What it checks
Waivers of the policy whose end has come. Low, once for each. From its end on a waiver covers nothing: what it
had accepted is open again, and stands beside this.

## Why it matters
Whoever accepted a finding promised to look at it again by that day. A record in which acceptances only pile up
convinces nobody who asks how two accounts are related (Seller Central, staff posts 498ddc70 and 6898a332, read
2026-11).

## What it cannot see
Whether the reason still holds.

## Remedy
Look at what it covered. If it still holds, say so anew, with its reason, evidence and a new end: `isolation
waive`. If not, take the waiver out of the policy.
"""

from __future__ import annotations

from isolation.digests import sha256
from isolation.evidence import Match
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.relations import Relations, Waiver
    from isolation.rules.example import Example

RULE = "expired-waiver"


def check(waiver: Waiver, relations: Relations) -> Iterator[Match]:
    """One waiver -> a finding if its end has come; in a verdict only if it names the account."""
    if waiver.until > relations.moment or (relations.focus is not None and relations.focus not in waiver.accounts):
        return
    tag = sha256(waiver.name.casefold().encode()).hexdigest()[:32]
    reason = message("the waiver {name} covers nothing any more", name=waiver.name)
    yield Match(
        RULE,
        "low",
        "certain",
        "open",
        "account",
        None,
        tag,
        tuple(sorted(waiver.accounts)),
        0,
        waiver.until,
        waiver.until,
        reason,
    )


def examples() -> tuple[Example, ...]:
    """What this rule says of a few logins."""
    from isolation.rules.example import Example, Use

    us, uk = "amazon:store-us", "amazon:store-uk"
    words = f'[waivers.move]\naccounts = ["{us}", "{uk}"]\nowner = "Chen"\nreason = "one office"\nfrom = 2026-01-01\n'
    earlier, login = (Use(us, 0, None),), Use(uk, 5, None)
    return (
        Example("a waiver that names the account has expired", earlier, login, "collision", "low",
                policy=words + "until = 2026-09-01\n"),
        Example("the waiver still holds", earlier, login, "pass", policy=words + "until = 2030-09-01\n"),
        Example("the policy has no waivers", earlier, login, "unknown"),
    )  # fmt: skip
