"""Chromium by its DevTools port and Firefox by Marionette, both without any network but loopback.

Chromium resolves every host to the server on 127.0.0.1; Firefox has it as its only proxy. Every wait is bounded.
"""

from __future__ import annotations

import http.server
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil

PATIENCE = 45.0  # seconds for a browser to start or to write, on a busy machine

Answer = TypeVar("Answer")

_CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * 127.0.0.1",
)  # fmt: skip

_FIREFOX = """
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", {port});
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", {port});
user_pref("network.proxy.allow_hijacking_localhost", true);
user_pref("marionette.port", {marionette});
user_pref("dom.security.https_first", false);
user_pref("dom.security.https_only_mode", false);
user_pref("dom.security.https_first", false);
user_pref("dom.security.https_first_schemeless", false);
user_pref("network.stricttransportsecurity.preloadlist", false);
user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.enabled", false);
"""


def eventually(look: Callable[[], Answer | None], what: str, seconds: float = PATIENCE) -> Answer:
    """What `look` gives once it gives something; AssertionError where it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.25)
    raise AssertionError(f"{what} did not happen within {seconds:g} seconds")


class Pages:
    """A web server that has every page of every host; /frames/HOST:PORT holds that host's page in a frame."""

    def __init__(self) -> None:
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        framed = self.path.partition("/frames/")[2]
        frame = f'<iframe src="http://{framed}/inside"></iframe>' if framed else ""
        body = f"<!doctype html><title>page</title>page{frame}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        pass


class Chromium:
    """One running Chromium."""

    def __init__(self, program: str, home: Path, profile: str, pages: Pages) -> None:
        self._pages = pages
        self.data = home / ".config" / "chromium"
        self.data.mkdir(parents=True, exist_ok=True)
        port_file = self.data / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [program, *_CHROMIUM, f"--user-data-dir={self.data}", f"--profile-directory={profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            # Chromium opens no DevTools port on what is its person's own folder, so to it the home is another one.
            env=_environment(home.parent / "elsewhere"),
        )  # fmt: skip
        try:
            self._port = eventually(lambda: port_file.exists() and port_file.read_text().split("\n")[0], "DevTools")
        except AssertionError:
            self.close()
            raise

    def visit(self, host: str, path: str = "/home") -> None:
        """Opens a page in a tab of its own."""
        url = f"http://{host}:{self._pages.port}{path}"
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/json/new?{url}", method="PUT")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - loopback
            assert answer.status == 200

    def close(self) -> None:
        """Ends it as a person does, who waits until it is gone."""
        _end(self._process)


class Firefox:
    """One running Firefox."""

    def __init__(self, program: str, home: Path, profile: str, pages: Pages) -> None:
        self._pages = pages
        # Releases from 2026 on follow the XDG Base Directory Specification.
        self._folders = (home / ".mozilla" / "firefox", home / ".config" / "mozilla" / "firefox")
        environment = _environment(home) | {"MOZ_HEADLESS": "1"}
        self.profile = self._created(program, profile, environment)
        self.data = self.profile.parent
        marionette = _free_port()
        (self.profile / "user.js").write_text(_FIREFOX.format(port=pages.port, marionette=marionette))
        self._process = subprocess.Popen(
            [program, "--marionette", "--no-remote", "-P", profile], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            self._socket = eventually(lambda: _connected(marionette), "Marionette")
        except AssertionError:
            _end(self._process)
            raise
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._answer()  # it introduces itself
        self._ask("WebDriver:NewSession", {})

    def _created(self, program: str, profile: str, environment: dict[str, str]) -> Path:
        """The folder of a new profile, where this release of Firefox puts it."""
        command = [program, "-CreateProfile", profile]
        made = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=False)
        assert made.returncode == 0, made.stderr
        for data in self._folders:
            for found in data.glob(f"*.{profile}"):
                return found
        raise AssertionError(f"Firefox made no profile: {made.stderr!r}")

    def visit(self, host: str, path: str = "/home") -> None:
        """Opens a page."""
        self._ask("WebDriver:Navigate", {"url": f"http://{host}{path}"})

    def close(self) -> None:
        self._stream.close()
        self._socket.close()
        _end(self._process)

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        # firefox-source-docs.mozilla.org/testing/marionette/Protocol.html: length, colon, [0, id, command, parameters].
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        kind, number, error, result = self._answer()
        assert (kind, number, error) == (1, self._number, None), error
        return result

    def _answer(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            assert byte, "Firefox went away"
            length += byte
        return json.loads(self._stream.read(int(length)))


def _connected(port: int) -> socket.socket | None:
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    except ConnectionRefusedError:
        return None
    return connection


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    """The environment with another home, and no session of this one's desktop."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))}
    runtime = home.parent / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return kept | {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}


def _end(process: subprocess.Popen[bytes]) -> None:
    # A browser's network process may write for a moment longer than the browser itself is there.
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE)
    psutil.wait_procs(children, PATIENCE)


__all__ = ["PATIENCE", "Chromium", "Firefox", "Pages", "eventually"]
