"""Google Workspace activity: JSON of the Reports API (as answered, or one activity on each line), and the CSV of the
admin console's user log events.

Every sign-in is read, and every other activity that says from which address a person did it. Activities of
applications and keys (`actor.callerType`), of apps on a person's behalf (`token`) and of Google's own staff
(`access_transparency`) are told apart. A time without an offset is one of the console, in the zone that its reader had.

There is no device id: `mobile` activities name phones, but sign-ins do not.

Sources, read 2026-11: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list
(activity), https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login (events),
https://support.google.com/a/answer/4580120 (user log events, their columns and their zone).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolation.history.records import Product, at, first, has, log_of, word
from isolation.messages import message

if TYPE_CHECKING:
    from isolation.history.records import Record

_NOT_PEOPLE = ("token", "access_transparency", "rules", "gcp", "context_aware_access", "data_studio_alert")
_FAILED = (
    "login_failure",
    "failed login",
    "login failure",
    "login_challenge",
    "login challenge",
    "risky_sensitive_action_blocked",
)
_ENDED = ("logout", "logged out", "log out")


def _is_activity(record: Record) -> bool:
    if not has(record, "id/applicationName"):
        return False
    return has(record, "actor") or has(record, "ipAddress") or has(record, "events") or has(record, "name")


def _read(record: Record) -> dict[str, object] | str:
    application = word(at(record, "id", "applicationName"))
    events = _events(record)
    if application in _NOT_PEOPLE:
        return message("activity of {application}, which is no person's sign-in", application=application)
    if word(at(record, "actor", "callerType")) not in ("", "user"):
        return message("activity of an application or a key")
    if any(event in _ENDED for event in events):
        return "sign-out"
    address = first(record, "ipAddress")
    if address is None and application != "login":
        return message("activity without an address")
    return {
        "account": first(record, "actor/email", "actor/profileId"),
        "time": at(record, "id", "time"),
        "public_ip": address,
        "success": "false" if any(event in _FAILED for event in events) else "true",
        "record": at(record, "id", "uniqueQualifier"),
    }


def _events(record: Record) -> list[str]:
    """What happened: an activity of the API lists its events, other tools write one in a line."""
    events = at(record, "events")
    listed = events if isinstance(events, list) else [record]
    return [word(at(event, "name")) for event in listed]


def _read_table(record: Record) -> dict[str, object] | str:
    cells = _read({**record, "id": {"applicationName": "login", "time": at(record, "time")}})
    if isinstance(cells, dict):
        del cells["record"]
    return cells


PRODUCT = Product(
    message("activity of Google Workspace"),
    ("account", "time", "public_ip", "success", "record"),
    _is_activity,
    _read,
)
TABLE = Product(
    message("row of Google's user log events"),
    ("account", "time", "public_ip", "success"),
    lambda record: False,
    _read_table,
    (
        {
            "actor.email": ("Actor", "Actor email", "User", "User email"),
            "name": ("Event", "Event name"),
            "time": ("Date",),
            "ipAddress": ("IP address",),
            "description": ("Description", "Event description", "Login type"),
        },
    ),
)

Reader, recognises = log_of(PRODUCT, TABLE)

__all__ = ["PRODUCT", "TABLE", "Reader", "recognises"]
