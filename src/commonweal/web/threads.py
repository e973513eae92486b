"""Words between those who work on one thing, under the permit on it; the others hear a ring."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.messages import actions as messages
from commonweal.messages import queries
from commonweal.sharing import queries as sharing
from commonweal.sharing.actions import Permit
from commonweal.web import bulletin_form
from commonweal.web.pages import id_of
from commonweal.web.session import Request


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who of which agency, when, what; `is_mine` for the reader's own.

    `parts`: its text cut at the names that it calls, each with whether it is one. `asked`: who was asked to
    confirm, by name, with when they did. `waits_for_me`: the reader was asked and has not.
    """

    who: str
    agency: str
    at: datetime
    text: str
    is_mine: bool
    id: UUID | None = None
    parts: Sequence[tuple[str, bool]] = ()
    is_new: bool = False
    read_by: Sequence[tuple[str, datetime]] = ()
    asked: Sequence[tuple[str, datetime | None]] = ()
    waits_for_me: bool = False

    @property
    def confirmed(self) -> int:
        """How many of those asked have confirmed."""
        return sum(1 for _name, at in self.asked if at)


@dataclass(frozen=True, slots=True)
class Place:
    """A thread as one worker has it open: `readers` holds accounts by the address where each would read it.

    These are whom the desk has a page for; who of them may read it is the gate's to say. `of`: the agency of
    which alone this worker sees what was written, read and confirmed; None for everybody.
    """

    about: Subject
    permit: Permit
    readers: Mapping[UUID, str]
    of: UUID | None = None


def read(by: Actor, about: Subject, permit: Permit, of: UUID | None = None) -> list[Said]:
    """The messages on a subject, oldest first; the reader has read them now.

    `of`: what this agency wrote, and who of it read or confirmed that: another side's acts are withheld.
    """
    lines = queries.thread(about, permit=permit, of=of)
    known = {one for line in lines for one in _accounts(line)}
    names = agencies.names([*{line.author for line in lines}, *map(str, known)])
    short = {a.id: a.short or a.name for a in agencies.agencies()}
    messages.mark_thread_read(by=by, about=about, of=of)
    return [_said(by, line, names, short) for line in lines]


def _accounts(line: queries.Line) -> set[UUID]:
    return {one for one, _at in (*line.read_by, *line.asked)} | line.named


def _said(by: Actor, line: queries.Line, names: Mapping[str, str], short: Mapping[UUID, str]) -> Said:
    is_mine = line.author == by.id
    named = [names[str(one)] for one in line.named]
    return Said(
        names[line.author],
        short.get(line.agency, "") if line.agency else "",
        line.at,
        line.text,
        is_mine,
        line.id,
        parts=_parts(line.text, named),
        is_new=not is_mine and by.id not in {str(one) for one, _at in line.read_by},
        read_by=[(names[str(one)], at) for one, at in line.read_by],
        asked=sorted(((names[str(one)], at) for one, at in line.asked), key=lambda pair: pair[0]),
        waits_for_me=any(str(one) == by.id and at is None for one, at in line.asked),
    )


def _parts(text: str, names: Collection[str]) -> list[tuple[str, bool]]:
    """The text cut at each `@Name` that it calls."""
    if not names:
        return [(text, False)]
    longest = sorted(names, key=len, reverse=True)
    cut = re.split("(" + "|".join(re.escape(f"@{name}") for name in longest) + ")", text)
    return [(part, number % 2 == 1) for number, part in enumerate(cut) if part]


def shown(by: Actor, place: Place, target: str, sentence: str) -> dict[str, object]:
    """What the component of a thread shows: the messages, who else may read it, and where it is written."""
    may = _readers(by, place)
    found = agencies.active(may).select_related("agency").order_by("display_name")
    return {
        "said": read(by, place.about, place.permit, place.of),
        "target": target,
        "readers": sentence,
        "people": [(one.display_name, one.agency.short if one.agency else "") for one in found],
        "may_ask": bool(may),
        "names": place.about if bulletin_form.may_name(by, place.about) else None,
    }


def _readers(by: Actor, place: Place) -> frozenset[UUID]:
    asked = place.permit.question
    others = [str(one) for one in place.readers if str(one) != by.id]
    return frozenset(
        sharing.readers(
            among=agencies.actors(others).values(), category=asked.category, purpose=asked.purpose,
            about=place.about,
        )
    )  # fmt: skip


def say(by: Actor, place: Place, text: str, *, asks: bool = False, tell: Mapping[UUID, str]) -> None:
    """Write. Who is named or asked to confirm finds that in their bell; those of `tell`, that it is new.

    `tell`: accounts by the address where each reads it.
    """
    made = messages.post(
        by=by, about=place.about, category=place.permit.question.category, text=text, permit=place.permit,
        readers=place.readers, asks=asks,
    )  # fmt: skip
    rung = queries.addressed(made.id)
    for account, kind in rung.items():
        _ring(by, place.about, account, kind, place.readers[account])
    for account, link in tell.items():
        if account not in rung and str(account) != by.id:
            _ring(by, place.about, account, "message", link)


def _ring(by: Actor, about: Subject, account: UUID, kind: str, link: str) -> None:
    messages.notify(by=by, accounts=[account], kind=kind, about=about, link=link, again=True)


def taking_part(place: Place) -> dict[UUID, str]:
    """Who has written in the thread and has a page for it: whoever does wants to hear of an answer."""
    authors = {line.author for line in queries.thread(place.about, permit=place.permit)}
    return {account: link for account, link in place.readers.items() if str(account) in authors}


@require_POST
def confirm(request: Request) -> HttpResponse:
    """ "I have read this": said once, by whoever was asked. Leads back to the thread."""
    if not request.user.is_authenticated or not request.actor.mfa:
        raise NotFound("page")
    messages.confirm(by=request.actor, message=id_of("message", request.POST.get("message", "")))
    back = request.POST.get("back", "")
    if not request.htmx:
        flash.success(request, _("Confirmed. Whoever asked sees it."))
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_ours else "notifications_waiting")
