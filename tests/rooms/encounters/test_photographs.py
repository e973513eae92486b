"""Photographs of an encounter: with the person's yes, to whom their part opens, once."""

import base64
from uuid import UUID, uuid4, uuid5

import pytest
from django.test import override_settings

from commonweal import flow
from commonweal.calls import actions as calls
from commonweal.encounters import actions, queries
from commonweal.encounters.events import PhotographChanged
from commonweal.encounters.models import Held, Operation, Photograph
from commonweal.flow.timers import scan_files
from commonweal.kernel import journal, sealed
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import PermitMismatch
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Holding
from factories.calls import TROUBLED
from factories.cast import SETUP, someone
from factories.lines import leaves
from factories.photographs import taken
from rooms.encounters.test_phones import Door, a_door, begun, change, put

__all__ = ["a_door"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path):
    """A folder of files of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def picture(kind: str = "scene", **more: object) -> actions.Picture:
    """A photograph with the camera's notes."""
    return actions.Picture(**{"content": taken(), "kind": kind, "caption": "Broken pane", **more})


def at_the_door(door: Door, agreed: bool | None = True) -> UUID:
    """A record of both, with the person's answer."""
    record = begun(door)
    if agreed is not None:
        actions.record(by=door.clinician.by, encounter=record, consent_to_photograph=agreed)
    return record


def added(by: Actor, record: UUID, kind: str = "scene", **more: object) -> Photograph:
    """One photograph of a record."""
    return actions.add_photograph(by=by, encounter=record, picture=picture(kind, **more))


def opened(by: Actor, row: Photograph, purpose: str = "emergency") -> bool:
    """Whether a worker is given it."""
    about = Subject("photograph", row.id)
    answer = sharing.ask(by=by, category=row.category, purpose=purpose, about=about)
    if isinstance(answer, sharing.Refusal):
        return False
    return queries.under(queries.photographs({about: answer})[0]) is not None


def given(by: Actor, row: Photograph) -> bytes:
    """The photograph, as a worker is given it."""
    answer = sharing.ask(
        by=by, category=row.category, purpose="emergency", about=Subject("photograph", row.id)
    )
    assert isinstance(answer, sharing.Permit)
    return queries.photograph_bytes(row.id, permit=answer)


def follow() -> None:
    """The worker's round."""
    journal.seal()
    flow.drain()


def test_it_is_made_anew_and_sealed_and_its_lines_hold_ids_alone(door: Door, files) -> None:
    record, by = at_the_door(door), door.officer.by

    def line(act: str):
        return lambda row: PhotographChanged(encounter=record, photograph=row.id, act=act)

    row = leaves(by, lambda: added(by, record), line("added"))
    leaves(by, lambda: added(by, record))  # the same photograph again is the one that is there
    named = {"by": by, "photograph": row.id}
    leaves(by, lambda: actions.withdraw_photograph(**named, reason="duplicate"), line("withdrawn"))
    leaves(by, lambda: actions.withdraw_photograph(**named, reason="duplicate"))
    leaves(by, lambda: actions.restore_photograph(**named), line("restored"))
    leaves(by, lambda: actions.restore_photograph(**named))
    content = given(by, row)
    assert content.startswith(b"\xff\xd8\xff") and b"Harlow P7" not in content
    [path] = [p for p in files.rglob("*") if p.is_file()]
    assert content not in path.read_bytes()
    written = str(list(JournalLine.objects.values_list("data", flat=True)))
    assert "pane" not in written and Photograph.objects.count() == 1


class TestAsking:
    """Nobody's body, face or paper without their yes; nothing at all where they refused."""

    @pytest.mark.parametrize("kind", actions.PHOTOGRAPH_KINDS)
    def test_where_the_person_refused_nothing_is_taken(self, door: Door, kind: str, files) -> None:
        record = at_the_door(door, agreed=False)
        with pytest.raises(Conflict, match="does not agree"):
            added(door.officer.by, record, kind)
        assert not Photograph.objects.exists() and not [p for p in files.rglob("*") if p.is_file()]

    @pytest.mark.parametrize(
        ("kind", "is_taken"),
        [
            ("scene", True),
            ("property", True),
            ("injury", False),
            ("identification", False),
            ("document", False),
        ],
    )
    def test_before_anybody_asked(self, door: Door, kind: str, is_taken: bool) -> None:
        record = at_the_door(door, agreed=None)
        if is_taken:
            assert added(door.officer.by, record, kind).kind == kind
        else:
            with pytest.raises(Conflict, match="Ask the person first"):
                added(door.officer.by, record, kind)

    def test_a_changed_mind_stops_the_next_one(self, door: Door) -> None:
        record, by = at_the_door(door), door.officer.by
        row = added(by, record, "injury")
        actions.record(by=by, encounter=record, consent_to_photograph=False)
        with pytest.raises(Conflict):
            added(by, record, "injury", content=taken(colour="#fff"))
        actions.withdraw_photograph(by=by, photograph=row.id, reason="person_asked")
        with pytest.raises(Conflict, match="withdrawn"):
            given(by, row)


class TestReaders:
    """What it shows decides whose it is."""

    @pytest.mark.parametrize(
        ("kind", "taker", "part"),
        [
            ("injury", "officer", "force_used"), ("injury", "clinician", "clinical_impression"),
            ("document", "officer", "narrative"), ("document", "clinician", "clinical_impression"),
            ("scene", "officer", "narrative"), ("property", "clinician", "narrative"),
            ("identification", "officer", "photo"), ("identification", "clinician", "photo"),
        ],
    )  # fmt: skip
    def test_each_kind_has_its_part(self, door: Door, kind: str, taker: str, part: str) -> None:
        record = at_the_door(door)
        by = getattr(door, taker).by
        row = added(by, record, kind)
        assert row.part == part and row.category == ("identity" if part == "photo" else "encounter_narrative")
        assert opened(by, row) is (part != "photo" or taker == "officer")
        assert row.caption == ("" if part == "photo" else "Broken pane"), (
            "what an identification says is on it"
        )

    def test_an_officer_is_given_no_clinical_photograph(self, door: Door) -> None:
        """It stands under the clinician's own agency; the clinician sees the officer's."""
        record = at_the_door(door)
        clinical, police = added(door.clinician.by, record, "injury"), added(door.officer.by, record, "scene")
        assert not opened(door.officer.by, clinical) and opened(door.clinician.by, police)
        held = Holding.objects.get(subject=clinical.id)
        assert held.agency_id == door.clinician.by.agency and held.part_of == record
        assert Holding.objects.get(subject=police.id).agency_id == door.officer.by.agency

    def test_a_civilian_team_keeps_the_scene_in_the_shared_part(self, door: Door) -> None:
        centre = door.centre
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="Nearest")
        by = centre.crews["T1"][0]
        record = actions.open_encounter(by=by, call=call).id
        row = added(by, record)
        assert row.part == "behaviours_observed" and opened(by, row)

    def test_strangers_to_the_call_and_other_purposes_are_refused(self, door: Door) -> None:
        row = added(door.officer.by, at_the_door(door))
        cast = door.centre.cast
        for by in (*door.centre.crews["T1"], cast["case_manager"], cast["call_taker"], cast["administrator"]):
            assert not opened(by, row), by.role
        assert not opened(door.officer.by, row, "care_coordination")

    def test_a_permit_opens_its_own_photograph(self, door: Door) -> None:
        record, by = at_the_door(door), door.officer.by
        one, other = added(by, record), added(by, record, "property")
        permit = sharing.ask(
            by=by, category="encounter_narrative", purpose="emergency", about=Subject("photograph", one.id)
        )
        assert isinstance(permit, sharing.Permit)
        with pytest.raises(PermitMismatch):
            queries.photograph_bytes(other.id, permit=permit)
        with pytest.raises(NotFound):
            queries.photograph_bytes(uuid4(), permit=permit)
        assert queries.photographs_of([record]) == {
            "encounter_narrative": [Subject("photograph", one.id), Subject("photograph", other.id)]
        }
        with pytest.raises(NotFound):
            queries.photograph_category(one.id, among=[uuid4()])

    def test_the_person_has_theirs_once_they_are_named(self, door: Door) -> None:
        """The holding follows the name; what is theirs by law opens to them."""
        record, by = at_the_door(door), door.officer.by
        row = added(by, record, "injury")
        person, _ = someone(door.centre.cast, "police")
        actions.name_person(by=by, encounter=record, person=person)
        assert Holding.objects.get(subject=row.id).person_id == person
        mine = Actor(id=str(uuid4()), role="person", policy_role="subject_self", person=person)
        assert opened(mine, row, "subject_access")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "selfie"}, "kind"), ({"caption": "x" * 201}, "caption"), ({"content": b""}, "file"),
        ({"content": b"%PDF-1.7"}, "file"), ({"content": taken((300, 300))[:200]}, "file"),
    ],
)  # fmt: skip
def test_what_is_refused_names_its_field_and_leaves_nothing(door: Door, files, more, field: str) -> None:
    record = at_the_door(door)
    with pytest.raises(Invalid) as refused:
        added(door.officer.by, record, **{"kind": "scene", **more})
    assert refused.value.field == field and refused.value.remedy
    assert not Photograph.objects.exists() and not [p for p in files.rglob("*") if p.is_file()]


def test_only_its_team_adds_and_withdraws(door: Door) -> None:
    record = at_the_door(door)
    row, stranger = added(door.officer.by, record), door.centre.crews["T1"][0]
    for act in (
        lambda: added(stranger, record, "property"),
        lambda: actions.withdraw_photograph(by=stranger, photograph=row.id, reason="duplicate"),
        lambda: actions.restore_photograph(by=stranger, photograph=row.id),
        lambda: actions.withdraw_photograph(by=door.officer.by, photograph=uuid4(), reason="duplicate"),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Invalid) as refused:
        actions.withdraw_photograph(by=door.officer.by, photograph=row.id, reason="because")
    assert refused.value.field == "reason"


def test_a_closed_record_takes_none_and_no_record_takes_hundreds(door: Door, monkeypatch) -> None:
    from commonweal.encounters.actions import photographing
    from rooms.encounters.test_phones import WHOLE

    record, by = at_the_door(door), door.officer.by
    monkeypatch.setattr(photographing, "MANY", 1)
    row = added(by, record)
    with pytest.raises(Conflict, match="as many"):
        added(by, record, "property")
    actions.withdraw_photograph(by=by, photograph=row.id, reason="not_needed")
    added(by, record, "property")
    actions.record(by=by, encounter=record, **WHOLE)
    actions.close_encounter(by=by, encounter=record)
    with pytest.raises(Conflict, match="closed"):
        added(by, record, "scene", content=taken(colour="#fff"))


class TestPhone:
    """Without network: sealed on the phone, sent once, however often the batch comes."""

    def sent(self, record: UUID, kind: str = "scene", content: bytes | None = None) -> dict[str, object]:
        """A photograph as a phone sends it."""
        said = base64.b64encode(content or taken()).decode()
        return change("photo", record, {"kind": kind, "caption": "Broken pane", "content": said})

    def test_with_the_entry_it_comes_once(self, door: Door, files) -> None:
        record = uuid4()
        batch = [
            change("open", record, {"call": str(door.call)}),
            put(record, "consent_to_photograph", True, base=0),
            self.sent(record, "injury"),
        ]
        assert door.clinician.said(*batch) == ["applied"] * 3
        assert door.clinician.said(*batch) == ["already"] * 3
        row = Photograph.objects.get()
        assert row.caption == "Broken pane" and row.part == "clinical_impression"
        assert row.id == uuid5(UUID(str(batch[2]["id"])), "photograph")
        assert len([p for p in files.rglob("*") if p.is_file()]) == 1
        assert not any("pane" in str(v) for v in Operation.objects.values_list())

    def test_the_power_goes_between_file_and_row(self, door: Door, files, monkeypatch) -> None:
        """The file that stayed is written again by the same batch: no second one, none lost."""
        record = begun(door)
        one = self.sent(record)
        monkeypatch.setattr(Operation.objects, "bulk_create", _fails)
        with pytest.raises(RuntimeError):
            door.clinician.send(one)
        monkeypatch.undo()
        assert not Photograph.objects.exists()
        assert door.clinician.said(one) == ["applied"]
        assert len([p for p in files.rglob("*") if p.is_file()]) == 1
        assert given(door.officer.by, Photograph.objects.get())

    def test_refused_meanwhile_it_is_not_kept(self, door: Door, files) -> None:
        record = begun(door)
        one = self.sent(record)
        actions.record(by=door.officer.by, encounter=record, consent_to_photograph=False)
        [answer] = door.clinician.send(one)
        assert answer.outcome == "refused" and "does not agree" in answer.reason
        assert not [p for p in files.rglob("*") if p.is_file()]

    @pytest.mark.parametrize(
        "value", [{"content": "no base64!"}, {}, {"content": "aGVsbG8=", "kind": "x"}, 7]
    )
    def test_what_makes_no_sense_is_refused_alone(self, door: Door, value: object) -> None:
        record = begun(door)
        said = door.clinician.said(change("photo", record, value), put(record, "shared_note", "Calm."))
        assert said == ["refused", "applied"] and not Photograph.objects.exists()

    def test_before_its_record_it_waits(self, door: Door) -> None:
        assert door.clinician.said(self.sent(uuid4())) == ["waiting"]

    def test_no_phone_writes_over_a_file_of_another(self, door: Door) -> None:
        """An id that is somebody's file becomes another one: nothing on the disk is written over."""
        record = begun(door)
        row = added(door.officer.by, record)
        before = sealed.place(row.id).read_bytes()
        one = self.sent(record, "property", taken(colour="#000"))
        assert door.clinician.said({**one, "id": str(row.id)}) == ["applied"]
        assert sealed.place(row.id).read_bytes() == before and Photograph.objects.count() == 2

    def test_of_a_phone_that_was_shut_out_it_is_held_sealed(self, door: Door, files) -> None:
        record = begun(door)
        one = self.sent(record)
        [answer] = actions.quarantine(by=door.clinician.by, lease=door.clinician.lease, operations=[one])
        assert answer.outcome == "quarantined" and not Photograph.objects.exists()
        assert str(one["value"]["content"])[:40] not in Held.objects.get().sealed


def _fails(*_given: object, **_more: object) -> None:
    raise RuntimeError("the power went")


def test_with_a_scanner_nobody_is_given_what_it_has_not_passed(door: Door, caplog, tmp_path) -> None:
    record, by = at_the_door(door), door.officer.by
    with override_settings(SCANNER=f"clamd:{tmp_path}/nobody"):
        one, other = added(by, record), added(by, record, "property", content=taken(colour="#fff"))
        with pytest.raises(Conflict, match="waits"):
            given(by, one)
        scan_files()
        assert "files wait" in caplog.text
    sealed.drop(other.id)
    assert actions.scan_photographs(by=SETUP, look=lambda content: True) == 1, "a broken one stops no other"
    one.refresh_from_db()
    assert one.scan == "clean" and given(by, one)
    Photograph.objects.filter(id=one.id).update(scan="none")
    actions.scan_photographs(by=SETUP, look=lambda content: False)
    one.refresh_from_db()
    with pytest.raises(Conflict, match="refused"):
        given(by, one)


def test_expunging_the_encounter_destroys_points_and_caption(door: Door) -> None:
    record, by = at_the_door(door), door.officer.by
    row = added(by, record)
    assert not actions.destroy_photograph(by=SETUP, photograph=row.id), "nothing was ordered"
    sharing.bar(by=SETUP, subject=Subject("encounter", record), sealed=True)
    follow()
    assert not opened(by, row) and sealed.place(row.id).is_file(), "sealed alone, it stays closed"
    sharing.bar(by=SETUP, subject=Subject("encounter", record), expunged=True)
    follow()
    row.refresh_from_db()
    assert row.caption == "" and row.gone_at and not sealed.place(row.id).exists()
    assert not queries.photographs_of([record])
    with pytest.raises(Conflict, match="destroyed"):
        actions.restore_photograph(by=by, photograph=row.id)
    assert not actions.destroy_photograph(by=SETUP, photograph=uuid4())


def test_the_copy_of_the_own_record_lists_it(door: Door) -> None:
    from commonweal.web.own_record import copy_for

    record, by = at_the_door(door), door.officer.by
    added(by, record, "injury", caption="Left hand")
    person, _ = someone(door.centre.cast, "police")
    actions.name_person(by=by, encounter=record, person=person)
    officer = door.centre.cast["privacy_officer"]
    found, _ = sharing.receive_request(
        by=officer, kind="access", text="All of it", person=person,
        asker=sharing.Asker(name="Rosa", contact="", language="en"),
    )  # fmt: skip
    [part] = [p for p in copy_for(officer, found, "en") if p.category == "encounter_narrative"]
    told = [s.values["photograph"] for s in part.records if s.subject.kind == "photograph"]
    assert told and told[0]["caption"] == "Left hand" and "content" not in told[0]
