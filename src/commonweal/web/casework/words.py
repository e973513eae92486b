"""Codes of cases in words, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

WHY: dict[str, Promise] = {
    "early_sign": _("An early sign wants your look"),
    "tasks_late": _("A promise is late"),
    "review_due": _("The plan is due for review"),
    "no_contact": _("No contact for two weeks"),
    "on_track": _("On track"),
}
KINDS: dict[str, Promise] = {
    "support": _("Support"),
    "diversion": _("Diversion"),
    "outreach": _("Outreach"),
    "hub": _("From a hub table"),
}
WAYS: dict[str, Promise] = {
    "visit": _("Visit"),
    "phone": _("Phone"),
    "text": _("Text message"),
    "video": _("Video"),
    "letter": _("Letter"),
    "meeting": _("Meeting"),
}
REACHED: dict[str, Promise] = {"yes": _("Yes, reached"), "no": _("No, not reached")}
CLOSE: dict[str, Promise] = {
    "goals_met": _("Goals are met"),
    "stable": _("Stable, support no longer needed"),
    "person_ended": _("The person chose to end"),
    "moved": _("Moved away"),
    "no_contact": _("Could not be reached"),
    "transferred": _("Handed to another team"),
    "deceased": _("Died"),
    "other": _("Other"),
}
MOMENTS: dict[str, Promise] = {
    "encounter": _("A team met the person"),
    "referral": _("A referral changed"),
    "case": _("The plan was due for review"),
}
ANSWERS: dict[str, Promise] = {"acted": _("acted"), "not_needed": _("not needed")}
STATES: dict[str, Promise] = {
    "draft": _("not yet sent"),
    "consent_checked": _("not yet sent"),
    "sent": _("sent"),
    "viewed": _("seen by the service"),
    "info_requested": _("the service asks something"),
    "accepted": _("accepted"),
    "waitlisted": _("on the waiting list"),
    "scheduled": _("appointment made"),
    "attended": _("attended"),
    "no_show": _("did not come"),
    "declined": _("declined"),
    "expired": _("no answer in time"),
    "withdrawn": _("withdrawn"),
    "closed": _("ended"),
    "started": _("started"),
    "resolved": _("need met"),
    "partly": _("need met in part"),
    "not_resolved": _("need not met"),
    "rerouted": _("sent elsewhere"),
}


def in_words(table: dict[str, Promise], code: object) -> str:
    """A code's words, or the code itself made readable."""
    return str(table.get(str(code), str(code).replace("_", " ")))


def is_spanish() -> bool:
    """Whether the page is in Spanish."""
    return (get_language() or "en").startswith("es")
