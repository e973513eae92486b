"""``commonweal lab fhir``: FHIR R4 files checked against R4 and the SDOH guide, and written again."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from commonweal.adapters.fhir.reader import FileRefused, Read, read

NAME = "fhir"
HELP = """Check FHIR R4 resources against the structure of R4 and the profiles of HL7 SDOH Clinical Care
that they name; no database, no account.

  commonweal lab fhir examples/*.json --out written --json

Each fault names its place, what is wrong and its rule (packs/fhir/profiles.yaml). --out writes every resource
again: the same meaning, dates and decimals as precise as they came. The exit code is 2 where a file has an
error; warnings alone are none."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="resources or Bundles, JSON")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write each resource again")
    parser.add_argument("--json", action="store_true", help="one JSON line a resource")


def run(args: argparse.Namespace) -> int:
    """Check every file; 2 where one is refused or faulty, 0 otherwise."""
    is_well = True
    for path in args.files:
        try:
            found = read(path.read_bytes())
        except (FileRefused, OSError) as wrong:
            print(f"{path}: {wrong}", file=sys.stderr)
            is_well = False
            continue
        for line in _told(path, found, as_json=args.json):
            print(line)
        is_well &= all(one.is_sound for one in found)
        if args.out:
            _write(args.out, path, found)
    return 0 if is_well else 2


def _told(path: Path, found: list[Read], *, as_json: bool) -> Iterator[str]:
    for one in found:
        if as_json:
            faults = [{"path": f.path, "rule": f.rule, "level": f.level, "says": f.says} for f in one.faults]
            yield json.dumps({"file": str(path), "kind": one.kind, "id": one.id, "faults": faults})
            continue
        yield f"{path}: {one.kind}/{one.id}: {'sound' if one.is_sound else 'not accepted'}"
        yield from (f"  {fault}" for fault in one.faults)


def _write(folder: Path, path: Path, found: list[Read]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(found):
        name = path.name if len(found) == 1 else f"{path.stem}-{number + 1}.json"
        (folder / name).write_text(one.written() + "\n", encoding="utf-8")
