"""Reads of outreach lists and of the public register of models."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commonweal.engines.disclosure import Permit
from commonweal.foresight import guarding
from commonweal.foresight.models import Objection, OptOut, OutreachModel, Standing
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown, reveal_rows
from commonweal.people import queries as people


def bands(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `mh_assessment` of standings: band and reasons in `risk_level`, never a number.

    A permit of anybody but a clinician or the person opens nothing here, whatever emergency it rests on.
    """
    told = {s: p for s, p in permits.items() if guarding.reads_scores(p.question.actor)}
    rows = Standing.objects.filter(expires_at__gt=clock.now(), model__state="active").select_related("model")
    return reveal_rows(told, category="mh_assessment", rows=rows, values=_band)


def _band(row: Standing) -> dict[str, object]:
    return {
        "risk_level": {
            "band": f"{row.band}_band", "reasons": tuple(row.reasons), "person": row.person_id,
            "until": row.expires_at, "model": row.model.name, "synthetic": row.model.is_synthetic,
        }
    }  # fmt: skip


def standings_of(person: UUID) -> list[Subject]:
    """Where a person stands on lists now: subjects to ask about, no values."""
    found = Standing.objects.filter(person__in=people.circle(person), expires_at__gt=clock.now())
    return [Subject("outreach", i) for i in found.values_list("id", flat=True)]


def has_opted_out(person: UUID) -> bool:
    """Whether the person wants to be on no list."""
    return OptOut.objects.filter(person__in=people.circle(person), ended_at__isnull=True).exists()


@dataclass(frozen=True, slots=True)
class Said:
    """An objection: what was said, and the answer once there is one."""

    id: UUID
    at: datetime
    text: str
    answer: str


def own_objections(by: Actor) -> list[Said]:
    """What the signed-in person objected, newest first; nothing for anybody else."""
    if by.person is None:
        return []
    return _said(Objection.objects.filter(person__in=people.circle(by.person)).order_by("-created_at"))


def open_objections(by: Actor) -> list[Said]:
    """Objections that wait for a clinician's answer, oldest first; NotFound for everybody else."""
    guarding.own_agency(by)
    return _said(Objection.objects.filter(answered_at__isnull=True).order_by("created_at"))


def _said(rows: QuerySet[Objection]) -> list[Said]:
    return [Said(r.id, r.created_at, r.text, r.answer) for r in rows]


def models(agency: UUID | None = None) -> list[OutreachModel]:
    """The register, newest first, of one agency where given: public, no person in it."""
    found = OutreachModel.objects.select_related("agency", "agreement").order_by("-created_at")
    return list(found.filter(agency=agency) if agency else found)
