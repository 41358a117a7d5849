"""Saying messages in a language: patterns are translated, data never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.errors import UsageError
from isolation.language import Language
from isolation.messages import joined, message, plural


def test_a_message_is_its_english_text() -> None:
    """A message equals, and is stored as, the text that its pattern and values make."""
    assert message("{name} is new here.", name="store") == "store is new here."
    assert plural("{count} session", "{count} sessions", 1) == "1 session"
    assert plural("{count} session", "{count} sessions", 2) == "2 sessions"
    assert joined(", ", ["a", message("b")]) == "a, b"
    assert message("100 % {") == "100 % {"


@given(st.text(), st.integers(0, 5))
def test_english_is_said_as_written(name: str, number: int) -> None:
    """In English a message says what it is, whatever its values hold."""
    inner = plural("{count} use of {name}", "{count} uses of {name}", number, name=name)
    said = message("{what}; {name}", what=inner, name=name)
    assert Language().say(said) == said
    assert Language().say(joined(" {} ", [said, name])) == f"{said} {{}} {name}"


def test_data_is_escaped_and_messages_within_are_said() -> None:
    """Values from outside go through the escape of where they are shown; messages among them do not."""
    shout = Language(escape=str.upper)
    assert shout.say(message("{what} of {name}", what=message("a use"), name="store")) == "a use of STORE"
    assert shout.say(joined("-", ["a", message("b")])) == "A-b"
    assert shout.say("as it is") == "as it is"


def test_a_language_that_there_is_not() -> None:
    """Another language is refused with what there is."""
    with pytest.raises(UsageError, match="--lang zh"):
        Language("de")
