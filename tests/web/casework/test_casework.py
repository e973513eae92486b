"""A case manager's days: the list, the file, the plan, the team, the end; and who may not look."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel import clock, journal
from commonweal.messages import queries as messages
from commonweal.referrals import actions as referrals
from commonweal.sharing import queries as sharing
from factories.cases import support
from factories.cast import someone, worker
from factories.directory import service
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return support()


def act(client, case, verb, **data):
    return client.post(reverse("casework:act", args=[case, verb]), data)


def test_the_list_says_who_first_and_why(at):
    calm_person, _ = someone(at.cast, "social_service", given="Omar", family="Haddad", phone="555-0111")
    calm = cases.open_case(
        by=at.manager,
        person=calm_person,
        agency=at.cast.agency["social_service"],
        manager=UUID(at.manager.id),
    )
    cases.contact(by=at.manager, case=calm.id, way="visit", reached=True)
    cases.add_task(
        by=at.manager, case=at.case, text="Ring the landlord", owner=UUID(at.manager.id),
        due=clock.today() - timedelta(days=2),
    )  # fmt: skip
    text = visit(at.manager).get(reverse("casework:index")).content.decode()
    assert text.index("Rosa Delgado") < text.index("Omar Haddad")
    assert "A promise is late" in text and "On track" in text


def test_the_list_turns_its_pages(at):
    for n in range(21):
        person, _ = someone(at.cast, "social_service", given=f"Person{n}", family=f"Number{n}", phone="")
        cases.open_case(
            by=at.manager, person=person, agency=at.cast.agency["social_service"], manager=UUID(at.manager.id)
        )
    client = visit(at.manager)
    first = client.get(reverse("casework:index")).content.decode()
    second = client.get(reverse("casework:index"), {"page": "2"}).content.decode()
    assert first.count("cs-row__name") == 20 and second.count("cs-row__name") == 2


def test_an_empty_list_says_what_will_appear(at):
    other = worker(at.cast.agency["social_service"], "case_manager")
    assert "Nobody on this list" in visit(other).get(reverse("casework:index")).content.decode()


def test_the_plan_speaks_in_the_persons_words(at):
    client = visit(at.manager)
    act(client, at.case, "plan", own_words="I want my own key", strengths="Cooks for everyone")
    act(client, at.case, "goal", text="A room by spring", domain="shelter")
    act(client, at.case, "task", text="Fill in the form together", due="2030-01-05", owner=at.manager.id)
    text = client.get(reverse("casework:case", args=[at.case])).content.decode()
    for words in ("I want my own key", "Cooks for everyone", "A room by spring", "Fill in the form together"):
        assert words in text
    plan = plan_of(at)
    act(client, at.case, "reached", goal=plan["goals"]["list"][0]["id"])
    act(client, at.case, "done", task=plan["tasks"][0]["id"])
    plan = plan_of(at)
    assert plan["goals"]["list"][0]["reached_at"] and plan["tasks"][0]["done_at"]


def plan_of(at):
    from commonweal.kernel.actors import Subject
    from commonweal.sharing import actions as gate

    about = Subject("case", at.case)
    answers = gate.ask_many(by=at.manager, category="case_plan", purpose="care_coordination", about=[about])
    return queries.plans(gate.permitted(answers))[0]


def test_a_task_of_another_case_cannot_be_finished_from_here(at):
    other_person, _ = someone(at.cast, "social_service", given="Omar", family="Haddad", phone="")
    stranger = worker(at.cast.agency["health"], "clinician")
    other = cases.open_case(
        by=stranger, person=other_person, agency=at.cast.agency["health"], manager=UUID(stranger.id)
    )
    task = cases.add_task(by=stranger, case=other.id, text="Theirs")
    assert act(visit(at.manager), at.case, "done", task=str(task.id)).status_code == 404
    task.refresh_from_db()
    assert task.done_at is None


def test_where_things_stand_is_scored_and_drawn_over_time(at):
    client = visit(at.manager)
    act(client, at.case, "needs", **{"level-shelter": "1", "level-food": "3"})
    act(client, at.case, "needs", **{"level-shelter": "3", "level-food": "4"})
    text = client.get(reverse("casework:case", args=[at.case])).content.decode()
    assert "Average level" in text and "cs-bar--1" in text and "cs-bar--3" in text
    nothing = act(client, at.case, "needs")
    assert nothing.status_code == 400 and "at least one" in nothing.content.decode()


def test_contacts_stand_on_the_timeline(at):
    client = visit(at.manager)
    act(client, at.case, "contact", way="visit", reached="yes", note="Met at the library")
    act(client, at.case, "contact", way="phone", reached="no", note="No answer")
    text = client.get(reverse("casework:case", args=[at.case])).content.decode()
    assert "Visit: reached" in text and "Met at the library" in text and "Phone: not reached" in text
    assert act(client, at.case, "contact", way="pigeon", reached="no").status_code == 400
    for empty in ({}, {"way": "visit"}, {"reached": "yes"}):  # nothing is taken for granted
        assert act(client, at.case, "contact", **empty).status_code == 400


def test_the_team_crosses_agencies_and_leaving_ends_access(at):
    client = visit(at.manager)
    clinician = at.cast["clinician"]
    url = reverse("casework:case", args=[at.case])
    assert visit(clinician).get(url).status_code in (403, 404)
    act(client, at.case, "join", account=clinician.id, part="Nurse")
    assert [n.kind for n in messages.unread(clinician)] == ["team_joined"]
    assert visit(clinician).get(url).status_code == 200
    act(client, at.case, "leave", account=clinician.id)
    assert visit(clinician).get(url).status_code in (403, 404)


def test_the_thread_is_read_by_the_team_alone(at):
    client = visit(at.manager)
    clinician = at.cast["clinician"]
    act(client, at.case, "join", account=clinician.id)
    act(client, at.case, "post", text="She has an appointment on Monday.")
    assert "message" in {n.kind for n in messages.unread(clinician)}
    page = visit(clinician).get(reverse("casework:case", args=[at.case])).content.decode()
    assert "She has an appointment on Monday." in page
    other = worker(at.cast.agency["hmis_shelter"], "case_manager")
    assert act(visit(other), at.case, "post", text="Hello").status_code in (403, 404)
    assert act(client, at.case, "post", text=" ").status_code == 400


def test_a_referral_goes_out_from_the_case(at):
    beds = service("Lantern night beds", agency=at.cast.agency["hmis_shelter"])
    client = visit(at.manager)
    url = reverse("casework:refer", args=[at.case])
    assert "Lantern night beds" in client.post(url, {"q": "Lantern", "look": "yes"}).content.decode()
    assert client.post(url, {"service": str(beds), "need": "shelter"}).status_code == 302
    assert (
        "Referral: Lantern night beds"
        in client.get(reverse("casework:case", args=[at.case])).content.decode()
    )
    assert client.post(url, {"service": "not-an-id"}).status_code == 400


def test_closing_ends_access_and_opening_again_returns_it(at):
    client = visit(at.manager)
    assert act(client, at.case, "close", reason="nonsense").status_code == 400
    act(client, at.case, "close", reason="goals_met", outcome="Has a key")
    closed = client.get(reverse("casework:case", args=[at.case])).content.decode()
    assert "This case is closed" in closed and "Rosa" not in closed and "Has a key" not in closed
    assert "Goals are met" in client.get(reverse("casework:index"), {"list": "closed"}).content.decode()
    outsider = worker(at.cast.agency["hmis_shelter"], "case_manager")
    assert visit(outsider).post(reverse("casework:reopen", args=[at.case])).status_code == 404
    client.post(reverse("casework:reopen", args=[at.case]))
    assert "Rosa Delgado" in client.get(reverse("casework:case", args=[at.case])).content.decode()


def test_folded_history_opens_only_on_purpose_and_leaves_a_line(at):
    client = visit(at.manager)
    url = reverse("casework:sensitive", args=[at.case])
    assert client.get(url).status_code == 405
    assert "recorded with your name" in client.post(url).content.decode()


def test_somebody_new_is_added_and_gets_a_case(at):
    client = visit(at.manager)
    url = reverse("casework:open")
    assert client.post(url, {"given": "", "family": ""}).status_code == 400
    done = client.post(url, {"given": "Lena", "family": "Ortiz", "born": "1990-02-01", "kind": "outreach"})
    assert done.status_code == 302
    assert "Lena Ortiz" in client.get(reverse("casework:index")).content.decode()


def test_a_record_that_the_gate_keeps_cannot_be_made_a_case(at):
    _, record = someone(at.cast, "victim_service_provider", given="Hidden", family="Person", phone="")
    before = len(queries.mine(at.manager))
    refused = visit(at.manager).post(reverse("casework:open"), {"record": str(record.id)})
    assert refused.status_code in (403, 404) and len(queries.mine(at.manager)) == before


@pytest.mark.parametrize(
    "role", ["patrol_officer", "analyst", "call_taker", "administrator", "privacy_officer", "prosecutor"]
)
def test_other_roles_do_not_enter(at, role):
    client = visit(at.cast[role])
    assert client.get(reverse("casework:index")).status_code == 403
    assert client.get(reverse("casework:case", args=[at.case])).status_code == 403
    assert act(client, at.case, "plan", own_words="x").status_code == 403


def test_another_agencys_manager_sees_nothing_of_it(at):
    other = worker(at.cast.agency["hmis_shelter"], "case_manager")
    client = visit(other)
    for url in (reverse("casework:case", args=[at.case]), reverse("casework:refer", args=[at.case])):
        answer = client.get(url)
        assert answer.status_code in (403, 404) and "Rosa" not in answer.content.decode()
    assert act(client, at.case, "goal", text="x").status_code in (403, 404)
    assert client.get(reverse("casework:case", args=[uuid4()])).status_code == 404


def test_a_stranger_signs_in_first(at, client):
    assert client.get(reverse("casework:index")).status_code == 302
    assert client.post(reverse("casework:act", args=[at.case, "close"])).status_code == 302


def test_the_page_asks_and_the_journal_knows(at):
    before = sharing.register(at.person).count()
    clinician = at.cast["clinician"]
    cases.join_team(by=at.manager, case=at.case, account=UUID(clinician.id))
    visit(clinician).get(reverse("casework:case", args=[at.case]))
    assert sharing.register(at.person).count() > before


def test_an_accepted_referral_becomes_a_case_once_and_the_managers_learn_of_it(at):
    sender = worker(at.cast.agency["hmis_shelter"], "case_manager")
    person, _ = someone(at.cast, "hmis_shelter", given="Ines", family="Marsh", phone="555-0177")
    help_desk = service("Open Door support", agency=at.cast.agency["social_service"])
    made = referrals.make(by=sender, service=help_desk, person=person, needs=["shelter"])
    referrals.accept(by=at.cast["provider_staff"], referral=made.id)
    seal_and_drain()
    found = queries.caseload(at.cast.agency["social_service"])
    [opened] = [o for o in found if o.person == person]
    assert opened.manager is None and opened.opened_at <= clock.now()
    assert "case_opened" in {n.kind for n in messages.unread(at.manager)}
    client = visit(at.manager)
    assert "nobody" in client.get(reverse("casework:index"), {"list": "agency"}).content.decode()
    act(client, opened.id, "take")
    assert queries.outline(opened.id).manager == UUID(at.manager.id)
    cases.close_case(by=at.manager, case=opened.id, reason="stable")
    flow.open_support(accepted(made.id, help_desk))
    assert not [o for o in queries.caseload(at.cast.agency["social_service"]) if o.person == person]


def accepted(referral, service_id):
    from commonweal.referrals import events

    return events.ReferralAccepted(referral=referral, service=service_id)


def seal_and_drain():
    journal.seal()
    while flow.drain():
        journal.seal()
