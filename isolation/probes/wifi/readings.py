"""The form that every system's Wi-Fi probe brings its answer into, and the readings made of it.

A probe describes each adapter as a `WifiAdapter`: the network it is connected to and the access points it sees,
or, in place of either, `Missing` with a status and a sentence. `wifi_readings` does the rest: what identifies,
how sure it is, and what is never kept (a neighbour's network name has no place in these values at all).

BSSIDs are in storage form here (12 lower-case hex digits) and in display form in the readings.
"""

from __future__ import annotations

from isolation.identifiers import catalogue, macs
from isolation.identifiers.escape import printable
from isolation.identifiers.ssid import display_ssid, is_hidden
from isolation.messages import message
from isolation.model import Reading, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal, TypeAlias

    from isolation.model import Status

    SignalUnit: TypeAlias = Literal["dBm", "percent"]

# An access point last heard longer ago than this says where the machine was, not where it is. It is also when
# wpa_supplicant forgets one (wpa_supplicant.conf, bss_expiration_age).
FRESH_SECONDS = 180

_REDACTED = message(
    "The system gives the adapter's manufacturer digits and zeros in place of the access point's address."
)
_HIDDEN = message("The network does not announce its name.")
_GROUP = message(
    "One radio box has several addresses; this is what they have in common, which is weaker than an exact match."
)
_NOTHING_HEARD = message(
    "No access point was heard in the last {fresh_seconds} seconds; open the system's "
    "list of Wi-Fi networks, which makes it scan, and try again.",
    fresh_seconds=FRESH_SECONDS,
)


class Missing(Value):
    """Why there is no value: a status other than `observed`, and a sentence that says what would help."""

    __slots__ = ("reason", "status")
    status: Status
    reason: str

    def __init__(self, status: Status, reason: str) -> None:
        self._init(status=status, reason=reason)


class AccessPoint(Value):
    """One visible access point: `bssid` in storage form, `signal` in `unit`."""

    __slots__ = ("bssid", "signal", "unit")
    bssid: str
    signal: int
    unit: SignalUnit

    def __init__(self, bssid: str, signal: int, unit: SignalUnit) -> None:
        self._init(bssid=bssid, signal=signal, unit=unit)


class ConnectedNetwork(Value):
    """The network an adapter is connected to.

    `bssid` is in storage form and `ssid` bytes as announced, or why the system keeps either to itself. `channel` 0,
    `security` "" and `signal` None mean not told.
    """

    __slots__ = ("bssid", "channel", "security", "signal", "ssid", "unit")
    bssid: str | Missing
    ssid: bytes | Missing
    channel: int
    security: str
    signal: int | None
    unit: SignalUnit

    def __init__(
        self,
        bssid: str | Missing,
        ssid: bytes | Missing,
        *,
        channel: int = 0,
        security: str = "",
        signal: int | None = None,
        unit: SignalUnit = "dBm",
    ) -> None:
        self._init(bssid=bssid, ssid=ssid, channel=channel, security=security, signal=signal, unit=unit)


class WifiAdapter(Value):
    """One Wi-Fi adapter: what it is connected to (several, where one association has several links) and what it
    sees. `source` is what told it."""

    __slots__ = ("interface", "networks", "source", "visible")
    interface: str
    source: str
    networks: tuple[ConnectedNetwork, ...] | Missing
    visible: tuple[AccessPoint, ...] | Missing

    def __init__(
        self,
        interface: str,
        source: str,
        networks: tuple[ConnectedNetwork, ...] | Missing,
        visible: tuple[AccessPoint, ...] | Missing,
    ) -> None:
        self._init(interface=interface, source=source, networks=networks, visible=visible)


def wifi_readings(adapters: Iterable[WifiAdapter]) -> list[Reading]:
    """The readings of all adapters together: at least one of `bssid`, `access_point`, `ssid` and `wifi_scan` each.

    An adapter without a network says nothing where another one has one; a failure always shows.
    """
    known = tuple(adapters)
    networks = [reading for adapter in known for reading in _network_readings(adapter)]
    readings = []
    for fact in ("bssid", "access_point", "ssid"):
        readings += _telling([reading for reading in networks if reading.fact == fact])
    return readings + _scan_readings(known)


def without_wifi(missing: Missing, source: str) -> list[Reading]:
    """The readings of a machine whose Wi-Fi could not be read at all, or that has none."""
    return wifi_readings((WifiAdapter("", source, missing, missing),))


def _telling(readings: list[Reading]) -> list[Reading]:
    """Without those that are merely absent, unless there is nothing else."""
    return [reading for reading in readings if reading.status != "absent"] or readings[:1]


def _network_readings(adapter: WifiAdapter) -> list[Reading]:
    if isinstance(adapter.networks, Missing):
        facts = ("bssid", "access_point", "ssid")
        return [_absence(fact, adapter.networks, adapter.source, adapter.interface) for fact in facts]
    return [
        reading
        for network in adapter.networks
        for reading in (*_bssid_readings(network, adapter), _ssid_reading(network, adapter))
    ]


def _bssid_readings(network: ConnectedNetwork, adapter: WifiAdapter) -> tuple[Reading, Reading]:
    """The exact access point, and the group that one radio box's addresses share."""
    told = network.bssid
    if not isinstance(told, Missing) and told.endswith("000000"):
        told = Missing("redacted", _REDACTED)
    if isinstance(told, Missing):
        exact, group = (_absence(fact, told, adapter.source, adapter.interface) for fact in ("bssid", "access_point"))
        return exact, group
    judged = catalogue.judge_mac(told, "bssid")
    detail = _detail(network, adapter)
    exact = Reading(
        "bssid", "observed", macs.format_mac(told), source=adapter.source, reason=judged.reason,
        identifying=judged.identifying, confidence=judged.confidence, detail=detail,
    )  # fmt: skip
    group = Reading(
        "access_point", "observed", macs.format_mac(macs.access_point_group(told)), source=adapter.source,
        reason=_GROUP if judged.identifying else judged.reason, identifying=judged.identifying,
        confidence="weak" if judged.confidence == "weak" else "probable", detail=detail,
    )  # fmt: skip
    return exact, group


def _ssid_reading(network: ConnectedNetwork, adapter: WifiAdapter) -> Reading:
    """The network's name: context only, because one name is announced by thousands of unrelated access points.

    Whoever runs an access point chooses the bytes, so the value is made printable; `hex` in the detail is exact.
    """
    name = network.ssid
    if not isinstance(name, Missing) and is_hidden(name):
        name = Missing("absent", _HIDDEN)
    if isinstance(name, Missing):
        return _absence("ssid", name, adapter.source, adapter.interface)
    detail = {**_detail(network, adapter), "hex": name.hex()}
    return Reading("ssid", "observed", printable(display_ssid(name)), source=adapter.source, detail=detail)


def _detail(network: ConnectedNetwork, adapter: WifiAdapter) -> dict[str, str | int | bool]:
    detail: dict[str, str | int | bool] = {"interface": adapter.interface}
    if network.channel:
        detail["channel"] = network.channel
    if network.security:
        detail["security"] = network.security
    if network.signal is not None:
        detail["signal"] = network.signal
        detail["unit"] = network.unit
    return detail


def _scan_readings(adapters: Sequence[WifiAdapter]) -> list[Reading]:
    """One neighbourhood out of all adapters', and a reading for each adapter that could not tell."""
    readings: list[Reading] = []
    points: list[AccessPoint] = []
    seeing: list[WifiAdapter] = []
    for adapter in adapters:
        if isinstance(adapter.visible, Missing):
            readings.append(_absence("wifi_scan", adapter.visible, adapter.source, adapter.interface))
        else:
            seeing.append(adapter)
            points += adapter.visible
    if seeing:
        readings.insert(0, _neighbourhood(points, seeing))
    return _telling(readings)


def _neighbourhood(points: Sequence[AccessPoint], adapters: Sequence[WifiAdapter]) -> Reading:
    """The visible access points, strongest first.

    Percentages and dBm are no common scale: where adapters differ, those that measure in dBm are taken.
    """
    useful = [point for point in points if catalogue.judge_mac(point.bssid, "bssid").identifying]
    unit = "percent" if useful and all(point.unit == "percent" for point in useful) else "dBm"
    strongest: dict[str, int] = {}
    for point in useful:
        if point.unit == unit:
            strongest[point.bssid] = max(point.signal, strongest.get(point.bssid, point.signal))
    source = ", ".join(dict.fromkeys(adapter.source for adapter in adapters))
    interface = ", ".join(adapter.interface for adapter in adapters)
    if not strongest:
        return _absence("wifi_scan", Missing("absent", _NOTHING_HEARD), source, interface)
    ranked = sorted(strongest.items(), key=lambda entry: (-entry[1], entry[0]))
    value = tuple([(macs.format_mac(bssid), signal) for bssid, signal in ranked])
    detail = {"interface": interface, "unit": unit}
    return Reading("wifi_scan", "observed", value, source=source, identifying=True, detail=detail)


def _absence(fact: str, missing: Missing, source: str, interface: str) -> Reading:
    detail = {"interface": interface} if interface else None
    return Reading(fact, missing.status, source=source, reason=missing.reason, detail=detail)
