"""One's own calendar: a secret address for a calendar program, and what it fetches there.

Shifts, follow-ups, appointments, case conferences and check-ins after support of the worker alone, without a
name, a place or a reason: a calendar is read on lock screens and by whoever runs its server. The gate opens
the times of appointments at every fetch.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commonweal.adapters.icalendar.writer import Entry, write
from commonweal.agencies import actions, queries
from commonweal.cases import queries as cases
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.web.pages import not_found, page
from commonweal.web.session import Request

AHEAD, BEHIND = timedelta(days=60), timedelta(days=14)
PURPOSE = "care_coordination"
FOLLOW_UP, APPOINTMENT = timedelta(minutes=30), timedelta(hours=1)
MORNING = timedelta(hours=9)


@never_cache
def own(request: Request) -> HttpResponse:
    """Whether an address stands; POST makes one (shown this once) or ends it."""
    if not request.user.is_authenticated or not request.actor.mfa:
        return redirect_to_login(request.get_full_path())
    address = ""
    if request.method == "POST":
        if request.POST.get("act") == "end":
            actions.end_calendar_address(by=request.actor)
            flash.success(request, _("The address ended. Calendar programs find nothing there any more."))
            return redirect("own_calendar")
        _made, secret = actions.make_calendar_address(by=request.actor)
        address = request.build_absolute_uri(reverse("calendar_feed", args=[secret]))
    stands = queries.calendar_address(request.actor)
    return page(request, "account/calendar.html", {"stands": stands, "address": address})


@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar program fetches; an unknown, ended or closed account's address is not found."""
    found = queries.calendar_of(secret)
    if found is None:
        return not_found(request)
    address, account = found
    actions.note_calendar_read(address=address.id)
    by, now = queries.actor_of(account, mfa=True), clock.now()
    with translation.override(account.language):
        entries = [*_shifts(by, now), *_follow_ups(by, now), *_appointments(by, now), *_conferences(by, now)]
        entries += _checkups(by, now)
        body = write(_("Work"), entries, now, note=sharing.here().in_full())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


def _shifts(by: Actor, now: datetime) -> Iterator[Entry]:
    for shift in queries.shifts_of(UUID(by.id)).filter(starts__lt=now + AHEAD):
        title = _("On duty: %(unit)s") % {"unit": shift.unit.call_sign}
        yield _entry("shift", str(shift.id), shift.starts, shift.ends - shift.starts, title)


def _follow_ups(by: Actor, now: datetime) -> Iterator[Entry]:
    mine = [one for one in encounters.owed(by, now + AHEAD) if one.account == UUID(by.id)]
    for one in mine:
        if one.due > now - BEHIND:
            yield _entry("follow-up", str(one.encounter), one.due, FOLLOW_UP, _("Follow-up due"))


def _appointments(by: Actor, now: datetime) -> Iterator[Entry]:
    about = referrals.own_appointments(by)
    answers = sharing.ask_many(by=by, category="referral_status", purpose=PURPOSE, about=about)
    for shown in referrals.statuses(sharing.permitted(answers)):
        status = shown.get("status")
        when = status.get("scheduled_for") if isinstance(status, dict) else None
        if isinstance(when, datetime) and now - BEHIND < when < now + AHEAD:
            yield _entry("appointment", str(shown.subject.id), when, APPOINTMENT, _("Appointment"))


def _conferences(by: Actor, now: datetime) -> Iterator[Entry]:
    for one in cases.own_conferences(by, since=now - BEHIND, until=now + AHEAD):
        yield _entry("conference", str(one.id), one.at, timedelta(minutes=one.lasts), _("Case conference"))


def _checkups(by: Actor, now: datetime) -> Iterator[Entry]:
    """Check-ins have a day and no hour: they stand in the morning."""
    for one in cases.own_checkups(by, since=clock.day(now - BEHIND), until=clock.day(now + AHEAD)):
        yield _entry(
            "check-in", str(one.id), clock.begin(one.due) + MORNING, FOLLOW_UP, _("Check-in after support")
        )


def _entry(kind: str, about: str, starts: datetime, lasts: timedelta, title: str) -> Entry:
    """An entry whose mark says nothing of what it is about."""
    mark = hashlib.sha256(f"{settings.SECRET_KEY}:{kind}:{about}".encode()).hexdigest()[:32]
    return Entry(uid=f"{mark}@commonweal", starts=starts, ends=starts + lasts, title=title,
                 url=f"{settings.BASE_URL}/")  # fmt: skip
