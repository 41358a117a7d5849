"""Which networks this computer was on, from every record that its system keeps, and from exported ones."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from isolation.errors import UsageError
from isolation.history import windows_evtx, windows_xml
from isolation.history.documents import Document
from isolation.history.encodings import encoding_of
from isolation.history.recover import known_networks, network_list, network_manager, registry_export, wlan_events
from isolation.history.recover.found import Presence, Source, failure
from isolation.messages import message
from isolation.system_words import why_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo
    from typing import TypeAlias

    from isolation.history.recover.computer import Computer

    Read: TypeAlias = tuple[list[Source], list[Presence]]

_HEAD = 1 << 16  # characters that say what kind of file it is
_LARGEST = 1 << 28  # bytes of an export
_SHOWN = 5  # problems that a source names one by one
_NO_JOURNAL = message(
    "It shows nothing of NetworkManager to you: either nothing was kept, or only root and the groups adm and "
    "systemd-journal may read it."
)
_JOURNAL = message("NetworkManager's journal")
_CONNECTIONS = message("NetworkManager's connections")
_SEEN = message("NetworkManager's list of access points")
_TIMESTAMPS = message("NetworkManager's list of times")
_BOOT = "/proc/sys/kernel/random/boot_id"


def read_networks(
    computer: Computer, exports: Sequence[str] = (), zone: tzinfo | None = None, encoding: str | None = None
) -> Read:
    """The system's own records, then the exported ones. `zone` and `encoding` are for exported ones.

    Raises UsageError for an export that is of no kind known here, or in an encoding that cannot be told.
    """
    by_system = {"linux": _linux, "darwin": _macos, "win32": _windows}
    sources, presences = by_system.get(computer.platform, _nothing)(computer)
    files = [(path, _content(computer, path)) for path in exports]
    managed = [file for file in files if network_manager.is_state(file[1]) or network_manager.is_journal(file[1])]
    read = [_managed(managed), *(_exported(*file, zone, encoding) for file in files if file not in managed)]
    for more_sources, more in read:
        sources += more_sources
        presences += more
    return sources, sorted(presences, key=lambda one: (one.first or one.last or 0, one.network))


def _nothing(computer: Computer) -> Read:
    return [], []


def _source(name: str, path: str, number: int, problems: Sequence[str]) -> Source:
    left = tuple(problems[:_SHOWN])
    if len(problems) > _SHOWN:
        left += (message("And {count} more that could not be read.", count=len(problems) - _SHOWN),)
    if problems and not number:
        return Source("network", name, path, "failed", message("Nothing in it could be read."), 0, left)
    return Source("network", name, path, "observed", "", number, left)


def _one(name: str, path: str, read: Callable[[], tuple[list[Presence], list[str]]]) -> tuple[Source, list[Presence]]:
    """One record read, or why it could not be."""
    try:
        found, problems = read()
    except OSError as problem:
        return failure("network", name, path, problem), []
    return _source(name, path, len(found), problems), found


# Windows -------------------------------------------------------------------------------------------------------


def _windows(computer: Computer) -> Read:
    key = network_list.KEY
    listed = _one(network_list.NAME, f"HKLM\\{key}", lambda: network_list.presences(computer.registry(key), key))
    logged = _one(
        wlan_events.NAME, wlan_events.LOG,
        lambda: _events(wlan_events.decoded(b"".join(computer.lines(wlan_events.QUERY))), wlan_events.LOG),
    )  # fmt: skip
    return [listed[0], logged[0]], listed[1] + logged[1]


def _events(text: str, path: str) -> tuple[list[Presence], list[str]]:
    return wlan_events.presences(windows_xml.elements(text.splitlines(keepends=True)), path)


# macOS ---------------------------------------------------------------------------------------------------------


def _macos(computer: Computer) -> Read:
    def read_list(path: str) -> tuple[Source, list[Presence]]:
        return _one(known_networks.NAME, path, lambda: known_networks.presences(computer.read_file(path), path))

    read = [read_list(path) for path in known_networks.PATHS]
    return [source for source, _ in read], [one for _, found in read for one in found]


# Linux ---------------------------------------------------------------------------------------------------------


def _linux(computer: Computer) -> Read:
    sources, connections = _connections(computer)
    seen = _state(computer, _SEEN, network_manager.SEEN_BSSIDS, "seen-bssids", sources)
    connections = network_manager.with_points(connections, seen)
    stamps = _state(computer, _TIMESTAMPS, network_manager.TIMESTAMPS, "timestamps", sources)
    found = network_manager.from_timestamps(stamps, connections, network_manager.TIMESTAMPS)
    source, logged = _one(
        _JOURNAL, "journalctl", lambda: (_journal(computer, connections), [])
    )  # fmt: skip
    if source.status == "observed" and not logged:
        source = source._replace(status="absent", reason=_NO_JOURNAL)
    return [*sources, source], found + logged


def _connections(computer: Computer) -> tuple[list[Source], dict[str, network_manager.Connection]]:
    """NetworkManager's own files; each that cannot be read is counted with the reason."""
    folder = network_manager.CONNECTIONS
    found: dict[str, network_manager.Connection] = {}
    try:
        names = computer.files(folder)
    except OSError as problem:
        return [failure("network", _CONNECTIONS, folder, problem)], found
    problems: list[OSError] = []
    strange: list[str] = []
    for name in names:
        try:
            told = network_manager.parse_keyfile(computer.read_file(f"{folder}/{name}").decode(errors="replace"))
        except OSError as problem:
            problems.append(problem)
            continue
        if told is None:
            strange.append(message("{name} is no connection.", name=name))
        else:
            found[told[0]] = told[1]
    if problems and not found:
        return [failure("network", _CONNECTIONS, folder, problems[0])], found
    unread: list[str] = []
    if problems:
        count, reason = len(problems), why_of(problems[0])
        unread = [message("{count} of them could not be read: {problem}.", count=count, problem=reason)]
    left = (*unread, *strange[:_SHOWN])
    return [Source("network", _CONNECTIONS, folder, "observed", "", len(found), left)], found


def _state(computer: Computer, name: str, path: str, section: str, sources: list[Source]) -> dict[str, tuple[str, ...]]:
    try:
        found = network_manager.parse_state(computer.read_file(path).decode(errors="replace"), section)
    except OSError as problem:
        sources.append(failure("network", name, path, problem))
        return {}
    sources.append(Source("network", name, path, "observed", "", len(found)))
    return found


def _journal(computer: Computer, connections: dict[str, network_manager.Connection]) -> list[Presence]:
    try:
        boot = computer.read_file(_BOOT).decode("ascii", "replace").strip().replace("-", "")
    except OSError:
        boot = ""
    lines = computer.lines(network_manager.JOURNAL)
    return list(network_manager.from_journal(lines, connections, boot=boot, now=computer.now()))


# Exports -------------------------------------------------------------------------------------------------------


def _content(computer: Computer, path: str) -> bytes:
    try:
        raw = computer.read_file(path, _LARGEST + 1)
    except OSError as problem:
        raise UsageError(
            message("{path} cannot be read: {problem}.", path=path, problem=why_of(problem)), "Check --from."
        ) from None
    if len(raw) > _LARGEST:
        raise UsageError(
            message("{path} is larger than {size} MB.", path=path, size=_LARGEST >> 20), "Export a shorter time."
        )
    return raw


def _managed(files: Sequence[tuple[str, bytes]]) -> Read:
    """NetworkManager's own files, in any order: what they keep of connections tells what the journal's lines mean."""
    sources: list[Source] = []
    connections: dict[str, network_manager.Connection] = {}
    seen: dict[str, tuple[str, ...]] = {}
    stamps: list[tuple[str, dict[str, tuple[str, ...]]]] = []
    for path, raw in files:
        if not network_manager.is_state(raw):
            continue
        text = raw.decode(errors="replace")
        told = network_manager.parse_keyfile(text)
        points = network_manager.parse_state(text, "seen-bssids")
        stamps.append((path, network_manager.parse_state(text, "timestamps")))
        connections |= dict([told]) if told else {}
        seen |= points
        number = len(points) + len(stamps[-1][1]) + bool(told)
        problems = [] if number else [message("It holds no connection.")]
        sources.append(_source(network_manager.NAME, path, number, problems))
    connections = network_manager.with_points(connections, seen)
    found = [one for path, told in stamps for one in network_manager.from_timestamps(told, connections, path)]
    for path, raw in files:
        if network_manager.is_journal(raw):
            logged = list(network_manager.from_journal(raw.splitlines(), connections, path))
            problems = [] if logged else [message("It holds no connection.")]
            sources.append(_source(_JOURNAL, path, len(logged), problems))
            found += logged
    return sources, found


def _exported(path: str, raw: bytes, zone: tzinfo | None, encoding: str | None) -> Read:
    """Another export, by its content. Raises UsageError for one of no kind known here."""
    if raw.startswith(windows_evtx.SIGNATURE.encode()):
        events = windows_evtx.elements(io.BytesIO(raw), path)
        return _read(wlan_events.NAME, path, wlan_events.presences(events, path))
    if raw.startswith(b"bplist00"):
        return _read(known_networks.NAME, path, known_networks.presences(raw, path))
    text = _text(path, raw, encoding)
    if registry_export.is_registry_export(text):
        registry, strange = registry_export.parse_export(text)
        found, problems = network_list.presences(registry, path, zone)
        return _read(network_list.NAME, path, (found, problems + strange))
    if windows_xml.recognises(text[:_HEAD], path):
        return _read(wlan_events.NAME, path, _events(text, path))
    if text.startswith("<?xml"):
        return _read(known_networks.NAME, path, known_networks.presences(raw, path))
    raise UsageError(
        message("{path} is no record of networks that is known here.", path=path),
        "--from takes what `reg export`, `wevtutil` and `journalctl -o json` write, NetworkManager's own files, "
        "and macOS' property lists of known networks.",
    )


def _text(path: str, raw: bytes, encoding: str | None) -> str:
    """The text of an export: Windows writes UTF-16, its older tools the code page of its language."""
    document = Document(path, encoding=encoding)
    try:
        return raw.decode(encoding_of(document, encoding), "replace").removeprefix("\ufeff")
    finally:
        document.close()


def _read(name: str, path: str, told: tuple[list[Presence], list[str]]) -> Read:
    found, problems = told
    return [_source(name, path, len(found), problems)], found


__all__ = ["read_networks"]
