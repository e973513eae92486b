"""Codes of the call room in words, for choices on the desk."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commonweal.calls import queries as calls
from commonweal.web.desk.picture import LANGUAGES, language

__all__ = ["LANGUAGES", "NEEDS", "PARTNERS", "ROLES", "SOURCES", "natures"]

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


def natures() -> list[tuple[str, str]]:
    """Neutral natures in the page's language, by name."""
    return sorted(calls.all_natures(language()).items(), key=lambda item: item[1])
