"""Where browsers keep their profiles, by operating system.

Chromium's family: chromium.googlesource.com/chromium/src/+/HEAD/docs/user_data_dir.md, and each vendor's own page.
Firefox: support.mozilla.org "Profiles - Where Firefox stores your bookmarks, passwords and other user data". Snaps
and Flatpaks keep the same folders below their own home (snapcraft.io/docs/data-locations; docs.flatpak.org, "Sandbox
permissions"). A browser that is elsewhere is named with --browser-data.
"""

from __future__ import annotations

import ntpath
import posixpath
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from isolation.history.recover.computer import Computer

Engine: TypeAlias = Literal["chromium", "firefox"]


class Place(NamedTuple):
    """A folder in which a browser keeps its profiles. `id` is one word, `title` what people call the browser."""

    id: str
    title: str
    engine: Engine
    folder: str


# id, title, then the folder below the configuration folder on Linux, Application Support on macOS, and
# %LOCALAPPDATA% on Windows ("" where the browser is not made for the system).
_CHROMIUM = (
    ("chrome", "Chrome", "google-chrome", "Google/Chrome", "Google/Chrome/User Data"),
    ("chrome-beta", "Chrome Beta", "google-chrome-beta", "Google/Chrome Beta", "Google/Chrome Beta/User Data"),
    ("chromium", "Chromium", "chromium", "Chromium", "Chromium/User Data"),
    ("edge", "Edge", "microsoft-edge", "Microsoft Edge", "Microsoft/Edge/User Data"),
    ("brave", "Brave", "BraveSoftware/Brave-Browser", "BraveSoftware/Brave-Browser",
     "BraveSoftware/Brave-Browser/User Data"),
    ("vivaldi", "Vivaldi", "vivaldi", "Vivaldi", "Vivaldi/User Data"),
)  # fmt: skip

# Below the home folder, on Linux.
_PACKAGED: tuple[tuple[str, str, Engine, str], ...] = (
    ("chromium-snap", "Chromium (snap)", "chromium", "snap/chromium/common/chromium"),
    ("brave-snap", "Brave (snap)", "chromium", "snap/brave/current/.config/BraveSoftware/Brave-Browser"),
    ("firefox-snap", "Firefox (snap)", "firefox", "snap/firefox/common/.mozilla/firefox"),
    ("chrome-flatpak", "Chrome (Flatpak)", "chromium", ".var/app/com.google.Chrome/config/google-chrome"),
    ("chromium-flatpak", "Chromium (Flatpak)", "chromium", ".var/app/org.chromium.Chromium/config/chromium"),
    ("edge-flatpak", "Edge (Flatpak)", "chromium", ".var/app/com.microsoft.Edge/config/microsoft-edge"),
    ("brave-flatpak", "Brave (Flatpak)", "chromium", ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser"),
    ("firefox-flatpak", "Firefox (Flatpak)", "firefox", ".var/app/org.mozilla.firefox/.mozilla/firefox"),
    ("firefox-flatpak", "Firefox (Flatpak)", "firefox", ".var/app/org.mozilla.firefox/config/mozilla/firefox"),
)


def paths(computer: Computer) -> ModuleType:
    """The module that joins paths as the computer's system writes them."""
    return ntpath if computer.platform == "win32" else posixpath


def places(computer: Computer) -> Iterator[Place]:
    """Every folder in which a browser known here would keep its profiles; most computers have few of them."""
    join = paths(computer).join
    home = computer.home
    if computer.platform == "win32":
        local = computer.environment.get("LOCALAPPDATA") or join(home, "AppData", "Local")
        roaming = computer.environment.get("APPDATA") or join(home, "AppData", "Roaming")
        for name, title, _, _, below in _CHROMIUM:
            yield Place(name, title, "chromium", join(local, *below.split("/")))
        yield Place("firefox", "Firefox", "firefox", join(roaming, "Mozilla", "Firefox"))
    elif computer.platform == "darwin":
        support = join(home, "Library", "Application Support")
        for name, title, _, below, _ in _CHROMIUM:
            yield Place(name, title, "chromium", join(support, below))
        yield Place("firefox", "Firefox", "firefox", join(support, "Firefox"))
    else:
        config = computer.environment.get("XDG_CONFIG_HOME") or join(home, ".config")
        for name, title, below, _, _ in _CHROMIUM:
            yield Place(name, title, "chromium", join(config, below))
        yield Place("firefox", "Firefox", "firefox", join(home, ".mozilla", "firefox"))
        yield Place("firefox", "Firefox", "firefox", join(config, "mozilla", "firefox"))
        for name, title, engine, below in _PACKAGED:
            yield Place(name, title, engine, join(home, below))


__all__ = ["Engine", "Place", "paths", "places"]
