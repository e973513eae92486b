"""What the writer is handed: plain frozen values, already trimmed to what the receiver may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives: an organization, or a person's role in one."""

    id: UUID
    display: str
    kind: Literal["Organization", "PractitionerRole"] = "Organization"


@dataclass(frozen=True, slots=True)
class Person:
    """The person referred, with only those facts that the permit releases; empty means not released."""

    id: UUID
    family: str = ""
    given: tuple[str, ...] = ()
    birth_date: date | None = None
    phone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral as it stands.

    `need` and `state` are words of packs/fhir/referral.yaml, `labels` likewise; times carry a zone.
    `consent` is the consent that allows it, `outcome` what came of it in words,
    `notice` what must accompany it (42 CFR 2.32), `statements` the person's own words against a record
    (45 CFR 164.526(d)(5)), `amendments` how one was corrected and when (164.526(c)).
    """

    id: UUID
    person: Person
    need: str
    service: str
    sender: Party
    receiver: Party
    state: str
    authored: datetime
    changed: datetime
    urgent: bool = False
    request: str = ""
    decline_reason: str = ""
    outcome: str = ""
    consent: UUID | None = None
    labels: frozenset[str] = frozenset()
    notice: str = ""
    statements: tuple[str, ...] = ()
    amendments: tuple[tuple[date, str], ...] = ()
