"""The lines of another ledger of this program (`isolation export --all`): sessions that say themselves what they are.

They stay what they were: which ledger and entry they come from and how they were known there goes into their source,
so that every report shows it. Their provenance is `imported`, because this ledger did not see them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from isolation.errors import BadIdentifier
from isolation.history.lines import BadLine, text_lines
from isolation.history.rows import Ignored, Rejected, ToldRow
from isolation.history.sessions import BadRow
from isolation.identifiers.accounts import account_spelling, label_key, operator_key
from isolation.identifiers.canonical import canonical_value
from isolation.identifiers.escape import excerpt
from isolation.messages import message
from isolation.model import CHANNELS, CONFIDENCES, FACTS, PROVENANCES, STATUSES, UNDATED, Reading, Session
from isolation.times import BadTime, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from isolation.history.documents import Document
    from isolation.history.mapping import Mapping

SCHEMA = "isolation.ledger/1"
_ORIGIN = re.compile("isolation/[0-9a-f]{32}")
_LARGEST = 2**53 - 1  # the largest number that a ledger writes down; in µs, the year 2255
_LONGEST = 4096  # characters of a text beside names
_TEXTS = ("forced", "machine", "network", "evidence", "connection")
_OTHER_KINDS = {
    "baseline": message("answer about earlier accounts, of the other ledger"),
    "policy": message("policy of the other ledger"),
    "label": message("name of a machine or network of the other ledger"),
}


class Reader:
    """The sessions of one file, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: Mapping | None) -> None:
        self.fields = ()  # each line says itself which session it is
        self._document = document
        self._encoding = encoding

    def rows(self) -> Iterator[ToldRow | Ignored | Rejected]:
        """Every session; answers, policies and labels of the other ledger are counted."""
        with self._document.open() as stream:
            for number, line in enumerate(text_lines(stream, self._encoding), 1):
                if isinstance(line, BadLine):
                    yield self._document.reject(number, line.reason)
                elif line.strip():
                    row = self._row(number, line)
                    if row is not None:
                        yield row

    def _row(self, number: int, line: str) -> ToldRow | Ignored | Rejected | None:
        try:
            told = json.loads(line)
            if not isinstance(told, dict):
                raise BadRow("This is not a JSON object.")
            if "schema" in told:
                return None
            if told.get("kind") in (*_OTHER_KINDS,):  # which compares also what has no hash
                return Ignored(number, _OTHER_KINDS[told["kind"]])
            return ToldRow(number, _session(told))
        except BadRow as problem:
            return self._document.reject(number, str(problem))
        except (BadIdentifier, BadTime) as problem:
            return self._document.reject(number, problem.message)
        except (ValueError, RecursionError):
            return self._document.reject(number, message("The line is not valid JSON."))


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this is a ledger's lines."""
    first = head.lstrip("\ufeff \t\r\n").partition("\n")[0]
    try:
        told = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("schema") == SCHEMA


def _session(told: dict[str, Any]) -> Session:
    """The session that a line tells of. Raises BadRow, BadIdentifier, BadTime."""
    if told.get("kind") not in ("session", "presence"):
        raise BadRow("The line is of no kind known here.")
    begin = UNDATED if told.get("begin") is None else _time(told, "begin")
    end = None if told.get("end") is None else _time(told, "end")
    if end is not None and end < begin:
        raise BadRow("The end is before the begin.")
    operator, site = _text(told, "operator"), _text(told, "site")
    if operator or told["kind"] == "presence":
        operator_key(operator)
    if site:
        label_key(site)
    return Session(
        "" if told["kind"] == "presence" else account_spelling(_text(told, "account")),
        begin,
        end=end,
        operator=operator,
        channel=_word(told, "channel", CHANNELS),
        provenance="imported",
        readings=_readings(told),
        success=_flag(told, "success"),
        refused=_flag(told, "refused"),
        source=_source(told),
        site=site,
        record=_text(told, "record"),
        **{name: _text(told, name) for name in _TEXTS},
    )


def _source(told: dict[str, Any]) -> str:
    origin, entry = _text(told, "origin"), told.get("entry")
    if _ORIGIN.fullmatch(origin) is None or type(entry) is not int or not 1 <= entry <= _LARGEST:
        raise BadRow("The line does not say which entry of which ledger it is.")
    return message(
        "{origin}, entry {entry}, {word}: {text}",
        origin=origin,
        entry=entry,
        word=_word(told, "provenance", PROVENANCES),
        text=_text(told, "source"),
    )


def _readings(told: dict[str, Any]) -> tuple[Reading, ...]:
    readings = told.get("readings", [])
    if not isinstance(readings, list) or not all(isinstance(one, dict) for one in readings):
        raise BadRow("The readings are not a list of objects.")
    return tuple(map(_reading, readings))


def _reading(told: dict[str, Any]) -> Reading:
    fact, status = _word(told, "fact", FACTS), _word(told, "status", STATUSES)
    value, detail = told.get("value"), told.get("detail", {})
    if (value is not None) != (status == "observed") or not isinstance(value, str | None):
        raise BadRow(
            message("A reading of {fact} has a value exactly when it was observed, and the value is a text.", fact=fact)
        )
    if not isinstance(detail, dict) or not all(map(_is_detail, detail, detail.values())):
        raise BadRow(message("The detail of a reading of {fact} is not an object of texts and numbers.", fact=fact))
    identifying = _flag(told, "identifying")
    if value is not None and identifying:
        canonical_value(fact, value)
    return Reading(
        fact, status, value, source=_text(told, "source"), reason=_text(told, "reason"), identifying=identifying,
        confidence=_word(told, "confidence", CONFIDENCES), detail=detail,
    )  # fmt: skip


def _is_detail(name: str, value: object) -> bool:
    return name.isascii() and (isinstance(value, str) or (isinstance(value, int) and abs(value) <= _LARGEST))


def _time(told: dict[str, Any], name: str) -> int:
    moment = parse_time(_text(told, name))
    if not -_LARGEST <= moment <= _LARGEST:
        raise BadRow(message("The {name} is too far from now to be written down.", name=name))
    return moment


def _text(told: dict[str, Any], name: str) -> str:
    text = told.get(name, "")
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise BadRow(message("The {name} is not a text, or is too long.", name=name))
    return text


def _flag(told: dict[str, Any], name: str) -> bool:
    flag = told.get(name)
    if not isinstance(flag, bool):
        raise BadRow(message("The {name} is neither true nor false.", name=name))
    return flag


def _word(told: dict[str, Any], name: str, words: tuple[str, ...]) -> Any:
    word = told.get(name)
    if word not in words:
        raise BadRow(
            message(
                "The {name} is {word}, and not one of {words}.",
                name=name,
                word=excerpt(str(word)),
                words=", ".join(words),
            )
        )
    return word


__all__ = ["Reader", "recognises"]
