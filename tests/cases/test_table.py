"""The table of cases: whole, and true."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ..conftest import CASES

TESTS = Path(__file__).parents[1]
ELSEWHERE = {20}  # of a witness and PostgreSQL


def test_every_case_has_a_test() -> None:
    """The thirty cases but those of other components each have at least one test in the table, in order."""
    numbers = [number for number, _ in CASES]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, 31)) - ELSEWHERE


@pytest.mark.parametrize("name", sorted({name for _, name in CASES}))
def test_a_named_test_is_there_and_says_what_holds(name: str) -> None:
    """Each test of the table is a function of the file it is said to be in, with a sentence that says what holds."""
    file, _, function = name.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    assert ast.get_docstring(found)


def test_a_case_can_be_run_by_its_number(request: pytest.FixtureRequest) -> None:
    """A test of the table carries the marker of its case."""
    marked = {mark.name for item in request.session.items for mark in item.iter_markers() if mark.name[:5] == "case_"}
    collected = {item.nodeid.partition("[")[0].partition("tests/")[2] for item in request.session.items}
    assert marked == {f"case_{number}" for number, name in CASES if name in collected}
