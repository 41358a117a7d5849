"""Windows event logs of our own making: just enough of the format to be one.

[MS-EVEN6] 2.2.12 (binary XML) and the layout of file and chunk headers as libevtx documents them. Elements are written
out one by one, without the templates that Windows uses, which a reader takes as well.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from xml.etree import ElementTree

_CHUNK = 65536
_EPOCH = 116_444_736_000_000_000  # 1970 in units of 100 ns since 1601


def _text(text: str) -> bytes:
    return b"\x05\x01" + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def _name(text: str, at: int) -> bytes:
    """A name that stands where it is referred to; `at` is the place of the reference within the chunk."""
    digest = 0
    for character in text:
        digest = (digest * 65599 + ord(character)) & 0xFFFFFFFF
    return (
        struct.pack("<I", at + 4)
        + struct.pack("<IHH", 0, digest & 0xFFFF, len(text))
        + text.encode("utf-16-le")
        + b"\0\0"
    )


def _element(element: ElementTree.Element, at: int) -> bytes:
    """An element as binary XML that stands at this place of the chunk."""
    tag = element.tag.rpartition("}")[2]
    name = _name(tag, at + 5)
    inside = b""
    place = at + 5 + len(name)
    if element.attrib:
        attributes = b""
        for number, (key, value) in enumerate(element.attrib.items(), 1):
            token = b"\x46" if number < len(element.attrib) else b"\x06"
            attributes += token
            attributes += _name(key, place + 4 + len(attributes)) + _text(value)
        inside += struct.pack("<I", len(attributes)) + attributes
    inside += b"\x02"
    if element.text:
        inside += _text(element.text)
    for child in element:
        inside += _element(child, place + len(inside))
    inside += b"\x04"
    head = b"\x41" if element.attrib else b"\x01"
    return head + struct.pack("<I", len(name) + len(inside)) + name + inside


def _record(number: int, written: int, event: str, at: int) -> bytes:
    body = b"\x0f\x01\x01\x00" + _element(ElementTree.fromstring(event), at + 28) + b"\x00"  # noqa: S314 - the tests' own events
    size = 24 + len(body) + 4
    padding = -size % 8
    size += padding
    ticks = _EPOCH + written * 10
    return struct.pack("<4sIQQ", b"\x2a\x2a\0\0", size, number, ticks) + body + bytes(padding) + struct.pack("<I", size)


def event_log(events: Iterable[str], written: int = 1_790_000_000_000_000) -> bytes:
    """The bytes of a log with these events as XML, all in one chunk, so not more than 64 KB of them."""
    records, last = b"", 0
    at = 512
    number = 0
    for number, event in enumerate(events, 1):
        last = at
        record = _record(number, written, event, at)
        records += record
        at += len(record)
    assert at <= _CHUNK, "too many events for one chunk"
    head = struct.pack("<8sQQQQIIIII", b"ElfChnk\0", 1, number, 1, number, 128, last, at, zlib.crc32(records), 0)
    head = head.ljust(120, b"\0")
    tables = bytes(512 - 128)
    chunk = head + struct.pack("<II", 0, zlib.crc32(head + tables)) + tables + records
    file_head = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, 0, number + 1, 128, 1, 3, 4096, 1).ljust(120, b"\0")
    return (file_head + struct.pack("<II", 0, zlib.crc32(file_head))).ljust(4096, b"\0") + chunk.ljust(_CHUNK, b"\0")
