"""A D-Bus connection whose every wait ends at one deadline.

The messages are jeepney's; the socket is ours, because jeepney's own connection waits without limit for the bus's
first answer. Nothing is started by asking: calls carry the flag that forbids the bus to activate a service.

jeepney takes 16 ms to import and is there on Linux only, so it is imported when a connection is opened.
"""

from __future__ import annotations

import itertools
import socket
import struct
import time
from types import TracebackType

from isolation.errors import ProbeError
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Self

    from jeepney import Message

SYSTEM_BUS = "unix:path=/var/run/dbus/system_bus_socket"  # D-Bus specification, "System message bus"

# The system bus answers at most 128 calls of one connection at a time (system.conf, max_replies_per_connection).
_AT_ONCE = 64
# Hundreds of access points take a tenth of this; whoever sends more is not what we asked for.
_RECEIVE_LIMIT = 4 << 20
# What jeepney's parser raises for bytes that are no message.
_NO_MESSAGE = (struct.error, ValueError, LookupError, TypeError, AssertionError, OverflowError, RecursionError)


class BusError(ProbeError):
    """The bus is not there, went away, did not answer in time, or answered with an error.

    `name` is the D-Bus error's name, or one of `no-library`, `no-bus`, `closed` and `silent`.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Call(Value):
    """A method call: object path, interface, method, and its arguments with their D-Bus signature."""

    __slots__ = ("arguments", "interface", "method", "path", "signature")
    path: str
    interface: str
    method: str
    signature: str
    arguments: tuple[Any, ...]

    def __init__(self, path: str, interface: str, method: str, signature: str = "", arguments: Any = ()) -> None:
        self._init(path=path, interface=interface, method=method, signature=signature, arguments=tuple(arguments))


class Bus:
    """One connection to the message bus at `address` (a D-Bus server address), closed by `with`.

    All that is done with it, connecting included, takes at most `deadline` seconds; then BusError `silent`.
    """

    def __init__(self, address: str, *, deadline: float) -> None:
        self._deadline = deadline
        self._end = time.monotonic() + deadline
        self._serials = itertools.count(1)
        try:
            from jeepney import Parser
        except ImportError as error:
            raise BusError("no-library", "The Python package jeepney, which speaks D-Bus, is missing.") from error
        self._parser = Parser()
        self._received = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connect(address)
            self._authenticate()
            self.call("org.freedesktop.DBus", Call("/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"))
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def call(self, service: str, call: Call) -> tuple[Any, ...]:
        """The arguments of one method's answer; BusError where it is an error."""
        answer = self.call_many(service, [call])[0]
        if isinstance(answer, BusError):
            raise answer
        return answer

    def call_many(self, service: str, calls: Sequence[Call]) -> list[tuple[Any, ...] | BusError]:
        """The answers to several calls, in their order; one that is an error does not lose the others."""
        answers: list[tuple[Any, ...] | BusError] = []
        for first in range(0, len(calls), _AT_ONCE):
            serials = [self._send(service, call) for call in calls[first : first + _AT_ONCE]]
            told = self._answers(set(serials))
            answers += [told[serial] for serial in serials]
        return answers

    def _send(self, service: str, call: Call) -> int:
        from jeepney import DBusAddress, MessageFlag, new_method_call

        try:
            address = DBusAddress(call.path, bus_name=service, interface=call.interface)
        except (TypeError, ValueError) as error:  # a path that an answer named
            raise ProbeError("Over D-Bus an object was named that there cannot be.") from error
        message = new_method_call(address, call.method, call.signature or None, call.arguments)
        message.header.flags = MessageFlag.no_auto_start
        serial = next(self._serials)
        self._write(message.serialise(serial=serial))
        return serial

    def _answers(self, waiting: set[int]) -> Mapping[int, tuple[Any, ...] | BusError]:
        """Read until each of these calls is answered. Signals and answers to nothing of ours are passed over."""
        from jeepney import HeaderFields

        told: dict[int, tuple[Any, ...] | BusError] = {}
        while len(told) < len(waiting):
            message = self._message()
            serial = message.header.fields.get(HeaderFields.reply_serial)
            if serial in waiting:
                told[serial] = _answer(message)
        return told

    def _connect(self, address: str) -> None:
        from jeepney.bus import get_connectable_addresses

        try:
            path = next(iter(get_connectable_addresses(address)))
        except (RuntimeError, ValueError, LookupError, StopIteration) as error:
            raise BusError(
                "no-bus", message("The D-Bus address {address!r} is none that can be used.", address=address)
            ) from error
        try:
            self._limit()
            self._socket.connect(path)
        except TimeoutError as error:
            raise self._silent() from error
        except PermissionError as error:
            raise BusError(
                "org.freedesktop.DBus.Error.AccessDenied", "The D-Bus system bus is closed to us."
            ) from error
        except OSError as error:
            raise BusError("no-bus", "There is no D-Bus system bus to reach.") from error

    def _authenticate(self) -> None:
        """Say who we are, as the kernel also tells the bus (the EXTERNAL mechanism)."""
        from jeepney.auth import BEGIN, Authenticator

        steps = Authenticator()
        try:
            for data in steps:
                self._write(data)
                steps.feed(self._read())
        except ValueError as error:
            raise BusError("closed", "The D-Bus system bus did not accept the connection.") from error
        self._write(BEGIN)

    def _message(self) -> Message:
        """The next message of any kind."""
        while True:
            try:
                message = self._parser.get_next_message()
            except _NO_MESSAGE as error:
                raise ProbeError("The D-Bus system bus sent something that is not a message.") from error
            if message is not None:
                return message
            self._parser.add_data(self._read())

    def _write(self, data: bytes) -> None:
        try:
            self._limit()
            self._socket.sendall(data)
        except TimeoutError as error:
            raise self._silent() from error
        except OSError as error:
            raise BusError("closed", "The D-Bus system bus closed the connection.") from error

    def _read(self) -> bytes:
        try:
            self._limit()
            data = self._socket.recv(65536)
        except TimeoutError as error:
            raise self._silent() from error
        except OSError as error:
            raise BusError("closed", "The D-Bus system bus closed the connection.") from error
        if not data:
            raise BusError("closed", "The D-Bus system bus closed the connection.")
        self._received += len(data)
        if self._received > _RECEIVE_LIMIT:
            raise ProbeError(
                message("The D-Bus system bus sent more than {receive_limit} bytes.", receive_limit=_RECEIVE_LIMIT)
            )
        return data

    def _limit(self) -> None:
        """Let the socket wait for what is left of the deadline, and for no longer."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def _silent(self) -> BusError:
        return BusError(
            "silent", message("There was no answer over D-Bus within {deadline:.1f} seconds.", deadline=self._deadline)
        )


def _answer(message: Message) -> tuple[Any, ...] | BusError:
    from jeepney import HeaderFields, MessageType

    if message.header.message_type is MessageType.method_return:
        return tuple(message.body)
    name = str(message.header.fields.get(HeaderFields.error_name, "")) or "org.freedesktop.DBus.Error.Failed"
    said = message.body[0] if message.body and isinstance(message.body[0], str) else name
    return BusError(name, said)
