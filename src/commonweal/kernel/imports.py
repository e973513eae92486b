"""Import runs as records: counts that add up, and a rejects file with line, field, value, reason."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.ids import new_id
from commonweal.kernel.models import ImportRun

__all__ = ["ImportRun", "Rejected", "Tally", "finish"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken, and why."""

    file: str
    line: int
    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Tally:
    """Counts of one run; `read` is the sum of the other four."""

    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects: list[Rejected] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Rows refused (a row with two faults counts once)."""
        return len({(r.file, r.line) for r in self.rejects})

    def counts(self) -> dict[str, int]:
        """The figures that every import prints."""
        taken = self.accepted + self.updated + self.unchanged
        rejected = self.rejected
        return {
            "read": taken + rejected,
            "accepted": self.accepted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": rejected,
        }


def finish(
    *, by: Actor, kind: str, profile: str, sources: Iterable[str], tally: Tally, run_id: UUID | None = None
) -> ImportRun:
    """Write the rejects file and the record of the run. Call inside the import's last transaction."""
    run = ImportRun(id=run_id or new_id(), kind=kind, profile=profile, sources=list(sources), actor=by.id)
    run.counts, run.finished_at = tally.counts(), clock.now()
    if tally.rejects:
        run.rejects_file = str(_write_rejects(run, tally.rejects))
    run.save(force_insert=True)
    return run


def _write_rejects(run: ImportRun, rejects: list[Rejected]) -> Path:
    folder = Path(settings.COMMONWEAL_HOME) / "rejects"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.kind}-{run.id}.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, ["file", "line", "field", "value", "reason"])
        writer.writeheader()
        writer.writerows(asdict(r) for r in rejects)
    return path


def runs(limit: int = 50) -> Sequence[ImportRun]:
    """Import runs, newest first: counts and sources, no values."""
    return list(ImportRun.objects.order_by("-created_at")[:limit])
