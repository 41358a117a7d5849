"""What is said can be said in Chinese, all of it."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from isolation.audit import audit_ledger
from isolation.identifiers.escape import printable
from isolation.language import Language
from isolation.ledger import Ledger
from isolation.messages import known
from isolation.model import Session
from isolation.reports import write_report

from ..conftest import HOUR, NOON, reading
from .conftest import DOCS

ROOT = DOCS.parent
GATEWAY = "3C-37-86-5D-75-D4"
# Of English these may stand in a Chinese text: codes, options, addresses, names, what is typed.
TYPED = re.compile(r"`[^`]*`|“[^”]*”|https?://\S+|[\w.-]*[-_/.:][\w./:-]*")


@pytest.fixture(scope="module")
def make_locale() -> ModuleType:
    """The tool that collects what is said."""
    path = ROOT / "tools" / "make_locale.py"
    spec = importlib.util.spec_from_file_location("make_locale", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_that_is_said_is_translated(make_locale: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """No message lacks its translation or has other values in it, no page of a rule is stale, and all is compiled."""
    assert make_locale.main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("ending", [".po", ".mo"])
def test_a_catalogue_of_another_babel_is_not_stale_and_one_of_other_words_is(
    make_locale: ModuleType, tmp_path: Path, ending: str
) -> None:
    """What a version of Babel puts in a catalogue's head is no change; another translation is."""
    made, _ = make_locale.made("fr", "submission")
    content = next(content for path, content in made.items() if path.suffix == ending)
    path = tmp_path / f"submission{ending}"
    assert not make_locale.says_the_same(path, content)
    path.write_bytes(content)
    other_head = content.replace(b"-Version: isolation", b"-Version: other one")
    assert other_head != content
    assert make_locale.says_the_same(path, other_head)
    assert not make_locale.says_the_same(path, content.replace("é".encode(), "è".encode(), 1))


@pytest.mark.parametrize("more", [b"#, fuzzy\n", b"# Of a translator.\n", b'#~ msgid "Gone"\n#~ msgstr "Parti"\n\n'])
def test_what_stands_beside_a_translation_counts_as_well(make_locale: ModuleType, tmp_path: Path, more: bytes) -> None:
    """A doubtful mark, a comment or a message that nobody says any more makes a catalogue stale."""
    made, _ = make_locale.made("fr", "submission")
    content = next(content for path, content in made.items() if path.suffix == ".po")
    head, _, entries = content.partition(b"\n\n")
    path = tmp_path / "submission.po"
    path.write_bytes(head + b"\n\n" + more + entries)
    assert not make_locale.says_the_same(path, content)


def _put_together(speakers: set[str]) -> Iterator[str]:
    for path in sorted((ROOT / "isolation").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in speakers:
                yield from (f"{name}:{text.lineno}" for text in node.args if _speaks(text))


def _speaks(text: ast.expr) -> bool:
    """Whether words of a sentence are formatted or added here, so that nobody can translate them."""
    if isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        parts: list[ast.expr] = [text.left, text.right]
    elif isinstance(text, ast.JoinedStr):
        parts = text.values
    else:
        return False
    words = " ".join(one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return re.search(r"[a-z]{2,} [a-z]{2,}", words) is not None


def test_translations_are_set_as_chinese_is(make_locale: ModuleType) -> None:
    """No translation has a space beside a full-width mark, a half-width mark after a character, or repr's quotes."""
    stray = re.compile(
        r"[，。、；：！？（）《》“”] (?=\S)|\S [，。、；：！？（）《》”]|^ (?=[，。、；：（\u4e00-\u9fff])"
    )
    half = re.compile(r"[\u4e00-\u9fff][,;:!]|[,;!]\s*[\u4e00-\u9fff]|[\u4e00-\u9fff] ?\(|\)\s*[\u4e00-\u9fff]|!r}")
    tight = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
    with make_locale.po_path("zh").open("rb") as file:
        entries = [entry for entry in read_po(file, locale="zh") if entry.id]
    texts = [text for entry in entries for text in ([entry.string] if isinstance(entry.string, str) else entry.string)]
    assert len(texts) > 1000
    for text in texts:
        plain = re.sub(r"`[^`]*`", "`x`", text)
        assert not any(pattern.search(plain) for pattern in (stray, half, tight)), text


def test_nothing_is_formatted_before_it_is_said(make_locale: ModuleType) -> None:
    """What speaks is handed messages and plain texts, never an f-string or a sum with words in it."""
    assert list(_put_together(make_locale.SPEAKERS)) == []


def _linked(path: Path) -> Ledger:
    """A ledger in which three accounts met on one machine and network."""
    ledger = Ledger.open(path / "ledger.sqlite3", key_store="file")
    with ledger.writing() as log:
        for at, account in enumerate(("amazon:store-us", "amazon:store-uk", "ebay:other")):
            readings = (reading("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480"), reading("gateway_mac", GATEWAY))
            log.add_session(Session(account, NOON + at * HOUR, readings=readings))
    return ledger


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_a_report_in_chinese_has_no_english_sentence(tmp_path: Path, ending: str) -> None:
    """Outside of data, codes and commands no four English words stand in a row."""
    with _linked(tmp_path) as ledger:
        audit = audit_ledger(ledger)
    path = write_report(audit, tmp_path / f"report{ending}", language="zh")
    text = Path(path).read_text(encoding="utf-8")
    text = re.sub(r"<(style|script|svg)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
    text = TYPED.sub("·", text.replace("\\", ""))
    assert re.findall(r"(?:[A-Za-z]+ ){3}[A-Za-z]+", text) == []


def test_a_reason_out_of_the_ledger_is_known_by_its_words() -> None:
    """A plain text without values is translated where it is known, and stays English where it is not."""
    language = Language("zh", escape=printable)
    assert language.say(known("Nothing was recorded.")) == "没有记录任何内容。"
    assert language.say(known("An account of mine.")) == "An account of mine."
    assert language.say("Nothing was recorded.") == "Nothing was recorded."
