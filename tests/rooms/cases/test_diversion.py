"""Diversion: three doors, a list of what bars, holds with an end, a prosecutor who sees little."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as some

from commonweal import flow
from commonweal.cases import actions, queries
from commonweal.cases.lead import ANSWERS, agreement
from commonweal.cases.models import Charge
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.shown import PermitMismatch
from commonweal.messages import queries as messages
from commonweal.sharing import actions as sharing
from factories.cases import Support, support
from factories.cast import consented, worker

pytestmark = pytest.mark.django_db
LIST = (
    "under_18", "over_quantity", "dealing_for_profit", "exploits_others", "disqualifying_history",
    "no_contact_order", "unwilling",
)  # fmt: skip
CLEAR = dict.fromkeys(LIST, "no")


@pytest.fixture(name="at")
def a_case() -> Support:
    """Rosa's case of kind diversion, begun by an arrest, at the county attorney's."""
    at = support()
    office = at.cast.agency["prosecutor"]
    opened = actions.open_case(
        by=at.manager, person=at.person, agency=at.cast.agency["social_service"], kind="diversion",
        manager=UUID(at.manager.id),
    )  # fmt: skip
    at.case = opened.id
    actions.begin_diversion(by=at.manager, case=at.case, door="arrest", attorney=office)
    return at


def seen(at: Support) -> queries.DiversionView:
    """What the team sees."""
    permit = sharing.ask(
        by=at.manager, category="case_plan", purpose="care_coordination", about=Subject("case", at.case)
    )
    assert isinstance(permit, sharing.Permit)
    found = queries.diversion_of(at.case, permit=permit)
    assert found
    return found


def docket(by: Actor) -> list[queries.DiversionView]:
    """What a prosecutor sees, asked as the page asks."""
    about = queries.docket(by)
    answers = sharing.ask_many(
        by=by, category="referral_status", purpose="care_coordination", about=about
    ) if about else {}  # fmt: skip
    return queries.docket_rows(by, sharing.permitted(answers))


class TestStory:
    """From the door to the end."""

    def test_from_an_arrest_to_a_charge_that_is_not_filed(self, at: Support) -> None:
        case, by, attorney = at.case, at.manager, at.cast["prosecutor"]
        charge = actions.note_charge(by=by, case=case, docket="24-118", offence="Trespass")
        with clock.at(clock.now() + timedelta(minutes=20)):
            actions.hand_over_diversion(by=by, case=case)
        assert actions.screen_for_diversion(by=by, case=case, answers=CLEAR).state == "eligible"
        assert actions.take_in(by=by, case=case).state == "engaged"
        actions.set_standing(by=by, case=case, state="active")
        held = actions.decide_charge(by=attorney, charge=charge.id, state="held")
        assert held.held_until == clock.today() + timedelta(days=180)
        actions.decide_charge(by=attorney, charge=charge.id, state="declined")
        view = seen(at)
        assert (view.state, view.handoff_minutes, view.list_version) == ("active", 20, "2026.1")
        assert [(c.docket, c.state) for c in view.charges] == [("24-118", "declined")]

    def test_every_door_opens_and_no_other(self, at: Support) -> None:
        assert set(agreement().tables["doors"]) == {"arrest", "social_contact", "community"}
        other = support(at.cast, family="Okafor")
        made = actions.open_case(
            by=at.manager, person=other.person, agency=at.cast.agency["social_service"], kind="diversion"
        )
        with pytest.raises(Invalid, match="door"):
            actions.begin_diversion(by=at.manager, case=made.id, door="window")
        assert actions.begin_diversion(by=at.manager, case=made.id, door="community").attorney_id is None
        with pytest.raises(Conflict, match="office"):
            actions.note_charge(by=at.manager, case=made.id, docket="1", offence="x")

    def test_a_case_of_another_kind_has_no_door(self, at: Support) -> None:
        plain = support(at.cast, family="Okafor")
        with pytest.raises(NotFound):
            actions.begin_diversion(by=at.manager, case=plain.case, door="arrest")

    def test_beginning_twice_and_the_same_charge_twice_change_nothing(self, at: Support) -> None:
        again = actions.begin_diversion(by=at.manager, case=at.case, door="community")
        assert again.door == "arrest"
        one, two = (
            actions.note_charge(by=at.manager, case=at.case, docket="7", offence=o) for o in ("Theft", "x")
        )
        assert one.id == two.id and seen(at).charges[0].offence == "Theft"


class TestTheList:
    """What bars is data; what is unknown bars nobody and admits nobody."""

    @given(some.dictionaries(some.sampled_from(LIST), some.sampled_from(ANSWERS)))
    def test_weighing(self, answers: dict[str, str]) -> None:
        found = agreement().weighed(answers)
        assert (found == "ineligible") == ("yes" in answers.values())
        assert (found == "eligible") == (answers == CLEAR)

    def test_a_bar_is_lifted_by_a_reason_alone(self, at: Support) -> None:
        barred = {**CLEAR, "over_quantity": "yes"}
        assert actions.screen_for_diversion(by=at.manager, case=at.case, answers=barred).state == "ineligible"
        with pytest.raises(Conflict, match="eligible"):
            actions.take_in(by=at.manager, case=at.case)
        lifted = actions.screen_for_diversion(
            by=at.manager, case=at.case, answers={}, override="Just above, first time"
        )
        assert (lifted.state, lifted.override) == ("eligible", "Just above, first time")
        cleared = actions.screen_for_diversion(
            by=at.manager, case=at.case, answers=CLEAR, override="left over"
        )
        assert (cleared.state, cleared.override) == ("eligible", "")

    def test_unknown_waits_and_wrong_words_are_named(self, at: Support) -> None:
        some_known = {**CLEAR, "under_18": "unknown"}
        assert (
            actions.screen_for_diversion(by=at.manager, case=at.case, answers=some_known).state == "screened"
        )
        for answers, field in (({"under_18": "maybe"}, "under_18"), ({"poor": "no"}, "question")):
            with pytest.raises(Invalid, match=field):
                actions.screen_for_diversion(by=at.manager, case=at.case, answers=answers)

    def test_a_sites_own_list_counts(self, at: Support, settings, tmp_path) -> None:
        from commonweal import packs

        settings.COMMONWEAL_HOME = tmp_path
        import yaml

        own = packs.read("diversion.yaml")
        assert isinstance(own, dict)
        own |= {"version": "site-3", "ineligible": {"under_18": own["ineligible"]["under_18"]}}
        (tmp_path / "diversion.yaml").write_text(yaml.safe_dump(own), "utf-8")
        found = actions.screen_for_diversion(by=at.manager, case=at.case, answers={"under_18": "no"})
        assert (found.state, found.list_version) == ("eligible", "site-3")

    @pytest.mark.parametrize("text", ["", "version: 1", "[1, 2]", "version: 1\ntargets: 7"])
    def test_a_list_that_cannot_be_read_is_named_with_its_remedy(
        self, at: Support, settings, tmp_path, text: str
    ) -> None:
        settings.COMMONWEAL_HOME = tmp_path
        (tmp_path / "diversion.yaml").write_text(text, "utf-8")
        with pytest.raises(Invalid, match="diversion.yaml"):
            actions.screen_for_diversion(by=at.manager, case=at.case, answers={"under_18": "no"})


class TestTheProsecutor:
    """Own charges always; the rest with the person's release, as far as the agreement says; nothing after."""

    @pytest.fixture(autouse=True)
    def with_a_charge(self, at: Support) -> None:
        """A charge and words that must not travel."""
        actions.note_charge(by=at.manager, case=at.case, docket="24-118", offence="Trespass")
        actions.write_plan(by=at.manager, case=at.case, own_words="I relapsed in May", summary="Relapse")
        actions.screen_for_diversion(by=at.manager, case=at.case, answers={**CLEAR, "unwilling": "unknown"})
        actions.note_work_group(by=at.manager, case=at.case, text="Meets on Tuesday")

    def test_without_a_release_only_their_own_charges(self, at: Support) -> None:
        [row] = docket(at.cast["prosecutor"])
        assert [c.docket for c in row.charges] == ["24-118"]
        assert (row.state, row.door, row.notes, row.answers, row.override) == ("", "", [], {}, "")

    def test_with_it_what_the_agreement_says_and_never_the_plan(self, at: Support) -> None:
        consented(at.cast, at.person, "roi", ["prosecutor"], ["referral_status"])
        [row] = docket(at.cast["prosecutor"])
        assert (row.state, row.door, [n.text for n in row.notes]) == (
            "screened",
            "arrest",
            ["Meets on Tuesday"],
        )
        assert row.answers == {} and row.began_at is None and "elapse" not in str(row)
        plan = sharing.ask(
            by=at.cast["prosecutor"], category="case_plan", purpose="care_coordination",
            about=Subject("case", at.case),
        )  # fmt: skip
        assert isinstance(plan, sharing.Refusal)

    def test_the_end_of_the_diversion_ends_it(self, at: Support) -> None:
        consented(at.cast, at.person, "roi", ["prosecutor"], ["referral_status"])
        actions.set_standing(by=at.manager, case=at.case, state="closed")
        assert docket(at.cast["prosecutor"]) == []
        about = Subject("case", at.case)
        asked = sharing.ask(
            by=at.cast["prosecutor"], category="referral_status", purpose="care_coordination", about=about
        )
        assert isinstance(asked, sharing.Refusal)

    def test_another_office_and_other_roles_find_nothing(self, at: Support) -> None:
        [charge] = seen(at).charges
        for who in (at.manager, at.cast["patrol_officer"], at.cast["shelter_worker"]):
            assert queries.docket(who) == []
            with pytest.raises(NotFound):
                actions.decide_charge(by=who, charge=charge.id, state="filed")
        with pytest.raises(NotFound):
            actions.decide_charge(by=at.cast["prosecutor"], charge=uuid4(), state="filed")

    def test_a_decision_is_final_and_has_a_day_to_come(self, at: Support) -> None:
        [charge] = seen(at).charges
        by = at.cast["prosecutor"]
        for state, until, field in (
            ("dropped", None, "state"), ("held", clock.today(), "until"),
        ):  # fmt: skip
            with pytest.raises(Invalid, match=field):
                actions.decide_charge(by=by, charge=charge.id, state=state, until=until)
        actions.decide_charge(by=by, charge=charge.id, state="filed")
        with pytest.raises(Conflict):
            actions.decide_charge(by=by, charge=charge.id, state="held")

    def test_the_teams_view_asks_for_the_plan(self, at: Support) -> None:
        consented(at.cast, at.person, "roi", ["prosecutor"], ["referral_status"])
        about = Subject("case", at.case)
        permit = sharing.ask(
            by=at.cast["prosecutor"], category="referral_status", purpose="care_coordination", about=about
        )
        assert isinstance(permit, sharing.Permit)
        with pytest.raises(PermitMismatch):
            queries.diversion_of(at.case, permit=permit)


class TestHolds:
    """A hold is told once before its end, then lapses; nobody is surprised."""

    def test_warned_once_then_lapsed_and_both_sides_hear(self, at: Support) -> None:
        attorney = at.cast["prosecutor"]
        charge = actions.note_charge(by=at.manager, case=at.case, docket="24-118", offence="Trespass")
        ends = clock.today() + timedelta(days=20)
        actions.decide_charge(by=attorney, charge=charge.id, state="held", until=ends)
        assert actions.mind_holds(by=flow.FLOWING) == 0
        with clock.at(clock.now() + timedelta(days=10)):
            assert [actions.mind_holds(by=flow.FLOWING) for _ in range(2)] == [1, 0]
        with clock.at(clock.now() + timedelta(days=22)):
            assert [actions.mind_holds(by=flow.FLOWING) for _ in range(2)] == [1, 0]
        assert Charge.objects.get(id=charge.id).state == "lapsed"
        journal.seal_all()
        while flow.drain():
            journal.seal_all()
        for who in (at.manager, attorney):
            kinds = [line.kind for line in messages.unread(who)]
            assert "hold_ending" in kinds and "hold_lapsed" in kinds, kinds
        again = actions.decide_charge(by=attorney, charge=charge.id, state="held")
        assert again.warned_at is None

    def test_the_database_refuses_a_hold_without_an_end(self, at: Support) -> None:
        charge = actions.note_charge(by=at.manager, case=at.case, docket="1", offence="Trespass")
        with pytest.raises(IntegrityError), transaction.atomic():
            Charge.objects.filter(id=charge.id).update(state="held")

    def test_acts_out_of_turn(self, at: Support) -> None:
        with pytest.raises(Conflict):
            actions.set_standing(by=at.manager, case=at.case, state="active")
        with pytest.raises(Invalid):
            actions.set_standing(by=at.manager, case=at.case, state="gone")
        with pytest.raises(Invalid):
            actions.note_work_group(by=at.manager, case=at.case, text=" ")
        actions.set_standing(by=at.manager, case=at.case, state="closed")
        for act in (actions.take_in, actions.hand_over_diversion):
            with pytest.raises(Conflict):
                act(by=at.manager, case=at.case)
        with pytest.raises(NotFound):
            actions.take_in(by=at.manager, case=uuid4())
        assert worker(at.cast.agency["prosecutor"], "prosecutor")
