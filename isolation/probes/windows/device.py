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
from isolation.messages import message
from isolation.model import Reading
from isolation.probes.windows import smbios
from isolation.probes.windows.answers import Untold, answer
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Confidence, Status
    from isolation.probes.machine import Machine
    from isolation.probes.windows.api import Api

_KEY, _NAME = r"SOFTWARE\Microsoft\Cryptography", "MachineGuid"
_FIRMWARE = "GetSystemFirmwareTable"
_PAIRED = message("The installation's id, paired with the mainboard's.")
_ALONE = message("No SMBIOS UUID that identifies stands beside MachineGuid, which copies of a disk share.")


def read(machine: Machine, api: Api) -> list[Reading]:
    """`device_id`."""
    uuid = _board(api)
    try:
        guid = _machine_guid(machine)
    except Untold as why:
        if uuid:
            return [_reading(uuid, _FIRMWARE, why.reason, "certain")]
        return [Reading("device_id", why.status, source=_NAME, reason=why.reason)]
    if not uuid:
        return [_reading(guid, _NAME, _ALONE, "probable")]
    pair = hashlib.sha256(bytes.fromhex(guid + uuid)).hexdigest()[:32]
    return [_reading(pair, f"{_NAME}, {_FIRMWARE}", _PAIRED, "certain")]


def _reading(digits: str, source: str, reason: str, confidence: Confidence) -> Reading:
    return Reading(
        "device_id", "observed", machine_ids.app_specific(digits), source=source, reason=reason, identifying=True,
        confidence=confidence,
    )  # fmt: skip


def _machine_guid(machine: Machine) -> str:
    """MachineGuid's 32 hex digits; Untold where the registry has none that identifies."""
    try:
        value = machine.registry_value(_KEY, _NAME)
        digits = machine_ids.parse_uuid(value if isinstance(value, str) else repr(value))
    except FileNotFoundError:
        raise Untold("absent", "The registry has no MachineGuid.") from None
    except BadIdentifier as error:
        raise Untold("failed", f"MachineGuid: {error.message}") from None
    except OSError as error:
        status: Status = "denied" if isinstance(error, PermissionError) else "failed"
        raise Untold(status, message("MachineGuid could not be read: {why}.", why=why_of(error))) from None
    judged = judge_machine_id(digits, _NAME)
    if not judged.identifying:
        raise Untold("absent", message("MachineGuid is no id of this machine: {reason}", reason=judged.reason))
    return digits


def _board(api: Api) -> str:
    """The SMBIOS UUID's 32 hex digits, "" where there is none that identifies."""
    try:
        found = answer(lambda: smbios.parse(api.firmware_table()))
    except Untold:
        return ""
    return next((uuid for uuid in found if judge_uuid(uuid).identifying), "")
