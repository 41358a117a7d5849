"""What stands in a proof bundle, in words and as a document. The bundle was verified before."""

from __future__ import annotations

from isolation.cli.words import counted, listed, when
from isolation.findings import CONFIDENCE_WORDS, FACT_WORDS, SEVERITY_WORDS, STATE_WORDS, STATUS_WORDS, USE_WORDS
from isolation.ledger.sequences import missing_text
from isolation.messages import joined, message
from isolation.model import FACTS, UNDATED
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger.anchors import Interval
    from isolation.ledger.bundle import BundleResult

MOST_SHOWN = 20
_MOMENTS = {"at": message("at {when}"), "begin": message("begin {when}"), "end": message("end {when}")}
# Kinds of entries that stand in a bundle.
_KINDS = {
    "session": message("session"), "end": message("end"), "amend": message("amend"), "join": message("join"),
    "observe": message("observe"), "index": message("index"),
}  # fmt: skip
_FAILURES = ((USE_WORDS["refused"], "refused", True), (USE_WORDS["failed"], "success", False))


def first_lines(lines: list[str], total: int | None = None) -> list[str]:
    """The first lines, and how many more there are; `total` where not all were made."""
    shown = lines[:MOST_SHOWN]
    more = (len(lines) if total is None else total) - len(shown)
    return [*shown, message("  and {more} more (`--format json` lists all)", more=more)] if more else shown


def missing_texts(result: BundleResult) -> list[str]:
    """The account's own numbers that no entry of the bundle has, in sentences."""
    account = None if result.statement is None else result.statement["subject"]["account"]
    several = account is not None and len(account["spellings"]) > 1
    return [missing_text(*run, several=several) for run in result.missing]


def omitted_text(omitted: dict[str, int]) -> str:
    """How much of the ledger is not shown."""
    text = message(
        "not shown: {entries} and {findings}",
        entries=counted(omitted["entries"], "entry", "entries"),
        findings=counted(omitted["findings"], "finding"),
    )
    if omitted["erased"]:
        text = message(
            "{text}; {entries} of the log had been erased",
            text=text,
            entries=counted(omitted["erased"], "entry", "entries"),
        )
    if omitted["sessions"]:
        text = message(
            "{text}; {sessions} of this subject outside the period asked for",
            text=text,
            sessions=counted(omitted["sessions"], "session"),
        )
    return text


def signer_documents(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The keys that signed for the log where they were rotated, oldest first: fingerprint and first entry."""
    from isolation.ledger.checkpoint import parse_key

    return [
        {"fingerprint": parse_key(one["key"]).fingerprint(), "since": one["since"]}
        for one in statement.get("signers", ())
    ]


def entry_document(entry: dict[str, Any], interval: Interval) -> dict[str, Any]:
    """An entry with the values that it shows, and its logged interval."""
    opened = entry["body"]["open"]
    values = {name: _plain(name, field["value"]) for name, field in entry["opened"].items()}
    return {
        "entry": entry["index"], "kind": entry["body"]["kind"], "of": opened.get("of"),
        "logged": _moment(opened["logged"]), "logged_after": _moment(interval.after),
        "logged_by": _moment(interval.by), "values": values,
    }  # fmt: skip


def _plain(name: str, value: Any) -> Any:
    return _moment(value) if name in _MOMENTS else value


def _moment(value: Any) -> str | None:
    """A moment (µs) in RFC 3339; None for one that is not known, or that is none."""
    if type(value) is not int or value == UNDATED:
        return None
    try:
        return format_time(value)
    except (ValueError, OverflowError):
        return None


def entry_text(entry: dict[str, Any], interval: Interval) -> str:
    """An entry in a line or two."""
    values = {name: field["value"] for name, field in entry["opened"].items()}
    kind = entry["body"]["kind"]
    head = message("  entry {index}: {kind}", index=entry["index"], kind=_KINDS.get(kind, kind))
    number = values.get("acct_seq")
    if number is not None:
        head = message("{head} {number} of the account", head=head, number=number)
    if "of" in entry["body"]["open"]:
        head = message("{head}, of entry {entry}", head=head, entry=entry["body"]["open"]["of"])
    told: list[str] = [
        head,
        *(message(text, when=_when(values[name])) for name, text in _MOMENTS.items() if name in values),
    ]
    told.append(message("logged {logged}", logged=_when(entry["body"]["open"]["logged"])))
    if interval.after is not None:
        told.append(message("by time stamps after {moment}", moment=when(interval.after)))
    if interval.by is not None:
        told.append(message("by time stamps no later than {moment}", moment=when(interval.by)))
    told += [str(values[name]) for name in ("account", "operator", "channel") if name in values]
    if "provenance" in values:
        told.append(USE_WORDS.get(str(values["provenance"]), str(values["provenance"])))
    told += [word for word, name, value in _FAILURES if values.get(name) is value]
    facts = [
        message("{fact} {readings}", fact=FACT_WORDS[fact], readings=_readings(values[fact]))
        for fact in FACTS if fact in values
    ]  # fmt: skip
    row = joined(", ", told)
    return message("{row}\n    {facts}", row=row, facts=joined("; ", facts)) if facts else row


def _when(value: Any) -> str:
    return when(value) if _moment(value) is not None else message("at a time that is not known")


def _readings(readings: Any) -> str:
    """The values of one fact's readings, or why there is none."""
    texts = []
    for one in readings if isinstance(readings, list) else []:
        if isinstance(one, dict):
            value, status = one.get("value"), one.get("status", "")
            texts.append(str(value) if value else STATUS_WORDS[status] if status in STATUS_WORDS else str(status))
    return joined(", ", texts) or message("in no form that is known")


def finding_text(finding: dict[str, Any]) -> str:
    """A finding in a line."""
    value = message(" {value}", value=finding["value"]) if finding["value"] else ""
    return message(
        "  finding {id} ({state}, {severity}, {confidence}): {rule}{value}, {accounts}",
        id=finding["id"],
        state=STATE_WORDS.get(finding["state"], finding["state"]),
        severity=SEVERITY_WORDS.get(finding["severity"], finding["severity"]),
        confidence=CONFIDENCE_WORDS.get(finding["confidence"], finding["confidence"]),
        rule=finding["rule"],
        value=value,
        accounts=listed(finding["accounts"]),
    )
