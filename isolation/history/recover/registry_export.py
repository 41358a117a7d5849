r"""The text that `reg export` and Windows' registry editor write, as keys and values.

A key is a line in brackets; below it stand `"name"=value` lines, where a value is text in quotes, `dword:` and hex
digits, or `hex:` (`hex(2):` …) and bytes with commas, over several lines that each end in a backslash
(learn.microsoft.com, "Registration entries (.reg) file").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADINGS = ("Windows Registry Editor Version 5.00", "REGEDIT4")

_VALUE = re.compile(r'(@|"(?:[^"\\]|\\.)*")\s*=\s*(.*)', re.DOTALL)


def is_registry_export(text: str) -> bool:
    """Whether a text begins as an export does."""
    return text.lstrip("\ufeff \r\n").startswith(HEADINGS)


def parse_export(text: str) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Key -> value name -> value, as `Computer.registry` gives them, and the lines that are no part of an export."""
    found: dict[str, dict[str, Any]] = {}
    strange: list[str] = []
    key: dict[str, Any] | None = None
    for number, line in _joined(text.splitlines()):
        if not line or line.startswith(";") or (number == 1 and line.startswith(HEADINGS)):
            continue
        if line.startswith("[") and line.endswith("]"):
            key = found.setdefault(line[1:-1], {})
            continue
        told = _VALUE.fullmatch(line)
        value = _value(told[2]) if told is not None and key is not None else None
        if told is None or key is None or value is None:
            strange.append(message("Line {number} is no key and no value.", number=number))
        else:
            key["" if told[1] == "@" else _text(told[1])] = value
    return found, strange


def _joined(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, those that go on joined to the ones before."""
    begun, pieces = 0, ""
    for number, line in enumerate(lines, 1):
        begun = begun if pieces else number
        pieces += line.strip().lstrip("\ufeff")
        if pieces.endswith("\\") and "hex" in pieces:
            pieces = pieces[:-1]
            continue
        yield begun, pieces
        pieces = ""
    if pieces:
        yield begun, pieces


def _value(told: str) -> str | int | bytes | None:
    kind, mark, rest = told.partition(":")
    try:
        if told.startswith('"') and told.endswith('"') and len(told) > 1:
            return _text(told)
        if kind == "dword" and mark:
            return int(rest, 16)
        if kind.startswith("hex") and mark:
            return bytes(int(digits, 16) for digits in rest.split(",") if digits.strip())
    except ValueError:
        return None
    return None


def _text(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


__all__ = ["is_registry_export", "parse_export"]
