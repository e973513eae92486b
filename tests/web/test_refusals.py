"""What somebody with bad intentions tried over HTTP, and what they met."""

import logging
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.community import actions as community
from commonweal.config.logs import Discreet
from commonweal.encounters import actions as encounters
from commonweal.encounters import queries as outlines
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.web.feed import Line, Listener, change_for
from factories.calls import TROUBLED, Centre, open_centre
from factories.cases import hub
from factories.cast import someone, worker
from factories.referrals import loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    """A centre at work, and a lifeline beside it."""
    return open_centre()


def bare(response) -> tuple[int, bytes, str]:
    """Status, bytes, and where it leads: all that a stranger could compare."""
    return response.status_code, response.content, response.headers.get("Location", "")


@pytest.mark.parametrize("address", ["desk:call", "board:call", "desk:conversation", "desk:thread"])
def test_an_ended_lifeline_call_looks_like_none(centre: Centre, address: str) -> None:
    """No door, redirect or status tells that somebody called 988 (policy.md, "what is never true")."""
    lifeline = worker(centre.cast.agency["lifeline_988"], "call_taker")
    call = calls.receive(by=lifeline, source="lifeline_988").id
    calls.cancel(by=lifeline, call=call, reason="Talked it through")
    desk, none = visit(centre.desk, "dispatch"), uuid4()
    hidden, absent = (bare(desk.get(reverse(address, args=[one]), follow=True)) for one in (call, none))
    led = [desk.get(reverse(address, args=[one])).status_code for one in (call, none)]
    assert hidden[0] == 404 and hidden == absent and led[0] == led[1]


def test_a_record_that_the_gate_refuses_cannot_be_chosen_by_its_id(centre: Centre) -> None:
    """A crew posts the id of a treatment programme's record: as if there were none, and nobody is named."""
    _, record = someone(centre.cast, "part2_program")
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    officer = next(a for a in centre.crews["CO1"] if a.role == "cit_officer")
    encounter = encounters.open_encounter(by=officer, call=call).id
    before, phone = outlines.outline(encounter).person, visit(officer, "phone")
    page = reverse("field:person", args=[encounter])
    answers = [phone.post(page, {"record": str(one)}) for one in (record.id, uuid4())]
    assert bare(answers[0]) == bare(answers[1]) and answers[0].status_code == 404
    assert outlines.outline(encounter).person == before
    assert phone.post(page, {"record": "1 OR 1=1"}).status_code == 400


@pytest.mark.parametrize("text", ["x", "", "²", "99999999999999999999", "-1", "0x10", "1e9", "\u0661"])
def test_a_senseless_page_number_is_the_first_page(client: Client, text: str) -> None:
    assert client.get(reverse("resident:find"), {"page": text}).status_code == 200


def test_forms_without_their_fields_say_what_is_missing() -> None:
    found = loop()
    referral = found.refer()
    sender = visit(found.sender)
    again = reverse("provider:sent_act", args=[referral, "reroute"])
    for posted in ({}, {"service": "none"}, {"service": "' OR 1=1 --"}):
        answer = sender.post(again, posted)
        assert answer.status_code in (400, 404)


def test_a_call_of_another_centre_travels_without_its_id(centre: Centre) -> None:
    own = Listener("a", str(centre.cast.agency["ecc"]), frozenset({"take_calls"}))
    call = str(uuid4())
    for agency, id_ in ((own.agency, call), (str(centre.cast.agency["lifeline_988"]), ""), ("", "")):
        change = change_for(own, Line(1, "calls.received", "call", call, agency, {"call": call}))
        assert change and change.id == id_ and (call in change.event().decode()) == bool(id_)


def test_whoever_reads_what_a_resident_wrote_is_journalled(centre: Centre) -> None:
    """What residents write is opened by a permission, not by the gate."""
    said, _ = community.receive_feedback(text="The officer was kind", scores={})
    liaison = centre.cast["community_liaison"]
    page = visit(liaison).get(reverse("resident:waiting")).content.decode()
    assert "The officer was kind" in page
    line = JournalLine.objects.get(kind="community.feedback_read")
    assert line.actor == liaison.id and line.subject == str(said.id)


def test_a_table_reader_is_journalled_and_one_outside_is_not_told() -> None:
    table = hub()
    discussion = table.to_three()
    inside, address = table.seats["prosecutor"], reverse("tables:discussion", args=[discussion])
    assert visit(inside).get(address).status_code == 200
    line = JournalLine.objects.get(kind="cases.discussion_read")
    assert (line.actor, line.subject) == (inside.id, str(discussion))
    stranger = worker(table.cast.agency["police"], "case_manager")
    assert visit(stranger).get(address).status_code == 404
    assert JournalLine.objects.filter(kind="cases.discussion_read").count() == 1


def test_logs_say_where_it_failed_and_not_about_whom() -> None:
    heard, whom = Discreet("%(message)s"), " ".join(("Rosa", "Delgado"))
    try:
        try:
            raise Invalid("name", whom, "Choose another.")
        except Invalid as fault:
            raise ValueError(f"Key (name)=({whom}) already exists") from fault
    except ValueError:
        record = logging.LogRecord(
            "x", 40, __file__, 1, "Failed: /referrals/answer/Zx9-tok/", (), sys.exc_info()
        )
    said = heard.format(record)
    assert whom not in said and "Zx9" not in said
    assert "ValueError" in said and "Invalid" in said and "test_refusals.py" in said
    assert heard.format(record) == said


def test_logs_keep_the_words_of_the_machine() -> None:
    try:
        Path("/nowhere/at/all").read_text("utf-8")
    except OSError:
        record = logging.LogRecord("x", 40, __file__, 1, "Failed", (), sys.exc_info())
    assert "No such file" in Discreet("%(message)s").format(record)


@pytest.mark.parametrize(
    ("before", "target"), [("http://testserver/board/", "/board/"), ("http://elsewhere.example/", "")]
)
def test_a_form_of_an_earlier_sign_in_leads_back_to_its_page(before: str, target: str) -> None:
    """To no other site's page."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/password/reset/", {"email": "a@b.example"}, headers={"Referer": before})
    page = answer.content.decode()
    assert answer.status_code == 403 and "Nothing was changed" in page
    assert ("Open the page again" in page) == bool(target) and "elsewhere.example" not in page
