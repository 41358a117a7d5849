"""`ioreg -rd1 -c IOPlatformExpertDevice`: the Mac's own identity. Pure.

Prints properties as `"IOPlatformUUID" = "00000000-0000-1000-8000-000000000000"`.
Source: ioreg(8), IOKit/IOKitKeys.h. Read from vendor documentation, not run on the platform.
"""

from __future__ import annotations

import re

from isolation.probes.text import tokens

_UUID = re.compile(
    r'\s*"IOPlatformUUID" = "([0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})"\s*'
)


def parse(output: bytes) -> list[str]:
    """The hardware UUID in an output of ioreg, in lower case, as a list of one. Raises ProbeError where there is
    none."""
    found = [match[1].lower() for line in tokens.lines(output) if (match := _UUID.fullmatch(line.replace("|", " ")))]
    if len(found) != 1:
        raise tokens.refusal("ioreg")
    return found
