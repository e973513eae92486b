"""The page of default rules as tables: one line is one sentence of it, in plain words between bars.

Taken from the published page (the header of the scenarios and the default site policy) and the law it cites,
not from the policy packs. A condition is words joined by `+`, with `/` for "or" and `!` for "not"; a purpose
of `-` is any of the role's but enforcement and evaluation; `*` opens every field but the separate four.
"""

from __future__ import annotations

FIELDS: dict[str, str] = {
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
SEPARATE = frozenset("confidential_address counseling_notes psychotherapy_notes sealed_records".split())
SETS: dict[str, str] = {
    "CALL4": "incident_number nature time block_address",
    "CALL3": "nature time block_address",
    "SAFE4": "weapons_flag caution_text deescalation_tips communication_needs",
    "VISIT": "weapons_flag caution_text communication_needs",
    "NEEDS": "communication_needs deescalation_tips",
    "ID5": "name dob physical_description phone home_address",
    "IDP": "name dob physical_description phone home_address photo",
    "IDC": "name dob photo home_address phone",
    "IDL": "name dob physical_description home_address ssn_last4",
    "ENC2": "disposition behaviours_observed",
    "ENC3": "disposition behaviours_observed force_used",
    "ENC4": "disposition behaviours_observed force_used narrative",
    "MH2": "risk_level crisis_plan_summary",
    "MH3": "risk_level crisis_plan_summary medications",
    "SUD1": "programme_enrolment",
    "SUD2": "programme_enrolment attendance",
    "REF1": "referral_made",
    "REF2": "referral_made status",
    "REF3": "referral_made status service_type",
    "LOC2": "current_location last_known_address",
    "CONTACT": "contact_of_case_manager",
}
ROLES: dict[str, str] = {
    "dispatcher": "emergency",
    "patrol_officer": "emergency enforcement care_coordination",
    "cit_officer": "emergency enforcement care_coordination",
    "corespond_clinician": "emergency treatment care_coordination evaluation",
    "crisis_team": "emergency treatment care_coordination evaluation",
    "hospital": "emergency treatment care_coordination evaluation",
    "sud_provider": "emergency treatment care_coordination evaluation",
    "case_manager": "care_coordination evaluation",
    "shelter_worker": "care_coordination emergency",
    "prosecutor": "enforcement care_coordination",
    "program_analyst": "evaluation",
    "victim_advocate": "care_coordination",
    "subject_self": "subject_access",
    "public": "public_reporting",
    "privacy_auditor": "oversight_audit",
    "system_admin": "",
}
GROUPS: dict[str, str] = {
    "any": " ".join(ROLES),
    "police": "patrol_officer cit_officer",
    "clinical": "corespond_clinician crisis_team hospital sud_provider",
    "clinician": "corespond_clinician",
    "LE": "patrol_officer cit_officer prosecutor",
    "workers": "corespond_clinician crisis_team hospital sud_provider case_manager shelter_worker",
    "scene": "patrol_officer cit_officer crisis_team corespond_clinician",
    "scene+desk": "dispatcher patrol_officer cit_officer crisis_team corespond_clinician",
    "desk+clinical": "dispatcher crisis_team corespond_clinician",
    "uk": "dispatcher patrol_officer cit_officer prosecutor",
    "chri-minor": "dispatcher patrol_officer cit_officer prosecutor",
}
WHY: dict[str, str] = {"caring": "care_coordination", "urgent": "emergency treatment"}
PURPOSES = frozenset(
    "emergency treatment care_coordination enforcement evaluation public_reporting subject_access"
    " administration oversight_audit".split()
)
ORIGINS = frozenset(
    "ecc police health part2_program social_service victim_service_provider hmis lifeline_988 school".split()
)
NATURAL: dict[str, str] = {
    "call_facts": "ecc", "location": "ecc", "mh_assessment": "health", "sud_record": "part2_program",
    "case_plan": "social_service", "referral_status": "social_service", "education_record": "school",
}  # fmt: skip
JUDICIAL = frozenset("warrant court_order judicial_subpoena grand_jury".split())
PROCESSES = JUDICIAL | frozenset(
    "admin_request_3part attorney_subpoena written_supervisor_request oral_request part2_2_64_order"
    " part2_2_65_order".split()
)
FORMS = frozenset("part2 hipaa_auth roi hmis_roi vawa ferpa".split())
GIVEN = frozenset("complete recipient_ok category_ok purpose_ok".split())
SPOILT = frozenset("expired revoked conditioned_on_service signed_by_abuser".split())
CONSENT = GIVEN | SPOILT | frozenset("includes_counseling_notes separate tpo_single".split())

# who | what | when | why | opens                                                            (section 2.1)
MATRIX = """
dispatcher | call_facts | on_call | - | *
dispatcher | safety_alerts | on_call | - | SAFE4
dispatcher | identity | on_call | - | ID5
police | call_facts | on_call | emergency | *
police | safety_alerts | on_call | emergency | SAFE4
police | identity | on_call | emergency | IDP
police | encounter_narrative | on_call | emergency | ENC4
police | call_facts | assigned | enforcement | *
police | identity | assigned | enforcement | IDP
police | encounter_narrative | assigned | enforcement | ENC4
police | referral_status | assigned | caring | REF1
clinician | call_facts safety_alerts encounter_narrative | on_call | - | *
crisis_team | call_facts safety_alerts | on_call | - | *
crisis_team | encounter_narrative | on_call | - | ENC3
clinician crisis_team | identity | on_call | - | ID5
clinician crisis_team | case_plan | on_call | - | CONTACT
clinician crisis_team | referral_status | on_call | - | REF1
clinician | case_plan | care | - | *
crisis_team hospital sud_provider | case_plan | care | - | CONTACT
clinician crisis_team hospital | encounter_narrative | care | - | ENC3
clinician crisis_team sud_provider case_manager shelter_worker | identity | care | - | IDC
clinician crisis_team hospital sud_provider case_manager | referral_status | care | - | *
clinician crisis_team hospital | safety_alerts | care | - | *
clinician crisis_team hospital case_manager | call_facts | care | - | CALL4
clinician crisis_team hospital | location | care | - | LOC2
hospital | identity | care | - | ID5
sud_provider case_manager | encounter_narrative | care | - | ENC2
sud_provider case_manager | safety_alerts | care | - | VISIT
clinical | mh_assessment | treating+covered | - | *
clinical | mh_assessment | treating | - | MH3
case_manager | case_plan | care | - | *
case_manager | location | care | - | last_known_address
case_manager | mh_assessment | care+covered | - | MH3
shelter_worker | referral_status | care | - | REF3
shelter_worker | call_facts | on_call | emergency | incident_number nature time units
prosecutor | call_facts | used_against_subject | enforcement | *
prosecutor | identity | used_against_subject | enforcement | IDP
prosecutor | encounter_narrative | used_against_subject+cjis_screened | enforcement | ENC4
subject_self | case_plan identity referral_status mh_assessment location | | - | *
subject_self | safety_alerts | | - | NEEDS
subject_self | call_facts | | - | CALL3 incident_number exact_address units
subject_self | encounter_narrative | | - | ENC3
public | call_facts | from_ecc/from_police | - | CALL3
privacy_auditor | call_facts | | - | incident_number time
dispatcher | criminal_history | cjis_screened+code_c+on_call | - | *
police | criminal_history | cjis_screened+code_c+assigned | emergency enforcement | *
prosecutor | criminal_history | cjis_screened+code_c | enforcement | *
clinician | criminal_history | cjis_screened+code_c+security_addendum+on_call | emergency | open_warrants
subject_self | education_record | | - | *
"""

# regime | ground | who | when: to whom the matrix speaks at all  (stage 7, sections 2.2, 3)
REACH = """
ordinary | role | any | !enforcing/from_ecc/from_police
victim | role | any | own+!enforcing+!victim_advocate+!subject_self+!criminal_history
part2 | role | sud_provider | own+care+giving_care+unused
part2 | role | subject_self |
part2 | consent | any | form_part2+tied+unused+!enforcing+!referral_status+!criminal_history
hmis health school | role | any | own+!enforcing
hmis health school | role | subject_self |
health | role | clinical | covered+treating
health | consent | any | form_hipaa_auth+tied+!enforcing+!criminal_history
"""

# regime | ground | who | what | when | why | opens  (sections 2.2, 3, 4, 5)
GRANTS = """
victim | role | victim_advocate | call_facts safety_alerts identity encounter_narrative | own | - | *
victim | role | victim_advocate | mh_assessment case_plan referral_status education_record | own | - | *
victim | role | victim_advocate | location | own | - | * confidential_address
part2 | role | sud_provider | sud_record | own+care+giving_care+unused | - | *
part2 | role | subject_self | sud_record | | - | *
part2 | premises | police | sud_record | premises_crime | enforcement | SUD1
part2 | premises | police | identity | premises_crime | enforcement | name home_address
part2 | premises | police | location | premises_crime | enforcement | last_known_address
part2 | role | police | referral_status | assigned+unused | - | REF1
part2 | role | clinical case_manager | referral_status | care+unused | - | REF1
hmis | role | shelter_worker | location | own | - | shelter_stay last_known_address
health | role | clinical | encounter_narrative | covered+treating | - | *
health | role | subject_self | encounter_narrative | | - | *
hmis health school | role | dispatcher clinician crisis_team | safety_alerts | on_call | - | SAFE4
hmis health school | role | police | safety_alerts | on_call | emergency | SAFE4

part2 | consent | clinical | sud_record | form_part2+tied+unused | - | *
part2 | consent | clinical | sud_record | form_part2+treating+for_notes+unused | - | counseling_notes
part2 | consent | case_manager | sud_record | form_part2+care+unused | - | SUD2
part2 | consent | shelter_worker | sud_record | form_part2+care+unused | caring | SUD1
part2 | consent | police | sud_record | form_part2+assigned+unused | caring | SUD1
part2 | consent | prosecutor | sud_record | form_part2+diversion_condition+unused | caring | SUD2
part2 | consent | prosecutor | sud_record | form_part2+separate+!tpo_single | enforcement | SUD2
part2 | consent | workers | referral_status | form_part2+tied+unused | - | REF2
part2 | consent | police | referral_status | form_part2+assigned+unused | - | REF2
part2 | consent | prosecutor | referral_status | form_part2+diversion_condition+unused | caring | REF2
ordinary | hipaa | case_manager | mh_assessment | form_hipaa_auth+care | - | *
ordinary | hipaa | police | mh_assessment | form_hipaa_auth+on_call | - | MH2
ordinary | hipaa | shelter_worker | mh_assessment | form_hipaa_auth+care | - | MH2
ordinary | hipaa | victim_advocate | mh_assessment | form_hipaa_auth | - | MH2
ordinary | consent | police | mh_assessment | form_roi+on_call | - | MH2
ordinary | consent | case_manager shelter_worker | mh_assessment | form_roi+care | - | MH2
ordinary | consent | victim_advocate | mh_assessment | form_roi | - | MH2
ordinary | consent | clinical | case_plan | form_roi+tied | - | *
ordinary | consent | police | case_plan | form_roi+on_call | emergency | CONTACT
ordinary | consent | police | case_plan | form_roi+assigned | caring | services CONTACT
ordinary | consent | shelter_worker | case_plan | form_roi+care | - | services CONTACT
ordinary | consent | police | referral_status | form_roi+assigned | - | REF2
ordinary | consent | prosecutor | referral_status | form_roi+diversion_condition | caring | REF2
ordinary | consent | shelter_worker | safety_alerts | form_roi+care | - | NEEDS
ordinary | consent | victim_advocate | encounter_narrative | form_roi | - | ENC2 narrative
ordinary | consent | victim_advocate | call_facts | form_roi | - | CALL4
hmis | consent | case_manager | location | form_hmis_roi+care | - | shelter_stay last_known_address
hmis | consent | clinician crisis_team hospital | location | form_hmis_roi+tied | - | shelter_stay
hmis | consent | shelter_worker | location | form_hmis_roi | - | shelter_stay
victim | consent | workers victim_advocate | location | form_vawa+tied | - | last_known_address
victim | consent | workers victim_advocate | identity | form_vawa+tied | - | name
victim | consent | workers victim_advocate | case_plan | form_vawa+tied | - | services CONTACT
victim | consent | workers victim_advocate | referral_status | form_vawa+tied | - | REF2
school | consent | clinical case_manager | education_record | form_ferpa+tied | - | attendance support_plan

ordinary hmis school | paper | LE | mh_assessment | judicial+court_if_stricter | enforcement | *
health | paper | LE | encounter_narrative | judicial+court_if_stricter | enforcement | *
health | paper | LE | identity | judicial | enforcement | IDL
health | request | LE | identity | admin_request_3part/le_locate_request | enforcement | IDL
health | paper | LE | location | judicial | enforcement | last_known_address
ordinary | paper | LE | location | judicial+from_social_service | enforcement | last_known_address
health | request | LE | location | le_locate_request | enforcement | last_known_address
hmis | paper | LE | location | judicial | enforcement | shelter_stay last_known_address
part2 | paper | LE | sud_record | part2_2_65_order | enforcement | SUD2
part2 | paper | prosecutor | sud_record | part2_2_64_order | enforcement | SUD2
victim | paper | LE | location | court_order | enforcement | last_known_address
victim | paper | LE | identity | court_order | enforcement | name
school health hmis | paper | LE | education_record | judicial | enforcement | school attendance discipline
ordinary health hmis school | paper | LE | case_plan | court_order | enforcement | goals services tasks
ordinary health hmis school | paper | LE | referral_status | court_order | enforcement | REF2

ordinary hmis school | threat | scene | mh_assessment | threat | urgent | MH2
ordinary health hmis school | threat | scene+desk | location | threat | urgent | LOC2
health hmis | threat | scene+desk | identity | threat | urgent | ID5
ordinary health hmis school | threat | desk+clinical | case_plan | threat | urgent | CONTACT
school health hmis | threat | scene | education_record | threat | urgent | school support_plan
988 | threat | scene+desk | call_facts | threat | urgent | *
ordinary | custody | police | mh_assessment | in_lawful_custody+on_call | emergency | risk_level medications
part2 | medical | clinical | any | medical_2_51+unused | urgent | *
ordinary hmis | glass | dispatcher | mh_assessment | glass+on_call | emergency | MH3
ordinary hmis | glass | police | mh_assessment | glass+on_call | emergency | MH2
ordinary health hmis | glass | police | location | glass+on_call | emergency | LOC2
health hmis | glass | police | identity | glass+on_call | emergency | ID5
ordinary hmis | glass | clinical | mh_assessment | glass+covered | urgent | *
ordinary health hmis | glass | clinical | identity | glass+covered | urgent | ID5
ordinary health hmis | glass | clinical | safety_alerts | glass+covered | urgent | *
"""

# what | totals | rows | public totals                                                          (section 6)
COUNTED = """
call_facts | CALL3 units | CALL3 units | CALL3
safety_alerts | weapons_flag | |
encounter_narrative | ENC3 | ENC3 | disposition force_used
mh_assessment | risk_level diagnosis medications | risk_level diagnosis medications |
sud_record | * | SUD2 diagnosis |
case_plan | services | services |
referral_status | REF3 | REF3 | REF3
location | last_known_address | |
education_record | attendance | |
criminal_history | convictions non_conviction | convictions non_conviction |
identity | | |
"""
