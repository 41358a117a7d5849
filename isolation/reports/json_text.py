"""JSON for programs: every text exact, and nothing invisible or commanding in the file."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def json_text(document: Any) -> str:
    r"""The document, indented, letters of every script as they are.

    Control characters, bidirectional controls, half surrogates and other code points that are not printable are
    written as `\uXXXX` (RFC 8259, 7), so that a terminal or an editor that shows the file obeys none of them.
    """
    return "".join([f"{_shown(line)}\n" for line in json.dumps(document, indent=2, ensure_ascii=False).split("\n")])


def json_line(document: Any) -> str:
    """The same without indentation or line end."""
    return _shown(json.dumps(document, ensure_ascii=False))


def _shown(line: str) -> str:
    # Outside of texts JSON has only printable characters, and in a text each may be written as an escape.
    return line if line.isprintable() else "".join([c if c.isprintable() else json.dumps(c)[1:-1] for c in line])
