"""The network cards of a Windows machine, by GetIfTable2: permanent MAC addresses and those in use.

A card is an interface with hardware and a connector (MIB_IF_ROW2's flags); its PermanentPhysicalAddress stays where
Windows uses random ones. That a card hangs on USB stands in the registry, where the network class keeps each
connection's device instance. Not run on the platform.
"""

from __future__ import annotations

from isolation.identifiers import macs
from isolation.messages import message
from isolation.model import Reading
from isolation.probes.hardware import hardware_reading
from isolation.probes.windows import tables
from isolation.probes.windows.answers import Untold, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.machine import Machine
    from isolation.probes.windows.api import Api
    from isolation.probes.windows.tables import InterfaceRow

_SOURCE = "GetIfTable2"
# The class of network adapters (devguid.h, GUID_DEVCLASS_NET).
_CONNECTION = r"SYSTEM\CurrentControlSet\Control\Network\{{4D36E972-E325-11CE-BFC1-08002BE10318}}\{guid}\Connection"


def read(machine: Machine, api: Api) -> list[Reading]:
    """`hardware_mac` of every card and `current_mac` of every interface that has an address."""
    try:
        rows = answer(lambda: tables.interface_table(api.interface_table()))
    except Untold as why:
        facts = ("hardware_mac", "current_mac")
        return [Reading(fact, why.status, source=_SOURCE, reason=why.reason) for fact in facts]
    hardware = [_hardware(machine, row, row.permanent) for row in rows if row.hardware and row.permanent]
    if not hardware:
        hardware = [Reading("hardware_mac", "absent", source=_SOURCE, reason="This machine has no network card.")]
    current = [_current(row, row.mac) for row in rows if row.mac]
    if not current:
        current = [Reading("current_mac", "absent", source=_SOURCE, reason="No interface has a MAC address.")]
    return hardware + current


def _hardware(machine: Machine, row: InterfaceRow, mac: str) -> Reading:
    return hardware_reading(mac, _SOURCE, {"interface": row.name}, _removable(machine, row))


def _removable(machine: Machine, row: InterfaceRow) -> bool:
    try:
        instance = machine.registry_value(_CONNECTION.format(guid=row.guid), "PnpInstanceID")
    except OSError:
        return False
    return isinstance(instance, str) and instance.upper().startswith("USB\\")


def _current(row: InterfaceRow, mac: str) -> Reading:
    if row.permanent == mac:
        reason = message("The address in use is context; the permanent one is read by itself.")
    elif row.hardware and row.permanent:
        reason = message(
            "The address in use differs from the card's permanent one, so it was set, or is a random Wi-Fi address."
        )
    else:
        reason = message("The address in use is context; no card stands behind this interface.")
    return Reading(
        "current_mac", "observed", macs.format_mac(mac), source=_SOURCE, reason=reason, detail={"interface": row.name}
    )  # fmt: skip
