"""A call comes in: numbered, placed, held, tied; then described, identified, handed on."""

from datetime import timedelta
from uuid import uuid4

import pytest

from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.calls.events import CallReceived, PersonIdentified
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.sharing import actions as sharing
from factories.calls import TROUBLED, Centre
from factories.cast import someone, worker


def fields(actor: Actor, about: Subject, category: str = "call_facts") -> frozenset[str]:
    """What the gate opens for an emergency."""
    return sharing.ask(by=actor, category=category, purpose="emergency", about=about).fields


def facts(centre: Centre, call: object) -> dict[str, object]:
    """What the call taker reads."""
    about = Subject("call", call)  # type: ignore[arg-type]
    permit = sharing.ask(by=centre.desk, category="call_facts", purpose="emergency", about=about)
    assert isinstance(permit, sharing.Permit)
    shown = queries.facts({about: permit})[0]
    return {name: shown.get(name) for name in shown}


class TestReceiving:
    """From the first word."""

    def test_it_is_numbered_in_its_year_and_centre(self, bare: Centre) -> None:
        """Without gaps, each centre for itself."""
        first, second = (facts(bare, bare.call())["incident_number"] for _ in range(2))
        year = clock.now().year % 100
        assert (first, second) == (f"{year:02d}-000001", f"{year:02d}-000002")
        with clock.at(clock.now() + timedelta(days=366)):
            assert str(facts(bare, bare.call())["incident_number"]).endswith("-000001")

    def test_place_caller_and_words_are_kept(self, bare: Centre) -> None:
        """To the door for those on the call, to the block for the list."""
        call = bare.call(words="She is walking in the road.")
        found = facts(bare, call)
        assert str(found["exact_address"]) == "412 Cedar Ave" and found["caller_name"] == "Ana Torres"
        assert str(found["block_address"]) == "400 block of Cedar Ave"
        assert found["nature"] == "Welfare check"
        about = Subject("call", call)
        permit = sharing.ask(by=bare.desk, category="call_facts", purpose="emergency", about=about)
        assert isinstance(permit, sharing.Permit)
        assert [line.text for line in queries.notes(call, permit=permit)] == ["She is walking in the road."]

    def test_it_is_announced_by_id_alone(self, bare: Centre) -> None:
        """No name, no address in the journal."""
        call = bare.call()
        line = JournalLine.objects.get(kind=CallReceived.kind)
        assert line.subject == str(call) and line.actor == bare.desk.id
        assert "Torres" not in str(line.data) and "Cedar" not in str(line.data)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"source": "telegraph"}, "source"),
            ({"nature": "alien_landing"}, "nature"),
            ({"where": calls.Where(address="1 A St", lon=1.0)}, "lat"),
            ({"where": calls.Where(lat=1.0)}, "lon"),
            ({"where": calls.Where(lon=500.0, lat=1.0)}, "longitude"),
            ({"caller": calls.Caller(role="king")}, "caller.role"),
        ],
    )
    def test_what_makes_no_sense_is_refused_by_name(
        self, bare: Centre, given: dict[str, object], field: str
    ) -> None:
        """And nothing is stored."""
        with pytest.raises(Invalid) as refused:
            bare.call(**given)
        assert refused.value.field == field and not queries.open_calls()

    def test_a_call_needs_a_centre(self, bare: Centre) -> None:
        """The public cannot make one."""
        with pytest.raises(Invalid, match="centre"):
            calls.receive(by=STRANGER, source="911")

    def test_everybody_at_the_centre_sees_it_and_another_centre_does_not(self, bare: Centre) -> None:
        """The whole room works on it."""
        about = Subject("call", bare.call())
        colleague = worker(bare.cast.agency["ecc"], "call_taker", "night.shift")
        stranger = worker(bare.cast.agency["lifeline_988"], "call_taker", "elsewhere")
        assert all("caller_phone" in fields(who, about) for who in (colleague, bare.cast["supervisor"]))
        assert not fields(stranger, about)

    def test_a_lifeline_call_opens_only_to_a_threat_to_life(self, bare: Centre) -> None:
        """And the claim is reviewed."""
        about = Subject("call", bare.call(source="lifeline_988"))
        assert not fields(bare.desk, about)
        said = sharing.Circumstances(imminent_threat=True)
        answer = sharing.ask(
            by=bare.desk, category="call_facts", purpose="emergency", about=about, circumstances=said
        )
        assert "caller_name" in answer.fields and "post_review" in answer.obligations


class TestAfterwards:
    """What is learned while it goes on."""

    def test_the_first_to_answer_is_stamped_once(self, bare: Centre) -> None:
        """A second hand on the same call changes nothing."""
        call = bare.call()
        calls.pick_up(by=bare.desk, call=call)
        first = facts(bare, call)["time"]
        with clock.at(clock.now() + timedelta(minutes=1)):
            calls.pick_up(by=bare.cast["supervisor"], call=call)
        assert facts(bare, call)["time"] == first

    def test_a_better_place_replaces_the_first(self, bare: Centre) -> None:
        """Cell and block follow."""
        call = bare.call()
        calls.locate(by=bare.desk, call=call, where=calls.Where(address="77 Oak St", lon=-121.5, lat=38.4))
        found = facts(bare, call)
        assert str(found["block_address"]) == "0 block of Oak St"
        calls.locate(by=bare.desk, call=call, where=calls.Where(address="somewhere by the river"))
        spot = facts(bare, call)["exact_address"]
        assert isinstance(spot, queries.Spot) and spot.lon is None and str(spot) == "somewhere by the river"

    def test_another_language_asks_for_an_interpreter(self, bare: Centre) -> None:
        """And the call says so to triage."""
        call = bare.call(TROUBLED, caller=calls.Caller(language="es"))
        outcome = calls.answer(by=bare.desk, call=call, answers={})
        assert "interpreter" in outcome.requires

    def test_needs_come_and_go(self, bare: Centre) -> None:
        """Unknown ones are refused by name."""
        call = bare.call()
        found = calls.weigh(by=bare.desk, call=call, needs={"minor": True, "veteran": True})
        assert found.needs == {"minor": True, "veteran": True}
        assert calls.weigh(by=bare.desk, call=call, needs={"minor": None}).needs == {"veteran": True}
        with pytest.raises(Invalid, match="criminal"):
            calls.weigh(by=bare.desk, call=call, needs={"criminal_record": True})

    def test_an_empty_note_is_refused_and_a_late_one_is_kept(self, bare: Centre) -> None:
        """What is remembered after the call belongs to it too."""
        call = bare.call()
        with pytest.raises(Invalid):
            calls.note(by=bare.desk, call=call, text="   ")
        calls.cancel(by=bare.desk, call=call, reason="misdialled")
        assert calls.note(by=bare.desk, call=call, text="Called back: all well.").call_id == call

    def test_a_call_that_has_ended_takes_nothing_more(self, bare: Centre) -> None:
        """It says how it ended."""
        call = bare.call()
        calls.cancel(by=bare.desk, call=call, reason="hang-up")
        for act in (
            lambda: calls.pick_up(by=bare.desk, call=call),
            lambda: calls.weigh(by=bare.desk, call=call, needs={}),
            lambda: calls.answer(by=bare.desk, call=call, answers={}),
            lambda: calls.dispatch(by=bare.desk, call=call),
            lambda: calls.clear(by=bare.desk, call=call, is_behavioural_health=False),
        ):
            with pytest.raises(Conflict, match="cancelled"):
                act()

    def test_an_unknown_call_is_not_found(self, bare: Centre) -> None:
        """Whatever is asked of it."""
        with pytest.raises(NotFound):
            calls.note(by=bare.desk, call=uuid4(), text="hello")
        with pytest.raises(NotFound):
            queries.call_of(uuid4())


class TestThePerson:
    """Known at last."""

    def test_naming_the_person_opens_their_identity_to_the_centre(self, bare: Centre) -> None:
        """While the call is on, and not before."""
        call = bare.call()
        person, record = someone(bare.cast)
        assert "name" not in fields(bare.desk, record, "identity")
        calls.identify(by=bare.desk, call=call, person=person)
        assert "name" in fields(bare.desk, record, "identity")
        assert JournalLine.objects.filter(kind=PersonIdentified.kind, subject=str(call)).count() == 1
        calls.identify(by=bare.desk, call=call, person=person)
        assert JournalLine.objects.filter(kind=PersonIdentified.kind).count() == 1

    def test_the_crew_on_the_way_is_tied_too(self, centre: Centre) -> None:
        """Named after dispatch, known before arrival."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        person, record = someone(centre.cast)
        clinician = centre.crews["CO1"][1]
        assert "name" not in fields(clinician, record, "identity")
        calls.identify(by=centre.desk, call=call, person=person)
        assert "name" in fields(clinician, record, "identity")

    def test_a_person_who_was_merged_is_known_by_the_survivor(self, bare: Centre) -> None:
        """The call points to who they are now."""
        one, left = someone(bare.cast)
        two, right = someone(bare.cast, agency="health")
        people.link(by=bare.cast["records_steward"], left=left.id, right=right.id)
        lost = next(p for p in (one, two) if people_queries.survivor(p) != p)
        found = calls.identify(by=bare.desk, call=bare.call(), person=lost)
        assert found.person_id == people_queries.survivor(lost)

    def test_an_unknown_person_is_not_found(self, bare: Centre) -> None:
        """No dangling names."""
        with pytest.raises(NotFound):
            calls.identify(by=bare.desk, call=bare.call(), person=uuid4())

    def test_a_second_call_within_three_days_counts(self, bare: Centre) -> None:
        """The clinician by phone becomes somebody at the door."""
        person, _ = someone(bare.cast)
        calm = {**TROUBLED, "suicide": "none", "distress": "upset", "contact": "phone"}
        first = bare.call(calm)
        calls.identify(by=bare.desk, call=first, person=person)
        assert queries.call_of(first).tier == "T4"
        with clock.at(clock.now() + timedelta(hours=30)):
            again = bare.call()
            calls.identify(by=bare.desk, call=again, person=person)
            outcome = calls.answer(by=bare.desk, call=again, answers=calm)
        assert outcome.tier == "T3" and "seen_recently" in {rule.id for rule in outcome.fired}


class TestHandingOn:
    """The caller goes to another line."""

    def test_a_taken_transfer_ends_the_call_here(self, bare: Centre) -> None:
        """As transferred."""
        call = bare.call()
        row = calls.transfer(by=bare.desk, call=call, partner="lifeline_988")
        assert queries.call_of(call).is_open and row.is_accepted is None
        calls.settle_transfer(by=bare.desk, transfer=row.id, is_accepted=True)
        assert queries.call_of(call).state == "transferred"

    def test_one_that_nobody_takes_stays(self, bare: Centre) -> None:
        """And one that came from elsewhere, too."""
        call = bare.call()
        refused = calls.transfer(by=bare.desk, call=call, partner="211")
        calls.settle_transfer(by=bare.desk, transfer=refused.id, is_accepted=False)
        taken = calls.transfer(by=bare.desk, call=call, partner="lifeline_988", is_inbound=True)
        assert taken.is_accepted and queries.call_of(call).is_open

    def test_one_with_a_unit_on_the_way_stays_until_it_is_done(self, centre: Centre) -> None:
        """Somebody still comes."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        row = calls.transfer(by=centre.desk, call=call, partner="lifeline_988")
        calls.settle_transfer(by=centre.desk, transfer=row.id, is_accepted=True)
        assert queries.call_of(call).is_open

    def test_unknown_partners_and_transfers_are_refused(self, bare: Centre) -> None:
        """By name."""
        with pytest.raises(Invalid, match="lifeline_988"):
            calls.transfer(by=bare.desk, call=bare.call(), partner="the moon")
        with pytest.raises(NotFound):
            calls.settle_transfer(by=bare.desk, transfer=uuid4(), is_accepted=True)
