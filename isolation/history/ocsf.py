"""OCSF Authentication events (class_uid 3002), in which many tools and data lakes keep sign-ins.

Logons and the tickets and checks that stand for one are read; logoffs, service tickets and events of other classes are
told apart, and so are service logons and users of the types System and Service. The address is that of `src_endpoint`,
where the sign-in came from; `dst_endpoint` and `device` are where it went to, so their addresses and ids are not taken.
`src_endpoint.mac` is what its source saw on the wire, and is judged like any logged MAC address.

Source, read 2026-11: https://schema.ocsf.io/1.3.0/classes/authentication (class, activities, status, logon types),
https://schema.ocsf.io/1.3.0/objects/network_endpoint, https://schema.ocsf.io/1.3.0/objects/user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolation.history.records import Product, at, first, has, log_of, word
from isolation.history.sessions import BadRow
from isolation.messages import message
from isolation.times import BadTime, format_time

if TYPE_CHECKING:
    from isolation.history.records import Record

_CLASS = "3002"
_ACTIVITIES = {
    "2": "logoff", "4": message("service ticket"), "5": message("renewal of a ticket"),
}  # fmt: skip
_SERVICE_USERS = ("3", "4")  # System, Service
_SERVICE_LOGONS = ("4", "5", "0")  # batch, service, system
_REMOTE = "10"  # remote interactive


def _is_event(record: Record) -> bool:
    return has(record, "class_uid", "time") and has(record, "metadata")


def _read(record: Record) -> dict[str, object] | str:
    if word(at(record, "class_uid")) != _CLASS:
        return message("event of another class than Authentication")
    other = _ACTIVITIES.get(word(at(record, "activity_id")))
    if other is not None:
        return other
    logon = word(at(record, "logon_type_id"))
    if word(at(record, "user", "type_id")) in _SERVICE_USERS or (logon and logon in _SERVICE_LOGONS):
        return message("logon of a system or a service")
    return {
        "account": first(record, "user/name", "user/email_addr", "user/uid", "actor/user/name"),
        "time": _time(record),
        "public_ip": at(record, "src_endpoint", "ip"),
        "hardware_mac": at(record, "src_endpoint", "mac"),
        "channel": "remote" if logon == _REMOTE else "ui",
        "success": {"1": "true", "2": "false"}.get(word(at(record, "status_id")), at(record, "status")),
        "record": at(record, "metadata", "uid"),
    }


def _time(record: Record) -> str:
    """`time` counts milliseconds, whatever its number of digits."""
    text = word(at(record, "time"))
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise BadRow("Its time is no number of milliseconds.")
    try:
        return format_time(int(text) * 1000)
    except (BadTime, ValueError):
        raise BadRow("Its time lies outside of the years that can be written.") from None


PRODUCT = Product(
    message("OCSF event"),
    ("account", "time", "public_ip", "hardware_mac", "channel", "success", "record"),
    _is_event,
    _read,
)

Reader, recognises = log_of(PRODUCT)

__all__ = ["PRODUCT", "Reader", "recognises"]
