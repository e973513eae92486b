"""Past calls as a reader of some dispatch system tells them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from commonweal.adapters.files.calls import Place

THEN = datetime(2025, 8, 24, 13, 0, tzinfo=UTC)


class Times(NamedTuple):
    """Some stages of the chain."""

    received: datetime | None = THEN
    dispatched: datetime | None = THEN + timedelta(minutes=4)
    on_scene: datetime | None = THEN + timedelta(minutes=11)
    cleared: datetime | None = THEN + timedelta(minutes=40)
    answered: datetime | None = None
    triage_start: datetime | None = None
    triage_end: datetime | None = None
    queued: datetime | None = None
    acknowledged: datetime | None = None
    enroute: datetime | None = None
    staged: datetime | None = None
    person_contact: datetime | None = None
    backup_requested: datetime | None = None
    backup_arrived: datetime | None = None
    transport_start: datetime | None = None
    at_destination: datetime | None = None
    handoff_accepted: datetime | None = None
    report_signed: datetime | None = None
    followup_due: datetime | None = None
    followup_contact: datetime | None = None


class Finding(NamedTuple):
    """Something odd."""

    field: str
    value: str
    problem: str


@dataclass(frozen=True)
class Row:
    """A past call as any reader may tell it."""

    external_id: str = "25-0001"
    source_file: str = "test.csv"
    line: int = 2
    source_system: str = "old-cad"
    agency: str = "police"
    nature_label: str = "DISORDERLY CONDUCT"
    reasons: tuple[str, ...] = ()
    priority: int | None = 2
    priority_label: str = "2"
    call_source: str = "911"
    dispositions: tuple[str, ...] = ("No report",)
    times: Any = Times()
    place: Any = Place()
    kept: tuple[tuple[str, str], ...] = ()
    findings: tuple[Any, ...] = ()
    fingerprint: str = field(default="a")
