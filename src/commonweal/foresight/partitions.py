"""The extract on disk: one Parquet file a month, and a manifest that says what each holds and its checksum.

A month is written beside its place and moved there, then the manifest after it: a run that stops half-way
leaves whole months, and the next run goes on. A month whose rows did not change is not written again.
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
from commonweal.kernel.errors import Invalid

MANIFEST = "manifest.json"
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
        return {month: Part(**part) for month, part in found.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Invalid(
            "--out", str(out), f"Its {MANIFEST} is none of ours ({fault}); name a new folder."
        ) from fault


def write_month(out: Path, month: str, found: Sequence[CallLine]) -> bool:
    """Put a month in place; False where the same rows stood there whole. No rows: its file is taken away."""
    standing, content = manifest(out), digest(found)
    before = standing.get(month)
    if before and before.content == content and before.sha256 == checksum(out / before.file):
        return False
    if not found:
        _take_away(out, standing.pop(month, None))
        _keep(out, standing)
        return before is not None
    place = out / "calls" / f"month={month}" / "part.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(".half")
    columns = {name: [getattr(one, name) for one in found] for name in COLUMNS}
    pq.write_table(pa.table(columns, schema=SCHEMA), half)
    os.replace(half, place)
    _keep(out, standing | {month: Part(str(place.relative_to(out)), len(found), content, checksum(place))})
    return True


def checksum(path: Path) -> str:
    """SHA-256 of a file; "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def broken(out: Path) -> list[str]:
    """Files of the manifest that are missing or were changed."""
    return [part.file for part in manifest(out).values() if checksum(out / part.file) != part.sha256]


def _take_away(out: Path, part: Part | None) -> None:
    if part is not None:
        (out / part.file).unlink(missing_ok=True)


def _keep(out: Path, parts: dict[str, Part]) -> None:
    """The manifest, whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    half = out / f"{MANIFEST}.half"
    half.write_text(
        json.dumps({"calls": {m: asdict(p) for m, p in sorted(parts.items())}}, indent=1), "utf-8"
    )
    os.replace(half, out / MANIFEST)
