"""Texts out of a ledger are known again by their patterns, whatever values stand in them."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from string import Formatter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isolation.former_words import FORMER
from isolation.language import Language
from isolation.messages import Message, joined, known, message
from isolation.phrasebook import Phrasebook

STORED = json.loads((files("isolation") / "locale" / "stored.json").read_text(encoding="utf-8"))
# Reasons are sentences; what else is collected stands within one.
REASONS = [one for one in STORED if isinstance(one, str) and one.endswith(".")]
CHINESE = Language("zh")
PHRASES = Phrasebook()
SPOKEN = {
    "why",
    "reason",
    "inside",
    "message",
    "asked",
    "beside",
    "refusing",
    "what",
    "which",
    "wrong",
    "kind",
    "problem",
}
NAMES = st.from_regex(r"[A-Za-z0-9_/:-]{6,12}", fullmatch=True).map(lambda name: f"Q{name}Q")
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from([
        "{path}", "{}", "}{", "%s %(name)s", "\n", "There is no {path}.", "There is no /etc/x.", "x" * 10_000,
        ". " * 500, "(Docker: /y). There is no /z.", "This is a container (" * 400, "; ", "{0!r:>9}",
        "\x1b[31m", "网络. 网络",
    ]),
)  # fmt: skip


def fields(pattern: str) -> list[str]:
    """The names of a pattern's values."""
    return [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]


def plain(pattern: str) -> bool:
    """Whether a pattern takes any text for any value."""
    return all(not spec and not conversion for _, name, spec, conversion in Formatter().parse(pattern) if name)


def worded(pattern: str) -> bool:
    """Whether a pattern has words of its own by which to know it, and between its values."""
    literals = " ".join(literal for literal, _, _, _ in Formatter().parse(pattern))
    return len(re.findall(r"[A-Za-z]{2,}", literals)) > 1 and "}{" not in pattern


SENTENCES = [one for one in REASONS if fields(one) and plain(one) and worded(one)]


def test_there_is_much_that_can_be_stored() -> None:
    """The tests below hold for reasons of probes, importers and identifiers, and there are many of each kind."""
    assert len(REASONS) > 300
    assert len(SENTENCES) > 150


@pytest.mark.parametrize("pattern", SENTENCES)
@settings(max_examples=15)  # of each of hundreds
@given(data=st.data())
def test_a_stored_sentence_is_said_as_its_message(pattern: str, data: st.DataObject) -> None:
    """For every sentence that can be stored the plain text is said as the message is, with the values in it."""
    values = {name: data.draw(NAMES) for name in fields(pattern)}
    made = message(pattern, **values)
    said = CHINESE.say(known(str(made)))
    assert said == CHINESE.say(made)
    assert all(value in said for value in values.values())


@given(st.sampled_from(SENTENCES), st.data())
def test_hostile_values_lose_and_add_nothing(pattern: str, data: st.DataObject) -> None:
    """The English of what is found is the text itself, and a value that ends no sentence is said unchanged."""
    values = {name: data.draw(HOSTILE) for name in fields(pattern)}
    text = str(message(pattern, **values))
    found = PHRASES.recall(text)
    assert found == text
    said = CHINESE.say(found)
    if len(values) == 1 and not any(cut in text for cut in (". ", "! ", "? ", "; ")):
        assume(not SPOKEN.intersection(values))
        assert next(iter(values.values())) in said


@given(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=4), st.sampled_from([" ", "; "]), st.data())
def test_sentences_in_a_row_are_each_said(patterns: list[str], between: str, data: st.DataObject) -> None:
    """Sentences that were stored one after the other are said as they would be one by one."""
    parts = [message(one, **{name: data.draw(NAMES) for name in fields(one)}) for one in patterns]
    assume(all(between not in part.rstrip(".") or between == " " for part in parts))
    said = CHINESE.say(known(str(joined(between, parts))))
    assert not any(word in said for word in (" the ", " could ", " is "))
    assert all(str(value) in said for part in parts for value in part.values.values())


@given(st.text(max_size=200))
def test_any_text_is_given_back_whole(text: str) -> None:
    """No text fails, and what is found of it makes the same text."""
    assert PHRASES.recall(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "My own note.", "The office router is shared with Lin.", "a and b", "", "{", "No. No. No.",
        "of 3 of the 4 I know",
    ],
)  # fmt: skip
def test_what_is_no_message_stays(text: str) -> None:
    """A person's own words are shown as they were stored."""
    assert not isinstance(PHRASES.recall(text), Message)
    assert CHINESE.say(known(text)) == text


def test_own_words_beside_a_known_sentence_stay() -> None:
    """Of a row only what is known is translated; the words between stay letter by letter."""
    said = CHINESE.say(known("This is a container (Docker: /.dockerenv). Lin set it up. There is no /etc/machine-id."))
    assert said == "这是容器（Docker：/.dockerenv）。Lin set it up. 没有 /etc/machine-id。"


def test_values_are_escaped_where_they_are_shown() -> None:
    """A value out of the ledger goes through the same escape as any other value."""
    language = Language("zh", escape=lambda value: value.replace("\x1b", "!"))
    assert language.say(known("There is no \x1b[31m.")) == "没有 ![31m。"


def test_formats_of_values_are_not_applied_again() -> None:
    """A number or a quoted value stays as it was written."""
    text = str(message("The tool {name} did not answer within {timeout:g} seconds.", name="arp", timeout=1.5))
    assert CHINESE.say(known(text)) == "工具 arp 在 1.5 秒内没有答复。"


@pytest.mark.parametrize("text", FORMER)
def test_what_older_ledgers_say_is_still_known(text: str) -> None:
    """A reason that was reworded since is said in Chinese as it stands in a ledger, by itself and beside another."""
    said = CHINESE.say(known(str(text)))
    assert said != text
    assert CHINESE.say(known(f"There is no /etc/machine-id. {text}")) == f"没有 /etc/machine-id。{said}"


def test_sentences_of_chinese_stand_close() -> None:
    """Between two known sentences there is no space, and parts with a semicolon have a full-width one."""
    both = "There is no /etc/machine-id. There is no /etc/machine-id."
    assert CHINESE.say(known(both)) == "没有 /etc/machine-id。没有 /etc/machine-id。"
    parts = "Expecting value; Permission denied"
    assert CHINESE.say(known(parts)) == "应有一个值；权限不足"
