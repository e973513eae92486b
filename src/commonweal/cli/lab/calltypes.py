"""``commonweal lab calltypes``: categories for call types, learnt from labels a person has sorted."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from commonweal import packs
from commonweal.engines.terms import Known, TermsError, Vocabulary, suggest, train

NAME = "calltypes"
HELP = """Suggest a category for each call type on standard input, learnt from known labels.

  printf 'MVC - HIT AND RUN\\nSUICIDAL SUBJ\\n' | commonweal lab calltypes --labels known.csv

known.csv has the columns label, category and (optional) count: how many calls the label stands for. One
JSON line a label comes out: its category, the confidence, the nearest known labels, the neutral nature."""

COLUMNS = ("label", "category", "count")


class BadFile(ValueError):
    """A file that cannot be used; the message names file, line, field and remedy."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--labels", required=True, type=Path, metavar="KNOWN.csv", help="labels already sorted"
    )


def run(args: argparse.Namespace) -> int:
    """Classify standard input to standard output; 2 with a message where the input cannot be used."""
    try:
        known = list(read_known(args.labels))
        for line in classified(known, sys.stdin):
            print(line)
    except (BadFile, TermsError) as error:
        print(f"commonweal lab calltypes: {error}", file=sys.stderr)
        return 2
    return 0


def vocabulary() -> Vocabulary:
    """The shipped natures and abbreviations."""
    return Vocabulary.read(packs.read("natures.yaml"), packs.read("abbreviations.yaml"))


def classified(known: list[Known], labels: Iterable[str]) -> Iterator[str]:
    """One JSON line for each label that is not blank, in order."""
    words = vocabulary()
    wanted = [label.strip() for label in labels if label.strip()]
    for prediction in train(known, words).predict(wanted):
        nature = suggest(prediction.label, words)
        yield json.dumps(
            {
                "label": prediction.label,
                "category": prediction.category,
                "confidence": prediction.confidence,
                "nearest": list(prediction.nearest),
                "nature": nature.nature,
                "nature_confidence": nature.confidence,
            },
            ensure_ascii=False,
        )


def read_known(path: Path) -> Iterator[Known]:
    """The known labels of a CSV file; raises BadFile naming file, line, field and remedy."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS[:2] if name not in (rows.fieldnames or [])]
            if missing:
                raise BadFile(
                    f"{path}, line 1, field {missing[0]}: no such column; name the columns {COLUMNS}"
                )
            for row in rows:
                yield _known(row, f"{path}, line {rows.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(
            f"{path}: cannot be read as UTF-8 CSV: {error}; save it as UTF-8 and try again"
        ) from error


def _known(row: dict[str, str | None], place: str) -> Known:
    label, category = ((row.get(name) or "").strip() for name in COLUMNS[:2])
    if not label or not category:
        field = "category" if label else "label"
        raise BadFile(f"{place}, field {field}: is blank; fill it in or drop the line")
    text = (row.get("count") or "").replace(",", "").strip() or "1"
    try:
        count = float(text)
    except ValueError:
        count = 0.0
    if not 0 < count < float("inf"):
        raise BadFile(
            f"{place}, field count: {text!r} is not above zero; give how many calls the label stands for"
        )
    return Known(label, category, count)
