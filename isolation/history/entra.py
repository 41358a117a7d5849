"""Entra ID (Azure AD) sign-in logs: the admin center's CSV and JSON, Microsoft Graph,
Azure Monitor's diagnostics, and the tables of Azure Log Analytics (SigninLogs), whose nested columns may be texts, also
as its API answers (`{"tables": [{"name", "columns", "rows"}]}`).

Interactive and non-interactive sign-ins of people are read. Those of service principals and managed identities are
told apart, and so are the other categories of a diagnostic stream. A sign-in is one where `errorCode` is 0; an
interrupted one (a second factor was asked for, say) is kept as failed: the one that succeeds has its own record.

`deviceDetail.deviceId` is taken as the device's id: Entra has it for registered and joined devices only, and it is that
device's object in the directory. What is no UUID there is none: Entra writes `{PII Removed}` for other tenants.

Sources, read 2026-11: https://learn.microsoft.com/en-us/graph/api/resources/signin (fields, deviceDetail),
https://learn.microsoft.com/en-us/entra/identity/monitoring-health/concept-sign-in-log-activity-details,
https://learn.microsoft.com/en-us/entra/identity/monitoring-health/howto-download-logs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from isolation.history.records import Product, at, first, has, log_of, word
from isolation.messages import message

if TYPE_CHECKING:
    from isolation.history.records import Record

_SIGN_INS = ("signinlogs", "noninteractiveusersigninlogs", "adfssigninlogs")
_SERVICES = ("serviceprincipalsigninlogs", "managedidentitysigninlogs", "microsoftserviceprincipalsigninlogs")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _is_record(record: Record) -> bool:
    if has(record, "createdDateTime") and has(record, "appId") and "status" in record:
        return has(record, "userPrincipalName") or has(record, "servicePrincipalId")
    if has(record, "TimeGenerated", "ResultType", "IPAddress"):
        return has(record, "userPrincipalName") or has(record, "servicePrincipalId")
    if not has(record, "category") or not has(record, "properties"):
        return False
    resource = word(first(record, "resourceId"))
    return word(at(record, "category")) in (*_SIGN_INS, *_SERVICES) or resource.endswith("/providers/microsoft.aadiam")


def _read(record: Record) -> dict[str, object] | str:
    category = word(at(record, "category"))
    if category in _SERVICES:
        return message("sign-in of a service principal or managed identity")
    if category and category not in _SIGN_INS:
        return message("record that is no sign-in")
    told = at(record, "properties") if has(record, "properties") else record
    user = first(told, "userPrincipalName", "signInIdentifier")
    if user is None and first(told, "servicePrincipalId", "servicePrincipalName") is not None:
        return message("sign-in of a service principal or managed identity")
    return {
        "account": user or first(told, "userId"),
        "time": first(told, "createdDateTime", "timeGenerated") or first(record, "time") or _utc(record),
        "public_ip": first(told, "ipAddress") or first(record, "callerIpAddress"),
        "device_id": _device(at(told, "deviceDetail", "deviceId")),
        "success": _success(told, record),
        "record": first(told, "id"),
    }


def _utc(record: Record) -> str | None:
    """The time in a column whose name says that it is in UTC."""
    told = first(record, "utc/timeGenerated")
    return None if told is None else f"{told} Z"


def _success(told: object, record: Record) -> str:
    """Success is the code 0; the words are those of the CSV, and of tools that hand diagnostics on."""
    results = (first(told, "status/errorCode"), at(record, "status"), at(record, "resultType"))
    result = next((text for text in map(word, results) if text and not text.startswith("{")), "")
    if not result:
        return ""
    return "true" if result in ("0", "success") else "false"


def _device(value: object) -> object:
    return value if isinstance(value, str) and _UUID.fullmatch(value.strip()) else None


# The table SigninLogs (and its kin) of Azure Log Analytics; the portal says in a column's name that it shows UTC.
_TABLE = {
    "userPrincipalName": ("UserPrincipalName",),
    "ipAddress": ("IPAddress",),
    "resultType": ("ResultType",),
    "id?record": ("Id",),
    "deviceDetail?device_id": ("DeviceDetail",),
    "userId?": ("UserId",),
    "category?": ("Category",),
}

PRODUCT = Product(
    message("sign-in of Entra ID"),
    ("account", "time", "public_ip", "device_id", "success", "record"),
    _is_record,
    _read,
    (
        {
            "userPrincipalName": ("Username", "User principal name"),
            "createdDateTime": ("Date (UTC)",),
            "ipAddress": ("IP address",),
            "status": ("Status",),
            "id": ("Request ID",),
            "deviceDetail.deviceId?device_id": ("Device ID",),
            "userId?": ("User ID",),
        },
        {
            "servicePrincipalId": ("Service principal ID",),
            "createdDateTime": ("Date (UTC)",),
            "ipAddress": ("IP address",),
            "id": ("Request ID",),
        },
        {**_TABLE, "timeGenerated": ("TimeGenerated", "TimeGenerated [Local Time]")},
        {**_TABLE, "utc.timeGenerated": ("TimeGenerated [UTC]",)},
    ),
)

Reader, recognises = log_of(PRODUCT)

__all__ = ["PRODUCT", "Reader", "recognises"]
