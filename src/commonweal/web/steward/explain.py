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
)
CONSENTS = ("roi", "hipaa_auth", "part2", "hmis_roi", "vawa", "ferpa")


def facts_of(asked: QueryDict) -> dict[str, object]:
    """The engine's facts from the form."""
    facts: dict[str, object] = {name: True for name, _words in WHEN if name in asked.getlist("when")}
    if asked.get("origin"):
        facts["source_program"] = asked["origin"]
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
