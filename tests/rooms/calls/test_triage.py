"""Answers become a tier; protocols are data that two people sign."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal import packs
from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.calls.events import CallTriaged
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from factories.calls import CALM, GRAVE, TROUBLED, Centre, open_centre
from factories.cast import SETUP, gather, worker

SHIPPED = ("denver", "eugene", "harlow", "harris_county", "illinois", "los_angeles")


def body(code: str = "harlow", **changes: Any) -> dict[str, Any]:
    """A shipped protocol's body, changed."""
    found: Any = copy.deepcopy(packs.read(f"protocols/{code}.yaml"))
    return {**found, **changes}


class TestAnswering:
    """One question at a time."""

    def test_nothing_known_counts_as_the_worst(self, bare: Centre) -> None:
        """The first answer already has a tier, and it is not settled."""
        call = bare.call()
        outcome = calls.answer(by=bare.desk, call=call, answers={"weapon": "none"})
        view = queries.call_of(call)
        assert outcome.tier == view.tier == "T0" and not view.is_settled and view.state == "triaged"

    def test_answers_are_added_and_taken_back(self, bare: Centre) -> None:
        """Taking one back raises the tier again."""
        call = bare.call(TROUBLED)
        assert queries.call_of(call).tier == "T2"
        assert calls.answer(by=bare.desk, call=call, answers={"suicide": None}).tier == "T0"
        assert calls.answer(by=bare.desk, call=call, answers={"suicide": "thoughts"}).tier == "T3"

    def test_not_known_is_an_answer_and_lowers_nothing(self, bare: Centre) -> None:
        """It is asked no more, and counts as the worst."""
        call = bare.call(CALM)
        outcome = calls.answer(by=bare.desk, call=call, answers={"weapon": "unknown"})
        assert outcome.tier == "T0" and "weapon" not in outcome.missing

    @pytest.mark.django_db
    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def test_unknown_never_lowers_whatever_was_said(self, data: st.DataObject) -> None:
        """For every shipped protocol: making one answer unknown never gives a less urgent tier."""
        protocol = queries.find_protocol(data.draw(st.sampled_from(SHIPPED)))
        given_ = {q.id: data.draw(st.sampled_from([a.id for a in q.answers])) for q in protocol.questions}
        blurred = {**given_, data.draw(st.sampled_from(sorted(given_))): "unknown"}
        known, unknown = (queries.replayed(protocol, answers).tier for answers in (given_, blurred))
        assert unknown <= known

    @pytest.mark.parametrize("answers", [{"colour": "red"}, {"weapon": "spoon"}])
    def test_questions_and_answers_that_do_not_exist_are_refused(
        self, bare: Centre, answers: dict[str, str]
    ) -> None:
        """And nothing is kept of them."""
        call = bare.call(CALM)
        with pytest.raises(Invalid):
            calls.answer(by=bare.desk, call=call, answers=answers)
        assert queries.call_of(call).tier == "T3"

    def test_closing_the_questions_puts_the_call_in_the_queue(self, bare: Centre) -> None:
        """With the moments stamped."""
        call = bare.call(CALM)
        calls.triage(by=bare.desk, call=call)
        assert queries.call_of(call).state == "queued"
        last = JournalLine.objects.filter(kind=CallTriaged.kind).last()
        assert last is not None and last.data["because"] == "closed"

    def test_with_nobody_on_duty_availability_is_not_weighed(self, bare: Centre) -> None:
        """An empty roster says nothing about tonight."""
        assert queries.call_of(bare.call(CALM)).tier == "T3"

    def test_a_busy_civilian_team_means_the_next_response_up(self, centre: Centre) -> None:
        """Never down."""
        calls.dispatch(by=centre.desk, call=centre.call(CALM))
        outcome = calls.answer(by=centre.desk, call=centre.call(CALM), answers={})
        assert outcome.tier == "T2" and "civilian_team_off" in {rule.id for rule in outcome.fired}

    def test_a_wish_for_no_police_is_heard_unless_a_gate_forbids(self, centre: Centre) -> None:
        """The person's own word first."""
        call = centre.call(TROUBLED)
        calls.weigh(by=centre.desk, call=call, needs={"asks_no_police": True})
        assert calls.answer(by=centre.desk, call=call, answers={}).tier == "T3"
        assert calls.answer(by=centre.desk, call=call, answers={"weapon": "hand"}).tier == "T1"


class TestByHand:
    """A person may know better; they say why."""

    def test_an_override_stays_whatever_is_answered_later(self, bare: Centre) -> None:
        """Until it is overridden again."""
        call = bare.call(CALM)
        calls.override(by=bare.desk, call=call, tier="T1", reason="shouting in the background")
        calls.answer(by=bare.desk, call=call, answers={"distress": "calm"})
        view = queries.call_of(call)
        assert (view.tier, view.response) == ("T1", "police_cit")
        assert view.is_overridden and view.is_settled

    @pytest.mark.parametrize(("tier", "reason"), [("T1", ""), ("T1", "  x "), ("T9", "because I say so")])
    def test_without_a_reason_or_a_tier_it_is_refused(self, bare: Centre, tier: str, reason: str) -> None:
        """And nothing changes."""
        call = bare.call(CALM)
        with pytest.raises(Invalid):
            calls.override(by=bare.desk, call=call, tier=tier, reason=reason)
        assert queries.call_of(call).tier == "T3"

    def test_the_scene_may_send_it_down(self, centre: Centre) -> None:
        """And supervisors hear of it by the event."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        calls.reassess(by=centre.crews["CO1"][1], call=call, tier="T4", reason="calm, wants to talk")
        last = JournalLine.objects.filter(kind=CallTriaged.kind).last()
        assert last is not None and last.data == {
            "call": str(call), "tier": "T4", "because": "scene", "asked": [],
        }  # fmt: skip

    def test_a_tier_that_the_protocol_lacks_keeps_a_response(self, db: None) -> None:
        """Denver has no T4; a supervisor may still choose it."""
        centre = open_centre(protocol="denver", staffed=False)
        call = centre.call()
        view = calls.override(by=centre.desk, call=call, tier="T4", reason="988 has her on the line")
        assert (view.tier, view.response) == ("T4", "remote_clinician")

    def test_the_flag_stands_twice_with_its_history(self, bare: Centre) -> None:
        """At intake and at clearance."""
        call = bare.call(CALM)
        calls.clear(by=bare.desk, call=call, is_behavioural_health=False, reason="it was a lost dog")
        calls.recode(by=bare.desk, call=call, is_behavioural_health=True, reason="read the notes again")
        about = Subject("call", call)
        permit = sharing.ask(by=bare.desk, category="call_facts", purpose="emergency", about=about)
        assert isinstance(permit, sharing.Permit)
        flags = [c.became for c in queries.changes(call, permit=permit) if c.field == "is_bh_cleared"]
        assert flags == ["False", "True"]
        found = queries.sheet(call, permit=permit).asked
        assert found is not None and (found.is_bh_intake, found.is_bh_cleared) == (True, True)


class TestProtocols:
    """Two people, one day, one centre."""

    def supervisors(self) -> tuple[Any, Actor, Actor]:
        """A cast and two who may sign."""
        cast = gather(partners=False)
        return cast, cast["supervisor"], worker(cast.agency["ecc"], "supervisor", "second")

    def test_all_six_ship_and_loading_again_adds_nothing(self, db: None) -> None:
        """Idempotent."""
        first = calls.load_protocols(by=SETUP)
        assert tuple(v.code for v in first) == SHIPPED
        assert [v.id for v in calls.load_protocols(by=SETUP)] == [v.id for v in first]
        assert not any(calls.faults(version=v.id) for v in first)

    def test_one_signature_is_not_enough_and_nobody_signs_twice(self, db: None) -> None:
        """The second is another person."""
        cast, one, two = self.supervisors()
        version = calls.draft_protocol(by=SETUP, body=body())
        calls.approve_protocol(by=one, version=version.id)
        with pytest.raises(Conflict, match="second person"):
            calls.approve_protocol(by=one, version=version.id)
        with pytest.raises(Conflict, match="Two supervisors"):
            calls.adopt_protocol(by=one, agency=cast.agency["ecc"], code="harlow")
        calls.approve_protocol(by=two, version=version.id)
        calls.adopt_protocol(by=one, agency=cast.agency["ecc"], code="harlow")
        found = queries.adopted_by(cast.agency["ecc"])
        assert found is not None and found.id == version.id

    @pytest.mark.parametrize("role", ["call_taker", "administrator", "patrol_officer", "analyst"])
    def test_only_supervisors_sign_and_adopt(self, db: None, role: str) -> None:
        """Not even the administrator."""
        cast = gather(partners=False)
        version = calls.draft_protocol(by=SETUP, body=body())
        with pytest.raises(Invalid, match="supervisor"):
            calls.approve_protocol(by=cast[role], version=version.id)
        with pytest.raises(Invalid, match="supervisor"):
            calls.adopt_protocol(by=cast[role], agency=cast.agency["ecc"], code="harlow")

    def test_a_version_is_never_changed(self, db: None) -> None:
        """A change takes a new number."""
        calls.draft_protocol(by=SETUP, body=body())
        with pytest.raises(Invalid, match="raise its number"):
            calls.draft_protocol(by=SETUP, body=body(source="quietly rewritten"))
        openly = calls.draft_protocol(by=SETUP, body=body(version="2025.2", source="openly"))
        assert openly.version == "2025.2"

    def test_a_version_counts_from_its_day_to_its_last(self, db: None) -> None:
        """Before it the old one, after it none."""
        cast, one, two = self.supervisors()
        old = body(version="1", effective_from=date(2026, 1, 1), effective_to=date(2026, 1, 31))
        new = body(version="2", effective_from=date(2026, 2, 1), effective_to=date(2026, 2, 28))
        for text in (old, new):
            version = calls.draft_protocol(by=SETUP, body=text)
            for signer in (one, two):
                calls.approve_protocol(by=signer, version=version.id)
        calls.adopt_protocol(by=one, agency=cast.agency["ecc"], code="harlow", since=date(2026, 1, 1))
        on = [date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15)]
        found = [queries.adopted_by(cast.agency["ecc"], day) for day in on]
        assert [v.version if v else None for v in found] == ["1", "2", None]

    def test_without_a_protocol_triage_says_what_to_do(self, db: None) -> None:
        """A tier by hand needs one too; sending somebody by hand is still possible for another centre."""
        cast = gather(partners=False)
        call = calls.receive(by=cast["call_taker"], source="911")
        with pytest.raises(Conflict, match="Setup"):
            calls.answer(by=cast["call_taker"], call=call.id, answers={})

    @pytest.mark.parametrize(
        "broken", [{"unknown": "best"}, {"levels": {}}, {"default": {"tier": "T7"}}, {"gates": "none"}]
    )
    def test_a_broken_body_is_refused_with_its_place(self, db: None, broken: dict[str, Any]) -> None:
        """The reader names what is wrong."""
        with pytest.raises(Invalid):
            calls.draft_protocol(by=SETUP, body=body(**broken))
        assert not queries.protocols().exists()

    def test_a_call_keeps_the_protocol_it_began_with(self, bare: Centre) -> None:
        """Adopting another in the middle changes nothing for calls that are on."""
        call = bare.call(GRAVE)
        before = queries.protocol_for(call)
        one = bare.cast["supervisor"]
        two = worker(bare.cast.agency["ecc"], "supervisor", "third")
        version = calls.draft_protocol(by=SETUP, body=body("denver"))
        for signer in (one, two):
            calls.approve_protocol(by=signer, version=version.id)
        calls.adopt_protocol(by=one, agency=bare.cast.agency["ecc"], code="denver")
        after, fresh = queries.protocol_for(call), queries.protocol_for(bare.call())
        assert before == after and fresh is not None and fresh.id == "denver"

    def test_finding_one_by_name_by_file_and_not_at_all(self, db: None, tmp_path: Any) -> None:
        """Stored, shipped, or one's own."""
        assert queries.find_protocol("los-angeles").id == "los_angeles"
        own = tmp_path / "mine.yaml"
        own.write_text(packs.files(packs.__name__).joinpath("protocols/eugene.yaml").read_text("utf-8"))
        assert queries.find_protocol(str(own)).id == "eugene"
        (tmp_path / "bad.yaml").write_text("- just\n- a list\n")
        with pytest.raises(Invalid, match="mapping"):
            queries.find_protocol(str(tmp_path / "bad.yaml"))
        (tmp_path / "worse.yaml").write_text("a: [unclosed")
        with pytest.raises(Invalid, match="YAML"):
            queries.find_protocol(str(tmp_path / "worse.yaml"))
        with pytest.raises(NotFound, match="denver"):
            queries.find_protocol("atlantis")
