"""What a look at this computer's memory finds: sources, candidates for uses, and the networks it was on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from isolation.history.recover.visits import Use, joined
from isolation.system_words import why_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isolation.model import Confidence

Outcome: TypeAlias = Literal["observed", "absent", "denied", "failed"]


class Source(NamedTuple):
    """One place that was looked at: what it is, where it lies, whether it could be read, and why not.

    `seen` counts what was found of use; `left` says what was found and not taken, a sentence each.
    """

    kind: Literal["browser", "network"]
    name: str
    path: str
    status: Outcome
    reason: str = ""
    seen: int = 0
    left: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """The uses of one platform in one browser profile: whose account it was the browser does not say.

    `id` is BROWSER/FOLDER/PLATFORM. `hosts` has the uses of each host. `confidence` is that of "this computer was
    used": what syncing may have brought along is weak.
    """

    id: str
    browser: str
    folder: str
    name: str
    platform: str
    path: str
    table: str
    hosts: Mapping[str, tuple[Use, ...]]
    confidence: Confidence
    reason: str

    def uses(self, host: str = "") -> list[Use]:
        """The uses of one host, or of all of them together."""
        return joined(use for name, uses in self.hosts.items() if host in ("", name) for use in uses)


class Presence(NamedTuple):
    """A network that this computer was on, and when (µs; None where that end is not known).

    `exact` says that it was on it all the time from `first` to `last`; otherwise they are only bounds, between which
    it was on others too. `bssid` and `gateway_mac` are as the source spells them, "" where it tells none.
    """

    source: str
    path: str
    network: str
    first: int | None
    last: int | None
    exact: bool
    bssid: str = ""
    gateway_mac: str = ""
    ssid: str = ""
    reason: str = ""


def failure(kind: Literal["browser", "network"], name: str, path: str, problem: OSError) -> Source:
    """The source that could not be read, and why."""
    if isinstance(problem, FileNotFoundError):
        return Source(kind, name, path, "absent", why_of(problem))
    return Source(kind, name, path, "denied" if isinstance(problem, PermissionError) else "failed", why_of(problem))


__all__ = ["Candidate", "Outcome", "Presence", "Source", "failure"]
