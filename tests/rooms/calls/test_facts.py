"""Who may read what of a call, and what a wrong permit opens: nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.translation import override

from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.labels import CATEGORIES
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import PermitMismatch
from commonweal.sharing import actions as sharing
from factories.calls import CALM, TROUBLED, Centre
from factories.cast import agree, someone

CREWLESS = (
    "patrol_officer cit_officer clinician crisis_worker case_manager shelter_worker prosecutor analyst "
    "program_manager evaluator victim_advocate administrator training_coordinator records_steward"
).split()


def answer(actor: Actor, about: Subject, purpose: str = "emergency") -> sharing.Answer:
    """The gate's answer on the facts of a call."""
    return sharing.ask(by=actor, category="call_facts", purpose=purpose, about=about)


def permit(actor: Actor, about: Subject, purpose: str = "emergency") -> sharing.Permit:
    """The permit, where there is one."""
    found = answer(actor, about, purpose)
    assert isinstance(found, sharing.Permit)
    return found


class TestRefusals:
    """Stranger, wrong role, wrong purpose, no permit."""

    @pytest.mark.parametrize("role", CREWLESS)
    def test_nobody_who_is_not_on_the_call_reads_it(self, bare: Centre, role: str) -> None:
        """Whatever the purpose that is claimed."""
        about = Subject("call", bare.call(CALM))
        purposes = (
            "emergency",
            "enforcement",
            "treatment",
            "care_coordination",
            "evaluation",
            "oversight_audit",
        )
        for purpose in purposes:
            assert not answer(bare.cast[role], about, purpose).fields

    @pytest.mark.parametrize("purpose", ["enforcement", "evaluation", "treatment", "", "curiosity"])
    def test_the_centre_reads_it_for_the_emergency_alone(self, bare: Centre, purpose: str) -> None:
        """A dispatcher has no other purpose."""
        assert not answer(bare.desk, Subject("call", bare.call(CALM)), purpose).fields

    def test_the_public_sees_kind_time_and_block(self, bare: Centre) -> None:
        """No number, no door, no name."""
        about = Subject("call", bare.call(CALM))
        shown = queries.facts({about: permit(STRANGER, about, "public_reporting")})[0]
        assert shown["nature"] == "Welfare check" and str(shown["block_address"]).startswith("400 block")
        for field in ("incident_number", "exact_address", "units", "caller_name", "caller_phone"):
            assert shown[field] is None and field in shown.withheld

    def test_a_partner_in_an_agreement_gets_no_more_by_it(self, bare: Centre) -> None:
        """Unless a clause says so."""
        about = Subject("call", bare.call(CALM))
        worker = bare.cast["case_manager"]
        assert not answer(worker, about, "care_coordination").fields
        clause = {
            "text": "Case managers learn that a call was made.", "category": "call_facts",
            "fields": ["nature", "time"], "roles": ["case_manager"], "purposes": ["care_coordination"],
        }  # fmt: skip
        agree(bare.cast, [bare.cast.agency["ecc"], bare.cast.agency["social_service"]], (clause,))
        assert answer(worker, about, "care_coordination").fields == {"nature", "time"}

    def test_a_call_that_does_not_exist_looks_like_one_that_may_not_be_seen(self, bare: Centre) -> None:
        """To the public, to the letter."""
        unknown = answer(STRANGER, Subject("call", uuid4()), "public_reporting")
        hidden = bare.call(source="lifeline_988")
        refused = answer(STRANGER, Subject("call", hidden), "public_reporting")
        assert isinstance(unknown, sharing.Refusal) and isinstance(refused, sharing.Refusal)
        assert unknown.why == refused.why and not refused.acknowledged

    def test_every_refusal_and_every_permit_is_in_the_journal(self, bare: Centre) -> None:
        """Before anything is read."""
        about = Subject("call", bare.call(CALM))
        before = clock.now()
        answer(bare.desk, about)
        answer(bare.cast["analyst"], about)
        kinds = [line.kind for line in lines_about(about) if line.at >= before]
        assert kinds == ["sharing.read", "sharing.refused"]


def lines_about(about: Subject) -> list[JournalLine]:
    """Decisions of the gate on a subject, in order."""
    return list(JournalLine.objects.filter(subject=str(about.id), kind__startswith="sharing.").order_by("id"))


class TestPermits:
    """A permit opens one record and one category."""

    def test_of_another_call_opens_nothing(self, bare: Centre) -> None:
        """A fault of the programme, loudly."""
        one, other = Subject("call", bare.call(CALM)), Subject("call", bare.call(CALM))
        given = permit(bare.desk, one)
        for read in (queries.notes, queries.sheet, queries.changes, queries.person_of):
            with pytest.raises(PermitMismatch):
                read(other.id, permit=given)
        with pytest.raises(PermitMismatch):
            queries.facts({other: given})

    def test_of_another_category_opens_nothing(self, centre: Centre) -> None:
        """A safety permit is no call permit."""
        person, record = someone(centre.cast)
        call = centre.call(TROUBLED)
        calls.identify(by=centre.desk, call=call, person=person)
        given = sharing.ask(by=centre.desk, category="identity", purpose="emergency", about=record)
        assert isinstance(given, sharing.Permit)
        with pytest.raises(PermitMismatch):
            queries.notes(call, permit=given)

    def test_without_the_nature_nothing_that_was_said_is_shown(self, bare: Centre) -> None:
        """A shelter worker on a call sees its number and units, not its story."""
        call = bare.call(CALM, words="She said that she is afraid of him.")
        about = Subject("call", call)
        helper = bare.cast["privacy_officer"]
        given = permit(helper, about, "oversight_audit")
        assert given.fields == {"incident_number", "time"}
        assert queries.notes(call, permit=given) == [] and queries.changes(call, permit=given) == []
        sheet = queries.sheet(call, permit=given)
        assert (sheet.asked, sheet.outcome, sheet.person, sheet.notes) == (None, None, None, ())
        assert sheet.view.id == call and sheet.facts.get("nature") is None
        assert queries.person_of(call, permit=given) is None

    def test_every_field_of_the_category_is_answered(self, bare: Centre) -> None:
        """None is forgotten in the shape that leaves the room."""
        about = Subject("call", bare.call(CALM))
        shown = queries.facts({about: permit(bare.desk, about)})[0]
        assert set(shown) | set(shown.withheld) == CATEGORIES["call_facts"]

    def test_the_order_of_the_permits_is_kept(self, bare: Centre) -> None:
        """And unknown ids are left out."""
        about = [Subject("call", bare.call(CALM)) for _ in range(3)][::-1]
        given = {subject: permit(bare.desk, subject) for subject in about}
        assert [shown.subject for shown in queries.facts(given)] == about

    def test_a_place_without_point_is_words(self, bare: Centre) -> None:
        """And prints as them."""
        call = bare.call(CALM, where=calls.Where(address="12 Elm St", extra="back door"))
        about = Subject("call", call)
        spot = queries.facts({about: permit(bare.desk, about)})[0]["exact_address"]
        assert isinstance(spot, queries.Spot)
        assert (str(spot), spot.extra, spot.lon, bool(spot)) == ("12 Elm St", "back door", None, True)
        assert not queries.Spot("")


class TestTime:
    """What opens today closes on its day."""

    def test_the_centre_reads_for_three_days_after_the_end(self, bare: Centre) -> None:
        """And not an hour more."""
        call = bare.call(CALM)
        calls.clear(by=bare.desk, call=call, is_behavioural_health=True)
        about = Subject("call", call)
        with clock.at(clock.now() + timedelta(hours=71)):
            assert "caller_name" in answer(bare.desk, about).fields
        with clock.at(clock.now() + timedelta(hours=73)):
            assert not answer(bare.desk, about).fields
            assert answer(STRANGER, about, "public_reporting").fields == {"nature", "time", "block_address"}

    def test_the_nature_is_said_in_the_readers_language(self, bare: Centre) -> None:
        """From one vocabulary."""
        about = Subject("call", bare.call(CALM))
        with override("es"):
            spanish = queries.facts({about: permit(bare.desk, about)})[0]["nature"]
        assert spanish == queries.all_natures("es")["welfare_check"] != "Welfare check"
