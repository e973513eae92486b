"""Linkage without labels: `commonweal lab link` and a Splink set-up retuned in good faith, on the same data.

python bench/linked.py [--only NAME] [--mix N] [--million]

Each runs in a process of its own, at its own threshold; clusters are judged pair by pair against the truth
that stands in the ids. Targets: historical F1 0.88 with precision 0.95; synthetic 0.97 with 0.99;
a million records in at most a third of 394 s and half of 14.8 GB. Exits 1 when one is missed. `--mix` draws
other errors.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np

HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE / "src"), str(HERE)]

from bench.historical import COLUMNS, historical  # noqa: E402
from bench.made_people import people, with_error  # noqa: E402

HISTORICAL = dict(
    zip(
        COLUMNS[1:],
        "first_name last_name date_of_birth birth_place postcode sex occupation".split(),
        strict=True,
    )
)
SYNTHETIC = {
    "given": "first_name",
    "family": "last_name",
    "born": "date_of_birth",
    "sex": "sex",
    "number": "street_number",
    "street": "street_address",
    "city": "place",
    "postcode": "postcode",
    "phone": "phone",
}
ERRORS = "typo two_typos sound nickname initial date_wrong date_swapped no_date typo sound".split()


@dataclass(frozen=True)
class Set:
    """Records of one kind, and what must be reached."""

    name: str
    kind: str
    size: int
    precision: float
    f1: float


SETS = (
    Set("historical, other errors", "historical", 36_000, 0.95, 0.88),
    Set("historical", "historical", 50_000, 0.95, 0.88),
    Set("synthetic", "synthetic", 100_000, 0.99, 0.97),
)
MILLION = Set("a million", "synthetic", 1_000_000, 0.99, 0.97)


def rows_of(one: Set, mix: int) -> list[dict[str, str]]:
    """The records of a set."""
    if one.kind == "historical":
        return historical(one.size, seed=one.size, mix=mix or (5 if "other" in one.name else 0))
    return synthetic(one.size, mix)


def synthetic(size: int, seed: int) -> list[dict[str, str]]:
    """Made-up people, two records each on average, most with an error or two, some moved."""
    rng = np.random.default_rng([seed, size])
    found: list[dict[str, str]] = []
    for number, one in enumerate(people(size // 2, seed + 1)):
        for copy in range(int(rng.integers(1, 4))):
            wrong = one
            for kind in rng.choice(ERRORS, int(rng.integers(0, 3)), replace=False):
                wrong = with_error(str(kind), wrong, rng)
            if rng.uniform() < 0.3:
                wrong = replace(wrong, phone="")
            if rng.uniform() < 0.15:
                wrong = replace(wrong, street="", number="", postcode="")
            found.append({"id": f"q{number}-{copy}", **{name: getattr(wrong, name) for name in SYNTHETIC}})
    return [found[n] for n in rng.permutation(len(found))[:size]]


def main() -> int:
    """Run and print; 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="NAME", help="sets whose name begins so")
    parser.add_argument("--mix", type=int, default=0, help="another mix of errors and another world")
    parser.add_argument("--million", action="store_true", help="a million synthetic records as well")
    args = parser.parse_args()
    sets = [one for one in (*SETS, *([MILLION] if args.million else [])) if one.name.startswith(args.only)]
    return int(not all([measured(one, args.mix) for one in sets]))


def measured(one: Set, mix: int) -> bool:
    """Both engines on one set; whether ours reaches its targets."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        rows = rows_of(one, mix)
        with (folder / "people.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        kinds = HISTORICAL if one.kind == "historical" else SYNTHETIC
        (folder / "schema.json").write_text(json.dumps({"id": "id", "fields": kinds}))
        ids = [row["id"] for row in rows]
        print(f"{one.name}: {len(ids)} records, load {os.getloadavg()[0]:.1f}", flush=True)
        precision, f1, seconds, memory = judged("ours", folder, ours(folder), ids)
        judged("splink", folder, peer(one.kind, folder), ids)
    quick = one.size < 1_000_000 or (seconds <= 394 / 3 and memory <= 7_400)
    met = precision >= one.precision and f1 >= one.f1 and quick
    print(f"  at least precision {one.precision} and F1 {one.f1}{'' if met else '  MISSED'}", flush=True)
    return met


def ours(folder: Path) -> list[str]:
    """The command of this engine."""
    options = f"--schema {folder}/schema.json --mode dedupe --pairs {folder}/pairs.csv --clusters".split()
    return ["-m", "commonweal", "lab", "link", f"{folder}/people.csv", *options, f"{folder}/ours.csv"]


def peer(kind: str, folder: Path) -> list[str]:
    """The command of the peer."""
    return [str(HERE / "bench/linked_splink.py"), kind, f"{folder}/people.csv", f"{folder}/splink.csv"]


def judged(
    name: str, folder: Path, command: Sequence[str], ids: Sequence[str]
) -> tuple[float, float, float, float]:
    """Run a command in its own process and print what it reached: precision, F1, seconds, megabytes."""
    begun = perf_counter()
    with (folder / "said").open("w") as said:
        actions = [(os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)]
        environment = {**os.environ, "PYTHONPATH": str(HERE / "src")}
        child = os.posix_spawn(sys.executable, [sys.executable, *command], environment, file_actions=actions)
        _, status, used = os.wait4(child, 0)
    seconds = perf_counter() - begun
    if status:
        raise SystemExit(f"{name} failed: {(folder / 'said').read_text()[-2000:]}")
    cluster = {row["id"]: row["cluster"] for row in csv.DictReader((folder / f"{name}.csv").open())}
    people_of = [id.split("-")[0] for id in ids]
    groups = [cluster[id] for id in ids]
    right = pairs_within(list(zip(people_of, groups, strict=True)))
    made, true = pairs_within(groups), pairs_within(people_of)
    precision, recall = right / max(made, 1), right / true
    f1, memory = 2 * right / (made + true), used.ru_maxrss / 1024
    print(f"  {name:<7} precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}", end="")
    print(f"  {seconds:.0f} s ({used.ru_utime:.0f} of the processor), {memory:.0f} MB", flush=True)
    return precision, f1, seconds, memory


def pairs_within(labels: Sequence[object]) -> int:
    """How many pairs share a label."""
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


if __name__ == "__main__":
    raise SystemExit(main())
