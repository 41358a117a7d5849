"""Why the operating system refused something, in its own words: English as it says them, and known to be speech."""

from __future__ import annotations

from isolation.messages import known, message

# What it usually says (Linux errno(3), macOS intro(2), Python on Windows); they are looked up by their words.
USUAL = (
    message("Operation not permitted"), message("No such file or directory"), message("Input/output error"),
    message("No such device or address"), message("No such process"), message("No such device"),
    message("Resource temporarily unavailable"), message("Cannot allocate memory"), message("Permission denied"),
    message("Device or resource busy"), message("File exists"), message("Not a directory"), message("Is a directory"),
    message("Invalid argument"), message("Too many open files"), message("File too large"),
    message("No space left on device"), message("Read-only file system"), message("Broken pipe"),
    message("File name too long"), message("Function not implemented"), message("Operation not supported"),
    message("Address family not supported by protocol"), message("Network is down"),
    message("Network is unreachable"), message("No route to host"), message("Connection timed out"),
    message("Connection refused"), message("Connection reset by peer"), message("Disk quota exceeded"),
    message("Too many levels of symbolic links"), message("Exec format error"), message("Directory not empty"),
)  # fmt: skip

# The same of Python's json (Lib/json/decoder.py).
OF_JSON = (
    message("Expecting value"), message("Expecting ':' delimiter"), message("Expecting ',' delimiter"),
    message("Expecting property name enclosed in double quotes"), message("Invalid control character at"),
    message("Unterminated string starting at"), message("Invalid \\escape"), message("Invalid \\uXXXX escape"),
    message("Extra data"), message("Illegal trailing comma before end of object"),
    message("Illegal trailing comma before end of array"),
)  # fmt: skip


def why_of(problem: BaseException) -> str:
    """What the system said to a failed call, or whatever else the exception says."""
    return known(getattr(problem, "strerror", None) or str(problem) or type(problem).__name__)


__all__ = ["OF_JSON", "USUAL", "why_of"]
