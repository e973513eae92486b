"""One act on one referral: who may, from which state, to which; a step appended, an event announced."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from commonweal.directory import actions as directory
from commonweal.kernel import clock, codes, days, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound, filled
from commonweal.kernel.events import Event
from commonweal.referrals import events, states, telling
from commonweal.referrals.models import Referral, Step
from commonweal.referrals.parties import parties
from commonweal.referrals.pathways import pathway


def locked(referral: UUID) -> Referral:
    """The referral, held against other writers until the transaction ends; NotFound otherwise."""
    found = Referral.objects.select_for_update().filter(id=referral).first()
    if found is None:
        raise NotFound("referral")
    return found


def taken_up(by: Actor, referral: UUID) -> Referral:
    """The same, for whoever has a part in it: to anybody else it is not there, whatever they sent with it."""
    found = locked(referral)
    if not parties(by, found):
        raise NotFound("referral")
    return found


def step(
    *, by: Actor, found: Referral, act: str, reaches: str = "", reason: str = "", note: str = "",
    due: datetime | None = None,
) -> bool:  # fmt: skip
    """Move a locked referral; the caller sets what else changes and saves nothing itself.

    A sender who may not be told how it stands is refused alike whatever stands; to send again is harmless.
    """
    if act != "send":
        telling.refuse_untold(by, found)
    elif telling.is_withheld(by, found):
        return False
    return advance(by=by, found=found, act=act, reaches=reaches, reason=reason, note=note, due=due)


def advance(
    *, by: Actor, found: Referral, act: str, reaches: str = "", reason: str = "", note: str = "",
    due: datetime | None = None,
) -> bool:  # fmt: skip
    """The same, whatever the actor may be told: for the product, and for what is told alike afterwards.

    False where the same actor has just done the same (a second tap): nothing is written. NotFound to
    whoever has no part in it, Conflict where the act is not theirs or no longer fits.
    """
    move, mine = states.MOVES[act], parties(by, found)
    target = reaches or move.reaches[0]
    if not mine:
        raise NotFound("referral")
    if _is_second_tap(by, found, act, target):
        return False
    if not mine & move.parties:
        says = "Somebody else takes this step: %(parties)s."
        raise Conflict(says, parties=codes.several(sorted(move.parties)))
    if found.state not in move.leaves or target not in move.reaches:
        raise Conflict(standing(found))
    before, found.state = found.state, target
    found.version += 1
    found.due_at = due or _due(found, move)
    found.escalated_at = None if move.due or found.due_at is None else found.escalated_at
    found.save()
    party = sorted(mine & move.parties)[0]
    _append(by, found, Step(act=act, before=before, after=target, party=party, reason=reason, note=note))
    _settle_hold(by, found, act)
    journal.write(by=by, event=_event(found, act))
    return True


def _settle_hold(by: Actor, found: Referral, act: str) -> None:
    """A place that is held follows the referral: taken by who comes, given back by an end or a miss."""
    if act == "attend":
        directory.arrive_on_hold(by=by, cause=found.id)
    elif act == "miss" or found.state not in states.LIVE:
        directory.release_hold(by=by, cause=found.id)


def _is_second_tap(by: Actor, found: Referral, act: str, target: str) -> bool:
    if found.state != target:
        return False
    last = found.steps.order_by("-sequence").first()
    return last is not None and last.act == act and last.by == by.id and act not in ("check", "schedule")


def _due(found: Referral, move: states.Move) -> datetime | None:
    return clock.now() + pathway(found.pathway).within(move.due) if move.due else None


def _append(by: Actor, found: Referral, row: Step) -> None:
    row.referral, row.sequence, row.at = found, found.version, clock.now()
    row.by, row.agency = by.id, by.agency
    row.save(force_insert=True)


def note_taken_back(by: Actor, found: Referral, note: str) -> None:
    """The sender's word that they take it back, where it no longer moves: the receiver's work stands."""
    found.version += 1
    found.save(update_fields=["version"])
    said = Step(act="withdraw", before=found.state, after=found.state, party=states.SENDER, note=note)
    _append(by, found, said)
    journal.write(by=by, event=events.ReferralClosed(referral=found.id, state=states.WITHDRAWN))


def standing(found: Referral) -> str:
    """What stands now, in words, for whoever came too late."""
    last = found.steps.order_by("-sequence").first()
    state = codes.in_sentence(found.state)
    if last is None:
        return filled(STANDS, {"state": state})
    return filled(STANDS_SINCE, {"state": state, "when": days.at(last.at)})


STANDS = gettext_noop("How this referral stands: %(state)s. Reload it to see what can be done now.")
STANDS_SINCE = gettext_noop(
    "How this referral stands since %(when)s: %(state)s. Reload it to see what can be done now."
)
EVENTS: dict[str, Callable[[Referral], Event]] = {
    "send": lambda r: events.ReferralSent(
        referral=r.id, service=r.service_id, from_agency=r.from_agency_id, to_agency=r.to_agency_id
    ),
    "accept": lambda r: events.ReferralAccepted(referral=r.id, service=r.service_id),
    "decline": lambda r: events.ReferralDeclined(
        referral=r.id, service=r.service_id, reason=r.decline_reason
    ),
    "attend": lambda r: events.ReferralAttended(referral=r.id, service=r.service_id),
    "settle": lambda r: events.ReferralSettled(referral=r.id, outcome=r.state),
    "expire": lambda r: events.ReferralExpired(referral=r.id, service=r.service_id),
}


def _event(found: Referral, act: str) -> Event:
    if act in EVENTS:
        return EVENTS[act](found)
    if found.state in states.ENDS:
        return events.ReferralClosed(referral=found.id, state=found.state)
    return events.ReferralMoved(referral=found.id, act=act, state=found.state)
