"""Who is on duty across agencies, as far as agreements let one agency see of another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor
from commonweal.sharing import queries as sharing
from commonweal.training import queries as training


@dataclass(frozen=True, slots=True)
class Seen:
    """One worker on duty as another may see them; `account` is None and `name` "" where names stay inside."""

    account: UUID | None
    name: str
    role: str
    team: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    unit: str
    kind: str
    until: datetime
    next: datetime | None


@dataclass(frozen=True, slots=True)
class House:
    """One agency: who of it is on, its telephone where it gives one, and when the next shift begins."""

    id: UUID
    name: str
    kind: str
    phone: str
    is_named: bool
    people: tuple[Seen, ...] = ()
    next: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for; an empty word asks for nothing."""

    agency: UUID | None = None
    role: str = ""
    language: str = ""
    skill: str = ""
    name: str = ""

    def fits(self, one: Seen) -> bool:
        """Whether a worker is what was asked for."""
        words = " ".join((one.name, one.team, one.unit)).casefold()
        return (
            (not self.role or one.role == self.role)
            and (not self.language or self.language in one.languages)
            and (not self.skill or self.skill in one.skills)
            and self.name.strip().casefold() in words
        )


def rosterable(by: Actor) -> QuerySet[agencies.Unit]:
    """Units that this actor may put on duty: every one for an administrator; for a supervisor those of the
    own agency and of agencies that an agreement in term binds to it.
    """
    return agencies.units() if by.may("administer") else agencies.units().filter(agency__in=_bound(by))


def crewable(by: Actor) -> QuerySet[agencies.Account]:
    """Workers who may be put aboard by this actor: those who work in the field, of the same agencies."""
    found = agencies.accounts().filter(id__in=agencies.able_to("work_field"))
    return found if by.may("administer") else found.filter(agency__in=_bound(by))


def _bound(by: Actor) -> frozenset[UUID]:
    return sharing.bound_with(by.agency) if by.may("supervise") else frozenset()


def who_is_on(by: Actor, moment: datetime | None = None) -> list[House]:
    """Own agency first, then those that an agreement in term binds to it, by name; others are not there.

    Names of an agency's workers are shown as it has it (`names_seen_by`): to every partner, to partners other
    than law enforcement, or within it alone. Nothing about a worker's lapses is told.
    """
    bound = sharing.bound_with(by.agency)
    homes = [one for one in agencies.agencies() if one.id in bound]
    people = [one for one in agencies.present(moment) if one.agency in bound]
    standing = training.standings({one.account: one.role for one in people})
    coming = agencies.next_on([one.id for one in homes], moment)
    is_law = by.agency is not None and agencies.agency(by.agency).kind in agencies.LAW_ENFORCEMENT
    found = [
        House(
            home.id, home.name, home.kind, home.duty_phone, is_named := _named(by, home, is_law),
            tuple(_seen(one, standing, is_named) for one in people if one.agency == home.id),
            coming.get(home.id),
        )
        for home in homes
    ]  # fmt: skip
    return sorted(found, key=lambda house: (house.id != by.agency, house.name))


def _named(by: Actor, home: agencies.Agency, is_law: bool) -> bool:
    terms = home.names_seen_by
    return home.id == by.agency or terms == "partners" or (terms == "care" and not is_law)


def _seen(one: agencies.OnDuty, standing: Mapping[UUID, training.Standing], is_named: bool) -> Seen:
    if not is_named:
        return Seen(None, "", one.role, "", one.languages, (), "", "", one.until, None)
    held = tuple(sorted(standing[one.account].held))
    return Seen(
        one.account, one.name, one.role, one.team, one.languages, held, one.unit, one.kind, one.until,
        one.next,
    )  # fmt: skip


def narrowed(houses: Iterable[House], wanted: Wanted) -> list[House]:
    """Those whom a search asks for. An agency with nobody left stays unless more than it was asked for."""
    chosen = [house for house in houses if wanted.agency in (None, house.id)]
    found = [replace(house, people=tuple(filter(wanted.fits, house.people))) for house in chosen]
    is_search = bool(wanted.role or wanted.language or wanted.skill or wanted.name.strip())
    return [house for house in found if house.people or not is_search]
