"""What keeps a county ready: bulletins between agencies, a communication test, a drill on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.cases import queries as cases
from commonweal.demo.filling.names import Ids
from commonweal.demo.organization import Organization
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.messages import actions as messages
from commonweal.sharing import actions as sharing
from commonweal.sharing.queries import bound_with

HOUR = timedelta(hours=1)
STREET = tuple(
    messages.To(role=role)
    for role in ("patrol_officer", "cit_officer", "clinician", "crisis_worker", "medic", "shelter_worker")
)
CARE = (*STREET, messages.To(role="case_manager"), messages.To(role="supervisor"))


@dataclass(frozen=True, slots=True)
class Told:
    """A bulletin of the county: by whom (a role), so many hours ago, for how long, and what it says."""

    role: str
    ago: float
    lasts: float
    kind: str
    urgency: str
    headline: str
    text: str
    asks: bool = False
    why_ended: str = ""


BULLETINS = (
    Told(
        "supervisor", 5, 48, "dangerous_drugs", "today", "Blue tablets sold as oxycodone hold fentanyl",
        "Three overdoses since Friday near the bus station, all with blue round tablets. Carry two doses of "
        "naloxone, stay until the ambulance is there, and tell people.", asks=True,
    ),
    Told(
        "shelter_worker", 2, 14, "place_closed", "immediate", "Lantern House takes nobody new tonight",
        "The heating is down. Guests stay; new arrivals go to Harbor Light or the library.",
    ),
    Told(
        "supervisor", 30, 40, "street_closed", "routine", "Canal Street closed between 3rd and 5th",
        "Water main works. Units come in by 6th.", why_ended="The street is open again.",
    ),
    Told(
        "supervisor", -20, 240, "protocol_changed", "routine", "Welfare checks: one question comes earlier",
        "From tomorrow the desk asks whether somebody has spoken with the person today before it asks where.",
    ),
)  # fmt: skip


@transaction.atomic
def fill(organization: Organization, ids: Ids) -> None:
    """Everything once, as if the weeks before had been lived."""
    by = {one.role: ids.actor(one.key) for one in reversed(organization.workers)}
    for one in BULLETINS:
        _bulletin(by[one.role], one)
    managers = [ids.actor(one.key) for one in organization.workers if one.role == "case_manager"]
    next(filter(None, map(_missing, managers)), None)
    _test(by["supervisor"])
    _on_paper(by["supervisor"], by["call_taker"])


def _bulletin(by: Actor, told: Told) -> None:
    now = clock.now()
    written = min(now - told.ago * HOUR, now - HOUR / 2)
    with clock.at(written):
        starts = now - told.ago * HOUR if told.ago < 0 else None
        sheet = messages.Sheet(
            told.kind, told.urgency, (starts or written) + told.lasts * HOUR, starts_at=starts,
            headline=told.headline, text=told.text, asks=told.asks,
        )  # fmt: skip
        made = messages.post_bulletin(by=by, sheet=sheet, to=CARE, names_nobody=True)
    if told.why_ended:
        with clock.at(written + timedelta(hours=20)):
            messages.withdraw_bulletin(by=by, bulletin=made.id, why=told.why_ended)
    elif told.ago > 0:
        _read(made.id, told, written)


def _read(bulletin: UUID, told: Told, at: datetime) -> None:
    """Two of three on duty have read it by now, most of them acknowledged it."""
    readers = [one.account for n, one in enumerate(agencies.present()) if n % 3 and one.role in _roles()][:24]
    for n, account in enumerate(readers):
        with clock.at(at + timedelta(minutes=4 + 3 * n)):
            reader = agencies.actor(account)
            messages.mark_bulletin_read(by=reader, bulletin=bulletin)
            if told.asks and n % 5:
                messages.acknowledge_bulletin(by=reader, bulletin=bulletin)


def _roles() -> Iterable[str]:
    return [one.role for one in CARE]


def _missing(by: Actor) -> bool:
    """A case manager's own client did not come home: written from the case, under the gate.

    Of a social service's records: no agreement opens those of health agencies to others (45 CFR 164.506).
    """
    assert by.agency
    if agencies.agency(by.agency).source_program != "social_service":
        return False
    for case in cases.mine(by)[:8]:
        about = Subject("case", case.id)
        permit = sharing.ask(by=by, category="identity", purpose="care_coordination", about=about)
        if isinstance(permit, sharing.Permit) and "name" in permit.fields:
            _post_missing(by, about, permit)
            return True
    return False


def _post_missing(by: Actor, about: Subject, permit: sharing.Permit) -> None:
    now = clock.now()
    sheet = messages.Sheet("missing_person", "immediate", now + 20 * HOUR, words=WORDS, asks=True)
    with clock.at(now - HOUR):
        messages.post_bulletin(by=by, sheet=sheet, to=CARE, permit=permit, about=about)


WORDS = (
    "Not seen since breakfast. Grey coat, red cap, walks slowly with a stick. Likes the river path and the "
    "library. Speak softly, do not touch; ring the case manager before anything else."
)


def _test(by: Actor) -> None:
    """Four days ago everybody on duty was asked to confirm; most did in time, some late, some never."""
    at = clock.now() - timedelta(days=4)
    with clock.at(at):
        here = agencies.present()
        houses = sorted({one.agency for one in here if one.agency in bound_with(by.agency)})
        if not houses:
            return
        drill = messages.start_drill(by=by, agencies_=houses, channels=["mail"], within=15, monthly=True)
    for n, account in enumerate(drill.asked.values_list("account", flat=True).order_by("id")):
        if n % 7 == 3:
            continue
        with clock.at(at + timedelta(minutes=1 + (n * 5) % 19)):
            messages.confirm_drill(by=agencies.actor(account), drill=drill.id)


GONE_WELL = {"found": True, "read": True, "phoned": False, "written": True, "entered": True, "told": True}


def _on_paper(by: Actor, taker: Actor) -> None:
    """Three weeks ago the desk worked an hour on paper; one number of the list was out of date."""
    at = clock.now() - timedelta(days=21)
    with clock.at(at):
        calls.plan_downtime(by=by, contacts=[("County Hospital, desk", "555-0140"), ("Radio", "555-0177")])
        drill = calls.begin_drill(by=by)
        pack = calls.open_pack(by=taker, reason="drill", calls=0, withheld=0)
        calls.attach_pack(by=by, drill=drill.id, pack=pack.id)
    with clock.at(at + timedelta(minutes=40)):
        number = f"P{pack.year % 100:02d}-{pack.first:06d}"
        calls.practise_sheet(by=taker, number=number, happened_at=at + timedelta(minutes=12))
        for step, well in GONE_WELL.items():
            calls.note_step(by=by, drill=drill.id, step=step, went_well=well)
    with clock.at(at + timedelta(minutes=55)):
        calls.end_drill(by=by, drill=drill.id, findings="The hospital's number was old. Mended on the list.")
        calls.remove_pack(by=by, pack=pack.id)
