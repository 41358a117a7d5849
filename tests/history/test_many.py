"""Many logs at once: folders and archives, in any order, with everything that is no log named."""

from __future__ import annotations

import io
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from isolation.errors import UsageError
from isolation.history import Mapping, Rejected
from isolation.hooks.logs import open_logs
from isolation.model import Session

from .conftest import NOW

HOW = {"mapping": Mapping.parse(["account=account", "time=time"]), "now": NOW}
HEADER = "account,time\n"


def _log(account: str) -> str:
    return f"{HEADER}{account},2024-05-06T07:08:09Z\n"


def _read(*paths: Path) -> tuple[list[str], list[Rejected]]:
    """Accounts in order, and the files that were passed over."""
    unused: list[Rejected] = []
    with ExitStack() as stack:
        sources = open_logs(map(str, paths), stack, unused.append, **HOW)
        return [row.account for one in sources for row in one.rows() if isinstance(row, Session)], unused


def _archive(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_folder_is_all_logs_in_it(tmp_path: Path) -> None:
    """Logs are found at any depth and in archives, and what is none is named with the reason."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "b.csv").write_text(_log("b"))
    (tmp_path / "a.csv").write_text(_log("a"))
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (tmp_path / "deep" / "er" / "c.zip").write_bytes(_archive({"d.csv": _log("d"), "c.csv": _log("c"), "x": "prose"}))
    accounts, unused = _read(tmp_path)
    assert accounts == ["a", "b", "c", "d"]
    assert sorted((Path(one.file).name, one.line) for one in unused) == [("empty.csv", 0), ("picture", 0), ("x", 0)]
    assert all(one.reason.startswith("Nothing of this file was read: ") for one in unused)


def test_a_file_that_is_named_must_be_a_log(tmp_path: Path) -> None:
    """What a person names and cannot be used stops the import before any row."""
    (tmp_path / "a.csv").write_text(_log("a"))
    (tmp_path / "b.csv").write_text("")
    with pytest.raises(UsageError, match="empty"):
        _read(tmp_path / "a.csv", tmp_path / "b.csv")


def test_a_folder_without_any_log_is_refused(tmp_path: Path) -> None:
    """Where nothing can be read, that is an error and no success with nothing."""
    (tmp_path / "a").write_text("prose")
    with pytest.raises(UsageError, match="no log that can be read"):
        _read(tmp_path)


def test_what_only_a_person_can_say_is_asked_for_in_a_folder_too(tmp_path: Path) -> None:
    """A zone or an order of dates that is missing stops a folder, as it stops a file."""
    (tmp_path / "a.csv").write_text(_log("a"))
    (tmp_path / "b.csv").write_text(f"{HEADER}b,2024-05-06 07:08:09\n")
    with pytest.raises(UsageError, match="time zone"):
        _read(tmp_path)
    (tmp_path / "b.csv").write_text(f"{HEADER}b,05/06/2024 07:08:09Z\n")
    with pytest.raises(UsageError, match="day/month"):
        _read(tmp_path)


def test_an_archive_of_several_logs_is_like_a_folder(tmp_path: Path) -> None:
    """Each file of an archive is a log, or named."""
    (tmp_path / "logs.zip").write_bytes(_archive({"b": _log("b"), "a": _log("a"), "notes": "prose"}))
    accounts, unused = _read(tmp_path / "logs.zip")
    assert accounts == ["a", "b"]
    assert [one.file.endswith("logs.zip/notes") for one in unused] == [True]
