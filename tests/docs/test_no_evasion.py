"""No text of the project advises anybody to hide: all of it is read here, in both languages."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from .conftest import DOCS

ROOT = DOCS.parent

DOING = (
    r"use|using|try|get|buy|rent|install|switch(?:ing)?(?: to)?|set up|connect(?: to| through| via)?|open an?|"
    r"create an?|"
    r"log(?:ging)? ?in (?:through|from|via|over|with)|rotat\w+|chang\w+|randomi[sz]\w+|spoof\w*|mask\w*|hid(?:e|ing)|"
    r"fak\w+|reset\w*|renew\w*|replac\w+|rout(?:e|ing) (?:it|them|traffic|everything)|mov(?:e|ing) to|buying|getting"
)
THING = (
    r"VPNs?|prox(?:y|ies)|anti-?detect\w*|browser profiles?|incognito|private (?:window|browsing)|"
    r"fingerprint browsers?|residential (?:IPs?|address\w*)|VPS|virtual machines?|MACs?|MAC address\w*|IPs?|"
    r"IP address\w*|hotspots?|mobile data|Tor\b|user agents?|tunnels?|"
    r"(?:an)?other (?:network|device|computer|machine|router|browser|connection)s?|"
    r"new (?:network|device|computer|machine|router|browser|address|identit\w+|connection)s?"
)
ADVICE = re.compile(rf"\b(?:{DOING})\b[^.;:!?]{{0,40}}?\b(?:{THING})\b", re.IGNORECASE)
ADVICE_ZH = re.compile(
    r"(?:使用|改用|换用|更换|切换|换|购买|租用|安装|伪装|隐藏|修改|轮换|重置|开启)[^。；，,;\n]{0,10}?"
    r"(?:VPN|代理|指纹浏览器|防关联浏览器|浏览器配置|无痕|IP|MAC|虚拟机|云服务器|VPS|热点|新设备|新网络|另一台|其他网络)"
)
# What stands before it says that it is not done, or must not be.
DENIED = re.compile(
    r"\b(?:no|not|never|nor|nothing|nobody|without|cannot|neither|refus\w+|avoid\w*)\b|n't\b|不|没有|未|无法|禁止|切勿",
    re.IGNORECASE,
)
# What is left says what a login itself does, or what a reader of the source must know; each with why it is no advice.
ALLOWED = {
    # It is the ledger that moves.
    "- [keeping.md](keeping.md): backups, moving to another machine, time stamps, erasing.",
    # It is how a draft that says so is objected to.
    "What would hide a link (another address, another device, a VPN) is remarked on among the measures, and allowed "
    "among the causes: there it may be the truth..",
}


def _constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not re.search(r"\\b|\(\?:", node.value):
            yield node.value  # what has these signs is a pattern, which nobody is shown


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _texts() -> Iterator[tuple[str, str]]:
    """Every text of the code, the pages, the schemas, the translations and the golden outputs, with where it stands."""
    for path in sorted((ROOT / "isolation").rglob("*.py")):
        yield from ((str(path.relative_to(ROOT)), text) for text in _constants(path))
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "isolation").rglob("*.md"), *DOCS.rglob("*.toml")]
    pages += [*(ROOT / "tests" / "cli" / "golden").glob("*.txt"), ROOT / "pyproject.toml"]
    yield from ((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in sorted(pages))
    for path in sorted((DOCS / "schemas").glob("*.json")):
        yield from ((str(path.relative_to(ROOT)), text) for text in _strings(json.loads(path.read_text("utf-8"))))
    for path in sorted((ROOT / "isolation" / "locale").rglob("*.po")):
        with path.open("rb") as file:
            for one in read_po(file):
                for text in one.string if isinstance(one.string, tuple) else (one.string,):
                    yield str(path.relative_to(ROOT)), text


def _sentences(text: str) -> Iterator[str]:
    flat = re.sub(r"\s*\n\s*(?=[-*|#>]|\n|\d+\.)", ". ", text)
    yield from re.split(r"(?<=[.!?;])\s+|(?<=[。！？；])|\s\|\s", re.sub(r"\s+", " ", flat))


def _advice(text: str) -> list[str]:
    """The sentences that advise what nobody may be advised."""
    found = []
    for sentence in _sentences(text):
        matches = [*ADVICE.finditer(sentence), *ADVICE_ZH.finditer(sentence)]
        if any(not DENIED.search(sentence[: match.end()]) for match in matches):
            found.append(sentence.strip())
    return found


BAD = (
    "Use a VPN for the second account.",
    "Use a VPN if you share a network, not your own address.",
    "To stay safe, switch to another network before you log in.",
    "Change your MAC address, then log in again.",
    "Open a new browser profile for each account.",
    "Log in through a residential proxy.",
    "Install an antidetect browser.",
    "Spoof the MAC of the router.",
    "Get a new device.",
    "请使用VPN登录第二个店铺。",
    "建议更换IP后再登录。",
    "安装指纹浏览器。",
)
GOOD = (
    "It never spoofs, rotates or hides a MAC.",
    "A tunnel, proxy or new MAC never removes a fact.",
    "Find out who used this network and end access that nobody permitted.",
    "不要更换IP。",
)


@pytest.mark.parametrize("text", BAD)
def test_advice_to_hide_is_recognised(text: str) -> None:
    """The reader of all texts finds what it is there to find."""
    assert _advice(text) == [text]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_no_advice_is_left_alone(text: str) -> None:
    """Saying that something is never done, or what a login shows, is no advice."""
    assert _advice(text) == []


def test_no_text_advises_to_hide() -> None:
    """No sentence of code, pages, schemas, translations or outputs advises a VPN, a new browser profile or the like."""
    found = {(where, sentence) for where, text in _texts() for sentence in _advice(text) if sentence not in ALLOWED}
    assert not found, "\n".join(f"{where}: {sentence}" for where, sentence in sorted(found))


def test_every_exception_is_still_said() -> None:
    """A sentence that is allowed stands somewhere."""
    said = {sentence for _, text in _texts() for sentence in _advice(text)}
    assert said >= ALLOWED


def test_no_document_ranks_or_scores() -> None:
    """No key of a document gives identifiers a rank, a score or a percentage."""
    for path in sorted((DOCS / "schemas").glob("*.json")):
        keys = re.findall(r'"(\w+)": \{', path.read_text(encoding="utf-8"))
        assert not [key for key in keys if re.search(r"rank|score|percent|priorit|likelihood", key)], path.name


@pytest.mark.parametrize(
    "words",
    [("--proxy", "http://127.0.0.1:9", "--proxy", "http://127.0.0.1:8"), ("--proxy", "http://127.0.0.1:9,http://127.0.0.1:8"),
     ("--at-network", "a", "--at-network", "b"), ("--at-machine", "a", "--at-machine", "b")],
)  # fmt: skip
def test_no_login_is_judged_by_a_list(words: tuple[str, ...]) -> None:
    """A list of proxies, networks or machines to try is refused."""
    done = subprocess.run(
        [sys.executable, "-m", "isolation", "check", "a", *words], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 2, done.stderr
