"""Agencies, their teams and their units: opened, and the agency's own data changed."""

from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.agencies import events
from commonweal.agencies.models import AGENCY_KINDS, UNIT_KINDS, Agency, Team, Unit, is_ori
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.given import checked

LONGEST_ADDRESS = 200  # signs, on one line
MOST_AN_HOUR = 100_000


class UnitFacts(TypedDict, total=False):
    """What a new unit may come with."""

    team_id: UUID | None
    base_lon: float | None
    base_lat: float | None
    hourly_cost: Decimal | int


@transaction.atomic
def open_agency(
    *, by: Actor, name: str, kind: str, short: str = "", time_zone: str = "America/Los_Angeles"
) -> Agency:
    """A new agency; Invalid for an unknown kind or a name already taken."""
    if kind not in AGENCY_KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(AGENCY_KINDS)}.")
    if not name.strip():
        raise Invalid("name", name, "Give the agency a name.")
    if Agency.objects.filter(name__iexact=name.strip()).exists():
        raise Invalid("name", name, "An agency of this name exists; open that one instead.")
    agency = Agency.objects.create(
        name=name.strip(), short=short or name[:24], kind=kind, time_zone=time_zone
    )
    journal.write(by=by, event=events.AgencyOpened(agency=agency.id))
    return agency


@transaction.atomic
def change_agency(
    *, by: Actor, agency: UUID, name: str, short: str, time_zone: str, ori: str = "", address: str = ""
) -> Agency:
    """The agency's own data; its kind stays, since records stand under the regime that it decides.

    `address` is what an accounting of disclosures gives for a recipient (45 CFR 164.528(b)(2)(ii)).
    """
    found = Agency.objects.select_for_update().filter(id=agency).first()
    if found is None:
        raise NotFound("agency")
    if not name.strip() or Agency.objects.filter(name__iexact=name.strip()).exclude(id=agency).exists():
        raise Invalid("name", name, _("Give a name that no other agency has."))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise Invalid("time_zone", time_zone, _("Give a zone such as America/New_York.")) from fault
    ori = ori.strip().upper()
    if ori and not is_ori(ori):
        raise Invalid("ori", ori, _("Write the nine characters of the identifier, or leave it empty."))
    if len(address.strip()) > LONGEST_ADDRESS:
        raise Invalid("address", address, _("Write the address on one line of at most 200 signs."))
    found.ori, found.address = ori, " ".join(address.split())
    found.name, found.short, found.time_zone = name.strip(), short.strip()[:24] or name[:24], time_zone
    found.save()
    journal.write(by=by, event=events.AgencyChanged(agency=agency))
    return found


@transaction.atomic
def open_team(*, by: Actor, agency: UUID, name: str, response_model: str = "") -> Team:
    """A team of the agency, or the one of that name already there."""
    team, is_new = Team.objects.get_or_create(
        agency_id=agency, name=name, defaults={"response_model": response_model}
    )
    if is_new:
        journal.write(by=by, event=events.TeamOpened(team=team.id))
    return team


@transaction.atomic
def open_unit(*, by: Actor, agency: UUID, call_sign: str, kind: str, **facts: Unpack[UnitFacts]) -> Unit:
    """A unit; Invalid for an unknown kind, a call sign in use, or a fact that is not listed."""
    checked(facts, UnitFacts)
    if kind not in UNIT_KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(UNIT_KINDS)}.")
    _fits(call_sign, facts)
    unit = Unit.objects.create(agency_id=agency, call_sign=call_sign, kind=kind, **facts)
    journal.write(by=by, event=events.UnitOpened(unit=unit.id))
    return unit


@transaction.atomic
def change_unit(
    *, by: Actor, unit: UUID, call_sign: str, is_active: bool = True, **facts: Unpack[UnitFacts]
) -> Unit:
    """Change a unit's call sign, base or cost, or take it off the roll; what it did stays with it."""
    checked(facts, UnitFacts)
    found = Unit.objects.select_for_update().filter(id=unit).first()
    if found is None:
        raise NotFound("unit")
    _fits(call_sign, facts, but=unit)
    given = {"call_sign": call_sign, "is_active": is_active, **facts}
    changed = tuple(sorted(name for name, value in given.items() if getattr(found, name) != value))
    if changed:
        for name in changed:
            setattr(found, name, given[name])
        found.save(update_fields=changed)
        journal.write(by=by, event=events.UnitChanged(unit=unit, fields=changed))
    return found


def _fits(call_sign: str, facts: UnitFacts, but: UUID | None = None) -> None:
    """Invalid for a call sign that is none or in use, a cost that is no number, or half a base."""
    if not call_sign.strip():
        raise Invalid("call_sign", "", "Give the unit a call sign.")
    if any(one.id != but for one in Unit.objects.filter(call_sign__iexact=call_sign)):
        raise Invalid("call_sign", call_sign, "This call sign is in use.")
    cost = facts.get("hourly_cost", 0)
    if cost != cost or not 0 <= cost <= MOST_AN_HOUR:  # the first is what is no number
        raise Invalid("hourly_cost", cost, _("Give the cost of an hour, 0 to %(most)s."), most=MOST_AN_HOUR)
    if (facts.get("base_lon") is None) != (facts.get("base_lat") is None):
        raise Invalid("base", "", "Give the base with longitude and latitude, or leave out both.")
