"""A cold `isolation check` as a multiple of `python -I -c pass`, in one run on one machine.

    python benchmarks/check.py [--runs 40]

The ledger's key is in its file; the machine's own identity is read. Beside the whole command stand its parts, so
that a change shows where it costs: an interpreter that imports argparse, json and sqlite3 (the plain way to write
such a command) and the console script that only prints its version.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begun


def _agency() -> str:
    """A policy of 25 operators and 140 accounts, all of which each may use."""
    accounts = [f"amazon:client-{number}" for number in range(140)]
    operators = [f"operator {number}" for number in range(25)]
    blocks = [f'[[permissions."{one}"]]\naccounts = {accounts}\nuser = "own"\nfrom = 2026-01-01\n' for one in operators]
    group = f'[groups.clients]\nkind = "agency"\naccounts = {accounts}\noperators = {operators}\n'
    return "".join([*(f'[accounts."{one}"]\nowner = "{one}"\n' for one in accounts), *blocks, group])


def main() -> None:
    """Prints the medians of each command and their ratios to the bare interpreter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"ISOLATION_HOME": folder, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's Python keeps its compiled modules
        script = str(Path(sys.executable).with_name("isolation"))
        for command in (["init", "--no-earlier-accounts", "--key-store", "file"], ["begin", "amazon:store-us"]):
            subprocess.run([script, *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        large = Path(folder) / "agency.toml"
        large.write_text(_agency(), encoding="utf-8")
        subprocess.run(  # which keeps the compiled form
            [script, "--policy", str(large), "begin", "amazon:store-us", "--operator", "operator 1"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        agency = ["--policy", str(large), "--operator", "operator 1"]
        commands = {
            "python -I -c pass": [sys.executable, "-I", "-c", "pass"],
            "python -I -c 'import argparse, json, sqlite3'": [
                sys.executable, "-I", "-c", "import argparse, json, sqlite3",
            ],
            "python -I -m isolation check": [sys.executable, "-I", "-m", "isolation", "check", "amazon:store-us"],
            "isolation check (passes)": [script, "check", "amazon:store-us"],
            "isolation check --format json": [script, "--format", "json", "check", "amazon:store-us"],
            "isolation check (collides)": [script, "check", "amazon:store-uk"],
            "isolation check (passes, agency's policy)": [script, "check", "amazon:store-us", *agency],
            "isolation check (collides, agency's policy)": [script, "check", "amazon:store-uk", *agency],
            "isolation --version": [script, "--version"],
        }  # fmt: skip
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                times[name].append(_seconds(command, environment))
    base = statistics.median(times["python -I -c pass"])
    for name, each in times.items():
        median = statistics.median(each)
        print(f"{name:<48}{median * 1000:8.1f} ms  {median / base:5.2f} x")


if __name__ == "__main__":
    main()
