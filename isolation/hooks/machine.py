"""The machine that writes a ledger: remembered at the first use, compared at every later one."""

from __future__ import annotations

import contextlib
import os

from isolation.ledger import Ledger
from isolation.ledger.remembered import remembered_path
from isolation.ledger.swapping import aside_name, move_aside
from isolation.probes.own import own_anchors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Reading


def own_machine(ledger: Ledger) -> tuple[Reading, ...]:
    """What identifies the machine, or the container, that writes this ledger here and now."""
    return own_anchors(os.path.realpath(ledger.path))


def remember_machine(ledger: Ledger) -> None:
    """Remembers this machine in a ledger that was made just now. Raises ForeignLedger where it has another one."""
    machine = own_machine(ledger)
    with ledger.writing() as log:
        log.require_machine(machine)


def state_machine(ledger: Ledger, by: str, reason: str = "") -> int:
    """Records that this machine writes the ledger from now on, as a person says; returns the entry.

    For a reinstalled system, a new mainboard, a ledger that was moved. Raises UsageError where nothing identifies
    this machine, KeyUnavailable.
    """
    machine = own_machine(ledger)
    with ledger.writing() as log:
        return log.add_machine(machine, f"{by}: {reason}" if reason else by)


def set_aside(path: str) -> str:
    """Gives the ledger at `path` a name of its own beside it, so that a new one can be begun; returns that name.

    Raises LedgerMissing where there is none, LedgerError where it is no ledger or cannot be moved.
    """
    with Ledger.open(path, create=False) as ledger:  # which rolls back what a killed writer left
        kept = aside_name(path, "set-aside", ledger.clock())
        move_aside(path, kept, ledger.connection)
    with contextlib.suppress(FileNotFoundError):
        os.replace(remembered_path(path), remembered_path(kept))
    return kept


__all__ = ["own_machine", "remember_machine", "set_aside", "state_machine"]
