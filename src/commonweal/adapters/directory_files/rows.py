"""Neutral rows of a service directory, shaped after Open Referral HSDS 3.0, whatever the file looked like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from commonweal.adapters.files.answers import Finding


class Phone(NamedTuple):
    """HSDS phone: `number` in E.164 (empty where it cannot be read), and the text it came from."""

    number: str
    extension: str
    kind: str
    description: str
    original: str


class Schedule(NamedTuple):
    """HSDS schedule: one day (`MO` to `SU`) with opening and closing as ``HH:MM``; 23:59 ends a whole day.

    A text that cannot be read day by day is one schedule with an empty `byday` and the text as `description`.
    """

    byday: str
    opens_at: str
    closes_at: str
    description: str


class Language(NamedTuple):
    """HSDS language: an ISO 639 code (BCP 47 for a variety without one), and its English name."""

    code: str
    name: str


class OrganizationRow(NamedTuple):
    """HSDS organization."""

    id: UUID
    name: str
    description: str
    url: str
    email: str
    alternate_name: str = ""


class LocationRow(NamedTuple):
    """HSDS location with its address; degrees are WGS 84, both or neither."""

    id: UUID
    organization_id: UUID
    name: str
    address: str
    city: str
    state: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    accessibility: str
    phones: tuple[Phone, ...]
    transportation: str = ""


class ServiceRow(NamedTuple):
    """HSDS service; ages in years, None where not stated; `location_ids` stand for service_at_location."""

    id: UUID
    organization_id: UUID
    location_ids: tuple[UUID, ...]
    name: str
    description: str
    eligibility: str
    minimum_age: int | None
    maximum_age: int | None
    fees: str
    application: str
    keywords: tuple[str, ...]
    url: str
    email: str
    phones: tuple[Phone, ...]
    schedules: tuple[Schedule, ...]
    languages: tuple[Language, ...]
    interpretation: str
    status: str
    alternate_name: str = ""
    wait_time: str = ""
    alert: str = ""
    assured: str = ""
    assurer: str = ""
    area: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted source record: its organization, where it is, what it offers, and what is odd about it.

    `id` is a uuid5 of the source system and the record's own identity, so it stays the same from run to run;
    `original` is the record as it came, as JSON; `fingerprint` changes when it changes.
    """

    id: UUID
    source_system: str
    source_file: str
    line: int
    original_id: str
    organization: OrganizationRow
    locations: tuple[LocationRow, ...]
    services: tuple[ServiceRow, ...]
    findings: tuple[Finding, ...]
    original: str
    fingerprint: str
