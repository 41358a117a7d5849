"""macOS: everything by the system's own tools, run by their full path, without privilege.

Read from vendor documentation and published outputs, not run on the platform: the probes are tried against
simulated machines only.
"""

from __future__ import annotations

from isolation.probes.macos import device, egress, interfaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Reading
    from isolation.probes.machine import Machine


def read(machine: Machine) -> list[Reading]:
    """Device, interfaces, addresses, gateway and tunnel. The radio is `isolation.probes.macos.wifi`'s."""
    known = interfaces.listed(machine)
    return device.read(machine) + interfaces.read(machine, known) + egress.read(machine, known)
