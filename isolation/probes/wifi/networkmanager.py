"""Wi-Fi as NetworkManager knows it, asked over D-Bus.

https://networkmanager.dev/docs/api/latest/spec.html, read 2026-11. Nothing is scanned or changed: what is told is
what NetworkManager has heard already. It measures signals as percentages, not in dBm.

With iwd in place of wpa_supplicant, NetworkManager invents the access points' addresses (nm-device-iwd.c: 00-01-02
and a counter). They are the same on unrelated machines and are never taken for BSSIDs here.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier, ProbeError
from isolation.identifiers import macs
from isolation.identifiers.ssid import LONGEST_SSID
from isolation.messages import message
from isolation.model import Value
from isolation.probes.wifi import security
from isolation.probes.wifi.bus import SYSTEM_BUS, Bus, BusError, Call
from isolation.probes.wifi.elements import channel_of
from isolation.probes.wifi.readings import FRESH_SECONDS, AccessPoint, ConnectedNetwork, Missing, WifiAdapter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    from isolation.probes.machine import Machine

    # D-Bus properties: name -> (signature, value), as they come in an answer of type a{sv}.
    Properties: TypeAlias = Mapping[str, tuple[str, Any]]

SOURCE = message("NetworkManager over D-Bus")

_SERVICE = "org.freedesktop.NetworkManager"
_ROOT = "/org/freedesktop/NetworkManager"
_DEVICE = f"{_SERVICE}.Device"
_WIRELESS = f"{_SERVICE}.Device.Wireless"
_ACCESS_POINT = f"{_SERVICE}.AccessPoint"

_TYPE_WIFI = 2  # NMDeviceType
_MODE_ACCESS_POINT = 3  # NM80211Mode
_NO_OBJECT = "/"
# NMDeviceState: from the moment the radio is associated and an address is asked for, to the full connection.
_UNMANAGED, _UNAVAILABLE, _DISCONNECTED, _IP_CONFIG, _ACTIVATED = 10, 20, 30, 70, 100
_INVENTED = "000102"
_PRIVACY = 0x1  # NM80211ApFlags
_KEYS = {
    0x100: security.PSK, 0x200: security.ENTERPRISE, 0x400: security.SAE, 0x800: security.OWE,
    0x2000: security.ENTERPRISE_192,
}  # fmt: skip
_OPEN_WITH_OWE_BESIDE = 0x1000  # NM_802_11_AP_SEC_KEY_MGMT_OWE_TM: this one is open, its twin is encrypted

_ABSENT_SERVICE = frozenset({"org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner"})
_DENIED = frozenset({"org.freedesktop.DBus.Error.AccessDenied", f"{_SERVICE}.PermissionDenied"})


class Device(Value):
    """One Wi-Fi adapter as NetworkManager describes it: `state` an NMDeviceState, `mode` an NM80211Mode, `active`
    the object path of the access point it uses ("/" for none)."""

    __slots__ = ("active", "interface", "mode", "state")
    interface: str
    state: int
    mode: int
    active: str

    def __init__(self, interface: str, state: int, mode: int, active: str) -> None:
        self._init(interface=interface, state=state, mode=mode, active=active)


class Heard(Value):
    """One access point as NetworkManager describes it: `bssid` in storage form, `frequency` in MHz, `strength` in
    percent, `last_seen` in seconds of CLOCK_BOOTTIME (-1: never)."""

    __slots__ = ("bssid", "frequency", "last_seen", "security", "ssid", "strength")
    bssid: str
    ssid: bytes
    frequency: int
    strength: int
    last_seen: int
    security: str

    def __init__(self, bssid: str, ssid: bytes, frequency: int, strength: int, last_seen: int, security: str) -> None:
        self._init(
            bssid=bssid, ssid=ssid, frequency=frequency, strength=strength, last_seen=last_seen, security=security
        )


def read(machine: Machine, *, deadline: float) -> tuple[WifiAdapter, ...] | Missing:
    """Every Wi-Fi adapter that NetworkManager knows; `Missing` where it cannot be asked at all.

    `deadline` in seconds is for everything together. The bus is the one named by DBUS_SYSTEM_BUS_ADDRESS, else the
    system's.
    """
    address = machine.environment.get("DBUS_SYSTEM_BUS_ADDRESS") or SYSTEM_BUS
    try:
        with Bus(address, deadline=deadline) as bus:
            return tuple(_adapter(bus, path, general, machine) for path, general in _wifi_devices(bus))
    except BusError as error:
        return _why(error)
    except ProbeError as error:
        return Missing("failed", error.message)


def parse_device(general: Properties, wireless: Properties) -> Device:
    """A device of the properties of its interfaces Device and Device.Wireless; ProbeError where they lack one."""
    active = wireless.get("ActiveAccessPoint", ("o", _NO_OBJECT))  # left out by some versions when there is none
    if active[0] != "o":
        raise ProbeError("NetworkManager names no object where the access point in use should be.")
    return Device(_get(general, "Interface", "s"), _get(general, "State", "u"), _get(wireless, "Mode", "u"), active[1])


def parse_access_point(properties: Properties) -> Heard:
    """An access point of its properties; ProbeError where one is missing or cannot be."""
    ssid = bytes(_get(properties, "Ssid", "ay"))
    if len(ssid) > LONGEST_SSID:
        raise ProbeError(
            message(
                "NetworkManager gives a network name of {ssid} bytes; {longest_ssid} is the most there can be.",
                ssid=len(ssid),
                longest_ssid=LONGEST_SSID,
            )
        )
    strength = _get(properties, "Strength", "y")
    if strength > 100:
        raise ProbeError(message("NetworkManager gives a signal strength of {strength} percent.", strength=strength))
    return Heard(
        _bssid(_get(properties, "HwAddress", "s")), ssid, _get(properties, "Frequency", "u"), strength,
        _get(properties, "LastSeen", "i"), _security(properties),
    )  # fmt: skip


def describe(device: Device, active: Heard | None, heard: Sequence[Heard], boot_time: float | None) -> WifiAdapter:
    """The common form of one device: `active` is the access point it uses, `heard` are all it knows of,
    `boot_time` is now in seconds of CLOCK_BOOTTIME (None where that cannot be told)."""
    return WifiAdapter(device.interface, SOURCE, _networks(device, active), _visible(device, active, heard, boot_time))


def _wifi_devices(bus: Bus) -> list[tuple[str, Properties]]:
    paths = _objects(bus, Call(_ROOT, _SERVICE, "GetDevices"))
    described = zip(paths, _properties_of(bus, _DEVICE, paths), strict=True)
    return [(path, found) for path, found in described if found.get("DeviceType") == ("u", _TYPE_WIFI)]


def _adapter(bus: Bus, path: str, general: Properties, machine: Machine) -> WifiAdapter:
    """Ask for all of one adapter. What is malformed about it makes this adapter fail, and no other."""
    wireless = _properties_of(bus, _WIRELESS, [path])[0]
    try:
        device = parse_device(general, wireless)
        listed = _objects(bus, Call(path, _WIRELESS, "GetAllAccessPoints"))
        heard, active = _access_points(bus, listed, device.active)
        return describe(device, active, heard, _boot_time(machine))
    except BusError:
        raise
    except ProbeError as error:
        failed = Missing("failed", error.message)
        return WifiAdapter(str(general.get("Interface", ("s", ""))[1]), SOURCE, failed, failed)


def _access_points(bus: Bus, paths: Sequence[str], used: str) -> tuple[list[Heard], Heard | None]:
    """The access points at these object paths, and the one in use, which a list made a moment ago may lack.

    One that is gone again, or that is malformed because of what its radio sends, is left out.
    """
    wanted = list(dict.fromkeys([*paths, used] if used != _NO_OBJECT else paths))
    heard: dict[str, Heard] = {}
    for path, properties in zip(wanted, _properties_of(bus, _ACCESS_POINT, wanted), strict=True):
        try:
            heard[path] = parse_access_point(properties)
        except ProbeError:
            continue
    return list(heard.values()), heard.get(used)


def _objects(bus: Bus, call: Call) -> list[str]:
    """The object paths that a method lists."""
    match bus.call(_SERVICE, call):
        case [list(paths)] if all(isinstance(path, str) and path.startswith("/") for path in paths):
            return paths
    raise ProbeError(message("NetworkManager does not answer {method} as it documents.", method=call.method))


def _properties_of(bus: Bus, interface: str, paths: Sequence[str]) -> list[Properties]:
    """All properties of one interface of each object; none of an object that is gone."""
    calls = [Call(path, "org.freedesktop.DBus.Properties", "GetAll", "s", (interface,)) for path in paths]
    answers = bus.call_many(_SERVICE, calls)
    denied = [answer for answer in answers if isinstance(answer, BusError) and answer.name in _DENIED]
    if denied:
        raise denied[0]
    return [_signed(answer) for answer in answers]


def _signed(answer: tuple[Any, ...] | BusError) -> Properties:
    """The properties in an answer; none where it is an error or something else."""
    match answer:
        case [dict(properties)] if all(isinstance(value, tuple) for value in properties.values()):
            return properties
    return {}


def _networks(device: Device, active: Heard | None) -> tuple[ConnectedNetwork, ...] | Missing:
    name = device.interface
    if device.state <= _UNMANAGED:
        return Missing("failed", message("NetworkManager does not manage {name}.", name=name))
    if device.mode == _MODE_ACCESS_POINT:
        return Missing("absent", message("{name} is an access point itself and is connected to none.", name=name))
    if device.state == _UNAVAILABLE:
        return Missing("absent", message("The Wi-Fi adapter {name} is switched off or not ready.", name=name))
    if device.state == _DISCONNECTED:
        return Missing("absent", message("The Wi-Fi adapter {name} is not connected to a network.", name=name))
    if not _IP_CONFIG <= device.state <= _ACTIVATED:
        return Missing(
            "failed", message("The Wi-Fi adapter {name} is just connecting or disconnecting; try again.", name=name)
        )
    if active is None:
        return Missing(
            "failed", message("NetworkManager does not tell which access point {name} uses; try again.", name=name)
        )
    return (_network(active),)


def _network(active: Heard) -> ConnectedNetwork:
    bssid = Missing("redacted", _invented_reason()) if active.bssid.startswith(_INVENTED) else active.bssid
    return ConnectedNetwork(
        bssid, active.ssid, channel=0 if isinstance(bssid, Missing) else channel_of(active.frequency),
        security=active.security, signal=active.strength, unit="percent",
    )  # fmt: skip


def _visible(
    device: Device, active: Heard | None, heard: Sequence[Heard], boot_time: float | None
) -> tuple[AccessPoint, ...] | Missing:
    if device.state <= _UNMANAGED:
        return Missing("failed", message("NetworkManager does not manage {interface}.", interface=device.interface))
    if device.state == _UNAVAILABLE:
        return Missing(
            "absent", message("The Wi-Fi adapter {interface} is switched off or not ready.", interface=device.interface)
        )
    if boot_time is None:
        return Missing("failed", message("How old the scan is cannot be told, because /proc/uptime cannot be read."))
    real = [point for point in heard if not point.bssid.startswith(_INVENTED)]
    if heard and not real:
        return Missing("redacted", _invented_reason())
    associated = active if _IP_CONFIG <= device.state <= _ACTIVATED else None
    fresh = [point for point in real if point == associated or _fresh(point, boot_time)]
    return tuple(AccessPoint(point.bssid, point.strength, "percent") for point in fresh)


def _fresh(point: Heard, boot_time: float) -> bool:
    """Whether it was heard lately; CLOCK_BOOTTIME also runs while the machine sleeps and is carried elsewhere."""
    return point.last_seen >= 0 and boot_time - point.last_seen <= FRESH_SECONDS


def _invented_reason() -> str:
    return message("NetworkManager with iwd makes up the access points' addresses (00-01-02 and a counter).")


def _bssid(text: str) -> str:
    try:
        return macs.parse_mac(text)
    except BadIdentifier as error:
        raise ProbeError("NetworkManager gives something that is not the address of an access point.") from error


def _security(properties: Properties) -> str:
    flags, wpa, rsn = (_get(properties, name, "u") for name in ("Flags", "WpaFlags", "RsnFlags"))
    return security.describe(privacy=bool(flags & _PRIVACY), wpa=_keys(wpa), rsn=_keys(rsn))


def _keys(flags: int) -> frozenset[str] | None:
    if not flags & ~_OPEN_WITH_OWE_BESIDE:
        return None
    return frozenset(name for bit, name in _KEYS.items() if flags & bit)


def _get(properties: Properties, name: str, signature: str) -> Any:
    """One property's value. The parser made the value of its signature, so the signature vouches for its type."""
    found = properties.get(name)
    if found is None or found[0] != signature:
        raise ProbeError(message("NetworkManager does not give the property {name} as it documents.", name=name))
    return found[1]


def _boot_time(machine: Machine) -> float | None:
    """Now in seconds of CLOCK_BOOTTIME: the first field of /proc/uptime."""
    try:
        return float(machine.read_file("/proc/uptime", 64).split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _why(error: BusError) -> Missing:
    """What an error of the whole conversation means to the person before this machine."""
    if error.name in _ABSENT_SERVICE:
        return Missing("failed", message("NetworkManager is not running; start it (systemctl start NetworkManager)."))
    if error.name in _DENIED:
        return Missing("denied", message("This user may not ask NetworkManager; sign in at the machine itself."))
    if error.name == "no-library":
        return Missing(
            "failed", message("{message} NetworkManager is asked by it; install it with pip.", message=error.message)
        )
    if error.name == "no-bus":
        return Missing(
            "failed",
            message("{message} NetworkManager is asked over it; start the service dbus.", message=error.message),
        )
    if error.name in {"silent", "closed"}:
        return Missing(
            "failed",
            message("{message} NetworkManager did not tell of the Wi-Fi network; try again.", message=error.message),
        )
    return Missing("failed", message("NetworkManager answered with the error {plain}.", plain=_plain(error.name)))


def _plain(name: str) -> str:
    """A D-Bus error's name without whatever does not belong in one."""
    return "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "._"))[:80]
