"""One referral read with permits, and the subjects of everything that its card may show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language

from commonweal.agencies import queries as agencies
from commonweal.directory import queries as directory
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown, reveal_rows
from commonweal.referrals import receiving, states, telling
from commonweal.referrals.models import Arrival, Referral, Step
from commonweal.referrals.queries.row import Row
from commonweal.referrals.queries.rows import parties_of
from commonweal.sharing.actions import Permit

PURPOSE = receiving.PURPOSE


@dataclass(frozen=True, slots=True)
class About:
    """Subjects to ask about for one card, by category: ids only."""

    person: UUID | None
    by_category: Mapping[str, list[Subject]]


def about(by: Actor, referral: UUID) -> About:
    """What the card of a referral is about, for a party to it; NotFound to everyone else."""
    found = Referral.objects.filter(id=referral).first()
    if found is None or not parties_of(by, referral):
        raise NotFound("referral")
    return About(found.person_id, receiving.subjects(found))


def statuses(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `referral_status` of referrals, redacted; order follows the permits."""
    rows = Referral.objects.select_related("service__merged_into__provider", "service__provider")
    return reveal_rows(permits, category="referral_status", rows=rows, values=_status)


def _status(found: Referral) -> dict[str, object]:
    asked = found.steps.filter(act__in=["ask", "inform"]).exclude(note="").order_by("sequence")
    return {
        "referral_made": found.sent_at,
        "status": {
            "state": found.state, "reason": found.decline_reason, "scheduled_for": found.scheduled_for,
            "outcome": found.outcome,
        },
        "service_type": {
            "service": found.service.standing.name, "needs": list(found.needs), "reasons": _reasons(found),
            "asked": [{"act": s.act, "at": s.at, "text": s.note} for s in asked],
        },
        "provider_name": found.service.standing.provider.name,
        "outcome_detail": {
            "note": found.note, "outcome": found.outcome_note, "said": found.said, "helped": found.helped,
        },
    }  # fmt: skip


def _reasons(found: Referral) -> list[str]:
    """Why this service, in the reader's language; what a sender wrote stays as written."""
    which = "es" if (get_language() or "en").startswith("es") else "en"
    return [reason[which] if isinstance(reason, dict) else str(reason) for reason in found.reasons]


def timeline(by: Actor, row: Row) -> list[dict[str, object]]:
    """What happened, oldest first: act, state, time, who, party, coded reason; no free text; parties only.

    Of a row that is withheld, what its sender did and nothing else.
    """
    referral = row.id
    if not parties_of(by, referral):
        raise NotFound("referral")
    steps, beside = list(Step.objects.filter(referral=referral).order_by("sequence")), _beside(referral)
    if row.is_withheld:
        steps, beside = [_own(s) for s in steps if s.act in telling.OWN_ACTS], []
    names = agencies.names([*(s.by for s in steps), *(by for _act, _at, by in beside)])
    told: list[tuple[datetime, dict[str, object]]] = [
        (
            s.at,
            {"act": s.act, "after": s.after, "party": s.party, "reason": s.reason, "who": _who(s.by, names)},
        )
        for s in steps
    ]
    nothing = {"after": "", "party": "", "reason": ""}
    told += [(at, {"act": act, **nothing, "who": _who(by, names)}) for act, at, by in beside]
    return [{"at": at, **line} for at, line in sorted(told, key=lambda one: one[0])]


def _own(step: Step) -> Step:
    """The sender's own step, without the state in which it found the referral."""
    step.before = ""
    step.after = {"withdraw": states.WITHDRAWN, "send": states.SENT}.get(step.act, states.CHECKED)
    return step


def _who(by: str, names: Mapping[str, str]) -> str:
    return "" if not by or by.startswith(("link:", "system:")) else names[by]


def _beside(referral: UUID) -> list[tuple[str, datetime, str]]:
    """What moved no state: places held and let go, the person at the door, the hand-off."""
    told: list[tuple[str, datetime, str]] = []
    for hold in directory.holds_of([referral]).get(referral, []):
        told.append(("hold", hold.at, hold.by))
        told += [("extend", hold.extended_at, "")] if hold.extended_at else []
        is_let_go = hold.ended_at and hold.how in LET_GO
        told += [(LET_GO[hold.how], hold.ended_at, "")] if is_let_go and hold.ended_at else []
    for seen in Arrival.objects.filter(referral=referral):
        told.append(("reach", seen.arrived_at, seen.by))
        told += [("hand_off", seen.handed_off_at, seen.handed_by)] if seen.handed_off_at else []
    return told


LET_GO = {"released": "release", "expired": "hold_expired"}
