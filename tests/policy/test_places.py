"""Where the keys of a TOML text stand."""

from __future__ import annotations

import datetime
import tomllib

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from isolation.policy.places import line_and_column, places

Where = tuple[str | int, ...]

CORNERS = {
    "bare": 'a = 1\nb = "x"\n',
    "dotted": 'a.b.c = 1\na."d.e" = 2\n',
    "quoted header": '[accounts."amazon:store.us"]\nowner = "me" # owner = 3\n',
    "header with spaces": "[ a . 'b c' ]\nx = 1\n",
    "inline": "a = { b = { c = [1, { d = 2 }] }, \"e\" = 'x' }\n",
    "array of tables": "[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[a.b.c]\ny = 3\n",
    "list over lines": 'a = [ # first ]\n  "x, ]", # second\n  [1, 2],\n  { k = "}" },\n]\nb = 1\n',
    "texts over lines": 'a = """\n[x]\nb = 1 \\"""\n"""""\nc = \'\'\'\n[[y]]\n\'\'\'\'\'\nd = 1\n',
    "texts with marks": 'a = \'#[x]\'\nb = "\\"=\\\\" # c = 1\nc = 1\n',
    "dates": "a = 2026-01-31 07:32:00Z # b\nb = [2026-01-31, 07:32:00]\n",
    "carriage returns": "[a]\r\nb = 1\r\n# c\r\nd = [\r\n1,\r\n]\r\n",
    "tabs": "\t[a]\n\tb\t=\t1\n",
    "other line separators": "# \x85 \u2028 \u2029\na = 1\n",
    "escaped keys": '"\\u00e9\\"]" = 1\n["\\t#"]\nx = 1\n',
    "no last line end": "[a]\nb = 1",
    "empty": "",
}


def paths(value: object, where: Where = ()) -> set[Where]:
    """Every path to a key or a member of a list."""
    below: dict[str | int, object] = {}
    if isinstance(value, dict):
        below = value
    elif isinstance(value, list):
        below = dict(enumerate(value))
    found = {where} - {()}
    for key, one in below.items():
        found |= paths(one, (*where, key))
    return found


def assert_all_found(text: str) -> None:
    """Checks the places of a document against what tomllib reads."""
    found = places(text)
    assert set(found) == paths(tomllib.loads(text))
    for where, offset in found.items():
        if isinstance(where[-1], str):
            plain = text.startswith(where[-1], offset)
            assert plain or text[offset] in "\"'"


@pytest.mark.parametrize("text", CORNERS.values(), ids=CORNERS)
def test_every_key_is_found_in_every_way_to_write_it(text: str) -> None:
    """The scanner finds exactly the keys and members that tomllib reads, each where it is spelled."""
    assert_all_found(text)


KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True), st.text(st.characters(codec="utf-8"), max_size=6)
)
VALUES = st.recursive(
    st.one_of(
        st.integers(-(2**63), 2**63 - 1),
        st.booleans(),
        st.text(st.characters(codec="utf-8"), max_size=12),
        st.dates(),
        st.datetimes(timezones=st.just(datetime.UTC)),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_every_key_of_any_document_is_found(document: dict[str, object]) -> None:
    """Whatever a document holds, each of its keys and members has a place."""
    assert_all_found(tomlkit.dumps(document))


@pytest.mark.parametrize(
    ("text", "where", "place"),
    [
        ("[a]\nb = 1\n", ("a", "b"), (2, 1)),
        ("[a]\r\n\tb = 1\r\n", ("a", "b"), (2, 2)),
        ('[accounts."x.y"]\n', ("accounts", "x.y"), (1, 11)),
        ("a = {b = [1, 2]}\n", ("a", "b", 1), (1, 14)),
        ("中 = '中'\n".replace("中", "a") + "b = ['中', '文']\n", ("b", 1), (2, 11)),
        ("[[a]]\nx = 1\n[[a]]\nx = 2\n", ("a", 1), (3, 3)),
        ("[[a]]\nx = 1\n[[a]]\nx = 2\n", ("a", 1, "x"), (4, 1)),
    ],
)
def test_lines_and_columns_count_from_one(text: str, where: Where, place: tuple[int, int]) -> None:
    """A place is told as line and column, each character one column wide."""
    assert line_and_column(text, places(text)[where]) == place
