"""A form in sentence form: may this role see that for this purpose, when these things are so?"""

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy

from commonweal.sharing import queries
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

ROLES = (
    "dispatcher",
    "patrol_officer",
    "cit_officer",
    "corespond_clinician",
    "crisis_team",
    "case_manager",
    "sud_provider",
    "shelter_worker",
    "hospital",
    "prosecutor",
    "program_analyst",
    "public",
    "victim_advocate",
    "subject_self",
    "system_admin",
    "privacy_auditor",
    "outside_recipient",
)
PURPOSES = (
    "emergency",
    "treatment",
    "care_coordination",
    "enforcement",
    "evaluation",
    "public_reporting",
    "subject_access",
    "administration",
    "oversight_audit",
)
ORIGINS = (
    "ecc",
    "police",
    "health",
    "part2_program",
    "social_service",
    "victim_service_provider",
    "hmis",
    "lifeline_988",
    "school",
)
WHEN = (
    ("assigned_to_incident", gettext_lazy("assigned to the call")),
    ("incident_active", gettext_lazy("the call is active")),
    ("care_relationship", gettext_lazy("caring for the person")),
    ("same_agency_as_source", gettext_lazy("the record is of the own agency")),
    ("actor_covered_entity", gettext_lazy("works for a covered entity")),
    ("actor_is_medical", gettext_lazy("is medical staff")),
    ("imminent_threat", gettext_lazy("an imminent threat is claimed")),
    ("medical_emergency", gettext_lazy("a medical emergency is claimed")),
    ("record_sealed", gettext_lazy("the record is sealed")),
    ("subject_minor", gettext_lazy("the person is a minor")),
    ("cjis_screened", gettext_lazy("is screened for criminal-justice data")),
    ("purpose_code", gettext_lazy("gives purpose code C")),
    ("in_lawful_custody", gettext_lazy("the person is in custody")),
    ("le_locate_request", gettext_lazy("police ask to identify or locate the person")),
    ("crime_on_program_premises", gettext_lazy("a crime on the programme's premises is reported")),
    ("used_against_subject", gettext_lazy("it is to be used in a case against the person")),
    ("diversion_condition", gettext_lazy("it is a condition of diversion")),
    ("break_glass", gettext_lazy("the glass is broken, with a reason")),
    ("no_agreement", gettext_lazy("no agreement binds the agencies")),
)
PAPERS = (
    ("warrant", gettext_lazy("a judge's warrant")),
    ("court_order", gettext_lazy("a court order")),
    ("judicial_subpoena", gettext_lazy("a subpoena signed by a judge")),
    ("grand_jury", gettext_lazy("a grand jury subpoena")),
    ("admin_request_3part", gettext_lazy("a three-part administrative request")),
    ("attorney_subpoena", gettext_lazy("an attorney's subpoena")),
    ("written_supervisor_request", gettext_lazy("a supervisor's written request")),
    ("oral_request", gettext_lazy("a request by word of mouth")),
    ("part2_2_64_order", gettext_lazy("a Part 2 order under 2.64")),
    ("part2_2_65_order", gettext_lazy("a Part 2 order under 2.65")),
)
CONSENTS = ("roi", "hipaa_auth", "part2", "hmis_roi", "vawa", "ferpa")


NOT_YES_OR_NO: dict[str, tuple[str, object]] = {
    "purpose_code": ("purpose_code", "C"),
    "break_glass": ("break_glass", {"reason": "A reason, as the form says."}),
    "no_agreement": ("mou_active", False),
}


def facts_of(asked: QueryDict) -> dict[str, object]:
    """The engine's facts from the form."""
    said = asked.getlist("when")
    facts: dict[str, object] = {
        name: True for name, _words in WHEN if name in said and name not in NOT_YES_OR_NO
    }
    facts |= {fact: value for name, (fact, value) in NOT_YES_OR_NO.items() if name in said}
    if asked.get("origin"):
        facts["source_program"] = asked["origin"]
    if asked.get("paper"):
        facts["legal_process"] = asked["paper"]
    if asked.get("consent"):
        whole = ("complete", "recipient_ok", "category_ok", "purpose_ok")
        facts["consent"] = {"form": asked["consent"], **dict.fromkeys(whole, True)}
    return facts


@desk("keep_trust")
def ask(request: Request) -> HttpResponse:
    """The form, and under it the decision with its rules in plain sentences and their citations."""
    asked = request.GET
    context: dict[str, object] = {
        "roles": ROLES,
        "categories": sorted(queries.CATEGORIES),
        "purposes": PURPOSES,
        "origins": ORIGINS,
        "when": WHEN,
        "consents": CONSENTS,
        "papers": PAPERS,
        "asked": asked,
        "chosen": asked.getlist("when"),
    }
    if asked.get("role"):
        answer = queries.explain(
            role=asked["role"],
            category=asked.get("category", ""),
            purpose=asked.get("purpose", ""),
            facts=facts_of(asked),
        )
        context |= {
            "answer": answer,
            "why": queries.why(answer),
            "shown": sorted(answer.fields),
            "rules": [queries.citation(rule) for rule in answer.rules],
            "duties": sorted(answer.obligations),
            "unlock": queries.unlock(answer),
        }
    return page(request, "steward/explain.html", context)
