"""What a login that passes never loads: chains, remedies, and whatever a cold start feels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from isolation.ledger import Ledger

HEAVY = {
    "cryptography", "keyring", "json", "hmac", "socket", "sqlite3", "re", "pathlib", "dataclasses", "typing", "enum",
    "argparse", "logging", "subprocess", "tempfile", "hashlib", "ipaddress", "datetime", "unicodedata",
    "isolation.chains", "isolation.remedies", "isolation.paths", "isolation.rules.sharing",
}  # fmt: skip
CHECK = """
import sys
before = set(sys.modules)
sys.path[:0] = {path!r}
from isolation.cli.entry import main
code = main(["check", "amazon:store-us"])
print(code, *(set(sys.modules) - before), file=sys.stderr)
"""


def test_a_pass_loads_nothing_that_only_a_collision_needs(home: Path) -> None:
    """A plain `check` of a cold process loads no heavy module, and none about other accounts."""
    with Ledger.open(home / "ledger.sqlite3", key_store="file") as ledger, ledger.writing() as log:
        log.add_baseline((), by="test")
    run = [sys.executable, "-I", "-S", "-c", CHECK.format(path=sys.path)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, env=dict(os.environ), check=True)
    code, *loaded = done.stderr.split()
    assert code in ("0", "10"), done.stdout
    assert not HEAVY.intersection(loaded)
