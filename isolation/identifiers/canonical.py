"""The one door from "the value of this fact" to its canonical form, and back to what people read.

Tags are computed over canonical forms only, so two spellings of one value are one identifier.
"""

from __future__ import annotations

from isolation.errors import BadIdentifier
from isolation.identifiers.addresses import parse_address, parse_prefix
from isolation.identifiers.macs import access_point_group, format_mac, parse_mac
from isolation.messages import message

_ADDRESS_FACTS = frozenset(("public_ip", "local_ip", "gateway_ip"))
_MAC_FACTS = frozenset(("hardware_mac", "gateway_mac", "bssid", "current_mac"))
_PREFIX_LENGTHS = {"public_prefix": 64, "prefix56": 56, "prefix48": 48}


def canonical_value(fact: str, value: str) -> str:
    """The canonical form of a fact's value in any spelling; idempotent. Raises BadIdentifier with the reason.

    Addresses: canonical text. MACs and BSSIDs: 12 lower-case hex digits; `access_point`: those of the group.
    `public_prefix`, `prefix56`, `prefix48`: `network/length`. `site_ip`: `label/address`, the label folded.
    `device_id`: a UUID as 32 lower-case hex digits, another system's id folded. `ssid`: `0x` and hex.
    `tunnel`: trimmed text. `account`, `operator`, `label`: the folded name.
    """
    if fact in _ADDRESS_FACTS:
        return parse_address(value).text
    if fact in _MAC_FACTS:
        return parse_mac(value)
    if fact == "access_point":
        return access_point_group(value)
    if fact in _PREFIX_LENGTHS:
        return parse_prefix(value, _PREFIX_LENGTHS[fact])
    return _canonical_name(fact, value)


def display_value(fact: str, canonical: str) -> str:
    """A canonical value as people and JSON see it: MACs as `00-00-5E-00-53-23`, SSIDs decoded (not escaped)."""
    if fact in _MAC_FACTS or fact == "access_point":
        return format_mac(canonical)
    if fact == "ssid":
        from isolation.identifiers.ssid import display_ssid, parse_ssid

        return display_ssid(parse_ssid(canonical))
    return canonical


def _canonical_name(fact: str, value: str) -> str:
    """The facts that are names of some kind."""
    if fact == "device_id":
        return _canonical_device(value)
    from isolation.identifiers.accounts import account_key, account_spelling, label_key, operator_key

    if fact == "account":
        return account_key(value)
    if fact == "operator":
        return operator_key(value)
    if fact == "label":
        return label_key(value)
    if fact == "site_ip":
        return _canonical_site_address(value)
    if fact == "tunnel":
        return account_spelling(value)
    if fact == "ssid":
        from isolation.identifiers.ssid import format_ssid, parse_ssid

        return format_ssid(parse_ssid(value))
    raise BadIdentifier(message("The fact {fact} has no single value that could be compared.", fact=fact))


def _canonical_device(value: str) -> str:
    from isolation.identifiers.machine_ids import parse_uuid

    try:
        return parse_uuid(value)
    except BadIdentifier:
        from isolation.identifiers.accounts import label_key

        return label_key(value)


def _canonical_site_address(value: str) -> str:
    from isolation.identifiers.accounts import label_key

    label, mark, address = value.rpartition("/")
    if not mark:
        raise BadIdentifier(
            message("{value!r} is not a site's name and an address, like Office A/192.168.1.5.", value=value)
        )
    return f"{label_key(label)}/{parse_address(address).text}"
