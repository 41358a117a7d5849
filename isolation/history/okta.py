"""The Okta System Log: JSON of its API (`/api/v1/logs`, an array or lines) and the CSV of the admin console.

Every event with a person as actor and an address shows that person at work there. Failed sign-ins are kept as failed.
Actors that are systems, apps, tokens or addresses are told apart by `actor.type`.

`device.id` is taken as the device's id: Okta gives it to a device that was enrolled with Okta Verify, and keeps it for
all users of that device. `debugData.dtHash` and `deviceFingerprint` are not: the first stands for a cookie, the second
is worked out of what a browser says, and many devices say the same.

Sources, read 2026-11: https://developer.okta.com/docs/reference/api/system-log/ (LogEvent, actor types, outcomes),
https://developer.okta.com/docs/api/openapi/okta-management/management/tags/device (devices).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolation.history.records import Product, at, first, has, log_of, word
from isolation.messages import message

if TYPE_CHECKING:
    from isolation.history.records import Record

# Events whose outcome is that of signing in; another event's failure is that of what a signed-in person did.
_SIGN_IN = (
    "user.session.",
    "user.authentication",
    "user.mfa.",
    "policy.",
    "app.generic.unauth_app_access",
    "security.",
)
_FAILED = ("failure", "deny")
_NOBODY = ("unknown", "", "system@okta.com")


def _is_event(record: Record) -> bool:
    return has(record, "eventType") and (has(record, "legacyEventType") or has(record, "actor/alternateId"))


def _read(record: Record) -> dict[str, object] | str:
    kind = word(at(record, "eventType"))
    actor = word(at(record, "actor", "type"))
    if actor not in ("", "user"):
        return message("event of a {actor}, which is no person", actor=actor)
    user = at(record, "actor", "alternateId")
    if word(user) in _NOBODY:
        return message("event that names no user")
    address = first(record, "client/ipAddress")
    if address is None and not kind.startswith(_SIGN_IN):
        return message("event without an address")
    failed = kind.startswith(_SIGN_IN) and word(at(record, "outcome", "result")) in _FAILED
    return {
        "account": user,
        "time": at(record, "published"),
        "public_ip": address,
        "device_id": at(record, "device", "id"),
        "success": "false" if failed else "true",
        "record": at(record, "uuid"),
    }


PRODUCT = Product(
    message("event of the Okta System Log"),
    ("account", "time", "public_ip", "device_id", "success", "record"),
    _is_event,
    _read,
    (
        {
            "actor.alternateId": ("actor.alternate_id",),
            "eventType": ("event_type",),
            "published": ("timestamp", "published"),
            "client.ipAddress": ("client.ip_address", "client.ip"),
            "outcome.result": ("outcome.result",),
            "uuid": ("uuid",),
            "actor.type?": ("actor.type",),
            "device.id?device_id": ("device.id",),
        },
    ),
)

Reader, recognises = log_of(PRODUCT)

__all__ = ["PRODUCT", "Reader", "recognises"]
