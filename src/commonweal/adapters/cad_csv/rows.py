"""One call as an export tells it: typed, with its doubts beside it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from commonweal.adapters.files.answers import Finding


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
    """Where, as far as the export says: text, city, and WGS 84 degrees (both or neither)."""

    text: str = ""
    city: str = ""
    longitude: float | None = None
    latitude: float | None = None


class CallRow(NamedTuple):
    """One accepted call.

    `external_id` is unique within `source_system`; `fingerprint` changes when, and only when, a mapped cell
    changes, so that a second run can tell unchanged from updated. `agency` and `call_source` are the
    profile's neutral words, or the export's own where the map has none (then a finding says so);
    `priority` is None where it is not a number. `reasons` are further natures, `kept` further columns.
    """

    source_system: str
    external_id: str
    source_file: str
    line: int
    agency: str
    nature_label: str
    reasons: tuple[str, ...]
    priority: int | None
    priority_label: str
    call_source: str
    dispositions: tuple[str, ...]
    times: Chain
    place: Place
    kept: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    fingerprint: str

    @property
    def received(self) -> datetime:
        """When the call came in (UTC); always present, since a row without it is a reject."""
        assert self.times.received is not None
        return self.times.received
