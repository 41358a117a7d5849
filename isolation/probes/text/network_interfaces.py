"""`/Library/Preferences/SystemConfiguration/NetworkInterfaces.plist`: which of macOS's ports can be unplugged. Pure.

A property list, XML or binary, whose `Interfaces` has a dictionary for every interface the Mac ever had: `BSD Name`,
`IOBuiltin` (kIOBuiltin of IONetworkInterface.h) and `IOPathMatch` (where it is plugged in). Written by configd's
InterfaceNamer, open source. Read from that source, not run on the platform.
"""

from __future__ import annotations

from isolation.errors import ProbeError


def parse(content: bytes) -> dict[str, bool]:
    """Whether each interface is one that can be unplugged, by its name. Raises ProbeError for no such list."""
    import plistlib
    from xml.parsers.expat import ExpatError

    # What plistlib and expat raise for lists that are none: it is not documented, and these are those met.
    damage = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, ExpatError)
    try:
        entries = plistlib.loads(content)["Interfaces"]
        return {str(entry["BSD Name"]): _removable(entry) for entry in entries if "BSD Name" in entry}
    except damage:
        raise ProbeError("The list of network interfaces is no property list, or another one.") from None


def _removable(entry: dict[str, object]) -> bool:
    """Not built in; and, since ports in displays call themselves built in, whatever hangs on USB or Thunderbolt."""
    path = str(entry.get("IOPathMatch", "")).casefold()
    return entry.get("IOBuiltin") is False or "usb" in path or "thunderbolt" in path
