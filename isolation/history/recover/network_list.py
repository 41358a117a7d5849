r"""Windows' list of networks: HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList.

`Profiles\{GUID}` has the first and the last connection as SYSTEMTIME on this computer's clock; `Signatures` joins a
profile to the gateway's MAC address and the network's first name. The times are bounds: between them the computer was
on other networks too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from isolation.history.recover.clocks import microseconds, system_time
from isolation.history.recover.found import Presence
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

KEY = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList"
NAME = message("Windows' list of networks")

_WIRELESS = 71  # NameType: IF_TYPE_IEEE80211 (ipifcons.h); 6 is Ethernet
_REASON = message("Windows keeps the first and the last connection, on this computer's clock, and none between them.")


def presences(
    registry: Mapping[str, Mapping[str, Any]], path: str, zone: tzinfo | None = None
) -> tuple[list[Presence], list[str]]:
    """The networks of a registry, whole or cut down to the list, and what of it could not be read.

    `zone` is that of the computer whose list it is (None: of this one).
    """
    signatures = {
        str(values.get("ProfileGuid", "")).lower(): values
        for key, values in registry.items()
        if "\\networklist\\signatures\\" in f"\\{key.lower()}\\"
    }
    found: list[Presence] = []
    problems: list[str] = []
    for key, values in registry.items():
        above, _, guid = key.rpartition("\\")
        if not above.lower().endswith("networklist\\profiles") or not guid.startswith("{"):
            continue
        made = _presence(values, signatures.get(guid.lower(), {}), path, zone)
        if made is None:
            problems.append(message("The profile {guid} has no time that could be read.", guid=guid))
        else:
            found.append(made)
    return found, problems


def _presence(
    profile: Mapping[str, Any], signature: Mapping[str, Any], path: str, zone: tzinfo | None
) -> Presence | None:
    first = _moment(profile.get("DateCreated"), zone, 0)
    last = _moment(profile.get("DateLastConnected"), zone, 1)
    if first is None and last is None:
        return None
    name = str(profile.get("ProfileName") or signature.get("FirstNetwork") or "")
    mac = signature.get("DefaultGatewayMac")
    wireless = profile.get("NameType") == _WIRELESS
    return Presence(
        NAME, path, name, first, last, exact=False,
        gateway_mac=mac.hex() if isinstance(mac, bytes) and len(mac) == 6 else "",
        ssid=str(signature.get("FirstNetwork") or name) if wireless else "", reason=_REASON,
    )  # fmt: skip


def _moment(raw: object, zone: tzinfo | None, fold: int) -> int | None:
    moment = system_time(raw) if isinstance(raw, bytes) else None
    return microseconds(moment, zone, fold=fold) if moment is not None else None


__all__ = ["KEY", "NAME", "presences"]
