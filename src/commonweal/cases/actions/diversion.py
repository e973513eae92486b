"""Diversion: begin by a door, screen, take in; charges are held to a day, declined or filed."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commonweal.cases import events
from commonweal.cases.lead import agreement
from commonweal.cases.models import Case, Charge, Diversion, WorkGroupNote
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing

KEPT = ("engaged", "active", "inactive")  # states of somebody who takes part
OPEN = ("pending", "held")


@transaction.atomic
def begin_diversion(*, by: Actor, case: UUID, door: str, attorney: UUID | None = None) -> Diversion:
    """The case comes in by a door. `attorney` is the prosecuting agency, where charges wait; once a case.

    The tie lets that office's prosecutors ask; what they see is still the gate's to say (a release).
    """
    found = Case.objects.select_for_update().filter(id=case, state="open", kind="diversion").first()
    if found is None:
        raise NotFound("diversion case")
    rules = agreement()
    rules.checked("door", "doors", door)
    if already := Diversion.objects.filter(case=found).first():
        return already
    now = clock.now()
    made = Diversion.objects.create(
        case=found, door=door, attorney_id=attorney, began_at=now,
        intake_due=now + timedelta(days=rules.targets["intake_days"]),
    )  # fmt: skip
    if attorney:
        tied = Subject("person", found.person_id)
        sharing.tie(by=by, relation="diversion", subject=tied, agency=attorney, role="prosecutor")
    _changed(by, made, "begun")
    return made


@transaction.atomic
def screen_for_diversion(
    *, by: Actor, case: UUID, answers: Mapping[str, str], override: str = ""
) -> Diversion:
    """Answer the list of what bars: yes, no or unknown; kept with its version.

    `override` says why the policy group takes in somebody whom the list bars; it is kept and shown.
    """
    found, rules = _find(case), agreement()
    if found.state not in ("referred", "screened", "eligible", "ineligible"):
        raise Conflict("The person takes part already; note a change in the work group.")
    whole = {**found.answers, **answers}
    weighed = rules.weighed(whole)
    why = override.strip()[:300] if weighed == "ineligible" else ""
    found.answers, found.list_version, found.override = whole, rules.version, why
    found.state = "eligible" if why else weighed
    found.decided_by, found.decided_at = by.id, clock.now()
    found.save()
    _changed(by, found, "screened")
    return found


@transaction.atomic
def hand_over_diversion(*, by: Actor, case: UUID) -> Diversion:
    """A case manager met the person in person (the warm hand-off); a second time changes nothing."""
    found = _find(case)
    if found.handed_over_at is None:
        found.handed_over_at = clock.now()
        found.save(update_fields=["handed_over_at"])
        _changed(by, found, "handed_over")
    return found


@transaction.atomic
def take_in(*, by: Actor, case: UUID) -> Diversion:
    """The intake is done: whoever is eligible now takes part. Conflict before."""
    found = _find(case)
    if found.state in KEPT:
        return found
    if found.state != "eligible":
        raise Conflict("Screen first: only somebody who is eligible is taken in.")
    found.state, found.intake_at = "engaged", clock.now()
    found.save(update_fields=["state", "intake_at"])
    _changed(by, found, "intake")
    return found


@transaction.atomic
def set_standing(*, by: Actor, case: UUID, state: str) -> Diversion:
    """Active, inactive or closed, once taken in. Closing ends what the prosecutor may ask."""
    found = _find(case)
    if state not in ("active", "inactive", "closed"):
        raise Invalid("state", state, "Use active, inactive or closed.")
    if state != "closed" and found.state not in KEPT:
        raise Conflict("Take the person in first.")
    found.state = state
    found.save(update_fields=["state"])
    if state == "closed" and found.attorney_id:
        tied = Subject("person", found.case.person_id)
        sharing.untie(by=by, relation="diversion", subject=tied, agency=found.attorney_id)
    _changed(by, found, "standing")
    return found


@transaction.atomic
def note_charge(*, by: Actor, case: UUID, docket: str, offence: str) -> Charge:
    """A charge that waits for the attorney's decision, by the office's own number; once a number."""
    found = _find(case)
    if found.attorney_id is None:
        raise Conflict("No prosecutor's office is part of this diversion.")
    if not docket.strip() or not offence.strip():
        raise Invalid("docket", docket, "Write the office's number and the charge in plain words.")
    made, is_new = Charge.objects.get_or_create(
        diversion=found, docket=docket.strip()[:40], defaults={"offence": offence.strip()[:200]}
    )
    if is_new:
        _changed(by, found, "charge")
    return made


@transaction.atomic
def decide_charge(*, by: Actor, charge: UUID, state: str, until: date | None = None) -> Charge:
    """The prosecutor holds (to a day, by default as long as agreed), declines or files.

    NotFound to anybody but a prosecutor of that office; Conflict once it was declined or filed.
    """
    found = Charge.objects.select_for_update().select_related("diversion").filter(id=charge).first()
    if found is None or by.role != "prosecutor" or by.agency != found.diversion.attorney_id:
        raise NotFound("charge")
    if state not in ("held", "declined", "filed"):
        raise Invalid("state", state, "Use held, declined or filed.")
    if found.state in ("declined", "filed"):
        raise Conflict("This charge was decided. Talk to the work group.")
    today = clock.today()
    ends = until or today + timedelta(days=agreement().targets["hold_days"])
    if state == "held" and ends <= today:
        raise Invalid("until", ends, "Give a day to come.")
    found.state, found.held_until = state, ends if state == "held" else None
    found.decided_at, found.decided_by, found.warned_at = clock.now(), by.id, None
    found.save()
    _changed(by, found.diversion, "charge")
    return found


@transaction.atomic
def note_work_group(*, by: Actor, case: UUID, text: str) -> WorkGroupNote:
    """What the work group agreed on. Whether this worker belongs to it, their page has asked the gate."""
    found = _find(case)
    if not text.strip():
        raise Invalid("text", text, "Write what was agreed.")
    made = WorkGroupNote.objects.create(diversion=found, at=clock.now(), by=by.id, text=text.strip()[:500])
    _changed(by, found, "noted")
    return made


def mind_holds(*, by: Actor) -> int:
    """Tell once of each hold that ends soon; one whose day has passed lapses. Returns how many moved."""
    today = clock.today()
    soon = today + timedelta(days=agreement().targets["warn_days"])
    due = Q(warned_at__isnull=True, held_until__lte=soon) | Q(held_until__lt=today)
    ids = list(Charge.objects.filter(due, state="held").values_list("id", flat=True)[:500])
    return sum(_mind(by, one, today) for one in ids)


@transaction.atomic
def _mind(by: Actor, charge: UUID, today: date) -> bool:
    found = Charge.objects.select_for_update().select_related("diversion").filter(id=charge).first()
    if found is None or found.state != "held" or found.held_until is None:
        return False
    if found.held_until < today:
        found.state = "lapsed"
    elif found.warned_at is not None:
        return False
    found.warned_at = clock.now()
    found.save(update_fields=["state", "warned_at"])
    told = found.diversion
    journal.write(by=by, event=events.HoldEnding(case=told.case_id, charge=found.id, state=found.state))
    return True


def _find(case: UUID) -> Diversion:
    found = Diversion.objects.select_for_update(of=("self",)).select_related("case").filter(case=case).first()
    if found is None:
        raise NotFound("diversion")
    if found.state == "closed":
        raise Conflict("This diversion is closed.")
    return found


def _changed(by: Actor, found: Diversion, part: str) -> None:
    journal.write(by=by, event=events.CaseChanged(case=found.case_id, part=f"diversion_{part}"))
