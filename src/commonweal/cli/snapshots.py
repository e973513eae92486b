"""A search index kept in a folder as plain arrays, which the next start maps into memory."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from commonweal.cli.people_files import Schema

STAMP = "made-from.json"
Parts = Mapping[str, NDArray[np.generic]]


def stamp(people: Path, schema: Schema) -> dict[str, object]:
    """What an index was made from: a changed file, schema or format makes it stale."""
    stat = people.stat()
    described = json.dumps([schema.id, sorted(schema.kinds.items()), schema.origin])
    return {
        "format": 1,
        "bytes": stat.st_size,
        "changed": stat.st_mtime_ns,
        "schema": hashlib.sha256(described.encode()).hexdigest(),
    }


def kept(parts: Parts, folder: Path, people: Path, schema: Schema) -> None:
    """Write the index; the stamp last, so that a broken-off snapshot is not taken for whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    for name, part in parts.items():
        np.save(folder / f"{name}.npy", part, allow_pickle=False)
    (folder / STAMP).write_text(json.dumps(stamp(people, schema)), encoding="utf-8")


def restored(folder: Path, people: Path, schema: Schema) -> Parts | None:
    """The arrays in a folder, mapped; None where there is none of this file and schema."""
    try:
        found = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        if found != stamp(people, schema):
            return None
        return {path.stem: np.load(path, mmap_mode="c", allow_pickle=False) for path in folder.glob("*.npy")}
    except (OSError, json.JSONDecodeError):
        return None
