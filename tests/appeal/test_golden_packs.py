"""Whole packs as they are written, held against the folders of `packs` by name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.ledger import Ledger

from ..cli.conftest import Cli, cli  # noqa: F401 - the fixture
from .conftest import NOTICES

PACKS = Path(__file__).with_name("packs")
CHINA = ("--tz", "Asia/Shanghai")
# Pack -> notice, whether there is a ledger, further options.
CALLS: dict[str, tuple[str, bool, tuple[str, ...]]] = {
    "known-en": ("amazon-related-en.txt", True, (*CHINA, "--case", "known", "--have", "utility-bill=2020-01-01")),
    "unknown-zh": (
        "shared-machine-zh.txt", True,
        (*CHINA, "--case", "unknown", "--associated", "harbour lights ltd", "--submission-lang", "zh",
         "--access", "小王"),
    ),
    "counterfeit-en": ("amazon-counterfeit-en.txt", True, ("--have", "licence", "--have", "invoices")),
    "nothing-known-zh": ("amazon-related-zh.txt", False, CHINA),
    "german": ("german.txt", False, ()),
}  # fmt: skip


def plain(text: str) -> str:
    """A page without what differs in each ledger: digests, tags, roots, and the log's name."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", text)
    text = re.sub(r"-[0-9a-f]{12}\b", "-TAG", text)
    return re.sub(r"isolation/[0-9a-f]{32}", "LOG", text)


@pytest.mark.parametrize("name", CALLS)
def test_a_pack_is_as_its_golden_folder(
    cli: Cli, seller: Callable[..., Ledger], ledger: Ledger, tmp_path: Path, name: str  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    """Every page of a pack is the page of the same name in the folder of the same name."""
    notice, has_ledger, options = CALLS[name]
    seller().close()
    where = () if has_ledger else ("--ledger", str(tmp_path / "none.sqlite3"))
    account = "shop" if not has_ledger else "amazon:store-us"
    done = cli(*where, "appeal", account, "--notice", str(NOTICES / notice), "-o", str(tmp_path / "pack"), *options)
    assert done.code == 0, done.err
    for page in sorted((tmp_path / "pack").glob("*.md")):
        found, golden = plain(page.read_text(encoding="utf-8")), PACKS / name / page.name
        if os.environ.get("ISOLATION_WRITE_GOLDEN"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(found, encoding="utf-8")
        assert found == golden.read_text(encoding="utf-8"), page.name


def test_no_page_advises_to_hide() -> None:
    """Of all that packs say, nothing proposes another address, device or tool that would hide a link."""
    hiding = re.compile(
        r"vpn|prox(?:y|ies)|anti-?detect|(?:new|another|different) (?:ip|device|computer|network)|指纹|代理|更换", re.I
    )
    for page in PACKS.rglob("*.md"):
        assert not hiding.search(page.read_text(encoding="utf-8")), page


def test_every_golden_pack_is_made() -> None:
    """No folder of `packs` is left over."""
    assert {path.name for path in PACKS.iterdir()} == set(CALLS)
