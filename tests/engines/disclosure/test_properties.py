"""The twenty published metamorphic properties, M01 to M20, and the narrowing of state packs."""

from __future__ import annotations

from random import Random
from typing import cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commonweal.engines.disclosure import Facts, Permit, Question, Refusal, decide
from engines.disclosure.desk import OPENED, POLICY, STRICTER, Request, answer, facts_of, requests
from spec.disclosure_requests import CONSENT_BAD, CONSENT_GOOD, FORMS, PROCESSES, USUAL

CLINICAL_ROLES = ("corespond_clinician", "crisis_team", "hospital", "sud_provider")
CLINICAL_CATEGORIES = ("mh_assessment", "sud_record")
SEPARATE = {"psychotherapy_notes", "counseling_notes", "sealed_records", "confidential_address"}
PART2_ORDERS = ("part2_2_64_order", "part2_2_65_order")
STRANGE: tuple[dict[str, object], ...] = (
    {"actor": "astrologer"}, {"category": "horoscope"}, {"purpose": "curiosity"}, {"jurisdiction": "FR"},
    {"source_program": "newspaper"}, {"legal_process": "polite_letter"}, {"favourite_colour": "green"},
    {"mfa": "yes"}, {"aggregate_cell_n": -1}, {"record_count": -3}, {"unknown_value": True},
    {"consent": {"form": "handshake"}}, {"consent": "yes"}, {"break_glass": "now"},
    {"hours_since_incident": -2},
)  # fmt: skip
ANY = st.sampled_from
QUIET: dict[str, object] = {
    "legal_process": None, "le_locate_request": False, "in_lawful_custody": False,
    "crime_on_program_premises": False,
}  # fmt: skip
"""The facts that speak to law enforcement alone, taken out as the page on properties asks."""


def consent_of(request: Request) -> dict[str, object] | None:
    return cast("dict[str, object] | None", facts_of(request)["consent"])


def is_on_call(request: Request) -> bool:
    facts = facts_of(request)
    return bool(facts["assigned_to_incident"] and facts["incident_active"])


def home(request: Request) -> bool:
    """Own records, or the police side's in ecc and police records; natural owners where no source is said."""
    facts = facts_of(request)
    owners = {"call_facts": "ecc", "location": "ecc", "identity": "police", "safety_alerts": "police",
              "encounter_narrative": "police", "criminal_history": "police"}  # fmt: skip
    origin = facts["source_program"] or owners.get(str(request["category"]))
    uniformed = request["actor"] in ("dispatcher", "patrol_officer", "cit_officer")
    return bool(facts["same_agency_as_source"]) or (uniformed and origin in ("ecc", "police"))


def test_enough_opens_to_prove_something_on() -> None:
    assert len(OPENED) > 500
    assert {str(request["actor"]) for request in OPENED} == set(USUAL) | set(CLINICAL_ROLES)


@given(requests)
def test_every_answer_carries_its_reasons(request: Request) -> None:
    verdict = answer(request)
    assert isinstance(verdict, Permit) == bool(verdict.fields) == (verdict.decision in ("allow", "redact"))
    assert isinstance(verdict, Refusal) == (verdict.decision == "deny")
    assert verdict.rules and all(POLICY.sentence(rule) and POLICY.citation(rule) for rule in verdict.rules)
    assert verdict.basis and verdict.why


@given(requests, ANY(STRANGE))
def test_m01_what_is_unknown_is_denied(request: Request, strange: dict[str, object]) -> None:
    assert answer(request, **strange).decision == "deny"


@given(requests, ANY([*CONSENT_GOOD, *CONSENT_BAD]))
def test_m02_spoiling_a_consent_never_widens(request: Request, element: str) -> None:
    consent = consent_of(request)
    assume(consent is not None)
    spoilt = {**(consent or {}), element: element in CONSENT_BAD}
    assert answer(request, consent=spoilt).fields <= answer(request).fields


@given(requests, ANY(["session_valid", "account_active", "device_trusted"]))
def test_m03_no_session_account_or_device_no_access(request: Request, fact: str) -> None:
    changes: dict[str, object] = {fact: False}
    assert answer(request, **changes).decision == "deny"


@given(requests)
def test_m04_no_purpose_no_access_but_for_the_public(request: Request) -> None:
    assume(request["actor"] != "public")
    assert answer(request, purpose_declared=False).decision == "deny"


@given(requests)
def test_m05_an_expunged_record_is_as_none(request: Request) -> None:
    gone = answer(request, record_expunged=True)
    assert isinstance(gone, Refusal)
    assert not gone.acknowledged
    sealed = answer(request, record_expunged=False, record_sealed=True)
    assert isinstance(sealed, Refusal)
    assert (gone.why, gone.unlock) == (sealed.why, sealed.unlock) == ("No such record.", ())


@given(requests, ANY(CLINICAL_CATEGORIES), ANY(["treatment", "care_coordination"]))
def test_m06_turning_to_enforcement_never_widens_clinical_data(
    request: Request, category: str, purpose: str
) -> None:
    consent = consent_of(request)
    assume(consent is None or not consent["separate"])
    caring = answer(request, category=category, purpose=purpose, **QUIET)
    assert answer(request, category=category, purpose="enforcement", **QUIET).fields <= caring.fields


@given(requests)
def test_m07_breaking_glass_gives_no_layman_a_substance_use_record(request: Request) -> None:
    asked: dict[str, object] = {
        "category": "sud_record",
        "actor_is_medical": False,
        "medical_emergency": True,
    }
    before = answer(request, **asked, break_glass=None)
    assert answer(request, **asked, break_glass={"reason": "it is urgent"}).fields <= before.fields


@given(requests, ANY(["", "   ", None]))
def test_m08_an_empty_reason_breaks_no_glass(request: Request, reason: str | None) -> None:
    empty, none = answer(request, break_glass={"reason": reason}), answer(request, break_glass=None)
    assert (empty.decision, empty.fields) == (none.decision, none.fields)
    assert "alert_privacy" in empty.obligations


@given(requests)
def test_m09_every_reading_is_logged_and_every_crossing_registered(request: Request) -> None:
    verdict = answer(request, **QUIET)
    assume(isinstance(verdict, Permit) and request["actor"] != "public")
    assert "log_read" in verdict.obligations
    totals = facts_of(request)["aggregate_cell_n"] is not None and request["purpose"] == "evaluation"
    exempt = request["actor"] in ("subject_self", "privacy_auditor")
    assert home(request) or totals or exempt or "log_disclosure" in verdict.obligations


@given(requests)
def test_m10_what_is_kept_separate_stays_so(request: Request) -> None:
    shown = answer(request).fields & SEPARATE
    facts, consent = facts_of(request), consent_of(request) or {}
    if "counseling_notes" in shown:
        assert consent["form"] == "part2" and consent["separate"] and consent["includes_counseling_notes"]
    if "confidential_address" in shown:
        assert request["actor"] == "victim_advocate" and facts["same_agency_as_source"]
        assert facts["source_program"] == "victim_service_provider"
    assert shown <= {"counseling_notes", "confidential_address"}


@given(requests, st.integers(1, 10))
def test_m11_small_counts_are_never_shown(request: Request, count: int) -> None:
    assert answer(request, aggregate_cell_n=count).decision == "deny"


@given(requests)
def test_m12_stricter_state_law_never_widens(request: Request) -> None:
    stricter, plain = answer(request, state_law_stricter=True), answer(request, state_law_stricter=False)
    assert stricter.fields <= plain.fields


@given(requests, ANY(["call_facts", "safety_alerts"]))
def test_m13_a_threat_never_blinds_the_assigned(request: Request, category: str) -> None:
    asked: dict[str, object] = {"category": category, "assigned_to_incident": True}
    calm = answer(request, **asked, imminent_threat=False)
    assert calm.fields <= answer(request, **asked, imminent_threat=True).fields


@given(requests, ANY(["roi", "hipaa_auth"]))
def test_m14_a_general_release_never_opens_a_substance_use_record(request: Request, form: str) -> None:
    released = {"form": form, **dict.fromkeys(CONSENT_GOOD, True), "separate": True}
    with_it = answer(request, category="sud_record", consent=released)
    assert with_it.fields == answer(request, category="sud_record", consent=None).fields


@given(requests, ANY(sorted(set(PROCESSES) - set(PART2_ORDERS))))
def test_m15_no_other_paper_opens_a_substance_use_record(request: Request, paper: str) -> None:
    asked: dict[str, object] = {"category": "sud_record", "used_against_subject": True}
    with_it = answer(request, **asked, legal_process=paper)
    assert with_it.fields == answer(request, **asked, legal_process=None).fields


@given(requests)
def test_m16_victim_services_open_by_four_keys_alone(request: Request) -> None:
    verdict = answer(request, source_program="victim_service_provider")
    facts, consent = facts_of(request), consent_of(request) or {}
    keys = (
        consent.get("form") == "vawa",
        facts["legal_process"] == "court_order",
        facts["same_agency_as_source"],
        facts["aggregate_cell_n"] is not None,
    )
    assert any(keys) or verdict.decision == "deny"


@given(requests)
def test_m17_a_lapsed_agreement_leaves_emergencies_and_courts(request: Request) -> None:
    assume(request["actor"] not in ("public", "subject_self", "privacy_auditor") and not home(request))
    verdict, facts = answer(request, mou_active=False), facts_of(request)
    in_hand = request["category"] in ("call_facts", "safety_alerts") and is_on_call(request)
    urgent = request["purpose"] in ("emergency", "treatment")
    emergency = urgent and (facts["imminent_threat"] or facts["medical_emergency"])
    by_court = request["purpose"] == "enforcement" and facts["legal_process"] is not None
    assert in_hand or emergency or by_court or verdict.decision == "deny"


@given(requests, st.randoms(use_true_random=False))
def test_m18_the_same_question_has_the_same_answer(request: Request, random: Random) -> None:
    facts = list(facts_of(request).items())
    random.shuffle(facts)
    first, again = answer(request), answer({**request, "facts": dict(facts)})
    assert first == again
    assert (first.decision, first.why, first.rules) == (again.decision, again.why, again.rules)


@given(requests, ANY(CLINICAL_CATEGORIES))
def test_m19_the_officer_sees_no_more_clinical_data_than_the_clinician(
    request: Request, category: str
) -> None:
    asked: dict[str, object] = {"category": category, "break_glass": None, **QUIET}
    officer = answer(request, actor="patrol_officer", **asked)
    assert officer.fields <= answer(request, actor="corespond_clinician", **asked).fields


@given(requests)
def test_m20_a_conflict_denies_and_alerts_off_the_call(request: Request) -> None:
    assume(not is_on_call(request))
    verdict = answer(request, conflict_of_interest=True)
    assert verdict.decision == "deny"
    assert "alert_privacy" in verdict.obligations


@given(requests)
def test_a_state_pack_only_narrows(request: Request) -> None:
    assert answer(request, STRICTER).fields <= answer(request).fields


@given(requests, st.sets(ANY(["name", "dob", "photo", "phone", "ssn_last4"])))
def test_wanting_less_gives_no_more(request: Request, wanted: set[str]) -> None:
    whole = answer(request, category="identity")
    question = Question(str(request["actor"]), "identity", str(request["purpose"]), wanted=frozenset(wanted))
    part = decide(question, Facts.read(facts_of(request)), POLICY)
    assert part.fields == whole.fields & wanted
    assert part.decision == ("deny" if not part.fields else "allow" if part.fields == wanted else "redact")


@given(requests)
def test_wanting_a_field_that_is_not_there_is_denied(request: Request) -> None:
    actor, category, purpose = (str(request[name]) for name in ("actor", "category", "purpose"))
    question = Question(actor, category, purpose, wanted=frozenset({"star_sign"}))
    assert decide(question, Facts.read(facts_of(request)), POLICY).decision == "deny"


@given(requests)
def test_a_silent_refusal_is_the_same_for_all(request: Request) -> None:
    verdict = answer(request)
    assume(isinstance(verdict, Refusal))
    assert isinstance(verdict, Refusal)
    assert verdict.acknowledged == (verdict.why != "No such record.")
    assert verdict.acknowledged or verdict.unlock == ()


@pytest.mark.parametrize("form", FORMS)
@given(request=requests)
def test_no_form_serves_administration_or_the_public(form: str, request: Request) -> None:
    all_given = {"form": form, **dict.fromkeys(CONSENT_GOOD, True), "separate": True}
    for actor, purpose in (("system_admin", "administration"), ("public", "public_reporting")):
        asked: dict[str, object] = {"actor": actor, "purpose": purpose}
        with_it = answer(request, **asked, consent=all_given)
        assert with_it.fields == answer(request, **asked, consent=None).fields
