"""Machine ids: read strictly, and kept only as a keyed hash that no other program's hash can be matched with.

systemd asks that a machine id is not handed out as it is but hashed with an id of the application
(machine-id(5), sd_id128_get_machine_app_specific(3)); the same is done with the ids of other systems.
"""

from __future__ import annotations

from isolation.digests import hmac_sha256
from isolation.errors import BadIdentifier
from isolation.identifiers.escape import excerpt
from isolation.messages import message

APPLICATION_ID = "d33f83a079194c8ba105de9e5ce96f4c"
"""This program's own 128 bits; `systemd-id128 machine-id -a` with it prints what `app_specific` returns."""

_HEX = "0123456789abcdef"


def parse_machine_id(text: str) -> str:
    """The 32 lower-case hex digits of `/etc/machine-id` (machine-id(5)); raises BadIdentifier with the reason."""
    digits = text.strip().lower()
    if not digits:
        raise BadIdentifier("The machine id is empty.")
    if digits == "uninitialized":
        raise BadIdentifier("The machine id says that it was not made yet (uninitialized).")
    if len(digits) != 32 or digits.strip(_HEX):
        raise BadIdentifier(message("{text} is not a machine id of 32 hexadecimal digits.", text=excerpt(text.strip())))
    if digits == "0" * 32:
        raise BadIdentifier("The machine id is all zeros.")
    return digits


def parse_uuid(text: str) -> str:
    """The 32 lower-case hex digits of a UUID (RFC 9562), written with or without dashes and braces."""
    plain = text.strip().lower()
    if len(plain) == 32 and not plain.strip(_HEX):
        return plain
    if plain.startswith("{") and plain.endswith("}"):
        plain = plain[1:-1]
    digits = plain.replace("-", "")
    dashes = [position for position, character in enumerate(plain) if character == "-"]
    if len(digits) != 32 or digits.strip(_HEX) or dashes not in ([], [8, 13, 18, 23]):
        raise BadIdentifier(message("{text} is not a UUID of 32 hexadecimal digits.", text=excerpt(text.strip())))
    return digits


def format_uuid(digits: str) -> str:
    """A UUID with its dashes."""
    plain = parse_uuid(digits)
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def app_specific(machine_id: str) -> str:
    """This program's own id for a machine: HMAC-SHA256 of the application id under the 16 id bytes.

    Cut to 16 bytes with the bits of a version 4 UUID set, as systemd does; 32 lower-case hex digits.
    """
    digest = bytearray(hmac_sha256(bytes.fromhex(parse_uuid(machine_id)), bytes.fromhex(APPLICATION_ID))[:16])
    digest[6] = digest[6] & 0x0F | 0x40
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex()
