"""Who may act for a person: authority recorded from papers that somebody saw, with its limits and its end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import events, rights
from commonweal.sharing.models import Representative, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What the papers say: the kind of authority, how far it reaches, its limits and its last day."""

    authority: str
    evidence: str
    scope: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    expires_on: date | None = None


@transaction.atomic
def record_representative(
    *, by: Actor, person: UUID, name: str, relation: str, papers: Papers, address: str = ""
) -> Representative:
    """Record what the papers say and that this officer saw them now; NotFound for other workers.

    `limits`: minor_part2 (a minor's own consent to treatment, 42 CFR 2.14), endangerment (164.502(g)(5)).
    """
    if not by.may("keep_trust"):
        raise NotFound("person")
    _check(papers.authority, papers.scope, papers.limits)
    for field, text in (("name", name), ("relation", relation), ("evidence", papers.evidence)):
        if not text.strip():
            raise Invalid(field, text, "Write it down as the papers say.")
    if papers.expires_on and papers.expires_on < clock.today():
        raise Invalid("expires_on", papers.expires_on, "Give an end in the future.")
    made = Representative.objects.create(
        person_id=people.survivor(person),
        name=name.strip(),
        address=address.strip(),
        relation=relation.strip(),
        authority=papers.authority,
        scope=sorted(papers.scope),
        limits=sorted(papers.limits),
        evidence=papers.evidence.strip(),
        seen_by=by.id,
        seen_at=clock.now(),
        expires_on=papers.expires_on,
    )
    _tell(by, made, "recorded")
    return made


def _check(authority: str, scope: Collection[str], limits: Collection[str]) -> None:
    if authority not in Representative.AUTHORITIES:
        raise Invalid("authority", authority, f"Use one of: {', '.join(Representative.AUTHORITIES)}.")
    if unknown := set(scope) - set(rights.kinds()):
        raise Invalid("scope", ", ".join(sorted(unknown)), f"Use: {', '.join(rights.kinds())}.")
    if unknown := set(limits) - set(Representative.LIMITS):
        raise Invalid("limits", ", ".join(sorted(unknown)), f"Use: {', '.join(Representative.LIMITS)}.")


def _tell(by: Actor, found: Representative, state: str) -> None:
    event = events.RepresentativeChanged(person=found.person_id, representative=found.id, state=state)
    journal.write(by=by, event=event)


@transaction.atomic
def end_representative(*, by: Actor, representative: UUID) -> Representative:
    """End the authority now; a second call changes nothing."""
    found = Representative.objects.select_for_update().filter(id=representative).first()
    if found is None or not by.may("keep_trust"):
        raise NotFound("representative")
    if found.ended_at is None:
        found.ended_at, found.ended_by = clock.now(), by.id
        found.save(update_fields=["ended_at", "ended_by"])
        _tell(by, found, "ended")
    return found


def still_authorized(request: Request) -> None:
    """Conflict where somebody acts for the person whose authority has ended, or never reached so far."""
    if request.representative_id is not None:
        authority(request.representative_id, request.person_id, request.kind)


def authority(representative: UUID, person: UUID | None, kind: str) -> Representative:
    """The authority in force for this person and kind of request; NotFound or Conflict otherwise."""
    circle = people.circle(person) if person else frozenset[UUID]()
    found = Representative.objects.filter(id=representative, person__in=circle).first()
    if found is None:
        raise NotFound("representative")
    over = found.expires_on is not None and found.expires_on < clock.today()
    if found.ended_at or over:
        raise Conflict("This authority has ended. Ask for new papers.")
    if found.scope and kind not in found.scope:
        raise Conflict("This authority does not reach so far.")
    if kind in ("access", "accounting") and "endangerment" in found.limits:
        raise Conflict("This representative may not receive the record: it could endanger the person.")
    return found
