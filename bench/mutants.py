"""Does a changed disclosure engine fail a test? A sample of mutants, through the engine's quick tests.

    python bench/mutants.py [COUNT] [--seed N]

mutmut makes every mutant of engines/disclosure, and of sharing/facts which lays stored rows before it, into
`mutants/` (settings: [tool.mutmut] in pyproject.toml); a seeded sample of them all is run. Prints the share
that a test noticed, by module too, how many of them ran for ever instead, and the change of each that none
noticed. Nothing is left out of the count: a change that makes no difference counts as one not noticed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
TARGET = 0.95
FOREVER = {24, 36, 152, 255, -24}
"""Exit codes of a mutant's tests that mean: they came to no end."""
NOTICED = {1, 3, -11} | FOREVER
"""Exit codes of a mutant's tests that mean: a test failed, crashed or ran for ever."""


def codes() -> dict[str, int | None]:
    """Every mutant by name, with the exit code of its tests where it was run."""
    found: dict[str, int | None] = {}
    for meta in sorted((ROOT / "mutants").rglob("*.meta")):
        found |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def mutmut(names: list[str]) -> None:
    """Run mutants by name; its progress goes to build/mutants.log."""
    (ROOT / "build").mkdir(exist_ok=True)
    tool = Path(sys.executable).with_name("mutmut")
    with (ROOT / "build" / "mutants.log").open("w", encoding="utf-8") as log:
        command = [str(tool), "run", "--max-children", "2", *names]
        subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False)


def shown(name: str) -> str:
    """A mutant's name and the lines that it changed."""
    tool = Path(sys.executable).with_name("mutmut")
    told = subprocess.run([str(tool), "show", name], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in told.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return "\n    ".join([f"  {name}", *lines])


def by_module(ran: Mapping[str, int | None]) -> list[str]:
    """One line a module: how many of its mutants were noticed."""
    all_, noticed = Counter[str](), Counter[str]()
    for name, code in ran.items():
        module = name.rpartition(".")[0].removeprefix("commonweal.")
        all_[module] += 1
        noticed[module] += code in NOTICED
    return [f"  {module}: {noticed[module]} of {all_[module]}" for module in sorted(all_)]


def main() -> int:
    """Run, print the score, return 0 at 95 of 100 or better."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    mutmut(["none.of.this.name"])  # makes the mutants, runs none
    names = sorted(codes())
    sample = Random(chosen.seed).sample(names, min(chosen.count, len(names)))
    mutmut(sample)
    ran = {name: code for name, code in codes().items() if name in set(sample)}
    missed = sorted(name for name, code in ran.items() if code not in NOTICED)
    share = 1 - len(missed) / max(1, len(ran))
    endless = sum(code in FOREVER for code in ran.values())
    print(f"{len(ran)} of {len(names)} mutants run (seed {chosen.seed}), {share:.1%} noticed", end="")
    print(f", {endless} of them without an end", *by_module(ran), *map(shown, missed), sep="\n")
    return 0 if ran and share >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
