"""What is derived of a session and of a presence, as rows of their tables."""

from __future__ import annotations

from isolation.ledger.packing import unpack_identifiers
from isolation.model import CONFIDENCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger.packing import Identifiers

_CERTAIN = CONFIDENCES.index("certain")


class SessionRow:
    """A row of `sessions`; numbers and codes as stored, `packed` its identifiers (`unpack_identifiers`)."""

    __slots__ = (
        "account", "begin", "channel", "end", "entry", "logged", "operator", "packed", "provenance", "refused",
        "sequence", "success",
    )  # fmt: skip

    def __init__(
        self, entry: int, account: int, sequence: int, operator: int | None, begin: int, end: int | None, logged: int,
        channel: int, provenance: int, success: int, refused: int, packed: bytes,
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
        self.packed = packed

    def sighted(self) -> Identifiers:
        """What the session is counted under: its identifiers, and who used the account if that was told."""
        identifiers = unpack_identifiers(self.packed)
        return identifiers if self.operator is None else [*identifiers, (self.operator, _CERTAIN)]

    def columns(self) -> tuple[object, ...]:
        """The row as bound to an INSERT."""
        return (
            self.entry, self.account, self.sequence, self.operator, self.begin, self.end, self.logged, self.channel,
            self.provenance, self.success, self.refused, self.packed,
        )  # fmt: skip


class PresenceRow:
    """A row of `presences`; numbers and codes as stored, `packed` its identifiers (`unpack_identifiers`)."""

    __slots__ = ("begin", "channel", "end", "entry", "logged", "operator", "packed", "success")

    def __init__(
        self, entry: int, operator: int, begin: int, end: int | None, logged: int, channel: int, success: int,
        packed: bytes,
    ) -> None:  # fmt: skip
        self.entry = entry
        self.operator = operator
        self.begin = begin
        self.end = end
        self.logged = logged
        self.channel = channel
        self.success = success  # 0 for a failed login
        self.packed = packed

    def columns(self) -> tuple[object, ...]:
        """The row as bound to an INSERT."""
        return (
            self.entry, self.operator, self.begin, self.end, self.logged, self.channel, self.success,
            self.packed,
        )  # fmt: skip
