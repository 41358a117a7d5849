"""The policy in the log: every change is recorded whole, so that what held at any time can be told."""

from __future__ import annotations

import time

from isolation.errors import KeyUnavailable
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.policy import read_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from isolation.ledger import Ledger
    from isolation.ledger.reader import Reader
    from isolation.ledger.writer import Log
    from isolation.policy.writing import PolicyFile


def record_change(
    ledger: Ledger, file: PolicyFile, *, also: Callable[[Log], None] | None = None, now: int | None = None
) -> int | None:
    """Saves a changed policy and records it whole; returns the entry, None where the log has this policy already.

    `also` records what belongs to the change, in the same transaction. Raises PolicyError for a policy that would be
    wrong, also for a waiver that is written although it has expired, UsageError where the file cannot be written; then
    nothing is changed or recorded.
    """
    moment = now if now is not None else time.time_ns() // 1000
    with ledger.writing() as log:
        recorded = _latest(log.reader)
        refuse_expired(file.text(), recorded, file.path, moment)
        if also is not None:
            also(log)
        entry = log.add_policy(file.text()) if file.text() != recorded else None
        file.save()  # where the file cannot be written, nothing is recorded either
    return entry


def record_edit(ledger: Ledger, path: str) -> int | None:
    """Records the policy's file where an editor changed it since it was recorded; returns the entry, if any.

    Where the log cannot be opened for now it is left for the next time. Raises PolicyError.
    """
    content = read_policy(path)
    text = "" if content is None else content.decode("utf-8-sig")
    with ledger.reading() as reader:
        try:
            recorded = _latest(reader)
        except KeyUnavailable:
            return None
    if text == (recorded or ""):
        return None
    with ledger.writing() as log:
        return log.add_policy(text)


def refuse_expired(text: str, recorded: str | None, path: str, now: int) -> None:
    """Raises PolicyError, with line and column, for a waiver that `recorded` did not have so and that has expired."""
    import tomllib

    from isolation.policy.moments import microseconds
    from isolation.policy.tables import read_document

    known = {} if recorded is None else tomllib.loads(recorded).get("waivers", {})
    waivers = read_document(text.encode(), path).table("waivers")
    for name, waiver in waivers.tables():
        values: dict[str, Any] = dict(waiver.items())
        until = values.get("until")
        if until is not None and known.get(name) != values and microseconds(until) <= now:
            hint = message("Name a day to come: `until` is the first moment that is no longer covered.")
            raise waiver.wrong(message("The waiver {name} has expired already.", name=excerpt(name)), hint, "until")


def _latest(reader: Reader) -> str | None:
    found = reader.recorded_policy()
    return None if found is None else found[1]


__all__ = ["record_change", "record_edit", "refuse_expired"]
