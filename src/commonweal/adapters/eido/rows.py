"""One incident as a document tells it: typed, with its doubts and what is kept beside it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from commonweal.adapters.eido.opening import Node
from commonweal.adapters.files.answers import Finding
from commonweal.adapters.files.calls import Chain, Place


class Reporter(NamedTuple):
    """Who called, as far as it is said; `language` is a code of two letters, empty where it is not known."""

    name: str = ""
    phone: str = ""
    language: str = ""


class Told(NamedTuple):
    """What stands with the call beside its row: reporter, notes with their times, and the whole document."""

    standard: str
    tracking: str
    at: datetime
    reporter: Reporter
    nature: str
    extra: str
    notes: tuple[tuple[datetime, str], ...]
    body: Node


class Incident(NamedTuple):
    """One accepted incident, in the shape that the calls room takes (`calls.actions.CallRecord`).

    `external_id` stands for the incident's tracking id at its owning agency: the same two always give the
    same. `owner` is that agency's id in the document, `owner_name` what it calls itself. `fingerprint`
    changes with any part of the document. `is_over` is None where no known status says so.
    """

    source_system: str
    external_id: str
    number: str
    source_file: str
    line: int
    agency: str
    owner: str
    owner_name: str
    nature_label: str
    reasons: tuple[str, ...]
    priority: int | None
    priority_label: str
    call_source: str
    dispositions: tuple[str, ...]
    is_over: bool | None
    times: Chain
    place: Place
    kept: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    fingerprint: str
    told: Told
