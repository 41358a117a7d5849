"""Examples that stand on a rule: its first tests, and part of its page."""

from __future__ import annotations

from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from isolation.model import Channel, FactValue, Severity


class Use(Value):
    """One use of an account: `hour` hours after the first, where `value` is what the rule's fact read.

    A `value` of None means that the fact could not be read; `fact` names it where the rule looks at several.
    """

    __slots__ = ("account", "channel", "fact", "hour", "value")
    account: str
    hour: int
    value: FactValue | None
    channel: Channel
    fact: str

    def __init__(
        self, account: str, hour: int, value: FactValue | None, channel: Channel = "ui", fact: str = ""
    ) -> None:
        self._init(account=account, hour=hour, value=value, channel=channel, fact=fact)


class Example(Value):
    """Earlier uses, then a login, and what this rule says of it.

    `expect` is `collision` (an open finding of this rule), `pass` (none) or `unknown` (the rule could not look);
    `severity` is that of the finding. `together` are accounts that the policy declares to belong together.
    """

    __slots__ = ("expect", "history", "login", "severity", "title", "together")
    title: str
    history: tuple[Use, ...]
    login: Use
    expect: Literal["collision", "pass", "unknown"]
    severity: Severity | None
    together: tuple[str, ...]

    def __init__(
        self,
        title: str,
        history: tuple[Use, ...],
        login: Use,
        expect: Literal["collision", "pass", "unknown"],
        severity: Severity | None = None,
        together: tuple[str, ...] = (),
    ) -> None:
        self._init(
            title=title, history=tuple(history), login=login, expect=expect, severity=severity, together=tuple(together)
        )


_US, _UK = "amazon:store-us", "amazon:store-uk"


def machine_examples(thing: str, value: str, other: str) -> tuple[Example, ...]:
    """The examples of a rule about a shared machine, whose fact reads `value`, or `other` on another `thing`."""
    earlier = (Use(_US, 0, value),)
    return (
        Example(f"another account used the same {thing} an hour ago", earlier, Use(_UK, 1, value), "collision", "high"),
        Example(
            "the two accounts are declared to belong together", earlier, Use(_UK, 1, value), "pass", together=(_US, _UK)
        ),
        Example(f"the other account used another {thing}", earlier, Use(_UK, 1, other), "pass"),
        Example(f"the {thing} could not be read", earlier, Use(_UK, 1, None), "unknown"),
    )


def network_examples(thing: str, value: str, other: str) -> tuple[Example, ...]:
    """The examples of a rule about a shared network: those of a machine, and one of uses that lie apart."""
    near, *rest = machine_examples(thing, value, other)
    title = f"another account used the same {thing} ten days ago"
    return (near, Example(title, near.history, Use(_UK, 240, value), "collision", "medium"), *rest)
