"""One call, from the phone to the plan: the whole chain as people live it, and who is refused on the way.

Given a person in distress; when a neighbour calls 911; then the right team comes, the person is asked,
what they agree to is shared and nothing else, a shelter's night worker answers, a case carries on, the
metric moves, and the person can see who looked.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.calls import queries as calls
from commonweal.cases import actions as cases
from commonweal.cases import queries as case_queries
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Subject
from commonweal.messages import queries as messages
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as register
from factories.calls import TROUBLED, open_centre
from factories.directory import service
from factories.visitor import visit

pytestmark = pytest.mark.django_db

FOUND = {
    "contact_type": "crisis",
    "presenting_needs": ["mental_health", "housing"],
    "behaviours": ["anxious", "sad"],
    "risks": ["self_harm_thoughts"],
    "techniques": ["listening", "choices"],
    "force": "none",
    "injured": ["none"],
    "hold": "none",
    "transport": "shelter",
    "disposition": "connected",
}


class Story:
    """The people of the evening, each with their own screen."""

    def __init__(self) -> None:
        self.centre = open_centre()
        self.cast = self.centre.cast
        self.officer, self.clinician = self.centre.crews["CO1"]
        self.night_worker = self.cast["shelter_worker"]
        self.beds = service("Lantern night beds", agency=self.cast.agency["hmis_shelter"])
        self.call: UUID
        self.encounter: UUID
        self.person: UUID
        self.referral: UUID

    # -- the phone ------------------------------------------------------------------------------
    def a_neighbour_calls(self) -> None:
        desk = visit(self.centre.desk, "dispatch")
        desk.post(reverse("desk:new"), {"source": "911"})
        [waiting] = calls.open_calls()
        self.call = waiting.id
        desk.post(
            reverse("desk:place", args=[self.call]), {"pick": "-121.60|38.50|412 Cedar Ave", "q": "412 Cedar"}
        )
        for question, answer in TROUBLED.items():
            desk.post(reverse("desk:answer", args=[self.call]), {"question": question, "answer": answer})
        assert calls.call_of(self.call).tier == "T2"

    def co_response_is_sent(self) -> None:
        visit(self.centre.desk, "dispatch").post(reverse("desk:dispatch", args=[self.call]))
        assert calls.crew_of(self.call) == {UUID(self.officer.id), UUID(self.clinician.id)}

    # -- the doorstep ---------------------------------------------------------------------------
    def they_arrive_and_listen(self) -> None:
        phone = visit(self.clinician, "phone")
        for status in ("acknowledged", "enroute", "on_scene"):
            phone.post(reverse("field:status"), {"status": status})
        phone.post(reverse("field:open"), {"call": str(self.call)})
        [outline] = encounters.of_call(self.call)
        self.encounter = outline.id
        save = reverse("field:save", args=[self.encounter])
        for name, value in FOUND.items():
            phone.post(save, {"card": name, name: value})
        phone.post(save, {"consent_to_talk": "yes", "clinical_impression": "Grief after losing her home."})
        visit(self.officer, "phone").post(save, {"narrative": "Arrived 21:40. No offence."})

    def she_says_who_she_is(self) -> None:
        who = {"given": "Rosa", "family": "Delgado", "born": "1984-03-09"}
        visit(self.clinician, "phone").post(reverse("field:person", args=[self.encounter]), who)
        found = encounters.outline(self.encounter).person
        assert found
        self.person = found

    def she_agrees_on_the_phone_screen(self) -> None:
        agreed = {
            "what": ["identity", "referral_status", "case_plan", "mh_assessment"],
            "until": "180",
            "signer": "Rosa Delgado",
            "to": [str(self.cast.agency[k]) for k in ("hmis_shelter", "social_service")],
            "way": "drawn",
            "signature": "M10 10L60 40",
        }
        visit(self.clinician, "phone").post(reverse("field:consent", args=[self.encounter]), agreed)
        assert register.consents_in_force(self.person).count() == 2, "a release and a HIPAA authorization"

    def a_referral_goes_out(self) -> None:
        asked = {"service": str(self.beds), "need": "shelter"}
        visit(self.clinician, "phone").post(reverse("field:refer", args=[self.encounter]), asked)
        [subject] = referrals.of_encounter(self.encounter)
        self.referral = subject.id

    def the_encounter_ends(self) -> None:
        phone = visit(self.clinician, "phone")
        done = phone.post(reverse("field:close", args=[self.encounter]), follow=True)
        assert "Recorded" in done.content.decode()
        phone.post(reverse("field:status"), {"status": "available"})
        ended = {"bh": "yes", "is_behavioural_health": "yes", "disposition": "connected"}
        visit(self.centre.desk, "dispatch").post(reverse("desk:end", args=[self.call]), ended)

    # -- the night ------------------------------------------------------------------------------
    def what_follows_follows(self) -> None:
        journal.seal_all()
        while flow.drain():
            pass

    def the_night_worker_accepts(self) -> None:
        assert messages.unread(self.night_worker).exists()
        inbox = visit(self.night_worker)
        assert "Lantern night beds" in inbox.get(reverse("provider:index")).content.decode()
        card = inbox.get(reverse("provider:card", args=[self.referral])).content.decode()
        assert "Rosa Delgado" in card, "she agreed on the phone screen that they know who she is"
        inbox.post(reverse("provider:act", args=[self.referral, "accept"]))
        assert referrals.row(self.night_worker, self.referral).state == "accepted"

    # -- the weeks after --------------------------------------------------------------------------
    def a_case_carries_on(self) -> UUID:
        manager = self.cast["case_manager"]
        case = cases.open_case(
            by=manager,
            person=self.person,
            agency=self.cast.agency["social_service"],
            manager=UUID(manager.id),
            referral=self.referral,
        )
        cases.write_plan(by=manager, case=case.id, own_words="A door that locks.")
        cases.add_task(by=manager, case=case.id, text="Housing application", due=clock.today())
        cases.contact(by=manager, case=case.id, way="visit", reached=True, note="She slept.")
        return case.id


@pytest.fixture
def story() -> Story:
    """The evening up to where every test begins."""
    told = Story()
    told.a_neighbour_calls()
    told.co_response_is_sent()
    told.they_arrive_and_listen()
    told.she_says_who_she_is()
    told.she_agrees_on_the_phone_screen()
    told.a_referral_goes_out()
    told.the_encounter_ends()
    told.what_follows_follows()
    return told


def decision(by, category, purpose, kind, id_):
    """What the gate says to one question."""
    return sharing.ask(by=by, category=category, purpose=purpose, about=Subject(kind, id_))


def test_the_loop_closes_and_the_case_carries_on(story: Story) -> None:
    """Accepted in the night, followed up, supported, closed with an outcome."""
    story.the_night_worker_accepts()
    case = story.a_case_carries_on()
    manager = story.cast["case_manager"]
    plan = decision(manager, "case_plan", "care_coordination", "case", case)
    assert isinstance(plan, sharing.Permit)
    [shown] = case_queries.plans({Subject("case", case): plan})
    goals = shown["goals"]
    assert isinstance(goals, dict) and goals["own_words"] == "A door that locks."

    visit(story.clinician).post(
        reverse("field:follow_up", args=[story.encounter]),
        {"way": "phone", "reached": "yes", "outcome": "Better."},
    )
    assert encounters.follow_ups(story.encounter)[0][2] is True
    closed = cases.close_case(by=manager, case=case, reason="goals_met", outcome="Has a room since June.")
    assert closed.state == "closed"


def test_the_metric_moves(story: Story) -> None:
    """What the evening changed is countable, and counted by people who see no names."""
    start = clock.now() - timedelta(days=1)
    shelter = story.cast.agency["hmis_shelter"]
    before = referrals.closure(to_agency=shelter, since=start)
    story.the_night_worker_accepts()
    after = referrals.closure(to_agency=shelter, since=start)
    assert (before.sent, before.answered, after.sent, after.answered) == (1, 0, 1, 1)

    page = visit(story.cast["evaluator"]).get(reverse("evaluator:index"))
    assert page.status_code == 200
    assert b"Rosa" not in page.content and b"Cedar" not in page.content


def test_the_person_sees_who_looked(story: Story) -> None:
    """Every disclosure to another agency stands in her register, with who, what and why."""
    story.the_night_worker_accepts()
    story.a_case_carries_on()
    answer = decision(story.night_worker, "referral_status", "care_coordination", "referral", story.referral)
    assert isinstance(answer, sharing.Permit)
    rows = [r for p in people.circle(story.person) for r in register.accounting(p)]
    assert any(r.account == story.night_worker.id and r.category == "referral_status" for r in rows)
    account = agencies.open_account(
        by=story.centre.desk, username="rosa", display_name="Rosa", role="person", person=story.person
    )
    herself = agency_queries.actor(account.id)
    own = decision(herself, "encounter_narrative", "subject_access", "encounter", story.encounter)
    assert isinstance(own, sharing.Permit) and "disposition" in own.fields


def test_the_patrol_officer_never_reads_the_clinical_note(story: Story) -> None:
    """Neither the one at the door nor one across town; enforcement least of all."""
    for officer in (story.officer, story.centre.crews["P1"][0]):
        for purpose in ("emergency", "enforcement", "care_coordination"):
            refused = decision(officer, "encounter_narrative", purpose, "clinical_part", story.encounter)
            assert isinstance(refused, sharing.Refusal), (officer.role, purpose)
    page = visit(story.officer).get(reverse("field:encounter", args=[story.encounter]))
    assert b"Grief after losing her home" not in page.content


def test_the_civilian_team_never_sees_criminal_history(story: Story) -> None:
    """Not by role, not by claiming a threat, not by breaking glass."""
    crisis_worker = story.centre.crews["T1"][0]
    record = Subject("history", UUID(int=7))
    sharing.hold(
        by=story.centre.desk, subject=record, agency=story.cast.agency["police"], person=story.person
    )
    said = sharing.Circumstances(imminent_threat=True, break_glass="I want to know", purpose_code="C")
    for claim in (sharing.Circumstances(), said):
        answer = sharing.ask(
            by=crisis_worker,
            category="criminal_history",
            purpose="emergency",
            about=record,
            circumstances=claim,
        )
        assert isinstance(answer, sharing.Refusal)


def test_the_analyst_sees_no_names_and_the_stranger_sees_nothing(story: Story) -> None:
    """Names open to neither; the stranger is not even told that there is a record."""
    for record in people.records_of(story.person):
        assert isinstance(
            decision(story.cast["analyst"], "identity", "evaluation", *_of(record)), sharing.Refusal
        )
        told = decision(STRANGER, "identity", "public_reporting", *_of(record))
        assert isinstance(told, sharing.Refusal) and not told.acknowledged and told.unlock == ()


def _of(record: Subject) -> tuple[str, UUID]:
    return record.kind, record.id


def test_the_journal_holds_the_whole_evening(story: Story) -> None:
    """Sealed without a gap; no name in it anywhere."""
    journal.seal_all()
    assert journal.verify().is_sound
    text = " ".join(str(seal.line.data) for seal in journal.tail(0, 5_000))
    assert "Rosa" not in text and "Delgado" not in text and "Grief" not in text
