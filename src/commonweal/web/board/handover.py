"""From one shift to the next: all that is open, given by whoever leaves and taken by whoever comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown
from commonweal.messages import actions as messages
from commonweal.messages import queries as threads
from commonweal.people import queries as people
from commonweal.sharing.actions import Circumstances, ask_many, permitted
from commonweal.web.board.rows import Row, asked, open_rows
from commonweal.web.pages import desk, mark_of, page
from commonweal.web.session import Request

MOST_REPEATS = 8
FRESH = timedelta(days=3)  # follow-ups that fell due in this time are handed over one by one


@dataclass(frozen=True, slots=True)
class Open:
    """All that is open at one centre, as far as this viewer may know of it."""

    rows: Sequence[Row]
    late: Sequence[tuple[str, threads.CheckIn]]
    alarms: Sequence[tuple[str, threads.Duress]]
    owed: Sequence[tuple[str, encounters.Owed]]
    older: int = 0

    @property
    def alarming(self) -> int:
        """Alarms and missed checks together."""
        return len(self.alarms) + len(self.late)

    @property
    def all_owed(self) -> int:
        """Follow-ups overdue, those of the last days and older ones."""
        return len(self.owed) + self.older

    @property
    def waiting(self) -> list[Row]:
        """Calls to which nobody is on the way."""
        return [row for row in self.rows if row.view and row.view.is_waiting]

    @property
    def under_way(self) -> list[Row]:
        """Calls with help on the way or there."""
        return [row for row in self.rows if row.view and not row.view.is_waiting]

    def items(self) -> list[Subject]:
        """The same by opaque ids."""
        return [
            *(Subject("duress", alarm.id) for _name, alarm in self.alarms),
            *(Subject("check_in", timer.id) for _sign, timer in self.late),
            *(Subject("call", row.id) for row in self.rows),
            *(Subject("follow_up", one.encounter) for _name, one in self.owed),
        ]


def _open(actor: Actor, centre: UUID) -> Open:
    views = calls.open_calls(centre)
    signs = {unit.id: unit.call_sign for unit in agencies.units()}
    heard = [one for one in threads.open_duress() if actor.may("supervise") and calls.hears(actor, one)]
    owed = encounters.owed_after_calls_of(centre)
    fresh = [one for one in owed if one.due > clock.now() - FRESH]
    names = agencies.names([str(one.account) for one in heard] + [str(one.account) for one in fresh])
    own = {view.id for view in views}
    return Open(
        rows=open_rows(views, asked(actor, views)),
        late=[(signs.get(timer.unit, ""), timer) for timer in threads.overdue() if timer.call in own],
        alarms=[(names[str(one.account)], one) for one in heard],
        owed=[(names[str(one.account)] if one.account else "", one) for one in fresh],
        older=len(owed) - len(fresh),
    )


def _centre(request: Request) -> UUID:
    if request.actor.agency is None:
        raise NotFound("centre")
    return request.actor.agency


@desk("watch_board")
def index(request: Request) -> HttpResponse:
    """What is open now; shifts that were given, each item to be looked at; who came again and again."""
    centre = _centre(request)
    now = _open(request.actor, centre)
    given = list(threads.shifts_waiting(centre))
    taken = threads.shifts_taken(centre)
    names = agencies.names([one.given_by for one in (*given, *taken)] + [one.taken_by for one in taken])
    lines = {str(subject.id): line for subject, line in _lines(now).items()}
    context = {
        "open": now,
        "given": [
            (one, names[one.given_by], [(id_, lines.get(id_, "")) for _kind, id_ in one.items])
            for one in given
        ],
        "taken": [(one, names[one.given_by], names[one.taken_by]) for one in taken],
        "repeats": _repeats(request.actor, centre),
        "may_act": request.actor.may("take_calls"),
        "me": request.actor.id,
    }  # fmt: skip
    return page(request, "board/handover.html", context)


def _lines(now: Open) -> Mapping[Subject, str]:
    """Each open item in one line; what is no longer open has none."""
    found: dict[Subject, str] = {}
    for name, alarm in now.alarms:
        found[Subject("duress", alarm.id)] = _("Silent alarm: %(name)s") % {"name": name}
    for sign, timer in now.late:
        found[Subject("check_in", timer.id)] = _("No answer to a safety check: %(sign)s") % {"sign": sign}
    for row in now.rows:
        nature = (row.shown.get("nature") if row.shown else "") or _("Call, kept apart")
        place = (row.shown.get("block_address") if row.shown else "") or ""
        found[Subject("call", row.id)] = " · ".join(t for t in (row.tier, str(nature), str(place)) if t)
    for name, one in now.owed:
        whose = name or _("nobody's yet")
        says = _("Follow-up overdue: %(name)s") % {"name": whose}
        found[Subject("follow_up", one.encounter)] = says
    return found


def _repeats(actor: Actor, centre: UUID) -> list[tuple[calls.Repeat, Shown, Shown | None]]:
    """People about whom calls came again, where the gate opens the latest of them to this viewer."""
    found = calls.repeats(centre)[:MOST_REPEATS]
    about = [Subject("call", one.last) for one in found]
    answers = ask_many(by=actor, category="call_facts", purpose="emergency", about=about) if about else {}
    shown = {one.subject.id: one for one in calls.facts(permitted(answers))}
    return [(one, shown[one.last], _who(actor, one)) for one in found if one.last in shown]


def _who(actor: Actor, one: calls.Repeat) -> Shown | None:
    records, said = people.records_of(one.person), Circumstances(incident=one.last)
    answers = ask_many(
        by=actor, category="identity", purpose="emergency", about=records[:1], circumstances=said
    )
    names = people.identities(permitted(answers))
    return names[0] if names else None


@desk("take_calls")
@require_POST
def give(request: Request) -> HttpResponse:
    """Leave: what is open now goes to whoever comes."""
    items = _open(request.actor, _centre(request)).items()
    messages.give_shift(by=request.actor, items=items, note=request.POST.get("note", ""))
    flash.success(request, _("Given. It stays on this page until somebody has taken it."))
    return redirect("board:handover")


@desk("take_calls")
@require_POST
def take(request: Request, handover: UUID) -> HttpResponse:
    """Come: every item looked at and ticked."""
    seen = [found for text in request.POST.getlist("seen") if (found := mark_of(text)) is not None]
    messages.take_shift(by=request.actor, handover=handover, seen=seen)
    flash.success(request, _("The shift is yours."))
    return redirect("board:handover")
