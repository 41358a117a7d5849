"""Examples that stand on a rule: its first tests, and part of its page."""

from __future__ import annotations

from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from isolation.model import Channel, FactValue, Provenance, Severity

DEVICE, OTHER_DEVICE = "1f0c2a9be8d74c4e9a53b7d1c6e2f480", "9e4d7b1a3c5f4e6d8b2a0c1e3f5a7b90"
ROUTER, OTHER_ROUTER = "3C-37-86-5D-75-D4", "3C-37-86-11-22-33"


class Use(Value):
    """One use of an account: `hour` hours after the first, where `value` is what the rule's fact read.

    A `value` of None means that the fact could not be read; `fact` names it where the rule looks at several, and
    `operator` there means who was at the keyboard. `more` are further facts. `end` is the hour in which the session
    ended, None where nobody told; `later` what the fact read half way through.
    """

    __slots__ = ("account", "channel", "end", "fact", "hour", "later", "more", "provenance", "refused", "value")
    account: str
    hour: int
    value: FactValue | None
    channel: Channel
    fact: str
    end: int | None
    more: Mapping[str, str]
    later: str | None
    refused: bool
    provenance: Provenance

    def __init__(
        self,
        account: str,
        hour: int,
        value: FactValue | None,
        channel: Channel = "ui",
        fact: str = "",
        end: int | None = None,
        more: Mapping[str, str] | None = None,
        later: str | None = None,
        refused: bool = False,
        provenance: Provenance = "observed",
    ) -> None:
        self._init(
            account=account, hour=hour, value=value, channel=channel, fact=fact, end=end, more=more or {}, later=later,
            refused=refused, provenance=provenance,
        )  # fmt: skip


class Example(Value):
    """Earlier uses, then a login, and what this rule says of it.

    `expect` is `collision` (an open finding of this rule), `pass` (none) or `unknown` (the rule could not look);
    `severity` is that of the finding. `together` are accounts that the policy declares to belong together; `policy`
    is more of it, as TOML, and `learnt` what its labels stand for: the value of an identifier of each.
    """

    __slots__ = ("expect", "history", "learnt", "login", "policy", "severity", "title", "together")
    title: str
    history: tuple[Use, ...]
    login: Use
    expect: Literal["collision", "pass", "unknown"]
    severity: Severity | None
    together: tuple[str, ...]
    policy: str
    learnt: Mapping[str, str]

    def __init__(
        self,
        title: str,
        history: tuple[Use, ...],
        login: Use,
        expect: Literal["collision", "pass", "unknown"],
        severity: Severity | None = None,
        together: tuple[str, ...] = (),
        policy: str = "",
        learnt: Mapping[str, str] | None = None,
    ) -> None:
        self._init(
            title=title, history=tuple(history), login=login, expect=expect, severity=severity,
            together=tuple(together), policy=policy, learnt=learnt or {},
        )  # fmt: skip


_US, _UK = "amazon:store-us", "amazon:store-uk"


def machine_examples(thing: str, value: str, other: str) -> tuple[Example, ...]:
    """The examples of a rule about a shared machine, whose fact reads `value`, or `other` on another `thing`."""
    earlier = (Use(_US, 0, value),)
    return (
        Example(
            message("another account used the same {thing} an hour ago", thing=thing), earlier, Use(_UK, 1, value),
            "collision", "high",
        ),
        Example(
            "the two accounts are declared to belong together", earlier, Use(_UK, 1, value), "pass", together=(_US, _UK)
        ),
        Example(message("the other account used another {thing}", thing=thing), earlier, Use(_UK, 1, other), "pass"),
        Example(message("the {thing} could not be read", thing=thing), earlier, Use(_UK, 1, None), "unknown"),
    )  # fmt: skip


def network_examples(thing: str, value: str, other: str) -> tuple[Example, ...]:
    """The examples of a rule about a shared network: those of a machine, and one of uses that lie apart."""
    near, *rest = machine_examples(thing, value, other)
    title = message("another account used the same {thing} ten days ago", thing=thing)
    return (near, Example(title, near.history, Use(_UK, 240, value), "collision", "medium"), *rest)
