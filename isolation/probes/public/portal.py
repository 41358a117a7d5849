"""Whether the operating system itself knows of a captive portal: a login page between this network and the
internet, behind which no service's answer can be had."""

from __future__ import annotations

import os
import sys
import threading

from isolation.probes.public.ask import in_background

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = "org.freedesktop.NetworkManager"
_PATH = "/org/freedesktop/NetworkManager"
# NMConnectivityState (NetworkManager's D-Bus API): "behind a captive portal"
_PORTAL = 2


def networkmanager_says_portal(seconds: float) -> bool:
    """Whether NetworkManager (Linux) last found a captive portal; False also where there is none to ask.

    Reads the state that it keeps, so nothing is sent over the network. Takes `seconds` at most.
    """
    if sys.platform != "linux":
        return False
    from isolation.errors import ProbeError
    from isolation.probes.wifi.bus import SYSTEM_BUS, Bus, Call

    address = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or SYSTEM_BUS
    asked = Call(_PATH, "org.freedesktop.DBus.Properties", "Get", "ss", (_NAME, "Connectivity"))
    try:
        with Bus(address, deadline=seconds) as bus:
            answer = bus.call(_NAME, asked)
    except ProbeError:
        return False
    return answer == (("u", _PORTAL),)


class Inquiry:
    """The same question, asked while the services are: they may use up all the time there is."""

    def __init__(self, portal: Callable[[float], bool], seconds: float) -> None:
        self._told = threading.Event()
        self._found = False

        def run() -> None:
            self._found = portal(seconds)
            self._told.set()

        if seconds <= 0 or not in_background(run):
            self._told.set()

    def answer(self, seconds: float) -> bool:
        """Whether a portal is known of, after `seconds` more at most."""
        self._told.wait(max(0.0, seconds))
        return self._found
