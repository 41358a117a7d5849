"""Which Mac this is: the keyed hash of its hardware UUID.

`IOPlatformUUID` belongs to the mainboard and outlives installations. In a virtual machine it belongs to the machine's
file, which can be copied; `kern.hv_vmm_present` (macOS 11 and later) tells.
Read from vendor documentation, not run on the platform.
"""

from __future__ import annotations

from isolation.identifiers import machine_ids
from isolation.identifiers.catalogue import judge_uuid
from isolation.messages import message
from isolation.model import Reading
from isolation.probes.text import ioreg
from isolation.probes.text.ask import Untold, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.machine import Machine

_SOURCE = "ioreg IOPlatformUUID"
_VIRTUAL = message("This is a virtual machine, and a copy of it has the same id.")


def read(machine: Machine) -> list[Reading]:
    """`device_id`."""
    try:
        uuid = ask(machine, ("/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"), ioreg.parse)[0]
    except Untold as why:
        return [Reading("device_id", why.status, source=_SOURCE, reason=why.reason)]
    digits = machine_ids.parse_uuid(uuid)
    judged = judge_uuid(digits)
    reason, confidence = judged.reason or message("The mainboard's own id."), judged.confidence
    if judged.identifying and _virtual(machine):
        reason = f"{_VIRTUAL} {judged.reason}".strip()
        confidence = "probable" if confidence == "certain" else confidence
    return [
        Reading(
            "device_id", "observed", machine_ids.app_specific(digits), source=_SOURCE, reason=reason,
            identifying=judged.identifying, confidence=confidence,
        )
    ]  # fmt: skip


def _virtual(machine: Machine) -> bool:
    try:
        return ask(machine, ("/usr/sbin/sysctl", "-n", "kern.hv_vmm_present"), bytes.strip) == b"1"
    except Untold:
        return False
