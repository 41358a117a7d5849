"""A Wi-Fi network, as any of the tools that print them tells it."""

from __future__ import annotations

from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    SignalUnit: TypeAlias = Literal["dBm", "percent"]


class Network(Value):
    """One access point, or the network an interface is connected to.

    `bssid` is in storage form and None where the tool does not tell it; `ssid` is the name's bytes, empty or all
    NUL for a hidden one, and None where the tool keeps it to itself. A tool that prints names in a code page of
    its own has already lost their bytes: then they are those of the printed name in UTF-8. `signal` None,
    `channel` 0, `frequency` 0 (MHz) and `security` "" mean not told; `security` is as printed. `interface` is the
    adapter.
    """

    __slots__ = ("bssid", "channel", "connected", "frequency", "interface", "security", "signal", "ssid", "unit")
    interface: str
    connected: bool
    bssid: str | None
    ssid: bytes | None
    signal: int | None
    unit: SignalUnit
    channel: int
    frequency: int
    security: str

    def __init__(
        self,
        interface: str,
        bssid: str | None,
        ssid: bytes | None,
        *,
        connected: bool = False,
        signal: int | None = None,
        unit: SignalUnit = "dBm",
        channel: int = 0,
        frequency: int = 0,
        security: str = "",
    ) -> None:
        self._init(
            interface=interface, bssid=bssid, ssid=ssid, connected=connected, signal=signal, unit=unit,
            channel=channel, frequency=frequency, security=security,
        )  # fmt: skip
