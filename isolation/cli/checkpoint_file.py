"""Files handed in to be verified: read whole, up to a limit, and a checkpoint among them."""

from __future__ import annotations

from isolation.errors import LedgerDamaged, UsageError
from isolation.messages import message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger.checkpoint import Note


def read_bounded(path: str, most: int) -> bytes:
    """The bytes of a file, at most one more than `most`. Raises UsageError for one that cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(most + 1)
    except OSError as problem:
        raise UsageError(
            message("{path} cannot be read: {why}.", path=path, why=why_of(problem)), "Name a file that exists."
        ) from None


def kept_checkpoint(path: str) -> Note | None:
    """The checkpoint in a file, its signatures not yet verified; None for no path.

    Raises UsageError for a file that is none, LedgerDamaged for one that was one.
    """
    if not path:
        return None
    from isolation.ledger.checkpoint import LARGEST_NOTE
    from isolation.ledger.stored_checkpoint import DamagedCheckpoint, NotACheckpoint, read_checkpoint

    try:
        return read_checkpoint(read_bounded(path, LARGEST_NOTE))
    except NotACheckpoint as problem:
        raise UsageError(
            message("{path} is not a checkpoint: {problem}.", path=path, problem=problem),
            "`isolation export --checkpoint -o FILE` writes one.",
        ) from None
    except DamagedCheckpoint as problem:
        raise LedgerDamaged(
            message("The checkpoint {path} is damaged: {problem}.", path=path, problem=problem),
            "Use another copy of it.",
        ) from None
