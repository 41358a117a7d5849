"""Run the probe as a process of its own and print its readings as JSON.

`--without-netlink` first asks the kernel (seccomp) to refuse AF_NETLINK sockets; `--meanwhile COMMAND` runs a command
right after the interfaces were listed; `--times N` probes N times and prints every run's readings.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import json
import struct
import subprocess

from isolation.model import Reading
from isolation.probes import Machine, probe
from isolation.probes.machine import NETLINK_ROUTE, Channel

_RTM_GETLINK = 18
_NLMSG_DONE = 3


def refuse_netlink() -> None:
    """Install a seccomp filter under which socket(AF_NETLINK, …) fails with EPERM (x86-64 and arm64)."""
    number = {"x86_64": 41, "aarch64": 198}[__import__("platform").machine()]
    instructions = [
        (0x20, 0, 0, 0),  # load the system call's number
        (0x15, 0, 3, number),  # another than socket: allow
        (0x20, 0, 0, 16),  # load the first argument, the family
        (0x15, 0, 1, 16),  # another than AF_NETLINK: allow
        (0x06, 0, 0, 0x00050000 | errno.EPERM),
        (0x06, 0, 0, 0x7FFF0000),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in instructions))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    assert libc.prctl(22, 2, program, 0, 0) == 0, ctypes.get_errno()  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


class _Meddled:
    """A real channel; once the interfaces are listed, a command changes them."""

    def __init__(self, channel: Channel, command: str) -> None:
        self._channel = channel
        self._command = command
        self._listing = False

    def send(self, message: bytes) -> None:
        self._listing = struct.unpack_from("=H", message, 4)[0] == _RTM_GETLINK
        self._channel.send(message)

    def receive(self) -> bytes:
        answer = self._channel.receive()
        if self._listing and self._command and struct.unpack_from("=H", answer, 4)[0] == _NLMSG_DONE:
            command, self._command = self._command, ""
            subprocess.run(command, shell=True, check=True)  # noqa: S602 - the test's own command
        return answer

    def close(self) -> None:
        self._channel.close()


class MeddledMachine(Machine):
    """This machine, while somebody changes it."""

    def __init__(self, command: str) -> None:
        self._command = command

    def netlink(self, protocol: int = NETLINK_ROUTE, *, groups: int = 0, timeout: float = 0.5) -> Channel:
        """A channel during which the command is run."""
        return _Meddled(super().netlink(protocol, groups=groups, timeout=timeout), self._command)  # type: ignore[return-value]


def as_json(reading: Reading) -> dict[str, object]:
    """A reading as the probe's JSON has it, with its detail."""
    keys = ("fact", "status", "value", "source", "reason", "identifying", "confidence")
    return {key: getattr(reading, key) for key in keys} | {"detail": dict(reading.detail)}


def main() -> None:
    """Probe and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--without-netlink", action="store_true")
    parser.add_argument("--meanwhile", default="")
    parser.add_argument("--times", type=int, default=1)
    options = parser.parse_args()
    if options.without_netlink:
        refuse_netlink()
    machine = MeddledMachine(options.meanwhile) if options.meanwhile else Machine()
    identities = [probe(machine) for _ in range(options.times)]
    print(json.dumps([as_json(reading) for identity in identities for reading in identity.readings]))  # noqa: T201 - this is its output


if __name__ == "__main__":
    main()
