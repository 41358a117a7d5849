r"""`nmcli`: what NetworkManager says, in its three forms. Pure. Source: nmcli(1).

* `nmcli device show`, `connection show NAME`: blocks of `FIELD: value`, a blank line or a repeated field between;
* `nmcli device`, `connection`, `general`: a table below a line of headings in capitals;
* `nmcli -t -f …`: fields parted by `:`, where `\:` and `\\` stand for the signs themselves.

`--` is nmcli's word for nothing and becomes "".
"""

from __future__ import annotations

import re

from isolation.errors import ProbeError
from isolation.messages import message
from isolation.probes.text import tokens
from isolation.probes.text.networks import Network

# What `networks` expects nmcli to have been asked for. SSID-HEX, because nmcli prints names that are not UTF-8 as
# something else than they are.
WIFI_FIELDS = ("IN-USE", "BSSID", "SSID-HEX", "CHAN", "FREQ", "SIGNAL", "SECURITY", "DEVICE")

_FIELD = re.compile(r"([A-Za-z0-9-]+\.[A-Za-z0-9.-]+(?:\[\d+\])?):(.*)", re.ASCII)
_HEADINGS = re.compile(r"[A-Z][A-Z0-9-]*(?:  +[A-Z][A-Z0-9-]*)+ *", re.ASCII)


def parse(output: bytes) -> list[dict[str, str]]:
    """The records in an output of nmcli, by field name. Raises ProbeError where there is none."""
    lines = tokens.lines(output)
    first = next((line for line in lines if line.strip()), "")
    found = _table(lines) if _HEADINGS.fullmatch(first) else _blocks(lines)
    if not found:
        raise tokens.refusal("nmcli")
    return found


def networks(output: bytes) -> list[Network]:
    """The access points in an output of `nmcli -t -f IN-USE,BSSID,… device wifi list`; none is an empty list.

    The signal is a percentage. Raises ProbeError for a line that has not these fields.
    """
    return [_network(_fields(line)) for line in tokens.lines(output) if line.strip()]


def _fields(line: str) -> list[str]:
    fields = [""]
    escaped = False
    for sign in line:
        if not escaped and sign == ":":
            fields.append("")
        elif not escaped and sign == "\\":
            escaped = True
        else:
            fields[-1] += sign
            escaped = False
    if escaped:
        raise tokens.refusal("nmcli")
    return fields


def _network(fields: list[str]) -> Network:
    if len(fields) != len(WIFI_FIELDS):
        raise ProbeError(
            message(
                "nmcli was asked for {wifi_fields} fields and printed {fields}.",
                wifi_fields=len(WIFI_FIELDS),
                fields=len(fields),
            )
        )
    in_use, bssid, name, channel, frequency, signal, security, device = fields
    mac = tokens.mac(bssid)
    try:
        ssid = bytes.fromhex(name)
    except ValueError:
        raise tokens.refusal("nmcli") from None
    if mac is None:
        raise tokens.refusal("nmcli")
    return Network(
        device, mac, ssid, connected=in_use == "*", signal=tokens.whole(signal), unit="percent",
        channel=tokens.whole(channel) or 0, frequency=tokens.whole(frequency.removesuffix(" MHz")) or 0,
        security=security,
    )  # fmt: skip


def _blocks(lines: list[str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [{}]
    for line in lines:
        field = _FIELD.fullmatch(line)
        if not line.strip() or (field and field[1] in found[-1]):
            found.append({})
        if field:
            found[-1][field[1]] = _value(field[2])
    return [block for block in found if block]


def _table(lines: list[str]) -> list[dict[str, str]]:
    """Rows below headings; a column is as wide as its heading with the spaces behind it.

    nmcli counts the terminal's cells, which a wide character takes two of: rows that do not fit are refused.
    """
    heading, *rows = [line for line in lines if line.strip()]
    starts = [match.start() for match in re.finditer(r"\S+", heading)]
    names = heading.split()
    found = []
    for row in rows:
        cells = [row[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
        if any(cell and not cell.endswith(" ") for cell in cells[:-1]) or not cells[0].strip():
            raise tokens.refusal("nmcli")
        found.append({name: _value(cell) for name, cell in zip(names, cells, strict=True)})
    return found


def _value(text: str) -> str:
    value = text.strip()
    return "" if value in ("--", '""') else value
