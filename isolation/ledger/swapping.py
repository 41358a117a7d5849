"""Putting one ledger file in another's place, so that at every moment there is a whole one, and nothing is lost."""

from __future__ import annotations

import os

from isolation.ledger.database import patiently
from isolation.ledger.files import unwritable
from isolation.ledger.key_file import sync_folder
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_SIDE_FILES = ("-journal", "-wal", "-shm")  # SQLite's own, which belong to the file of that name


def aside_name(path: str, why: str, now: int) -> str:
    """A name beside the file that no file has: `ledger.replaced-20261123T151100Z.sqlite3`."""
    stem, ending = os.path.splitext(path)
    stamp = "".join(mark for mark in format_time(now // 1_000_000 * 1_000_000) if mark not in "-:")
    name, number = f"{stem}.{why}-{stamp}{ending}", 1
    while os.path.lexists(name):
        number += 1
        name = f"{stem}.{why}-{stamp}-{number}{ending}"
    return name


def move_aside(path: str, kept: str, present: sqlite3.Connection) -> None:
    """Gives a ledger's file another name; `present` is a connection to it. Raises LedgerError."""
    patiently(present, "BEGIN IMMEDIATE", path)
    try:
        os.rename(path, kept)
        sync_folder(os.path.dirname(os.path.abspath(path)))
    except OSError as problem:
        raise unwritable(kept, problem) from problem
    finally:
        present.execute("ROLLBACK")


def swap(path: str, fresh: str, kept: str, present: sqlite3.Connection | None) -> None:
    """Puts the file `fresh` in the place of `path`, whose file is called `kept` from then on. Raises LedgerError.

    `present` is a connection to the file at `path`: it is locked meanwhile, so that no writer is between two states.
    None where it cannot be opened, or where there is none. A process that had it open is told that it was replaced.
    """
    if present is not None:
        patiently(present, "BEGIN IMMEDIATE", path)
    try:
        if os.path.lexists(path):
            _name_again(path, kept)
        if present is None:
            # Of a file that could not be opened a journal may be left, which SQLite would take for the new one's.
            _move_side_files(path, kept)
        os.replace(fresh, path)
        sync_folder(os.path.dirname(os.path.abspath(path)))
    except OSError as problem:
        raise unwritable(path, problem) from problem
    finally:
        if present is not None:
            present.execute("ROLLBACK")


def _name_again(path: str, kept: str) -> None:
    """A second name for the file, where the file system has such; otherwise its only one."""
    try:
        os.link(path, kept)
    except OSError:
        os.rename(path, kept)


def _move_side_files(path: str, kept: str) -> None:
    for ending in _SIDE_FILES:
        if os.path.lexists(path + ending):
            os.replace(path + ending, kept + ending)
