"""The whole import as an operator runs it: `commonweal import calls FILE`, into a fresh instance.

    python deploy/postgres.py run --durable -- python bench/import_calls.py [--rows N]

Start of the program, reading, mapping, storing, journal and record of the run are all in the time. SQLite
first; PostgreSQL too where DATABASE_URL names one. The same file goes in twice: the second run must accept
nothing and take no longer. The peer is Python's sqlite3 storing the same cells as text in one bare table of
fifty columns, in one transaction, without a key, a check or an index. Rows a second are given by the clock
and by processor time, which a busy machine disturbs less.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from import_rows import write

LEAST = 5_000
ROOT = Path(__file__).parents[1]


class Took(NamedTuple):
    """Seconds by the clock, and of processor time (user and system)."""

    clock: float
    processor: float


def timed(who: int, act: Callable[[], object]) -> Took:
    """How long an act takes here (RUSAGE_SELF) or in the programs it waits for (RUSAGE_CHILDREN)."""
    before, begun = resource.getrusage(who), time.perf_counter()
    act()
    after = resource.getrusage(who)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(time.perf_counter() - begun, busy)


def commonweal(home: Path, database: str, *words: str) -> str:
    """Run a command of the product on an instance; its output. `database` is empty for SQLite."""
    inside = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COMMONWEAL_HOME": str(home)}
    inside |= {"DATABASE_URL": database}
    command = [sys.executable, "-m", "commonweal", *words, "--home", str(home)]
    done = subprocess.run(command, env=inside, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:2])} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def imported(home: Path, database: str, file: Path) -> tuple[dict[str, int], Took]:
    """Import the file; the counts it reports and what it took."""
    said: list[str] = []
    words = ("import", "calls", str(file), "--profile", "alexandria", "--json")
    took = timed(resource.RUSAGE_CHILDREN, lambda: said.append(commonweal(home, database, *words)))
    return json.loads(said[0].strip().splitlines()[-1]), took


def line(name: str, rows: int, took: Took, said: str = "") -> None:
    """Print one figure."""
    by_clock, by_processor = rows / took.clock, rows / max(took.processor, 1e-9)
    told = f"{by_clock:>10,.0f} rows/s by the clock {by_processor:>10,.0f} by processor"
    print(f"  {name:<30} {told}  {said}", flush=True)


def bare(file: Path, into: Path) -> Took:
    """The peer: cells to a bare table."""

    def store() -> None:
        with file.open(newline="", encoding="utf-8") as stream, sqlite3.connect(into) as database:
            reader = csv.reader(stream)
            header = next(reader)
            database.execute(f"CREATE TABLE calls ({', '.join(header)})")
            database.executemany(f"INSERT INTO calls VALUES ({', '.join('?' * len(header))})", reader)

    return timed(resource.RUSAGE_SELF, store)


def measure(name: str, database: str, file: Path, rows: int, folder: Path) -> tuple[bool, Took]:
    """Twice the same file into a fresh instance; whether all is as it must be, what the first run took."""
    home = folder / f"home-{name}"
    home.mkdir()
    commonweal(home, database, "init")
    first, took = imported(home, database, file)
    second, again = imported(home, database, file)
    fast = rows / took.clock >= LEAST or database != ""
    right = first["accepted"] == rows and second["accepted"] == second["updated"] == 0
    target = "" if database else f"at least {LEAST:,}"
    line(f"{name}, first run", rows, took, target if fast else f"{target}  MISSED")
    slower = again.processor > took.processor
    line(f"{name}, the same file again", rows, again, "SLOWER" if slower else "nothing accepted")
    if not right:
        print(f"  MISSED: the counts are {first} and then {second}")
    return right and fast and not slower, took


def main() -> int:
    """Generate, import, compare; 1 where the rate or the counts are not what they must be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        file = folder / "calls.csv"
        write(file, rows, 1)
        print(f"import of {rows:,} calls, {file.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}")
        met, took = measure("SQLite", "", file, rows, folder)
        if database := os.environ.get("DATABASE_URL", ""):
            met = measure("PostgreSQL", database, file, rows, folder)[0] and met
        peer = bare(file, folder / "bare.sqlite3")
        line("sqlite3, cells as they are", rows, peer)
        print(f"  the import takes {took.processor / peer.processor:.1f} times the peer's processor time")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
