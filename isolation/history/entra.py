"""Entra ID (Azure AD) sign-in logs: the admin center's CSV and JSON, Microsoft Graph, and Azure Monitor's diagnostics.

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

from isolation.history.records import Product, Records, at, first, has, is_log_of, word

if TYPE_CHECKING:
    from isolation.history.documents import Document
    from isolation.history.mapping import Mapping
    from isolation.history.records import Record

_SIGN_INS = ("signinlogs", "noninteractiveusersigninlogs", "adfssigninlogs")
_SERVICES = ("serviceprincipalsigninlogs", "managedidentitysigninlogs", "microsoftserviceprincipalsigninlogs")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _is_record(record: Record) -> bool:
    if has(record, "createdDateTime") and has(record, "appId") and "status" in record:
        return has(record, "userPrincipalName") or has(record, "servicePrincipalId")
    if not has(record, "category") or not has(record, "properties"):
        return False
    resource = word(first(record, "resourceId"))
    return word(at(record, "category")) in (*_SIGN_INS, *_SERVICES) or resource.endswith("/providers/microsoft.aadiam")


def _read(record: Record) -> dict[str, object] | str:
    category = word(at(record, "category"))
    if category in _SERVICES:
        return "sign-in of a service principal or managed identity"
    if category and category not in _SIGN_INS:
        return "record that is no sign-in"
    told = at(record, "properties") if category else record
    user = first(told, "userPrincipalName", "signInIdentifier")
    if user is None and first(told, "servicePrincipalId", "servicePrincipalName") is not None:
        return "sign-in of a service principal or managed identity"
    return {
        "account": user or first(told, "userId"),
        "time": first(told, "createdDateTime") or first(record, "time"),
        "public_ip": first(told, "ipAddress") or first(record, "callerIpAddress"),
        "device_id": _device(at(told, "deviceDetail", "deviceId")),
        "success": _success(told, record),
        "record": first(told, "id"),
    }


def _success(told: object, record: Record) -> str:
    """Success is the code 0; the words are those of the CSV, and of tools that hand diagnostics on."""
    code = first(told, "status/errorCode")
    result = word(code) if code is not None else word(first(record, "status", "resultType"))
    if not result:
        return ""
    return "true" if result in ("0", "success") else "false"


def _device(value: object) -> object:
    return value if isinstance(value, str) and _UUID.fullmatch(value.strip()) else None


PRODUCT = Product(
    "sign-in of Entra ID",
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
    ),
)


class Reader(Records):
    """The rows of one log, as often as asked."""

    def __init__(self, document: Document, encoding: str, mapping: Mapping | None) -> None:
        """There is no mapping: the log says itself what is what."""
        super().__init__(document, encoding, PRODUCT)


def recognises(head: str, name: str) -> bool:
    """Whether a file that begins like this is a log of Entra sign-ins."""
    return is_log_of(PRODUCT, head)


__all__ = ["PRODUCT", "Reader", "recognises"]
