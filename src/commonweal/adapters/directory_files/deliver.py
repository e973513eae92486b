"""The room's services as HSDS 3.0 files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from commonweal.adapters.directory_files.packing import write_lines, write_package
from commonweal.adapters.directory_files.writer import Json, service
from commonweal.directory import queries as directory

BATCH = 500


def deliver(*, out: Path, form: str) -> dict[str, int]:
    """Write services: `hsds_3` as JSON lines to a file, `datapackage` as tables to a folder."""
    if form == "hsds_3":
        return {"services": write_lines(_services(), out)}
    return write_package(_services(), out)


def _services() -> Iterator[Json]:
    """All services that are not gone for good, whole."""
    needs = dict(directory.vocabulary())
    for row in directory.whole_services().exclude(status="defunct").iterator(chunk_size=BATCH):
        yield service(row, needs)
