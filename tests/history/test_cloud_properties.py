"""Properties of imports of cloud logs: in whatever files the events come, the same is recorded; rubbish never is.

What is compared is what people see: sessions, presences, findings and clusters. Order, index and root may differ.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolation.audit import audit_ledger
from isolation.errors import UsageError
from isolation.history import Rejected, open_import
from isolation.hooks.import_history import import_history
from isolation.ledger import Ledger
from isolation.ledger.lines import ledger_lines
from isolation.model import Session

from .conftest import NOW
from .test_cloud import LOGS

USERS = ("li@corp.example", "LI@corp.example", "wang@corp.example", "zhao@corp.example")
ADDRESSES = ("203.0.114.7", "203.0.114.8:443", "[2600:1700:abc::5]:9", "AWS Internal", "127.0.0.1", "10.0.0.5", "")
Event = tuple[str, int, str, bool]

EVENTS = st.lists(
    st.tuples(st.sampled_from(USERS), st.integers(0, 9), st.sampled_from(ADDRESSES), st.booleans()),
    min_size=1, max_size=10,
)  # fmt: skip


def okta(number: int, event: Event) -> dict[str, Any]:
    """An event of the Okta System Log."""
    user, day, address, success = event
    return {
        "uuid": f"id-{number}", "published": f"2026-03-1{day}T08:00:00Z", "eventType": "user.session.start",
        "legacyEventType": "x", "actor": {"type": "User", "alternateId": user},
        "client": {"ipAddress": address or None},
        "outcome": {"result": "SUCCESS" if success else "FAILURE"},
    }  # fmt: skip


def m365(number: int, event: Event) -> dict[str, Any]:
    """A record of the Microsoft 365 audit log."""
    user, day, address, success = event
    return {
        "Id": f"id-{number}", "CreationTime": f"2026-03-1{day}T08:00:00", "UserId": user, "UserType": 0,
        "Operation": "UserLoggedIn" if success else "UserLoginFailed", "RecordType": 15, "ClientIP": address,
    }  # fmt: skip


def entra(number: int, event: Event) -> dict[str, Any]:
    """A row of the table SigninLogs of Azure Log Analytics."""
    user, day, address, success = event
    return {
        "TimeGenerated": f"2026-03-1{day}T08:00:00Z", "Category": "SignInLogs",
        "ResultType": "0" if success else "50126",
        "UserPrincipalName": user, "IPAddress": address, "Id": f"id-{number}", "DeviceDetail": '{"deviceId": ""}',
    }  # fmt: skip


def duo(number: int, event: Event) -> dict[str, Any]:
    """An authentication of Duo's Admin API, version 2."""
    user, day, address, success = event
    return {
        "txid": f"id-{number}", "isotimestamp": f"2026-03-1{day}T08:00:00+00:00", "event_type": "authentication",
        "access_device": {"ip": address or None}, "result": "success" if success else "denied", "factor": "duo_push",
        "user": {"name": user},
    }  # fmt: skip


def as_lines(records: list[dict[str, Any]]) -> str:
    """One object on each line."""
    return "".join(json.dumps(record) + "\n" for record in records)


def as_array(records: list[dict[str, Any]]) -> str:
    """One array over many lines."""
    return json.dumps(records, indent=2) + "\n"


def as_answer(records: list[dict[str, Any]]) -> str:
    """The answer of a web service."""
    return json.dumps({"@odata.context": 'a "b"', "value": records, "@odata.nextLink": "c"}) + "\n"


def as_duo_answer(records: list[dict[str, Any]]) -> str:
    """The answer of /admin/v2/logs/authentication."""
    metadata = {"next_offset": ["1", "2"], "total_objects": len(records)}
    return json.dumps({"response": {"authlogs": records, "metadata": metadata}, "stat": "OK"}) + "\n"


def as_api_tables(records: list[dict[str, Any]]) -> str:
    """The answer of Log Analytics' query API."""
    columns = [{"name": name, "type": "string"} for name in records[0]]
    rows = [[*record.values()] for record in records]
    return json.dumps({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]}) + "\n"


def as_table(records: list[dict[str, Any]]) -> str:
    """The console's CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    if "uuid" in records[0]:
        writer.writerow(
            ["timestamp", "uuid", "event_type", "actor.alternate_id", "client.ip_address", "outcome.result"]
        )
        for one in records:
            actor, client, outcome = one["actor"], one["client"], one["outcome"]
            cells = [one["published"], one["uuid"], one["eventType"], actor["alternateId"], client["ipAddress"]]
            writer.writerow([*cells, outcome["result"]])
    elif "TimeGenerated" in records[0]:
        writer.writerows([[*records[0]], *([*record.values()] for record in records)])
    else:
        writer.writerow(["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData"])
        for one in records:
            writer.writerow([one["Id"], one["CreationTime"], 15, one["Operation"], one["UserId"], json.dumps(one)])
    return text.getvalue()


Make = Callable[[int, Event], dict[str, Any]]
Write = Callable[[list[dict[str, Any]]], str]
ANY_JSON: tuple[Write, ...] = (as_lines, as_array, as_answer)
WRITERS: dict[Make, tuple[Write, ...]] = {
    okta: (*ANY_JSON, as_table), m365: (*ANY_JSON, as_table), entra: (*ANY_JSON, as_table, as_api_tables),
    duo: (*ANY_JSON, as_duo_answer),
}  # fmt: skip


def recorded(files: Iterable[bytes], user_as: str) -> dict[str, Any]:
    """What a fresh ledger holds and finds after importing these files."""
    with TemporaryDirectory() as folder, Ledger.open(Path(folder) / "x.sqlite3", key_store="file") as ledger:
        for number, content in enumerate(files):
            path = Path(folder) / f"{number}.log"
            path.write_bytes(content)
            with open_import(path, None, now=NOW, user_as=user_as) as source:
                result = import_history(ledger, source)
            assert result.rejected == ()
        assert ledger.verify().problems == ()
        told = [line for line in ledger_lines(ledger) if line.get("kind") in ("session", "presence")]
        audit = audit_ledger(ledger)
        return {
            "told": sorted(
                json.dumps([line[key] for key in ("kind", "begin", "success", "record")])
                + (line.get("account") or line["operator"]).casefold()
                + str(sorted((reading["fact"], reading["value"]) for reading in line["readings"] if reading["value"]))
                for line in told
            ),
            "findings": sorted(
                (one.rule, one.value, sorted(name.casefold() for name in one.accounts), one.sessions)
                for one in audit.findings
            ),
            "clusters": sorted(sorted(name.casefold() for name in one.accounts) for one in audit.clusters),
        }


@pytest.mark.parametrize("make", WRITERS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=EVENTS, data=st.data(), user_as=st.sampled_from(["operator", "account"]))
def test_however_the_events_are_filed_the_same_is_recorded(
    make: Make, events: list[Event], data: st.DataObject, user_as: str
) -> None:
    """Twice, split in two, shuffled, gzipped or put together: sessions, findings and clusters are the same."""
    writer = data.draw(st.sampled_from(WRITERS[make]))
    records = [make(number, event) for number, event in enumerate(events)]
    whole = writer(records).encode()
    expected = recorded([whole], user_as)
    cut = data.draw(st.integers(0, len(records)))
    parts = [writer(part).encode() for part in (records[:cut], records[cut:]) if part]
    assert recorded([whole, whole], user_as) == expected
    assert recorded(reversed(parts), user_as) == expected
    assert recorded([b"".join(parts)], user_as) == expected
    assert recorded([writer(data.draw(st.permutations(records))).encode()], user_as) == expected
    assert recorded([gzip.compress(whole)], user_as) == expected


@pytest.mark.parametrize(("make", "first", "second"), [
    (okta, as_table, as_answer), (m365, as_table, as_answer), (entra, as_table, as_api_tables),
    (duo, as_lines, as_duo_answer),
])  # fmt: skip
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=EVENTS)
def test_two_exports_of_the_same_events_are_recorded_once(
    make: Make, first: Write, second: Write, events: list[Event]
) -> None:
    """What a console and a web service, or two requests, tell of the same events counts once."""
    records = [make(number, event) for number, event in enumerate(events)]
    one, other = first(records).encode(), second(records).encode()
    assert recorded([one, other], "account") == recorded([other], "account")
    assert recorded([other, one], "account") == recorded([other], "account")


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(LOGS), data=st.data())
def test_damaged_files_are_rejected_by_line_and_never_crash(path: Path, data: st.DataObject) -> None:
    """Whatever bytes are changed, each row is read, counted, or rejected with a line of the file; none of it raises."""
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["change", "cut", "drop", "double", "insert"]))
        if kind == "change":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut" and at:
            del content[at:]
        elif kind == "drop":
            del content[at : at + data.draw(st.integers(1, 40))]
        elif kind == "double":
            content[at:at] = content[at : at + 60]
        else:
            content[at:at] = data.draw(st.sampled_from([b"\n", b'"', b"{", b"}", b"]", b"\\", b"\0", "é".encode()]))
        if not content:
            content = bytearray(b"{")
    check_readable(bytes(content))


def check_readable(content: bytes) -> None:
    """A file is refused whole in a sentence, or each of its rows is a session, counted, or rejected by line."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(content)
        try:
            source = open_import(path, None, now=NOW)
        except UsageError:
            return
        with source:
            rows = list(source.rows())
        lines = content.count(b"\n") + content.count(b"\r") + 1
        rejected = [row for row in rows if isinstance(row, Rejected)]
        assert all(1 <= row.line <= lines and row.reason for row in rejected)
        assert all(isinstance(row, Session | Rejected) for row in rows)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"eventType": "a", "legacyEventType": "b", "published"\n%s\n', 1),
        ('%s\n{"eventType": tru}\n%s\n', 2),
        ('[%s,\n%s\n', 3),
        ('[%s\n%s]\n', 2),
        ('{"value": [%s,\n{"eventType": }], "more": 1}\n%s\n', 2),
        ('%s\nnot json\n%s\n', 2),
    ],
)  # fmt: skip
def test_a_broken_record_costs_no_sound_one_after_it(content: str, line: int, tmp_path: Path) -> None:
    """Reading goes on after what cannot be read, and the reject names the line where it stands."""
    event = json.dumps(okta(1, (USERS[0], 1, ADDRESSES[0], True)))
    path = tmp_path / "log.json"
    count = content.count("%s")
    path.write_text(content % ((event,) * count), encoding="utf-8")
    with open_import(path, None, now=NOW, format="okta") as source:
        rows = list(source.rows())
    assert sum(isinstance(row, Session) for row in rows) >= count - 1
    assert line in [row.line for row in rows if isinstance(row, Rejected)]
