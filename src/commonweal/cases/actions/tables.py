"""The four filters, enforced: who is in the room, what may be said, and whose access ends.

1 screened inside the own agency · 2 spoken of without names · 3 name, birth date and address only, to
find who is involved · 4 involved agencies alone, with a lead and a plan within 48 hours.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from commonweal.cases import events
from commonweal.cases.actions.care import end_care
from commonweal.cases.models import Discussion, Presence, Seat, StageMove, Table
from commonweal.cases.queries.tables import DiscussionView, room
from commonweal.cases.vocabulary import conclusions, is_rejection, protective_factors, risk_factors
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.shown import note_reading
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing

PLAN_WITHIN = timedelta(hours=48)
AER_TEST = ("significant_interest", "probable_harm", "severe_harm", "several_agencies")


@transaction.atomic
def open_table(*, by: Actor, name: str, objectives: str = "", charter: UUID | None = None) -> Table:
    """A joint task force; its charter is an agreement of `sharing`."""
    if not name.strip():
        raise Invalid("name", name, "Name the table.")
    table, is_new = Table.objects.get_or_create(
        name=name.strip(), defaults={"objectives": objectives, "charter_id": charter}
    )
    if is_new:
        journal.write(by=by, event=events.TableOpened(table=table.id))
    return table


@transaction.atomic
def seat(*, by: Actor, table: UUID, account: UUID, agency: UUID) -> Seat:
    """Give a worker the seat of their agency."""
    found, is_new = Seat.objects.get_or_create(
        table_id=table, account=account, until=None, defaults={"agency_id": agency, "since": clock.now()}
    )
    if is_new:
        journal.write(by=by, event=events.Seated(table=table, account=account, agency=agency))
    return found


@transaction.atomic
def unseat(*, by: Actor, table: UUID, account: UUID) -> None:
    """The worker no longer sits: they leave every room of the table at once. NotFound without a seat."""
    found = Seat.objects.filter(table_id=table, account=account, until__isnull=True)
    if not found.update(until=clock.now()):
        raise NotFound("seat")
    inside = Presence.objects.filter(discussion__table_id=table, account=account, left_at__isnull=True)
    for presence in inside.select_related("discussion"):
        _leave(by, presence.discussion, presence)


@transaction.atomic
def charter(*, by: Actor, table: UUID, agreement: UUID) -> Table:
    """The agreement that a table works under."""
    found = Table.objects.select_for_update().filter(id=table).first()
    if found is None:
        raise NotFound("table")
    found.charter_id = agreement
    found.save(update_fields=["charter"])
    return found


def _find(discussion: UUID) -> Discussion:
    found = Discussion.objects.select_for_update().filter(id=discussion).first()
    if found is None:
        raise NotFound("discussion")
    if found.concluded_at:
        raise Conflict("This discussion is concluded.")
    return found


def _told(by: Actor, found: Discussion, part: str) -> None:
    journal.write(by=by, event=events.DiscussionChanged(discussion=found.id, part=part))


def _in_room(by: Actor, found: Discussion) -> Presence:
    presence = found.presences.filter(account=UUID(by.id), left_at__isnull=True).first()
    if presence is None:
        raise NotFound("discussion")
    return presence


@transaction.atomic
def open_discussion(
    *,
    by: Actor,
    table: UUID,
    situation: str,
    age_band: str,
    sex: str = "",
    kind: str = "person",
    person: UUID | None = None,
    risks: Iterable[str] = (),
) -> Discussion:
    """Filter one: the own agency brings a situation it cannot settle alone. Nobody else sees it yet."""
    if (
        by.agency is None
        or not Seat.objects.filter(table_id=table, account=UUID(by.id), until__isnull=True).exists()
    ):
        raise NotFound("table")
    if not situation.strip():
        raise Invalid("situation", situation, "Describe the situation without name, birth date or address.")
    factors = list(risks)
    if unknown := set(factors) - set(risk_factors()):
        raise Invalid("risks", ", ".join(sorted(unknown)), "Choose risk factors from the list.")
    top = Discussion.objects.filter(table_id=table).aggregate(top=Max("number"))["top"] or 0
    found = Discussion.objects.create(
        table_id=table,
        number=top + 1,
        origin_id=by.agency,
        kind=kind,
        person_id=person,
        age_band=age_band,
        sex=sex,
        situation=situation.strip(),
        risk_factors=factors,
    )
    Presence.objects.create(discussion=found, account=UUID(by.id), agency_id=by.agency, joined_at=clock.now())
    sharing.hold(by=by, subject=Subject("discussion", found.id), agency=by.agency, person=person)
    journal.write(by=by, event=events.DiscussionOpened(discussion=found.id, table=table))
    return found


@transaction.atomic
def read_room(*, by: Actor, discussion: UUID) -> DiscussionView:
    """What may be seen now, for someone in the room, journalled before it is shown; NotFound for all others.

    The room, not the gate, says who reads it: whom the four filters leave inside (Nilson 2014).
    """
    view = room(by, discussion)
    event = events.DiscussionRead(discussion=discussion, category="case_plan", fields=("plan_notes",))
    journal.write(by=by, event=event, purpose="care_coordination")
    note_reading()
    return view


@transaction.atomic
def note_situation(
    *, by: Actor, discussion: UUID, protective: Iterable[str] = (), aer_reasons: Iterable[str] = ()
) -> Discussion:
    """Filter two: the table weighs the situation; acutely elevated risk needs all four answers."""
    found = _find(discussion)
    _in_room(by, found)
    if found.stage != 2:
        raise Conflict("The test of acutely elevated risk belongs to filter two.")
    good, reasons = list(protective), list(aer_reasons)
    if unknown := set(good) - set(protective_factors()):
        raise Invalid("protective", ", ".join(sorted(unknown)), "Choose protective factors from the list.")
    if unknown := set(reasons) - set(AER_TEST):
        raise Invalid("aer_reasons", ", ".join(sorted(unknown)), f"Use: {', '.join(AER_TEST)}.")
    found.protective_factors, found.aer_reasons = good, reasons
    found.is_aer = set(reasons) == set(AER_TEST)
    found.save()
    _told(by, found, "risk")
    return found


@transaction.atomic
def name_person(*, by: Actor, discussion: UUID, person: UUID) -> Discussion:
    """The originating agency says whom it means, before filter three; the table still learns no name.

    Conflict once names are known: whoever is spoken of then cannot be exchanged. NotFound for other agencies.
    """
    found = _find(discussion)
    presence = _in_room(by, found)
    if presence.agency_id != found.origin_id:
        raise NotFound("discussion")
    if found.stage >= 3:
        raise Conflict("Names are known already: this discussion stays with the person it is about.")
    found.person_id = people.survivor(person)
    found.save(update_fields=["person"])
    sharing.hold(
        by=by, subject=Subject("discussion", found.id), agency=found.origin_id, person=found.person_id
    )
    journal.write(by=by, event=events.PersonNamed(discussion=discussion))
    return found


@transaction.atomic
def move_on(*, by: Actor, discussion: UUID) -> Discussion:
    """Pass to the next filter. Each step has its condition, and changes who may know what.

    To two: every seat of the table comes in, no name is told. To three: the risk test holds and the
    person is identified by the originator; those who stay may learn name, birth date and address. To
    four: only lead and assisting agencies remain; everyone else's access ends.
    """
    found = _find(discussion)
    _in_room(by, found)
    {1: _to_two, 2: _to_three, 3: _to_four}.get(found.stage, _no_further)(by, found)
    found.stage += 1
    found.save()
    present = found.presences.filter(left_at__isnull=True).values_list("account", flat=True)
    StageMove.objects.create(
        discussion=found, stage=found.stage, at=clock.now(), by=by.id, present=[str(a) for a in present]
    )
    journal.write(by=by, event=events.StageMoved(discussion=discussion, stage=found.stage))
    return found


def _to_two(by: Actor, found: Discussion) -> None:
    inside = set(found.presences.values_list("account", flat=True))
    for place in Seat.objects.filter(table=found.table_id, until__isnull=True).exclude(account__in=inside):
        Presence.objects.create(
            discussion=found, account=place.account, agency_id=place.agency_id, joined_at=clock.now()
        )


def _to_three(by: Actor, found: Discussion) -> None:
    if not found.is_aer:
        raise Conflict("Filter three needs acutely elevated risk: all four questions answered yes.")
    if found.person_id is None:
        raise Conflict("Filter three needs the person: the originating agency names them first.")
    for presence in found.presences.filter(left_at__isnull=True):
        sharing.tie(
            by=by, relation="table", subject=Subject("person", found.person_id), account=presence.account
        )


def _to_four(by: Actor, found: Discussion) -> None:
    if found.lead_id is None:
        raise Conflict("Filter four needs a lead agency: someone must stay as lead.")
    for presence in found.presences.filter(left_at__isnull=True, part="present"):
        _leave(by, found, presence)
    for presence in found.presences.filter(left_at__isnull=True):
        sharing.tie(
            by=by,
            relation="care",
            subject=Subject("person", found.person_id or found.id),
            account=presence.account,
        )
    found.plan_due = clock.now() + PLAN_WITHIN


def _no_further(by: Actor, found: Discussion) -> None:
    raise Conflict("Filter four is the last: conclude the discussion.")


@transaction.atomic
def stay_as(*, by: Actor, discussion: UUID, part: str) -> Presence:
    """At filter three an agency says that it is involved: lead (one) or assisting."""
    found = _find(discussion)
    presence = _in_room(by, found)
    if part not in ("lead", "assisting"):
        raise Invalid("part", part, "Use lead or assisting.")
    if found.stage < 3:
        raise Conflict("Involvement is said at filter three, when names are known.")
    if part == "lead" and found.lead_id not in (None, presence.agency_id):
        raise Conflict("Another agency leads already.")
    if presence.part == "lead" and part != "lead":
        _no_lead(found)
    presence.part = part
    presence.save(update_fields=["part"])
    if part == "lead":
        found.lead_id = presence.agency_id
        found.save(update_fields=["lead"])
    _told(by, found, "part")
    return presence


def _leave(by: Actor, found: Discussion, presence: Presence) -> None:
    presence.left_at = clock.now()
    presence.save(update_fields=["left_at"])
    if found.person_id:
        account, reason = presence.account, "left the table"
        subject = Subject("person", found.person_id)
        sharing.untie(by=by, relation="table", subject=subject, account=account, reason=reason)
        end_care(by=by, person=found.person_id, account=account, reason=reason)
    journal.write(by=by, event=events.Left(discussion=found.id, account=presence.account))


@transaction.atomic
def leave_room(*, by: Actor, discussion: UUID) -> None:
    """Leave: what could be seen a moment ago can be seen no longer. A lead who leaves leads no more."""
    found = _find(discussion)
    presence = _in_room(by, found)
    _leave(by, found, presence)
    if presence.part == "lead":
        _no_lead(found)


def _no_lead(found: Discussion) -> None:
    found.lead_id = None
    found.save(update_fields=["lead"])


@transaction.atomic
def plan_together(*, by: Actor, discussion: UUID, plan: str) -> Discussion:
    """Filter four: the involved agencies write what they will do."""
    found = _find(discussion)
    _in_room(by, found)
    if found.stage != 4:
        raise Conflict("The joint plan is made at filter four, by the involved agencies alone.")
    found.plan = plan
    found.save(update_fields=["plan"])
    _told(by, found, "plan")
    return found


@transaction.atomic
def conclude(*, by: Actor, discussion: UUID, conclusion: str) -> Discussion:
    """End it with a coded conclusion; all ties end. A rejected one keeps limited data only."""
    found = _find(discussion)
    _in_room(by, found)
    if conclusion not in conclusions():
        raise Invalid("conclusion", conclusion, f"Use one of: {', '.join(conclusions())}.")
    for presence in found.presences.filter(left_at__isnull=True):
        _leave(by, found, presence)
    found.conclusion, found.concluded_at = conclusion, clock.now()
    if is_rejection(conclusion):
        found.risk_factors, found.protective_factors, found.situation, found.person_id = [], [], "", None
    found.save()
    journal.write(by=by, event=events.Concluded(discussion=discussion, conclusion=conclusion))
    return found
