"""SQLite by the shortest way there is to it.

A check before a login is a cold process: `sqlite3` as a package costs more than all that a check does with it
(docs/decisions/0007), so the extension module beneath it is used where the interpreter has it.
"""

from __future__ import annotations

try:
    import _sqlite3 as sqlite
except ImportError:  # an interpreter other than CPython
    import sqlite3 as sqlite  # type: ignore[no-redef]

__all__ = ["sqlite"]
