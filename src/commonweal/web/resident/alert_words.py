"""The words of a public alert's form and codes: what each field asks, what each code of the standard says."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Promise | str
CODES: dict[str, dict[str, Words]] = {
    "status": {"Actual": _("For real"), "Exercise": _("An exercise"), "Test": _("A test")},
    "category": {
        "Safety": _("General safety"), "Met": _("Weather"), "Geo": _("Earthquake, slide, volcano"),
        "Security": _("Public order"), "Rescue": _("Rescue"), "Fire": _("Fire"), "Health": _("Health"),
        "Env": _("Environment"), "Transport": _("Transport"), "Infra": _("Water, power, telephones"),
        "CBRNE": _("Hazardous material"), "Other": _("Something else"),
    },
    "response": {
        "Monitor": _("Stay informed"), "Shelter": _("Stay indoors"), "Evacuate": _("Leave the area"),
        "Prepare": _("Get ready"), "Execute": _("Do what was agreed beforehand"), "Avoid": _("Keep away"),
        "Assess": _("Judge for yourself"), "AllClear": _("The danger is over"), "None": _("Nothing to do"),
    },
    "urgency": {
        "Immediate": _("Act now"), "Expected": _("Act within the hour"), "Future": _("Act soon"),
        "Past": _("No need to act any more"), "Unknown": _("Not known when"),
    },
    "severity": {
        "Severe": _("Danger to life or property"), "Extreme": _("Extraordinary danger to life"),
        "Moderate": _("Possible danger"), "Minor": _("Little danger"), "Unknown": _("Danger not known"),
    },
    "certainty": {
        "Observed": _("It happens, or has happened"), "Likely": _("Likely (more than one in two)"),
        "Possible": _("Possible"), "Unlikely": _("Not expected"), "Unknown": _("Not known how sure"),
    },
}  # fmt: skip
STATES: dict[str, Words] = {
    "draft": _("Waits for a second person"), "approved": _("Approved, not sent"), "issued": _("Sent"),
    "updated": _("Replaced by an update"), "cancelled": _("Called off"), "dropped": _("Put aside"),
}  # fmt: skip
FIELDS: dict[str, tuple[Words, str]] = {
    "event_en": (_("What happens, in a few words (English)"), "text"),
    "event_es": (_("What happens, in a few words (Spanish)"), "text"),
    "headline_en": (_("Headline (English)"), "text"),
    "headline_es": (_("Headline (Spanish)"), "text"),
    "instruction_en": (_("What to do (English)"), "area"),
    "instruction_es": (_("What to do (Spanish)"), "area"),
    "description_en": (_("More about it (English), if it helps"), "area"),
    "description_es": (_("More about it (Spanish), if it helps"), "area"),
    "area_en": (_("Where, in words (English)"), "text"),
    "area_es": (_("Where, in words (Spanish)"), "text"),
    "known": (_("Outline of an area of ours"), "select"),
    "outline": (_("Or an outline: latitude,longitude of each corner"), "area"),
    "lat": (_("Or a circle: latitude of its middle"), "number"),
    "lon": (_("Longitude of its middle"), "number"),
    "km": (_("Radius in kilometres"), "number"),
    "onset": (_("Begins, if not at once"), "moment"),
    "expires": (_("Until when"), "moment"),
    "status": (_("Is it for real?"), "select"),
    "category": (_("Kind"), "select"),
    "response": (_("What people should do, as a code"), "select"),
    "urgency": (_("How soon"), "select"),
    "severity": (_("How grave"), "select"),
    "certainty": (_("How sure"), "select"),
    "web": (_("Address of a page with more"), "text"),
    "contact": (_("Whom to call or write"), "text"),
}
PARTS: tuple[tuple[Words, str], ...] = (
    (_("What, and what to do"), "event_en event_es headline_en headline_es instruction_en instruction_es"),
    (_("Where and until when"), "area_en area_es expires"),
    (_("Codes for other systems"), "status category response urgency severity certainty"),
    (_("More, if it helps"), "description_en description_es known outline lat lon km onset web contact"),
)
CODED = ("response", "urgency", "severity", "certainty")  # what a reader is told of the codes
TONES = {"Extreme": "emergency", "Severe": "error", "Moderate": "warning"}


def said(name: str, code: str) -> Words:
    """A code of a field in words; as it is where the list has none."""
    return CODES.get(name, {}).get(code, code)
