"""What is derived of a session and of a presence, as rows of their tables."""

from __future__ import annotations

from isolation.ledger.packing import pack_identifiers, unpack_identifiers
from isolation.model import CONFIDENCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger.packing import Identifiers

_CERTAIN = CONFIDENCES.index("certain")


class SessionRow:
    """A row of `sessions`; numbers and codes as stored, `identifiers` with the confidence of each."""

    __slots__ = (
        "account", "begin", "channel", "end", "entry", "identifiers", "logged", "operator", "provenance", "refused",
        "sequence", "success",
    )  # fmt: skip

    def __init__(
        self, entry: int, account: int, sequence: int, operator: int | None, begin: int, end: int | None, logged: int,
        channel: int, provenance: int, success: int, refused: int, identifiers: Identifiers,
    ) -> None:  # fmt: skip
        self.entry = entry
        self.account = account
        self.sequence = sequence
        self.operator = operator
        self.begin = begin
        self.end = end
        self.logged = logged
        self.channel = channel
        self.provenance = provenance
        self.success = success  # 1 for a use; a refused begin is none
        self.refused = refused
        self.identifiers = identifiers

    def sighted(self) -> Identifiers:
        """What the session is counted under: its identifiers, and who used the account if that was told."""
        return self.identifiers if self.operator is None else [*self.identifiers, (self.operator, _CERTAIN)]

    @classmethod
    def of(cls, columns: tuple[Any, ...]) -> SessionRow:
        """The row of a SELECT of all columns."""
        *plain, packed = columns
        entry, account, sequence, operator, begin, end, logged, channel, provenance, success, refused = plain
        return cls(
            entry, account, sequence, operator, begin, end, logged, channel, provenance, success, refused,
            unpack_identifiers(packed),
        )  # fmt: skip

    def columns(self, packed: bytes | None = None) -> tuple[object, ...]:
        """The row as bound to an INSERT; `packed` are its identifiers, where they are packed already."""
        return (
            self.entry, self.account, self.sequence, self.operator, self.begin, self.end, self.logged, self.channel,
            self.provenance, self.success, self.refused, packed or pack_identifiers(self.identifiers),
        )  # fmt: skip


class PresenceRow:
    """A row of `presences`; numbers and codes as stored, `identifiers` with the confidence of each."""

    __slots__ = ("begin", "channel", "end", "entry", "identifiers", "logged", "operator", "success")

    def __init__(
        self, entry: int, operator: int, begin: int, end: int | None, logged: int, channel: int, success: int,
        identifiers: Identifiers,
    ) -> None:  # fmt: skip
        self.entry = entry
        self.operator = operator
        self.begin = begin
        self.end = end
        self.logged = logged
        self.channel = channel
        self.success = success  # 0 for a failed login
        self.identifiers = identifiers

    def columns(self) -> tuple[object, ...]:
        """The row as bound to an INSERT."""
        return (
            self.entry, self.operator, self.begin, self.end, self.logged, self.channel, self.success,
            pack_identifiers(self.identifiers),
        )  # fmt: skip
