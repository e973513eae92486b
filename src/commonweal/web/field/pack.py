"""What goes along into the stairwell: the call in hand, records to finish, forms; through the gate as ever.

Everything personal carries `expires` (milliseconds): the end of the lease, of the permit, or of the consent
that opened it, whichever comes first. The phone drops it then, with or without network.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as call_queries
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as sharing_queries
from commonweal.web import screening
from commonweal.web.field.questions import TEXTS, WRITERS

KINDS = ("social_service", "hmis_shelter", "health", "hospital", "part2_program", "school")
LONGEST = timedelta(hours=12)
Permits = Mapping[Subject, sharing.Permit]


def pack_for(by: Actor, lease: str) -> dict[str, Any]:
    """All of it, ready for JSON."""
    account = UUID(by.id)
    ends = encounters.lease_end(UUID(lease)) if lease else None
    end = ends or clock.now() + LONGEST
    open_ones = encounters.open_for(account)[:50]
    assigned = call_queries.assignment_of(account)
    unit = agencies.unit_of(account)
    return {
        "now": int(clock.now().timestamp() * 1000),
        "expires": _ms(end),
        "account": by.id,
        "unit": {"id": str(unit.id), "sign": unit.call_sign} if unit else None,
        "assigned": {
            "call": str(assigned.call), "unit": str(assigned.unit), "status": assigned.status,
            **_arrival(by, assigned.call, end),
        } if assigned else None,
        "encounters": _records(by, open_ones, end),
        "conflicts": conflicts(by, open_ones, end),
        "writes": [n for n, _title, _readers in TEXTS if by.policy_role in WRITERS.get(n, {by.policy_role})],
        "screeners": _screeners() if screening.may_take(by) else [],
        "receivers": [{"id": str(a.id), "name": a.name} for a in agencies.agencies() if a.kind in KINDS],
        "notice": sharing.here().in_full(),  # last: owed by all that was asked for above
    }  # fmt: skip


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _end(permits: Iterable[sharing.Permit], end: datetime) -> int:
    """The first end of what several permits opened."""
    now = clock.now()
    ends = [found for permit in permits if (found := sharing_queries.lasts_until(permit, now))]
    return _ms(min([end, *ends]))


def _asked(by: Actor, category: str, about: list[Subject]) -> Permits:
    answers = sharing.ask_many(by=by, category=category, purpose="emergency", about=about) if about else {}
    return sharing.permitted(answers)


def _plain(shown: Iterable[Shown]) -> list[dict[str, object]]:
    """Opened values as JSON has them."""
    return [{name: _told(one.get(name)) for name in one} for one in shown]


def _told(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _told(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_told(v) for v in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _arrival(by: Actor, call: UUID, end: datetime) -> dict[str, object]:
    """The card before arrival; each part with its own end."""
    subject = Subject("call", call)
    permits = _asked(by, "call_facts", [subject])
    person = call_queries.person_of(call, permit=permits[subject]) if permits else None
    card: dict[str, object] = {
        "call_facts": {"rows": _plain(call_queries.facts(permits)), "expires": _end(permits.values(), end)}
    }
    if person is not None:
        for name, category, about, read in (
            ("plans", "safety_alerts", people.plans_of(person), people.plans),
            ("cautions", "safety_alerts", people.cautions_of(person), people.cautions),
            ("identities", "identity", people.records_of(person), people.identities),
        ):
            opened = _asked(by, category, about)
            card[name] = {"rows": _plain(read(opened)), "expires": _end(opened.values(), end)}
    return card


def _records(by: Actor, outlines: list[encounters.Outline], end: datetime) -> list[dict[str, object]]:
    """Records to finish, with the answers that this worker may write, and the version of each."""
    ids = [o.id for o in outlines]
    permits = _asked(by, "encounter_narrative", [Subject("encounter", i) for i in ids])
    values, marks = encounters.answers(permits), encounters.written(ids)
    clinical = _asked(by, "encounter_narrative", encounters.clinical_of(ids))
    for shown in encounters.clinical_parts(clinical):
        if shown.subject.id in values:
            values[shown.subject.id]["clinical_impression"] = shown.get("clinical_impression", "")
    return [
        {
            "id": str(o.id), "call": str(o.call) if o.call else None, "version": o.version,
            "started": _ms(o.started_at), "values": _told(values[o.id]), "written": marks.get(o.id, {}),
            "expires": _end([permits[Subject("encounter", o.id)]], end),
        }
        for o in outlines
        if o.id in values
    ]  # fmt: skip


def conflicts(by: Actor, outlines: list[encounters.Outline], end: datetime) -> list[dict[str, object]]:
    """Two versions of one answer that wait for this team, as far as this worker may read them."""
    found = encounters.divergences([o.id for o in outlines])
    if not found:
        return []
    ids = sorted({one.encounter for one in found})
    permits = dict(_asked(by, "encounter_narrative", [Subject("encounter", i) for i in ids]))
    permits |= _asked(by, "encounter_narrative", encounters.clinical_of(ids))
    pairs = encounters.versions(permits)
    names = agencies.names([str(o.offered_by) for o in found] + [o.standing_by for o in found])
    return [
        {
            "id": str(o.id), "record": str(o.encounter), "field": o.field,
            "standing": _told(pairs[o.id][0]), "offered": _told(pairs[o.id][1]),
            "standing_by": names.get(o.standing_by, ""), "offered_by": names.get(str(o.offered_by), ""),
            "standing_at": _ms(o.standing_at) if o.standing_at else None, "offered_at": _ms(o.offered_at),
            "expires": _ms(end),
        }
        for o in found
        if o.id in pairs
    ]  # fmt: skip


def _screeners() -> list[dict[str, object]]:
    """Every screener that is offered, with its questions, in the page's language."""
    rows = []
    for entry in screening.menu():
        form = screening.form(str(entry["code"]))
        rows.append({"code": form["code"], "title": str(form["title"]), "stem": str(form["stem"]),
                     "items": _told(form["items"])})  # fmt: skip
    return rows
