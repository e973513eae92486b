"""What happened in the county, as plain frozen values: calls, encounters, referrals, cases and the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from commonweal.demo.geography import Address


class Times(NamedTuple):
    """The stages of a call (UTC); None where the call never came so far."""

    received: datetime
    answered: datetime | None = None
    triage_end: datetime | None = None
    queued: datetime | None = None
    dispatched: datetime | None = None
    enroute: datetime | None = None
    on_scene: datetime | None = None
    person_contact: datetime | None = None
    transport_start: datetime | None = None
    at_destination: datetime | None = None
    cleared: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One past call. `person` is the true person, `answers` what triage was told (behavioural calls only)."""

    number: str
    centre: str
    source: str
    caller_role: str
    discipline: str
    nature: str
    nature_label: str
    priority: int
    is_behavioural: bool
    is_behavioural_cleared: bool
    tier: str
    responder: str
    address: Address
    times: Times
    units: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    person: int | None = None
    language: str = "en"
    answers: tuple[tuple[str, str], ...] = ()
    note: str = ""
    asks_no_police: bool = False
    transferred: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """What would have become of one crisis: did the person come back within the programme's days, had this
    responder been sent? `sent` says who was; `came_back` is what the county saw.
    """

    call: str
    person: int
    chance: float
    came_back_if: tuple[tuple[str, bool], ...]
    sent: str
    came_back: bool


@dataclass(frozen=True, slots=True)
class Encounter:
    """What a team found and did. Codes are those of packs/encounter/vocabulary.yaml."""

    key: int
    call: str
    person: int | None
    agency: str
    responder: str
    team: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    contact_type: str
    consent_to_talk: bool
    presenting_needs: tuple[str, ...]
    behaviours: tuple[str, ...]
    risks: tuple[str, ...]
    techniques: tuple[str, ...]
    force: str
    injured: tuple[str, ...]
    arrest_criteria: bool
    arrest_made: bool
    hold: str
    transport: str
    disposition: str
    services_offered: tuple[str, ...]
    services_declined: tuple[str, ...]
    narrative: str
    clinical_impression: str
    shared_note: str
    follow_up_due: datetime | None
    follow_up_at: datetime | None
    follow_up_reached: bool
    consent_to_share: bool


class Step(NamedTuple):
    """A state that a referral came into, when (UTC), and by whom (a worker's key; empty for the product)."""

    state: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral with the steps it went through, in the states of referrals.states."""

    key: int
    encounter: int
    person: int
    service: str
    from_agency: str
    needs: tuple[str, ...]
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    scheduled_for: datetime | None
    decline_reason: str
    rerouted_from: int | None
    outcome_note: str
    said: str
    helped: bool | None


class Goal(NamedTuple):
    """A goal in the person's words."""

    domain: str
    text: str
    reached: date | None


class Task(NamedTuple):
    """A promised act."""

    text: str
    owner: str
    due: date
    done: date | None


class Contact(NamedTuple):
    """A talk or visit, made or tried."""

    at: datetime
    by: str
    way: str
    reached: bool
    note: str


class Rating(NamedTuple):
    """The matrix of needs on one day: 1 in crisis to 5 thriving, by domain."""

    at: datetime
    ratings: tuple[tuple[str, int], ...]
    greatest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A stretch of support by one lead agency."""

    key: int
    person: int
    agency: str
    manager: str
    kind: str
    referral: int | None
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str
    own_words: str
    summary: str
    members: tuple[str, ...]
    goals: tuple[Goal, ...]
    tasks: tuple[Task, ...]
    contacts: tuple[Contact, ...]
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class Discussion:
    """A situation at the hub table. `stages` are the moments at which filters one to four were passed."""

    number: int
    origin: str
    person: int
    age_band: str
    sex: str
    situation: str
    risk_factors: tuple[str, ...]
    protective_factors: tuple[str, ...]
    is_elevated: bool
    stages: tuple[datetime, ...]
    lead: str
    assisting: tuple[str, ...]
    plan: str
    conclusion: str
    concluded_at: datetime | None
