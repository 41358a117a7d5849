"""Chinese as it is set: spaces, full-width marks, columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.language import Language
from isolation.messages import joined, message
from isolation.typesetting import columns, filled, in_a_row, padded

ZH = Language("zh")


@pytest.mark.parametrize(
    ("pattern", "value", "set_as"),
    [
        ("见于{n}次会话", "7", "见于 7 次会话"),
        ("用{n}登录", "家里", "用家里登录"),
        ("用 {n} 登录", "家里", "用 家里 登录"),
        ("{n} （高）", "（中）", "（中）（高）"),
        ("  {n}：", "7", "  7："),
        ("名称：{n}", " a ", "名称： a "),
        ("{n:<6}|", "设备", "设备  |"),
        ("`x {n}`", "a", "`x a`"),
    ],
)
def test_values_stand_in_chinese_as_chinese_is_set(pattern: str, value: str, set_as: str) -> None:
    """A space stands between characters and figures, none beside a full-width mark; values keep theirs."""
    assert filled(pattern, {"n": value}) == set_as


def test_speech_within_speech_loses_its_spaces_too() -> None:
    """A value that the program says itself has no space beside a full-width mark."""
    assert filled("（高）{n}", {"n": " a"}, ["n"]) == "（高）a"
    assert filled("甲 和 {n}。", {"n": "另外 2 个"}, ["n"]) == "甲 和另外 2 个。"
    assert filled("甲和 {n} 等", {"n": "a"}, ["n"]) == "甲和 a 等"
    assert in_a_row([("好。", True), ("是。", True)], " ") == "好。是。"
    assert in_a_row([("好。", True), (" ", True), ("a", False)], "") == "好。a"


@given(st.text(), st.sampled_from(["在{n}处", "{n}，", "：{n}", "{n}"]))
def test_no_value_is_changed(value: str, pattern: str) -> None:
    """Whatever a value holds, it stands there whole."""
    assert value in filled(pattern, {"n": value})


@given(st.text(), st.integers(0, 40))
def test_a_padded_text_is_as_wide_as_asked(text: str, width: int) -> None:
    """Padding counts columns, and never cuts."""
    assert columns(padded(text, width)) == max(width, columns(text))
    assert padded(text, width).startswith(text)


def test_rows_are_parted_by_chinese_marks() -> None:
    """Names in a row, and parts of a sentence, have full-width marks between them; English keeps its own."""
    row = joined("; ", [joined(", ", ["a", "b"]), message("certain")])
    assert ZH.say(row) == "a、b；确定"
    assert Language().say(row) == row == "a, b; certain"
