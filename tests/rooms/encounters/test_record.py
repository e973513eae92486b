"""The record of one meeting: written by those present, closed complete, amended with a reason, never lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.calls import actions as calls
from commonweal.encounters import actions, queries
from commonweal.encounters.models import Amendment, Assessment, Encounter, FollowUp
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import PermitMismatch
from commonweal.people import queries as people
from commonweal.people.models import Person
from commonweal.sharing import actions as sharing
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import someone, worker

pytestmark = pytest.mark.django_db
COMPLETE: dict[str, object] = {
    "contact_type": next(iter(actions.words()["contact_type"])),
    "consent_to_talk": True,
    **{field: [next(iter(actions.words()[field]))]
       for field in ("presenting_needs", "behaviours", "risks", "techniques", "injured")},
    **{field: next(iter(actions.words()[field])) for field in ("force", "hold", "transport", "disposition")},
}  # fmt: skip


@dataclass
class Door:
    """A pair at a door, a caller's call, and the open record of somebody not yet known."""

    centre: Centre
    call: UUID
    officer: Actor
    clinician: Actor
    record: UUID

    def row(self) -> Encounter:
        return Encounter.objects.get(id=self.record)

    def write(self, by: Actor, **values: object) -> Encounter:
        return actions.record(by=by, encounter=self.record, **values)  # type: ignore[arg-type]

    def close(self) -> Encounter:
        self.write(self.officer, **COMPLETE)
        return actions.close_encounter(by=self.officer, encounter=self.record)

    def lines(self) -> list[str]:
        rows = JournalLine.objects.filter(subject=str(self.record), kind__startswith="encounters.")
        return list(rows.order_by("id").values_list("kind", flat=True))


@pytest.fixture(name="door")
def a_door() -> Door:
    """The co-response pair, sent and there."""
    centre = open_centre()
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    officer, clinician = centre.crews["CO1"]
    record = actions.open_encounter(by=officer, call=call, description="Grey coat")
    return Door(centre, call, officer, clinician, record.id)


def opens(by: Actor, about: Subject, purpose: str = "emergency") -> frozenset[str]:
    """Fields of the narrative that the gate opens."""
    found = sharing.ask(by=by, category="encounter_narrative", purpose=purpose, about=about)
    return found.fields if isinstance(found, sharing.Permit) else frozenset()


class TestOpening:
    """One record a call and team; nobody is no hindrance."""

    def test_the_crew_is_the_team_and_the_second_tap_returns_the_first(self, door: Door) -> None:
        again = actions.open_encounter(by=door.clinician, call=door.call)
        assert again.id == door.record and Encounter.objects.count() == 1
        assert set(door.row().team) == {door.officer.id, door.clinician.id}
        assert Person.objects.get(id=door.row().person_id).is_placeholder
        assert door.lines() == ["encounters.opened"]

    def test_the_joint_record_is_the_police_agencys(self, door: Door) -> None:
        assert door.row().agency_id == door.officer.agency != door.clinician.agency
        alone = actions.open_encounter(by=door.clinician, description="At the hall")
        assert alone.agency_id == door.clinician.agency

    def test_an_account_without_agency_opens_none(self, door: Door) -> None:
        with pytest.raises(Invalid) as said:
            actions.open_encounter(by=system("timers"))
        assert (said.value.field, said.value.value) == ("by", "system:timers") and said.value.remedy


class TestTwoHands:
    """A version is what the writer last saw: what a colleague wrote meanwhile is never lost silently."""

    def test_different_fields_are_merged(self, door: Door) -> None:
        seen = door.row().version
        door.write(door.officer, narrative="He opened the door.", version=seen)
        door.write(door.clinician, shared_note="Calm by nine.", version=seen)
        assert (door.row().narrative, door.row().shared_note) == ("He opened the door.", "Calm by nine.")

    def test_the_same_field_is_a_conflict_and_nothing_is_written(self, door: Door) -> None:
        seen = door.row().version
        door.write(door.officer, shared_note="Calm.", version=seen)
        with pytest.raises(Conflict, match="Your text is kept"):
            door.write(door.clinician, shared_note="Agitated.", language="es", version=seen)
        assert (door.row().shared_note, door.row().language) == ("Calm.", "")
        door.write(door.clinician, shared_note="Calm, then tired.", version=door.row().version)
        assert door.row().shared_note == "Calm, then tired."

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        edits=some.lists(
            some.tuples(
                some.booleans(),
                some.sets(some.sampled_from(["shared_note", "language", "destination"]), min_size=1),
                some.integers(0, 3),
            ),
            max_size=8,
        )
    )
    def test_no_edit_writes_over_one_it_has_not_seen(
        self, door: Door, edits: list[tuple[bool, set[str], int]]
    ) -> None:
        """A plain second telling: who wrote each field last, at which version."""
        last: dict[str, tuple[int, str]] = {}
        with transaction.atomic():
            for n, (is_officer, names, behind) in enumerate(edits):
                stands = door.row().version
                seen = max(1, stands - behind)
                unseen = {f for f in names if last.get(f, (0, ""))[0] > seen}
                by = door.officer if is_officer else door.clinician
                values: dict[str, object] = {name: f"{n}" for name in names}
                if unseen:
                    with pytest.raises(Conflict):
                        door.write(by, version=seen, **values)
                else:
                    door.write(by, version=seen, **values)
                    last.update({name: (stands + 1, f"{n}") for name in names})
                row = door.row()
                assert all(getattr(row, name) == text for name, (_, text) in last.items())
            transaction.set_rollback(True)


class TestParts:
    """Police, clinical and shared parts: who writes, under which regime, who reads."""

    def test_the_clinical_part_stands_under_the_clinicians_agency(self, door: Door) -> None:
        assert queries.clinical_of([door.record]) == []
        door.write(door.clinician, clinical_impression="Grief, no plan.")
        [part] = queries.clinical_of([door.record])
        assert part == Subject("clinical_part", door.record)
        assert door.row().clinical_agency_id == door.clinician.agency
        assert "clinical_impression" not in opens(door.officer, part, "enforcement")
        assert "clinical_impression" in opens(door.clinician, part, "treatment")

    def test_an_amendment_puts_it_there_too(self, door: Door) -> None:
        """Written first after closing, it must not stand under no regime."""
        door.close()
        actions.amend(
            by=door.clinician, encounter=door.record, reason="Added", clinical_impression="Grief, no plan."
        )
        [part] = queries.clinical_of([door.record])
        assert "clinical_impression" in opens(door.clinician, part, "treatment")
        assert not opens(door.officer, part, "enforcement")

    @pytest.mark.parametrize("role", "case_manager prosecutor analyst shelter_worker administrator".split())
    @pytest.mark.parametrize("purpose", ["emergency", "care_coordination", "enforcement"])
    def test_a_stranger_reads_no_part(self, door: Door, role: str, purpose: str) -> None:
        door.write(door.officer, narrative="He opened the door.")
        assert not opens(door.centre.cast[role], Subject("encounter", door.record), purpose)

    def test_a_permit_of_one_record_opens_no_other(self, door: Door) -> None:
        about = Subject("encounter", door.record)
        given = sharing.ask(by=door.officer, category="encounter_narrative", purpose="emergency", about=about)
        assert isinstance(given, sharing.Permit) and queries.narratives({}) == []
        other = Subject("encounter", actions.open_encounter(by=door.clinician, description="x").id)
        with pytest.raises(PermitMismatch):
            queries.narratives({other: given})


Act = Callable[[Door, Actor], object]
ACTS: dict[str, Act] = {
    "record": lambda d, by: d.write(by, shared_note="x"),
    "name": lambda d, by: actions.name_person(by=by, encounter=d.record, person=d.row().person_id or uuid4()),
    "close": lambda d, by: actions.close_encounter(by=by, encounter=d.record),
    "amend": lambda d, by: actions.amend(by=by, encounter=d.record, reason="x", shared_note="x"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["colleague", "supervisor", "stranger"])
def test_only_those_who_were_there_write(door: Door, act: str, who: str) -> None:
    people_ = {
        "colleague": worker(door.centre.cast.agency["police"], "patrol_officer", "a.colleague"),
        "supervisor": door.centre.cast["supervisor"],
        "stranger": door.centre.cast["case_manager"],
    }
    before, lines = vars(door.row()), door.lines()
    with pytest.raises(NotFound):
        ACTS[act](door, people_[who])
    after = vars(door.row())
    assert {k: v for k, v in after.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }
    assert door.lines() == lines


@pytest.mark.parametrize("act", [*ACTS, "follow_up", "lacking", "outline"])
def test_an_unknown_record_is_not_found(door: Door, act: str) -> None:
    nowhere = Door(door.centre, door.call, door.officer, door.clinician, uuid4())
    other: dict[str, Act] = {
        "follow_up": lambda d, by: actions.follow_up(by=by, encounter=d.record, way="phone", reached=True),
        "lacking": lambda d, by: actions.lacking(d.record),
        "outline": lambda d, by: queries.outline(d.record),
        "name": lambda d, by: actions.name_person(by=by, encounter=d.record, person=uuid4()),
    }
    with pytest.raises(NotFound):
        {**ACTS, **other}[act](nowhere, door.officer)


def early(door: Door) -> object:
    """An end before the start."""
    return door.row().started_at - timedelta(minutes=1)


REFUSED: dict[str, tuple[Act, str]] = {
    "a field nobody has": (lambda d, by: d.write(by, mood="low"), "values"),
    "a code nobody knows": (lambda d, by: d.write(by, disposition="banished"), "disposition"),
    "one code of several": (lambda d, by: d.write(by, risks=["sunshine"]), "risks"),
    "the other's part": (lambda d, by: d.write(by, clinical_impression="x"), "clinical_impression"),
    "an end before the start": (lambda d, by: d.write(by, ended_at=early(d)), "ended_at"),
    "no reason": (lambda d, by: actions.amend(by=by, encounter=d.record, reason=" "), "reason"),
    "closing what lacks": (lambda d, by: actions.close_encounter(by=by, encounter=d.record), "contact_type"),
    "a way nobody goes": (
        lambda d, by: actions.follow_up(by=by, encounter=d.record, way="raid", reached=True),
        "way",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_was_not_accepted_is_named_with_a_remedy(door: Door, what: str) -> None:
    act, field = REFUSED[what]
    version, lines = door.row().version, door.lines()
    with pytest.raises(Invalid) as said:
        act(door, door.officer)
    assert said.value.field == field and said.value.remedy.endswith(".")
    assert (door.row().version, door.lines()) == (version, lines) and not Amendment.objects.exists()


class TestClosing:
    """Complete, once, with what follows from it; after that a reason is asked for each change."""

    @pytest.mark.parametrize("left_out", actions.REQUIRED)
    def test_each_required_answer_is_asked_for_by_name(self, door: Door, left_out: str) -> None:
        door.write(door.officer, **{k: v for k, v in COMPLETE.items() if k != left_out})
        assert actions.lacking(door.record) == [left_out]
        with pytest.raises(Invalid) as said:
            actions.close_encounter(by=door.officer, encounter=door.record)
        assert said.value.field == left_out and door.row().state == "open"

    def test_the_first_tap_closes_and_the_second_changes_nothing(self, door: Door) -> None:
        closed = door.close()
        assert closed.closed_at and closed.follow_up_due == closed.closed_at + timedelta(hours=72)
        assert closed.person_id
        met, lines = people.familiars(closed.person_id), door.lines()
        actions.close_encounter(by=door.clinician, encounter=door.record)
        assert people.familiars(closed.person_id) == met and door.lines() == lines
        assert met == {UUID(door.officer.id): 1, UUID(door.clinician.id): 1}

    def test_an_end_before_the_start_is_refused_in_words(self, door: Door) -> None:
        door.write(door.officer, **COMPLETE)
        with pytest.raises(Invalid) as said:
            actions.close_encounter(
                by=door.officer, encounter=door.record, ended_at=door.row().started_at - timedelta(hours=1)
            )
        assert said.value.field == "ended_at" and door.row().state == "open"

    def test_a_closed_record_is_amended_not_rewritten(self, door: Door) -> None:
        door.close()
        with pytest.raises(Conflict, match="amendment"):
            door.write(door.officer, shared_note="x")
        actions.amend(by=door.officer, encounter=door.record, reason="Wrong bed", destination="Mercy, bed 4")
        kept = Amendment.objects.get()
        assert (kept.before, kept.fields, kept.reason) == ({"destination": ""}, ["destination"], "Wrong bed")
        assert door.row().destination == "Mercy, bed 4" and door.row().state == "closed"

    @pytest.mark.parametrize("name", ["force", "disposition", "risks"])
    def test_an_amendment_empties_no_required_answer(self, door: Door, name: str) -> None:
        door.close()
        with pytest.raises(Invalid) as said:
            actions.amend(
                by=door.officer, encounter=door.record, reason="x", **{name: type(COMPLETE[name])()}
            )
        assert said.value.field == name and not Amendment.objects.exists()

    def test_follow_up_is_due_until_somebody_made_it(self, door: Door) -> None:
        door.close()
        later = clock.now() + timedelta(hours=73)
        assert queries.follow_ups_due(door.officer) == []
        with clock.at(later):
            assert [o.id for o in queries.follow_ups_due(door.officer)] == [door.record]
            again = later + timedelta(days=2)
            actions.follow_up(
                by=door.officer, encounter=door.record, way="phone", reached=False, next_due=again
            )
            assert queries.follow_ups_due(door.officer) == []
        with clock.at(again):
            actions.follow_up(by=door.officer, encounter=door.record, way="visit", reached=True)
            assert queries.follow_ups_due(door.officer, again + timedelta(days=99)) == []
        assert [(way, ok) for _, way, ok in queries.follow_ups(door.record)] == [
            ("phone", False), ("visit", True),
        ]  # fmt: skip


def test_a_name_found_late_follows_everything_written(door: Door) -> None:
    """Record, clinical part and screener: all are of the person now."""
    door.write(door.clinician, clinical_impression="Grief.")
    answers = {f"asq_{n}": "no" for n in range(1, 5)}
    actions.screen(by=door.clinician, encounter=door.record, instrument="asq", answers=answers)
    person, _ = someone(door.centre.cast, "health")
    actions.name_person(by=door.officer, encounter=door.record, person=person)
    assert door.row().person_id == person and Assessment.objects.get().person_id == person
    assert [o.id for o in queries.of_person(person)] == [door.record]
    with pytest.raises(NotFound):
        actions.name_person(by=door.officer, encounter=door.record, person=uuid4())
    assert door.row().person_id == person


@pytest.mark.parametrize("act", [a for a in ACTS if a != "close"] + ["close complete", "follow_up", "open"])
def test_no_act_without_its_line(door: Door, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal fails: the rows are as they were."""
    person, _ = someone(door.centre.cast, "health")
    door.write(door.officer, **COMPLETE)

    def rows() -> list[object]:
        kept = list(Encounter.objects.values_list("id", "state", "version", "shared_note", "person_id"))
        return [kept, FollowUp.objects.count(), Amendment.objects.count(), people.familiars(person)]

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    other: dict[str, Act] = {
        "close complete": ACTS["close"],
        "name": lambda d, by: actions.name_person(by=by, encounter=d.record, person=person),
        "follow_up": lambda d, by: actions.follow_up(by=by, encounter=d.record, way="phone", reached=True),
        "open": lambda d, by: actions.open_encounter(by=by, person=person),
    }
    before = rows()
    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    with pytest.raises(RuntimeError):
        {**ACTS, **other}[act](door, door.officer)
    assert rows() == before


@pytest.mark.parametrize("wrong", [{"state": "closed"}, {"closed_at": clock.now()}, "ends early"])
def test_the_database_holds_what_actions_promise(door: Door, wrong: dict[str, object] | str) -> None:
    given = {"ended_at": early(door)} if isinstance(wrong, str) else wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Encounter.objects.filter(id=door.record).update(**given)
