"""The extract on disk: one Parquet file a month, and a manifest that says what each holds and its checksum.

A month is written beside its place and moved there, then the manifest after it: a run that stops half-way
leaves whole months, and the next run goes on and clears away what it left. A month whose rows did not change
is not written again. What a manifest does not name, or names otherwise, is never read (`checked`).
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from commonweal.foresight.deidentifying import COLUMNS, CallLine, digest
from commonweal.kernel.errors import Invalid, gettext_noop

MANIFEST = "manifest.json"
PARTS = "calls/month=*/*"
HALF = ".half"  # Spark and DuckDB both pass over names that begin with a dot
REFUSED = gettext_noop("%(file)s is not as the manifest says; write the extract again before it is counted.")
SCHEMA = pa.schema([
    ("key", pa.string()), ("hour", pa.timestamp("us", "UTC")), ("hour_of_week", pa.int16()),
    *((name, pa.string()) for name in ("nature", "cell", "area", "source", "discipline", "tier", "response")),
    *((name, pa.bool_()) for name in ("is_behavioural", "is_cancelled", "is_duplicate")),
    *((name, pa.int32()) for name in ("minutes_to_dispatch", "minutes_to_scene", "minutes_to_clear")),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One month's file: its rows, their digest, the file's checksum."""

    file: str
    rows: int
    content: str
    sha256: str


def manifest(out: Path) -> dict[str, Part]:
    """What stands in a folder, by month; empty where nothing was written yet."""
    path = out / MANIFEST
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))["calls"]
        parts = {month: Part(**part) for month, part in found.items()}
        if astray := [part.file for month, part in parts.items() if part.file != _file(month)]:
            raise ValueError(f"it names {astray[0]}")
        return parts
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Invalid(
            "folder", str(out), "Its manifest is none of ours (%(why)s); name a new folder.", why=str(fault)
        ) from fault


def write_month(out: Path, month: str, found: Sequence[CallLine]) -> bool:
    """Put a month in place; False where the same rows stood there whole. No rows: its file is taken away."""
    standing, content = manifest(out), digest(found)
    before, place = standing.get(month), out / _file(month)
    if before and before.content == content and before.sha256 == checksum(place):
        return False
    if not found:
        stood = before is not None or place.exists()
        place.unlink(missing_ok=True)
        standing.pop(month, None)
        _keep(out, standing)
        return stood
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}{HALF}")
    columns = {name: [getattr(one, name) for one in found] for name in COLUMNS}
    pq.write_table(pa.table(columns, schema=SCHEMA), half)
    os.replace(half, place)
    _keep(out, standing | {month: Part(_file(month), len(found), content, checksum(place))})
    return True


def tidy(out: Path) -> list[str]:
    """Clear away what a run that was cut off had half written; the names of the files."""
    left = sorted(out.rglob(f"*{HALF}"))
    for path in left:
        path.unlink()
    return [str(path.relative_to(out)) for path in left]


def months_on_disk(out: Path) -> set[str]:
    """Months that stand there, named by the manifest or not: a run that was cut off may have left one."""
    placed = {path.parent.name.removeprefix("month=") for path in out.glob("calls/month=*/part.parquet")}
    return placed | set(manifest(out))


def checked(out: Path) -> list[Path]:
    """The files of an extract, each as its manifest says; Invalid where one is missing, changed or added."""
    if wrong := broken(out):
        raise Invalid("folder", str(out), REFUSED, file=wrong[0])
    return [out / part.file for _, part in sorted(manifest(out).items())]


def checksum(path: Path) -> str:
    """SHA-256 of a file; "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def broken(out: Path) -> list[str]:
    """Files that are missing, were changed, or stand there though the manifest knows nothing of them."""
    known = {part.file: part.sha256 for part in manifest(out).values()}
    there = {str(path.relative_to(out)) for path in out.glob(PARTS) if not path.name.startswith(".")}
    return sorted(
        file for file in there | set(known) if known.get(file) is None or checksum(out / file) != known[file]
    )


def _file(month: str) -> str:
    return f"calls/month={month}/part.parquet"


def _keep(out: Path, parts: dict[str, Part]) -> None:
    """The manifest, whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    half = out / f".{MANIFEST}{HALF}"
    half.write_text(
        json.dumps({"calls": {m: asdict(p) for m, p in sorted(parts.items())}}, indent=1), "utf-8"
    )
    os.replace(half, out / MANIFEST)
