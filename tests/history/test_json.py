"""JSON lines and JSON arrays."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from isolation.errors import UsageError

from .conftest import Importer, Opener

TIME = "2024-05-06T07:08:09Z"
ROWS = [
    {"account": "a", "time": TIME, "n": 1},
    {"account": 'b [x] "y" \\', "time": TIME, "deep": {"list": [{"ip": "8.8.8.8"}]}},
    {"account": "c,", "time": TIME, "deep": None},
]


def _accounts(result: object) -> list[str]:
    return [session.account for session in result.sessions]  # type: ignore[attr-defined]  # an Imported


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(json.dumps(row) for row in ROWS),
        "\r\n\r\n".join(json.dumps(row) for row in ROWS) + "\r\n",
        "\ufeff" + "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        " \n[" + " ,\n\n ".join(json.dumps(row) for row in ROWS) + ",]\n",
    ],
)
def test_objects_on_lines_and_in_an_array_read_the_same(imported: Importer, content: str) -> None:
    """However the objects are written down, the sessions are those of the objects."""
    result = imported(content)
    assert _accounts(result) == [row["account"] for row in ROWS]
    assert not result.rejected
    assert result.source.format == "jsonl"


def test_a_dotted_column_leads_into_nested_objects_and_lists(imported: Importer) -> None:
    """`a.b` is the key `a.b` where there is one, else `b` inside `a`; a number counts into a list."""
    rows = [
        {"who": {"name": "a"}, "time": TIME, "ips": ["9.9.9.9", "8.8.8.8"]},
        {"who.name": "b", "who": {"name": "no"}, "time": TIME, "ips": []},
    ]
    result = imported("\n".join(map(json.dumps, rows)), "account=who.name time=time public_ip=ips.1")
    assert _accounts(result) == ["a", "b"]
    assert [session.readings[0].value for session in result.sessions] == ["8.8.8.8", None]


def test_numbers_booleans_and_null_are_read_as_what_they_say(imported: Importer) -> None:
    """An epoch number is a time, true is success, null is nothing, and a long id keeps its digits."""
    row = {"account": 12345678901234567890, "time": 1714979289.5, "success": False, "end": None, "record": 10**30}
    session = imported(json.dumps(row), "account=account time=time success=success end=end record=record").sessions[0]
    assert session.account == "12345678901234567890"
    assert session.begin == 1714979289_500000
    assert (session.success, session.end, session.record) == (False, None, str(10**30))


def test_lines_that_are_no_objects_are_rejected_by_line(imported: Importer) -> None:
    """Broken JSON, lists and bare values cost their own line."""
    good = json.dumps(ROWS[0])
    lines = [good, "{broken", "[1]", "3", "", '{"account": ["a"], "time": 1}', "[" * 100_000, good]
    result = imported("\n".join(lines))
    assert len(result.sessions) == 2
    assert [row.line for row in result.rejected] == [2, 3, 4, 6, 7]
    assert all(row.reason.isprintable() for row in result.rejected)


def test_a_key_that_comes_late_is_a_column_and_one_that_never_comes_is_not(imported: Importer, opened: Opener) -> None:
    """Optional keys may be missing in most objects; a column that no object has is refused with those they have."""
    rows = [{"account": "a", "time": TIME}] * 3000 + [{"account": "b", "time": TIME, "op": {"name": "li"}}]
    content = "\n".join(map(json.dumps, rows))
    assert imported(content, "account=account time=time operator=op.name").sessions[-1].operator == "li"
    with pytest.raises(UsageError) as caught:
        opened(content, "account=account time=time operator=op.nam")
    assert '"account", "time", "op.name"' in caught.value.message


def test_a_broken_element_of_an_array_costs_itself_only(imported: Importer) -> None:
    """Brackets and commas inside strings do not lead astray where the next element begins."""
    good = json.dumps(ROWS[1])
    broken = '{"account": "x ] } , \\"", "time": oops, "deep": [{"a": 1}]}'
    result = imported(f"[\n{good},\n{broken},\n{good},\n7,\n{good}\n]")
    assert len(result.sessions) == 3
    assert [row.line for row in result.rejected] == [3, 5]


@pytest.mark.parametrize(
    ("tail", "says"),
    [
        ("", "ends before"),
        (",", "ends before"),
        (', {"account": "b"', "could not be found"),
        (' {"account": "b"}]', "comma"),
        ("] {}", "after the end"),
    ],
)
def test_an_array_that_is_cut_off_or_goes_on_says_so(imported: Importer, tail: str, says: str) -> None:
    """What was read counts, and what could not be read is one rejection."""
    result = imported(f"[{json.dumps(ROWS[0])}{tail}")
    assert _accounts(result) == ["a"]
    assert len(result.rejected) == 1
    assert says in result.rejected[0].reason


def test_an_array_on_one_line_is_read_in_constant_memory(imported: Importer) -> None:
    """An array far longer than the longest line is read element by element, and a huge element is passed over."""
    element = json.dumps(ROWS[0] | {"pad": "x" * 100_000})
    huge = json.dumps({"account": "huge", "pad": "y" * 3_000_000})
    content = f"[{','.join([element] * 100 + [huge] + [element] * 100)}]"
    path_free = content.encode()
    del content
    tracemalloc.start()
    result = imported(path_free)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(result.sessions) == 200
    assert len(result.rejected) == 1
    assert peak < 14_000_000


def test_an_array_in_another_encoding_rejects_what_does_not_decode(imported: Importer) -> None:
    """A damaged element is rejected, not misspelled."""
    rows = [{"account": f"店{number}", "time": TIME} for number in range(30)]
    content = json.dumps(rows, ensure_ascii=False).encode().replace("店7".encode(), b"\xff7", 1)
    result = imported(content, encoding="utf-8")
    assert len(result.sessions) == 29
    assert "decode" in result.rejected[0].reason
    assert len(imported(json.dumps(rows).encode("utf-16")).sessions) == 30
