"""What the tests of imports share: writing a log and reading it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from isolation.history import ImportSource, Mapping, Rejected, open_import
from isolation.model import Session

NOW = 1_795_000_000_000_000  # 2026-11-18T11:06:40Z


class Imported(NamedTuple):
    """What an import yielded."""

    sessions: list[Session]
    rejected: list[Rejected]
    source: ImportSource


Opener = Callable[..., ImportSource]
Importer = Callable[..., Imported]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens a log of this text or these bytes; `maps` are the arguments of --map."""
    with ExitStack() as stack:

        def open_log(
            content: str | bytes, maps: str = "account=account time=time", name: str = "log", **options: object
        ) -> ImportSource:
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            mapping = Mapping.parse(maps.split(" "))
            arguments: dict[str, object] = {"now": NOW} | options
            return stack.enter_context(open_import(path, mapping, **arguments))  # type: ignore[arg-type]  # by name

        yield open_log


@pytest.fixture
def imported(opened: Opener) -> Importer:
    """Imports a log of this text or these bytes."""

    def import_log(*arguments: object, **options: object) -> Imported:
        source = opened(*arguments, **options)
        rows = list(source.rows())
        return Imported(
            [row for row in rows if isinstance(row, Session)],
            [row for row in rows if isinstance(row, Rejected)],
            source,
        )

    return import_log
