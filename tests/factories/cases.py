"""Cases and hub tables for tests, made through the rooms' doors."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from commonweal.cases import actions
from commonweal.kernel.actors import Actor

from .cast import SETUP, Cast, agree, gather, someone, worker

CHARTER = {
    "text": "At filter three the table may learn name, birth date and address.",
    "category": "identity",
    "fields": ["name", "dob", "home_address"],
    "roles": ["case_manager", "prosecutor", "corespond_clinician"],
    "purposes": ["care_coordination"],
    "conditions": ["tie:table"],
}


@dataclass
class Support:
    """A case of Open Door's case manager, about a person whom the agency knows."""

    cast: Cast
    person: UUID
    case: UUID
    manager: Actor


def support(cast: Cast | None = None, **values: object) -> Support:
    """An open case, its manager in the team."""
    cast = cast or gather()
    person, _ = someone(cast, "social_service", **values)
    manager = cast["case_manager"]
    case = actions.open_case(
        by=manager, person=person, agency=cast.agency["social_service"], manager=UUID(manager.id)
    )
    return Support(cast, person, case.id, manager)


@dataclass
class Hub:
    """A table with four seats (social service, health, attorney, shelter) and a person one of them knows."""

    cast: Cast
    table: UUID
    person: UUID
    seats: dict[str, Actor]

    def open(self, **facts: object) -> UUID:
        """A discussion brought by the case manager, at filter one."""
        given: dict[str, Any] = {
            "situation": "Sleeps outside, refuses food, threatens to stop treatment",
            "age_band": "40-49",
            "sex": "female",
            "risks": ["housing.transient", "mental_health.suspected"],
            **facts,
        }
        return actions.open_discussion(by=self.seats["case_manager"], table=self.table, **given).id

    def to_three(self) -> UUID:
        """A discussion at filter three: risk found, person named."""
        found, by = self.open(), self.seats["case_manager"]
        actions.move_on(by=by, discussion=found)
        actions.note_situation(
            by=by, discussion=found, protective=["family"], aer_reasons=list(actions.AER_TEST)
        )
        actions.name_person(by=by, discussion=found, person=self.person)
        actions.move_on(by=by, discussion=found)
        return found


def hub(*, charter: bool = True) -> Hub:
    """A table under a charter whose clause opens names at filter three."""
    cast = gather(partners=not charter)
    document = agree(cast, list(cast.agency.values()), (CHARTER,)) if charter else None
    person, _ = someone(cast, "social_service", address="12 Quay St", born=date(1984, 3, 9))
    table = actions.open_table(by=SETUP, name="Eastside table", charter=document)
    seats = {role: cast[role] for role in ("case_manager", "clinician", "prosecutor")}
    seats["shelter"] = worker(cast.agency["hmis_shelter"], "case_manager")
    for actor in seats.values():
        assert actor.agency
        actions.seat(by=SETUP, table=table.id, account=UUID(actor.id), agency=actor.agency)
    return Hub(cast, table.id, person, seats)
