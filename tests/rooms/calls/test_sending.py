"""Units are committed together or not at all, move on, and leave; who may see follows every step."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.training import actions as training
from factories.calls import CALM, GRAVE, TROUBLED, Centre, demand
from factories.cast import SETUP, someone, worker


def signs(call: UUID) -> list[str]:
    """Call signs of the units that are on the call."""
    return [unit.call_sign for unit in queries.call_of(call).units if not unit.cleared]


def sees(actor: Actor, call: UUID) -> bool:
    """Whether the gate opens the address."""
    about = Subject("call", call)
    answer = sharing.ask(by=actor, category="call_facts", purpose="emergency", about=about)
    return "exact_address" in answer.fields


def named(actor: Actor, record: Subject) -> bool:
    """Whether the gate opens the person's name."""
    answer = sharing.ask(by=actor, category="identity", purpose="emergency", about=record)
    return "name" in answer.fields


class TestWhoGoes:
    """The recommendation, and what a person makes of it."""

    @pytest.mark.parametrize(
        ("answers", "sent"), [(CALM, ["T1"]), (TROUBLED, ["CO1"]), (GRAVE, ["M1", "P1"])]
    )
    def test_the_response_of_the_tier_is_sent(
        self, centre: Centre, answers: dict[str, str], sent: list[str]
    ) -> None:
        """A life threat takes the ambulance and a patrol car."""
        call = centre.call(answers)
        calls.dispatch(by=centre.desk, call=call)
        assert sorted(signs(call)) == sent

    def test_a_clinician_by_phone_needs_no_road(self, centre: Centre) -> None:
        """Joins at once."""
        call = centre.call({**CALM, "distress": "upset", "contact": "phone"})
        advice = calls.recommend(by=centre.desk, call=call)
        assert advice is not None and advice.picks == (centre.units["TEL"],) and advice.arrival_minutes == 0

    def test_two_units_meet_where_nobody_rides_together(self, bare: Centre) -> None:
        """An officer and a clinician are committed at once."""
        bare.unit("P9", "patrol", "police", "patrol_officer", east=0.01)
        bare.unit("CL9", "clinician", "health", "clinician", east=0.03)
        call = bare.call(TROUBLED)
        calls.dispatch(by=bare.desk, call=call)
        assert sorted(signs(call)) == ["CL9", "P9"]

    def test_of_a_pair_both_go_or_neither(self, bare: Centre) -> None:
        """One taken meanwhile: nothing is committed."""
        bare.unit("P9", "patrol", "police", "patrol_officer")
        bare.unit("CL9", "clinician", "health", "clinician")
        pair = [bare.units["P9"], bare.units["CL9"]]
        calls.dispatch(by=bare.desk, call=bare.call(TROUBLED), units=[pair[0]], reason="only an officer")
        call = bare.call(TROUBLED)
        with pytest.raises(Conflict, match="P9 is no longer free"):
            calls.dispatch(by=bare.desk, call=call, units=pair, reason="both")
        assert signs(call) == []
        assert next(u for u in queries.unit_states() if u.call_sign == "CL9").is_free

    def test_others_than_recommended_need_a_reason(self, centre: Centre) -> None:
        """It is kept as a change of the call."""
        call = centre.call(CALM)
        with pytest.raises(Invalid, match="why"):
            calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]], reason="knows the family")
        permit = sharing.ask(
            by=centre.desk, category="call_facts", purpose="emergency", about=Subject("call", call)
        )
        assert isinstance(permit, sharing.Permit)
        assert "knows the family" in [c.reason for c in queries.changes(call, permit=permit)]

    def test_the_order_of_the_recommended_does_not_matter(self, centre: Centre) -> None:
        """The same units are the same choice."""
        call = centre.call(GRAVE)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["P1"], centre.units["M1"]])
        assert len(signs(call)) == 2

    def test_sending_before_asking_sends_the_worst_case(self, centre: Centre) -> None:
        """Enter at once: what is not known counts as the worst."""
        call = centre.call()
        calls.dispatch(by=centre.desk, call=call)
        assert sorted(signs(call)) == ["M1", "P1"] and queries.call_of(call).tier == "T0"

    def test_without_a_point_somebody_is_chosen_by_hand(self, centre: Centre) -> None:
        """There is no recommendation, so there is a reason."""
        call = centre.call(CALM, where=calls.Where(address="under the bridge"))
        assert calls.recommend(by=centre.desk, call=call) is None
        with pytest.raises(Invalid, match="by hand"):
            calls.dispatch(by=centre.desk, call=call)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="they know the bridge")
        assert signs(call) == ["T1"]

    def test_with_nobody_on_duty_it_says_so(self, bare: Centre) -> None:
        """And an off-duty unit cannot be sent."""
        call = bare.call(CALM)
        with pytest.raises(Invalid, match="Nobody is free"):
            calls.dispatch(by=bare.desk, call=call)
        unit = agencies.open_unit(
            by=SETUP, agency=bare.cast.agency["health"], call_sign="T7", kind="crisis_team"
        )
        with pytest.raises(Conflict, match="not on duty"):
            calls.dispatch(by=bare.desk, call=call, units=[unit.id], reason="please")

    def test_someone_whom_the_person_has_met_is_preferred(self, centre: Centre) -> None:
        """Where the viewer may know it; near enough to be worth it at any hour of traffic."""
        centre.unit("T2", "crisis_team", "health", "crisis_worker", east=0.03)
        call, known = centre.call(CALM), UUID(centre.crews["T2"][0].id)
        first = calls.recommend(by=centre.desk, call=call)
        warm = calls.recommend(by=centre.desk, call=call, known=frozenset([known]))
        assert first is not None and first.picks == (centre.units["T1"],)
        assert warm is not None and warm.picks == (centre.units["T2"],)

    def test_every_unit_is_ranked_or_has_its_reasons(self, centre: Centre) -> None:
        """Nobody is silently left out."""
        advice = calls.recommend(by=centre.desk, call=centre.call(TROUBLED))
        assert advice is not None
        part = advice.parts[0]
        assert set(part.able) | {short.unit for short in part.shortfalls} == set(centre.units)

    def test_a_unit_is_reckoned_from_where_it_was_last_seen(self, centre: Centre) -> None:
        """Not from its base."""
        call = centre.call(CALM)
        before = calls.recommend(by=centre.desk, call=call)
        calls.move(by=centre.crews["T1"][0], unit=centre.units["T1"], lon=-121.2, lat=38.5)
        after = calls.recommend(by=centre.desk, call=call)
        assert before is not None and after is not None
        assert (after.arrival_minutes or 0) > (before.arrival_minutes or 0)
        with pytest.raises(Invalid):
            calls.move(by=centre.desk, unit=centre.units["T1"], lon=-121.2, lat=210)


class TestCertificates:
    """A lapse closes dispatch for the role, and only for it."""

    def test_a_lapsed_certificate_closes_the_unit_and_its_renewal_opens_it(self, centre: Centre) -> None:
        """By name and by day."""
        demand("crisis_worker", "crisis_40h")
        call = centre.call(CALM)
        account = UUID(centre.crews["T1"][0].id)
        with pytest.raises(Conflict, match="crisis_40h"):
            calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="closest team")
        training.award(
            by=centre.cast["training_coordinator"],
            account=account,
            kind="crisis_40h",
            valid_from=clock.today(),
        )
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]])
        assert signs(call) == ["T1"]

    def test_it_closes_where_the_place_is_not_known_too(self, centre: Centre) -> None:
        """Sent by hand to somewhere without a point."""
        demand("crisis_worker", "crisis_40h")
        call = centre.call(CALM, where=calls.Where(address="by the river"))
        with pytest.raises(Conflict, match="crisis_40h"):
            calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="closest team")
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["M1"]], reason="nobody else")
        assert signs(call) == ["M1"]

    def test_it_says_since_when(self, centre: Centre) -> None:
        """The shortfall names the day it ended."""
        demand("cit_officer", "cit_40h")
        account = UUID(centre.crews["C1"][0].id)
        begun = clock.today() - timedelta(days=400)
        given = training.award(
            by=centre.cast["training_coordinator"],
            account=account,
            kind="cit_40h",
            valid_from=begun,
            months=12,
        )
        call = centre.call({**CALM, "weapon": "reach"})
        advice = calls.recommend(by=centre.desk, call=call)
        assert advice is not None
        words = [
            calls.in_words(reason)
            for short in advice.parts[0].shortfalls
            if short.unit == "C1"
            for reason in short.reasons
        ]
        assert any("lapsed" in line and str(given.valid_until) in line for line in words)

    def test_a_lapse_of_one_role_leaves_the_other(self, centre: Centre) -> None:
        """A co-response team without its clinician's certificate is still two officers' worth of one."""
        demand("clinician", "licence")
        advice = calls.recommend(by=centre.desk, call=centre.call({**CALM, "weapon": "reach"}))
        assert advice is not None and "CO1" in advice.parts[0].able


class TestOnTheWay:
    """Each step is stamped, once, by whoever may."""

    STEPS = ("acknowledged", "enroute", "on_scene", "transporting", "at_destination")

    def test_the_chain_is_stamped_in_order(self, centre: Centre) -> None:
        """On the call and on the assignment."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        start = clock.now()
        for minute, status in enumerate(self.STEPS, 1):
            with clock.at(start + timedelta(minutes=minute)):
                calls.set_status(
                    by=centre.crews["CO1"][0], call=call, unit=centre.units["CO1"], status=status
                )
        about = Subject("call", call)
        permit = sharing.ask(by=centre.desk, category="call_facts", purpose="emergency", about=about)
        assert isinstance(permit, sharing.Permit)
        times: Any = queries.facts({about: permit})[0]["time"]
        stages = ["dispatched", "acknowledged", "enroute", "on_scene", "transport_start", "at_destination"]
        moments = [times[stage] for stage in stages]
        assert moments == sorted(moments) and queries.call_of(call).state == "on_scene"

    def test_the_same_step_twice_is_one(self, centre: Centre) -> None:
        """A phone that sends again changes nothing."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        crew, unit = centre.crews["CO1"][0], centre.units["CO1"]
        first = calls.set_status(by=crew, call=call, unit=unit, status="enroute").enroute
        with clock.at(clock.now() + timedelta(minutes=4)):
            assert calls.set_status(by=crew, call=call, unit=unit, status="enroute").enroute == first

    def test_a_phone_that_was_offline_tells_when_it_was(self, centre: Centre) -> None:
        """Within reason."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        crew, unit, now = centre.crews["CO1"][0], centre.units["CO1"], clock.now()
        with clock.at(now + timedelta(minutes=30)):
            row = calls.set_status(
                by=crew, call=call, unit=unit, status="on_scene", at=now + timedelta(minutes=9)
            )
            assert row.on_scene == now + timedelta(minutes=9)
            for wrong in (now - timedelta(hours=1), now + timedelta(hours=2)):
                with pytest.raises(Invalid, match="at"):
                    calls.set_status(by=crew, call=call, unit=unit, status="transporting", at=wrong)

    @pytest.mark.parametrize(
        "role", ["patrol_officer", "clinician", "case_manager", "analyst", "administrator"]
    )
    def test_nobody_else_moves_the_unit(self, centre: Centre, role: str) -> None:
        """For them the assignment does not exist."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        with pytest.raises(NotFound):
            calls.set_status(by=centre.cast[role], call=call, unit=centre.units["CO1"], status="enroute")

    def test_the_desk_moves_it_too_and_a_made_up_status_is_refused(self, centre: Centre) -> None:
        """By radio."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        calls.set_status(by=centre.desk, call=call, unit=centre.units["CO1"], status="enroute")
        with pytest.raises(Invalid, match="at_destination"):
            calls.set_status(by=centre.desk, call=call, unit=centre.units["CO1"], status="flying")
        with pytest.raises(NotFound):
            calls.set_status(by=centre.desk, call=call, unit=centre.units["P1"], status="enroute")

    def test_other_moments_are_marked_by_name(self, centre: Centre) -> None:
        """With the person, backup; nothing else."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        calls.mark(by=centre.crews["CO1"][0], call=call, stage="person_contact")
        with pytest.raises(Invalid):
            calls.mark(by=centre.desk, call=call, stage="received")

    def test_a_worker_finds_their_assignment(self, centre: Centre) -> None:
        """And only while they have one."""
        clinician = UUID(centre.crews["CO1"][1].id)
        assert queries.assignment_of(clinician) is None
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        found = queries.assignment_of(clinician)
        assert found is not None and (found.call, found.unit) == (call, centre.units["CO1"])
        calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
        assert queries.assignment_of(clinician) is None


class TestLeaving:
    """What binds is loosed by the act that ends it."""

    def test_a_unit_that_leaves_no_longer_sees_and_is_free(self, centre: Centre) -> None:
        """The call waits in the queue again if nobody is left."""
        call = centre.call(GRAVE)
        calls.dispatch(by=centre.desk, call=call)
        officer, medic = centre.crews["P1"][0], centre.crews["M1"][0]
        calls.set_status(by=officer, call=call, unit=centre.units["P1"], status="available")
        assert not sees(officer, call) and sees(medic, call)
        assert queries.call_of(call).state == "dispatched" and signs(call) == ["M1"]
        calls.set_status(by=medic, call=call, unit=centre.units["M1"], status="available")
        assert queries.call_of(call).state == "queued" and queries.call_of(call).is_waiting

    def test_a_freed_unit_can_go_again(self, centre: Centre) -> None:
        """To the next call."""
        first = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=first)
        calls.clear(by=centre.desk, call=first, is_behavioural_health=True)
        second = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=second)
        assert signs(second) == ["CO1"]

    def test_a_tie_to_the_person_outlasts_one_of_two_calls(self, centre: Centre) -> None:
        """The same crew, the same person, two calls: the second still binds."""
        person, record = someone(centre.cast)
        first, second = centre.call(TROUBLED), centre.call(CALM)
        for call in (first, second):
            calls.identify(by=centre.desk, call=call, person=person)
        calls.dispatch(by=centre.desk, call=first)
        crew = centre.crews["CO1"][0]
        calls.dispatch(by=centre.desk, call=second)
        team = centre.crews["T1"][0]
        calls.clear(by=centre.desk, call=first, is_behavioural_health=True)
        assert not named(crew, record) and named(team, record) and named(centre.desk, record)
        calls.clear(by=centre.desk, call=second, is_behavioural_health=True)
        assert not named(team, record) and named(centre.desk, record)
        with clock.at(clock.now() + timedelta(hours=73)):
            assert not named(centre.desk, record)

    def test_out_of_service_and_back(self, centre: Centre) -> None:
        """Never while on a call."""
        unit = centre.units["CO1"]
        calls.set_service(by=centre.desk, unit=unit, in_service=False)
        advice = calls.recommend(by=centre.desk, call=centre.call(TROUBLED))
        assert advice is not None and unit not in advice.picks
        calls.set_service(by=centre.desk, unit=unit, in_service=True)
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        with pytest.raises(Conflict, match="on a call"):
            calls.set_service(by=centre.desk, unit=unit, in_service=False)

    def test_cancelling_needs_a_reason(self, bare: Centre) -> None:
        """Three letters at least."""
        call = bare.call()
        with pytest.raises(Invalid, match="reason"):
            calls.cancel(by=bare.desk, call=call, reason="")
        calls.cancel(by=bare.desk, call=call, reason="test call")
        assert queries.call_of(call).state == "cancelled"


class TestWhatNamesNobody:
    """The operational view."""

    def test_the_most_urgent_and_longest_waiting_come_first(self, bare: Centre) -> None:
        """Those nobody has asked yet lead."""
        now = clock.now()
        with clock.at(now - timedelta(minutes=40)):
            calm = bare.call(CALM)
        with clock.at(now - timedelta(minutes=5)):
            grave = bare.call(GRAVE)
        fresh, later = bare.call(), bare.call(CALM)
        assert [view.id for view in queries.open_calls()] == [fresh, grave, calm, later]
        assert [view.is_late for view in queries.open_calls()] == [False, False, True, False]

    def test_another_centre_has_its_own_list(self, bare: Centre) -> None:
        """By agency."""
        bare.call()
        assert len(queries.open_calls(bare.cast.agency["ecc"])) == 1
        assert queries.open_calls(bare.cast.agency["lifeline_988"]) == []

    def test_a_unit_on_a_lifeline_call_shows_neither_place_nor_call(self, centre: Centre) -> None:
        """Its destination would tell whose call it is."""
        call = centre.call(CALM, source="lifeline_988")
        calls.move(by=centre.desk, unit=centre.units["T1"], lon=-121.61, lat=38.51)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="rescue asked for")
        shown = next(u for u in queries.unit_states() if u.call_sign == "T1")
        assert (shown.lon, shown.lat, shown.call) == (None, None, None) and shown.status == "assigned"

    def test_crew_of_an_unknown_call_is_empty(self, db: None) -> None:
        """And who was aboard stays known after the unit left."""
        assert queries.crew_of(uuid4()) == frozenset()

    def test_those_who_were_there_stay_on_record(self, centre: Centre) -> None:
        """For continuity and for the encounter."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
        assert queries.crew_of(call) == {UUID(actor.id) for actor in centre.crews["CO1"]}
        assert worker(centre.cast.agency["police"], "patrol_officer").id not in map(
            str, queries.crew_of(call)
        )
