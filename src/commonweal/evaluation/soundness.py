"""Looking through every agency's records for faults: the rooms' counts, held against what a site expects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from commonweal import packs
from commonweal.calls import queries as calls
from commonweal.encounters import queries as encounters
from commonweal.engines.measures import Doubt, Expected, Month, doubts
from commonweal.kernel import imports

PACK = "quality.yaml"
MONTH = timedelta(days=31)


class Source(NamedTuple):
    """Whose records of which kind, from which system; its name is empty for records made here."""

    agency: UUID
    grain: str
    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a fault stays: its words by language, and whether it also covers what is still to come."""

    code: str
    words: Mapping[str, str]
    standing: bool


@lru_cache(maxsize=1)
def _pack() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", packs.read(PACK))


@lru_cache(maxsize=1)
def reasons() -> Mapping[str, Reason]:
    """The coded reasons, in the order of the pack."""
    listed = cast("Mapping[str, Mapping[str, Any]]", _pack()["reasons"])
    return {
        code: Reason(code, {"en": said["en"], "es": said["es"]}, bool(said["standing"]))
        for code, said in listed.items()
    }


def again_after() -> timedelta:
    """How long what is said to be corrected may still be met before it is open again."""
    return timedelta(days=int(_pack()["again_days"]))


def expected(grain: str) -> Expected:
    """What the site expects of one kind of record."""
    said = _pack()
    return Expected(
        dict(said["least"].get(grain, {})), float(said["late_share"]), float(said["drift"]),
        float(said["volume"]), int(said["fewest"]),
    )  # fmt: skip


def months(now: datetime) -> dict[Source, list[Month]]:
    """Counts of every source by month, as far back as the pack says."""
    start = (now - int(_pack()["months"]) * MONTH).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    late = timedelta(days=int(_pack()["late_days"]))
    found = {
        Source(agency, "call", name): listed
        for (agency, name), listed in calls.soundness(start, now, late).items()
    }
    own = encounters.soundness(start, now, late)
    return found | {Source(agency, "encounter", ""): listed for agency, listed in own.items()}


def found(now: datetime) -> Iterator[tuple[Source, Doubt]]:
    """Every doubt about every source, and what the newest import of each kind refused or doubted."""
    for source, listed in months(now).items():
        for doubt in doubts(listed, expected(source.grain), now.date()):
            yield source, doubt
    yield from _of_imports()


def _of_imports() -> Iterator[tuple[Source, Doubt]]:
    """Rows that the newest run of an agency and kind refused, or (calls say it themselves) doubted."""
    seen = set()
    for run in imports.runs(200):
        if run.agency is None or run.finished_at is None or (run.agency, run.kind) in seen:
            continue
        seen.add((run.agency, run.kind))
        source, on, read = Source(run.agency, "import", run.kind), run.finished_at.date(), run.counts["read"]
        if refused := run.counts["rejected"]:
            yield source, Doubt("import", "rows", "refused_rows", refused, read, on)
        if run.findings and run.kind != "calls":
            yield source, Doubt("import", "rows", "doubtful_rows", run.findings, read, on)
