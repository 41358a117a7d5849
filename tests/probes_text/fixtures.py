"""The fixtures of the text parsers, found by file name: `fixtures/PARSER/NAME.out` with `NAME.json` beside it.

The JSON has `values`, what the parser makes of the output, or `refused`, its error's message; `code_page` where the
output is not UTF-8. Bytes stand there as hexadecimal. All of them were written for this project.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from isolation.model import Value

FOLDER = Path(__file__).parent / "fixtures"
OUTPUTS = sorted(FOLDER.glob("*/*.out"))
RECORDED = ("ip_route", "iw", "iwconfig", "last", "nmcli", "who")  # no probe asks for these
PARSERS = sorted({path.parent.name for path in OUTPUTS})


def parser(name: str) -> Callable[..., Any]:
    """The `parse` of a module of isolation.probes.text."""
    place = "recorded." if name in RECORDED else ""
    found: Callable[..., Any] = importlib.import_module(f"isolation.probes.text.{place}{name}").parse
    return found


def expected(path: Path) -> dict[str, Any]:
    """What the JSON beside an output says."""
    document: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return document


def plain(value: object) -> object:
    """A parser's answer as JSON has it."""
    if isinstance(value, Value):
        return {name: plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return value.hex() if isinstance(value, bytes) else value
