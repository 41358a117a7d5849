"""Wi-Fi as the kernel knows it, asked over generic netlink (linux/genetlink.h, linux/nl80211.h).

This is how `iw` reads, without a daemon and without privilege: the interfaces, the results of scans that others
made, and the station entry of the access point in use. Nothing is scanned or changed. Signals are in dBm.
"""

from __future__ import annotations

import errno
import struct

from isolation.errors import ProbeError
from isolation.identifiers import macs
from isolation.identifiers.escape import printable
from isolation.identifiers.ssid import LONGEST_SSID
from isolation.messages import message
from isolation.model import Value
from isolation.probes.linux import netlink
from isolation.probes.machine import NETLINK_GENERIC
from isolation.probes.wifi.elements import channel_of, parse_elements
from isolation.probes.wifi.readings import FRESH_SECONDS, AccessPoint, ConnectedNetwork, Missing, WifiAdapter
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from isolation.probes.machine import Channel, Machine
    from isolation.probes.wifi.readings import SignalUnit

SOURCE = "nl80211"

# linux/genetlink.h
_CONTROL_FAMILY, _GET_FAMILY, _FAMILY_ID, _FAMILY_NAME = 16, 3, 1, 2
_GENERIC_HEADER = struct.Struct("=BBH")  # command, version, reserved
# linux/netlink.h: a request (1) for everything there is (0x300)
_DUMP = 0x300

# linux/nl80211.h: commands, attributes, and what is nested in NL80211_ATTR_BSS and NL80211_ATTR_STA_INFO
_GET_INTERFACE, _GET_STATION, _GET_SCAN = 5, 17, 32
_IFINDEX, _IFNAME, _IFTYPE, _MAC, _STA_INFO, _BSS, _SSID = 3, 4, 5, 6, 21, 47, 52
_BSS_BSSID, _BSS_FREQUENCY, _BSS_CAPABILITY, _BSS_ELEMENTS, _BSS_SIGNAL_MBM = 1, 2, 5, 6, 7
_BSS_SIGNAL_UNSPEC, _BSS_STATUS, _BSS_SEEN_MS_AGO, _BSS_BEACON_ELEMENTS = 8, 9, 10, 11
_ASSOCIATED = 1
_STA_INFO_SIGNAL = 7
_IFTYPE_STATION, _IFTYPE_P2P_CLIENT = 2, 8

# Weaker than any receiver hears, or stronger than any antenna at hand: not a measurement.
_WEAKEST_DBM, _STRONGEST_DBM = -120, 0
_PATIENCE = 0.5  # seconds for one answer of the kernel, which has nothing to wait for


class Interface(Value):
    """One interface of a radio: `type` is an nl80211_iftype, `ssid` the network it is in (b"" where not told).

    A P2P device has neither a network interface nor its name: `index` 0 and `name` "".
    """

    __slots__ = ("index", "name", "ssid", "type")
    index: int
    name: str
    type: int
    ssid: bytes

    def __init__(self, index: int, name: str, type: int, ssid: bytes) -> None:  # noqa: A002 - the kernel's word
        self._init(index=index, name=name, type=type, ssid=ssid)


class Heard(Value):
    """One entry of the kernel's scan results: `bssid` in storage form, `frequency` in MHz, `signal` in `unit` (None:
    not measured), `age` in seconds, `capability` and `elements` as the access point sent them."""

    __slots__ = ("age", "associated", "bssid", "capability", "elements", "frequency", "signal", "unit")
    bssid: str
    frequency: int
    signal: int | None
    unit: SignalUnit
    age: float
    associated: bool
    capability: int
    elements: bytes

    def __init__(
        self,
        bssid: str,
        frequency: int,
        signal: int | None,
        unit: SignalUnit,
        age: float,
        *,
        associated: bool = False,
        capability: int = 0,
        elements: bytes = b"",
    ) -> None:
        self._init(
            bssid=bssid, frequency=frequency, signal=signal, unit=unit, age=age, associated=associated,
            capability=capability, elements=elements,
        )  # fmt: skip


class Station(Value):
    """The other end of a link: `mac` in storage form (of the access point), `signal` in dBm (None: not told)."""

    __slots__ = ("mac", "signal")
    mac: str
    signal: int | None

    def __init__(self, mac: str, signal: int | None) -> None:
        self._init(mac=mac, signal=signal)


class Radio(netlink.Kernel):
    """Questions to nl80211 over one channel, until `end` on the machine's monotonic clock; then TimeoutError."""

    __slots__ = ("_end", "_family", "_machine")

    def __init__(self, channel: Channel, machine: Machine, end: float) -> None:
        super().__init__(channel)
        self._machine, self._end = machine, end
        name = netlink.attribute(_FAMILY_NAME, SOURCE.encode() + b"\0")
        answers = self._exchange(_CONTROL_FAMILY, 0, _GENERIC_HEADER.pack(_GET_FAMILY, 1, 0) + name)
        self._family = parse_family(answers[0].payload if answers else b"")

    def everything(self, command: int, *, interface: int | None = None) -> list[bytes]:
        """The payloads of all that the kernel has for a command. OSError with its errno where it refuses.

        A list that changed while it was read is taken as it is: each entry is whole, and the radio hears new
        ones all the time.
        """
        if self._machine.monotonic() > self._end:
            raise TimeoutError
        body = _GENERIC_HEADER.pack(command, 0, 0)
        if interface is not None:
            body += netlink.attribute(_IFINDEX, struct.pack("=I", interface))
        return [message.payload for message in self._exchange(self._family, _DUMP, body)]


def read(machine: Machine, *, deadline: float) -> tuple[WifiAdapter, ...] | Missing:
    """Every interface of every radio in the common form; `Missing` where nl80211 cannot be asked at all.

    `deadline` in seconds is for everything together.
    """
    try:
        channel = machine.netlink(NETLINK_GENERIC, timeout=min(_PATIENCE, max(deadline, 0.001)))
    except OSError as error:
        return _why(error)
    try:
        radio = Radio(channel, machine, machine.monotonic() + deadline)
        interfaces = [parse_interface(payload) for payload in radio.everything(_GET_INTERFACE)]
        return tuple(_adapter(radio, interface) for interface in interfaces if interface.index)
    except OSError as error:
        return _why(error)
    except ProbeError as error:
        return Missing("failed", error.message)
    finally:
        channel.close()


def parse_family(payload: bytes) -> int:
    """The number of a generic netlink family, of the control family's answer. ProbeError for anything else."""
    found = _attributes(payload).get(_FAMILY_ID, b"")
    if len(found) != 2:
        raise ProbeError("The kernel's answer does not say which number nl80211 has.")
    return int(struct.unpack("=H", found)[0])


def parse_interface(payload: bytes) -> Interface:
    """An answer to NL80211_CMD_GET_INTERFACE. ProbeError for anything else."""
    found = _attributes(payload)
    name = found.get(_IFNAME, b"").rstrip(b"\0")
    index = netlink.number(found[_IFINDEX]) if _IFINDEX in found else 0
    if _IFTYPE not in found or (index > 0) != bool(name):
        raise ProbeError("The kernel's answer about a Wi-Fi interface lacks its name, number or type.")
    ssid = found.get(_SSID, b"")
    if len(ssid) > LONGEST_SSID:
        raise ProbeError(
            message(
                "The kernel's answer has a network name of {ssid} bytes, which is more than can be.", ssid=len(ssid)
            )
        )
    return Interface(index, printable(name.decode("utf-8", "backslashreplace")), netlink.number(found[_IFTYPE]), ssid)


def parse_scan_entry(payload: bytes) -> Heard:
    """An answer to NL80211_CMD_GET_SCAN. ProbeError for anything else.

    The age counts time asleep: the kernel ages its entries when it resumes (net/wireless/sysfs.c, wiphy_resume).
    """
    found = netlink.attributes(_attributes(payload).get(_BSS, b""))
    bssid, age = found.get(_BSS_BSSID, b""), found.get(_BSS_SEEN_MS_AGO)
    if len(bssid) != 6 or age is None:
        raise ProbeError("The kernel's answer about an access point lacks its address or age.")
    signal, unit = _signal(found)
    return Heard(
        macs.from_bytes(bssid), netlink.number(found[_BSS_FREQUENCY]) if _BSS_FREQUENCY in found else 0, signal, unit,
        netlink.number(age) / 1000,
        associated=_BSS_STATUS in found and netlink.number(found[_BSS_STATUS]) == _ASSOCIATED,
        capability=_capability(found.get(_BSS_CAPABILITY, b"\0\0")),
        elements=found.get(_BSS_ELEMENTS) or found.get(_BSS_BEACON_ELEMENTS, b""),
    )  # fmt: skip


def parse_station(payload: bytes) -> Station:
    """An answer to NL80211_CMD_GET_STATION. ProbeError for anything else."""
    found = _attributes(payload)
    mac = found.get(_MAC, b"")
    if len(mac) != 6:
        raise ProbeError("The kernel's answer about a station lacks its address.")
    signal = netlink.attributes(found.get(_STA_INFO, b"")).get(_STA_INFO_SIGNAL)
    if signal is not None and len(signal) != 1:
        raise ProbeError(
            message("The kernel's answer has a signal of {signal} bytes instead of 1.", signal=len(signal))
        )
    return Station(macs.from_bytes(mac), _measured(struct.unpack("b", signal)[0]) if signal else None)


def describe(interface: Interface, heard: Sequence[Heard], stations: Sequence[Station]) -> WifiAdapter:
    """The common form of one interface."""
    if interface.type not in {_IFTYPE_STATION, _IFTYPE_P2P_CLIENT}:
        other = Missing(
            "absent", message("{name} is in a mode in which it connects to no access point.", name=interface.name)
        )
        return WifiAdapter(interface.name, SOURCE, other, other)
    visible = tuple(
        AccessPoint(entry.bssid, entry.signal, entry.unit)
        for entry in heard
        if entry.signal is not None and (entry.associated or entry.age <= FRESH_SECONDS)
    )
    return WifiAdapter(interface.name, SOURCE, _networks(interface, heard, stations), visible)


def _adapter(radio: Radio, interface: Interface) -> WifiAdapter:
    """Ask for all of one interface. What fails about it makes this adapter fail, and no other."""
    try:
        heard = [parse_scan_entry(payload) for payload in radio.everything(_GET_SCAN, interface=interface.index)]
        stations = [parse_station(payload) for payload in radio.everything(_GET_STATION, interface=interface.index)]
    except TimeoutError:
        raise
    except (OSError, ProbeError) as error:
        missing = _why(error) if isinstance(error, OSError) else Missing("failed", error.message)
        return WifiAdapter(interface.name, SOURCE, missing, missing)
    return describe(interface, heard, stations)


def _networks(
    interface: Interface, heard: Sequence[Heard], stations: Sequence[Station]
) -> tuple[ConnectedNetwork, ...] | Missing:
    """The access points in use: one, or one for each link of a multi-link association (802.11be).

    A scan entry in use may be missing, e.g. after the results were flushed; then the station entry tells.
    """
    signals = {station.mac: station.signal for station in stations}
    used = [entry for entry in heard if entry.associated]
    if used:
        return tuple(_network(interface, entry, signals.get(entry.bssid)) for entry in used)
    if stations:
        ssid = interface.ssid or Missing(
            "failed", message("The kernel does not tell the name of {name}'s network.", name=interface.name)
        )
        return tuple(ConnectedNetwork(station.mac, ssid, signal=station.signal) for station in stations)
    return Missing("absent", message("The Wi-Fi adapter {name} is not connected to a network.", name=interface.name))


def _network(interface: Interface, entry: Heard, signal: int | None) -> ConnectedNetwork:
    """What the kernel itself keeps of the association goes before what the access point sends."""
    try:
        beacon = parse_elements(entry.elements, entry.capability)
        ssid, words = interface.ssid or beacon.ssid or b"", beacon.security
    except ProbeError:  # the access point sends nonsense; the kernel still knows its address
        ssid, words = interface.ssid, ""
    return ConnectedNetwork(
        entry.bssid, ssid, channel=channel_of(entry.frequency), security=words,
        signal=entry.signal if signal is None else signal, unit=entry.unit if signal is None else "dBm",
    )  # fmt: skip


def _attributes(payload: bytes) -> dict[int, bytes]:
    if len(payload) < _GENERIC_HEADER.size:
        raise ProbeError("The kernel's answer ends within a generic netlink header.")
    return netlink.attributes(payload, _GENERIC_HEADER.size)


def _signal(found: dict[int, bytes]) -> tuple[int | None, SignalUnit]:
    """Hundredths of a dBm (s32), or a driver's own scale from 0 to 100 (u8)."""
    if _BSS_SIGNAL_MBM in found:
        return _measured(round(_signed(netlink.number(found[_BSS_SIGNAL_MBM])) / 100)), "dBm"
    raw = found.get(_BSS_SIGNAL_UNSPEC, b"")
    return (raw[0], "percent") if len(raw) == 1 and raw[0] <= 100 else (None, "percent")


def _capability(value: bytes) -> int:
    if len(value) != 2:
        raise ProbeError(
            message("The kernel's answer has a capability field of {value} bytes instead of 2.", value=len(value))
        )
    return int(struct.unpack("=H", value)[0])


def _signed(value: int) -> int:
    return value - (1 << 32) if value >= 1 << 31 else value


def _measured(signal: int) -> int | None:
    return signal if _WEAKEST_DBM <= signal < _STRONGEST_DBM else None


def _why(error: OSError) -> Missing:
    """What the kernel's refusal means to the person before this machine."""
    if isinstance(error, TimeoutError):
        return Missing("failed", message("The kernel did not tell of the Wi-Fi network (nl80211) in time; try again."))
    if error.errno in {errno.EPERM, errno.EACCES}:
        return Missing("denied", message("The system does not let this process ask the kernel about Wi-Fi (nl80211)."))
    if error.errno in {errno.ENOENT, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT}:
        return Missing("failed", message("The kernel's Wi-Fi interface (nl80211) is not there."))
    return Missing(
        "failed",
        message(
            "The kernel's Wi-Fi interface (nl80211) answered: {why}.",
            why=why_of(error) if error.strerror else message("an error"),
        ),
    )
