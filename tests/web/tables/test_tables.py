"""A hub table's discussion through its four filters: what each seat sees at each."""

from uuid import uuid4

import pytest
from django.urls import reverse

from commonweal.cases import actions as cases
from commonweal.cases import queries
from factories.cases import hub
from factories.cast import worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
NAMED = ("Rosa", "Mar 9, 1984", "12 Quay St")
ROLES = ("case_manager", "clinician", "prosecutor", "shelter")


@pytest.fixture
def at():
    return hub()


def url(name, *args):
    return reverse(f"tables:{name}", args=args)


def seen(actor, discussion):
    answer = visit(actor).get(url("discussion", discussion))
    return answer.status_code, answer.content.decode()


def act(actor, discussion, verb, **data):
    return visit(actor).post(url("act", discussion, verb), data)


def test_the_whole_way_from_a_situation_to_a_plan(at):
    lead, clinician = at.seats["case_manager"], at.seats["clinician"]
    client = visit(lead)
    assert "Eastside table" in client.get(url("index")).content.decode()
    form = client.get(url("open", at.table)).content.decode()
    assert "Moves from place to place" in form.replace("moves", "Moves")
    client.post(
        url("open", at.table),
        {"situation": "Sleeps outside", "age_band": "40-59", "risks": ["housing.transient"]},
    )
    [door] = queries.doors(lead, at.table)
    act(lead, door.id, "on")
    refused = act(lead, door.id, "on")
    assert refused.status_code == 409 and "acutely elevated risk" in refused.content.decode()
    act(lead, door.id, "weigh", aer=list(cases.AER_TEST), protective=["family"])
    assert act(lead, door.id, "on").status_code == 409, "nobody is named yet"
    client.post(url("name", door.id), {"given": "Rosa", "family": "Delgado", "born": "1984-03-09"})
    act(lead, door.id, "on")
    act(clinician, door.id, "stay", part="assisting")
    assert act(lead, door.id, "on").status_code == 409, "nobody leads yet"
    act(lead, door.id, "stay", part="lead")
    act(lead, door.id, "on")
    act(lead, door.id, "plan", plan="Visit together on Monday")
    status, text = seen(clinician, door.id)
    assert status == 200 and "Visit together on Monday" in text and "plan by" in text
    assert seen(at.seats["prosecutor"], door.id)[0] == 404
    act(lead, door.id, "conclude", conclusion="connected")
    assert all(seen(at.seats[r], door.id)[0] == 404 for r in ROLES)
    assert "Risk lowered" in client.get(url("index")).content.decode()


def test_filter_one_is_the_own_agencys_alone(at):
    found = at.open()
    assert seen(at.seats["case_manager"], found)[0] == 200
    for other in ("clinician", "prosecutor"):
        assert seen(at.seats[other], found)[0] == 404


def test_filter_two_tells_everyone_the_situation_and_nobody_a_name(at):
    found, origin = at.open(), at.seats["case_manager"]
    cases.name_person(by=origin, discussion=found, person=at.person)
    cases.move_on(by=origin, discussion=found)
    for role in ROLES:
        status, text = seen(at.seats[role], found)
        assert status == 200 and "Sleeps outside" in text and "no birth date" in text
        assert not any(word in text for word in NAMED), role


def test_filter_three_tells_the_seats_name_birth_date_and_address_and_no_more(at):
    found = at.to_three()
    for role in ("clinician", "shelter"):
        status, text = seen(at.seats[role], found)
        assert status == 200 and all(word in text for word in NAMED), role
        assert "555-0142" not in text


def test_a_prosecutor_at_the_table_learns_no_name_though_the_charter_says_so(at):
    status, text = seen(at.seats["prosecutor"], at.to_three())
    assert status == 200 and "opens no name" in text
    assert not any(word in text for word in NAMED)


def test_without_a_clause_of_the_charter_no_name_is_told():
    bare = hub(charter=False)
    status, text = seen(bare.seats["shelter"], bare.to_three())
    assert status == 200 and "Rosa" not in text and "opens no name" in text


def test_filter_four_keeps_those_who_said_that_they_are_involved(at):
    found = at.to_three()
    cases.stay_as(by=at.seats["case_manager"], discussion=found, part="lead")
    cases.move_on(by=at.seats["case_manager"], discussion=found)
    assert seen(at.seats["case_manager"], found)[0] == 200
    for gone in ("clinician", "prosecutor"):
        assert seen(at.seats[gone], found)[0] == 404


def test_whoever_left_finds_what_a_stranger_finds(at):
    found, leaver = at.to_three(), at.seats["shelter"]
    assert "Rosa" in seen(leaver, found)[1]
    act(leaver, found, "leave")
    left = visit(leaver).get(url("discussion", found))
    stranger = visit(worker(at.cast.agency["hmis_shelter"], "case_manager")).get(url("discussion", found))
    unknown = visit(leaver).get(url("discussion", uuid4()))
    assert left.status_code == stranger.status_code == unknown.status_code == 404

    def bare(answer):
        text = answer.content.decode()
        return text[text.index("<main") : text.index("</main>")].replace(answer.wsgi_request.path, "")

    assert bare(left) == bare(stranger) == bare(unknown)
    assert act(leaver, found, "stay", part="lead").status_code == 404
    assert "you have left" in visit(leaver).get(url("index")).content.decode()


def test_only_the_originator_names_and_only_before_names_are_known(at):
    found, origin = at.open(), at.seats["case_manager"]
    cases.move_on(by=origin, discussion=found)
    assert visit(at.seats["clinician"]).get(url("name", found)).status_code == 404
    assert visit(at.seats["clinician"]).post(url("name", found), {"given": "X"}).status_code == 404
    later = at.to_three()
    assert visit(origin).post(url("name", later), {"given": "Other"}).status_code == 409


def test_a_rejected_discussion_keeps_limited_data(at):
    found = at.open()
    act(at.seats["case_manager"], found, "conclude", conclusion="single_agency")
    assert queries.figures(at.table) == {"conclusion": {"single_agency": 1}, "risk": {}}


def test_the_words_come_in_both_languages(at):
    found, origin = at.to_three(), at.seats["clinician"]
    client = visit(origin)
    client.post("/language/", {"language": "es", "next": "/tables/"})
    text = client.get(url("discussion", found)).content.decode()
    assert "Vivienda: cambia de lugar" in text and "Whoever" not in text


def test_what_is_not_on_the_list_is_refused(at):
    client = visit(at.seats["case_manager"])
    assert client.post(url("open", at.table), {"situation": "x", "risks": ["made.up"]}).status_code == 400
    assert client.post(url("open", at.table), {"situation": " "}).status_code == 400
    found = at.open()
    assert act(at.seats["case_manager"], found, "conclude", conclusion="bored").status_code == 400
    assert act(at.seats["case_manager"], found, "dance").status_code == 404


@pytest.mark.parametrize("role", ["patrol_officer", "analyst", "provider_staff", "administrator"])
def test_roles_without_a_seat_do_not_enter(at, role):
    found = at.to_three()
    client = visit(at.cast[role])
    assert client.get(url("index")).status_code == 403
    assert client.get(url("discussion", found)).status_code == 403


def test_a_seat_at_no_table_opens_none(at):
    other = worker(at.cast.agency["health"], "clinician")
    client = visit(other)
    assert "no seat" in client.get(url("index")).content.decode()
    assert client.get(url("open", at.table)).status_code == 404
    assert client.post(url("open", at.table), {"situation": "x"}).status_code == 404


def test_a_stranger_signs_in_first(at, client):
    assert client.get(url("index")).status_code == 302


def test_what_is_open_stands_first_and_what_is_over_is_folded(at):
    lead = at.seats["case_manager"]
    done, left, open_ = at.open(), at.open(), at.open()
    cases.conclude(by=lead, discussion=done, conclusion="connected")
    cases.leave_room(by=lead, discussion=left)
    text = visit(lead).get(url("index")).content.decode()
    live, folded = text.split('class="tb-past"')
    assert url("discussion", open_) in live and "Risk lowered" not in live
    assert "2 concluded or left" in folded and "Risk lowered" in folded and "you have left" in folded
    cases.conclude(by=lead, discussion=open_, conclusion="connected")
    assert "You are in no discussion now" in visit(lead).get(url("index")).content.decode()


def test_the_room_says_what_the_next_filter_waits_for_and_a_refusal_leads_back(at):
    lead = at.seats["case_manager"]
    found, client = at.open(), visit(lead)
    act(lead, found, "on")
    text = seen(lead, found)[1]
    assert "All four questions about the risk" in text and "The person is named." in text
    here = f"http://testserver{url('discussion', found)}"
    refused = client.post(url("act", found, "on"), headers={"referer": here})
    page = refused.content.decode()
    assert refused.status_code == 409 and "This cannot be done now" in page and f'href="{here}"' in page
    away = client.post(url("act", found, "on"), headers={"referer": "https://elsewhere.example/x"})
    assert "elsewhere.example" not in away.content.decode()
    act(lead, found, "weigh", aer=list(cases.AER_TEST))
    assert "All four questions about the risk" not in seen(lead, found)[1]
    cases.name_person(by=lead, discussion=found, person=at.person)
    assert "Before the next filter" not in seen(lead, found)[1]
    act(lead, found, "on")
    assert "One agency says that it leads." in seen(lead, found)[1]
    act(lead, found, "stay", part="lead")
    assert "Before the next filter" not in seen(lead, found)[1]
