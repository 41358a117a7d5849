"""`/Library/Preferences/SystemConfiguration/NetworkInterfaces.plist`: which of macOS's ports are built in. Pure.

A property list, XML or binary, whose `Interfaces` has a dictionary for every interface the Mac ever had: `BSD Name`,
`IOBuiltin` (kIOBuiltin of IONetworkInterface.h), `IOMACAddress` (six bytes), `IOPathMatch` (where it is plugged in).
Written by configd's InterfaceNamer, open source. Read from that source, not run on the platform.
"""

from __future__ import annotations

from isolation.probes.text import tokens


def parse(content: bytes) -> dict[str, bool]:
    """Whether each interface is one that can be unplugged, by its name. Raises ProbeError for no such list."""
    import plistlib
    from xml.parsers.expat import ExpatError

    try:
        entries = plistlib.loads(content)["Interfaces"]
        return {str(entry["BSD Name"]): _removable(entry) for entry in entries if "BSD Name" in entry}
    except (ValueError, KeyError, TypeError, AttributeError, ExpatError, IndexError, OverflowError, RecursionError):
        raise tokens.refusal("NetworkInterfaces.plist") from None


def _removable(entry: dict[str, object]) -> bool:
    """Not built in; and, since hubs in displays call themselves built in, whatever hangs on USB or Thunderbolt."""
    path = str(entry.get("IOPathMatch", "")).casefold()
    return entry.get("IOBuiltin") is False or "usb" in path or "thunderbolt" in path
