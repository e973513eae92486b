"""What a pack holds, as far as the gate opens it to whoever asks: calls, people, units, numbers, forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as acts
from commonweal.calls import queries as calls
from commonweal.encounters import actions as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing

MOST_NOTES = 6


@dataclass(frozen=True, slots=True)
class Known:
    """A known person on an open call: name, what helps and harms, cautions; parts refused are absent."""

    identities: Sequence[Shown]
    plans: Sequence[Shown]
    cautions: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class OpenCall:
    """One open call as the pack tells it."""

    view: calls.CallView
    facts: Shown
    notes: Sequence[calls.Line]
    person: Known | None

    @property
    def received(self) -> datetime | None:
        """When it came in, where that may be shown."""
        times = self.facts.get("time")
        return times.get("received") if isinstance(times, dict) else None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One unit on duty: who is aboard, until when, and where it stood."""

    call_sign: str
    kind: str
    agency: str
    crew: Sequence[str]
    until: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in a pack but its numbers."""

    calls: Sequence[OpenCall]
    withheld: int
    units: Sequence[OnDuty]
    contacts: Sequence[Sequence[str]]
    protocol: acts.Protocol | None
    vocabulary: Sequence[tuple[str, Sequence[tuple[str, str]]]]


ASKED = (
    "contact_type presenting_needs behaviours risks techniques force injured hold transport disposition"
).split()


def collect(by: Actor) -> Contents:
    """The pack of the actor's centre, read now. What must not be acknowledged leaves no trace in it."""
    plan = calls.downtime_plan(by.agency) if by.agency else None
    found, withheld = _open_calls(by)
    version = calls.adopted_by(by.agency) if by.agency else None
    words = encounters.words()
    return Contents(
        calls=found,
        withheld=withheld,
        units=_units(),
        contacts=plan.contacts if plan else [],
        protocol=calls.protocol_value(version.id) if version else None,
        vocabulary=[(field, list(words[field].values())) for field in ASKED],
    )


def _open_calls(by: Actor) -> tuple[list[OpenCall], int]:
    views = calls.open_calls(by.agency)
    about = [Subject("call", view.id) for view in views]
    answers = sharing.ask_many(by=by, category="call_facts", purpose="emergency", about=about)
    permits = sharing.permitted(answers)
    shown = {one.subject.id: one for one in calls.facts(permits)}
    refused = [one for one in answers.values() if not isinstance(one, sharing.Permit) and one.acknowledged]
    found = []
    for view in views:
        if view.id not in shown:
            continue
        permit = permits[Subject("call", view.id)]
        person = calls.person_of(view.id, permit=permit)
        notes = calls.notes(view.id, permit=permit)[-MOST_NOTES:]
        known = _known(by, view.id, person) if person else None
        found.append(OpenCall(view, shown[view.id], notes, known))
    return found, len(refused)


def _known(by: Actor, call: UUID, person: UUID) -> Known:
    """Each part asked for on its own, as on the desk: a refused one is absent."""
    return Known(
        people.identities(_permits(by, call, "identity", people.records_of(person)))[:1],
        people.plans(_permits(by, call, "safety_alerts", people.plans_of(person))),
        people.cautions(_permits(by, call, "safety_alerts", people.cautions_of(person))),
    )


def _permits(by: Actor, call: UUID, category: str, about: list[Subject]) -> dict[Subject, sharing.Permit]:
    said = sharing.Circumstances(incident=call)
    asked = sharing.ask_many(by=by, category=category, purpose="emergency", about=about, circumstances=said)
    return sharing.permitted(asked)


def _units() -> list[OnDuty]:
    states = {unit.id: unit.status for unit in calls.unit_states()}
    return [
        OnDuty(
            shift.unit.call_sign, shift.unit.kind, shift.unit.agency.name,
            [one.display_name for one in shift.crew.all()], shift.ends,
            states.get(shift.unit_id, "available"),
        )
        for shift in agencies.on_duty()
    ]  # fmt: skip
