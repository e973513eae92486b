"""Bulletins between agencies: what stands, one to read, one to write, and the strip on top of the desks."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.messages import queries
from commonweal.web import bulletin_form
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

Words = str | Promise
KINDS: Mapping[str, Words] = {
    "missing_person": gettext_lazy("Missing person at risk"),
    "dangerous_drugs": gettext_lazy("Dangerous batch of drugs"),
    "place_closed": gettext_lazy("Shelter or service closed"),
    "street_closed": gettext_lazy("Street closed"),
    "protocol_changed": gettext_lazy("Change of a protocol"),
    "other": gettext_lazy("Other"),
}
URGENCIES: Mapping[str, Words] = {
    "immediate": gettext_lazy("Now"),
    "today": gettext_lazy("Today"),
    "routine": gettext_lazy("When you have time"),
}
AT_ONCE = 2  # bulletins that the strip names; of the others it says how many


@dataclass(frozen=True, slots=True)
class Shown:
    """A bulletin as one worker has it in a list: of a person it says the kind alone."""

    row: queries.Bulletin
    agency: str
    is_read: bool
    waits: bool  # it asks the reader to acknowledge it, and they have not

    @property
    def kind(self) -> Words:
        """Its kind in words."""
        return KINDS[self.row.kind]

    @property
    def urgency(self) -> Words:
        """Its urgency in words."""
        return URGENCIES[self.row.urgency]

    @property
    def title(self) -> Words:
        """What the list calls it."""
        return self.row.headline or self.kind

    @property
    def is_now(self) -> bool:
        """Whether it asks for eyes now."""
        return self.row.urgency == "immediate"

    @property
    def is_coming(self) -> bool:
        """Whether it has not begun."""
        return self.row.ended_at is None and self.row.starts_at > clock.now()


def _shown(by: Actor, rows: list[queries.Bulletin]) -> list[Shown]:
    short = {one.id: one.short or one.name for one in agencies.agencies()}
    found = []
    for row in rows:
        sight = queries.sight_of(by, row)
        waits = row.asks and row.author != by.id and not (sight and sight.acknowledged_at)
        found.append(Shown(row, short.get(row.agency, ""), sight is not None, waits))
    return found


@desk("learn")
def index(request: Request) -> HttpResponse:
    """What stands for this worker, the urgent first; below, what is over."""
    by = request.actor
    context = {
        "standing": _shown(by, queries.bulletins(by)),
        "past": _shown(by, queries.bulletins_past(by)),
        "may_write": _may_write(by),
    }
    return page(request, "bulletins/index.html", context)


@desk("learn")
def strip(request: Request) -> HttpResponse:
    """The line on top of a desk: what stands and was not read, or waits to be acknowledged; else nothing."""
    found = [one for one in _shown(request.actor, queries.bulletins(request.actor)) if _is_news(one, request)]
    return page(request, "bulletins/strip.html", {"first": found[:AT_ONCE], "more": len(found) - AT_ONCE})


def _is_news(one: Shown, request: Request) -> bool:
    return one.row.author != request.actor.id and (not one.is_read or one.waits)


@desk("learn")
def show(request: Request, bulletin_id: UUID) -> HttpResponse:
    """One bulletin; words of a person pass the gate, and a refusal is answered as if there were none."""
    return _page(request, bulletin_id)


def _page(request: Request, bulletin_id: UUID, error: Invalid | None = None) -> HttpResponse:
    by = request.actor
    row = queries.bulletin(by, bulletin_id)
    words = messages.bulletin_words(by=by, found=row)
    messages.mark_bulletin_read(by=by, bulletin=row.id)
    is_ours = row.agency == by.agency and _may_write(by)
    [shown] = _shown(by, [row])
    stands = row.ended_at is None and row.ends_at > clock.now()
    context = {
        "one": shown, "words": words, "stands": stands, "is_ours": is_ours, "error": error,
        "why": request.POST.get("why", ""), "author": agencies.names([row.author])[row.author],
        "to": bulletin_form.said_to(row), "follower": _follower(by, row),
        **(_answers(by, row) if is_ours else {}),
    }  # fmt: skip
    return page(request, "bulletins/show.html", context, status=400 if error else 200)


def _follower(by: Actor, row: queries.Bulletin) -> UUID | None:
    """The one that replaced it, where this worker may know of it."""
    if row.ended_how != "superseded":
        return None
    try:
        return queries.bulletin(by, row.followed_by.id).id
    except NotFound:
        return None


def _answers(by: Actor, row: queries.Bulletin) -> dict[str, object]:
    """Who read it and who has not, with the names that agencies show to the reader's own."""
    found = queries.answers(row)
    named = {house.id for house in calls.who_is_on(by) if house.is_named}
    names = agencies.names([str(one.account) for one in found])
    short = {one.id: one.name for one in agencies.agencies()}
    lines = [
        (names[str(one.account)] if one.agency in named else "", short.get(one.agency, ""), one)
        for one in found
    ]
    return {
        "answers": lines, "meant_for": queries.meant_for(row) if row.subject else 0,
        "read": sum(1 for one in found if one.read_at),
        "acknowledged": sum(1 for one in found if one.acknowledged_at),
    }  # fmt: skip


def _may_write(by: Actor) -> bool:
    return by.agency is not None and any(by.may(one) for one in messages.WRITERS)


@desk("learn")
@require_POST
def acknowledge(request: Request, bulletin_id: UUID) -> HttpResponse:
    """ "I have read this": said once by whoever receives it."""
    messages.acknowledge_bulletin(by=request.actor, bulletin=bulletin_id)
    flash.success(request, _("Acknowledged. The agency that wrote it sees it."))
    return redirect("bulletin", bulletin_id)


@desk(*messages.WRITERS)
@require_POST
def withdraw(request: Request, bulletin_id: UUID) -> HttpResponse:
    """Take one of the own agency back, with the reason."""
    try:
        messages.withdraw_bulletin(by=request.actor, bulletin=bulletin_id, why=request.POST.get("why", ""))
    except Invalid as error:
        return _page(request, bulletin_id, error)
    flash.success(request, _("Taken back. Whoever was told of it hears that too, with your reason."))
    return redirect("bulletin", bulletin_id)


@desk(*messages.WRITERS)
def write(request: Request) -> HttpResponse:
    """Write one: about a call or a case where the address names it, else to name nobody."""
    form = bulletin_form.form_of(request)
    error: Invalid | None = None
    if request.method == "POST":
        try:
            made = form.post()
        except Invalid as fault:
            error = fault
        else:
            flash.success(request, _("Sent. Whoever may read it finds it from its beginning on."))
            return redirect("bulletin", made.id)
    context = form.shown() | {"error": error, "kinds": KINDS, "urgencies": URGENCIES}
    return page(request, "bulletins/write.html", context, status=400 if error else 200)
