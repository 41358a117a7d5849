"""The mainboard's UUID out of the SMBIOS table that GetSystemFirmwareTable("RSMB") gives. Pure.

RawSMBIOSData: method, major, minor, revision (a byte each), length (four bytes), then the structures; each has type,
length and handle, its fields, and strings that two NUL end (DMTF DSP0134, 6.1 and 7.2). Not run on the platform.
"""

from __future__ import annotations

from isolation.errors import ProbeError

_SYSTEM, _END = 1, 127
_UUID_AT = 8


def parse(table: bytes) -> list[str]:
    """The system's UUID as 32 lower-case hex digits, as a list of one; none in the table is an empty list.

    From SMBIOS 2.6 on its first three fields are little-endian. ProbeError for another form.
    """
    if len(table) < 8 or int.from_bytes(table[4:8], "little") > len(table) - 8:
        raise ProbeError("The firmware's table is shorter than it says.")
    version, structures = (table[1], table[2]), table[8 : 8 + int.from_bytes(table[4:8], "little")]
    at = 0
    while at + 4 <= len(structures):
        kind, length = structures[at], structures[at + 1]
        if length < 4 or at + length > len(structures):
            raise ProbeError("The firmware's table has a structure that does not fit.")
        if kind == _SYSTEM and length >= _UUID_AT + 16:
            return [_uuid(structures[at + _UUID_AT : at + _UUID_AT + 16], version)]
        strings = structures.find(b"\0\0", at + length)
        if kind == _END or strings < 0:
            break
        at = strings + 2
    return []


def _uuid(raw: bytes, version: tuple[int, int]) -> str:
    if version >= (2, 6):
        raw = raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]
    return raw.hex()
