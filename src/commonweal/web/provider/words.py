"""The words of this desk: states, acts, fields, reasons, in the reader's language."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commonweal.directory import queries as directory
from commonweal.kernel import clock
from commonweal.referrals import queries as referrals

Words = str | Promise

STATES: dict[str, Words] = {
    "made": _("Made; how it stands is not told"),
    "draft": _("Draft"),
    "consent_checked": _("Ready to send"),
    "sent": _("Waiting for an answer"),
    "viewed": _("Read, not yet answered"),
    "accepted": _("Accepted"),
    "waitlisted": _("On the waiting list"),
    "declined": _("Declined"),
    "info_requested": _("A question was asked"),
    "scheduled": _("Time set"),
    "attended": _("Came"),
    "no_show": _("Did not come"),
    "started": _("Service began"),
    "resolved": _("Need met"),
    "partly": _("Need partly met"),
    "not_resolved": _("Need not met"),
    "closed": _("Closed"),
    "withdrawn": _("Taken back"),
    "expired": _("No answer came"),
    "rerouted": _("Sent elsewhere"),
}
TONES = {
    "accepted": "good", "scheduled": "good", "attended": "good", "started": "good", "resolved": "good",
    "declined": "bad", "expired": "bad", "no_show": "warn", "info_requested": "warn", "waitlisted": "warn",
    "not_resolved": "warn", "partly": "warn",
}  # fmt: skip
ACTS: dict[str, Words] = {
    "make": _("Written"),
    "check": _("Checked what the receiver may see"),
    "send": _("Sent"),
    "view": _("Read by the receiver"),
    "ask": _("Asked a question"),
    "inform": _("Answered the question"),
    "accept": _("Accepted"),
    "waitlist": _("Put on the waiting list"),
    "decline": _("Declined"),
    "schedule": _("Set a time"),
    "attend": _("The person came"),
    "miss": _("The person did not come"),
    "start": _("Service began"),
    "settle": _("Outcome noted"),
    "close": _("Closed"),
    "withdraw": _("Taken back"),
    "expire": _("No answer came in time"),
    "undo": _("The answer was taken back"),
    "reroute": _("Sent elsewhere"),
    "onward": _("The person agreed that it may go on by itself"),
    "hold": _("A place was held"),
    "extend": _("The place was held longer"),
    "release": _("The held place was given back"),
    "hold_expired": _("Nobody came in time; the held place is free again"),
    "reach": _("At the door"),
    "hand_off": _("Handed over"),
}
STOPS: dict[str, Words] = {
    "none_left": _("no further service that the person agreed to has room and fits"),
    "most": _("it has gone on as often as this pathway allows"),
    "pathway": _("on this pathway a person chooses the next service"),
    "answer": _("the answer says that nobody else should be asked"),
    "consent": _("the person took a consent back since"),
}
FOLDERS: dict[str, Words] = {
    "waiting": _("To answer"),
    "current": _("In hand"),
    "settled": _("To close"),
    "ended": _("History"),
}
SENT: dict[str, Words] = {
    "all": _("All"),
    "waiting": _("No answer yet"),
    "current": _("Under way"),
    "settled": _("With an outcome"),
    "ended": _("Ended"),
}
CATEGORIES: dict[str, Words] = {
    "referral_status": _("About this referral"),
    "identity": _("Who it is"),
    "safety_alerts": _("What helps"),
    "encounter_narrative": _("What the team saw"),
}
FIELDS: dict[str, Words] = {
    "referral_made": _("that it was sent"),
    "status": _("how it stands"),
    "service_type": _("what is needed"),
    "outcome_detail": _("the sender's note and details of the outcome"),
    "name": _("name"),
    "dob": _("date of birth"),
    "phone": _("telephone"),
    "home_address": _("home address"),
    "deescalation_tips": _("what helps and harms"),
    "communication_needs": _("how to talk with the person"),
    "disposition": _("how the visit ended"),
    "behaviours_observed": _("what was seen"),
}
OUTCOMES: dict[str, Words] = {
    "resolved": _("Yes, met"),
    "partly": _("In part"),
    "not_resolved": _("No"),
}


def free(code: str, n: int | None) -> str:
    """What is free, after its number: "bed free", "beds free", or the service's own word for it."""
    count = n if n is not None else 2
    if code == "beds":
        return ngettext("bed free", "beds free", count)
    if code == "places":
        return ngettext("place free", "places free", count)
    if code == "appointments":
        return ngettext("appointment free", "appointments free", count)
    return gettext("%(unit)s free") % {"unit": code}


def state(row: referrals.Row) -> tuple[Words, str]:
    """How a referral stands, and the colour of its tag."""
    return STATES[row.state], TONES.get(row.state, "")


def language() -> str:
    """The reader's language, `en` or `es`."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def reasons() -> list[tuple[str, str]]:
    """Decline reasons: code and words."""
    return [(code, reason.name(language())) for code, reason in referrals.reasons().items()]


def reason(code: str) -> str:
    """One decline reason in words; empty for none."""
    found = referrals.reasons().get(code)
    return found.name(language()) if found else ""


def needs(codes: Iterable[str]) -> list[str]:
    """Needs in words; an unknown code as it is."""
    known = directory.vocabulary()
    return [known[code].name(language()) if code in known else code for code in codes]


def pathway(code: str) -> str:
    """A pathway's name; empty for the ordinary one."""
    found = referrals.pathways().get(code)
    return found.name(language()) if found and code != "standard" else ""


def fields(names: Iterable[str]) -> list[str]:
    """Field names of the disclosure vocabulary in words, once each."""
    return list(dict.fromkeys(str(FIELDS[name]) for name in sorted(names) if name in FIELDS))


def due(row: referrals.Row) -> tuple[str, str]:
    """When the next act is due, in words, and its tone: quiet, near or over; empty where none is."""
    if row.due_at is None or row.state in referrals.FOLDERS["ended"]:
        return "", ""
    minutes = int((row.due_at - clock.now()).total_seconds() // 60)
    span = _span(abs(minutes))
    if minutes < 0:
        return gettext("overdue by %(span)s") % {"span": span}, "over"
    return gettext("due in %(span)s") % {"span": span}, "near" if minutes <= 60 else "quiet"


def _span(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d h", "%(n)d h", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d d", "%(n)d d", minutes // 1440) % {"n": minutes // 1440}


def outcomes() -> list[tuple[str, Words]]:
    """Outcomes: code and words."""
    return list(OUTCOMES.items())
