"""What identifies and what does not: the catalogue of values that unrelated machines or networks share.

A downgraded value stays identifying, at `probable` or `weak`; only what says nothing at all of one machine or
one network is not identifying. Look-ups are built when the first value is judged.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.macs import is_group, locally_administered, parse_mac
from isolation.messages import message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal, TypeAlias

    from isolation.identifiers.addresses import Address
    from isolation.identifiers.known_macs import Row
    from isolation.model import Confidence

    Effect: TypeAlias = Literal["not-identifying", "probable", "weak"]

    CATALOGUE: tuple[CatalogueEntry, ...]

IEEE_802 = "IEEE 802-2014, clause 8"
ZERO_MAC = message("All zeros: no address was read.")
GROUP_MAC = message("A group address names many receivers, never one device.")
REDACTED_MAC = message("The device's half is zero: the address was redacted or never set.")
LOCAL_HARDWARE_MAC = message("A locally administered address is not the hardware's own.")
LOCAL_GATEWAY_MAC = message("A locally administered address: software chose it, and may choose it elsewhere too.")

# RIPE-690, 4.2: a /64 is one network, many sites get a /56, and a /48 may hold several sites.
_PREFIX_CONFIDENCE: dict[str, Confidence] = {"public_prefix": "certain", "prefix56": "probable", "prefix48": "weak"}
_DIGITS_UP = "0123456789" * 3
_COUNTING = 5  # fewer digits in a row happen in real serial numbers


class Judgement(Value):
    """Whether a value identifies and how surely; `reason` and `source` say why not, or why not certainly."""

    __slots__ = ("confidence", "identifying", "reason", "source")
    identifying: bool
    confidence: Confidence
    reason: str
    source: str

    def __init__(
        self, identifying: bool, confidence: Confidence = "certain", reason: str = "", source: str = ""
    ) -> None:
        self._init(identifying=identifying, confidence=confidence, reason=reason, source=source)


IDENTIFIES = Judgement(True)
"""What is said of nearly every value: it identifies, certainly."""


class CatalogueEntry(Value):
    """One row of the catalogue, as it is shown: what it matches, for which facts, its effect, why, says who."""

    __slots__ = ("applies", "effect", "kind", "pattern", "source", "why")
    kind: str
    pattern: str
    effect: Effect
    applies: tuple[str, ...]
    why: str
    source: str

    def __init__(
        self, kind: str, pattern: str, effect: Effect, applies: tuple[str, ...], why: str, source: str
    ) -> None:
        self._init(kind=kind, pattern=pattern, effect=effect, applies=tuple(applies), why=why, source=source)


def judge_mac(mac: str, fact: str) -> Judgement:
    """Whether a MAC address identifies, as the value of one fact.

    `fact` is `hardware_mac`, `current_mac`, `gateway_mac`, `bssid` or `access_point`. A current address is
    context and never identifies: software may have made it up, with or without the local bit.
    """
    digits = parse_mac(mac)
    row = _known_mac(digits, fact)
    if row is not None:
        # A weak row about a current address says whose it is; identify it cannot.
        return _judged("not-identifying" if fact == "current_mac" else row[1], row[3], row[4])
    nobody = _nobodys_mac(digits)
    if nobody:
        return Judgement(False, reason=nobody, source=IEEE_802)
    if fact == "current_mac":
        return Judgement(False, reason="An interface's present address may be made up; only its permanent one counts.")
    if fact not in ("bssid", "access_point") and locally_administered(digits):
        return _local_mac(fact)
    return IDENTIFIES


def judge_address(address: Address, fact: str = "public_ip") -> Judgement:
    """Whether an address identifies as a `public_ip`, a `site_ip` or, never, as `local_ip` or `gateway_ip`."""
    if fact == "site_ip" and address.private:
        return Judgement(
            True, "probable", message("Other networks use the same private address, and its own may lend it on.")
        )
    if fact == "public_ip" and address.public:
        return IDENTIFIES
    if fact in ("local_ip", "gateway_ip"):
        hotspot = _hotspot_of(address) if fact == "gateway_ip" else ""
        local = message("A local address is context: other networks use the same.")
        return Judgement(False, reason=_sentence(hotspot) if hotspot else local)
    return Judgement(
        False,
        reason=message(
            "{address} is a {kind} address, not one that the Internet sees.", address=address.text, kind=address.kind
        ),
    )


def judge_machine_id(text: str, source: str = "") -> Judgement:
    """Whether a machine's id identifies by itself; `source` names where it was read.

    Whether something of the hardware stands beside the id, so that it is no clone's, is for its reader to say.
    """
    from isolation.identifiers.machine_ids import parse_uuid

    if text.strip().lower() == "uninitialized":
        return Judgement(False, reason="The machine id was not made yet.", source="machine-id(5)")
    try:
        digits = parse_uuid(text)
    except BadIdentifier:
        judged = judge_serial(text)
    else:
        judged = judge_uuid(digits)
    if judged.identifying and "machineguid" in source.lower():
        return Judgement(
            True,
            "probable",
            message("Disk images copy a MachineGuid."),
            "Microsoft, System Preparation (Sysprep)",
        )
    return judged


def judge_uuid(text: str) -> Judgement:
    """Whether a firmware or hardware UUID identifies; a text that is none does not."""
    from isolation.identifiers.machine_ids import parse_uuid

    try:
        digits = parse_uuid(text)
    except BadIdentifier as error:
        return Judgement(False, reason=error.message)
    why, source = _known_uuids().get(digits, ("", ""))
    if why:
        return _judged("not-identifying", why, source)
    groups = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
    if digits == digits[:2] * 16 or all(group == group[0] * len(group) for group in groups):
        return Judgement(False, reason="A filler: the same digits all through.")
    return IDENTIFIES


def judge_serial(text: str) -> Judgement:
    """Whether a serial number of firmware, or another system's id for a device, identifies."""
    from isolation.identifiers.known_machines import SERIALS

    serial = text.strip().lower()
    for pattern, why, source in SERIALS:
        if serial == pattern or (pattern.endswith("*") and serial.startswith(pattern[:-1])):
            return _judged("not-identifying", why, source)
    plain = "".join([character for character in serial if character.isalnum()])
    if len(set(plain)) <= 1:
        return Judgement(False, reason="Empty, or one character all through.")
    if len(plain) >= _COUNTING and (plain in _DIGITS_UP or plain in _DIGITS_UP[::-1]):
        return Judgement(False, reason="Digits that only count up or down.")
    return IDENTIFIES


def judge_value(fact: str, value: str, source: str = "") -> Judgement:
    """Whether a value of any fact that has a single text identifies; raises BadIdentifier for what is no such value."""
    if fact in ("hardware_mac", "current_mac", "gateway_mac", "bssid", "access_point"):
        return judge_mac(value, fact)
    if fact == "device_id":
        judged = judge_machine_id(value, source)
        if judged != IDENTIFIES:
            return judged
        return Judgement(True, "probable", message("An id alone may be that of a cloned system."), "machine-id(5)")
    if fact in ("public_ip", "local_ip", "gateway_ip"):
        return judge_address(_address(value), fact)
    if fact == "site_ip":
        return judge_address(_address(value.rpartition("/")[2]), fact)
    if fact in _PREFIX_CONFIDENCE:
        return _judge_prefix(value, fact)
    if fact == "ssid":
        return Judgement(False, reason="A network's name is free to choose and many networks have the same one.")
    if fact == "tunnel":
        return Judgement(False, reason="A tunnel's name is context.")
    raise BadIdentifier(message("The fact {fact} has no single value that could be judged.", fact=fact))


def __getattr__(name: str) -> tuple[CatalogueEntry, ...]:
    """CATALOGUE, made when it is first asked for: only who shows it needs all of it."""
    if name != "CATALOGUE":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from isolation.identifiers.entries import entries

    made = tuple(entries())
    globals()[name] = made
    return made


def _judged(effect: str, why: str, source: str) -> Judgement:
    if effect == "weak":
        return Judgement(True, "weak", _sentence(why), source)
    return Judgement(False, reason=_sentence(why), source=source)


def _sentence(why: str) -> str:
    return f"{why[0].upper()}{why[1:]}."


def _nobodys_mac(digits: str) -> str:
    """Why an address can be nobody's own, "" where it can."""
    if digits == "0" * 12:
        return ZERO_MAC
    if is_group(digits):
        return GROUP_MAC
    return REDACTED_MAC if digits.endswith("000000") else ""


def _local_mac(fact: str) -> Judgement:
    if fact == "gateway_mac":
        return Judgement(True, "probable", LOCAL_GATEWAY_MAC, IEEE_802)
    return Judgement(False, reason=LOCAL_HARDWARE_MAC, source=IEEE_802)


def _hotspot_of(gateway: Address) -> str:
    """Whose hotspot has this gateway, "" for none that is known."""
    from isolation.identifiers.known_places import HOTSPOT_GATEWAYS

    return next((why for pattern, why, _ in HOTSPOT_GATEWAYS if pattern == gateway.text), "")


def _judge_prefix(value: str, fact: str) -> Judgement:
    address = _address(value.partition("/")[0])
    if not address.public:
        return Judgement(
            False,
            reason=message(
                "{value} is a {kind} network, not one that the Internet sees.", value=value, kind=address.kind
            ),
        )
    confidence = _PREFIX_CONFIDENCE[fact]
    if confidence == "certain":
        return IDENTIFIES
    return Judgement(True, confidence, message("Providers give some sites a longer prefix than this."), "RIPE-690, 4.2")


def _address(text: str) -> Address:
    from isolation.identifiers.addresses import parse_address

    return parse_address(text)


_mac_rows: dict[str, list[Row]] = {}
_mac_lengths: tuple[int, ...] = ()


def _known_mac(digits: str, fact: str) -> Row | None:
    """The row with the longest prefix of the address that holds for the fact."""
    global _mac_lengths
    if not _mac_rows:
        from isolation.identifiers.known_macs import ROWS

        for row in ROWS:
            for prefix in _prefixes(row[0]):
                _mac_rows.setdefault(prefix, []).append(row)
        _mac_lengths = tuple(sorted({len(prefix) for prefix in _mac_rows}, reverse=True))
    for length in _mac_lengths:
        for row in _mac_rows.get(digits[:length], ()):
            if fact in row[2]:
                return row
    return None


def _prefixes(patterns: str) -> Iterator[str]:
    """The digit strings that a row's patterns stand for."""
    for pattern in patterns.split():
        first, mark, last = pattern.partition("-")
        if not mark:
            yield first
            continue
        for number in range(int(first, 16), int(last, 16) + 1):
            yield f"{number:0{len(first)}x}"


_uuids: dict[str, tuple[str, str]] = {}


def _known_uuids() -> dict[str, tuple[str, str]]:
    """Why and says who, by the 32 digits, in both byte orders of the first three fields."""
    if not _uuids:
        from isolation.identifiers.known_machines import UUIDS

        for pattern, why, source in UUIDS:
            digits = pattern.replace("-", "")
            other = bytes.fromhex(digits)
            other = other[3::-1] + other[5:3:-1] + other[7:5:-1] + other[8:]
            _uuids[digits] = _uuids[other.hex()] = (why, source)
    return _uuids
