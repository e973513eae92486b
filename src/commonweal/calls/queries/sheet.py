"""One call as the desk works on it: what each column of the screen shows, read once at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from commonweal.calls.actions.triaging import Step, outcome_of
from commonweal.calls.duty import OnDuty, on_duty
from commonweal.calls.events import CallTriaged
from commonweal.calls.models import Call
from commonweal.calls.queries.facts import Asked, Line, asked_of, is_opened, notes, protocol_of, shown
from commonweal.calls.queries.open import CallView, view_of
from commonweal.calls.recommending import Needed, needed_by
from commonweal.engines.disclosure import Permit
from commonweal.engines.triage import Outcome, Protocol
from commonweal.kernel import journal
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown

MOST_STEPS = 200  # of a call's triage, looked through for who answered


def answered_by(call: UUID, question: str, *, permit: Permit) -> str:
    """The account that answered a question of a call last, or took its answer back; "" for none known."""
    if not is_opened(permit, call):
        return ""
    lines = journal.about(call, kind=CallTriaged.kind, limit=MOST_STEPS)
    return next((line.actor for line in lines if question in line.data.get("asked", ())), "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the permit opens of one call, beside what names nobody.

    `asked`, `outcome` and `person` are None and `notes` is empty where the permit does not open the nature.
    `needed` and `roster` (the units on duty; with their crews once there is a tier) make a recommendation.
    """

    view: CallView
    facts: Shown
    protocol: Protocol | None
    asked: Asked | None
    outcome: Outcome | None
    person: UUID | None
    notes: Sequence[Line]
    needed: Needed
    roster: Sequence[OnDuty]


def sheet(call: UUID, *, permit: Permit, step: Step | None = None) -> Sheet:
    """The call, in a fixed number of statements; NotFound for an unknown id.

    `step`: what an act has read and worked out just now, so that it is not done again.
    """
    row = step.call if step else Call.objects.filter(id=call).first()
    if row is None:
        raise NotFound("call")
    roster = step.roster if step else on_duty(with_crew=bool(row.tier))
    view, protocol, open_ = view_of(row), protocol_of(row), is_opened(permit, call)
    facts = shown(permit, Subject("call", call), row, [unit.call_sign for unit in view.units])
    if not open_:
        return Sheet(view, facts, protocol, None, None, None, (), needed_by(row), roster)
    outcome = step.outcome if step else outcome_of(row, protocol, roster) if protocol else None
    said = notes(call, permit=permit)
    return Sheet(view, facts, protocol, asked_of(row), outcome, row.person_id, said, needed_by(row), roster)
