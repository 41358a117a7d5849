"""Random changes anywhere in a bundle, signed or not: both verifiers always say the same, and never fall over."""

from __future__ import annotations

import copy
import random
from types import ModuleType
from typing import Any

import pytest

from .conftest import DAMAGED, INTACT, NO_BUNDLE, first_verdict
from .forge import OWN, Document, Log, canonical, six_entries

# What may come in the place of anything.
STRANGE = (
    None, True, False, 0, 1, -1, 2, 5, 6, 7, 2**53 - 1, 2**53, "", "x", "store-a", "store-b", "end", "index", [], {},
    [[]], [None], {"a": 1}, {"value": 1}, {"salt": "A" * 43 + "=", "value": None}, "A" * 43 + "=", "\u0000", "é",
    "\ud7ff",
)  # fmt: skip
KEYS = ("of", "account", "acct_seq", "acct_from", "operator", "begin", "value", "x", "é", "A", "")


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every member of every object and list, as the container and its key or position."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        members = list(one.items()) if isinstance(one, dict) else list(enumerate(one)) if isinstance(one, list) else []
        found += [(one, key) for key, _ in members]
        waiting += [member for _, member in members]
    return found


def disturb(value: Any, drawn: random.Random) -> None:
    """Changes one thing: replaces, removes, repeats, exchanges or adds a member somewhere."""
    container, key = drawn.choice(places(value))
    other_container, other_key = drawn.choice(places(value))
    match drawn.randrange(6):
        case 0 | 1:
            container[key] = copy.deepcopy(drawn.choice(STRANGE))
        case 2:
            container.pop(key)
        case 3:
            container[key] = copy.deepcopy(other_container[other_key])
        case 4 if isinstance(container, list):
            container.insert(key, container[key])
        case _ if isinstance(container, dict):
            container[drawn.choice(KEYS)] = copy.deepcopy(drawn.choice(STRANGE))


def log_of_everything() -> Log:
    """Two spellings, an operator, numbers given late, an amendment."""
    made = six_entries()
    made.session(None, "Store-A", operator="Li")
    made.add("index", {"acct_seq": 4, "epoch": 1}, of=6)
    made.session(7, operator="Li")
    made.add("amend", {"operator": "Li", "end": 3}, of=8)
    return made


def about_li(statement: Document) -> None:
    """Makes it a bundle about an operator too."""
    statement["subject"]["operator"] = {"name": "Li", "spellings": ["Li", "LI"]}


def verdicts(second: ModuleType, data: bytes) -> tuple[int, int]:
    """The exit codes of both verifiers."""
    try:
        second.verify(data)
        other = INTACT
    except second.NotABundle:
        other = NO_BUNDLE
    except second.Damaged:
        other = DAMAGED
    return first_verdict(data)[0], other


@pytest.mark.parametrize("seed", range(8))
def test_both_say_the_same_of_anything(second: ModuleType, seed: int) -> None:
    """Whatever is replaced, removed, repeated, exchanged or added, before or after signing, the verdicts agree."""
    drawn = random.Random(seed)
    counted = {INTACT: 0, DAMAGED: 0}
    shown = (*OWN, 6, 7, 8, 9) if seed % 2 else (6, 7, 8, 9)
    prepare = about_li if seed % 2 == 0 else lambda statement: None

    def change(statement: Document) -> None:
        prepare(statement)
        for _ in range(drawn.randint(0, 2)):
            disturb(statement, drawn)

    for _ in range(60):
        try:
            data = log_of_everything().bundle(shown, before=change)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            continue  # such a statement cannot even be proved
        code, other = verdicts(second, data)
        assert code == other
        counted[code] += 1
        document = log_of_everything().document(shown, before=prepare)
        disturb(document, drawn)
        code, other = verdicts(second, canonical(document))
        assert code == other
    assert all(counted.values())
