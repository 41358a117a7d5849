"""Which machine this is: the keyed hash of its machine id, and how far that can be trusted.

The id is a file, and files are copied: images, clones and containers share it. So it is `certain` only where
something of the hardware stands beside it (a built-in card's permanent MAC, the SMBIOS UUID), and `probable`, with the
reason, where nothing does and in containers and WSL.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers import machine_ids
from isolation.identifiers.catalogue import judge_machine_id, judge_uuid
from isolation.messages import joined, message
from isolation.model import Reading
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Confidence, Status
    from isolation.probes.machine import Machine

# machine-id(5); D-Bus keeps its own copy where there is no systemd.
_ID_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
# Readable by root alone (drivers/firmware/dmi-id.c).
_SMBIOS_UUID = "/sys/class/dmi/id/product_uuid"

# What container engines leave in the file system (docker; podman, toolbox, buildah; systemd-nspawn and others).
_MARKS = (("/.dockerenv", "Docker"), ("/run/.containerenv", "Podman"), ("/run/systemd/container", "systemd"))
# Their names in /proc/1/cgroup, where a version 1 hierarchy or a shared cgroup namespace shows them.
_CGROUPS = (
    (b"docker", "Docker"), (b"kubepods", "Kubernetes"), (b"libpod", "Podman"), (b"containerd", "containerd"),
    (b"lxc", "LXC"), (b"garden", "Garden"),
)  # fmt: skip


def contained(machine: Machine) -> str:
    """A sentence that says in what kind of container this process runs, or that this is WSL; "" for neither."""
    for path, engine in _MARKS:
        if machine.exists(path):
            return message("This is a container ({engine}: {path}).", engine=engine, path=path)
    environment = machine.environment
    if "KUBERNETES_SERVICE_HOST" in environment:
        return message("This is a container (Kubernetes).")
    if environment.get("container"):
        return message("This is a container (the environment says so).")
    groups = _read(machine, "/proc/1/cgroup")
    for word, engine in _CGROUPS:
        if word in groups:
            return message("This is a container ({engine}: /proc/1/cgroup).", engine=engine)
    if b"microsoft" in _read(machine, "/proc/sys/kernel/osrelease").lower():
        return message("This is WSL, a virtual machine inside Windows.")
    return ""


def _read(machine: Machine, path: str) -> bytes:
    try:
        return machine.read_file(path, 8192)
    except OSError:
        return b""


def read(machine: Machine, hardware: list[Reading], inside: str) -> list[Reading]:
    """`device_id`. `hardware` are this machine's `hardware_mac` readings, `inside` is what `contained` says."""
    uuid = _smbios(machine)
    status: Status = "absent"
    reasons: list[str] = []
    for path in _ID_FILES:
        try:
            text = machine.read_file(path, 256).decode("ascii", "replace")
            return [_from_machine_id(machine_ids.parse_machine_id(text), path, hardware, uuid, inside)]
        except FileNotFoundError:
            reasons.append(message("There is no {path}.", path=path))
        except OSError as error:
            status = "denied" if isinstance(error, PermissionError) else "failed"
            reasons.append(message("{path} could not be read: {why}.", path=path, why=why_of(error)))
        except BadIdentifier as error:
            reasons.append(message("{path} holds no machine id: {reason}", path=path, reason=error.message))
    if uuid:
        return [_from_uuid(uuid, inside)]
    return [Reading("device_id", status, source=_ID_FILES[0], reason=" ".join(reasons))]


def _from_machine_id(digits: str, path: str, hardware: list[Reading], uuid: str, inside: str) -> Reading:
    """The id's keyed hash: certain where the hardware vouches that this is no copy, probable where nothing does."""
    judged = judge_machine_id(digits, path)
    built_in = [card for card in hardware if card.identifying and not card.detail.get("removable")]
    if not judged.identifying:
        return _reading(digits, path, judged.reason, "certain", identifying=False)
    if inside:
        return _reading(digits, path, message("{inside} Its id can come with the image.", inside=inside), "probable")
    if uuid or any(card.confidence != "weak" for card in built_in):
        beside = message("the SMBIOS UUID") if uuid else message("a built-in card's permanent MAC address")
        return _reading(
            digits,
            path,
            message("A keyed hash of the machine id; {beside} stands beside it.", beside=beside),
            "certain",
        )
    reason = message(
        "No permanent MAC address and no SMBIOS UUID stands beside the id, so a copy of this disk looks the same."
    )
    return _reading(digits, path, reason, "probable")


def _from_uuid(uuid: str, inside: str) -> Reading:
    """Without a machine id, root still reads the mainboard's."""
    reason = message("A keyed hash of the SMBIOS UUID, because there is no machine id.")
    if inside:
        reason = joined(" ", [inside, reason])
    return _reading(uuid, _SMBIOS_UUID, reason, "probable" if inside else "certain")


def _reading(digits: str, source: str, reason: str, confidence: Confidence, *, identifying: bool = True) -> Reading:
    value = machine_ids.app_specific(digits)
    return Reading(
        "device_id", "observed", value, source=source, reason=reason, identifying=identifying, confidence=confidence
    )


def _smbios(machine: Machine) -> str:
    """The SMBIOS UUID's 32 hex digits where it can be read and is not a maker's placeholder, else ""."""
    try:
        digits = machine_ids.parse_uuid(machine.read_file(_SMBIOS_UUID, 64).decode("ascii", "replace"))
    except (OSError, BadIdentifier):
        return ""
    return digits if judge_uuid(digits).identifying else ""
