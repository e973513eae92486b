"""When a person is reminded of an appointment, and in which words: data of the site, read strictly.

Nothing leaves at night. The words say no agency, no service and no reason unless the person wanted it: a
telephone is read over the shoulder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.kernel.site_file import in_force
from commonweal.messages import queries as messages
from commonweal.referrals import states
from commonweal.referrals.models import REMINDER_BEFORE, Referral, Reminder, Reminding
from commonweal.referrals.receiving import OWN_REGIME

NAME = "reminders.yaml"
EARLIER = timedelta(minutes=30)  # before the quiet hours begin
NEUTRAL = gettext_noop("You have an appointment %(when)s.")
NAMED = gettext_noop("You have an appointment %(when)s: %(place)s.")
KNOWN = {"quiet", "number", "spans", "latest"}


@dataclass(frozen=True, slots=True)
class Hours:
    """The site's hours: when all is quiet, how long before, and when it is too late."""

    quiet: tuple[time, time]
    number: str
    spans: Mapping[str, timedelta]
    latest: timedelta

    def ends(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold this moment are over; None outside them."""
        return messages.quiet_until(now, *self.quiet, clock.zone())

    def moment(self, before: str, at: datetime, since: datetime) -> datetime | None:
        """When to remind of an appointment, never before `since`, when it was made or the person chose.

        What would fall into the night goes before it. Where a day before is past, two hours before is taken;
        None where that is past too.
        """
        later = REMINDER_BEFORE[REMINDER_BEFORE.index(before) :]
        planned = (self._by_day(at - self.spans[one]) for one in later)
        return next((due for due in planned if due >= since), None)

    def _by_day(self, due: datetime) -> datetime:
        end = self.ends(due)
        if end is None:
            return due
        zone, (begin, until) = clock.zone(), self.quiet
        day = end.astimezone(zone).date() - timedelta(days=begin > until)
        return datetime.combine(day, begin, zone) - EARLIER


def hours() -> Hours:
    """What is in force: `reminders.yaml` of the instance's home where a site keeps one, else ours."""
    return in_force(NAME, read)


def read(body: object) -> Hours:
    """The hours of a file's contents; Invalid names the place that cannot be used."""
    if not isinstance(body, dict) or set(body) != KNOWN:
        raise Invalid(NAME, "", f"Use: {', '.join(sorted(KNOWN))}.")
    quiet, spans = body["quiet"], body["spans"]
    if not isinstance(quiet, dict) or set(quiet) != {"from", "until"}:
        raise Invalid(f"{NAME} quiet", quiet, "Give from and until.")
    if not isinstance(spans, dict) or set(spans) != set(REMINDER_BEFORE):
        raise Invalid(f"{NAME} spans", spans, f"Use: {', '.join(REMINDER_BEFORE)}.")
    spans = {one: timedelta(hours=_number(f"spans {one}", spans[one])) for one in REMINDER_BEFORE}
    latest = timedelta(minutes=_number("latest", body["latest"]))
    if not spans["day"] > spans["two_hours"] > latest:
        raise Invalid(f"{NAME} spans", spans, "The first lies before the second, and that before the latest.")
    return Hours((_hour(quiet["from"]), _hour(quiet["until"])), str(body["number"] or ""), spans, latest)


def _number(place: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 168:
        raise Invalid(f"{NAME} {place}", value, "Give a number above 0, at most 168.")
    return value


def _hour(value: object) -> time:
    try:
        return time.fromisoformat(str(value))
    except ValueError as wrong:
        raise Invalid(f"{NAME} quiet", value, 'Write an hour such as "20:00".') from wrong


def subject(language: str) -> str:
    """The subject line of a mail: no more than that it reminds."""
    with translation.override(language):
        return _("Reminder")


def said(at: datetime, *, place: str, language: str, now: datetime) -> str:
    """The whole text in the person's language; `place` is empty where the words name no service."""
    with translation.override(language), timezone.override(clock.zone()):
        words = _(NAMED) if place else _(NEUTRAL)
        told = [words % {"when": _when(at, now), "place": place}]
        if number := hours().number:
            told.append(_("Call %(number)s with questions.") % {"number": number})
        return " ".join(told)


def _when(at: datetime, now: datetime) -> str:
    here = timezone.localtime(at)
    days = (clock.day(at) - clock.day(now)).days
    hour = f"{here:%H:%M}"
    if days == 0:
        return _("today at %(hour)s") % {"hour": hour}
    if days == 1:
        return _("tomorrow at %(hour)s") % {"hour": hour}
    return _("on %(day)s at %(hour)s") % {"day": date_format(here, "l"), "hour": hour}


MAY_COME = states.UNSENT | states.COMING  # an appointment stands, or may be made still
SAFE_KIND = "victim_service_provider"


def guarding(found: Referral) -> tuple[bool, frozenset[str]]:
    """Whether the law of a side keeps the words from naming anything, and of which kinds the sides are."""
    sides = frozenset(a.kind for a in (found.from_agency, found.to_agency) if a)
    return found.is_guarded or bool(sides & OWN_REGIME), sides


def reminded_of(found: Referral, at: datetime) -> Reminding | None:
    """The reminder of this appointment that was made last, whatever became of it; None if none was."""
    last = found.remindings.exclude(outcome__in=Reminding.UNTRIED).order_by("-created_at").first()
    return last if last is not None and last.appointment == at else None


def moment(choice: Reminder, found: Referral, at: datetime) -> datetime | None:
    """When the reminder of an appointment goes; None where it is too late since it was made, or chosen."""
    made = found.steps.filter(act="schedule").order_by("-sequence").first()
    since = max(choice.chosen_at, made.at) if made else choice.chosen_at
    return hours().moment(choice.before, at, since)
