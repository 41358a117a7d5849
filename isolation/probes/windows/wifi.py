"""Windows' radio: the Wi-Fi service's functions (wlanapi), and netsh where that library cannot be used.

Since Windows 11 24H2 they answer ERROR_ACCESS_DENIED without the location permission; the settings page is
`ms-settings:privacy-location`. Without the service (no adapter, or Windows Server without the feature) there is
nothing to ask. Source: wlanapi.h and "Changes to API behavior for Wi-Fi access and location" (learn.microsoft.com),
read 2026-11. Not run on the platform.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.probes.text import netsh
from isolation.probes.text.ask import Untold, ask
from isolation.probes.wifi.readings import Missing, WifiAdapter, wifi_readings, without_wifi
from isolation.probes.windows import radio
from isolation.probes.windows.answers import answer
from isolation.probes.windows.api import ACCESS_DENIED, SERVICE_NOT_ACTIVE, Api, Refused, Wlan
from isolation.probes.windows.tools import path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from isolation.model import Reading
    from isolation.probes.machine import Machine
    from isolation.probes.wifi.readings import ConnectedNetwork
    from isolation.probes.windows.radio import Card

    T = TypeVar("T")

_SOURCE, _NETSH = "wlanapi", "netsh wlan show interfaces"

_DENIED = Missing(
    "denied",
    message(
        "Windows tells Wi-Fi networks only with the location permission: allow location access, and let desktop apps "
        "use it, on the settings page ms-settings:privacy-location."
    ),
)
_NO_SERVICE = Missing(
    "absent", message("The Wi-Fi service (WLAN AutoConfig) is not running, so no Wi-Fi adapter is in use.")
)
_NO_ADAPTER = Missing("absent", message("This machine has no Wi-Fi adapter."))


def read(machine: Machine, *, deadline: float) -> list[Reading]:
    """`bssid`, `access_point`, `ssid` and `wifi_scan`. Nothing is scanned: what is told is what was heard already."""
    api = Api(machine)
    try:
        return answer(lambda: _by_service(machine, api))
    except Untold as why:
        return _by_netsh(machine, api, why, deadline)


def _by_service(machine: Machine, api: Api) -> list[Reading]:
    try:
        with api.wlan() as wlan:
            cards = radio.cards(wlan.interfaces())
            if not cards:
                return without_wifi(_NO_ADAPTER, _SOURCE)
            return wifi_readings([_adapter(machine, wlan, card) for card in cards])
    except Refused as refused:
        if refused.code == SERVICE_NOT_ACTIVE:
            return without_wifi(_NO_SERVICE, _SOURCE)
        if refused.code == ACCESS_DENIED:
            return without_wifi(_DENIED, _SOURCE)
        raise


def _adapter(machine: Machine, wlan: Wlan, card: Card) -> WifiAdapter:
    """One adapter. What fails about it makes this adapter fail, and no other."""
    heard = _told(lambda: radio.heard(wlan.access_points(card.guid)))
    networks: tuple[ConnectedNetwork, ...] | Missing
    if not card.connected:
        networks = Missing("absent", message("The Wi-Fi adapter {name} is not connected to a network.", name=card.name))
    else:
        connection = _told(lambda: radio.connection(wlan.connection(card.guid)))
        points = () if isinstance(heard, Missing) else heard
        networks = connection if isinstance(connection, Missing) else (radio.network(connection, points),)
    visible = heard if isinstance(heard, Missing) else radio.visible(heard, machine.now())
    return WifiAdapter(card.name, _SOURCE, networks, visible)


def _told(take: Callable[[], T]) -> T | Missing:
    try:
        return answer(take)
    except Untold as why:
        return _DENIED if why.status == "denied" else Missing(why.status, why.reason)


def _by_netsh(machine: Machine, api: Api, why: Untold, deadline: float) -> list[Reading]:
    """The last resort. It tells no neighbourhood and, of a name that its code page cannot write, not the name."""
    page = api.code_page()
    command = (path(machine, "netsh"), "wlan", "show", "interfaces")
    remarks: list[bytes] = []

    def parse(output: bytes) -> list[WifiAdapter]:
        remarks.append(output)
        return [radio.by_netsh(network, _NETSH) for network in netsh.parse(output, page)]

    try:
        return wifi_readings(ask(machine, command, parse, timeout=max(deadline, 0.1)))
    except Untold as untold:
        if any(map(netsh.denied, remarks)):
            return without_wifi(_DENIED, _NETSH)
        if any(map(netsh.not_running, remarks)):
            return without_wifi(_NO_SERVICE, _NETSH)
        return without_wifi(Missing(untold.status, f"{why.reason} {untold.reason}"), _NETSH)
