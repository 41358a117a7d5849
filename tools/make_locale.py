"""Collects what the program says, and compiles its translations.

    python tools/make_locale.py            adds new messages to the catalogues, drops old ones, compiles
    python tools/make_locale.py --check    fails where a catalogue is stale, lacks a translation or is not compiled

A message is collected from `message(…)` and `plural(…)`, from plain texts handed to what speaks (errors, gaps, sections
of a report, the terminal, the argument parser) and from the help of the commands, which is their modules' text.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from isolation.appeal.required import DOCUMENTS
from isolation.appeal.submission import FACTS, FRAME, TEXTS
from isolation.cli.program import COMMANDS
from isolation.identifiers.catalogue import CATALOGUE
from isolation.language import DOMAIN, DOMAINS
from isolation.rules import REGISTRY
from isolation.rules.pages import HEADINGS, page_text, part, title

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "isolation" / "locale"
# Domain -> the languages that it is translated into.
LANGUAGES = {domain: [code for code in codes if code != "en"] for domain, codes in DOMAINS.items()}

# Calls whose plain texts are shown to people; of keywords, these.
SPEAKERS = {
    "Gap", "Section", "Table", "ask", "note", "say", "IsolationError", "UsageError", "BadIdentifier", "PolicyError",
    "LedgerError", "LedgerDamaged", "LedgerMissing", "ForeignLedger", "KeyUnavailable", "ProbeError", "RuleError",
    "Collision", "Unknown", "Interrupted", "wrong", "Example", "ArgumentTypeError", "add_argument_group", "Line",
}  # fmt: skip
KEYWORDS = {"help", "description", "epilog", "title", "reason", "hint"}

_MODULES = {module for module, _ in COMMANDS.values()}

# Codes, which no one is shown.
_CODE = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*|[A-Z]\w+|/\S+|-\w+")

# What makes texts that are stored, or that stand in such texts as values.
STORING = (
    "isolation/probes/", "isolation/history/", "isolation/identifiers/", "isolation/ledger/joining.py",
    "isolation/hooks/recover.py", "isolation/verdict.py", "isolation/system_words.py", "isolation/times.py",
    "isolation/former_words.py",
)  # fmt: skip

Found = dict[str | tuple[str, str], set[tuple[str, int]]]


def collected() -> Found:
    """Every message with the places that say it."""
    found: Found = {}
    for path in sorted((ROOT / "isolation").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text, line in messages_of(tree):
            found.setdefault(text, set()).add((name, line))
        if path.stem in _MODULES and path.parent.name == "cli" and (docstring := ast.get_docstring(tree)):
            found.setdefault(docstring, set()).add((name, 1))
    for one in CATALOGUE:
        found.setdefault(one.why, set()).add(("isolation/identifiers/catalogue.py", 1))
    for entry in REGISTRY:
        if entry.needs:
            found.setdefault(entry.needs, set()).add(("isolation/rules/__init__.py", 1))
    for _, line in COMMANDS.values():
        found.setdefault(line, set()).add(("isolation/cli/program.py", 1))
    return found


def messages_of(tree: ast.AST) -> Iterator[tuple[str | tuple[str, str], int]]:
    """The messages of one module, each with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from (found for found in texts(node.exc.args) if not _CODE.fullmatch(found[0]))
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "message":
            yield from texts(node.args[:1])
        elif called == "joined":
            yield from separators(node.args[:1])
        elif called == "plural":
            if several := [text for text, _ in texts(node.args[:2])]:
                yield (several[0], several[1]), node.lineno
        elif called == "counted":
            if several := [text for text, _ in texts(node.args[1:])]:
                yield (
                    (f"{{count}} {several[0]}", f"{{count}} {several[-1] if several[1:] else several[0] + 's'}"),
                    node.lineno,
                )
        else:
            if called in SPEAKERS:
                yield from (found for found in texts(node.args) if not _CODE.fullmatch(found[0]))
            yield from texts([word.value for word in node.keywords if word.arg in KEYWORDS])


def texts(nodes: list[ast.expr]) -> Iterator[tuple[str, int]]:
    """The literal texts among these, in tuples and lists too; those with letters, for the others say nothing."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if any(character.isalpha() for character in node.value):
                yield node.value, node.lineno
        elif isinstance(node, ast.Tuple | ast.List):
            yield from texts(node.elts)
        elif isinstance(node, ast.IfExp):
            yield from texts([node.body, node.orelse])


def handed_in() -> Found:
    """Every message of what an appeal hands in, and nothing else."""
    texts = (*TEXTS.values(), *FACTS.values(), *FRAME)
    return {text: {("isolation/appeal/submission.py", 1)} for text in texts} | {
        str(name): {("isolation/appeal/required.py", 1)} for name, _ in DOCUMENTS.values()
    }


def separators(nodes: list[ast.expr]) -> Iterator[tuple[str, int]]:
    """The literal signs that stand between the parts of a row."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
            yield node.value, node.lineno


def po_path(language: str, domain: str = DOMAIN) -> Path:
    """The catalogue that people translate."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def updated(language: str, found: Found, domain: str = DOMAIN) -> Catalog:
    """The catalogue with every message that is said now, and with the translations it has."""
    header = _HEADER if domain == DOMAIN else _HEADER_SUBMISSION
    catalogue = Catalog(locale=language, project="isolation", fuzzy=False, charset="utf-8", header_comment=header)
    known = Catalog(locale=language)
    if po_path(language, domain).exists():
        with po_path(language, domain).open("rb") as file:
            known = read_po(file, locale=language)
    for text in sorted(found, key=lambda text: (min(found[text]), text if isinstance(text, str) else text[0])):
        before = known.get(text if isinstance(text, str) else text[0])
        translation = before.string if before is not None and before.id == text else ""
        catalogue.add(text, translation, locations=sorted({(name, 0) for name, _ in found[text]}))
    return catalogue


def problems(catalogue: Catalog) -> list[str]:
    """What is untranslated, or translated with other values in it than the message has."""
    found = []
    for entry in catalogue:
        if not entry.id:
            continue
        translations = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
        patterns = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
        if not all(translations):
            found.append(f"not translated: {patterns[0]!r}")
        elif any(_fields(text) != _fields(patterns[-1]) for text in translations):
            found.append(f"other values in the translation: {patterns[0]!r}")
    return found


def _fields(pattern: str) -> set[str | None]:
    try:
        return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
    except ValueError:  # a plain text with a brace in it
        return set()


_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_HEADER = """# What isolation says, in another language. `python tools/make_locale.py` adds what is new and compiles it.
# Glossary: account 账号, store 店铺, link 关联, collision 关联冲突, cluster 关联群, machine/device 设备,
# network 网络, router 路由器, ledger 台账, entry 条目, session 会话, use 使用, finding 发现, evidence
# 证据, waiver 豁免, waived 已豁免, declared 已声明, policy 政策, permission 权限, operator 操作人,
# standing 状态, deactivated 已停用, label 标签, proof bundle 证明包, checkpoint 检查点, time stamp
# 时间戳, origin 来源标识, root 根值, reading 读数, fact 识别项, severity 严重程度 (严重 高 中 低 提示),
# confidence 可信度 (确定 很可能 较弱), verdict 判定 (通过 无法判断 关联冲突)."""

_HEADER_SUBMISSION = """# What an appeal hands in, in the platform's language; nothing else stands here. Formal, in the
# words of the platforms' own pages. `python tools/make_locale.py` adds what is new and compiles it."""


def _po(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=False, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines()
    stamps = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Report-Msgid')
    return ("\n".join(line for line in lines if not line.startswith(stamps)) + "\n").encode()


def _mo(catalogue: Catalog, pages: dict[str, str]) -> bytes:
    for english, translation in pages.items():
        catalogue.add(english, translation)
    catalogue.creation_date = catalogue.revision_date = _NO_DATE  # Babel would write the present minute
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _sentences(catalogue: Catalog) -> dict[str, str]:
    """What the catalogue of identifiers says as sentences (`identifiers/catalogue.py`), with their translations."""
    said = {one.why: catalogue.get(one.why) for one in CATALOGUE}
    return {_sentence(why): f"{entry.string}。" for why, entry in said.items() if entry and entry.string}


def stored(found: Found) -> bytes:
    """The messages that can be stored, for `isolation.phrasebook`, those with a form for several as pairs."""
    texts = [text for text in found if any(name.startswith(STORING) for name, _ in found[text]) and _words(text)]
    sentences = [_sentence(one.why) for one in CATALOGUE]
    every = sorted({*texts, *sentences}, key=lambda text: (text,) if isinstance(text, str) else text)
    return (json.dumps(every, indent=0, ensure_ascii=True) + "\n").encode()


def _words(text: str | tuple[str, str]) -> bool:
    return any(map(str.isalpha, text if isinstance(text, str) else text[0]))


def _sentence(why: str) -> str:
    return f"{why[0].upper()}{why[1:]}."


def rule_texts(language: str) -> tuple[dict[str, str], list[str]]:
    """Titles and sections of the rules' pages with their translations; and the pages that are missing or stale.

    A translated page begins with the digest of the English text that it was made from, in a comment.
    """
    found: dict[str, str] = {}
    wrong = []
    for entry in REGISTRY:
        path = LOCALE / language / "rules" / f"{entry.id}.md"
        head, _, text = (path.read_text(encoding="utf-8") if path.exists() else "").partition("\n")
        if hashlib.sha256(page_text(entry).encode()).hexdigest() not in head:
            wrong.append(f"{path.relative_to(ROOT)} is missing, or made from another English text: put its digest")
            continue
        parts = [section.partition("\n")[2].strip() for section in text.split("\n## ")[1:]]
        found[title(entry)] = text.partition("\n")[0]
        found |= {
            part(entry, name.removeprefix("## ")): said.replace("\n", "")
            for name, said in zip(HEADINGS, parts, strict=True)
        }
    return found, wrong


def made(language: str, domain: str = DOMAIN) -> tuple[dict[Path, bytes], list[str]]:
    """What the files of a language should hold, and what is wrong with its translations."""
    catalogue = updated(language, collected() if domain == DOMAIN else handed_in(), domain)
    text = _po(catalogue)
    pages, wrong = rule_texts(language) if domain == DOMAIN else ({}, [])
    if domain == DOMAIN:
        pages |= _sentences(catalogue)
    path = po_path(language, domain)
    return {
        path: text,
        path.with_suffix(".mo"): _mo(read_po(io.BytesIO(text), locale=language), pages),
    }, problems(catalogue) + wrong


def says_the_same(path: Path, content: bytes) -> bool:
    """Whether the file holds this already. Of a catalogue everything counts but its head, which is Babel's: each of its
    versions writes its own number and its own rules of plural forms there."""
    if not path.exists():
        return False
    return _said(path.suffix, path.read_bytes()) == _said(path.suffix, content)


def _said(suffix: str, content: bytes) -> object:
    if suffix not in {".mo", ".po"}:
        return content
    file = io.BytesIO(content)
    catalogue = read_mo(file) if suffix == ".mo" else read_po(file)
    entries = [
        (one.id, one.string, one.context, one.locations, one.flags, one.auto_comments, one.user_comments)
        for one in catalogue
        if one.id
    ]
    return catalogue.header_comment, entries, list(catalogue.obsolete)


def main(arguments: list[str] | None = None) -> int:
    """Writes the files, or checks them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is stale or wanting")
    check = parser.parse_args(arguments).check
    files, wanting = {LOCALE / "stored.json": stored(collected())}, []
    for domain, language in [(domain, one) for domain, codes in LANGUAGES.items() for one in codes]:
        catalogues, wrong = made(language, domain)
        files |= catalogues
        wanting += [f"{language}: {problem}" for problem in wrong]
    for path, content in files.items():
        if says_the_same(path, content):
            continue
        if check:
            wanting.append(f"stale: {path.relative_to(ROOT)}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for problem in wanting:
        print(problem, file=sys.stderr)
    return 1 if wanting else 0


if __name__ == "__main__":
    sys.exit(main())
