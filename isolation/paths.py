"""Chains of shared identifiers between accounts, and what may end them: frozen values, without I/O. Times are µs."""

from __future__ import annotations

from isolation.model import CONFIDENCES, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Confidence, Severity, State


class Touch(Value):
    """One account's uses of one identifier: the begins of the first and the last (µs), and how many there were."""

    __slots__ = ("account", "first", "last", "uses")
    account: str
    first: int
    last: int
    uses: int

    def __init__(self, account: str, first: int, last: int, uses: int) -> None:
        self._init(account=account, first=first, last=last, uses=uses)


class Tie(Value):
    """One identifier that two accounts touched: `finding` is the id of what tells of it, `label` what people call it.

    Severity, confidence and state are those of these two accounts' meeting alone. It is `declared` or `waived` only
    on the way to an account that its platform has deactivated: contact with that one is not ended by a declaration.
    """

    __slots__ = ("confidence", "fact", "finding", "label", "severity", "state", "subject", "touches", "value")
    finding: str
    fact: str
    value: str | None
    subject: str
    label: str
    severity: Severity
    confidence: Confidence
    state: State
    touches: tuple[Touch, ...]

    def __init__(
        self,
        finding: str,
        fact: str,
        value: str | None,
        subject: str,
        label: str,
        severity: Severity,
        confidence: Confidence,
        state: State,
        touches: tuple[Touch, ...],
    ) -> None:
        self._init(
            finding=finding, fact=fact, value=value, subject=subject, label=label, severity=severity,
            confidence=confidence, state=state, touches=tuple(touches),
        )  # fmt: skip


class Hop(Value):
    """One link of a chain: from one account to the next, with everything that ties the two, the surest first."""

    __slots__ = ("end", "start", "ties")
    start: str
    end: str
    ties: tuple[Tie, ...]

    def __init__(self, start: str, end: str, ties: tuple[Tie, ...]) -> None:
        self._init(start=start, end=end, ties=tuple(ties))

    @property
    def confidence(self) -> Confidence:
        """That of its surest tie."""
        return max((tie.confidence for tie in self.ties), key=CONFIDENCES.index)


class Path(Value):
    """The shortest chain of hops from one account to another."""

    __slots__ = ("hops",)
    hops: tuple[Hop, ...]

    def __init__(self, hops: tuple[Hop, ...]) -> None:
        self._init(hops=tuple(hops))

    @property
    def start(self) -> str:
        """The account at which it begins."""
        return self.hops[0].start

    @property
    def end(self) -> str:
        """The account to which it leads."""
        return self.hops[-1].end

    @property
    def confidence(self) -> Confidence:
        """That of its weakest hop."""
        return min((hop.confidence for hop in self.hops), key=CONFIDENCES.index)


class Remedy(Value):
    """What a person can honestly do: `command` says so, word by word, *if it is true*; () where no declaration helps.

    `kind` is group, permit, reinstate (a deactivated account is near) or look; `otherwise` says what to do if it is not
    true, and `trap` what not to do while a deactivated account is near.
    """

    __slots__ = ("command", "kind", "otherwise", "text", "trap")
    kind: str
    command: tuple[str, ...]
    text: str
    otherwise: str
    trap: str

    def __init__(self, kind: str, command: tuple[str, ...], text: str, otherwise: str = "", trap: str = "") -> None:
        self._init(kind=kind, command=tuple(command), text=text, otherwise=otherwise, trap=trap)


__all__ = ["Hop", "Path", "Remedy", "Tie", "Touch"]
