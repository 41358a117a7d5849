"""The one seam for all input and output of the probes.

Every probe is handed a `Machine` and reaches the computer through it alone, so that tests hand it a simulated
one and no probe can touch what it should not. Each method does one thing and raises what the system raises:
`FileNotFoundError` for what is not there, `PermissionError` for what is refused, `TimeoutError` for what does not
answer in time, `OSError` for all else. Probes turn these into a reading's status and reason.

The Wi-Fi probes' D-Bus session and the public-address services' HTTP are seams of their own.

This module is on the path of a pre-login check: it imports nothing heavy before it is asked to.
"""

from __future__ import annotations

import _socket
import os
import struct
import sys
import time

from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ctypes
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    # A tool's exit code (negative: killed by that signal), standard output and standard error.
    Completed: TypeAlias = tuple[int, bytes, bytes]
    # An interface's addresses: (kind, text) with kind "inet", "inet6" or "link".
    Inventory: TypeAlias = dict[str, list[tuple[str, str]]]

NETLINK_ROUTE = 0
NETLINK_GENERIC = 16

# linux/in.h: choose the outgoing interface without any privilege (values in network byte order).
_IP_UNICAST_IF = 50
# RFC 863: the discard service. Nothing has to listen there; the packet only makes the kernel ask for the neighbour.
_DISCARD = 9
_SIOCGIFCONF = 0x8912  # linux/sockios.h


class Channel:
    """A netlink conversation with the kernel: datagrams out, datagrams in."""

    __slots__ = ("_socket",)

    def __init__(self, sock: _socket.socket) -> None:
        self._socket = sock

    def send(self, message: bytes) -> None:
        """Hand the kernel one request."""
        self._socket.send(message)

    def receive(self) -> bytes:
        """The next datagram; TimeoutError where none comes within the channel's time limit.

        Dumps come in pieces of at most 32 KiB (net/netlink/af_netlink.c, netlink_dump), so 64 KiB never truncates.
        """
        return self._socket.recv(65536)

    def close(self) -> None:
        """End the conversation; nothing can be sent afterwards."""
        self._socket.close()


class Machine:
    """The computer that this process runs on."""

    __slots__ = ()

    @property
    def platform(self) -> str:
        """`linux`, `darwin`, `win32`, or another `sys.platform`."""
        return sys.platform

    @property
    def environment(self) -> Mapping[str, str]:
        """The process's environment variables."""
        return os.environ

    # Files -----------------------------------------------------------------------------------------------------

    def read_file(self, path: str, limit: int = 65536) -> bytes:
        """The first `limit` bytes of a file."""
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
        try:
            content = piece = os.read(descriptor, limit)
            while piece and len(content) < limit:  # files of /proc may come in pieces
                piece = os.read(descriptor, limit - len(content))
                content += piece
            return content
        finally:
            os.close(descriptor)

    def list_dir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        return sorted(os.listdir(path))

    def read_link(self, path: str) -> str:
        """Where a symbolic link points, as written in it."""
        return os.readlink(path)

    def exists(self, path: str) -> bool:
        """Whether something is there; False also where that cannot be told."""
        return os.access(path, os.F_OK)

    # The kernel and the network --------------------------------------------------------------------------------

    def netlink(self, protocol: int = NETLINK_ROUTE, *, groups: int = 0, timeout: float = 0.5) -> Channel:
        """A netlink channel whose `receive` waits `timeout` seconds; OSError where there is no netlink."""
        family = getattr(_socket, "AF_NETLINK", None)
        if family is None:
            raise OSError("This system has no netlink.")
        sock = _socket.socket(family, _socket.SOCK_RAW | _socket.SOCK_CLOEXEC, protocol)
        try:
            sock.settimeout(timeout)
            sock.bind((0, groups))
        except OSError:
            sock.close()
            raise
        return Channel(sock)

    def nudge(self, address: str, interface: int) -> None:
        """Send one empty datagram to a neighbour's discard port, so that the kernel asks for its MAC address."""
        version_6 = ":" in address
        family = _socket.AF_INET6 if version_6 else _socket.AF_INET
        sock = _socket.socket(family, _socket.SOCK_DGRAM, 0)
        try:
            sock.setblocking(False)
            if version_6:
                sock.sendto(b"", (address, _DISCARD, 0, interface))
            else:
                if sys.platform == "linux":
                    sock.setsockopt(_socket.IPPROTO_IP, _IP_UNICAST_IF, interface.to_bytes(4, "big"))
                sock.sendto(b"", (address, _DISCARD))
        finally:
            sock.close()

    def source_address(self, destination: str) -> str:
        """The address this machine would send from towards `destination`. Connects a datagram socket: no packet."""
        family = _socket.AF_INET6 if ":" in destination else _socket.AF_INET
        sock = _socket.socket(family, _socket.SOCK_DGRAM, 0)
        try:
            sock.connect((destination, _DISCARD))
            return str(sock.getsockname()[0])
        finally:
            sock.close()

    def interface_addresses(self) -> Inventory:
        """Every interface's addresses by psutil. Windows leaves out interfaces without any (psutil #2352)."""
        import psutil

        kinds = {_socket.AF_INET: "inet", _socket.AF_INET6: "inet6", psutil.AF_LINK: "link"}
        return {
            name: [(kinds[entry.family], entry.address) for entry in entries if entry.family in kinds]
            for name, entries in psutil.net_if_addrs().items()
        }

    def ipv4_interfaces(self) -> list[tuple[str, str]]:
        """Linux: IPv4 addresses as (interface, address) by SIOCGIFCONF (man 7 netdevice), which needs no netlink."""
        import fcntl
        from array import array

        size = 40 if sys.maxsize > 2**32 else 32  # struct ifreq: a name of 16 bytes, then a struct sockaddr
        room = array("B", bytes(size * 1024))
        sock = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM, 0)
        try:
            answer = fcntl.ioctl(sock.fileno(), _SIOCGIFCONF, struct.pack("@iP", len(room), room.buffer_info()[0]))
        finally:
            sock.close()
        used = bytes(room[: struct.unpack_from("@i", answer)[0]])
        rows = [used[start : start + size] for start in range(0, len(used), size)]
        return [(row[:16].split(b"\0")[0].decode(errors="replace"), ".".join(map(str, row[20:24]))) for row in rows]

    def listed_gateways(self) -> list[tuple[str, str]]:
        """The default gateways by netifaces, as (address, interface).

        An inventory only: it misses policy routing and several paths, and where a tunnel has the default route
        it still names the gateway of the local network.
        """
        import netifaces

        found: dict[Any, Any] = netifaces.gateways()
        listed = [*found.get(netifaces.AF_INET, ()), *found.get(netifaces.AF_INET6, ())]
        return [(str(entry[0]), str(entry[1])) for entry in listed if entry[2]]

    # Tools and libraries ---------------------------------------------------------------------------------------

    def run(self, command: Sequence[str], timeout: float = 5.0) -> Completed:
        """Run a tool without a shell, its input closed and its messages in English where it can.

        FileNotFoundError where there is no such tool, TimeoutError where it does not end in time (it is killed).
        """
        import subprocess

        environment = {**self.environment, "LC_ALL": "C", "LANG": "C"}
        with subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as process:  # fmt: skip
            try:
                out, err = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise TimeoutError(
                    message("{name} did not end within {timeout:g} seconds.", name=command[0], timeout=timeout)
                ) from error
            return process.returncode, out, err

    def library(self, name: str) -> ctypes.CDLL:
        """A system library by ctypes: `iphlpapi`, `wlanapi` on Windows (stdcall), `libc.dylib` on macOS."""
        import ctypes

        loader = getattr(ctypes, "WinDLL", None) if sys.platform == "win32" else ctypes.CDLL
        if loader is None:
            raise OSError(message("The library {name} cannot be loaded here.", name=name))
        library: ctypes.CDLL = loader(name)
        return library

    def registry_value(self, key: str, name: str) -> str | int | bytes:
        r"""A value below HKEY_LOCAL_MACHINE, 64-bit view: (`SOFTWARE\Microsoft\Cryptography`, `MachineGuid`)."""
        if sys.platform != "win32":
            raise FileNotFoundError(message("There is no registry on {platform}.", platform=sys.platform))
        import winreg

        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, access) as handle:
            value: str | int | bytes = winreg.QueryValueEx(handle, name)[0]
            return value

    # Time ------------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """The wall clock: microseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Seconds of a clock that never steps back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
