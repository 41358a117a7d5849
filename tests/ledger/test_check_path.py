"""What a check before a login loads: as little as can be, because it is a cold process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from isolation.ledger import Ledger

from .conftest import fill

# Each costs more than all the work of a check (docs/decisions/0007).
HEAVY = {
    "cryptography", "keyring", "json", "hmac", "socket", "sqlite3", "re", "pathlib", "dataclasses", "typing", "enum",
    "argparse", "logging", "subprocess", "tempfile", "hashlib", "ipaddress", "datetime", "contextlib", "inspect",
}  # fmt: skip

CHECK = """
import sys
before = set(sys.modules)
from isolation.ledger import Ledger
with Ledger.open(sys.argv[1], read_only=True) as ledger, ledger.reading() as reader:
    assert reader.key_problem is None
    number = reader.identifier_number("gateway_mac", "3c:37:86:5d:75:d4")
    assert reader.group(number).contacts
    account = reader.account_number("store-uk")
    assert reader.account_group(account).sightings
    assert reader.groups_of_account(account)
    assert reader.with_uses(reader.group(number)).contacts[0].uses
    reader.basis(), reader.has_baseline(), reader.size, reader.root, reader.tag_hex("account", "store-uk")
    reader.session_identifiers(account, 1_790_000_000_000_000)
print(*(set(sys.modules) - before))
"""


def test_a_check_loads_nothing_heavy(tmp_path: Path) -> None:
    """Opening read-only, computing tags and reading groups loads none of the modules that a cold start feels."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        fill(ledger)
    run = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(Path.cwd())!r})\n{CHECK}", str(path)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    loaded = done.stdout.split()
    assert not HEAVY.intersection(name.partition(".")[0] for name in loaded)
    assert "isolation.audited" not in loaded


def test_a_check_leaves_no_trace(tmp_path: Path) -> None:
    """Reading changes no file of the folder and adds none."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(path, key_store="file") as ledger:
        fill(ledger)
    before = {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in tmp_path.iterdir() if one.is_file()}
    subprocess.run([sys.executable, "-c", CHECK, str(path)], check=True, capture_output=True)
    assert {
        one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in tmp_path.iterdir() if one.is_file()
    } == before
