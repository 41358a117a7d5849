"""Every failure a user can meet, as one sentence that says what is true and one that says what to do.

Nothing here prints or exits; the command line turns `exit_code` into its own.
"""

from __future__ import annotations

from isolation.messages import joined, known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Verdict


class IsolationError(Exception):
    """The root of all of this package's exceptions.

    `message` is a full sentence, `hint` what to do next ("" where there is nothing to do).
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = known(message)
        self.hint = known(hint)

    def __str__(self) -> str:
        return joined(" ", [part for part in (self.message, self.hint) if part])


class UsageError(IsolationError):
    """An argument, an input or a combination of them that cannot be carried out."""

    exit_code = 2


class BadIdentifier(UsageError, ValueError):
    """A text that is not the identifier it should be: an address, a MAC, an account name."""


class PolicyError(UsageError):
    """The policy file says something it may not; `line` and `column` count from 1, 0 where unknown."""

    def __init__(self, message: str, hint: str = "", *, path: str = "", line: int = 0, column: int = 0) -> None:
        place = f"{path}:{line}:{column}: " if line else f"{path}: " if path else ""
        super().__init__(joined("", [place, known(message)]), hint)
        self.path = path
        self.line = line
        self.column = column


class LedgerError(IsolationError):
    """The ledger cannot be opened, read or written (missing, read-only, full, busy, too new)."""


class LedgerDamaged(LedgerError):
    """What is stored does not agree with itself; `entries` are the indices of the entries concerned."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", *, entries: tuple[int, ...] = ()) -> None:
        super().__init__(message, hint)
        self.entries = entries


class KeyUnavailable(LedgerError):
    """A key is needed and cannot be had; `reason` is `locked`, `silent`, `absent`, `lost` or `unsafe`."""

    def __init__(self, message: str, hint: str = "", *, reason: str) -> None:
        super().__init__(message, hint)
        self.reason = reason


class ProbeError(IsolationError):
    """A source of readings answered with something that is not what it documents."""


class RuleError(IsolationError):
    """A rule failed while checking: an error of this program, never a pass."""


class _Refusal(IsolationError):
    """A verdict that stops a login."""

    def __init__(self, message: str, hint: str = "", *, verdict: Verdict) -> None:
        super().__init__(message, hint)
        self.verdict = verdict

    def public(self) -> dict[str, object]:
        """What may be shown to a tenant of a service: the outcome, and no other account's name or value."""
        return self.verdict.public()


class Unknown(_Refusal):
    """The policy blocks on `unknown`, and the verdict is unknown."""

    exit_code = 10


class Collision(_Refusal):
    """This login would join this account to another one; nothing was used yet."""

    exit_code = 11
