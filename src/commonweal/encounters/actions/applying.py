"""What each kind of change does: one act of this room, or of a room below, at the time it happened."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID, uuid5

from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.encounters.actions.diverging import diverge, settle
from commonweal.encounters.actions.photographing import Picture, add_photograph
from commonweal.encounters.actions.recording import (
    close_encounter,
    name_person,
    open_encounter,
    put,
    writable,
)
from commonweal.encounters.agreeing import Agreed, agree
from commonweal.encounters.changes import Change, id_in, shaped
from commonweal.encounters.models import Encounter, Operation
from commonweal.encounters.records import locked, present, writing
from commonweal.encounters.screening import screen
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.pictures import UNSOUND
from commonweal.messages import actions as messages
from commonweal.people import actions as people


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one change: applied, already, conflict, refused, waiting or quarantined.

    "waiting": what it builds on has not come yet; nothing was kept, and the phone sends it again.
    `encounter` is the record as we call it, `version` the one that now stands, `reason` why it was refused,
    `divergence` the two versions to choose from.
    """

    id: UUID
    outcome: str
    encounter: UUID | None = None
    version: int = 0
    reason: str = ""
    divergence: UUID | None = None


class Early(Exception):
    """A change of a record that has not come yet."""


def record_of(change: Change, by: Actor) -> UUID:
    """Our id of the phone's record; Early where it has not come."""
    if change.record is None:
        raise Invalid("record", "", "Say which encounter it belongs to.")
    known = Operation.objects.filter(
        record=change.record, kind="open", account=UUID(by.id), encounter__isnull=False
    ).values_list("encounter", flat=True)
    if (found := known.first()) is not None:
        return found
    if not Encounter.objects.filter(id=change.record).exists():
        raise Early
    return change.record


def write_fields(by: Actor, changes: Sequence[Change]) -> list[Answer]:
    """Answers to questions of one record, one each field: written, already so, or kept beside what stands."""
    encounter = record_of(changes[0], by)
    found = locked(encounter)
    present(by, found)
    fresh: dict[str, Change] = {}
    answers = []
    for change in changes:
        shaped(change.field, change.value)
        writable(by, change.field, change.value)
        last = writing(found, change.field)
        is_seen = last.version <= change.base or last.operation == str(change.after)
        if getattr(found, change.field) == change.value:
            answers.append(Answer(change.id, "applied", encounter, max(last.version, change.base)))
        elif is_seen and found.state == "open":
            fresh[change.field] = change
        else:
            kept = diverge(by=by, found=found, change=change)
            answers.append(Answer(change.id, "conflict", encounter, last.version, divergence=kept.id))
    if fresh:
        values = {name: change.value for name, change in fresh.items()}
        put(by=by, found=found, values=values, operations={n: c.id for n, c in fresh.items()})
    return answers + [Answer(c.id, "applied", encounter, found.version) for c in fresh.values()]


def apply(by: Actor, change: Change) -> Answer:
    """One change of any other kind; Invalid, NotFound or Conflict say why it was not done."""
    encounter = None if change.kind in ("open", "status", "duress") else record_of(change, by)
    given = change.value if isinstance(change.value, Mapping) else {}
    return ACTS[change.kind](by, change, given, encounter)


def _open(by: Actor, change: Change, given: Mapping[str, object], _none: UUID | None) -> Answer:
    call = id_in(given, "call") if given.get("call") else None
    if change.record is None:
        raise Invalid("record", "", "Say which encounter it belongs to.")
    if call and UUID(by.id) not in call_queries.crew_of(call):
        raise NotFound("call")
    if Encounter.objects.filter(id=change.record).exists():
        raise Invalid("record", str(change.record), "This id is taken; give the record a new one.")
    made = open_encounter(
        by=by, call=call, record=change.record, started_at=change.at,
        description=str(given.get("description", ""))[:300],
    )  # fmt: skip
    return Answer(change.id, "applied", made.id, made.version)


def _person(by: Actor, change: Change, given: Mapping[str, object], encounter: UUID | None) -> Answer:
    found = locked(cast("UUID", encounter))
    present(by, found)
    words = {name: str(given.get(name, "")).strip()[:120] for name in ("given", "family", "phone")}
    if by.agency is None or not (words["given"] or words["family"]):
        raise Invalid("given", "", "Write at least one name, or go back and leave the person unnamed.")
    values: dict[str, object] = {**words, "born": _born(str(given.get("born", "")))}
    row, _outcome = people.file_record(
        by=by, agency=by.agency, external_id=f"field-{change.id}", values=values, person=found.person_id
    )
    name_person(by=by, encounter=found.id, person=row.person_id)
    if found.call_id:
        calls.identify(by=by, call=found.call_id, person=row.person_id)
    return Answer(change.id, "applied", found.id, found.version)


def _born(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as wrong:
        raise Invalid("born", text, "Write the date as year-month-day, for example 1984-03-09.") from wrong


def _screen(by: Actor, change: Change, given: Mapping[str, object], encounter: UUID | None) -> Answer:
    answers = given.get("answers")
    said = {str(k): v for k, v in answers.items()} if isinstance(answers, Mapping) else {}
    if any(not isinstance(v, str | int) for v in said.values()):
        raise Invalid("answers", "", "Choose from the list.")
    screen(
        by=by, encounter=encounter, instrument=str(given.get("instrument", "")), answers=said,
        note=str(given.get("note", ""))[:4_000], at=change.at,
    )  # fmt: skip
    return Answer(change.id, "applied", encounter)


def _consent(by: Actor, change: Change, given: Mapping[str, object], encounter: UUID | None) -> Answer:
    def texts(name: str) -> list[str]:
        found = given.get(name)
        return [str(one) for one in found] if isinstance(found, list) else []

    def word(name: str, otherwise: str = "") -> str:
        return str(given.get(name, otherwise))

    days, age = given.get("days"), given.get("age")
    agreed = Agreed(
        what=texts("what"),
        to=[id_in({"to": one}, "to") for one in texts("to")],
        days=days if isinstance(days, int) else 0,
        signer=word("signer"), way=word("way", "drawn"), signature=word("signature"), witness=word("witness"),
        language=word("language", "en"), age=age if isinstance(age, int) else None,
        guardian=word("guardian"), guardian_signature=word("guardian_signature"),
        guardian_as=word("guardian_as"), acting_as=word("acting_as"), papers=word("papers"),
        subject_name=word("subject_name"), interpreter=word("interpreter"), spoken=word("spoken"),
    )  # fmt: skip
    agree(by=by, encounter=cast("UUID", encounter), agreed=agreed, at=change.at)
    return Answer(change.id, "applied", encounter)


def _close(by: Actor, change: Change, _given: Mapping[str, object], encounter: UUID | None) -> Answer:
    began = locked(cast("UUID", encounter)).started_at  # two words of one clock may lie a blink apart
    done = close_encounter(by=by, encounter=cast("UUID", encounter), ended_at=max(change.at, began))
    return Answer(change.id, "applied", encounter, done.version)


def _settle(by: Actor, change: Change, given: Mapping[str, object], encounter: UUID | None) -> Answer:
    settle(by=by, divergence=id_in(given, "divergence"), keep=str(given.get("keep", "")))
    return Answer(change.id, "applied", encounter)


def _photo(by: Actor, change: Change, given: Mapping[str, object], encounter: UUID | None) -> Answer:
    """The photograph's id follows from the change's: a batch that is sent again makes no second file."""
    try:
        content = base64.b64decode(str(given.get("content", "")), validate=True)
    except ValueError as wrong:
        raise Invalid("file", "", UNSOUND) from wrong
    picture = Picture(content=content, kind=str(given.get("kind", "")), caption=str(given.get("caption", "")))
    one = uuid5(change.id, "photograph")
    add_photograph(by=by, encounter=cast("UUID", encounter), picture=picture, photograph=one)
    return Answer(change.id, "applied", encounter)


def _status(by: Actor, change: Change, given: Mapping[str, object], _none: UUID | None) -> Answer:
    call, unit, status = id_in(given, "call"), id_in(given, "unit"), str(given.get("status", ""))
    if UUID(by.id) not in call_queries.crew_of(call):
        raise NotFound("call")
    calls.set_status(by=by, call=call, unit=unit, status=status, at=change.at)
    if status == "on_scene":
        messages.start_check_in(by=by, unit=unit, call=call)
    if status == "available":
        messages.end_check_in(by=by, unit=unit)
    return Answer(change.id, "applied")


def _duress(by: Actor, change: Change, given: Mapping[str, object], _none: UUID | None) -> Answer:
    at_hand = call_queries.assignment_of(UUID(by.id))
    lon, lat = given.get("lon"), given.get("lat")
    is_known = isinstance(lon, int | float) and isinstance(lat, int | float)
    messages.raise_duress(
        by=by,
        unit=at_hand.unit if at_hand else None,
        call=at_hand.call if at_hand else None,
        lon=float(cast("float", lon)) if is_known else None,
        lat=float(cast("float", lat)) if is_known else None,
    )
    return Answer(change.id, "applied")


Act = Callable[[Actor, Change, Mapping[str, object], UUID | None], Answer]
ACTS: Mapping[str, Act] = {
    "open": _open, "person": _person, "screen": _screen, "consent": _consent, "close": _close,
    "settle": _settle, "status": _status, "duress": _duress, "photo": _photo,
}  # fmt: skip
