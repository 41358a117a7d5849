"""Names made to hurt whoever stores, prints or opens them, through the whole program: stored whole, shown harmless."""

from __future__ import annotations

import base64
import csv
import hashlib
import re
import unicodedata
from pathlib import Path

import pytest

import isolation
from isolation.errors import BadIdentifier
from isolation.identifiers.escape import printable
from isolation.identifiers.ssid import format_ssid
from isolation.ledger import Ledger
from isolation.model import Reading, Session
from isolation.policy import Policy
from isolation.reports.bundle import Request, make_bundle

from ..cli.conftest import Cli
from ..conftest import NOON, ROUTER, reading

NAMES = {
    "NUL": "a\0b",
    "right to left": "store-\u202emoc.nozama\u202c\u2066",
    "half a character": "store-\ud800",
    "SQL": "'; DROP TABLE entries; -- \" ) ] `",
    "CSV formula": '=HYPERLINK("http://example.com";"x")',
    "ANSI": "\x1b[2J\x1b]0;title\x07\x9b31m",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "line break": "store\nPASS: no link\r\n",
    "Markdown": "| [x](javascript:alert(1)) | `a` ![y](//example.com) |",
}
RAW_SSIDS = [b"\x00\x00", b"\xff\xfe\xc3\x28", *(name.encode("utf-8", "surrogatepass")[:32] for name in NAMES.values())]
COMMANDING = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def harmless(text: str) -> bool:
    """Whether a text moves no cursor and hides nothing; its own line breaks are the printer's."""
    return not {unicodedata.category(sign) for sign in text.replace("\n", "")} & COMMANDING


def without_own_scripts(page: str) -> str:
    """An HTML report without the scripts that its policy allows by their digest: the program's own, never a name's."""
    for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        if f"'sha256-{digest}'" in page:
            page = page.replace(f"<script>{script}</script>", "")
    return page.replace('<script type="application/json">', "")  # data, which runs nowhere; what it holds is looked at


def record(ledger: Ledger, name: str, ssid: bytes = b"home") -> bool:
    """Records a use with that name wherever a name may stand; False where no account can have it."""
    here = (reading("gateway_mac", ROUTER), Reading("ssid", "observed", format_ssid(ssid), source="test"))
    try:
        with ledger.writing() as log:
            log.add_session(
                Session(name, NOON, operator=name, readings=here, machine=name, forced=name, source=name)
            )  # fmt: skip
            log.add_session(Session("store-z", NOON, readings=here))
    except BadIdentifier:
        return False
    return True


@pytest.mark.parametrize("case", NAMES)
def test_a_hostile_name_is_kept_whole_and_shown_harmless(
    ledger: Ledger, home: Path, tmp_path: Path, cli: Cli, case: str
) -> None:
    """As account, operator, label, reason and source it comes back as given, and no output carries it raw."""
    name = NAMES[case]
    if not record(ledger, name):
        with ledger.writing() as log:  # what no account may be called, a person may still have written
            log.add_session(Session("store-y", NOON, machine=name, forced=name, source=name))
        name = "store-y"
    assert ledger.verify().problems == ()
    with ledger.reading() as reader:
        entry = next(entry for entry, _, _ in reader.open_sessions() if reader.session(entry).account != "store-z")
        stored = reader.session(entry)
    assert stored.account.strip() == name.strip()
    assert stored.machine == NAMES[case].encode(errors="backslashreplace").decode()
    audit = isolation.audit_ledger(ledger, policy=Policy())
    for form in ("md", "html"):
        text = Path(isolation.write_report(audit, tmp_path / f"audit.{form}")).read_text(encoding="utf-8")
        text = without_own_scripts(text)
        assert harmless(text)
        unescaped = text.replace("\\<", "")  # Markdown escapes by a backslash
        assert "<script" not in unescaped
        assert "<img" not in unescaped
    bundle = tmp_path / "bundle"
    bundle.write_bytes(make_bundle(ledger, Policy(), Request(name, opened=("operator", "machine", "ssid"))).data)
    for words in (
        ("audit",),
        ("status",),
        ("verify",),
        ("verify", str(bundle)),
        ("check", f"--operator={name}", "--", name),
    ):
        if "\0" in "".join(words) or "\ud800" in "".join(words):
            continue  # no shell can pass it
        outcome = cli(*words)
        assert outcome.code in (0, 10, 11), outcome
        assert harmless(outcome.out + outcome.err), words


@pytest.mark.parametrize("ssid", RAW_SSIDS)
def test_a_hostile_network_name_is_kept_byte_by_byte(ledger: Ledger, tmp_path: Path, cli: Cli, ssid: bytes) -> None:
    """Whatever 32 bytes an access point calls itself, they come back as they were, and print harmless."""
    assert record(ledger, "store-a", ssid)
    with ledger.reading() as reader:
        stored = reader.session(reader.open_sessions()[0][0])
    assert next(one.value for one in stored.readings if one.fact == "ssid") == format_ssid(ssid)
    bundle = tmp_path / "bundle"
    bundle.write_bytes(make_bundle(ledger, Policy(), Request("store-a", opened=("ssid",))).data)
    assert harmless(cli("verify", str(bundle)).out)
    assert ledger.verify().problems == ()


def test_hostile_cells_of_a_log_reach_nobody_raw(cli: Cli, tmp_path: Path) -> None:
    """Imported, rejected and printed: no cell stands raw in what is printed, and no cell of --rejects is a formula."""
    log, rejects = tmp_path / "log.csv", tmp_path / "rejects.csv"
    with log.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("User", "When", "IP"))
        for name in NAMES.values():
            writer.writerow((name, "2026-03-01T10:00:00Z", "8.8.8.8"))
            writer.writerow(("store-a", name, "8.8.8.8"))
            writer.writerow(("store-a", "2026-03-01T10:00:00Z", name))
    words = ("import", str(log), "--map", "account=User", "--map", "time=When", "--map", "public_ip=IP")
    outcome = cli(*words, "--encoding", "utf-8", "--rejects", str(rejects))
    assert outcome.code == 12, outcome
    assert harmless(outcome.out + outcome.err)
    with rejects.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) > len(NAMES)
    assert all(harmless(cell) and cell[:1] not in "=+-@\t\r" for row in rows for cell in row)
    assert cli("verify").code == 0
    assert harmless(cli("audit").out)
    assert printable("\x1b") == "\\x1b"
