"""What was seen and why, in words for the person whom a record is about: on their page and on paper."""

from django.utils.translation import gettext_lazy

from commonweal.kernel import codes

WHY = {
    "emergency": gettext_lazy("to help in an emergency"),
    "treatment": gettext_lazy("to treat you"),
    "care_coordination": gettext_lazy("to arrange help for you"),
    "enforcement": gettext_lazy("for police work"),
    "evaluation": gettext_lazy("to learn what helps"),
    "subject_access": gettext_lazy("because you asked"),
    "oversight_audit": gettext_lazy("to check that rules are kept"),
    "administration": gettext_lazy("to keep records in order"),
}
WHAT = {
    "identity": gettext_lazy("who you are"),
    "safety_alerts": gettext_lazy("what helps you and what harms"),
    "call_facts": gettext_lazy("a call about you"),
    "encounter_narrative": gettext_lazy("what a team noted when it met you"),
    "mh_assessment": gettext_lazy("how you were doing: risk and questionnaires"),
    "sud_record": gettext_lazy("treatment for alcohol or drugs"),
    "case_plan": gettext_lazy("your plan and goals"),
    "referral_status": gettext_lazy("where you were referred and how it went"),
    "criminal_history": gettext_lazy("police and court records"),
    "education_record": gettext_lazy("school records"),
    "location": gettext_lazy("where you live or stay"),
}


CHECKING = gettext_lazy(
    "It was opened in an emergency. The privacy officer is checking whether that was right."
)
JUSTIFIED = gettext_lazy("It was opened in an emergency. The privacy officer checked it: it was justified.")
NOT_JUSTIFIED = gettext_lazy(
    "It was opened as an emergency. The privacy officer checked it: it was not justified, and it was "
    "followed up with the worker."
)
FOUND = {
    "": CHECKING,
    "explained": JUSTIFIED,
    "proper": JUSTIFIED,
    "improper": NOT_JUSTIFIED,
    "disciplinary": NOT_JUSTIFIED,
    "training": gettext_lazy(
        "It was opened as an emergency. The privacy officer checked it: it was not needed, and the worker is "
        "trained again."
    ),
    "breach_assessment": gettext_lazy(
        "It was opened as an emergency. The privacy officer checked it: it was not justified. It is being "
        "assessed what that means for you, and you will be told."
    ),
    "unclear": gettext_lazy(
        "It was opened as an emergency. The privacy officer checked it and could not find out whether it was "
        "right."
    ),
}


def found(outcome: str) -> str:
    """What a review of an emergency opening found, to the person, in plain words."""
    return str(FOUND.get(outcome, CHECKING))


def what(category: str) -> str:
    """A class of data inside a sentence to the person: "your plan and goals"."""
    return str(WHAT.get(category) or codes.in_sentence(category))


def why(purpose: str) -> str:
    """A purpose inside a sentence to the person: "to arrange help for you"."""
    return str(WHY.get(purpose) or codes.in_sentence(purpose))
