"""What may leave with a referral: values that the receiving agency's permits opened, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.referrals import receiving
from commonweal.referrals.models import Referral
from commonweal.referrals.queries.card import statuses
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as registers

BOUND = frozenset({"substance_use_part2", "no_redisclosure"})  # what a notice is in labels (HL7 DS4P)
LABELS = {"part2_program": "substance_use_part2", "victim_service_provider": "violence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One referral as its receiver may have it; what is withheld is empty.

    `labels` say what is sensitive, `notice` what must accompany it in words (42 CFR 2.32), `statements` where
    the person disagrees with a record of which something is in it (45 CFR 164.526(d)(5)), `amendments` how
    such a record was corrected at their request, and when (164.526(c)).
    """

    id: UUID
    person: UUID
    name: str
    born: date | None
    phone: str
    needs: tuple[str, ...]
    service_name: str
    from_agency: UUID
    from_name: str
    to_agency: UUID
    to_name: str
    state: str
    made: datetime
    changed: datetime
    is_urgent: bool
    note: str
    labels: frozenset[str]
    notice: str
    statements: tuple[str, ...] = ()
    amendments: tuple[tuple[date, str], ...] = ()


def envelope(referral: UUID) -> Envelope:
    """Ask the gate as the receiving agency, journalled and registered, and pack what it opens.

    Send it only after the surrounding transaction has committed. NotFound where no agency receives it.
    """
    whole = Referral.objects.select_related("service__merged_into", "from_agency", "to_agency")
    found = whole.filter(id=referral).first()
    if found is None or found.to_agency is None:
        raise NotFound("referral")
    about, asker = receiving.subjects(found), receiving.receiver_actor(found.to_agency.id)
    with sharing.accompanied() as notices:
        status = _first(statuses(_permits(asker, "referral_status", about)))
        who = _first(people.identities(_permits(asker, "identity", about)))
    kind, said = _mapping(status, "service_type"), _beside(status, who)
    last = found.steps.order_by("-sequence").first()
    return Envelope(
        id=found.id, person=found.person_id if who and found.person_id else found.id,
        name=str(who.get("name") or "") if who else "", born=_born(who),
        phone=str(who.get("phone") or "") if who else "", needs=tuple(kind.get("needs", ())),
        service_name=found.service.standing.name,
        from_agency=found.from_agency_id, from_name=found.from_agency.name,
        to_agency=found.to_agency.id, to_name=found.to_agency.name, state=found.state,
        made=found.sent_at or found.created_at, changed=last.at if last else found.created_at,
        is_urgent=found.pathway in ("tonight", "urgent", "warm_handoff"),
        note=str(_mapping(status, "outcome_detail").get("note", "")),
        labels=_labels(found) | (BOUND if notices.is_owed else frozenset()), notice=notices.in_a_line(),
        statements=tuple(dict.fromkeys(one.text for one in said if not one.is_amendment)),
        amendments=tuple(dict.fromkeys((one.on, one.text) for one in said if one.is_amendment)),
    )  # fmt: skip


def _beside(*parts: Shown | None) -> list[registers.Beside]:
    """What stands beside the records of which something goes out."""
    sent = [part.subject for part in parts if part and part.values]
    found = registers.beside(sent)
    return [words for one in sent for words in found.get(one.id, ())]


def _permits(by: Actor, category: str, about: dict[str, list[Subject]]) -> "dict[Subject, sharing.Permit]":
    if category not in about:
        return {}
    answers = sharing.ask_many(
        by=by,
        category=category,
        purpose=receiving.PURPOSE,
        about=about[category],
    )
    return sharing.permitted(answers)


def _first(shown: list[Shown]) -> Shown | None:
    """The fullest of several records of one person: the one with the fewest fields left out."""
    return min(shown, key=lambda s: len(s.withheld), default=None)


def _mapping(shown: Shown | None, field: str) -> dict[str, tuple[str, ...]]:
    value = shown.get(field) if shown else None
    return value if isinstance(value, dict) else {}


def _born(shown: Shown | None) -> date | None:
    value = shown.get("dob") if shown else None
    return value if isinstance(value, date) else None


def _labels(found: Referral) -> frozenset[str]:
    kind = agencies.agency(found.to_agency_id).kind if found.to_agency_id else ""
    marks = {LABELS[kind]} if kind in LABELS else set()
    if "mental_health" in found.needs:
        marks.add("mental_health")
    return frozenset(marks)
