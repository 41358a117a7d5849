"""What the hand-written pages show: it runs, it parses, and every link leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import isolation
from isolation.policy import load_policy
from isolation.policy.accounts import ACCOUNT, LABEL, LABEL_KINDS, STATES
from isolation.policy.agreements import GROUP, KINDS, PERMISSION, USERS, WAIVER
from isolation.policy.document import GENERAL, SERVICES, TABLES, THRESHOLDS
from isolation.rules import REGISTRY

from .conftest import DOCS, SCHEMAS

ROOT = DOCS.parent
EXAMPLE = DOCS / "policy.example.toml"
PAGES = sorted([*DOCS.rglob("*.md"), *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md"))])


def _plain(value: Any) -> Any:
    """A TOML value as JSON has it: dates as texts."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float) else value.isoformat()


BELOW = {"accounts": ACCOUNT, "groups": GROUP, "labels": LABEL, "waivers": WAIVER}
WORDS = (*KINDS, *STATES, *USERS, *LABEL_KINDS)


def test_the_example_policy_is_right_and_shows_every_key() -> None:
    """The full example is a policy, and no table or key that exists is missing from it."""
    policy = load_policy(str(EXAMPLE))
    assert policy.groups[0].accounts == ("amazon:store-us", "amazon:store-uk")
    assert policy.aliases["example\\store-us"] == "amazon:store-us"
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert tuple(tables) == TABLES
    assert set(tables["policy"]) == set(GENERAL)
    for table, keys in BELOW.items():
        assert {key for one in tables[table].values() for key in one} == set(keys), table
    assert {key for blocks in tables["permissions"].values() for one in blocks for key in one} == set(PERMISSION)
    assert set(tables["thresholds"]) == set(THRESHOLDS)
    assert set(tables["public_ip"]) == set(SERVICES)


def test_the_policy_page_explains_every_key() -> None:
    """docs/policy.md names every table, key and word that a policy may hold."""
    text = (DOCS / "policy.md").read_text(encoding="utf-8")
    keys = (key for table in BELOW.values() for key in table)
    for word in (*TABLES, *GENERAL, *keys, *PERMISSION, *WORDS, *THRESHOLDS, *SERVICES):
        assert re.search(rf"[`\[\" ]{re.escape(word)}[`\].\" ]", text), word


def test_the_policy_schema_agrees_with_the_program() -> None:
    """The schema for editors takes the example, has the same keys and words, and refuses a misspelt one."""
    schema = SCHEMAS["policy.schema.json"]
    example = _plain(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    Draft202012Validator(schema).validate(example)
    parts = schema["properties"]
    assert tuple(parts) == TABLES
    assert tuple(parts["policy"]["properties"]) == GENERAL
    below = {name: parts[name]["additionalProperties"]["properties"] for name in BELOW}
    assert {name: set(keys) for name, keys in below.items()} == {name: set(keys) for name, keys in BELOW.items()}
    permission = parts["permissions"]["additionalProperties"]["items"]["properties"]
    assert (set(permission), tuple(permission["user"]["enum"])) == (set(PERMISSION), USERS)
    assert tuple(below["groups"]["kind"]["enum"]) == KINDS
    assert tuple(below["labels"]["kind"]["enum"]) == LABEL_KINDS
    assert tuple(below["accounts"]["standing"]["items"]["properties"]["state"]["enum"]) == STATES
    assert tuple(parts["thresholds"]["properties"]) == THRESHOLDS
    assert tuple(parts["public_ip"]["properties"]) == SERVICES
    for name in THRESHOLDS:
        assert f"More than {parts['thresholds']['properties'][name]['default']} is reported" in " ".join(
            _rule_text(name)
        )
    assert not Draft202012Validator(schema).is_valid(example | {"policie": {}})


def _rule_text(name: str) -> list[str]:
    return (DOCS / "rules" / f"{name}.md").read_text(encoding="utf-8").split()


def test_the_library_page_runs(tmp_path: Path) -> None:
    """The page's programs run one after another, as they stand, and show what the page says."""
    blocks = re.findall(r"^```python\n(.*?)^```$", (DOCS / "library.md").read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 4
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n" + "\n".join(blocks)],
        cwd=tmp_path, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert "('amazon:store-us',)" in done.stdout.decode()
    public = next(line for line in done.stdout.decode().splitlines() if "verdict-public" in line)
    assert "amazon:store-us" not in public
    assert (tmp_path / "audit.html").exists()


def test_the_library_page_names_every_exception_and_every_value() -> None:
    """Everything that the package offers is on the library's page."""
    text = (DOCS / "library.md").read_text(encoding="utf-8")
    for name in isolation.__all__:
        assert re.search(rf"\b{name}\b", text), name


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not link.startswith(("https://", "#")):
            assert (page.parent / link.partition("#")[0]).exists(), link


def test_every_decision_is_in_the_index_and_has_every_part() -> None:
    """Decision records are each numbered, short, and say context, decision, grounds and consequences."""
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert len({record.name[:4] for record in records}) == len(records)
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert f"]({record.name})" in index
        assert re.findall(r"^## .*$", text, re.M) == [
            "## Context", "## Decision", "## Measured and sourced", "## Consequences",
        ]  # fmt: skip
        assert len(text.splitlines()) <= 60


def test_every_decision_that_the_code_cites_is_there() -> None:
    """A comment that refers to docs/decisions or to another page refers to one that exists."""
    for source in [*(ROOT / "isolation").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        for number in re.findall(r"docs/decisions/(\d{4})", source.read_text(encoding="utf-8")):
            assert list((DOCS / "decisions").glob(f"{number}-*.md")), (source, number)


def test_the_rules_index_is_whole() -> None:
    """The index of rules links every rule."""
    text = (DOCS / "rules" / "README.md").read_text(encoding="utf-8")
    assert all(f"]({entry.id}.md)" in text for entry in REGISTRY)


def _code(page: str) -> list[str]:
    """What a page shows to be typed, without remarks."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = "".join(re.findall(r"^```(?:sh|python)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)).splitlines()
    return [line for line in (re.sub(r"\s*# .*", "", line) for line in lines) if line]


def test_the_chinese_readme_shows_what_the_english_one_does() -> None:
    """Both have the same commands and the same program, in one order, and as many sections and one more."""
    assert _code("README.zh.md") == _code("README.md") != []
    english, chinese = ((ROOT / page).read_text("utf-8").count("\n## ") for page in ("README.md", "README.zh.md"))
    assert chinese == english + 1, "the one on the language itself"
