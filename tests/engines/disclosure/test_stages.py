"""The stages in their order, told as small stories: who is stopped where, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commonweal.engines.disclosure import NOT_FOUND, Consent, Facts, Permit, Policy, Question, Refusal, decide
from engines.disclosure.desk import CLEARED, ON_CALL, POLICY, TREATING, ask, consent

ALERTS = {"weapons_flag", "caution_text", "deescalation_tips", "communication_needs"}
GLASS = {"break_glass": {"reason": "unresponsive, alone"}}


def refused(verdict: Permit | Refusal, rule: str) -> Refusal:
    assert isinstance(verdict, Refusal)
    assert rule in verdict.rules
    return verdict


class TestTheGate:
    def test_a_lapsed_certificate_hides_no_safety_alert(self) -> None:
        verdict = ask("cit_officer", "safety_alerts", "emergency", **ON_CALL, training_current=False)
        assert verdict.fields == ALERTS

    def test_but_it_closes_criminal_history(self) -> None:
        verdict = ask(
            "cit_officer", "criminal_history", "emergency", **ON_CALL, **CLEARED, training_current=False
        )
        assert "certificate" in " ".join(refused(verdict, "us.gate.training").unlock)

    @pytest.mark.parametrize("category", ["call_facts", "safety_alerts"])
    def test_the_call_in_hand_needs_no_second_factor(self, category: str) -> None:
        assert ask("crisis_team", category, "emergency", **ON_CALL, mfa=False).decision == "allow"
        refused(ask("crisis_team", category, "emergency", mfa=False), "us.gate.second_factor")

    def test_everything_else_does(self) -> None:
        refused(ask("crisis_team", "identity", "emergency", **ON_CALL, mfa=False), "us.gate.second_factor")

    def test_the_public_declares_no_purpose(self) -> None:
        verdict = ask("public", "call_facts", "public_reporting", purpose_declared=False)
        assert verdict.fields == {"nature", "time", "block_address"}

    def test_a_lost_tablet_alerts(self) -> None:
        verdict = ask("hospital", "mh_assessment", "treatment", **TREATING, device_trusted=False)
        assert "alert_privacy" in refused(verdict, "us.gate.device").obligations

    @pytest.mark.parametrize(
        "facts",
        [
            {"consents": (Consent("napkin"),)}, {"consents": (Consent("roi"), Consent("napkin"))},
            {"jurisdiction": "atlantis"}, {"source_program": "circus"}, {"legal_process": "hearsay"},
            {"aggregate_cell_n": -1}, {"hours_since_incident": -0.5}, {"record_count": -1},
        ],
    )  # fmt: skip
    def test_one_word_or_number_that_the_policy_does_not_know_closes_all(self, facts: dict[str, Any]) -> None:
        """Each by itself, on a call in hand that opens without it: a fact built wrong never helps."""
        known = Facts.read(ON_CALL)
        asked = Question("cit_officer", "safety_alerts", "emergency")
        assert isinstance(decide(asked, known, POLICY), Permit)
        refused(decide(asked, replace(known, **facts), POLICY), "us.gate.unknown")


class TestGoneAndConflict:
    def test_sealed_goes_before_conflict(self) -> None:
        verdict = ask("case_manager", "case_plan", "care_coordination", care_relationship=True,
                      record_sealed=True, conflict_of_interest=True)  # fmt: skip
        assert {"no_acknowledgement", "alert_privacy"} <= refused(verdict, "us.gone.sealed").obligations

    def test_a_relative_on_a_live_call_is_helped_and_reviewed(self) -> None:
        verdict = ask("crisis_team", "call_facts", "emergency", **ON_CALL, conflict_of_interest=True)
        assert verdict.decision == "allow"
        assert {"alert_privacy", "post_review", "log_read"} <= verdict.obligations

    def test_but_not_for_enforcement(self) -> None:
        verdict = ask("patrol_officer", "identity", "enforcement", **ON_CALL, conflict_of_interest=True)
        assert refused(verdict, "us.conflict").unlock[0].startswith("A colleague")


class TestBulkAndCounts:
    def test_totals_are_no_bulk(self) -> None:
        verdict = ask("program_analyst", "call_facts", "evaluation", bulk_export=True, aggregate_cell_n=30)
        assert verdict.decision == "redact"

    def test_a_flag_does_not_make_rows_anonymous(self) -> None:
        verdict = ask("case_manager", "identity", "care_coordination", care_relationship=True,
                      bulk_export=True, deidentified=True)  # fmt: skip
        assert "alert_privacy" in refused(verdict, "us.bulk").obligations

    @pytest.mark.parametrize(
        ("count", "decision"), [(0, "redact"), (1, "deny"), (10, "deny"), (11, "redact")]
    )
    def test_the_threshold_is_eleven_and_a_true_zero_may_be_shown(self, count: int, decision: str) -> None:
        verdict = ask("program_analyst", "call_facts", "evaluation", aggregate_cell_n=count)
        assert verdict.decision == decision

    def test_a_count_means_nothing_at_the_bedside(self) -> None:
        assert (
            ask("hospital", "mh_assessment", "treatment", **TREATING, aggregate_cell_n=40).decision == "allow"
        )

    def test_staff_count_their_own_but_not_their_neighbours(self) -> None:
        asked = ("hospital", "mh_assessment", "evaluation")
        assert ask(*asked, aggregate_cell_n=40, same_agency_as_source=True).fields == {
            "risk_level", "diagnosis", "medications",
        }  # fmt: skip
        refused(ask(*asked, aggregate_cell_n=40), "us.purpose")

    def test_a_victim_service_reports_no_zero(self) -> None:
        asked = ("program_analyst", "location", "evaluation")
        vsp = {"source_program": "victim_service_provider"}
        assert ask(*asked, **vsp, aggregate_cell_n=11).fields == {"shelter_stay"}
        assert ask(*asked, **vsp, aggregate_cell_n=0).decision == "deny"

    def test_the_lifeline_is_not_counted(self) -> None:
        verdict = ask(
            "program_analyst", "call_facts", "evaluation", source_program="lifeline_988", aggregate_cell_n=90
        )
        assert verdict.decision == "deny"


class TestPurpose:
    @pytest.mark.parametrize("origin", ["social_service", "health", "hmis", "school"])
    def test_data_given_for_care_are_closed_to_enforcement(self, origin: str) -> None:
        verdict = ask("patrol_officer", "identity", "enforcement", **ON_CALL, source_program=origin)
        refused(verdict, "us.limit.purpose")

    def test_police_data_are_not(self) -> None:
        verdict = ask("patrol_officer", "identity", "enforcement", assigned_to_incident=True)
        assert "photo" in verdict.fields

    def test_no_agreement_reaches_round_it(self) -> None:
        clause = {"category": "case_plan", "fields": ["goals"], "roles": ["patrol_officer"],
                  "purposes": ["enforcement"]}  # fmt: skip
        verdict = ask("patrol_officer", "case_plan", "enforcement", clauses=[clause])
        refused(verdict, "us.limit.purpose")

    def test_a_court_order_does(self) -> None:
        verdict = ask("patrol_officer", "case_plan", "enforcement", legal_process="court_order")
        assert verdict.fields == {"goals", "services", "tasks"}
        assert {"log_disclosure", "accounting"} <= verdict.obligations


class TestAgreement:
    def test_a_lapse_closes_what_crosses_agencies(self) -> None:
        asked = ("case_manager", "case_plan", "care_coordination")
        verdict = ask(*asked, care_relationship=True, mou_active=False)
        assert "An agreement in force" in refused(verdict, "us.limit.agreement").unlock[0]
        assert (
            ask(*asked, care_relationship=True, mou_active=False, same_agency_as_source=True).decision
            == "allow"
        )

    def test_custody_goes_with_it_and_a_threat_does_not(self) -> None:
        asked = ("patrol_officer", "mh_assessment", "emergency")
        assert ask(*asked, **ON_CALL, in_lawful_custody=True, mou_active=False).decision == "deny"
        assert ask(*asked, **ON_CALL, imminent_threat=True, mou_active=False).decision == "redact"

    def test_a_warrant_outlives_an_agreement_and_an_administrative_request_does_not(self) -> None:
        asked = ("patrol_officer", "identity", "enforcement")
        lapsed: dict[str, object] = {"source_program": "health", "mou_active": False}
        assert ask(*asked, **lapsed, legal_process="warrant").decision == "redact"
        assert ask(*asked, **lapsed, legal_process="admin_request_3part").decision == "deny"
        assert ask(*asked, **lapsed, le_locate_request=True).decision == "deny"


class TestNarrowing:
    def test_a_confidential_address_stays_confidential_even_to_its_owner(self) -> None:
        verdict = ask("subject_self", "location", "subject_access", address_confidentiality=True)
        assert verdict.fields == {"current_location", "shelter_stay"}
        assert "us.limit.address_confidentiality" in verdict.rules

    def test_a_young_persons_history(self) -> None:
        asked = ("corespond_clinician", "criminal_history", "emergency")
        cleared = {**ON_CALL, **CLEARED, "security_addendum": True}
        assert ask(*asked, **cleared).fields == {"open_warrants"}
        refused(ask(*asked, **cleared, subject_minor=True), "us.limit.juvenile_history")

    def test_state_law_leaves_a_release_behind_and_an_authorization_standing(self) -> None:
        asked = ("case_manager", "mh_assessment", "care_coordination")
        cared: dict[str, object] = {"care_relationship": True, "state_law_stricter": True}
        assert ask(*asked, **cared, consent=consent("roi")).decision == "deny"
        assert ask(*asked, **cared, consent=consent("hipaa_auth")).decision == "allow"

    @pytest.mark.parametrize("fact", ["subject_deceased", "le_accounting_suspension"])
    def test_facts_that_change_no_decision(self, fact: str) -> None:
        told: dict[str, object] = {fact: True}
        asked = ("hospital", "mh_assessment", "treatment")
        assert ask(*asked, **TREATING, **told) == ask(*asked, **TREATING)


class TestSilence:
    def test_a_record_that_must_not_be_acknowledged_says_nothing(self) -> None:
        verdict = ask("patrol_officer", "sud_record", "enforcement", legal_process="warrant")
        assert isinstance(verdict, Refusal)
        assert (verdict.why, verdict.unlock, verdict.acknowledged) == (NOT_FOUND, (), False)
        assert "part2" in verdict.rules  # for the journal and the steward

    def test_its_own_staff_are_told(self) -> None:
        verdict = ask("sud_provider", "sud_record", "treatment", same_agency_as_source=True)
        assert isinstance(verdict, Refusal)
        assert verdict.acknowledged
        assert any("care relationship" in sentence for sentence in verdict.unlock)

    def test_a_stranger_learns_nothing_of_a_health_record(self) -> None:
        stranger = ask("case_manager", "mh_assessment", "care_coordination")
        known = ask("case_manager", "mh_assessment", "care_coordination", care_relationship=True)
        assert "no_acknowledgement" in stranger.obligations
        assert "no_acknowledgement" not in known.obligations


class TestUnlocking:
    def test_what_is_named_is_what_would_open_it(self) -> None:
        verdict = ask("case_manager", "mh_assessment", "care_coordination", care_relationship=True)
        assert isinstance(verdict, Refusal)
        said = " ".join(verdict.unlock)
        assert (
            "HIPAA authorization" in said and "release of information" in said and "covered by HIPAA" in said
        )
        assert "warrant" not in said and "Part 2" not in said

    def test_two_things_are_named_together_where_one_is_not_enough(self) -> None:
        verdict = ask("patrol_officer", "criminal_history", "emergency")
        assert isinstance(verdict, Refusal)
        assert any("Together with this" in sentence for sentence in verdict.unlock)

    def test_where_nothing_would_help_nothing_is_said(self) -> None:
        verdict = ask("case_manager", "criminal_history", "care_coordination", care_relationship=True)
        assert isinstance(verdict, Refusal)
        assert verdict.unlock == ()


class TestEmergency:
    def test_breaking_glass_needs_a_reason(self) -> None:
        asked = ("dispatcher", "mh_assessment", "emergency")
        assert ask(*asked, **ON_CALL, medical_emergency=True, **GLASS).decision == "redact"
        empty = ask(*asked, **ON_CALL, medical_emergency=True, break_glass={"reason": " "})
        assert empty.decision == "deny" and "alert_privacy" in empty.obligations

    def test_it_ends_in_four_hours(self) -> None:
        verdict = ask("dispatcher", "mh_assessment", "emergency", **ON_CALL, medical_emergency=True, **GLASS)
        assert isinstance(verdict, Permit)
        assert verdict.expires_hours == 4
        assert {"time_limit", "post_review", "alert_privacy", "log_disclosure"} <= verdict.obligations
        assert "accounting" not in verdict.obligations  # no imminent threat was claimed

    def test_a_paramedic_may_what_the_officer_may_not(self) -> None:
        dire: dict[str, object] = {**ON_CALL, "medical_emergency": True, "consent_obtainable": False}
        medic = ask("crisis_team", "sud_record", "emergency", **dire, actor_is_medical=True)
        assert medic.decision == "allow"
        assert {"p2_emergency_record", "post_review", "log_disclosure"} <= medic.obligations
        assert (
            ask("patrol_officer", "sud_record", "emergency", **dire, actor_is_medical=True).decision == "deny"
        )

    @pytest.mark.parametrize("origin", ["victim_service_provider", "lifeline_988", "part2_program", "school"])
    def test_breaking_glass_opens_no_guarded_house(self, origin: str) -> None:
        verdict = ask("hospital", "identity", "emergency", **GLASS, medical_emergency=True,
                      actor_covered_entity=True, source_program=origin)  # fmt: skip
        assert verdict.decision == "deny"


class TestConsent:
    def test_it_ends_when_the_consent_does(self) -> None:
        verdict = ask("crisis_team", "case_plan", "treatment", **ON_CALL,
                      consent=consent("roi", expires_hours=36.5, id="c-1"))  # fmt: skip
        assert isinstance(verdict, Permit)
        assert (verdict.expires_hours, verdict.relied_on) == (36.5, ("c-1",))

    def test_the_first_to_end_decides(self) -> None:
        facts = Facts.read({**ON_CALL, "imminent_threat": True, "consent": consent("roi", expires_hours=90)})
        verdict = decide(Question("cit_officer", "mh_assessment", "emergency"), facts, POLICY)
        assert isinstance(verdict, Permit)
        assert verdict.expires_hours == 4

    def test_the_notes_need_a_consent_of_their_own(self) -> None:
        asked = ("hospital", "sud_record", "treatment")
        both = [consent("part2"), consent("part2", separate=True, includes_counseling_notes=True)]
        assert "counseling_notes" in ask(*asked, **TREATING, consents=both).fields
        apart = [consent("part2", separate=True), consent("part2", includes_counseling_notes=True)]
        assert "counseling_notes" not in ask(*asked, **TREATING, consents=apart).fields

    def test_a_void_consent_closes_nothing_else(self) -> None:
        verdict = ask(
            "hospital", "mh_assessment", "treatment", **TREATING, consent=consent("roi", revoked=True)
        )
        assert verdict.decision == "allow" and "time_limit" not in verdict.obligations

    def test_consent_stands_in_for_care_where_no_row_speaks(self) -> None:
        after: dict[str, object] = {"assigned_to_incident": True, "hours_since_incident": 20}
        asked = ("crisis_team", "identity", "care_coordination")
        told = ask(*asked, **after, source_program="health", consent=consent("hipaa_auth"))
        assert told.fields == {"name", "dob", "photo", "home_address", "phone"}
        assert ask(*asked, **after, source_program="health").decision == "deny"


class TestAgreementsAreExecutable:
    CLAUSE = {
        "id": "mou-3.2", "category": "case_plan", "fields": ["services", "goals"], "roles": ["cit_officer"],
        "purposes": ["care_coordination"], "conditions": ["training_current", "on_call"],
    }  # fmt: skip

    def verdict(self, **facts: object) -> Permit | Refusal:
        return ask("cit_officer", "case_plan", "care_coordination", clauses=[self.CLAUSE], **facts)

    def test_a_clause_opens_the_fields_it_names(self) -> None:
        verdict = self.verdict(**ON_CALL)
        assert isinstance(verdict, Permit)
        assert verdict.fields == {"services", "goals"}
        assert verdict.relied_on == ("mou-3.2",)
        assert "log_disclosure" in verdict.obligations

    def test_under_its_conditions_alone(self) -> None:
        assert self.verdict().decision == "deny"
        assert self.verdict(**ON_CALL, training_current=False).decision == "deny"
        assert self.verdict(**ON_CALL, mou_active=False).decision == "deny"

    def test_a_condition_nobody_knows_never_holds(self) -> None:
        clause = {**self.CLAUSE, "conditions": ["in_the_mood"]}
        assert ask("cit_officer", "case_plan", "care_coordination", clauses=[clause]).decision == "deny"

    @pytest.mark.parametrize(
        ("category", "field", "origin"),
        [
            ("sud_record", "attendance", None), ("criminal_history", "convictions", None),
            ("education_record", "school", None), ("case_plan", "goals", "victim_service_provider"),
            ("case_plan", "goals", "part2_program"), ("case_plan", "goals", "hmis"),
            ("call_facts", "nature", "lifeline_988"), ("mh_assessment", "psychotherapy_notes", None),
            ("location", "confidential_address", None),
        ],
    )  # fmt: skip
    def test_never_past_the_special_regimes_or_what_is_separate(
        self, category: str, field: str, origin: str | None
    ) -> None:
        clause = {**self.CLAUSE, "category": category, "fields": [field], "conditions": []}
        verdict = ask("cit_officer", category, "care_coordination", clauses=[clause], source_program=origin)
        assert verdict.decision == "deny"


class TestTheUnitedKingdom:
    def test_the_justification_takes_the_place_of_the_purpose_code(self) -> None:
        asked = ("patrol_officer", "criminal_history", "enforcement")
        assigned: dict[str, object] = {"assigned_to_incident": True, "cjis_screened": True}
        verdict = ask(*asked, **assigned, jurisdiction="UK")
        assert verdict.decision == "allow" and "uk_log" in verdict.obligations
        assert ask(*asked, **assigned).decision == "deny"
        refused(
            ask(*asked, **assigned, jurisdiction="UK", uk_justification_recorded=False), "uk.justification"
        )

    def test_care_needs_nothing_more(self) -> None:
        verdict = ask("hospital", "mh_assessment", "treatment", **TREATING, jurisdiction="UK",
                      uk_justification_recorded=False)  # fmt: skip
        assert verdict.decision == "allow" and "uk_log" not in verdict.obligations


class TestCalifornia:
    @pytest.fixture
    def california(self) -> Policy:
        from engines.disclosure.desk import STRICTER

        return STRICTER

    def test_state_law_speaks_without_being_asked(self, california: Policy) -> None:
        facts = Facts.read({**ON_CALL, "in_lawful_custody": True})
        verdict = decide(Question("patrol_officer", "mh_assessment", "emergency"), facts, california)
        assert "ca.limit.mental_health" in refused(verdict, "ca.limit.mental_health").rules
        threat = Facts.read({**ON_CALL, "in_lawful_custody": True, "imminent_threat": True})
        assert decide(verdict.question, threat, california).decision == "redact"

    def test_a_victims_block_stays_out_of_the_public_log(self, california: Policy) -> None:
        question, facts = (
            Question("public", "call_facts", "public_reporting"),
            Facts(subject_is_dv_victim=True),
        )
        assert decide(question, facts, california).fields == {"nature", "time"}
        assert "block_address" in decide(question, facts, POLICY).fields

    def test_pupil_records_answer_to_a_subpoena_not_a_warrant(self, california: Policy) -> None:
        question = Question("prosecutor", "education_record", "enforcement")
        assert decide(question, Facts(legal_process="warrant"), california).decision == "deny"
        assert decide(question, Facts(legal_process="judicial_subpoena"), california).decision == "redact"

    def test_a_participants_whereabouts_stay_with_the_call(self, california: Policy) -> None:
        question = Question("hospital", "location", "treatment")
        facts = Facts(care_relationship=True, address_confidentiality=True)
        assert decide(question, facts, california).decision == "deny"
        assert decide(question, facts, POLICY).fields == {"current_location"}
