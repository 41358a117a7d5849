"""Which Windows machine this is: MachineGuid paired with the mainboard's SMBIOS UUID, as one keyed hash.

MachineGuid is made at installation and copied with disk images (Ghost and others), so by itself it is `probable`.
Together with the SMBIOS UUID, which a copied disk does not take along, it names one installation on one machine.
Not run on the platform.
"""

from __future__ import annotations

import hashlib

from isolation.errors import BadIdentifier
from isolation.identifiers import machine_ids
from isolation.identifiers.catalogue import judge_machine_id, judge_uuid
from isolation.model import Reading
from isolation.probes.windows import smbios
from isolation.probes.windows.answers import Untold, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Status
    from isolation.probes.machine import Machine
    from isolation.probes.windows.api import Api

_KEY, _NAME = r"SOFTWARE\Microsoft\Cryptography", "MachineGuid"
_FIRMWARE = "GetSystemFirmwareTable"
_PAIRED = "The installation's id, paired with the mainboard's."
_ALONE = "No SMBIOS UUID and no permanent MAC address stands beside MachineGuid, so a copy of this disk looks the same."
_UNPAIRED = "No SMBIOS UUID stands beside MachineGuid, which copies of a disk share."


def read(machine: Machine, api: Api, hardware: list[Reading]) -> list[Reading]:
    """`device_id`. `hardware` are this machine's `hardware_mac` readings."""
    uuid = _board(api)
    try:
        guid = _machine_guid(machine)
    except Untold as why:
        return [_of_board(uuid, why)] if uuid else [Reading("device_id", why.status, source=_NAME, reason=why.reason)]
    judged = judge_machine_id(guid, _NAME)
    if not judged.identifying:
        return [_of_board(uuid, Untold("absent", judged.reason))] if uuid else [_of_guid(guid, hardware)]
    if not uuid:
        return [_of_guid(guid, hardware)]
    pair = hashlib.sha256(bytes.fromhex(guid + uuid)).hexdigest()[:32]
    return [
        Reading(
            "device_id", "observed", machine_ids.app_specific(pair), source=f"{_NAME}, {_FIRMWARE}",
            reason=judged.reason or _PAIRED, identifying=True, confidence=judged.confidence,
        )
    ]  # fmt: skip


def _machine_guid(machine: Machine) -> str:
    """MachineGuid's 32 hex digits; Untold where the registry has none."""
    status: Status = "failed"
    try:
        value = machine.registry_value(_KEY, _NAME)
        return machine_ids.parse_uuid(value if isinstance(value, str) else repr(value))
    except FileNotFoundError:
        raise Untold("absent", "The registry has no MachineGuid.") from None
    except BadIdentifier as error:
        raise Untold(status, f"MachineGuid: {error.message}") from None
    except OSError as error:
        status = "denied" if isinstance(error, PermissionError) else "failed"
        raise Untold(status, f"MachineGuid could not be read: {error.strerror or error}.") from None


def _board(api: Api) -> str:
    """The SMBIOS UUID's 32 hex digits, "" where there is none that identifies."""
    try:
        found = answer(lambda: smbios.parse(api.firmware_table()))
    except Untold:
        return ""
    return next((uuid for uuid in found if judge_uuid(uuid).identifying), "")


def _of_board(uuid: str, why: Untold) -> Reading:
    judged = judge_uuid(uuid)
    return Reading(
        "device_id", "observed", machine_ids.app_specific(uuid), source=_FIRMWARE,
        reason=f"{why.reason} {judged.reason}".strip(), identifying=judged.identifying, confidence=judged.confidence,
    )  # fmt: skip


def _of_guid(guid: str, hardware: list[Reading]) -> Reading:
    judged = judge_machine_id(guid, _NAME)
    built_in = [card for card in hardware if card.identifying and not card.detail.get("removable")]
    doubt = _UNPAIRED if any(card.confidence != "weak" for card in built_in) else _ALONE
    confidence = "probable" if judged.confidence == "certain" else judged.confidence
    return Reading(
        "device_id", "observed", machine_ids.app_specific(guid), source=_NAME,
        reason=f"{doubt} {judged.reason}".strip(), identifying=judged.identifying, confidence=confidence,
    )  # fmt: skip
