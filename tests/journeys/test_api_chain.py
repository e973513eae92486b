"""The main job through the API alone: ten steps by ten programs, and who is refused on the way.

Given a call taken by another maker's dispatch system; when each step is one request of the next program;
then the same doors do the same as on the screens, and nobody learns more than on the screens.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.kernel import clock, journal
from factories.caller import Program
from factories.calls import TROUBLED, open_centre
from factories.cast import SETUP, someone
from factories.directory import service

pytestmark = pytest.mark.django_db

FOUND = {
    "contact_type": "crisis", "presenting_needs": ["mental_health", "housing"], "behaviours": ["anxious"],
    "risks": ["self_harm_thoughts"], "techniques": ["listening"], "force": "none", "injured": ["none"],
    "hold": "none", "transport": "shelter", "disposition": "connected", "consent_to_talk": True,
}  # fmt: skip


class Evening:
    """Everybody's program, and the ids that they hand on."""

    def __init__(self) -> None:
        self.centre = open_centre()
        cast = self.cast = self.centre.cast
        officer, clinician = self.centre.crews["CO1"]
        self.desk, self.officer, self.clinician = (Program(a) for a in (self.centre.desk, officer, clinician))
        self.night, self.manager = Program(cast["shelter_worker"]), Program(cast["case_manager"])
        self.privacy, self.publisher = Program(cast["privacy_officer"]), Program(cast["community_liaison"])
        self.beds = service("Lantern night beds", agency=cast.agency["hmis_shelter"])
        self.call = self.encounter = self.referral = self.case = self.card = ""

    def a_call_is_taken_triaged_and_dispatched(self) -> None:
        given = {"source": "911", "address": "412 Cedar Ave", "lon": -121.6, "lat": 38.5}
        self.call = self.desk.done("calls/", **given)["id"]
        assert self.desk.done(f"calls/{self.call}/answers", answers=TROUBLED)["tier"] == "T2"
        assert self.desk.seen(f"calls/{self.call}/recommendation")["picks"]
        self.desk.done(f"calls/{self.call}/dispatch")
        unit = self.centre.units["CO1"]
        self.clinician.done(f"calls/{self.call}/units/{unit}/status", status="on_scene")

    def they_meet_and_record(self) -> None:
        self.encounter = self.clinician.done("encounters/", call=self.call)["id"]
        here = f"encounters/{self.encounter}"
        assert "disposition" in self.clinician.seen(f"{here}?purpose=emergency")["missing"]
        assert self.clinician.patch(here, **FOUND, clinical_impression="Grief.").status_code == 200
        assert self.officer.patch(here, narrative="Arrived 21:40. No offence.").status_code == 200
        who = {"given": "Rosa", "family": "Delgado", "born": "1984-03-09"}
        self.clinician.done(f"{here}/person", **who)
        screened = {"instrument": "c_ssrs", "answers": {"wish": 1}, "score": 1, "band": "low"}
        self.clinician.done(f"{here}/assessments", **screened)

    def she_agrees(self) -> None:
        to = [str(self.cast.agency[k]) for k in ("hmis_shelter", "social_service")]
        for form in ("roi", "hipaa_auth"):
            made = self.clinician.done(
                "consents/", encounter=self.encounter, form=form, recipients=to,
                categories=["referral_status", "case_plan", "identity"],
                purposes=["care_coordination", "treatment"], signer="Rosa Delgado", signature="M1 1L9 9",
            )  # fmt: skip
            assert made["state"] == "in_force"

    def she_is_referred(self) -> None:
        fits = self.clinician.done("directory/fitting", needs=["shelter"])
        assert str(self.beds) in [fit["service"]["id"] for fit in fits]
        sent = self.clinician.done(
            "referrals/", service=str(self.beds), encounter=self.encounter, needs=["shelter"],
            person=self.clinician.seen(f"encounters/{self.encounter}?purpose=emergency")["person"],
        )  # fmt: skip
        self.referral = sent["id"]
        assert self.night.done(f"referrals/{self.referral}/accept")["state"] == "accepted"

    def it_ends(self) -> None:
        self.clinician.done(f"encounters/{self.encounter}/close")
        self.card = self.clinician.done(f"encounters/{self.encounter}/card")["code"]
        self.desk.done(f"calls/{self.call}/end", is_behavioural_health=True, disposition="connected")
        journal.seal_all()
        while flow.drain():
            pass

    def a_case_carries_on(self) -> None:
        begun = self.manager.done("cases/", given="Rosa", family="Delgado", born="1984-03-09")
        self.case = begun["id"]
        here = f"cases/{self.case}"
        assert self.manager.patch(f"{here}/plan", own_words="A door that locks.").status_code == 200
        self.manager.done(f"{here}/goal", text="A room of my own", domain="housing")
        self.manager.done(f"{here}/task", text="Housing application", due=str(clock.today()))
        self.manager.done(f"{here}/contact", way="visit", reached=True, note="She slept.")
        task = self.manager.seen(f"{here}/plan")["values"]["tasks"][0]["id"]
        self.manager.done(f"{here}/finish", task=task)


@pytest.fixture
def evening() -> Evening:
    """The evening up to the accepted referral and the case."""
    told = Evening()
    told.a_call_is_taken_triaged_and_dispatched()
    told.they_meet_and_record()
    told.she_agrees()
    told.she_is_referred()
    told.it_ends()
    told.a_case_carries_on()
    return told


def test_from_the_case_to_the_plan_and_back_to_the_resident(evening: Evening) -> None:
    """Closed with an outcome, counted, said back: steps seven to ten."""
    closed = evening.manager.done(f"cases/{evening.case}/close", reason="goals_met", outcome="Has a room.")
    assert closed["state"] == "closed"
    evening.clinician.done(f"encounters/{evening.encounter}/follow-ups", way="phone", reached=True)

    now = clock.now()
    evaluator = Program(evening.cast["evaluator"])
    span = {"start": (now - timedelta(days=2)).isoformat(), "end": (now - timedelta(days=1)).isoformat()}
    frozen = evaluator.done("evaluation/cohorts", name="May", **span)
    assert len(frozen["fingerprint"]) == 64
    assert "Rosa" not in str(evaluator.client.get("/api/v1/evaluation/figures", span, headers=evaluator.head))
    assert Program(evening.cast["program_manager"]).seen("planning/plans") == []

    receipt = Program(None).done("community/feedback", text="They listened.", respect=5, card=evening.card)
    [said] = evening.publisher.seen("community/feedback/waiting")
    assert said["text"] == "They listened."
    evening.publisher.done(f"community/feedback/{said['id']}/reply", text="Thank you.")
    read = Program(None).done("community/feedback/read", code=receipt["receipt"])
    assert [line["text"] for line in read["replies"]] == ["Thank you."]


def test_the_person_reads_who_looked_and_takes_a_consent_back(evening: Evening) -> None:
    """By her own token: her consents, the looks, and one withdrawn; after that the gate says no."""
    evening.night.seen(f"referrals/{evening.referral}")
    person = evening.clinician.seen(f"encounters/{evening.encounter}?purpose=emergency")["person"]
    account = agencies.open_account(
        by=SETUP, username="rosa", display_name="Rosa", role="person", person=UUID(person)
    )
    herself = Program(agency_queries.actor(account.id))
    assert "referral_status" in {row["category"] for row in herself.seen("trust/looked")}
    agreed = herself.seen("consents/")
    assert {c["state"] for c in agreed} == {"in_force"} and len(agreed) == 2
    for consent in agreed:
        assert herself.done(f"consents/{consent['id']}/withdraw")["state"] == "withdrawn"
    register = evening.privacy.seen(f"trust/register?person={person}")
    assert {row["category"] for row in register} >= {"referral_status"}
    assert "Rosa" not in str(register)


def test_asking_why_names_the_rule_and_what_would_unlock_it(evening: Evening) -> None:
    """For the clinician it opens; the reader elsewhere is told, or told nothing."""
    asked = {"kind": "encounter", "id": evening.encounter, "category": "encounter_narrative"}
    opened = evening.clinician.done("trust/why", **asked, purpose="emergency")
    assert opened["decision"] in ("allow", "redact") and opened["rules"][0]["citation"]
    made_up = {"role": "patrol_officer", "category": "mh_assessment", "purpose": "enforcement", "facts": {}}
    refused = evening.privacy.done("trust/explain", **made_up)
    assert refused["decision"] == "deny" and refused["why"] and refused["rules"]
    assert evening.manager.post("trust/explain", **made_up).json()["field"] == "scope"


class TestRefusals:
    """No token, wrong scope, wrong role, wrong purpose, no permit."""

    def routes(self, evening: Evening) -> list[tuple[str, str, dict[str, Any]]]:
        """Every personal route of the chain, with a body that would do."""
        e, c, who = evening.encounter, evening.case, {"given": "Ana", "family": "Diaz"}
        return [
            ("get", f"encounters/{e}", {}), ("patch", f"encounters/{e}", {"shared_note": "x"}),
            ("post", f"encounters/{e}/person", who), ("post", f"encounters/{e}/close", {}),
            ("post", f"encounters/{e}/follow-ups", {"way": "phone", "reached": True}),
            ("get", f"consents/?encounter={e}", {}), ("get", f"consents/?case={c}", {}),
            ("get", f"cases/{c}/plan", {}), ("patch", f"cases/{c}/plan", {"summary": "x"}),
            ("post", f"cases/{c}/contact", {"way": "visit", "reached": True}),
            ("get", f"referrals/{evening.referral}", {}),
            ("post", "trust/why", {"kind": "case", "id": c, "category": "case_plan", "purpose": "treatment"}),
        ]  # fmt: skip

    def test_without_a_token_nothing(self, evening: Evening) -> None:
        """401 and the same bytes everywhere."""
        answers = [Program(None).send(m, path, body) for m, path, body in self.routes(evening)]
        assert {a.status_code for a in answers} == {401} and len({a.content for a in answers}) == 1
        assert answers[0]["Content-Type"] == "application/problem+json" and "WWW-Authenticate" in answers[0]

    def test_a_scope_that_does_not_reach_says_which_would(self, evening: Evening) -> None:
        """403 before any record is looked at: the same for one that does not exist."""
        program = Program(evening.cast["analyst"])
        for method, path, body in self.routes(evening):
            if path.startswith(("referrals/", "trust/")) or (method, path) == self.routes(evening)[0][:2]:
                continue  # open to any token: the gate alone decides
            real = program.send(method, path, body)
            gone = program.send(method, _another(path, evening), body)
            assert real.status_code == 403 and real.content == gone.content, path
            assert real.json()["field"] == "scope" and real.json()["remedy"]

    @pytest.mark.parametrize("role", ["clinician", "case_manager", "patrol_officer", "analyst", "prosecutor"])
    def test_a_stranger_to_the_record_finds_none_byte_for_byte(self, evening: Evening, role: str) -> None:
        """Another worker of a right role, or a wrong one: as if it did not exist."""
        from factories.cast import worker

        stranger = Program(worker(evening.cast.agency["school"], role, f"other.{role}"))
        for method, path, body in self.routes(evening):
            real = stranger.send(method, path, body)
            gone_body = {**body, "id": str(uuid4())} if "id" in body else body
            gone = stranger.send(method, _another(path, evening), gone_body)
            if b'"why"' in real.content:
                assert real.status_code == 403 or real.json()["decision"] == "deny", (method, path)
                continue  # the gate refuses and may say so; the engine's tests hold which those are
            assert real.status_code in (403, 404), (method, path, real.content)
            assert (real.status_code, real.content) == (gone.status_code, gone.content), (method, path)

    def test_a_wrong_purpose_opens_nothing(self) -> None:
        """What was given for care is never read for enforcement, not by those who are there."""
        told = Evening()
        told.a_call_is_taken_triaged_and_dispatched()
        told.they_meet_and_record()
        here = f"encounters/{told.encounter}"
        for program in (told.officer, told.clinician):
            assert b"Grief" not in program.get(f"{here}?purpose=enforcement").content
        read = told.officer.get(f"{here}?purpose=emergency")
        assert read.status_code == 200 and b"Grief" not in read.content and b"21:40" in read.content
        assert b"Grief" in told.clinician.get(f"{here}?purpose=emergency").content

    def test_victim_services_are_not_found_by_anybody(self, evening: Evening) -> None:
        """Not a candidate, not a record, not a why: the same bytes as for nobody."""
        person, record = someone(evening.cast, "victim_service_provider", given="Marisol", family="Quist")
        searched = evening.manager.done("people/search", given="Marisol", family="Quist")
        assert searched == []
        asked = {"kind": "source_record", "category": "identity", "purpose": "care_coordination"}
        for path, gone in (
            (f"people/{person}/records", f"people/{uuid4()}/records"),
            (f"people/{person}/safety", f"people/{uuid4()}/safety"),
        ):
            real, none = evening.manager.get(path), evening.manager.get(gone)
            assert real.status_code == none.status_code == 404 and real.content == none.content
        real = evening.manager.post("trust/why", id=str(record.id), **asked)
        none = evening.manager.post("trust/why", id=str(uuid4()), **asked)
        assert real.status_code == none.status_code == 404 and real.content == none.content


def _another(path: str, evening: Evening) -> str:
    for known in (evening.encounter, evening.case, evening.referral):
        path = path.replace(known, str(uuid4()))
    return path
