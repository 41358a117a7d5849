"""A label learnt on the spot: what identifies the machine or the network that a person is at."""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.hooks.policy import record_change
from isolation.identifiers.accounts import label_key
from isolation.identifiers.canonical import display_value
from isolation.messages import message
from isolation.model import MACHINE_FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger import Ledger
    from isolation.ledger.reader import Reader
    from isolation.model import Identity, Reading
    from isolation.policy.writing import PolicyFile

# A network's own address and prefix change and are shared; they are learnt only where the person had them asked for.
_PLACE_FACTS = ("gateway_mac", "bssid", "public_ip")
SOURCE = "label "


def anchors(identity: Identity, kind: str, name: str) -> tuple[Reading, ...]:
    """The readings that a label of this kind (machine or network) is learnt by, here and now.

    Raises UsageError where the label is this network's Wi-Fi name, which the policy must not hold, and where nothing
    identifies what is here.
    """
    for reading in identity.of("ssid"):
        if isinstance(reading.value, str) and label_key(display_value("ssid", reading.value)) == label_key(name):
            raise UsageError(
                "That is this network's Wi-Fi name, and the policy holds none.", "Choose another label, as Office A."
            )
    wanted = MACHINE_FACTS if kind == "machine" else _PLACE_FACTS
    found = tuple(
        reading
        for reading in identity.identifying()
        if reading.fact in wanted and isinstance(reading.value, str)
    )  # fmt: skip
    if not found:
        raise UsageError(
            message("Nothing identifies the {kind} that this is.", kind=kind),
            "`isolation probe` says what was read, and why not.",
        )
    return found


def learn(
    ledger: Ledger, file: PolicyFile, kind: str, name: str, readings: tuple[Reading, ...]
) -> tuple[int | None, int | None]:
    """Records what the label stands for, with the policy that has it; returns the entries, None for nothing new."""
    learnt: list[int | None] = []
    entry = record_change(ledger, file, also=lambda log: learnt.append(log.add_label(kind, name, readings)))
    return learnt[0], entry


def labelled_readings(reader: Reader, name: str, facts: tuple[str, ...]) -> tuple[Reading, ...]:
    """What a label was learnt to be, as readings for a use that somebody tells of; none where it was not learnt.

    Raises KeyUnavailable.
    """
    from isolation.model import Reading

    found = []
    for identifier in reader.labelled([name])[name]:
        fact = reader.fact_of(identifier)
        if fact in facts:
            value = reader.identifier_value(identifier)
            found.append(
                Reading(fact, "observed", value, source=f"{SOURCE}{name}", identifying=True, confidence="probable")
            )
    return tuple(found)
