"""How a Wi-Fi network is secured, in the same words whichever system told it.

The words are those of `nmcli` ("WPA2 802.1X"), and "open" where there is neither encryption nor a login.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set

# Ways to agree on a key, as the RSN and WPA elements and NetworkManager tell them apart.
PSK = "psk"
ENTERPRISE = "802.1x"
ENTERPRISE_192 = "802.1x-192"
SAE = "sae"
OWE = "owe"


def describe(*, privacy: bool, wpa: Set[str] | None, rsn: Set[str] | None) -> str:
    """The security of a network in words.

    `privacy` is the capability bit that frames are encrypted; `wpa` and `rsn` are the key managements that the
    WPA element (2003) and the RSN element (IEEE 802.11-2020, 9.4.2.24) offer, None where there is no such element.
    """
    if wpa is None and rsn is None:
        return "WEP" if privacy else "open"
    older, newer = wpa or frozenset(), rsn or frozenset()
    words = (
        ("WPA1", wpa is not None),
        ("WPA2", bool(newer & {PSK, ENTERPRISE})),
        ("WPA3", bool(newer & {SAE, ENTERPRISE_192})),
        ("OWE", OWE in newer),
        ("802.1X", bool((older | newer) & {ENTERPRISE, ENTERPRISE_192})),
    )
    return " ".join(word for word, applies in words if applies) or "RSN"
