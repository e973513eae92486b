"""The default site policy, read off its page section by section as plainly as Python allows.

A second reading of the same law, sharing no code or data with the engine: where the two differ, one of them
has misread the page. Slow and flat on purpose: tables of (circumstance, fields), united.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

Fields = set[str]
Opened = list[tuple[str, Fields]]
Table = list[tuple[object, dict[str, Fields]]]

CATEGORIES = {
    "call_facts": "incident_number nature time block_address exact_address units caller_name caller_phone",
    "safety_alerts": "weapons_flag caution_text deescalation_tips communication_needs alert_source_clinical",
    "identity": "name dob physical_description photo home_address phone ssn_last4",
    "encounter_narrative": "disposition behaviours_observed force_used narrative clinical_impression",
    "mh_assessment": "risk_level crisis_plan_summary diagnosis medications assessment_notes"
    " psychotherapy_notes",
    "sud_record": "programme_enrolment attendance diagnosis medications counseling_notes",
    "case_plan": "goals services tasks contact_of_case_manager plan_notes",
    "referral_status": "referral_made status service_type provider_name outcome_detail",
    "criminal_history": "convictions non_conviction open_warrants sealed_records",
    "location": "current_location last_known_address shelter_stay confidential_address",
    "education_record": "school attendance discipline support_plan",
}
SEPARATE = set("confidential_address counseling_notes psychotherapy_notes sealed_records".split())
ALL = {name: set(fields.split()) - SEPARATE for name, fields in CATEGORIES.items()}
CALL3, SAFE4 = {"nature", "time", "block_address"}, ALL["safety_alerts"] - {"alert_source_clinical"}
CALL4 = CALL3 | {"incident_number"}
VISIT = {"weapons_flag", "caution_text", "communication_needs"}
NEEDS = {"communication_needs", "deescalation_tips"}
ID5 = {"name", "dob", "physical_description", "phone", "home_address"}
IDP, IDC = ID5 | {"photo"}, {"name", "dob", "photo", "home_address", "phone"}
IDL = {"name", "dob", "physical_description", "home_address", "ssn_last4"}
ENC2 = {"disposition", "behaviours_observed"}
ENC3, ENC4 = ENC2 | {"force_used"}, ENC2 | {"force_used", "narrative"}
MH2 = {"risk_level", "crisis_plan_summary"}
MH3 = MH2 | {"medications"}
SUD1, SUD2 = {"programme_enrolment"}, {"programme_enrolment", "attendance"}
REF1, REF2 = {"referral_made"}, {"referral_made", "status"}
REF3 = REF2 | {"service_type"}
LOC2 = {"current_location", "last_known_address"}
CONTACT = {"contact_of_case_manager"}

POLICE = {"patrol_officer", "cit_officer"}
CLINICAL = {"corespond_clinician", "crisis_team", "hospital", "sud_provider"}
ORIGINS = set(
    "ecc police health part2_program social_service victim_service_provider hmis lifeline_988 school".split()
)
OWNERS = {
    "call_facts": "ecc", "location": "ecc", "mh_assessment": "health", "sud_record": "part2_program",
    "case_plan": "social_service", "referral_status": "social_service", "education_record": "school",
}  # fmt: skip
JUDICIAL = {"warrant", "court_order", "judicial_subpoena", "grand_jury"}
ORDERS = {"part2_2_64_order", "part2_2_65_order"}
PROCESSES = JUDICIAL | ORDERS | set(
    "admin_request_3part attorney_subpoena written_supervisor_request oral_request".split()
)  # fmt: skip
FORMS = {"part2", "hipaa_auth", "roi", "hmis_roi", "vawa", "ferpa"}
PURPOSES = set(
    "emergency treatment care_coordination enforcement evaluation public_reporting subject_access"
    " administration oversight_audit".split()
)
ROLES: dict[str, set[str]] = {
    "dispatcher": {"emergency"}, "case_manager": {"care_coordination"}, "program_analyst": {"evaluation"},
    "shelter_worker": {"care_coordination", "emergency"}, "prosecutor": {"enforcement"},
    "victim_advocate": {"care_coordination"}, "subject_self": {"subject_access"}, "system_admin": set(),
    "public": {"public_reporting"}, "privacy_auditor": {"oversight_audit"},
    **{role: {"emergency", "enforcement", "care_coordination"} for role in POLICE},
    **{role: {"emergency", "treatment", "care_coordination"} for role in CLINICAL},
}  # fmt: skip


def circumstances(request: Mapping[str, object], defaults: Mapping[str, object]) -> SimpleNamespace:
    """The request's facts over the defaults, with the terms of the page's introduction."""
    given = request["facts"]
    assert isinstance(given, Mapping)
    f = SimpleNamespace(**{**defaults, **given})
    f.strange = bool(set(given) - set(defaults))
    f.actor, f.category, f.purpose = request["actor"], request["category"], request["purpose"]
    f.police, f.clinical = f.actor in POLICE, f.actor in CLINICAL
    f.on_call = f.assigned_to_incident and f.incident_active
    hours = f.hours_since_incident
    f.follow_up = f.assigned_to_incident and not f.incident_active and hours is not None and hours <= 72
    f.care, f.own, f.covered = f.care_relationship, f.same_agency_as_source, f.actor_covered_entity
    f.treating = f.care or f.on_call or f.follow_up
    f.threat = f.imminent_threat and f.on_call
    f.origin = f.source_program or OWNERS.get(f.category, "police")
    f.home = f.own or ((f.actor == "dispatcher" or f.police) and f.origin in {"ecc", "police"})
    f.urgent = f.purpose in {"emergency", "treatment"}
    f.n = f.aggregate_cell_n
    f.totals = f.n is not None and f.purpose in {"evaluation", "public_reporting"}
    f.set = f.purpose == "evaluation" and f.n is None and (f.deidentified or f.limited_data_set)
    f.part2 = f.category == "sud_record" or f.origin == "part2_program"
    f.reason = f.break_glass is not None and f.break_glass["reason"].strip() != ""
    f.glass = f.reason and (f.imminent_threat or f.medical_emergency) and f.urgent
    f.usual = f.purpose not in {"enforcement", "evaluation"}
    f.police_data = f.origin in {"ecc", "police"}
    f.code = f.purpose_code == "C" if f.jurisdiction == "US" else f.uk_justification_recorded
    f.form = f.consent["form"] if f.consent and valid(f.consent) else None
    f.house = regime(f)
    return f


def valid(c: Mapping[str, object]) -> bool:
    """§3, first sentence."""
    needed = all(c[name] for name in ("complete", "recipient_ok", "category_ok", "purpose_ok"))
    return needed and not any(
        c[name] for name in ("expired", "revoked", "conditioned_on_service", "signed_by_abuser")
    )


def denied(f: SimpleNamespace) -> bool:
    """§1, stages 1 to 6, and §7 after purpose."""
    urgent_call = f.category in {"call_facts", "safety_alerts"} and f.on_call
    return bool(
        unknown(f)
        or not (f.session_valid and f.account_active and f.device_trusted)
        or (not f.purpose_declared and f.actor != "public")
        or (not f.mfa and not urgent_call)
        or (not f.training_current and f.category == "criminal_history")
        or (f.record_expunged or f.record_sealed)
        or (f.conflict_of_interest and not (f.on_call and f.urgent))
        or (f.bulk_export and not f.totals and not f.set)
        or (f.n is not None and 1 <= f.n <= 10)
        or not serves(f)
        or uk_denies(f)
    )


def unknown(f: SimpleNamespace) -> bool:
    """§1, stage 1: whatever is not in the vocabulary."""
    return (
        f.strange or f.unknown_value or f.actor not in ROLES or f.category not in CATEGORIES
        or f.purpose not in PURPOSES or f.jurisdiction not in {"US", "UK"}
        or f.source_program not in ORIGINS | {None} or f.legal_process not in PROCESSES | {None}
        or (f.consent is not None and f.consent["form"] not in FORMS)
        or (f.n is not None and f.n < 0) or f.record_count < 0
    )  # fmt: skip


def serves(f: SimpleNamespace) -> bool:
    """§2, the first table."""
    if f.purpose == "evaluation" and (f.clinical or f.actor == "case_manager"):
        return bool(f.own and f.totals)
    if f.actor == "prosecutor" and f.purpose == "care_coordination":
        return bool(f.diversion_condition)
    return f.purpose in ROLES[f.actor]


def uk_denies(f: SimpleNamespace) -> bool:
    """§7."""
    if f.jurisdiction != "UK" or not (f.actor in {"dispatcher", "prosecutor"} or f.police):
        return False
    sensitive = f.category in {"mh_assessment", "sud_record", "education_record"}
    return not f.uk_justification_recorded or (
        sensitive and not (f.uk_policy_document and f.uk_strictly_necessary)
    )


def regime(f: SimpleNamespace) -> str:
    """§1, stage 7."""
    order = [
        ("victim", f.origin == "victim_service_provider"),
        ("988", f.origin == "lifeline_988"),
        ("part2", f.part2),
        ("hmis", f.origin == "hmis"),
        ("health", f.origin == "health" and f.category != "mh_assessment"),
        ("school", f.origin == "school" or f.category == "education_record"),
        ("criminal", f.category == "criminal_history"),
    ]
    return next((name for name, fits in order if fits), "ordinary")


def united(category: str, table: Table) -> Fields:
    """The fields of a category that a table opens where its circumstances hold."""
    return set().union(*(opens.get(category, set()) for holds, opens in table if holds))


def rows(f: SimpleNamespace, care: bool) -> Fields:
    """§2.1, the matrix, and the rows of §2.2 for criminal history and the person's own school record."""
    tables = {
        "dispatcher": police_rows, "patrol_officer": police_rows, "cit_officer": police_rows,
        "prosecutor": police_rows, "corespond_clinician": clinical_rows, "crisis_team": clinical_rows,
        "hospital": clinical_rows, "sud_provider": clinical_rows, "case_manager": social_rows,
        "shelter_worker": social_rows,
    }  # fmt: skip
    return united(f.category, tables.get(f.actor, other_rows)(f, care))


def police_rows(f: SimpleNamespace, care: bool) -> Table:
    """§2.1 and criminal history: dispatcher, police, prosecutor. Care never enters."""
    # Data given for care are closed to enforcement (stage 6), whatever the row says.
    pursuit = f.purpose == "enforcement" and f.police_data
    dispatcher, prosecutor = f.actor == "dispatcher", f.actor == "prosecutor"
    report = {"call_facts": ALL["call_facts"], "identity": IDP, "encounter_narrative": ENC4}
    case = prosecutor and pursuit and f.used_against_subject
    checked = (
        (dispatcher and f.on_call)
        or (f.police and f.assigned_to_incident and (f.purpose == "emergency" or pursuit))
        or (prosecutor and pursuit)
    )
    return [
        (dispatcher and f.on_call and f.usual,
         {"call_facts": ALL["call_facts"], "safety_alerts": SAFE4, "identity": ID5}),
        (f.police and f.on_call and f.purpose == "emergency", {**report, "safety_alerts": SAFE4}),
        (f.police and f.assigned_to_incident and pursuit, report),
        (f.police and f.assigned_to_incident and f.purpose == "care_coordination", {"referral_status": REF1}),
        (case, {"call_facts": ALL["call_facts"], "identity": IDP}),
        (case and f.cjis_screened, {"encounter_narrative": ENC4}),
        (checked and f.cjis_screened and f.code, {"criminal_history": ALL["criminal_history"]}),
    ]  # fmt: skip


def clinical_rows(f: SimpleNamespace, care: bool) -> Table:
    """§2.1 and criminal history: the clinical roles."""
    clinician, crisis = f.actor == "corespond_clinician", f.actor == "crisis_team"
    on, care = f.on_call and f.usual, care and f.usual
    calls, alerts, refs = ALL["call_facts"], ALL["safety_alerts"], ALL["referral_status"]
    known = {"encounter_narrative": ENC3, "identity": IDC, "referral_status": refs, "safety_alerts": alerts,
             "call_facts": CALL4, "location": LOC2}  # fmt: skip
    cleared = f.cjis_screened and f.code and f.security_addendum and f.purpose == "emergency"
    return [
        (clinician and on,
         {"call_facts": calls, "safety_alerts": alerts, "identity": ID5, "case_plan": CONTACT,
          "encounter_narrative": ALL["encounter_narrative"], "referral_status": REF1}),
        (crisis and on, {"call_facts": calls, "safety_alerts": alerts, "identity": ID5, "case_plan": CONTACT,
                         "encounter_narrative": ENC3}),
        (clinician and care, {**known, "case_plan": ALL["case_plan"]}),
        (crisis and care, {**known, "case_plan": CONTACT}),
        (f.actor == "hospital" and care, {**known, "identity": ID5, "case_plan": CONTACT}),
        (f.actor == "sud_provider" and care,
         {"referral_status": refs, "encounter_narrative": ENC2, "identity": IDC, "safety_alerts": VISIT,
          "case_plan": CONTACT}),
        ((care or f.treating) and f.usual, {"mh_assessment": ALL["mh_assessment"] if f.covered else MH3}),
        (clinician and on and cleared, {"criminal_history": {"open_warrants"}}),
    ]  # fmt: skip


def social_rows(f: SimpleNamespace, care: bool) -> Table:
    """§2.1: case manager and shelter worker."""
    manager, care = f.actor == "case_manager", care and f.usual
    return [
        (manager and care,
         {"case_plan": ALL["case_plan"], "referral_status": ALL["referral_status"], "call_facts": CALL4,
          "safety_alerts": VISIT, "identity": IDC, "encounter_narrative": ENC2,
          "location": {"last_known_address"}, "mh_assessment": MH3 if f.covered else set()}),
        (not manager and care, {"referral_status": REF3, "identity": IDC}),
        (not manager and f.on_call and f.purpose == "emergency",
         {"call_facts": {"incident_number", "nature", "time", "units"}}),
    ]  # fmt: skip


def other_rows(f: SimpleNamespace, care: bool) -> Table:
    """§2.1: the person, the public, the auditor. Care never enters."""
    whole = ("case_plan", "identity", "referral_status", "mh_assessment", "location", "education_record")
    return [
        (f.actor == "subject_self",
         {**{name: ALL[name] for name in whole}, "safety_alerts": NEEDS, "encounter_narrative": ENC3,
          "call_facts": ALL["call_facts"] - {"caller_name", "caller_phone"}}),
        (f.actor == "public" and f.police_data and not f.totals, {"call_facts": CALL3}),
        (f.actor == "privacy_auditor", {"call_facts": {"incident_number", "time"}}),
    ]  # fmt: skip


def baseline(f: SimpleNamespace) -> Opened:
    """§2.1 through §2.2: when the matrix speaks for the record, and what else the regime opens to roles."""
    a, subject = f.actor, f.actor == "subject_self"
    inside = a == "sud_provider" and f.own and f.care and f.purpose in {"treatment", "care_coordination"}
    health_staff = f.clinical and f.covered and f.treating and f.usual
    matrix = {
        "victim": f.own and a != "victim_advocate" and f.category not in {"sud_record", "criminal_history"},
        "988": False,
        "part2": subject or inside,
        "hmis": f.own or subject,
        "health": health_staff or f.own or subject,
        "school": f.own or subject,
    }.get(f.house, True)
    responder = a in {"dispatcher", "crisis_team", "corespond_clinician"} or f.police
    alerted = responder and f.on_call and (f.purpose == "emergency" if f.police else f.usual)
    referrer = (f.police and f.assigned_to_incident) or ((f.clinical or a == "case_manager") and f.care)
    advocate = {
        name: fields for name, fields in ALL.items() if name not in {"sud_record", "criminal_history"}
    }
    advocate["location"] = advocate["location"] | {"confidential_address"}
    special: Table = [
        (f.house == "victim" and f.own and a == "victim_advocate", advocate),
        (f.house == "part2" and (inside or subject), {"sud_record": ALL["sud_record"]}),
        (f.house == "part2" and referrer and f.usual, {"referral_status": REF1}),
        (f.house == "hmis" and f.own and a == "shelter_worker",
         {"location": {"shelter_stay", "last_known_address"}}),
        (f.house == "health" and (health_staff or subject),
         {"encounter_narrative": ALL["encounter_narrative"]}),
        (f.house in {"health", "hmis", "school"} and alerted, {"safety_alerts": SAFE4}),
    ]  # fmt: skip
    call = f.house == "988" and f.threat and f.urgent and responder
    crime = f.house == "part2" and f.crime_on_program_premises and f.police and f.purpose == "enforcement"
    told = {"sud_record": SUD1, "identity": {"name", "home_address"}, "location": {"last_known_address"}}
    return [
        ("role", rows(f, f.care) if matrix else set()),
        ("role", united(f.category, special)),
        ("threat", united(f.category, [(call, {"call_facts": ALL["call_facts"]})])),
        ("premises", united(f.category, [(crime, told)])),
    ]


def by_consent(f: SimpleNamespace) -> Opened:
    """§3."""
    a = f.actor
    f.manager, f.shelter = a == "case_manager" and f.care, a == "shelter_worker" and f.care
    f.staff = f.clinical and (f.treating or f.assigned_to_incident)
    f.officer = f.police and f.assigned_to_incident
    f.diversion = a == "prosecutor" and f.purpose == "care_coordination" and f.diversion_condition
    f.circumstanced = f.staff or f.manager or f.shelter or f.officer
    f.circumstanced = f.circumstanced or (a == "dispatcher" and f.assigned_to_incident)
    if f.form == "part2" and f.house == "part2":
        return [("consent", part2_consent(f))]
    if not f.usual:
        return []
    fields = united(f.category, release_rows(f) + special_rows(f))
    if f.form == "hipaa_auth" and f.house == "health" and f.circumstanced:
        fields = fields | as_ordinary(f)
    return [("consent", fields)]


def part2_consent(f: SimpleNamespace) -> Fields:
    """§3, the first row."""
    consent = f.consent
    if f.purpose == "enforcement":
        freed = f.actor == "prosecutor" and consent["separate"] and not consent["tpo_single"]
        return united(f.category, [(freed, {"sud_record": SUD2})])
    if not f.usual:
        return set()
    notes = f.staff and f.treating and consent["separate"] and consent["includes_counseling_notes"]
    caring = (f.shelter or f.officer) and f.purpose == "care_coordination"
    if f.category not in {"sud_record", "referral_status"}:
        return as_ordinary(f) if f.circumstanced else set()
    return united(f.category, [
        (f.staff, {"sud_record": ALL["sud_record"]}),
        (notes, {"sud_record": {"counseling_notes"}}),
        (f.manager or f.diversion, {"sud_record": SUD2}),
        (caring, {"sud_record": SUD1}),
        (f.staff or f.manager or f.shelter or f.officer or f.diversion, {"referral_status": REF2}),
    ])  # fmt: skip


def release_rows(f: SimpleNamespace) -> Table:
    """§3: hipaa_auth and roi on ordinary records."""
    advocate, roi = f.actor == "victim_advocate", f.form == "roi" and f.house == "ordinary"
    either = f.form in {"roi", "hipaa_auth"} and f.house == "ordinary"
    coordinating = f.officer and f.purpose == "care_coordination"
    return [
        (either and (advocate or f.manager or f.shelter or (f.police and f.on_call)), {"mh_assessment": MH2}),
        (either and f.form == "hipaa_auth" and f.manager, {"mh_assessment": ALL["mh_assessment"]}),
        (roi and f.staff, {"case_plan": ALL["case_plan"]}),
        (roi and f.police and f.on_call and f.purpose == "emergency", {"case_plan": CONTACT}),
        (roi and (coordinating or f.shelter), {"case_plan": {"services"} | CONTACT}),
        (roi and (f.officer or f.diversion), {"referral_status": REF2}),
        (roi and f.shelter, {"safety_alerts": NEEDS}),
        (roi and advocate, {"encounter_narrative": ENC2 | {"narrative"}, "call_facts": CALL4}),
    ]


def special_rows(f: SimpleNamespace) -> Table:
    """§3: hmis_roi, vawa, ferpa, each in its own house."""
    hmis, vawa = f.form == "hmis_roi" and f.house == "hmis", f.form == "vawa" and f.house == "victim"
    school = f.form == "ferpa" and f.house == "school"
    staff = f.staff and f.actor != "sud_provider"
    recipient = f.staff or f.manager or f.shelter or f.actor == "victim_advocate"
    return [
        (hmis and f.manager, {"location": {"shelter_stay", "last_known_address"}}),
        (hmis and (staff or f.actor == "shelter_worker"), {"location": {"shelter_stay"}}),
        (vawa and recipient,
         {"location": {"last_known_address"}, "identity": {"name"}, "referral_status": REF2,
          "case_plan": {"services"} | CONTACT}),
        (school and (f.staff or f.manager), {"education_record": {"attendance", "support_plan"}}),
    ]  # fmt: skip


def as_ordinary(f: SimpleNamespace) -> Fields:
    """A role's matrix set; where no circumstance of its rows holds, consent stands in for care."""
    return set() if f.category == "criminal_history" else rows(f, f.care) or rows(f, True)


def by_process(f: SimpleNamespace) -> Opened:
    """§4."""
    if f.purpose != "enforcement" or not (f.police or f.actor == "prosecutor"):
        return []
    paper, house, judicial = f.legal_process, f.house, f.legal_process in JUDICIAL
    order = paper == "court_order"
    strict = order if f.state_law_stricter else judicial
    plain = house in {"ordinary", "health", "hmis", "school"}
    part2 = paper == "part2_2_65_order" or (paper == "part2_2_64_order" and f.actor == "prosecutor")
    compelled: Table = [
        (strict and plain, {"mh_assessment": ALL["mh_assessment"]}),
        (strict and house == "health", {"encounter_narrative": ALL["encounter_narrative"]}),
        (house == "health" and (judicial or paper == "admin_request_3part"), {"identity": IDL}),
        (
            judicial and (house == "health" or f.origin == "social_service"),
            {"location": {"last_known_address"}},
        ),
        (judicial and house == "hmis", {"location": {"shelter_stay", "last_known_address"}}),
        (part2 and house == "part2", {"sud_record": SUD2}),
        (order and house == "victim", {"location": {"last_known_address"}, "identity": {"name"}}),
        (judicial and plain, {"education_record": {"school", "attendance", "discipline"}}),
        (order and plain, {"case_plan": {"goals", "services", "tasks"}, "referral_status": REF2}),
    ]
    located = {"identity": IDL, "location": {"last_known_address"}}
    return [
        ("process", united(f.category, compelled)),
        ("locate", united(f.category, [(house == "health" and f.le_locate_request, located)])),
    ]


def by_emergency(f: SimpleNamespace) -> Opened:
    """§5."""
    if not f.urgent:
        return []
    closed = f.house in {"victim", "988", "part2", "criminal"}
    glass = f.glass and not closed and f.house != "school"
    medical = (
        f.actor_is_medical and f.medical_emergency and not f.consent_obtainable and (f.care or f.on_call)
    )
    custody = f.police and f.on_call and f.in_lawful_custody and f.house == "ordinary"
    told = {name: fields for name, fields in ALL.items() if name != "criminal_history"}
    broken: Table = [
        (f.actor == "dispatcher" and f.on_call, {"mh_assessment": MH3}),
        (f.clinical and f.covered, {"mh_assessment": ALL["mh_assessment"], "identity": ID5,
                                    "safety_alerts": ALL["safety_alerts"]}),
    ]  # fmt: skip
    as_threat = glass and f.police and f.on_call and f.category != "education_record"
    return [
        ("threat", in_threat(f) if f.threat and not closed else set()),
        ("custody", united(f.category, [(custody, {"mh_assessment": {"risk_level", "medications"}})])),
        ("2.51", united(f.category, [(medical and f.clinical and f.house == "part2", told)])),
        ("glass", united(f.category, broken) if glass else set()),
        ("glass", in_threat(f) if as_threat else set()),
    ]


def in_threat(f: SimpleNamespace) -> Fields:
    """§5, what an imminent threat opens, by role."""
    strong = f.police or f.actor in {"crisis_team", "corespond_clinician"}
    any_of = strong or f.actor == "dispatcher"
    return united(f.category, [
        (strong, {"mh_assessment": MH2, "education_record": {"school", "support_plan"}}),
        (any_of, {"location": LOC2}),
        (any_of and f.origin in {"health", "hmis"}, {"identity": ID5}),
        (any_of and not f.police, {"case_plan": CONTACT}),
    ])  # fmt: skip


def by_numbers(f: SimpleNamespace) -> Opened:
    """§6."""
    analyst, house = f.actor == "program_analyst", f.house
    public = f.purpose == "public_reporting" and f.totals and house == "ordinary"
    shown = {
        "call_facts": CALL3,
        "encounter_narrative": {"disposition", "force_used"},
        "referral_status": REF3,
    }
    rowed = {
        "call_facts": CALL3 | {"units"}, "encounter_narrative": ENC3, "case_plan": {"services"},
        "mh_assessment": {"risk_level", "diagnosis", "medications"}, "referral_status": REF3,
    }  # fmt: skip
    stays = house in {"hmis", "victim"}
    counted = {**rowed, "safety_alerts": {"weapons_flag"}, "sud_record": ALL["sud_record"],
               "location": {"shelter_stay"} if stays else {"last_known_address"},
               "education_record": {"attendance"}}  # fmt: skip
    counting = f.purpose == "evaluation" and f.totals and house != "988"
    reported = counting and (f.n >= 11 if house == "victim" else True)
    agreed = f.deidentified and f.irb_or_dua if house == "part2" else f.deidentified or f.irb_or_dua
    given = analyst and f.set and agreed and house not in {"988", "victim"}
    studied = (
        analyst and f.purpose == "evaluation" and house == "criminal" and f.irb_or_dua and f.cjis_screened
    )
    return [
        ("totals", united(f.category, [(public, shown)])),
        ("totals", united(f.category, [(reported and analyst, counted)])),
        ("totals", united(f.category, [(counting and f.own and not analyst and house != "victim", counted)])),
        ("research", united(f.category, [(given, {**rowed, "sud_record": SUD2 | {"diagnosis"}})])),
        (
            "research",
            united(f.category, [(studied, {"criminal_history": {"convictions", "non_conviction"}})]),
        ),
    ]


def survives(f: SimpleNamespace, ground: str) -> bool:
    """§2.2 on use against the person, and §1, stage 9."""
    separate = ground == "consent" and f.actor == "prosecutor" and f.purpose == "enforcement"
    spared = separate or ground in {"process", "premises"} or f.actor == "subject_self"
    if f.part2 and f.used_against_subject and not spared:
        return False
    if f.mou_active or f.home or f.actor in {"public", "subject_self", "privacy_auditor"}:
        return True
    in_hand = f.category in {"call_facts", "safety_alerts"} and f.on_call
    by_court = ground == "process" and f.legal_process in JUDICIAL | ORDERS
    return in_hand or by_court or ground in {"threat", "glass", "2.51"}


def narrowed(f: SimpleNamespace, fields: Fields) -> Fields:
    """§1, stage 10."""
    if f.address_confidentiality:
        fields = fields - {"last_known_address", "home_address"}
    responder = f.police or f.actor in {"crisis_team", "corespond_clinician"}
    breaker = (f.on_call and (f.police or f.actor == "dispatcher")) or (f.covered and f.clinical)
    ordered = f.legal_process == "court_order" and f.purpose == "enforcement"
    met = (
        (f.covered and f.treating) or f.actor == "subject_self" or f.form == "hipaa_auth"
        or (ordered and (f.police or f.actor == "prosecutor"))
        or (f.threat and f.urgent and responder) or (f.glass and breaker)
    )  # fmt: skip
    if f.state_law_stricter and f.category == "mh_assessment" and not f.totals and not f.set and not met:
        return set()
    adults_only = f.subject_minor and f.category == "criminal_history"
    return set() if adults_only and not (f.police or f.actor in {"dispatcher", "prosecutor"}) else fields


def duties_of_denial(f: SimpleNamespace) -> set[str]:
    """The table of obligations, for denials."""
    owed = {"log_denial"} | alerts(f)
    if f.bulk_export and not f.totals and not f.set:
        owed.add("alert_privacy")
    protected = f.part2 or f.origin in {"victim_service_provider", "lifeline_988"}
    tied = f.clinical or f.own or f.care or f.assigned_to_incident
    stranger = not (tied or f.legal_process or f.le_locate_request)
    health = f.origin in {"health", "hmis"} or f.category == "mh_assessment"
    silent = (protected and not f.own) or f.record_sealed or f.record_expunged or f.actor == "public"
    return owed | ({"no_acknowledgement"} if silent or (health and stranger) else set())


def alerts(f: SimpleNamespace) -> set[str]:
    """The row alert_privacy, but for bulk."""
    claimed = (f.imminent_threat or f.medical_emergency) and not f.on_call and not f.care
    evaluated = f.legal_process and (f.actor == "program_analyst" or f.purpose == "evaluation")
    alerting = not f.device_trusted or f.conflict_of_interest or f.break_glass is not None
    return {"alert_privacy"} if alerting or claimed or evaluated or f.actor == "system_admin" else set()


def duties_of_grant(f: SimpleNamespace, grounds: set[str]) -> set[str]:
    """The table of obligations, for grants resting on these grounds."""
    owed, widened = alerts(f), {"consent", "process", "locate", "threat", "glass", "custody", "2.51"}
    outside = not f.totals and f.actor not in {"public", "subject_self", "privacy_auditor"}
    lasting = f.category not in {"education_record", "criminal_history"}
    compelled = grounds & {"process", "locate", "premises", "threat"}
    compelled = compelled or ("glass" in grounds and f.imminent_threat)
    schooled = f.origin in {"victim_service_provider", "school"} or f.category == "education_record"
    table: list[tuple[str, object]] = [
        ("log_read", not (f.totals and f.actor == "public")),
        ("log_disclosure", outside and (not f.home or grounds & widened)),
        ("accounting", compelled and lasting),
        ("post_review", grounds & {"glass", "threat", "2.51"} or f.conflict_of_interest),
        ("time_limit", grounds & {"glass", "threat", "consent"}),
        ("p2_notice", f.part2 and "consent" in grounds),
        ("p2_emergency_record", "2.51" in grounds),
        ("chri_dissemination_log", f.category == "criminal_history"),
        ("ferpa_record", f.category == "education_record" and f.actor != "subject_self"),
        ("notify_subject", "process" in grounds and (schooled or f.legal_process == "part2_2_64_order")),
        ("uk_log", f.jurisdiction == "UK" and (f.police or f.actor in {"dispatcher", "prosecutor"})),
    ]
    return owed | {name for name, holds in table if holds}


def answer(request: Mapping[str, object], defaults: Mapping[str, object]) -> tuple[str, Fields, set[str]]:
    """The decision, the fields and the obligations for a request of the published form."""
    f = circumstances(request, defaults)
    if denied(f):
        return "deny", set(), duties_of_denial(f)
    opened = baseline(f) + by_consent(f) + by_process(f) + by_emergency(f) + by_numbers(f)
    kept = [(ground, narrowed(f, fields)) for ground, fields in opened if survives(f, ground)]
    fields = set().union(*(fields for _, fields in kept))
    if not fields:
        return "deny", set(), duties_of_denial(f)
    grounds = {ground for ground, shown in kept if shown}
    return "allow" if fields >= ALL[f.category] else "redact", fields, duties_of_grant(f, grounds)
