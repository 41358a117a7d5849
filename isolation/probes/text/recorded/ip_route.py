"""`ip route`: a Linux routing table. Pure. Source: ip-route(8).

A line is an optional type, a destination, then pairs of word and value, and words that stand alone. A route with
several paths continues in indented `nexthop` lines: each becomes a route of its own.
"""

from __future__ import annotations

from isolation.probes.text import tokens
from isolation.probes.text.routes import Route

_TYPES = frozenset(
    ("unicast", "local", "broadcast", "multicast", "anycast", "nat", "throw", "unreachable", "prohibit", "blackhole")
)
_REFUSING = frozenset(("throw", "unreachable", "prohibit", "blackhole"))
_ALONE = frozenset(("onlink", "linkdown", "dead", "pervasive", "offload", "notify", "trap", "rt_offload", "cache"))


def parse(output: bytes) -> list[Route]:
    """The routes in an output of ip route; an empty table is an empty list. Raises ProbeError for anything else."""
    found: list[Route] = []
    parent: tuple[str, dict[str, str]] | None = None
    for line in tokens.lines(output):
        row = line.split()
        if not row:
            continue
        if row[0] == "nexthop" and parent is not None:
            if found and not found[-1].interface:
                found.pop()  # the line above only opened the list of paths
            found.append(_route(parent[0], {**parent[1], **_pairs(row[1:])}))
        elif (opened := _destination(row)) is not None:
            parent = opened
            found.append(_route(*opened))
    if not found and output.strip():
        raise tokens.refusal("ip route")
    return found


def _destination(row: list[str]) -> tuple[str, dict[str, str]] | None:
    """The destination and what is said of it; None where the line is no route."""
    kind = row[0] if row[0] in _TYPES else ""
    rest = row[1:] if kind else row
    if not rest or not (rest[0] == "default" or tokens.address(rest[0].partition("/")[0])):
        return None
    said = _pairs(rest[1:])
    if "dev" not in said and "proto" not in said and kind not in _REFUSING:
        return None
    return rest[0], {**said, "type": kind}


def _pairs(words: list[str]) -> dict[str, str]:
    """`via 192.0.2.1 dev eth0 onlink` as a dictionary; words that stand alone become flags."""
    said: dict[str, str] = {}
    at = 0
    while at < len(words):
        if words[at] in _ALONE:
            said["flags"] = f"{said.get('flags', '')} {words[at]}".strip()
            at += 1
        elif words[at : at + 1] == ["via"] and words[at + 1 : at + 2] in (["inet6"], ["inet"]):
            said["via"] = "".join(words[at + 2 : at + 3])
            at += 3
        else:
            said[words[at]] = "".join(words[at + 1 : at + 2])
            at += 2
    return said


def _route(destination: str, said: dict[str, str]) -> Route:
    flags = " ".join(filter(None, ("!" if said["type"] in _REFUSING else "", said.get("flags", ""))))
    metric = tokens.whole(said.get("metric", ""))
    return Route(destination, said.get("via", ""), said.get("dev", ""), metric=metric, flags=flags)
