"""When and where a call was, as every reader of calls tells it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Chain(NamedTuple):
    """The timestamps of a call in the order of the job, all in UTC, None where not recorded."""

    received: datetime | None = None
    answered: datetime | None = None
    triage_start: datetime | None = None
    triage_end: datetime | None = None
    queued: datetime | None = None
    dispatched: datetime | None = None
    acknowledged: datetime | None = None
    enroute: datetime | None = None
    staged: datetime | None = None
    on_scene: datetime | None = None
    person_contact: datetime | None = None
    backup_requested: datetime | None = None
    backup_arrived: datetime | None = None
    transport_start: datetime | None = None
    at_destination: datetime | None = None
    handoff_accepted: datetime | None = None
    cleared: datetime | None = None
    report_signed: datetime | None = None
    followup_due: datetime | None = None
    followup_contact: datetime | None = None


class Place(NamedTuple):
    """Where, as far as the source says: text, city, and WGS 84 degrees (both or neither)."""

    text: str = ""
    city: str = ""
    longitude: float | None = None
    latitude: float | None = None
