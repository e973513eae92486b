"""Import runs as records: counts that add up, and lists of refused and of doubtful rows beside them.

A run is begun, told of as it goes on, and finished; one that never finished was cut off, and is run again:
nothing is doubled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.kernel.listings import Rejected, Remark, Remarks, write_rejects
from commonweal.kernel.models import ImportRun

__all__ = [
    "ImportRun", "Rejected", "Remark", "Tally", "begin", "failed", "finish", "progress", "run_of", "runs",
]  # fmt: skip

TWICE = "{:,} of the rows tell again what another row of these files told; the findings name both lines."


@dataclass(slots=True)
class Tally:
    """Counts of one run; `read` is the sum of the other four. `notices` are remarks about whole files."""

    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects: list[Rejected] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)
    twice: int = 0

    def again(self, file: str, line: int, name: str, first: str) -> None:
        """A row tells what another told before: `first` says where. Both lines stand in the findings."""
        finding = f"told already, alike, by {first}: counted as unchanged"
        self.remarks.add(Remark(file, line, "identity", name, finding))
        self.twice += 1

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


def begin(
    *, by: Actor, kind: str, profile: str, sources: Iterable[str], agency: UUID | None = None
) -> ImportRun:
    """The record of a run that starts now."""
    return ImportRun.objects.create(
        kind=kind, profile=profile[:64], sources=list(sources), actor=by.id, agency=agency,
        counts=Tally().counts(), started_at=clock.now(),
    )  # fmt: skip


def progress(run: ImportRun, tally: Tally) -> None:
    """Say how far a run has come, in the transaction of the rows it tells of."""
    run.counts = tally.counts()
    run.save(update_fields=["counts"])


def finish(run: ImportRun, tally: Tally) -> ImportRun:
    """Write the lists and close the record. Call inside the import's last transaction."""
    run.counts, run.finished_at = tally.counts(), clock.now()
    refused = [one.sentence() for one in tally.rejects if not one.line]
    # where no file gave a row, the run could not be read: a file is no row, though the counts list it
    if refused and run.counts["read"] == len(refused):
        run.fault = refused[0]
    again = [TWICE.format(tally.twice)] if tally.twice else []
    run.notices, run.findings = [*tally.notices, *again, *refused], tally.remarks.number
    home = Path(settings.COMMONWEAL_HOME)
    if tally.rejects:
        path = home / "rejects" / f"{run.kind}-{run.id}.csv"
        write_rejects(path, tally.rejects)
        run.rejects_file = str(path)
    path = home / "findings" / f"{run.kind}-{run.id}.csv"
    run.findings_file = str(path) if tally.remarks.keep(path) else ""
    run.save()
    return run


def failed(run: ImportRun, fault: str) -> None:
    """Close a run that could not go on, with the reason in words."""
    run.fault, run.finished_at = fault, clock.now()
    run.save(update_fields=["fault", "finished_at"])


def runs(limit: int = 50) -> Sequence[ImportRun]:
    """Import runs, newest first: counts and sources, no values."""
    return list(ImportRun.objects.order_by("-created_at")[:limit])


def run_of(run: UUID) -> ImportRun:
    """One run; NotFound otherwise."""
    found = ImportRun.objects.filter(id=run).first()
    if found is None:
        raise NotFound("import run")
    return found
