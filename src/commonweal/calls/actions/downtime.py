"""Ready for paper: a centre's plan, packs that leave, drills."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.calls import events, paper
from commonweal.calls.models import DowntimePlan, Drill, Pack
from commonweal.calls.models.downtime import REASONS
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound

LANGUAGES = ("en", "es")
DRILL_STEPS = ("found", "read", "phoned", "written", "entered", "told")
MOST_SHEETS, MOST_CONTACTS = 40, 40
SHORTEST, LONGEST = 5, 24 * 60  # minutes between two packs of the timer
KEPT_AT_MOST = 72  # hours


@transaction.atomic
def plan_downtime(
    *,
    by: Actor,
    every_minutes: int = 0,
    keep_hours: int = 12,
    sheets: int = 10,
    language: str = "en",
    contacts: Sequence[Sequence[str]] = (),
) -> DowntimePlan:
    """How the supervisor's own centre keeps ready. On the timer the gate is asked as this supervisor.

    `every_minutes` 0: packs only when somebody asks. `contacts` are pairs of who and number.
    """
    agency = _supervised(by)
    if every_minutes and not SHORTEST <= every_minutes <= LONGEST:
        says = "Give minutes from 5 to 1440, or 0 for packs only when somebody asks."
        raise Invalid("every_minutes", every_minutes, says)
    if not 1 <= keep_hours <= KEPT_AT_MOST:
        raise Invalid("keep_hours", keep_hours, "Give hours from 1 to 72.")
    if not 1 <= sheets <= MOST_SHEETS:
        raise Invalid("sheets", sheets, "Give a number of sheets from 1 to 40.")
    if language not in LANGUAGES:
        raise Invalid("language", language, f"Use one of: {', '.join(LANGUAGES)}.")
    row, _ = DowntimePlan.objects.update_or_create(
        agency_id=agency,
        defaults={
            "every_minutes": every_minutes, "keep_hours": keep_hours, "sheets": sheets, "language": language,
            "account": UUID(by.id), "contacts": _contacts(contacts), "fault": "",
        },
    )  # fmt: skip
    journal.write(by=by, event=events.DowntimePlanned(agency=agency))
    return row


def _contacts(given: Sequence[Sequence[str]]) -> list[list[str]]:
    if len(given) > MOST_CONTACTS:
        raise Invalid("contacts", len(given), "Keep the 40 numbers that matter most on one page.")
    kept = [[who.strip()[:80], number.strip()[:40]] for who, number in given]
    if wrong := [who or number for who, number in kept if not who or not any(c.isdigit() for c in number)]:
        raise Invalid("contacts", wrong[0], "Write one line for each: who, a colon, the number.")
    return kept


def _supervised(by: Actor) -> UUID:
    if not by.may("supervise"):
        raise Invalid("by", by.role, "A shift supervisor keeps the downtime plan.")
    return _home(by)


def _home(by: Actor) -> UUID:
    if by.agency is None:
        raise Invalid("by", by.id, "Sign in with an account of an agency.")
    return by.agency


@transaction.atomic
def open_pack(
    *, by: Actor, reason: str, calls: int, withheld: int, language: str = "en", sheets: int | None = None
) -> Pack:
    """A pack is about to leave for the actor's centre: its paper numbers are reserved; journalled.

    `calls` are those in it, `withheld` those that the gate kept out; twice `sheets` numbers are reserved
    (calls, then encounters). The bytes are made by `adapters.downtime`.
    """
    agency = _home(by)
    if not by.may("take_calls"):
        raise Invalid("by", by.role, "Whoever takes calls makes a downtime pack.")
    if reason not in REASONS:
        raise Invalid("reason", reason, f"Use one of: {', '.join(REASONS)}.")
    plan = DowntimePlan.objects.filter(agency_id=agency).first() or DowntimePlan()
    each = plan.sheets if sheets is None else sheets
    if not 1 <= each <= MOST_SHEETS:
        raise Invalid("sheets", each, "Give a number of sheets from 1 to 40.")
    now = clock.now()
    year = clock.day(now).year
    first, last = paper.reserve(year, 2 * each)
    made = Pack.objects.create(
        agency_id=agency, made_by=by.id, reason=reason, language=language, year=year, first=first, last=last,
        calls=calls, withheld=withheld, expires_at=now + timedelta(hours=plan.keep_hours), created_at=now,
    )  # fmt: skip
    event = events.PackMade(pack=made.id, agency=agency, reason=reason, calls=calls, withheld=withheld)
    journal.write(by=by, event=event)
    return made


@transaction.atomic
def note_file(*, by: Actor, pack: UUID, file: str, digest: str) -> None:
    """Where a pack lies under the instance's downtime folder (nowhere: ""), and what its bytes come to."""
    Pack.objects.filter(id=pack).update(file=file[:200], digest=digest)


@transaction.atomic
def note_try(*, by: Actor, agency: UUID, fault: str = "") -> None:
    """The timer tried to write a centre's pack. A fault is kept, and announced when it is new."""
    plan = DowntimePlan.objects.select_for_update().get(agency_id=agency)
    is_new = bool(fault) and plan.fault != fault[:200]
    plan.tried_at, plan.fault = clock.now(), fault[:200]
    plan.save(update_fields=["tried_at", "fault"])
    if is_new:
        journal.write(by=by, event=events.PackMissed(agency=agency))


@transaction.atomic
def remove_pack(*, by: Actor, pack: UUID) -> Pack:
    """The file is gone and the paper destroyed; saying it twice changes nothing. Numbers stay reserved."""
    found = Pack.objects.select_for_update().filter(id=pack).first()
    if found is None or not (by.role == "system" or by.agency == found.agency_id and by.may("take_calls")):
        raise NotFound("pack")
    if found.removed_at is None:
        found.removed_at, found.removed_by = clock.now(), by.id
        found.save(update_fields=["removed_at", "removed_by"])
        journal.write(by=by, event=events.PackRemoved(pack=pack))
    return found


@transaction.atomic
def begin_drill(*, by: Actor) -> Drill:
    """Practise working on paper at the actor's centre; one at a time."""
    agency = _supervised(by)
    if Drill.objects.filter(agency_id=agency, ended_at__isnull=True).exists():
        raise Conflict("A drill is under way. End it before another begins.")
    made = Drill.objects.create(agency_id=agency, begun_by=by.id)
    journal.write(by=by, event=events.DrillBegun(drill=made.id, agency=agency))
    return made


@transaction.atomic
def attach_pack(*, by: Actor, drill: UUID, pack: UUID) -> Drill:
    """The pages that a drill works with; of several, the latest."""
    found = _running(by, drill)
    if not Pack.objects.filter(id=pack, agency=found.agency_id, reason="drill").exists():
        raise NotFound("pack")
    found.pack_id = pack
    found.save(update_fields=["pack"])
    return found


@transaction.atomic
def note_step(*, by: Actor, drill: UUID, step: str, went_well: bool) -> Drill:
    """How one step of the drill went; said again, the later word counts."""
    found = _running(by, drill)
    if step not in DRILL_STEPS:
        raise Invalid("step", step, f"Use one of: {', '.join(DRILL_STEPS)}.")
    found.steps = {**found.steps, step: {"well": went_well, "at": clock.now().isoformat()}}
    found.save(update_fields=["steps"])
    return found


@transaction.atomic
def end_drill(*, by: Actor, drill: UUID, findings: str) -> Drill:
    """End a drill with what is to be mended; Invalid while a step has no word."""
    found = _running(by, drill)
    if missing := [step for step in DRILL_STEPS if step not in found.steps]:
        raise Invalid("step", missing[0], "Say of every step how it went before the drill ends.")
    found.findings, found.ended_at = findings.strip()[:4000], clock.now()
    found.save(update_fields=["findings", "ended_at"])
    well = sum(1 for said in found.steps.values() if said["well"])
    event = events.DrillEnded(drill=drill, went_well=well, steps=len(DRILL_STEPS))
    journal.write(by=by, event=event)
    return found


def _running(by: Actor, drill: UUID) -> Drill:
    found = Drill.objects.select_for_update().filter(id=drill).first()
    if found is None or found.agency_id != by.agency or not by.may("take_calls"):
        raise NotFound("drill")
    if found.ended_at is not None:
        raise Conflict("This drill has ended.")
    return found
