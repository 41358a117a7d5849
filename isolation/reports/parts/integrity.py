"""What proves that the ledger is as it was written, what does not, and how to check it."""

from __future__ import annotations

from isolation.messages import message
from isolation.reports.content import Facts, Points, Section
from isolation.reports.documents import DOES_NOT_SHOW
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit
    from isolation.reports.frame import Frame

_MOST_STAMPS = 10

CHECKS = (
    message(
        "On the machine that keeps the ledger, `isolation verify` computes every entry, the tree and all tables anew."
    ),
    message(
        "A proof bundle (`isolation export --account ACCOUNT -o FILE`) is checked anywhere, offline: with `isolation "
        "verify FILE`, or with tools/verify_bundle.py, one file that needs nothing of this program."
    ),
    message("docs/format.md describes every byte, so that a third program can be written."),
    message(
        "Compare origin, entries and root with a checkpoint that was kept elsewhere: `isolation verify --checkpoint "
        "FILE`."
    ),
)


def section(frame: Frame) -> Section:
    """The checkpoint, the time stamps, the key store, and the limits."""
    audit = frame.audit
    pairs = (
        (message("Ledger"), audit.origin),
        (message("Entries"), str(audit.size)),
        (message("Root"), audit.root),
        (message("Key"), key_words(audit)),
        (message("Begun"), frame.when(audit.begun)),
        (message("Made"), frame.when(audit.made_at)),
    )
    stamps = Points(tuple(stamps_text(audit, whole=frame.issued is None)), message("Outside time stamps:"))
    return Section(
        "integrity",
        message("Integrity and limits"),
        (
            Facts(pairs),
            stamps,
            Points(CHECKS, message("How to check it:")),
            Points(DOES_NOT_SHOW, message("This does not show:")),
        ),
    )


def key_words(audit: Audit) -> str:
    """Where the ledger's key is stored, and what that means."""
    if audit.key_store == "file":
        return message("stored in a file; a copy of this disk reveals the data")
    return message("stored in the keyring")


def stamps_text(audit: Audit, *, whole: bool = True) -> list[str]:
    """What the log's time stamps say, in sentences; that there is none, where there is none.

    Unless `whole` they are those alone that bound what is shown.
    """
    if not audit.time_stamps:
        return [
            message(
                "No outside time stamp: only this machine's clock, which its owner sets, says when anything was "
                "recorded."
            )
        ]
    covered = max(one.size for one in audit.time_stamps)
    texts: list[str] = [
        message(
            "The first {size} entries existed by {moment}, says {authority}{whose}", size=one.size,
            moment=format_time(one.by), authority=one.authority,
            whose="." if one.chain else message("; whose that time stamp is, nobody verified."),
        )
        for one in audit.time_stamps[:_MOST_STAMPS]
    ]  # fmt: skip
    if len(audit.time_stamps) > _MOST_STAMPS:
        texts.append(message("And {count} more time stamps.", count=len(audit.time_stamps) - _MOST_STAMPS))
    if not whole:
        texts.append(
            message(
                "They are in the proof bundle, as far as they tell when entries shown here were recorded; "
                "`isolation verify FILE --ca ROOTS` says who made them."
            )
        )
    elif audit.size > covered:
        texts.append(
            message(
                "For the {count} newest entries no time stamp says by when they were recorded.",
                count=audit.size - covered,
            )
        )
    return texts
