"""Moments, names, counts, commands and readings as text for people."""

from __future__ import annotations

import sys
import time

from isolation.findings import CONFIDENCE_WORDS, FACT_WORDS, STATUS_WORDS
from isolation.messages import joined, known, message, plural
from isolation.model import UNDATED
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.model import Identity, Reading

_MOST_NAMED = 6


def when(moment: int) -> str:
    """A moment (µs) on this computer's clock, with its offset, beside UTC."""
    if moment == UNDATED:
        return message("a time not known")
    local = time.localtime(moment // 1_000_000)
    sign = "+" if local.tm_gmtoff >= 0 else "-"
    hours, minutes = divmod(abs(local.tm_gmtoff) // 60, 60)
    utc = format_time(moment // 1_000_000 * 1_000_000)
    if local.tm_gmtoff == 0:
        return f"{utc[:10]} {utc[11:19]} UTC"
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', local)} {sign}{hours:02}:{minutes:02} ({utc[11:19]} UTC)"


def listed(names: Iterable[str], most: int = _MOST_NAMED) -> str:
    """Names in a row, the first few and how many more."""
    every = list(names)
    shown = joined(", ", every[:most])
    return shown if len(every) <= most else message("{names} and {more} more", names=shown, more=len(every) - most)


def counted(number: int, one: str, several: str = "") -> str:
    """A number of things: 1 session, 2 sessions; `tools/make_locale.py` collects the words from the calls."""
    return plural("{count} " + one, "{count} " + (several or one + "s"), number)


def quoted(word: str, platform: str = sys.platform) -> str:
    """A name as one word of a command line, for this platform's shell: cmd and PowerShell on Windows, else POSIX."""
    # A word that begins with = is the path of a command in zsh.
    if word and word[0] != "=" and all(character.isalnum() or character in "-_.:@=" for character in word):
        return word
    if platform != "win32":
        return "'" + word.replace("'", "'\\''") + "'"
    if '"' in word or "$" in word or "`" in word:  # which cmd and PowerShell read apart: this is PowerShell's way
        return "'" + word.replace("'", "''") + "'"
    return f'"{word}"'


def readings_text(identity: Identity) -> str:
    """This machine's readings, a line each; what was not read with the reason."""
    return joined(
        "\n",
        [
            message("{fact:<24}{reading}", fact=message("{fact}:", fact=FACT_WORDS[one.fact]), reading=_reading(one))
            for one in identity.readings
        ],
    )


def _reading(reading: Reading) -> str:
    if reading.status != "observed":
        return message("{status}: {why}", status=STATUS_WORDS[reading.status], why=known(reading.reason))
    points = () if isinstance(reading.value, str) else reading.value or ()
    value = reading.value if isinstance(reading.value, str) else message("{count} access points", count=len(points))
    link = message("identifies") if reading.identifying else message("context")
    if reading.identifying and reading.confidence != "certain":
        link = joined(", ", [link, CONFIDENCE_WORDS[reading.confidence]])
    why = message(": {why}", why=known(reading.reason)) if reading.reason else ""
    return message(
        "{value} ({link}, from {source}){why}", value=value, link=link, source=known(reading.source), why=why
    )
