"""A real time-stamping authority: `openssl ts` behind a small HTTP server on loopback, with what can go wrong."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from isolation.ledger.der import CONTEXT_0, OCTETS, SEQUENCE, descend, parse
from isolation.ledger.timestamps import Trust

# From a response to its TSTInfo: token, content, SignedData, encapContentInfo, eContent.
TOKEN_INFO = ((1, SEQUENCE), (1, CONTEXT_0), (0, SEQUENCE), (2, SEQUENCE), (1, CONTEXT_0), (0, OCTETS))

CONFIGURATION = """\
[tsa]
default_tsa = main
[main]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/{signer}.pem
signer_key = {folder}/{signer}.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
{more}
"""
EXTENSIONS = {
    "tsa": "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n",
    "web": "extendedKeyUsage=critical,serverAuth\n",
    "both": "extendedKeyUsage=critical,timeStamping,serverAuth\n",
    "lax": "extendedKeyUsage=timeStamping\n",
    "none": "keyUsage=critical,digitalSignature\n",
}


def openssl(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs the openssl program."""
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=check)


def make_root(folder: Path, name: str) -> None:
    """Makes a root certificate."""
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650", "-subj",
        f"/CN={name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem", "-addext",
        "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
    )  # fmt: skip


def make_signer(folder: Path, name: str, extensions: str, key: tuple[str, ...], issuer: str = "root") -> None:
    """Makes a certificate below the root."""
    (folder / f"{name}.ext").write_text(extensions, encoding="ascii")
    openssl("req", "-newkey", *key, "-nodes", "-subj", f"/CN={name}", "-keyout", f"{folder}/{name}.key", "-out",
            f"{folder}/{name}.csr")  # fmt: skip
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{issuer}.pem", "-CAkey",
            f"{folder}/{issuer}.key", "-CAcreateserial", "-days", "3650", "-out", f"{folder}/{name}.pem", "-extfile",
            f"{folder}/{name}.ext")  # fmt: skip


ELLIPTIC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two roots, an intermediate, and signers that may and may not make time stamps."""
    if shutil.which("openssl") is None:
        if os.environ.get("ISOLATION_TEST_ALL") == "1":
            pytest.fail("openssl is required here")
        pytest.skip("openssl is missing")
    folder = tmp_path_factory.mktemp("authority")
    for root in ("root", "other"):
        make_root(folder, root)
    for name, extensions in EXTENSIONS.items():
        make_signer(folder, name, extensions, ELLIPTIC)
    make_signer(folder, "rsa", EXTENSIONS["tsa"], ("rsa:2048",))
    make_signer(folder, "middle", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n", ELLIPTIC)
    make_signer(folder, "below", EXTENSIONS["tsa"], ELLIPTIC, issuer="middle")
    (folder / "serial").write_text("01", encoding="ascii")
    return folder


class Authority:
    """A server whose `answer` turns a query into (status, headers, pieces of the body with the seconds before each)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = "tsa"
        self.more = ""
        self.queries: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[bytes], tuple[int, list[tuple[float, bytes]]]] = self.good
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.headers.append(dict(self.headers))
                query = self.rfile.read(int(self.headers["Content-Length"]))
                outer.queries.append(query)
                status, pieces = outer.answer(query)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/timestamp-reply")
                    self.end_headers()
                    for wait, piece in pieces:
                        time.sleep(wait)
                        self.wfile.write(piece)
                        self.wfile.flush()
                except OSError:
                    pass  # the client has heard enough

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class names it
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"

    def stamp(self, query: bytes) -> bytes:
        """What `openssl ts` answers."""
        number = f"{threading.get_ident()}-{len(self.queries)}"
        configuration, asked, told = (self.folder / f"{number}.{kind}" for kind in ("cnf", "tsq", "tsr"))
        text = CONFIGURATION.format(folder=self.folder, signer=self.signer, more=self.more)
        configuration.write_text(text, encoding="ascii")
        asked.write_bytes(query)
        openssl("ts", "-reply", "-config", str(configuration), "-queryfile", str(asked), "-out", str(told))
        return told.read_bytes()

    def forge(self, query: bytes, signer: str) -> bytes:
        """A response whose token is signed by a certificate that `openssl ts` would not sign with."""
        info = descend(parse(self.stamp(query)), *TOKEN_INFO).value()
        content, signed = self.folder / "info.der", self.folder / "signed.der"
        content.write_bytes(info)
        openssl(
            "cms", "-sign", "-binary", "-nodetach", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", str(content),
            "-outform", "DER", "-out", str(signed), "-signer", f"{self.folder}/{signer}.pem", "-inkey",
            f"{self.folder}/{signer}.key", "-md", "sha256",
        )  # fmt: skip
        body = b"\x30\x03\x02\x01\x00" + signed.read_bytes()
        return b"\x30\x82" + len(body).to_bytes(2, "big") + body

    def good(self, query: bytes) -> tuple[int, list[tuple[float, bytes]]]:
        """The answer as it should be."""
        return 200, [(0, self.stamp(query))]

    def close(self) -> None:
        """Ends the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def authority(certificates: Path) -> Iterator[Authority]:
    """An authority that answers as it should."""
    server = Authority(certificates)
    yield server
    server.close()


@pytest.fixture
def trust(certificates: Path) -> Trust:
    """The root that the good authority's chain ends in."""
    return Trust.load(str(certificates / "root.pem"))
