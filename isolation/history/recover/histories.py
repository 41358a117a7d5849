"""Every browser profile on this computer, and what it remembers of the known platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history.recover import chromium, firefox
from isolation.history.recover.browsers import Place, places
from isolation.history.recover.database import Unreadable, left_words, read_visits
from isolation.history.recover.found import Candidate, Source, failure
from isolation.history.recover.platforms import AREAS
from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.system_words import why_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from isolation.history.recover.chromium import Profile
    from isolation.history.recover.computer import Computer
    from isolation.history.recover.visits import Use
    from isolation.model import Confidence

_PLATFORM_OF = {area.host: area.platform for area in AREAS}


def read_browsers(computer: Computer, named: Sequence[str] = ()) -> tuple[list[Source], list[Candidate]]:
    """What every browser's profiles remember, those in the `named` folders too; a browser that is not there is left
    out, a named folder that holds no profile is a source that is absent. Raises UsageError for a named one that is
    missing, or is no folder.
    """
    sources: list[Source] = []
    candidates: list[Candidate] = []
    for place in [*places(computer), *_named(computer, named)]:
        told = place.folder in named
        if not told and not computer.exists(place.folder):
            continue
        try:
            found = _engine(place).profiles(computer, place.folder)
        except OSError as problem:
            if told and isinstance(problem, FileNotFoundError | NotADirectoryError):
                raise UsageError(
                    message("{path} cannot be read: {problem}.", path=printable(place.folder), problem=why_of(problem)),
                    "Check --browser-data.",
                ) from None
            sources.append(failure("browser", place.title, place.folder, problem))
            continue
        if not found:
            sources.append(Source("browser", place.title, place.folder, "absent", message("It holds no history.")))
        for profile in found:
            source, more = _read_profile(computer, place, profile)
            sources.append(source)
            candidates += more
    return sources, _distinct(candidates)


def _named(computer: Computer, named: Sequence[str]) -> list[Place]:
    """The named folders, each as the browser whose files lie in it."""
    found = []
    for number, folder in enumerate(named, 1):
        is_firefox = any(_has(computer, folder, name) for name in ("profiles.ini", "places.sqlite", "Profiles"))
        engine: ModuleType = firefox if is_firefox else chromium
        name = "firefox" if engine is firefox else "chromium"
        found.append(Place(f"named{number}", message("{name} in a named folder", name=name.title()), name, folder))  # type: ignore[arg-type]  # one of the two
    return found


def _has(computer: Computer, folder: str, name: str) -> bool:
    from isolation.history.recover.browsers import paths

    return computer.exists(paths(computer).join(folder, name))


def _engine(place: Place) -> ModuleType:
    return firefox if place.engine == "firefox" else chromium


def _read_profile(computer: Computer, place: Place, profile: Profile) -> tuple[Source, list[Candidate]]:
    engine = _engine(place)
    title = message("{title}, profile {folder}", title=place.title, folder=profile.folder)
    if profile.name:
        title = message('{title} "{name}"', title=title, name=profile.name)
    try:
        with computer.copied_database(profile.history) as copy:
            hosts, left = read_visits(copy, engine.SCHEMA, computer.now())
    except Unreadable as problem:
        return Source("browser", title, profile.history, "failed", problem.reason), []
    except OSError as problem:
        return failure("browser", title, profile.history, problem), []
    confidence: Confidence = "probable"
    reason = ""
    if engine is firefox and firefox.may_be_synced(computer, profile):
        confidence, reason = "weak", firefox.MAY_BE_SYNCED
    seen = sum(use.visits for uses in hosts.values() for use in uses)
    source = Source("browser", title, profile.history, "observed", engine.FORGETS, seen, left_words(left))
    return source, [
        Candidate(
            f"{place.id}/{profile.folder}/{platform}", place.title, profile.folder, profile.name, platform,
            profile.history, engine.TABLE, uses, confidence, reason,
        )
        for platform, uses in _by_platform(hosts).items()
    ]  # fmt: skip


def _by_platform(hosts: Mapping[str, tuple[Use, ...]]) -> dict[str, dict[str, tuple[Use, ...]]]:
    found: dict[str, dict[str, tuple[Use, ...]]] = {}
    for host in sorted(hosts):
        found.setdefault(_PLATFORM_OF[host], {})[host] = hosts[host]
    return found


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, a number behind the id of each whose id is taken."""
    taken: set[str] = set()
    found = []
    for candidate in candidates:
        name, number = candidate.id, 2
        while name in taken:
            name, number = f"{candidate.id}-{number}", number + 1
        taken.add(name)
        found.append(candidate._replace(id=name))
    return found


__all__ = ["read_browsers"]
