"""Codes of the call room in words, for choices on the desk."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commonweal.calls import queries as calls
from commonweal.web.desk.picture import LANGUAGES, language

__all__ = ["FIELDS", "LANGUAGES", "NEEDS", "PARTNERS", "REFUSALS", "ROLES", "SOURCES", "natures"]

SOURCES: Mapping[str, Promise] = {
    "911": _("911"),
    "lifeline_988": _("988 lifeline"),
    "non_emergency": _("Non-emergency, 311"),
    "officer_request": _("An officer asks"),
    "provider_request": _("A provider asks"),
    "walk_in": _("Someone walked in"),
    "text": _("Text message"),
}
ROLES: Mapping[str, Promise] = {
    "self": _("The person"),
    "family": _("Family"),
    "friend": _("Friend or neighbour"),
    "business": _("Business"),
    "provider": _("Provider"),
    "school": _("School"),
    "officer": _("Officer"),
    "passer_by": _("Passer-by"),
    "anonymous": _("Gives no name"),
}
NEEDS: Mapping[str, Promise] = {
    "asks_no_police": _("Asks for no police"),
    "minor": _("Under 18"),
    "veteran": _("Veteran"),
    "disability": _("Access needs"),
}
PARTNERS: Mapping[str, Promise] = {
    "lifeline_988": _("988 lifeline"),
    "ems": _("Medical dispatch"),
    "211": _("211"),
    "non_emergency": _("Non-emergency, 311"),
    "crisis_centre": _("Crisis centre"),
    "911": _("911 of another place"),
}


FIELDS: Mapping[str, Promise] = {  # what the gate opens of a call
    "incident_number": _("The call's number"),
    "nature": _("What it is about, and what was said"),
    "time": _("When each step was"),
    "block_address": _("The block"),
    "exact_address": _("The exact place"),
    "caller_name": _("The caller's name"),
    "caller_phone": _("The number to call back"),
    "units": _("Units that were sent"),
}
REFUSALS: Mapping[str, Promise] = {
    "no_capacity": _("Nobody is free here"),
    "wrong_centre": _("It is not for this centre"),
    "caller_gone": _("The caller is no longer on the line"),
    "other": _("Another reason: we call you"),
}


def natures() -> list[tuple[str, str]]:
    """Neutral natures in the page's language, by name."""
    return sorted(calls.all_natures(language()).items(), key=lambda item: item[1])
