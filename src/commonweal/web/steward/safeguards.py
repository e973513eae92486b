"""Safeguards: accountings suspended on a statement, workers' own lives, people of public interest."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import queries as people
from commonweal.places import queries as places
from commonweal.sharing import actions, queries
from commonweal.web.pages import day_of, desk, id_of, page
from commonweal.web.session import Request
from commonweal.web.steward import naming

STATED_BY = {"police", "sheriff", "prosecutor", "government"}


def _person(text: str) -> UUID:
    """The person of a call's or a request's number, or of their long one; NotFound for nobody's."""
    found = naming.found_by("person", "person", text)
    if not people.circle(found):
        raise NotFound("person")
    return found


LONGEST = timedelta(days=3653)


def _end_of(field: str, text: str) -> datetime | None:
    """The end of a day as typed, in the page's zone; None where left empty."""
    day = day_of(field, text)
    if day is None:
        return None
    if day > clock.today() + LONGEST:
        raise Invalid(field, text, _("Name a day within the next ten years."))
    end = datetime.combine(day, time(23, 59, 59), timezone.get_current_timezone())
    return end.astimezone(UTC)


@desk("keep_trust")
def suspensions(request: Request) -> HttpResponse:
    """Suspensions of accountings: in force and over; set one on a statement, lift one (164.528(a)(2))."""
    sent = request.POST
    if request.method == "POST" and sent.get("act") == "lift":
        which = id_of("suspension", sent.get("suspension", ""))
        actions.lift_suspension(by=request.actor, suspension=which, reason=sent.get("reason", ""))
        flash.success(request, _("The suspension is lifted. The person sees everything again."))
        return redirect("steward:suspensions")
    if request.method == "POST":
        until = _end_of("until", sent.get("until", ""))
        if until is None:
            raise Invalid("until", "", _("Name the day on which it ends: a suspension has a term."))
        actions.suspend_accounting(
            by=request.actor,
            persons=people.circle(_person(sent.get("person", ""))),
            agency=id_of("agency", sent.get("agency", "")),
            manner=sent.get("manner", ""),
            official=sent.get("official", ""),
            statement=sent.get("statement", ""),
            until=until,
        )
        flash.success(request, _("Suspended. It ends by itself, and the person then sees it."))
        return redirect("steward:suspensions")
    houses = {one.id: one for one in agencies.agencies()}
    rows = list(queries.suspensions(in_force=False)[:200])
    said = naming.in_words(request.actor, [Subject("person", UUID(r.persons[0])) for r in rows])
    names = agencies.names([r.set_by for r in rows])
    context = {
        "rows": [
            (r, houses[r.agency].name, names.get(r.set_by, ""), said[UUID(r.persons[0])])
            for r in rows
            if r.agency in houses
        ],
        "agencies": [one for one in houses.values() if one.kind in STATED_BY],
        "manners": [("in_writing", _("In writing")), ("by_mouth", _("By mouth: 30 days at most"))],
        "person": request.GET.get("person", "")[:36],
    }
    return page(request, "steward/suspensions.html", context)


@desk("keep_trust")
def closeness(request: Request) -> HttpResponse:
    """Of which workers' own lives something is recorded; record it anew. What it says is never shown."""
    if request.method == "POST":
        sent = request.POST
        account = agencies.account_named(sent.get("worker", "").strip())
        if account is None:
            raise Invalid("username", sent.get("worker", ""), _("Write the worker's sign-in name."))
        found = places.find(sent["address"], 1) if sent.get("address", "").strip() else []
        actions.record_closeness(
            by=request.actor,
            account=account.id,
            surname=sent.get("surname", ""),
            address=sent.get("address", ""),
            point=(found[0].lon, found[0].lat) if found else None,
            person=_person(sent["own"]) if sent.get("own", "").strip() else None,
            related=[_person(one) for one in sent.get("related", "").split()],
        )
        flash.success(request, _("Recorded. The detector of look-ups reads it, nobody else."))
        return redirect("steward:closeness")
    rows = list(queries.closenesses()[:500])
    names = agencies.names([str(r.account) for r in rows] + [r.recorded_by for r in rows])
    context = {"rows": [(r, names.get(str(r.account), ""), names.get(r.recorded_by, "")) for r in rows]}
    return page(request, "steward/closeness.html", context)


@desk("keep_trust")
def interest(request: Request) -> HttpResponse:
    """People about whom many may be curious: look-ups at them are watched more closely; mark, unmark."""
    sent = request.POST
    if request.method == "POST" and sent.get("act") == "unmark":
        actions.unmark_public_interest(by=request.actor, person=id_of("person", sent.get("person", "")))
        flash.success(request, _("Taken back."))
        return redirect("steward:interest")
    if request.method == "POST":
        person, until = _person(sent.get("person", "")), _end_of("until", sent.get("until", ""))
        actions.mark_public_interest(by=request.actor, person=person, until=until)
        flash.success(request, _("Marked. Look-ups at this person are watched more closely."))
        return redirect("steward:interest")
    rows = list(queries.public_interests()[:500])
    said = naming.in_words(request.actor, [Subject("person", r.person) for r in rows])
    names = agencies.names([r.marked_by for r in rows])
    context = {
        "rows": [(r, names.get(r.marked_by, ""), said[r.person]) for r in rows],
        "person": request.GET.get("person", "")[:36],
    }
    return page(request, "steward/interest.html", context)
