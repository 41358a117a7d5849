"""rtnetlink: asking the Linux kernel about links, addresses, routes and neighbours.

The messages are those of linux/netlink.h and linux/rtnetlink.h (man 7 netlink, rtnetlink). Everything here needs
no privilege and sends no packet. Answers are checked piece by piece: what is not what the kernel documents is a
`ProbeError`, never a guess.
"""

from __future__ import annotations

import os
import struct
import sys

from isolation.errors import ProbeError
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.probes.machine import Channel

# linux/netlink.h
_ERROR = 2
_DONE = 3
_REQUEST = 0x1
_DUMP = 0x300
_INTERRUPTED = 0x10
# An attribute's type is the low 14 bits; the others say "nested" and "network byte order".
_ATTRIBUTE_TYPE = 0x3FFF

# linux/rtnetlink.h
NEW_LINK, GET_LINK = 16, 18
NEW_ADDRESS, GET_ADDRESS = 20, 22
NEW_ROUTE, GET_ROUTE = 24, 26
NEW_NEIGHBOUR, GET_NEIGHBOUR = 28, 30

INET, INET6 = 2, 10  # the Linux numbers; `_socket.AF_INET6` differs on other systems, where tests run too

_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_ERRNO = struct.Struct("=i")

# How often a dump that was interrupted by a change is asked for again.
_TRIES = 3


class Refused(OSError):
    """The kernel understood a request and answered with an errno; other OSErrors mean that it was not asked."""


class Message(Value):
    """One message of an answer: its type, flags, sequence number and payload."""

    __slots__ = ("flags", "kind", "payload", "sequence")
    kind: int
    flags: int
    sequence: int
    payload: bytes

    def __init__(self, kind: int, flags: int, sequence: int, payload: bytes) -> None:
        self._init(kind=kind, flags=flags, sequence=sequence, payload=payload)


def parse_messages(datagram: bytes) -> list[Message]:
    """The messages in one datagram. ProbeError where a length does not fit."""
    messages = []
    start, end = 0, len(datagram)
    while start < end:
        if end - start < _HEADER.size:
            raise ProbeError("The kernel's answer ends within a message header.")
        length, kind, flags, sequence, _port = _HEADER.unpack_from(datagram, start)
        if not _HEADER.size <= length <= end - start:
            raise ProbeError(
                message(
                    "The kernel's answer has a message of {length} bytes where {end} are left.",
                    length=length,
                    end=end - start,
                )
            )
        messages.append(Message(kind, flags, sequence, datagram[start + _HEADER.size : start + length]))
        start += (length + 3) & ~3
    return messages


def attributes(payload: bytes, start: int = 0) -> dict[int, bytes]:
    """The attributes from `start` on, by type; of a repeated one the last. ProbeError where a length does not fit."""
    found = {}
    end = len(payload)
    unpack = _ATTRIBUTE.unpack_from
    while end - start >= 4:
        length, kind = unpack(payload, start)
        if length < 4 or start + length > end:
            raise ProbeError(
                message(
                    "The kernel's answer has an attribute of {length} bytes where {end} are left.",
                    length=length,
                    end=end - start,
                )
            )
        found[kind & _ATTRIBUTE_TYPE] = payload[start + 4 : start + length]
        start += (length + 3) & ~3
    if start < end:
        raise ProbeError("The kernel's answer ends within an attribute header.")
    return found


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute as bytes, padded to four."""
    return _ATTRIBUTE.pack(4 + len(value), kind) + value + bytes(-len(value) % 4)


def request(kind: int, flags: int, sequence: int, body: bytes) -> bytes:
    """One message as bytes."""
    return _HEADER.pack(_HEADER.size + len(body), kind, flags, sequence, 0) + body


def number(value: bytes) -> int:
    """A u32 attribute. ProbeError for another length."""
    if len(value) != 4:
        raise ProbeError(message("The kernel's answer has a number of {value} bytes instead of 4.", value=len(value)))
    return int.from_bytes(value, sys.byteorder)


class Kernel:
    """Questions to the kernel over one channel, one at a time."""

    __slots__ = ("_channel", "_sequence")

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._sequence = 0

    def ask(self, kind: int, body: bytes) -> bytes:
        """The payload of the one message that answers. Refused, with the kernel's errno, where it has none."""
        for answer in self._exchange(kind, 0, body):
            if answer.kind == kind - 2:  # every RTM_GET is its RTM_NEW plus two
                return answer.payload
        raise ProbeError(message("The kernel answered request {kind} with another kind of message.", kind=kind))

    def dump(self, kind: int, body: bytes) -> list[bytes]:
        """The payloads of everything the kernel has of a kind. Refused, with its errno, where it does not tell."""
        for _ in range(_TRIES):
            messages = self._exchange(kind, _DUMP, body)
            if not any(answer.flags & _INTERRUPTED for answer in messages):
                return [answer.payload for answer in messages if answer.kind == kind - 2]
        raise ProbeError(
            message(
                "What the kernel tells for request {kind} changed {tries} times while it was read.",
                kind=kind,
                tries=_TRIES,
            )
        )

    def _exchange(self, kind: int, flags: int, body: bytes) -> list[Message]:
        """Send a request; its answers, without the message that ends a dump."""
        self._sequence += 1
        self._channel.send(request(kind, _REQUEST | flags, self._sequence, body))
        answers: list[Message] = []
        while True:
            for answer in parse_messages(self._channel.receive()):
                if answer.sequence != self._sequence:
                    continue  # left over from a request that was given up
                if answer.kind in (_ERROR, _DONE):
                    _raise_error(answer)
                    return answers
                answers.append(answer)
            if answers and not flags & _DUMP:
                return answers


def _raise_error(message: Message) -> None:
    """Raise the errno that an NLMSG_ERROR or an NLMSG_DONE carries, if it carries one."""
    if len(message.payload) < _ERRNO.size:
        raise ProbeError("The kernel's answer ends within an error number.")
    errno = -_ERRNO.unpack_from(message.payload)[0]
    if errno > 0:
        raise Refused(errno, os.strerror(errno))
