"""Windows: the system's own functions by ctypes, the registry, and where those cannot be used its console tools.

Read from vendor documentation and the SDK's headers, not run on the platform: the probes are tried against
simulated machines, whose libraries write the documented structures.
"""

from __future__ import annotations

from isolation.probes.windows import adapters, device, egress, interfaces, tools
from isolation.probes.windows.answers import Untold
from isolation.probes.windows.api import Api

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Reading
    from isolation.probes.machine import Machine


def read(machine: Machine) -> list[Reading]:
    """Device, interfaces, addresses, gateway and tunnel. The radio is `isolation.probes.windows.wifi`'s."""
    api = Api(machine)
    return device.read(machine, api) + interfaces.read(machine, api) + _network(machine, api)


def _network(machine: Machine, api: Api) -> list[Reading]:
    """Addresses and the way out; by console tools where the list of adapters cannot be had."""
    try:
        known = adapters.listed(api)
    except Untold as why:
        return tools.read(machine, api, why)
    return adapters.read(known) + egress.read(api, known)
