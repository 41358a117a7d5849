"""Times that systems keep on their own clocks, as µs since 1970-01-01T00:00:00Z."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, tzinfo

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime, zone: tzinfo | None = None, *, fold: int = 0) -> int | None:
    """A moment, with an offset or on the clock of `zone` (None: this computer's). None where it is out of range.

    `fold` chooses of two moments that the clock shows alike (0: the earlier).
    """
    try:
        if moment.tzinfo is None:
            moment = moment.replace(fold=fold)
            moment = moment.replace(tzinfo=zone) if zone is not None else moment.astimezone()
        passed = moment - _FIRST
    except (OverflowError, OSError, ValueError):
        return None
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def system_time(raw: bytes) -> datetime | None:
    """A Windows SYSTEMTIME (minwinbase.h): eight 16-bit words; no offset. None for what is no time."""
    if len(raw) != 16:
        return None
    year, month, _, day, hour, minute, second, thousandths = struct.unpack("<8H", raw)
    try:
        return datetime(year, month, day, hour, minute, second, thousandths * 1000)
    except ValueError:
        return None


__all__ = ["microseconds", "system_time"]
