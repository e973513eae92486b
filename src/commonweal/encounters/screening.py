"""Screeners: asked, scored by `engines.needs`, kept under the clinician's own agency, read over time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypedDict, Unpack, cast
from uuid import UUID

from django.db import transaction

from commonweal import packs
from commonweal.encounters import events
from commonweal.encounters.models import Assessment
from commonweal.encounters.records import CLINICAL_ROLES, locked, present
from commonweal.engines.needs import Instrument, NeedsError, Pathway, Score, agenda, begun
from commonweal.engines.needs import score as scored
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing

Answers = Mapping[str, str | int]
PATHWAYS = ("suicide", "overdose", "safety", "tonight")


class Kept(TypedDict, total=False):
    """What else an assessment may hold."""

    score: int | None
    band: str
    urgent: bool
    note: str
    medications: str
    diagnosis: str
    risk_level: str


@lru_cache(maxsize=1)
def offered() -> Mapping[str, Mapping[str, object]]:
    """The screeners that are offered, in order: when each is worth asking, and the need it points to."""
    return cast("Mapping[str, Mapping[str, object]]", packs.read("encounter/screening.yaml"))


@lru_cache(maxsize=32)
def instrument(code: str) -> Instrument:
    """One offered screener; Invalid names those that there are."""
    if code not in offered():
        raise Invalid("instrument", code, f"Use one of: {', '.join(offered())}.")
    return Instrument.read(cast("Mapping[str, object]", packs.read(f"instruments/{code}.yaml")))


def instruments(noted: Iterable[str] = ()) -> list[tuple[Instrument, bool]]:
    """Every offered screener and whether what was noted makes it worth asking; those first."""
    codes = set(noted)
    rows = [
        (instrument(code), bool(codes & set(cast("list[str]", facts["when"]))))
        for code, facts in offered().items()
    ]
    return sorted(rows, key=lambda row: not row[1])


@lru_cache(maxsize=1)
def pathways() -> tuple[Pathway, ...]:
    """What findings set off, as shipped."""
    return tuple(
        Pathway.read(cast("Mapping[str, object]", packs.read(f"pathways/{name}.yaml"))) for name in PATHWAYS
    )


def weigh(code: str, answers: Answers) -> Score:
    """The score of a screener's answers; Invalid names an answer that does not exist, or none at all."""
    asked = instrument(code)
    if not answers:
        raise Invalid("answers", "", "Answer at least one question; the others may stay open.")
    try:
        return scored(asked, answers)
    except NeedsError as wrong:
        raise Invalid("answers", code, str(wrong)) from wrong


def follows(found: Score, minutes: int = 0, language: str = "en") -> list[tuple[str, list[tuple[str, int]]]]:
    """Pathways that a score begins: title, and the steps with the minutes left for each."""
    names = set(begun(pathways(), [found]))
    return [
        (
            p.title.said_in(language),
            [(t.step.text.said_in(language), t.minutes_left) for t in agenda(p, minutes)],
        )
        for p in pathways()
        if p.id in names
    ]


@transaction.atomic
def assess(
    *, by: Actor, instrument: str, answers: Answers, encounter: UUID | None = None,
    person: UUID | None = None, at: datetime | None = None, **kept: Unpack[Kept],
) -> Assessment:  # fmt: skip
    """Keep a screener or rating: of an encounter's person (its team alone), or of a person in care.

    `kept`: score, band, urgent, note, medications, diagnosis, risk_level.
    """
    if by.policy_role not in CLINICAL_ROLES or by.agency is None:
        raise Invalid("instrument", instrument, "Screeners are recorded by the clinician or crisis team.")
    found = locked(encounter) if encounter else None
    if found:
        present(by, found)
    about = found.person_id if found else person
    if about is None:
        raise Invalid("person", "", "Say whom the screener is about.")
    assessment = Assessment.objects.create(
        encounter=found, person_id=about, agency_id=by.agency, by=by.id, at=at or clock.now(),
        instrument=instrument, answers=dict(answers), **kept,
    )  # fmt: skip
    call = found.incident if found else None
    subject = Subject("assessment", assessment.id)
    sharing.hold(by=by, subject=subject, agency=by.agency, person=about, call=call)
    event = events.Assessed(
        assessment=assessment.id, encounter=encounter, instrument=instrument, urgent=assessment.urgent
    )
    journal.write(by=by, event=event)
    return assessment


def screen(
    *, by: Actor, instrument: str, answers: Answers, encounter: UUID | None = None,
    person: UUID | None = None, note: str = "", at: datetime | None = None,
) -> Assessment:  # fmt: skip
    """Score a screener and keep it, as of `at` (now). What was not asked stays open: no total is made up."""
    found = weigh(instrument, answers)
    return assess(
        by=by, encounter=encounter, person=person, instrument=instrument, answers=answers, at=at,
        score=found.total, band=found.result if found.settled else "", urgent=bool(found.alerts),
        note=note.strip(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Screening:
    """One kept screener as its reader may see it: the score anew from the answers, in words."""

    id: UUID
    code: str
    title: str
    at: datetime
    total: int | None
    most: int
    result: str
    is_settled: bool
    is_positive: bool
    alerts: tuple[str, ...]
    note: str
    need: str
    follows: Sequence[tuple[str, list[tuple[str, int]]]] = ()


def told(row: Assessment, language: str) -> Screening | None:
    """A kept screener in words; None for a rating that is no offered screener."""
    if row.instrument not in offered() or not row.answers:
        return None
    asked, found = instrument(row.instrument), scored(instrument(row.instrument), row.answers)
    minutes = int((clock.now() - row.at).total_seconds() // 60)
    return Screening(
        id=row.id, code=asked.id, title=asked.title.said_in(language), at=row.at, total=found.total,
        most=_most(asked), result=found.text.said_in(language), is_settled=found.settled,
        is_positive=found.positive,
        alerts=tuple(a.text.said_in(language) for a in asked.alerts if a.id in found.alerts),
        note=row.note, need=str(offered()[asked.id]["need"]) if found.positive else "",
        follows=follows(found, minutes, language),
    )  # fmt: skip


def _most(asked: Instrument) -> int:
    """The highest total the screener can give."""
    full = {item.id: max(option.points for option in item.options) for item in asked.items}
    return scored(asked, full).most
