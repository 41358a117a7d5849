"""An identity that this program did not read itself: a remote browser's, a proxy's exit, a phone's.

Each value goes through the same door as one from a log: it is parsed strictly, brought to its canonical form and
judged by the catalogue, so that it collides with what a probe reads of the same machine.

What such a reading is worth: its status `observed` says that the supplier observed it, and its source begins
with `declared:` and names the supplier. So it counts wherever a reading of this machine's would, as device or
network anchor too: the verdict is then about the machine that was described, and as true as the description. Its
confidence is the value's own, because confidence says how surely a value belongs to one machine or network and
not who told it; lowering it for being told would keep critical findings from ever being reached by those who
lend remote browsers. A supplier may lower it, or call a value not identifying, and can raise neither.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from isolation.errors import BadIdentifier, UsageError
from isolation.evidence import weaker
from isolation.identifiers import catalogue
from isolation.identifiers.canonical import canonical_value, display_value
from isolation.identifiers.escape import excerpt, printable
from isolation.messages import message
from isolation.model import CONFIDENCES, FACTS, STATUSES, Identity, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from isolation.model import FactValue

_FIELDS = ("fact", "status", "value", "source", "reason", "identifying", "confidence", "detail")
_SHORT = 256
# 1973 and 9999 in microseconds: whoever hands in seconds or milliseconds lands outside.
_FIRST_TIME, _LAST_TIME = 10**14, 253_402_300_800 * 10**6

_GROUP = message(
    "One radio box has several addresses; this is what they have in common, which is weaker than an exact match."
)


def supplied_identity(
    readings: Iterable[Reading | Mapping[str, Any]] | Mapping[str, Any],
    source: str,
    observed_at: int | None = None,
) -> Identity:
    """The identity that `source` ("remote browser") told of at `observed_at` (µs, the present where None).

    `readings` are Reading values, mappings with the keys of `isolation probe --format json` (`fact` and `value`
    suffice), or one mapping of facts to a value or a list of values. MAC addresses are taken in any spelling; a
    `wifi_scan` is a list of (BSSID, signal) pairs. An IPv6 address brings its /64 along, and a BSSID its access
    point, unless those are handed in too.

    Raises UsageError, naming the reading, for an unknown fact, a value that is none, a value that was not
    observed or an observed one that is missing. `site_ip` is refused: it belongs to a site's own log.
    """
    who = _supplier(source)
    taken = [_taken(number, given, who) for number, given in enumerate(_each(readings), 1)]
    if not taken:
        raise UsageError("No reading was handed in.", "An identity needs one reading at least.")
    now = time.time_ns() // 1000 if observed_at is None else observed_at
    if isinstance(now, bool) or not isinstance(now, int) or not _FIRST_TIME <= now < _LAST_TIME:
        raise UsageError("The time of the readings is a whole number of microseconds since 1970, in UTC.")
    return Identity((*taken, *_derived(taken)), now, who)


def _supplier(source: str) -> str:
    who = source.strip() if isinstance(source, str) else ""
    if not who or len(who) > _SHORT:
        raise UsageError("The source of the readings needs a short name, like: remote browser.")
    return printable(who)


def _each(readings: Iterable[Reading | Mapping[str, Any]] | Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every reading as a mapping of its fields, in whichever way it was handed in."""
    if isinstance(readings, str | bytes) or not isinstance(readings, Iterable):
        raise UsageError("Readings are handed in as a list of readings, or as a mapping of facts to values.")
    if isinstance(readings, Mapping):
        for fact, given in readings.items():
            several = isinstance(given, list | tuple) and fact != "wifi_scan"
            yield from ({"fact": fact, "value": value} for value in (given if several else [given]))
        return
    for given in readings:
        yield {field: getattr(given, field) for field in _FIELDS} if isinstance(given, Reading) else given


def _taken(number: int, given: Mapping[str, Any], who: str) -> Reading:
    """One reading, checked; raises UsageError naming it."""
    if not isinstance(given, Mapping):
        raise UsageError(message("Reading {number} is neither a reading nor a mapping.", number=number))
    fact = given.get("fact")
    if fact not in FACTS:
        raise UsageError(
            message("Reading {number} is of no known fact: {fact}.", number=number, fact=excerpt(str(fact))),
            f"Facts: {', '.join(FACTS)}.",
        )
    try:
        return _reading(fact, given, who)
    except UsageError as error:
        raise UsageError(
            message(
                "Reading {number} ({fact}) cannot be taken: {message}", number=number, fact=fact, message=error.message
            ),
            error.hint,
        ) from error


def _reading(fact: str, given: Mapping[str, Any], who: str) -> Reading:
    strangers = [str(field) for field in given if field not in _FIELDS]
    if strangers:
        raise UsageError(
            message("A reading has no field {strangers}.", strangers=excerpt(strangers[0])),
            f"Fields: {', '.join(_FIELDS)}.",
        )
    if fact == "site_ip":
        raise UsageError("A private address within a site comes from that site's own log only.", "Use import --site.")
    value = given.get("value")
    status = given.get("status", "observed")
    if status not in STATUSES:
        raise UsageError(
            message("{status} is no status.", status=excerpt(str(status))), f"Statuses: {', '.join(STATUSES)}."
        )
    if (value is not None) != (status == "observed"):
        raise UsageError(
            message(
                "It has {which} value though its status is {status}.",
                which=message("no") if value is None else "a",
                status=status,
            )
        )
    if value is not None:
        return _observed(fact, value, given, who)
    detail = _detail(given.get("detail"))
    return Reading(fact, status, source=_source(given, who), reason=_text(given, "reason"), detail=detail)


def _source(given: Mapping[str, Any], who: str) -> str:
    """Who told of the reading, and where that one says to have read it."""
    told = _text(given, "source")
    if told:
        return message("declared: {who} ({told})", who=who, told=told)
    return message("declared: {who}", who=who)


def _observed(fact: str, value: object, given: Mapping[str, Any], who: str) -> Reading:
    """An observed reading: its value canonical, judged, and never judged higher than the supplier does."""
    sure = given.get("confidence", "certain")
    identifying = given.get("identifying", True)
    if sure not in CONFIDENCES or not isinstance(identifying, bool):
        raise UsageError(
            message(
                "Its confidence is one of {confidences}, and identifying is true or false.",
                confidences=", ".join(CONFIDENCES),
            )
        )
    detail = _detail(given.get("detail"))
    if fact == "wifi_scan":
        shown: FactValue = _scan(value, detail)
        judged = catalogue.Judgement(True)
    else:
        shown = _network_name(value, detail) if fact == "ssid" else _shown(fact, value)
        judged = catalogue.judge_value(fact, shown, _text(given, "source"))
    reasons = dict.fromkeys(filter(None, (judged.reason, _text(given, "reason"))))
    return Reading(
        fact,
        "observed",
        shown,
        source=_source(given, who),
        reason=" ".join(reasons) or ("" if identifying else message("It does not identify, says {who}.", who=who)),
        identifying=judged.identifying and identifying,
        confidence=weaker(judged.confidence, sure),
        detail=detail,
    )


def _shown(fact: str, value: object) -> str:
    """The value as readings hold it; raises BadIdentifier for what is no value of this fact."""
    if not isinstance(value, str):
        raise BadIdentifier(message("Its value is a text, not {name}.", name=type(value).__name__))
    return display_value(fact, canonical_value(fact, value))


def _network_name(value: object, detail: dict[str, str | int | bool]) -> str:
    """An SSID made printable; the detail `hex` holds its bytes and, where handed in, goes before the value."""
    told = detail.get("hex", "")
    if not isinstance(value, str) or not isinstance(told, str):
        raise BadIdentifier("A network's name, and its detail hex, are texts.")
    exact = canonical_value("ssid", f"0x{told}" if told else value)
    shown = printable(display_value("ssid", exact))
    if not shown or (told and exact != f"0x{told}".lower()):
        raise BadIdentifier("A network's name is empty, or its detail hex is not in hexadecimal digits.")
    detail["hex"] = exact.removeprefix("0x")
    return shown


def _scan(value: object, detail: dict[str, str | int | bool]) -> tuple[tuple[str, int], ...]:
    """Visible access points, those left out that tell nothing; strongest first. Fills in the signals' unit."""
    if not isinstance(value, list | tuple) or not value:
        raise UsageError("A scan is a list of (BSSID, signal) pairs, one at least.")
    strongest: dict[str, int] = {}
    for pair in value:
        bssid, signal = _pair(pair)
        if catalogue.judge_mac(bssid, "bssid").identifying:
            strongest[bssid] = max(signal, strongest.get(bssid, signal))
    signals = [_pair(pair)[1] for pair in value]
    unit = detail.setdefault("unit", "dBm" if max(signals) <= 0 else "percent")
    if unit not in ("dBm", "percent") or not all(-120 <= n <= 0 if unit == "dBm" else 0 <= n <= 100 for n in signals):
        raise UsageError("Signals are all in dBm (-120 to 0) or all in percent (0 to 100).")
    if not strongest:
        raise UsageError("No access point in this scan identifies anything.")
    return tuple(sorted(strongest.items(), key=lambda entry: (-entry[1], entry[0])))


def _pair(pair: object) -> tuple[str, int]:
    if not isinstance(pair, list | tuple) or len(pair) != 2 or type(pair[1]) is not int:
        raise UsageError("A scan is a list of (BSSID, signal) pairs, the signal a whole number.")
    return _shown("bssid", pair[0]), pair[1]


def _text(given: Mapping[str, Any], field: str) -> str:
    """A text that goes along, made printable."""
    text = given.get(field, "")
    if not isinstance(text, str) or len(text) > 4 * _SHORT:
        raise UsageError(message("Its {field} is not a short text.", field=field))
    return printable(text.strip())


def _detail(given: object) -> dict[str, str | int | bool]:
    """The details that go along, texts made printable."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise UsageError("Its detail is not a mapping.")
    for key, value in given.items():
        if not isinstance(key, str) or not isinstance(value, str | int) or len(f"{key}{value}") > 2 * _SHORT:
            raise UsageError("Its detail maps short texts to short texts, whole numbers, true or false.")
    return {printable(key): printable(value) if isinstance(value, str) else value for key, value in given.items()}


def _derived(readings: list[Reading]) -> Iterator[Reading]:
    """The /64 of each public IPv6 address and the access point of each BSSID, where none was handed in."""
    known = {reading.fact for reading in readings}
    for reading in readings:
        if not reading.identifying or not isinstance(reading.value, str):
            continue
        if reading.fact == "public_ip" and ":" in reading.value and "public_prefix" not in known:
            yield _like(reading, "public_prefix", _network(reading.value))
        elif reading.fact == "bssid" and "access_point" not in known:
            group = display_value("access_point", canonical_value("access_point", reading.value))
            sure = weaker(reading.confidence, "probable")
            yield _like(reading, "access_point", group).replace(confidence=sure, reason=_GROUP)


def _like(reading: Reading, fact: str, value: str) -> Reading:
    changed: Reading = reading.replace(fact=fact, value=value)
    return changed


def _network(address: str) -> str:
    from isolation.identifiers.addresses import parse_address, public_prefix

    return public_prefix(parse_address(address))
