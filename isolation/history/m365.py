"""The Microsoft 365 unified audit log: the Purview portal's CSV with its AuditData column, and JSON of
Search-UnifiedAuditLog, of the Office 365 Management Activity API, and of Microsoft Graph's audit log queries.

Every record with a person as user and a client address shows that person at work there. Sign-ins are those whose
operation says so; a failed one says it there (`UserLoginFailed`, `LogonError`), and not in `ResultStatus`, which is
"Success" for it as well. Records of systems, applications, service principals and Microsoft's own operators are told
apart by `UserType`, and by the names that only services have. Times have no offset and are UTC.

`DeviceProperties` has under `Id` the id that Entra has for a registered or joined device: that is taken.
`SessionId` and `InterSystemsId` are of the session, not of the device.

Sources, read 2026-11: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema
(UserType, UserId, ClientIP; CreationTime "in Coordinated Universal Time (UTC)"),
https://learn.microsoft.com/en-us/purview/audit-log-export-records (the CSV).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from isolation.history.records import Product, at, first, has, log_of, named_values, plain, word
from isolation.history.sessions import BadRow
from isolation.messages import message

if TYPE_CHECKING:
    from isolation.history.records import Record

# UserType: 0 regular, 2 admin, 9 partner technician, 10 guest; all others are no people of the customer.
_PEOPLE = ("", "0", "2", "9", "10", "regular", "admin", "partnertechnician", "guest", "guestuser")
_NOBODY = ("", "not available", "notavailable", "unknown", "n/a", "anonymous")
_SERVICE = re.compile(
    r"nt authority\\|nt service\\|sharepoint\\|app@sharepoint|serviceprincipal_|s-1-5-(?:18|19|20)\b|.*\$$"
)
_SIGN_IN = ("userloggedin", "userloginfailed", "mailboxlogin", "teamssessionstarted", "userloggedinfromad")
_OFFSET = re.compile(r".*(?:[zZ]|[+-][0-9]{2}:?[0-9]{2})\s*")


def _is_record(record: Record) -> bool:
    if has(record, "AuditData"):
        return True
    return (
        has(record, "CreationTime") and has(record, "Operation") and has(record, "RecordType") and has(record, "UserId")
    )


def _read(record: Record) -> dict[str, object] | str:
    told = _audit_data(record)
    user = first(told, "UserId")
    if word(at(told, "UserType")) not in _PEOPLE or _SERVICE.match(word(user)):
        return message("record of a system, an application or Microsoft's own operators")
    if user is not None and word(user) in _NOBODY:
        return message("record that names no user")
    operation = word(at(told, "Operation"))
    address = first(told, "ClientIP", "ClientIPAddress", "ActorIpAddress")
    if address is None and operation not in _SIGN_IN:
        return message("record without an address")
    failed = operation == "userloginfailed" or word(at(told, "LogonError")) not in ("", "none")
    return {
        "account": user,
        "time": _utc(plain(at(told, "CreationTime"), "time")),
        "public_ip": address,
        "device_id": named_values(at(told, "DeviceProperties")).get("id"),
        "success": "false" if failed and operation in _SIGN_IN else "true",
        "record": at(told, "Id"),
    }


def _audit_data(record: Record) -> object:
    """The record itself, or what stands in the column around which the exports are built."""
    told = at(record, "AuditData")
    if told is None:
        return record
    if isinstance(told, str):
        try:
            told = json.loads(told, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            raise BadRow(
                "Its AuditData is no whole JSON object; a spreadsheet program cuts cells off after 32,767 characters."
            ) from None
    if not isinstance(told, dict):
        raise BadRow("Its AuditData is no JSON object.")
    return told


def _utc(text: str) -> str:
    return text if not text.strip() or _OFFSET.fullmatch(text) else f"{text.strip()}Z"


PRODUCT = Product(
    message("record of the Microsoft 365 audit log"),
    ("account", "time", "public_ip", "device_id", "success", "record"),
    _is_record,
    _read,
    ({"AuditData": ("AuditData",), "CreationDate?": ("CreationDate",)},),
)

Reader, recognises = log_of(PRODUCT)

__all__ = ["PRODUCT", "Reader", "recognises"]
