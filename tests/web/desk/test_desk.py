"""A shift at the call desk: what waits, one call from the first word to the dispatch, and who may not."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as accounts
from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as people
from commonweal.places import actions as places
from commonweal.training import actions as training
from factories.calls import CALM, GRAVE, TROUBLED, Centre, demand, open_centre
from factories.cast import SETUP, someone, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
OTHERS = (
    "patrol_officer clinician case_manager shelter_worker records_steward analyst privacy_officer "
    "administrator training_coordinator"
).split()
GETS = ("call", "conversation", "verdict", "people", "history", "thread", "units")
POSTS = ("take threat place caller needs answer note person override transfer dispatch end").split()


@pytest.fixture
def centre() -> Centre:
    """A centre at work."""
    return open_centre()


@pytest.fixture
def desk(centre: Centre) -> Client:
    """The call taker's browser."""
    return visit(centre.desk)


def text(client: Client, name: str, *where: Any, **query: str) -> str:
    """A page of the desk as text."""
    send = client.post if name in ("people", "places") else client.get
    answer = send(reverse(f"desk:{name}", args=where), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def act(client: Client, view: str, /, *where: Any, **form: Any) -> Any:
    """An act with script."""
    return client.post(reverse(f"desk:{view}", args=where), form, headers=HTMX)


class TestTheList:
    """What needs me now."""

    def test_an_empty_list_says_what_will_appear(self, desk: Client) -> None:
        """Designed, not blank."""
        assert "Nobody is waiting" in text(desk, "index")

    def test_waiting_calls_come_first_with_kind_block_and_minutes(self, centre: Centre, desk: Client) -> None:
        """Those under way below."""
        with clock.at(clock.now() - timedelta(minutes=9)):
            centre.call(GRAVE)
        way = centre.call(TROUBLED, nature="suicide_risk")
        calls.dispatch(by=centre.desk, call=way)
        page = text(desk, "index")
        waiting, under_way = page.split("Help is under way")
        assert "Welfare check" in waiting and "400 block of Cedar Ave" in waiting and "over 6" in waiting
        assert "Suicide risk" in under_way and "CO1" in under_way
        assert "Torres" not in page and "412 Cedar" not in page

    def test_a_lifeline_call_is_kept_apart_until_a_life_is_at_risk(
        self, centre: Centre, desk: Client
    ) -> None:
        """The claim opens it for this session, and is reviewed."""
        call = centre.call(source="lifeline_988")
        assert "Kept apart" in text(desk, "index")
        assert desk.get(reverse("desk:call", args=[call])).status_code == 403
        assert act(desk, "threat", call).status_code == 302
        assert "Ana Torres" in text(desk, "call", call)
        assert JournalLine.objects.filter(kind="sharing.alerted").exists()
        assert visit(centre.cast["supervisor"]).get(reverse("desk:call", args=[call])).status_code == 403

    def test_a_new_call_opens_at_once(self, desk: Client) -> None:
        """Taken and answered."""
        answer = desk.post(reverse("desk:new"), {"source": "non_emergency"})
        found = queries.open_calls()[0]
        assert answer.status_code == 302 and answer["Location"] == reverse("desk:call", args=[found.id])
        assert desk.post(reverse("desk:new"), {"source": "pigeon"}).status_code == 400

    def test_another_centres_calls_are_not_listed(self, centre: Centre, desk: Client) -> None:
        """Nor opened."""
        other = calls.receive(by=SETUP, source="911", agency=centre.cast.agency["lifeline_988"])
        assert "Nobody is waiting" in text(desk, "index")
        assert desk.get(reverse("desk:call", args=[other.id])).status_code in (403, 404)


class TestOneCall:
    """Three columns, one next act."""

    def test_the_next_best_question_is_asked_with_its_keys(self, centre: Centre, desk: Client) -> None:
        """And only one."""
        call = centre.call()
        page = text(desk, "call", call)
        assert page.count('class="desk-question"') == 1 and 'data-key="1"' in page and 'data-key="0"' in page
        assert "412 Cedar Ave" in page and "Ana Torres" in page and 'value="family" selected' in page

    def test_an_answer_changes_conversation_and_verdict(self, centre: Centre, desk: Client) -> None:
        """Both come back, and nothing else."""
        call = centre.call()
        answer = act(desk, "answer", call, question="life", answer="medical")
        shown = answer.content.decode()
        assert 'id="conversation"' in shown and 'id="verdict"' in shown and "<html" not in shown
        assert "A medical emergency" in shown and queries.call_of(call).tier == "T0"

    def test_when_nothing_more_matters_it_says_so(self, centre: Centre, desk: Client) -> None:
        """No needless asking."""
        page = text(desk, "call", centre.call(GRAVE))
        assert "Nothing more needs asking" in page and "settled" in page

    def test_an_answered_question_can_be_asked_again_and_taken_back(
        self, centre: Centre, desk: Client
    ) -> None:
        """The folded line is a way back."""
        call = centre.call(TROUBLED)
        again = text(desk, "conversation", call, ask="weapon")
        assert "Is there a weapon?" in again and "desk-reply--given" in again
        act(desk, "answer", call, question="weapon", answer="")
        assert queries.call_of(call).tier == "T0"

    def test_two_at_one_call_see_each_others_answers_and_overwrite_none(
        self, centre: Centre, desk: Client
    ) -> None:
        """A page drawn before says who answered what, and asks; choosing again changes the answer."""
        call, supervisor = centre.call(), visit(centre.cast["supervisor"])
        stale = {"question": "weapon", "seen": ""}
        act(supervisor, "answer", call, question="weapon", answer="none", seen="")
        live = text(desk, "verdict", call, **stale)
        assert (
            "answered this meanwhile" in live and 'id="answered"' in live and 'id="conversation"' not in live
        )
        assert "meanwhile:" not in text(supervisor, "verdict", call, **stale), "an own answer is no news"
        asked = act(desk, "answer", call, answer="reach", **stale).content.decode()
        name = agencies.account(UUID(centre.cast["supervisor"].id)).display_name
        assert f"{name} answered this meanwhile" in asked and "nothing was changed" in asked
        assert 'name="seen" value="none"' in asked and queries.call_of(call).tier
        assert desk.post(reverse("desk:answer", args=[call]), stale | {"answer": "reach"}).status_code == 409
        seen = act(desk, "answer", call, question="weapon", answer="reach", seen="none").content.decode()
        assert "nothing was changed" not in seen
        assert (
            act(supervisor, "answer", call, question="weapon", answer="reach", seen="none").status_code == 200
        )

    def test_the_verdict_says_who_goes_when_why_and_who_cannot(self, centre: Centre, desk: Client) -> None:
        """Always in view."""
        first = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=first)
        page = text(desk, "verdict", centre.call({**CALM, "weapon": "reach"}))
        assert "A weapon is in hand or within reach." in page and "What would change it" in page
        assert "C1" in page and "min" in page
        assert "CO1" in page and "busy" in page

    def test_without_a_place_there_is_no_dispatch_yet(self, centre: Centre, desk: Client) -> None:
        """It says what is missing."""
        call = centre.call(CALM, where=calls.Where(address="by the river"))
        page = text(desk, "verdict", call)
        assert "Choose the place first" in page and "disabled" in page

    def test_before_the_first_answer_it_says_what_sending_would_mean(
        self, centre: Centre, desk: Client
    ) -> None:
        """With a place and no tier yet, the right column is not blank."""
        assert "Answer the first question, or send now" in text(desk, "call", centre.call())

    def test_on_paper_the_place_the_caller_and_what_was_heard_stay(
        self, centre: Centre, desk: Client
    ) -> None:
        """Forms are not printed; these hold the facts of the call."""
        page = text(desk, "call", centre.call())
        assert all(f'class="desk-{part} cw-prints"' in page for part in ("place", "caller", "needs", "note"))
        style = finders.find("css/commonweal.css")
        assert isinstance(style, str) and ":not(.pv-step, .cw-prints)" in Path(style).read_text("utf-8")

    def test_when_every_unit_has_left_it_says_so_and_is_not_late(self, centre: Centre, desk: Client) -> None:
        """Somebody was there: what is wanted now is an end, or somebody else."""
        call = centre.call(TROUBLED)
        with clock.at(clock.now() + timedelta(minutes=50)):
            [row] = calls.dispatch(by=centre.desk, call=call)
            calls.set_status(by=centre.crews["CO1"][0], call=call, unit=row.unit_id, status="available")
            view = queries.call_of(call)
            assert view.was_left and not view.is_late and view.is_waiting
            assert "All units have left. End the call" in text(desk, "verdict", call)
            assert "All units have left" in text(desk, "index")
            assert "all units have left" in visit(centre.cast["supervisor"]).get("/board/").content.decode()

    def test_without_a_point_units_are_chosen_by_hand_with_a_reason(
        self, centre: Centre, desk: Client
    ) -> None:
        """Help is never held up by a map."""
        call = centre.call(CALM, where=calls.Where(address="by the river"))
        assert reverse("desk:units", args=[call]) in text(desk, "verdict", call)
        free = text(desk, "units", call)
        assert all(f"<b>{sign}</b>" in free for sign in centre.units)
        both = [str(centre.units["T1"]), str(centre.units["M1"])]
        assert act(desk, "dispatch", call, units=both).status_code == 400
        assert act(desk, "dispatch", call, units=both, reason="no address").status_code == 200
        assert {unit.call_sign for unit in queries.call_of(call).units} == {"T1", "M1"}
        assert "<b>T1</b>" not in text(desk, "units", centre.call(CALM))

    def test_certificates_and_languages_are_named_not_coded(self, centre: Centre, desk: Client) -> None:
        """As the training desk names them."""
        demand("cit_officer", "cit_40h")
        training.keep_course(
            by=SETUP, code="cit", title_en="Crisis intervention, 40 hours",
            title_es="Intervención en crisis", certificate="cit_40h",
        )  # fmt: skip
        page = text(
            desk, "verdict", centre.call({**CALM, "weapon": "reach"}, caller=calls.Caller(language="vi"))
        )
        assert "Crisis intervention, 40 hours" in page and "Vietnamese" in page
        assert "cit_40h" not in page and "(vi)" not in page and "speaks vi" not in page

    def test_a_place_is_suggested_and_chosen(self, centre: Centre, desk: Client) -> None:
        """With its point, and drawn."""
        place = places.NewPlace("Riverside Library", "common_place", -121.6, 38.49, "12 River St")
        places.note_places(by=SETUP, places=[place])
        assert (
            "Riverside Library" in text(desk, "places", q="riversid")
            and not text(desk, "places", q="").strip()
        )
        call = centre.call(where=calls.Where())
        shown = act(desk, "place", call, pick="-121.6|38.49|Riverside Library, 12 River St").content.decode()
        assert "spot-map" in shown and "Riverside Library" in shown
        assert act(desk, "place", call, q="behind the church", pick="").status_code == 200
        assert act(desk, "place", call, pick="here|there|x").status_code == 400
        assert act(desk, "place", call, pick="-121.6|95|x").status_code == 400

    def test_caller_language_and_needs_change_the_verdict(self, centre: Centre, desk: Client) -> None:
        """As soon as they are said."""
        call = centre.call(TROUBLED)
        shown = act(desk, "caller", call, name="Ana", phone="1", role="friend", language="es", nature="")
        assert "An interpreter." in shown.content.decode()
        act(desk, "needs", call, needs=["asks_no_police"])
        assert queries.call_of(call).tier == "T3"
        act(desk, "needs", call)
        assert queries.call_of(call).tier == "T2"

    def test_what_is_heard_is_kept_beside_the_questions(self, centre: Centre, desk: Client) -> None:
        """An empty line is refused, and the text comes back."""
        call = centre.call()
        assert "not slept" in act(desk, "note", call, text="Has not slept for days").content.decode()
        assert act(desk, "note", call, text=" ").status_code == 400

    def test_override_needs_its_reason(self, centre: Centre, desk: Client) -> None:
        """And shows it."""
        call = centre.call(CALM)
        assert act(desk, "override", call, tier="T1", reason="").status_code == 400
        shown = act(desk, "override", call, tier="T1", reason="shouting behind her").content.decode()
        assert "shouting behind her" in shown and "set by hand" in shown

    def test_enter_dispatches_the_recommended(self, centre: Centre, desk: Client) -> None:
        """And leads back to the list."""
        call = centre.call(TROUBLED)
        answer = act(desk, "dispatch", call)
        assert answer["HX-Redirect"] == reverse("desk:index")
        assert [u.call_sign for u in queries.call_of(call).units] == ["CO1"]
        assert "Sent: CO1." in text(desk, "index")

    def test_others_go_with_a_reason_and_a_taken_unit_is_a_conflict(
        self, centre: Centre, desk: Client
    ) -> None:
        """Said in the messages, nothing lost."""
        call, unit = centre.call(TROUBLED), str(centre.units["C1"])
        assert act(desk, "dispatch", call, units=unit).status_code == 400
        assert act(desk, "dispatch", call, units="not-a-unit", reason="because").status_code == 400
        assert act(desk, "dispatch", call, units=unit, reason="knows her").status_code == 200
        taken = act(desk, "dispatch", centre.call(TROUBLED), units=unit, reason="knows him")
        assert taken.status_code == 409 and "no longer free" in taken.content.decode()
        assert taken["HX-Retarget"] == "#messages"

    def test_a_transfer_that_is_taken_ends_it(self, centre: Centre, desk: Client) -> None:
        """One that is not stays."""
        call = centre.call()
        stays = act(desk, "transfer", call, partner="lifeline_988", is_accepted="no")
        assert stays["HX-Redirect"] == reverse("desk:call", args=[call]) and queries.call_of(call).is_open
        act(desk, "transfer", call, partner="lifeline_988", is_accepted="yes")
        assert queries.call_of(call).state == "transferred"

    @pytest.mark.parametrize(("how", "state"), [("cancel", "cancelled"), ("clear", "cleared")])
    def test_a_call_ends_with_its_reason(self, centre: Centre, desk: Client, how: str, state: str) -> None:
        """And is then read on the board."""
        call = centre.call(CALM)
        act(desk, "end", call, how=how, reason="all is well", behavioural="yes")
        assert queries.call_of(call).state == state
        after = desk.get(reverse("desk:call", args=[call]))
        assert after.status_code == 302 and after["Location"] == reverse("board:call", args=[call])

    def test_the_thread_on_the_call(self, centre: Centre, desk: Client) -> None:
        """Written here, read by those on the call."""
        call = centre.call(TROUBLED)
        assert "No messages yet" in text(desk, "thread", call)
        act(desk, "thread", call, text="Gate code is on the fence")
        assert "Gate code" in text(desk, "thread", call)

    def test_without_script_every_act_leads_back_to_the_page(self, centre: Centre, desk: Client) -> None:
        """Slower, not broken."""
        call = centre.call()
        for name, form in (
            ("answer", {"question": "weapon", "answer": "none"}), ("needs", {}), ("note", {"text": "so"}),
            ("place", {"pick": "-121.6|38.5|Here"}), ("caller", {"name": "A"}), ("thread", {"text": "hello"}),
        ):  # fmt: skip
            answer = desk.post(reverse(f"desk:{name}", args=[call]), form)
            assert answer.status_code == 302 and answer["Location"] == reverse("desk:call", args=[call]), name

    def test_without_a_protocol_it_says_what_to_do(self, centre: Centre) -> None:
        """Another centre, nothing adopted."""
        village = accounts.open_agency(by=SETUP, name="Village dispatch", kind="ecc").id
        other = worker(village, "call_taker", "alone")
        call = calls.receive(by=other, source="911")
        assert "No protocol is in force" in text(visit(other), "call", call.id)


class TestThePerson:
    """As soon as the caller names them."""

    @pytest.fixture
    def rosa(self, centre: Centre) -> UUID:
        """Known to the police, with a plan and a caution."""
        person, _ = someone(centre.cast, description="tall, grey coat")
        health, police = centre.cast.agency["health"], centre.cast.agency["police"]
        people.keep_plan(by=SETUP, person=person, agency=health, helps="Her dog Bento", harms="Sirens")
        people.note_caution(by=SETUP, person=person, agency=police, text="Knife by the door", is_weapon=True)
        return person

    def test_found_by_name_and_shown_with_what_helps_first(
        self, centre: Centre, desk: Client, rosa: UUID
    ) -> None:
        """Then what harms, then dated cautions."""
        call = centre.call(CALM)
        found = text(desk, "people", call, who="rosa delgdo")
        assert "Rosa Delgado" in found and str(rosa) in found
        shown = act(desk, "person", call, person=str(rosa)).content.decode()
        order = [shown.index(word) for word in ("Her dog Bento", "Sirens", "Knife by the door")]
        assert order == sorted(order)

    @pytest.mark.parametrize("typed", ["", "ro", "xx", "zzzz qqqq"])
    def test_too_little_or_nobody_finds_nobody(
        self, centre: Centre, desk: Client, rosa: UUID, typed: str
    ) -> None:
        """No fishing."""
        assert "Delgado" not in text(desk, "people", centre.call(), who=typed)

    def test_a_phone_number_or_a_birth_date_finds_too(self, centre: Centre, desk: Client, rosa: UUID) -> None:
        """Whatever the caller knows."""
        call = centre.call()
        assert "Rosa" in text(desk, "people", call, who="rosa 1984-03-09")
        assert "Rosa" not in text(desk, "people", call, who="1984-13-45")

    def test_every_candidate_that_is_shown_was_asked_for(
        self, centre: Centre, desk: Client, rosa: UUID
    ) -> None:
        """A line in the journal for each."""
        call = centre.call()
        before = JournalLine.objects.filter(kind="sharing.read").count()
        text(desk, "people", call, who="rosa delgado")
        lines = JournalLine.objects.filter(kind="sharing.read")[before:]
        assert [line.data["category"] for line in lines] == ["call_facts", "identity"]

    def test_victims_are_no_candidates(self, centre: Centre, desk: Client) -> None:
        """Their presence is not acknowledged."""
        someone(centre.cast, "victim_service_provider", given="Hidden", family="Person")
        assert "Hidden" not in text(desk, "people", centre.call(), who="hidden person")

    def test_history_is_opened_on_purpose(self, centre: Centre, desk: Client, rosa: UUID) -> None:
        """And old calls are not this role's to see."""
        with clock.at(clock.now() - timedelta(hours=20)):
            recent = centre.call(nature="disturbance")
            calls.identify(by=centre.desk, call=recent, person=rosa)
        call = centre.call(CALM)
        calls.identify(by=centre.desk, call=call, person=rosa)
        assert "Earlier calls: open on purpose" in text(desk, "call", call)
        assert queries.all_natures()["disturbance"] in text(desk, "history", call)

    def test_nobody_is_made_up(self, centre: Centre, desk: Client) -> None:
        """An id that is none, or of nobody."""
        call = centre.call()
        assert act(desk, "person", call, person="x").status_code == 400
        assert act(desk, "person", call, person=str(uuid4())).status_code == 404


class TestRefusals:
    """Stranger, wrong role, wrong method, unknown call."""

    @pytest.mark.parametrize("name", GETS)
    def test_a_stranger_is_led_to_the_entrance(self, centre: Centre, name: str) -> None:
        """And told nothing."""
        answer = Client().get(reverse(f"desk:{name}", args=[centre.call()]))
        assert answer.status_code == 302 and "/account/" in answer["Location"]

    @pytest.mark.parametrize("role", OTHERS)
    def test_other_roles_do_not_enter(self, centre: Centre, role: str) -> None:
        """Neither page nor act."""
        call, client = centre.call(CALM), visit(centre.cast[role])
        assert {client.get(reverse(f"desk:{name}", args=[call])).status_code for name in GETS} == {403}
        assert {act(client, name, call).status_code for name in POSTS} == {403}
        assert client.get(reverse("desk:index")).status_code == 403
        assert queries.call_of(call).is_open

    @pytest.mark.parametrize("name", POSTS)
    def test_acts_are_never_done_by_looking(self, centre: Centre, desk: Client, name: str) -> None:
        """GET is refused."""
        assert desk.get(reverse(f"desk:{name}", args=[centre.call()])).status_code == 405

    @pytest.mark.parametrize("name", GETS)
    def test_an_unknown_call_is_not_found(self, desk: Client, name: str) -> None:
        """The same page as for anything else that is not there."""
        send = desk.post if name == "people" else desk.get
        assert send(reverse(f"desk:{name}", args=[uuid4()]), follow=True).status_code in (403, 404)

    def test_three_days_after_the_end_the_desk_is_closed(self, centre: Centre, desk: Client) -> None:
        """For writing too."""
        call = centre.call(CALM)
        calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
        with clock.at(clock.now() + timedelta(hours=80)):
            assert act(desk, "note", call, text="late thought").status_code in (302, 403, 404)


class TestSpanish:
    """The whole desk in the other language."""

    def test_questions_verdict_and_frame(self, centre: Centre) -> None:
        """From the protocol and from the catalogue."""
        accounts.change_account(by=SETUP, account=UUID(centre.desk.id), language="es")
        client = visit(agencies.actor(UUID(centre.desk.id)))
        call = centre.call(CALM)
        page = text(client, "call", call)
        for words in (
            "¿Dónde se necesita ayuda?",
            "Quién acude",
            "Equipo civil de crisis",
            "No se logra calmar",
        ):
            assert words in page, words
        for words in ("Where is help needed?", "Who goes", "What would change it", "Write while they speak"):
            assert words not in page, words
