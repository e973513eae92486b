"""Random questions of the published form.

`request` says every fact and leans towards circumstances in which something opens. `wide` draws from the
whole form: quiet circumstances with a few facts changed, facts left out, numbers at every boundary, and
words, values and shapes that the vocabulary does not know.
"""

from __future__ import annotations

from random import Random

ACTORS = (
    "dispatcher patrol_officer cit_officer corespond_clinician crisis_team case_manager sud_provider"
    " shelter_worker hospital prosecutor program_analyst public victim_advocate subject_self system_admin"
    " privacy_auditor"
).split()
CATEGORIES = (
    "call_facts safety_alerts identity encounter_narrative mh_assessment sud_record case_plan referral_status"
    " criminal_history location education_record"
).split()
PURPOSES = (
    "emergency treatment care_coordination enforcement evaluation public_reporting subject_access"
    " administration oversight_audit"
).split()
ORIGINS = (
    "ecc police health part2_program social_service victim_service_provider hmis lifeline_988 school".split()
)
PROCESSES = (
    "warrant court_order judicial_subpoena grand_jury admin_request_3part attorney_subpoena"
    " written_supervisor_request oral_request part2_2_64_order part2_2_65_order"
).split()
FORMS = "part2 hipaa_auth roi hmis_roi vawa ferpa".split()
CONSENT_GOOD = "complete recipient_ok category_ok purpose_ok".split()
CONSENT_BAD = "expired revoked conditioned_on_service signed_by_abuser".split()
CONSENT_KIND = "includes_counseling_notes separate tpo_single".split()
DEFAULTS: dict[str, object] = {
    "jurisdiction": "US", "source_program": None, "hours_since_incident": None, "break_glass": None,
    "consent": None, "legal_process": None, "purpose_code": None, "aggregate_cell_n": None, "record_count": 1,
    **dict.fromkeys(
        "mfa session_valid account_active training_current device_trusted purpose_declared mou_active"
        " consent_obtainable uk_justification_recorded".split(), True),
    **dict.fromkeys(
        "conflict_of_interest same_agency_as_source assigned_to_incident incident_active care_relationship"
        " actor_is_medical actor_covered_entity imminent_threat medical_emergency le_locate_request"
        " missing_person in_lawful_custody crime_on_program_premises subject_minor subject_is_dv_victim"
        " address_confidentiality subject_deceased record_sealed record_expunged cjis_screened"
        " security_addendum deidentified irb_or_dua"
        " limited_data_set used_against_subject diversion_condition bulk_export le_accounting_suspension"
        " state_law_stricter uk_policy_document uk_strictly_necessary unknown_value".split(), False),
}  # fmt: skip
USUAL = {
    "dispatcher": "emergency", "patrol_officer": "emergency enforcement care_coordination",
    "cit_officer": "emergency enforcement care_coordination", "case_manager": "care_coordination evaluation",
    "shelter_worker": "emergency care_coordination", "prosecutor": "enforcement care_coordination",
    "program_analyst": "evaluation", "public": "public_reporting", "victim_advocate": "care_coordination",
    "subject_self": "subject_access", "privacy_auditor": "oversight_audit",
}  # fmt: skip
CLINICAL = "emergency treatment care_coordination evaluation"
SELDOM = (
    "session_valid account_active device_trusted purpose_declared mfa training_current mou_active"
    " record_sealed record_expunged conflict_of_interest bulk_export unknown_value"
    " address_confidentiality state_law_stricter"
    " subject_minor uk_justification_recorded used_against_subject"
).split()
"""Facts that mostly close: flipped one time in forty, so that what opens is seen often enough."""


def question(random: Random) -> tuple[str, str, str]:
    """An actor, a category and a purpose; mostly one of the actor's own."""
    actor = random.choice(ACTORS)
    own = USUAL.get(actor, CLINICAL).split()
    purpose = random.choice(PURPOSES) if random.random() < 0.1 else random.choice(own)
    return actor, random.choice(CATEGORIES), purpose


def consent(random: Random) -> dict[str, object]:
    """A consent of any form, mostly valid."""
    spoilt = random.random() < 0.25
    good: dict[str, object] = {name: not (spoilt and random.random() < 0.3) for name in CONSENT_GOOD}
    bad: dict[str, object] = {name: spoilt and random.random() < 0.3 for name in CONSENT_BAD}
    kind: dict[str, object] = {name: random.random() < 0.5 for name in CONSENT_KIND}
    return {"form": random.choice(FORMS), **good, **bad, **kind}


def facts(random: Random) -> dict[str, object]:
    """Every fact of the vocabulary, at random."""
    drawn: dict[str, object] = {}
    for name, default in DEFAULTS.items():
        if isinstance(default, bool):
            odds = 1 / 40 if name in SELDOM else 1 / 2
            drawn[name] = default is not (random.random() < odds)
    drawn["jurisdiction"] = random.choice(["US", "US", "UK"])
    drawn["source_program"] = random.choice([None, None, *ORIGINS])
    drawn["hours_since_incident"] = random.choice([None, 0, 10, 72, 72.5, 400])
    reasons = [{"reason": ""}, {"reason": " "}, {"reason": "not breathing"}, {"reason": "took pills"}]
    drawn["break_glass"] = random.choice([None, None, *reasons])
    drawn["consent"] = random.choice([None, consent(random)])
    drawn["legal_process"] = random.choice([None, None, *PROCESSES])
    drawn["purpose_code"] = random.choice([None, "C", "C", "J"])
    drawn["aggregate_cell_n"] = random.choice([None, None, None, None, None, None, 0, 3, 10, 11, 40, 60])
    drawn["record_count"] = random.choice([1, 1, 500])
    return drawn


def request(random: Random) -> dict[str, object]:
    """A whole request of the published form."""
    actor, category, purpose = question(random)
    return {"actor": actor, "category": category, "purpose": purpose, "facts": facts(random)}


BOUNDARIES: dict[str, tuple[object, ...]] = {
    "hours_since_incident": (None, 0, 0.5, 71.99, 72, 72.01, 73, 10_000),
    "aggregate_cell_n": (None, 0, 1, 2, 9, 10, 11, 12, 100_000),
    "record_count": (0, 1, 2, 500),
    "purpose_code": (None, "C", "c", "J", ""),
}
STRANGE: tuple[dict[str, object], ...] = (
    {"jurisdiction": "FR"}, {"jurisdiction": None}, {"source_program": "newspaper"}, {"source_program": 3},
    {"legal_process": "polite_letter"}, {"legal_process": 7}, {"favourite_colour": "green"}, {"mfa": "yes"},
    {"care_relationship": 1}, {"care_relationship": None}, {"aggregate_cell_n": -1},
    {"aggregate_cell_n": 11.0}, {"aggregate_cell_n": True}, {"record_count": -3}, {"record_count": None},
    {"hours_since_incident": -2},
    {"hours_since_incident": "72"}, {"unknown_value": True}, {"unknown_value": "no"}, {"purpose_code": 1},
    {"consent": {"form": "handshake"}}, {"consent": "yes"}, {"consent": []}, {"consent": {"complete": True}},
    {"consent": {"form": "roi", "complete": 1}}, {"break_glass": "now"}, {"break_glass": True},
    {"break_glass": {"reason": 3}}, {"break_glass": {"reason": "x", "by": "me"}},
)  # fmt: skip
STRANGERS: tuple[dict[str, object], ...] = (
    {"actor": "astrologer"}, {"actor": ""}, {"category": "horoscope"}, {"purpose": "curiosity"},
    {"purpose": "Emergency"}, {"category": "*"},
)  # fmt: skip
OFTEN = (
    "assigned_to_incident incident_active care_relationship actor_covered_entity same_agency_as_source"
    " imminent_threat"
).split()
"""Facts that make up a circumstance: in a quiet request each holds half the time."""


def quiet(random: Random) -> dict[str, object]:
    """Usual circumstances, with a few facts otherwise; what is not said takes its default."""
    said: dict[str, object] = {name: random.random() < 0.5 for name in OFTEN}
    everything = facts(random)
    for name in random.sample(sorted(everything), random.randint(0, 6)):
        said[name] = everything[name]
    if random.random() < 0.3:
        said["consent"] = consent(random)
    if random.random() < 0.3:
        said["source_program"] = random.choice(ORIGINS)
    return said


def _bound(random: Random, said: dict[str, object]) -> None:
    for name, values in BOUNDARIES.items():
        if name in said and random.random() < 0.5:
            said[name] = random.choice(values)


def _without(random: Random, held: object) -> object:
    """A consent with one element left out, as a half-filled form has it."""
    if not isinstance(held, dict):
        return held
    left_out = random.choice(CONSENT_GOOD + CONSENT_BAD + CONSENT_KIND)
    return {name: value for name, value in held.items() if name != left_out}


def wide(random: Random) -> dict[str, object]:
    """A request drawn from the whole published form, the unknown included."""
    actor, category, purpose = question(random)
    said = quiet(random) if random.random() < 0.6 else facts(random)
    _bound(random, said)
    if random.random() < 0.05:
        said["consent"] = _without(random, said.get("consent"))
    asked: dict[str, object] = {"actor": actor, "category": category, "purpose": purpose, "facts": said}
    spoil = random.random()
    if spoil < 0.03:
        said |= random.choice(STRANGE)
    elif spoil < 0.04:
        asked |= random.choice(STRANGERS)
    return asked
