"""A call comes in: who calls, from where, in what words; then who it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from commonweal.calls import events, marks, natures, ties
from commonweal.calls.ending import end
from commonweal.calls.models import CALLER_ROLES, PARTNERS, SOURCES, Assignment, Call, Note, Transfer
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import queries as people
from commonweal.places import queries as places

NEEDS = (
    "asks_no_police minor veteran disability sign_language_needed interpreter_needed response_plan "
    "prior_violence_days"
).split()


@dataclass(frozen=True, slots=True)
class Where:
    """Where help is wanted: words, and a point where it is known (both or neither of lon and lat)."""

    address: str = ""
    extra: str = ""
    city: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: `role` towards the person (self, family, friend ...), language as a code."""

    name: str = ""
    phone: str = ""
    role: str = ""
    language: str = "en"


@transaction.atomic
def receive(
    *, by: Actor, source: str, where: Where | None = None, caller: Caller | None = None, words: str = "",
    nature: str = "", agency: UUID | None = None,
) -> Call:  # fmt: skip
    """A call comes in by a door. `words` is what was heard, `nature` a neutral code where one is known.

    Held for the centre (`agency`, or the actor's own), whose people are tied to it at once.
    """
    centre = agency or by.agency
    if source not in SOURCES:
        raise Invalid("source", source, f"Use one of: {', '.join(SOURCES)}.")
    if centre is None:
        raise Invalid("agency", "", "Name the centre that takes this call.")
    moment = clock.now()
    call = Call(
        agency_id=centre, source=source, received=moment, nature=natures.checked(nature),
        is_bh_intake=natures.is_behavioural(nature) or None,
    )  # fmt: skip
    place_row(call, where or Where())
    describe_row(call, caller or Caller())
    call.save(force_insert=True)
    marks.stamp(by, call, "received", moment)
    if words.strip():
        Note.objects.create(call=call, text=words.strip(), actor=by.id)
    ties.hold(by, call)
    ties.tie_centre(by, call)
    call.number = marks.next_number(centre, moment)  # last: from here on the centre's other calls wait
    call.save(update_fields=["number"])
    journal.write(by=by, event=events.CallReceived(call=call.id, agency=centre))
    return call


def place_row(call: Call, where: Where) -> None:
    """Set the place with its block, cell and area; Invalid where half a point is given."""
    if (where.lon is None) != (where.lat is None):
        raise Invalid("lon" if where.lon is None else "lat", None, "Give both degrees or neither.")
    call.address, call.address_extra = where.address.strip()[:200], where.extra.strip()[:80]
    call.block, call.city = places.to_block(call.address)[:160], where.city.strip()[:80]
    call.lon, call.lat = where.lon, where.lat
    if where.lon is None or where.lat is None:
        call.block_lon = call.block_lat = None
        call.cell = call.area = ""
        return
    area = places.area_of(where.lon, where.lat)
    call.cell, call.area = places.cell_of(where.lon, where.lat), area.code if area else ""
    call.block_lon, call.block_lat = places.block_point(where.lon, where.lat)


def describe_row(call: Call, caller: Caller) -> None:
    """Set who calls on a row that is not saved; Invalid for a role that does not exist."""
    if caller.role and caller.role not in CALLER_ROLES:
        raise Invalid("caller.role", caller.role, f"Use one of: {', '.join(CALLER_ROLES)}.")
    call.caller_name, call.caller_phone = caller.name.strip()[:120], caller.phone.strip()[:32]
    call.caller_role, call.language = caller.role, caller.language or "en"
    if call.language != "en":
        call.needs = {**call.needs, "interpreter_needed": True}


@transaction.atomic
def locate(*, by: Actor, call: UUID, where: Where) -> Call:
    """Say where help is wanted, or correct it."""
    found = marks.locked_open(call)
    place_row(found, where)
    found.save()
    journal.write(by=by, event=events.CallChanged(call=call, fields=("place",)))
    return found


@transaction.atomic
def describe(*, by: Actor, call: UUID, caller: Caller | None = None, nature: str | None = None) -> Call:
    """Say who calls and what it is about, or correct it; a changed nature is kept in history."""
    found = marks.locked_open(call)
    if caller is not None:
        describe_row(found, caller)
        found.save()
    if nature is not None:
        marks.change(by, found, "nature", natures.checked(nature), "at intake")
        if found.is_bh_intake is None:
            marks.change(by, found, "is_bh_intake", natures.is_behavioural(nature) or None, "by nature")
    fields = tuple(name for name, value in (("caller", caller), ("nature", nature)) if value is not None)
    journal.write(by=by, event=events.CallChanged(call=call, fields=fields))
    return found


@transaction.atomic
def weigh(*, by: Actor, call: UUID, needs: Mapping[str, object]) -> Call:
    """What triage weighs beside answers: asks_no_police, minor, veteran, disability, languages ...

    A value of None takes a need away again.
    """
    if unknown := set(needs) - set(NEEDS):
        raise Invalid("needs", ", ".join(sorted(unknown)), f"Use: {', '.join(NEEDS)}.")
    found = marks.locked_open(call)
    found.needs = {k: v for k, v in {**found.needs, **needs}.items() if v not in (None, False)}
    found.save(update_fields=["needs"])
    journal.write(by=by, event=events.CallChanged(call=call, fields=("needs",)))
    return found


@transaction.atomic
def note(*, by: Actor, call: UUID, text: str) -> Note:
    """Add what was heard, in plain words; also after the call has ended."""
    if not text.strip():
        raise Invalid("text", text, "Write what was said or seen.")
    found = marks.locked(call)
    line = Note.objects.create(call=found, text=text.strip(), actor=by.id)
    journal.write(by=by, event=events.CallChanged(call=call, fields=("notes",)))
    return line


@transaction.atomic
def identify(*, by: Actor, call: UUID, person: UUID) -> Call:
    """The person is known: the holding names them, the centre and every crew on the call are tied to them."""
    found = marks.locked_open(call)
    known = people.survivor(person)
    if found.person_id == known:
        return found
    found.person_id = known
    found.save(update_fields=["person"])
    ties.hold(by, found)
    ties.tie_centre(by, found)
    crews = Assignment.objects.filter(call=found, cleared__isnull=True).values_list("crew", flat=True)
    ties.tie_crew(by, found, {UUID(account) for crew in crews for account in crew})
    journal.write(by=by, event=events.PersonIdentified(call=call, person=known))
    return found


@transaction.atomic
def transfer(
    *, by: Actor, call: UUID, partner: str, is_warm: bool = True, is_inbound: bool = False
) -> Transfer:
    """Hand the caller to another line, or note that another handed them over; still to be answered."""
    if partner not in PARTNERS:
        raise Invalid("partner", partner, f"Use one of: {', '.join(PARTNERS)}.")
    found = marks.locked_open(call)
    row = Transfer.objects.create(
        call=found, partner=partner, is_warm=is_warm, is_inbound=is_inbound, actor=by.id,
        is_accepted=True if is_inbound else None, answered_at=clock.now() if is_inbound else None,
    )  # fmt: skip
    journal.write(by=by, event=events.CallChanged(call=call, fields=("transfer",)))
    return row


@transaction.atomic
def settle_transfer(*, by: Actor, transfer: UUID, is_accepted: bool) -> Transfer:
    """The other side took the caller, or did not. A call taken over elsewhere ends here as transferred."""
    row = Transfer.objects.select_for_update().filter(id=transfer).first()
    if row is None:
        raise NotFound("transfer")
    row.is_accepted, row.answered_at = is_accepted, clock.now()
    row.save()
    call = marks.locked(row.call_id)
    if is_accepted and not row.is_inbound and not call.assignments.filter(cleared__isnull=True).exists():
        end(by, call, "transferred")
    else:
        journal.write(by=by, event=events.CallChanged(call=call.id, fields=("transfer",)))
    return row
