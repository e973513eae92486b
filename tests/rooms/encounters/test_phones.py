"""Phones without network: each change once, none over another unseen, none lost with the phone."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.encounters import actions, queries
from commonweal.encounters.models import Assessment, Divergence, Encounter, Held, Lease, Operation
from commonweal.encounters.sealing import close_up, key_of, lease_of, opened, token_of
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as messages
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as sharing_queries
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import worker

pytestmark = pytest.mark.django_db
WHOLE: dict[str, object] = {
    "contact_type": "crisis", "consent_to_talk": True, "presenting_needs": ["housing"],
    "behaviours": ["anxious"], "risks": ["none_seen"], "techniques": ["listening"], "force": "none",
    "injured": ["none"], "hold": "none", "transport": "shelter", "disposition": "connected",
}  # fmt: skip

SENSELESS: list[tuple[str, object]] = [
    ("transport", "rocket"), ("transport", ["shelter"]), ("risks", "x"), ("consent_to_talk", "yes"),
    ("shared_note", "x" * 20_001), ("shared_note", "a\x00b"), ("destination", 7), ("state", "closed"),
    ("started_at", "2020-01-01"), ("team", []), ("version", 1),
]  # fmt: skip


@dataclass
class Phone:
    """One worker's phone with its lease."""

    by: Actor
    device: UUID
    lease: Lease

    def send(self, *changes: dict[str, object], skew_ms: int = 0) -> list[actions.Answer]:
        return actions.sync(by=self.by, lease=self.lease, operations=changes, skew_ms=skew_ms)

    def said(self, *changes: dict[str, object], skew_ms: int = 0) -> list[str]:
        return [one.outcome for one in self.send(*changes, skew_ms=skew_ms)]


def phone_of(by: Actor) -> Phone:
    device = agencies.note_device(
        by=by, account=UUID(by.id), token=f"phone of {by.id}", device_class="phone", browser="Firefox"
    )
    given = actions.lease(by=by, device=device.id)
    return Phone(by, device.id, Lease.objects.get(id=given.id))


def change(kind: str, record: UUID | None, value: object = None, **more: object) -> dict[str, object]:
    return {"id": str(uuid4()), "kind": kind, "record": str(record) if record else None, "value": value,
            "at": clock.now().timestamp() * 1000, **more}  # fmt: skip


def put(record: UUID, field: str, value: object, base: int = 1, **more: object) -> dict[str, object]:
    return change("set", record, value, field=field, base=base, **more)


@dataclass
class Door:
    """An officer and a clinician at a door, each with a phone."""

    centre: Centre
    call: UUID
    officer: Phone
    clinician: Phone


@pytest.fixture(name="door")
def a_door() -> Door:
    centre = open_centre()
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    officer, clinician = centre.crews["CO1"]
    return Door(centre, call, phone_of(officer), phone_of(clinician))


def begun(door: Door) -> UUID:
    """A record that the clinician's phone opened without network."""
    record = uuid4()
    assert door.clinician.said(change("open", record, {"call": str(door.call)})) == ["applied"]
    return record


class TestOnce:
    """However often it comes."""

    def test_a_whole_record_in_one_batch_and_the_batch_again(self, door: Door) -> None:
        record = uuid4()
        batch = [change("open", record, {"call": str(door.call), "description": "Grey coat"})]
        batch += [put(record, name, value, base=0) for name, value in WHOLE.items()]
        batch += [put(record, "clinical_impression", "Acute stress.", base=0)]
        batch += [change("screen", record, {"instrument": "phq2", "answers": _answers("phq2")})]
        batch += [change("consent", record, _agreed(door)), change("close", record)]
        assert set(door.clinician.said(*batch)) == {"applied"}
        lines = JournalLine.objects.count()
        assert set(door.clinician.said(*batch)) == {"already"}
        assert set(door.clinician.said(*reversed(batch))) == {"already"}
        row = Encounter.objects.get()
        assert (row.id, row.state, row.clinical_impression) == (record, "closed", "Acute stress.")
        assert Assessment.objects.count() == 1 and row.person_id
        consents = sharing_queries.consents_in_force(row.person_id)
        assert {c.form for c in consents} == {"roi", "hipaa_auth"} and consents[0].signature
        assert JournalLine.objects.count() == lines, "nothing happened, so nothing is written"

    def test_the_same_change_twice_in_one_batch(self, door: Door) -> None:
        record = begun(door)
        one = put(record, "shared_note", "Calm.")
        assert door.clinician.said(one, one) == ["applied", "applied"]
        assert Operation.objects.filter(operation=one["id"]).count() == 1

    def test_the_database_itself_lets_an_operation_in_once(self, door: Door) -> None:
        begun(door)
        row = Operation.objects.get()
        row.id = uuid4()
        with pytest.raises(IntegrityError), transaction.atomic():
            Operation.objects.bulk_create([row])

    def test_an_id_of_somebody_else_tells_nothing(self, door: Door) -> None:
        record = begun(door)
        one = put(record, "shared_note", "Calm.")
        door.clinician.send(one)
        [answer] = door.officer.send({**one, "value": "Else"})
        assert (answer.outcome, answer.encounter) == ("refused", None)
        assert Encounter.objects.get().shared_note == "Calm."

    def test_the_act_and_its_operation_stand_or_fall_together(self, door: Door, monkeypatch) -> None:
        record = begun(door)
        one = put(record, "shared_note", "Calm.")
        monkeypatch.setattr(Operation.objects, "bulk_create", _fails)
        with pytest.raises(RuntimeError):
            door.clinician.send(one)
        monkeypatch.undo()
        assert Encounter.objects.get().shared_note == ""
        assert door.clinician.said(one) == ["applied"]

    def test_what_builds_on_something_that_has_not_come_waits(self, door: Door) -> None:
        record = uuid4()
        early = put(record, "shared_note", "Calm.", base=0)
        assert door.clinician.said(early) == ["waiting"] and not Operation.objects.exists()
        assert door.clinician.said(change("open", record, {}), early) == ["applied", "applied"]


def _fails(*_given: object, **_more: object) -> None:
    raise RuntimeError("the power went")


def _answers(code: str) -> dict[str, str]:
    return {item.id: item.options[-1].id for item in queries.instrument(code).items}


def _agreed(door: Door, **more: object) -> dict[str, object]:
    return {"what": ["referral_status"], "to": [str(door.centre.cast.agency["hmis_shelter"])], "days": 180,
            "signer": "Rosa Delgado", "way": "drawn", "signature": "M1 1L9 9", **more}  # fmt: skip


class TestVersions:
    """No answer is written over one that its writer had not seen."""

    def test_two_phones_one_question(self, door: Door) -> None:
        record = begun(door)
        assert door.officer.said(change("open", mine := uuid4(), {"call": str(door.call)})) == ["applied"]
        assert door.clinician.said(put(record, "shared_note", "Calm.")) == ["applied"]
        [answer] = door.officer.send(put(mine, "shared_note", "Shouting."))
        assert answer.outcome == "conflict" and answer.encounter == record, "the officer's id is an alias"
        assert Encounter.objects.get().shared_note == "Calm."
        [kept] = queries.divergences()
        assert (kept.field, str(kept.offered_by)) == ("shared_note", door.officer.by.id)
        permit = _permit(door.officer.by, record)
        assert queries.versions(permit) == {kept.id: ("Calm.", "Shouting.")}
        with pytest.raises(Conflict):
            actions.close_encounter(by=door.officer.by, encounter=record)

    @pytest.mark.parametrize(("keep", "stands"), [("offered", "Shouting."), ("standing", "Calm.")])
    def test_a_person_chooses_once(self, door: Door, keep: str, stands: str) -> None:
        record = begun(door)
        door.clinician.send(put(record, "shared_note", "Calm."))
        [answer] = door.officer.send(put(record, "shared_note", "Shouting."))
        choice = change("settle", record, {"divergence": str(answer.divergence), "keep": keep})
        assert door.officer.said(choice) == ["applied"]
        other = "standing" if keep == "offered" else "offered"
        assert door.clinician.said(
            change("settle", record, {"divergence": str(answer.divergence), "keep": other})
        ) == ["applied"], "the second choice finds it settled"
        assert Encounter.objects.get().shared_note == stands and not queries.divergences()
        row = Divergence.objects.get()
        assert (row.kept, row.offered, row.settled_by) == (keep, "Shouting.", door.officer.by.id)

    def test_the_same_words_are_no_conflict(self, door: Door) -> None:
        record = begun(door)
        door.clinician.send(put(record, "shared_note", "Calm."))
        assert door.officer.said(put(record, "shared_note", "Calm.")) == ["applied"]

    def test_ones_own_second_thought_is_none(self, door: Door) -> None:
        record = begun(door)
        first = put(record, "shared_note", "Calm.")
        second = put(record, "shared_note", "Calm, tired.", after=first["id"])
        assert door.clinician.said(first, second) == ["applied", "applied"]
        assert Encounter.objects.get().shared_note == "Calm, tired."

    def test_what_was_written_at_a_desk_counts(self, door: Door) -> None:
        record = begun(door)
        actions.record(by=door.officer.by, encounter=record, destination="Mercy")
        assert door.clinician.said(put(record, "destination", "Lantern")) == ["conflict"]
        assert door.clinician.said(put(record, "destination", "Lantern", base=2)) == ["applied"]

    def test_a_closed_record_is_amended_by_choice_alone(self, door: Door) -> None:
        record = begun(door)
        door.clinician.send(*[put(record, name, value) for name, value in WHOLE.items()])
        actions.close_encounter(by=door.clinician.by, encounter=record)
        [answer] = door.officer.send(put(record, "shared_note", "He left his keys.", base=99))
        assert answer.outcome == "conflict" and Encounter.objects.get().shared_note == ""
        assert answer.divergence
        actions.settle(by=door.officer.by, divergence=answer.divergence, keep="offered")
        row = Encounter.objects.get()
        assert row.shared_note == "He left his keys." and row.amendments.count() == 1

    def test_only_the_team_reads_and_chooses(self, door: Door) -> None:
        record = begun(door)
        door.clinician.send(put(record, "clinical_impression", "Grief."))
        medic = door.centre.crews["T1"][0]
        other = phone_of(medic)
        assert other.said(put(record, "shared_note", "x")) == ["refused"]
        door.clinician.send(put(record, "shared_note", "Calm."))
        [answer] = door.officer.send(put(record, "shared_note", "Loud."))
        assert answer.divergence
        for stranger in (medic, door.centre.desk):
            with pytest.raises(NotFound):
                actions.settle(by=stranger, divergence=answer.divergence, keep="offered")
        with pytest.raises(Invalid):
            actions.settle(by=door.officer.by, divergence=answer.divergence, keep="both")

    def test_the_clinical_part_is_no_more_read_in_two_versions(self, door: Door) -> None:
        record = begun(door)
        assert door.officer.said(put(record, "clinical_impression", "Drunk.")) == ["refused"]
        colleague = worker(door.centre.cast.agency["health"], "clinician")
        Encounter.objects.filter(id=record).update(
            team=[door.officer.by.id, door.clinician.by.id, colleague.id]
        )
        door.clinician.send(put(record, "clinical_impression", "Grief."))
        [answer] = phone_of(colleague).send(put(record, "clinical_impression", "Psychosis."))
        assert answer.outcome == "conflict" and answer.divergence
        assert queries.versions(_permit(door.officer.by, record)) == {}
        with pytest.raises(NotFound):
            actions.settle(by=door.officer.by, divergence=answer.divergence, keep="offered")
        actions.settle(by=door.clinician.by, divergence=answer.divergence, keep="standing")

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        edits=some.lists(
            some.tuples(some.booleans(), some.sampled_from(["shared_note", "destination"]),
                        some.integers(0, 4), some.booleans()),
            max_size=8,
        )
    )  # fmt: skip
    def test_every_answer_stands_or_is_kept_beside_what_stands(
        self, door: Door, edits: list[tuple[bool, str, int, bool]]
    ) -> None:
        """A plain second telling: the last seen writer wins, any other is kept and shown."""
        with transaction.atomic():
            record, stands, version = begun(door), {}, 1
            marks: dict[str, int] = {}
            kept: dict[tuple[str, bool], str] = {}
            for n, (is_officer, field, behind, twice) in enumerate(edits):
                base, text = max(1, version - behind), f"said {n}"
                phone = door.officer if is_officer else door.clinician
                one = put(record, field, text, base=base)
                outcome = phone.said(one)
                if twice:
                    phone.said(one)
                if marks.get(field, 0) <= base:
                    version += 1
                    stands[field], marks[field] = text, version
                    assert outcome == ["applied"]
                else:
                    kept[field, is_officer] = text
                    assert outcome == ["conflict"]
            row = Encounter.objects.get(id=record)
            assert all(getattr(row, field) == text for field, text in stands.items())
            offered = {
                (d.field, str(d.account) == door.officer.by.id): d.offered for d in row.divergences.all()
            }
            assert offered == kept
            transaction.set_rollback(True)


def _permit(by: Actor, record: UUID) -> dict[Subject, sharing.Permit]:
    about = Subject("encounter", record)
    answer = sharing.ask(by=by, category="encounter_narrative", purpose="emergency", about=about)
    assert isinstance(answer, sharing.Permit)
    return {about: answer}


class TestTimes:
    """The phone's clock is set right by what it measured, and never believed beyond reason."""

    def test_an_hour_of_skew(self, door: Door) -> None:
        record, hour = uuid4(), 3_600_000
        happened = clock.now() - timedelta(minutes=30)
        slow = happened.timestamp() * 1000 - hour
        door.clinician.send(change("open", record, {"call": str(door.call)}, at=slow), skew_ms=hour)
        assert abs(Encounter.objects.get().started_at - happened) < timedelta(seconds=1)

    def test_senseless_moments(self, door: Door) -> None:
        moments: list[object] = [9e18, -1, "now", None, True]
        for at in moments:
            door.clinician.send(change("open", uuid4(), {}, at=at))
        assert Encounter.objects.count() == len(moments)
        for row in Encounter.objects.all():
            assert clock.now() - timedelta(days=15) < row.started_at <= clock.now()

    def test_a_status_at_its_own_time_and_the_safety_timer(self, door: Door) -> None:
        unit = str(door.centre.units["CO1"])
        for status in ("enroute", "on_scene"):
            step = change("status", None, {"call": str(door.call), "unit": unit, "status": status})
            assert door.clinician.said(step) == ["applied"]
        assert messages.running().count() == 1
        assigned = call_queries.assignment_of(UUID(door.clinician.by.id))
        assert assigned and assigned.status == "on_scene"
        other = phone_of(door.centre.crews["T1"][0])
        step = change("status", None, {"call": str(door.call), "unit": unit, "status": "available"})
        assert other.said(step) == ["refused"]

    def test_a_call_for_help_that_waited(self, door: Door) -> None:
        assert door.officer.said(change("duress", None, {"lon": -121.6, "lat": 38.5})) == ["applied"]
        assert messages.open_duress().get().lon == -121.6
        assert door.officer.said(change("duress", None, {"lon": "here"})) == ["applied"]


class TestRefusals:
    """One bad change never holds up the others; nothing half is kept."""

    def test_values_that_no_field_takes(self, door: Door) -> None:
        record = begun(door)
        for field, value in SENSELESS:
            good = put(record, "language", "es")
            answers = door.clinician.send(put(record, field, value), good)
            assert sorted(a.outcome for a in answers) == ["applied", "refused"], field
            assert all(a.reason for a in answers if a.outcome == "refused")
        assert Encounter.objects.get().language == "es"

    def test_consents_that_are_none(self, door: Door) -> None:
        record = begun(door)
        wrong: list[object] = [None, {}, {"what": ["all"], "to": []}, {"days": 10_000}, [1], "x"]
        for value in wrong:
            assert door.clinician.said(change("consent", record, value)) == ["refused"]
        person = Encounter.objects.get().person_id
        assert person and not sharing_queries.consents_in_force(person).exists()

    def test_a_spoken_yes_needs_a_witness_here_too(self, door: Door) -> None:
        record = begun(door)
        assert door.clinician.said(change("consent", record, _agreed(door, way="verbal"))) == ["refused"]
        spoken = _agreed(door, way="verbal", witness="Officer Lee")
        assert door.clinician.said(change("consent", record, spoken)) == ["applied"]

    def test_a_name_typed_without_network_signs_and_another_s_does_not(self, door: Door) -> None:
        record, what = begun(door), ["sud_record"]
        for signature, said in (("", "refused"), ("M1 1L9 9", "refused"), ("Rosa Delgado", "applied")):
            typed = _agreed(door, what=what, way="typed", signature=signature)
            assert door.clinician.said(change("consent", record, typed)) == [said]

    def test_a_call_of_others_opens_nothing(self, door: Door) -> None:
        other = phone_of(door.centre.crews["T1"][0])
        assert other.said(change("open", uuid4(), {"call": str(door.call)})) == ["refused"]
        assert other.said(change("open", begun(door), {})) == ["refused"]

    def test_batches_that_cannot_be_read(self, door: Door) -> None:
        batches: list[list[object]] = [["x"], [{"kind": "set"}], [{"id": "1"}], [{}] * 501]
        for batch in batches:
            with pytest.raises(Invalid):
                actions.sync(by=door.officer.by, lease=door.officer.lease, operations=batch)

    def test_a_person_named_without_network(self, door: Door) -> None:
        record = begun(door)
        named = change("person", record, {"given": "Rosa", "family": "Delgado", "born": "1984-03-09"})
        assert door.clinician.said(named, named) == ["applied", "applied"]
        for wrong in ({"given": ""}, {"given": "R", "born": "soon"}):
            assert door.clinician.said(change("person", record, wrong)) == ["refused"]

    def test_anothers_lease_sends_nothing(self, door: Door) -> None:
        with pytest.raises(NotFound):
            actions.sync(by=door.officer.by, lease=door.clinician.lease, operations=[])


class TestLeases:
    """Given for a shift; proven by a token; the key comes back to send what was kept, not to a lost phone."""

    def test_one_a_shift_and_never_longer_than_it(self, door: Door) -> None:
        again = actions.lease(by=door.officer.by, device=door.officer.device)
        assert again.id == door.officer.lease.id and len(again.key) == 32
        assert again.expires_at <= clock.now() + timedelta(hours=6)
        with clock.at(clock.now() + timedelta(hours=7)):
            after = actions.lease(by=door.officer.by, device=door.officer.device)
            assert after.id != again.id and after.key != again.key
            assert after.expires_at == clock.now() + timedelta(hours=12)
            earlier = actions.earlier_lease(by=door.officer.by, device=door.officer.device, lease=again.id)
            assert earlier.key == again.key
        assert actions.end_lease(by=door.officer.by, device=door.officer.device) == 2

    def test_nobody_elses_and_not_a_lost_ones(self, door: Door) -> None:
        with pytest.raises(NotFound):
            actions.lease(by=door.officer.by, device=door.clinician.device)
        with pytest.raises(NotFound):
            actions.earlier_lease(
                by=door.officer.by, device=door.officer.device, lease=door.clinician.lease.id
            )
        agencies.revoke_device(by=door.officer.by, device=door.officer.device, reason="Lost")
        for act in (
            lambda: actions.lease(by=door.officer.by, device=door.officer.device),
            lambda: actions.earlier_lease(
                by=door.officer.by, device=door.officer.device, lease=door.officer.lease.id
            ),
        ):
            with pytest.raises(NotFound):
                act()

    @given(some.text(max_size=80))
    def test_no_other_text_is_a_token(self, text: str) -> None:
        assert lease_of(text) is None

    def test_a_token_proves_its_lease_and_no_other(self, door: Door) -> None:
        lease = door.officer.lease.id
        assert lease_of(token_of(lease)) == lease and actions.proven(token_of(lease)).id == lease
        mixed = f"{door.clinician.lease.id}.{token_of(lease).partition('.')[2]}"
        for wrong in (mixed, token_of(uuid4())):
            with pytest.raises(NotFound):
                actions.proven(wrong)
        assert key_of(lease) not in (key_of(door.clinician.lease.id), bytes.fromhex(token_of(lease)[37:]))


class TestLostPhones:
    """What a shut-out phone sends is held, sealed, until a keeper decides; never applied by itself."""

    def lost(self, door: Door) -> tuple[UUID, list[dict[str, object]]]:
        record = begun(door)
        agencies.revoke_device(by=door.clinician.by, device=door.clinician.device, reason="Lost on the bus")
        assert actions.is_cut_off(door.clinician.lease)
        return record, [put(record, "shared_note", "Calm."), put(record, "language", "es")]

    def hold(self, door: Door, batch: list[dict[str, object]]) -> list[str]:
        found = actions.quarantine(by=door.clinician.by, lease=door.clinician.lease, operations=batch)
        return [one.outcome for one in found]

    def test_held_once_sealed_and_released_as_the_workers_own(self, door: Door) -> None:
        record, batch = self.lost(door)
        lease = door.clinician.lease
        sealed = [
            {"id": b["id"], "sealed": close_up(lease.id, UUID(str(b["id"])), b, b"n" * 12)} for b in batch
        ]
        assert self.hold(door, sealed) == ["quarantined"] * 2 == self.hold(door, batch)
        assert Held.objects.count() == 2 and Encounter.objects.get().shared_note == ""
        assert "Calm" not in json.dumps(list(Held.objects.values_list("sealed", flat=True)))
        keeper = worker(door.centre.cast.agency["health"], "administrator")
        [waiting] = queries.held_phones(keeper)
        assert (waiting.lease, waiting.changes) == (lease.id, 2)
        answers = actions.release_held(by=keeper, lease=lease.id, why="Handed in at the front desk")
        assert [a.outcome for a in answers] == ["applied"] * 2
        row = Encounter.objects.get(id=record)
        assert (row.shared_note, row.language) == ("Calm.", "es") and not queries.held_phones(keeper)
        assert set(self.hold(door, batch)) == {"already"}
        written = JournalLine.objects.filter(kind="encounters.recorded").latest("id")
        decided = JournalLine.objects.get(kind="encounters.held_decided")
        assert (written.actor, decided.actor) == (door.clinician.by.id, keeper.id)

    def test_discarded_with_a_reason_and_kept_all_the_same(self, door: Door) -> None:
        _record, batch = self.lost(door)
        self.hold(door, batch)
        keeper = worker(door.centre.cast.agency["health"], "administrator")
        lease = door.clinician.lease.id
        with pytest.raises(Invalid):
            actions.discard_held(by=keeper, lease=lease, why=" ")
        assert actions.discard_held(by=keeper, lease=lease, why="Typed by a thief") == 2
        assert Encounter.objects.get().shared_note == "" and Held.objects.count() == 2
        with pytest.raises(NotFound):
            actions.release_held(by=keeper, lease=lease, why="No, after all")

    def test_what_this_phone_did_not_seal_is_not_held(self, door: Door) -> None:
        _record, batch = self.lost(door)
        one = UUID(str(batch[0]["id"]))
        for sealed in ("", "####", close_up(door.officer.lease.id, one, batch[0], b"n" * 12)):
            with pytest.raises(Invalid):
                self.hold(door, [{"id": str(one), "sealed": sealed}])
        assert not Held.objects.exists()

    def test_others_neither_see_nor_decide(self, door: Door) -> None:
        """Nor does a keeper of another agency."""
        self.hold(door, self.lost(door)[1])
        cast = door.centre.cast
        others = [cast[role] for role in ("supervisor", "clinician", "records_steward", "case_manager")]
        for by in (*others, worker(cast.agency["police"], "administrator")):
            assert queries.held_phones(by) == []
            with pytest.raises(NotFound):
                actions.release_held(by=by, lease=door.clinician.lease.id, why="Curious")

    @given(some.dictionaries(some.text(max_size=8), some.text(max_size=20), max_size=4), some.uuids())
    def test_what_is_sealed_opens_to_the_same(self, told: dict[str, str], operation: UUID) -> None:
        lease = UUID(int=7)
        assert opened(lease, operation, close_up(lease, operation, told, b"x" * 12)) == told
