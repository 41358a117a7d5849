"""Probing this machine: in process, and as a cold process beside `facter networking`, in one run on one machine.

    python benchmarks/probe.py [--runs 20]

In process is the Linux probe without Wi-Fi and without any service asked, after the first call. The cold commands
run in turns, so that a noisy machine is noisy for all of them alike.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def _in_process(runs: int) -> None:
    """The median, and the time that 99 of 100 probes stay below."""
    sys.path.insert(0, str(ROOT))
    from isolation.probes import probe

    probe(wifi=False)
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        probe(wifi=False)
        times.append((time.perf_counter() - begun) * 1000)
    late = statistics.quantiles(times, n=100)[98]
    print(f"{'probe in process':<36}{statistics.median(times):8.2f} ms   p99 {late:.2f} ms")


def _cold(runs: int) -> None:
    """Each command's median, as a multiple of the cold `isolation probe`."""
    commands = {
        "python, the probe and nothing else": [sys.executable, "-c", "from isolation.probes import probe; probe()"],
        "python -m isolation probe": [sys.executable, "-m", "isolation", "--format", "json", "probe"],
        "python -I -c pass": [sys.executable, "-I", "-c", "pass"],
    }
    if shutil.which("facter"):
        commands["facter networking"] = ["facter", "--json", "networking"]
    else:
        print("facter is not installed: the comparison with it is SKIPPED (apt install facter)")
    # Compiled modules are kept, as they are for a package that pip installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
            if turn:  # the first one compiles and fills the page cache
                times[name].append((time.perf_counter() - begun) * 1000)
    base = statistics.median(times["python -m isolation probe"])
    for name, each in times.items():
        median = statistics.median(each)
        print(f"{name:<36}{median:8.1f} ms   {median / base:5.2f} x the cold command")


def main() -> None:
    """Prints the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    _in_process(50 * runs)
    _cold(runs)


if __name__ == "__main__":
    main()
