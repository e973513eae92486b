"""One person's history as far as this viewer may see it: asked through the gate, once a category."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.cases import queries as cases
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.web.casework.index import PURPOSE
from commonweal.web.casework.words import STATES, WAYS, in_words, is_spanish

WIDTH = 720


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `lane` says which line of the axis it stands on."""

    at: datetime
    lane: str
    title: str
    text: str = ""
    who: str = ""
    kind: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What may be seen, newest first, and how many things exist that may not."""

    entries: Sequence[Entry]
    hidden: int


def history(by: Actor, case: cases.Outline, permit: sharing.Permit) -> History:
    """Calls, encounters, referrals and contacts of the person of a case."""
    met = encounters.of_person(case.person)
    parts = (
        _calls(by, [e.call for e in met if e.call]),
        _encounters(by, met),
        _referrals(by, case.person),
        (_contacts(case.id, permit), 0),
    )
    entries = [entry for found, _hidden in parts for entry in found]
    entries.append(Entry(case.opened_at, "contacts", _("Support began")))
    return History(sorted(entries, key=lambda e: e.at, reverse=True), sum(hidden for _found, hidden in parts))


def _calls(by: Actor, ids: Iterable[UUID]) -> tuple[list[Entry], int]:
    about = [Subject("call", i) for i in dict.fromkeys(ids)]
    permits = _permits(by, "call_facts", about)
    entries = []
    for shown in calls.facts(permits):
        moments = cast("dict[str, datetime]", shown.get("time") or {})
        if moments:
            entries.append(Entry(min(moments.values()), "calls", _("Call: %s") % (shown.get("nature") or "")))
    return entries, len(about) - len(entries)


def _encounters(by: Actor, met: Sequence[encounters.Outline]) -> tuple[list[Entry], int]:
    when = {e.id: e.started_at for e in met}
    permits = _permits(by, "encounter_narrative", [Subject("encounter", e.id) for e in met])
    entries = []
    for shown in encounters.narratives(permits, "es" if is_spanish() else "en"):
        end = cast("dict[str, str]", shown.get("disposition") or {})
        seen = cast("dict[str, object]", shown.get("behaviours_observed") or {})
        text = " · ".join(
            str(t) for t in (end.get("disposition"), end.get("destination"), seen.get("note")) if t
        )
        entries.append(Entry(when[shown.subject.id], "encounters", _("A team met the person"), text))
    return entries, len(met) - len(entries)


def _referrals(by: Actor, person: UUID) -> tuple[list[Entry], int]:
    about = referrals.of_person(person)
    permits = _permits(by, "referral_status", about)
    entries = []
    for shown in referrals.statuses(permits):
        made, state = shown.get("referral_made"), cast("dict[str, object]", shown.get("status") or {})
        if not isinstance(made, datetime):
            continue
        service = cast("dict[str, object]", shown.get("service_type") or {}).get("service")
        name = str(service or shown.get("provider_name") or "")
        title = _("Referral: %s") % name if name else _("Referral")
        entries.append(Entry(made, "referrals", title, in_words(STATES, state.get("state", ""))))
    return entries, len(about) - len(entries)


def _contacts(case: UUID, permit: sharing.Permit) -> list[Entry]:
    rows = cases.contacts(case, permit=permit)
    names = agencies.names([str(r["by"]) for r in rows])
    return [
        Entry(
            cast(datetime, r["at"]),
            "contacts",
            f"{in_words(WAYS, r['way'])}: {_('reached') if r['reached'] else _('not reached')}",
            str(r["note"]),
            names[str(r["by"])],
            "" if r["reached"] else "warn",
        )
        for r in rows
    ]


def _permits(by: Actor, category: str, about: Sequence[Subject]) -> dict[Subject, sharing.Permit]:
    if not about:
        return {}
    return sharing.permitted(sharing.ask_many(by=by, category=category, purpose=PURPOSE, about=about))


def axis(entries: Sequence[Entry]) -> dict[str, object]:
    """The same things as dots on one time axis, a lane a kind; empty where there is only one moment."""
    lanes = {"calls": _("Calls"), "encounters": _("Encounters"), "referrals": _("Referrals"),
             "contacts": _("Contacts")}  # fmt: skip
    start, end = min(e.at for e in entries), clock.now()
    span = (end - start).total_seconds() or 1.0
    used = [lane for lane in lanes if any(e.lane == lane for e in entries)]
    return {
        "height": 28 * len(used) + 26,
        "start": start,
        "end": end,
        "lanes": [
            {
                "name": lanes[lane],
                "y": 28 * row + 18,
                "dots": [
                    round(110 + (WIDTH - 130) * (e.at - start).total_seconds() / span, 1)
                    for e in entries
                    if e.lane == lane
                ],
            }
            for row, lane in enumerate(used)
        ],
    }
