"""Ladders as data: for each occasion the steps, who is told at each, and after how long."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from uuid import UUID

from django.db import transaction

from commonweal import packs
from commonweal.agencies import queries as agencies
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import events
from commonweal.messages.models import Rung

__all__ = ["OCCASIONS", "REACHES", "Step", "ladder", "set_ladder"]
PACK = "ladders.yaml"
OCCASIONS = ("duress", "check_in_missed", "call_unassigned", "follow_up_unassigned")
REACHES = ("near", "everywhere")
LONGEST, MOST = 7 * 24 * 60, 8  # minutes between two steps; steps of a ladder


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `after` minutes since the one before, whom, how far, and whether it may wait.

    `who` is a role. Where an agency or a team is named, `reach` says nothing: its workers are told, of that
    role or, without one, everybody there.
    """

    after: int
    who: str = ""
    reach: str = "near"
    pressing: bool = True
    agency: UUID | None = None
    team: UUID | None = None

    @property
    def is_named(self) -> bool:
        """Whether it goes to one agency or team, whatever is near."""
        return bool(self.agency or self.team)


def ladder(occasion: str) -> tuple[Step, ...]:
    """The steps in force: the site's own, else those that ship. NotFound for an unknown occasion."""
    if occasion not in OCCASIONS:
        raise NotFound("ladder")
    rows = Rung.objects.filter(occasion=occasion).order_by("step")
    own = tuple(Step(r.after, r.who, r.reach, r.pressing, r.agency, r.team) for r in rows)
    return own or _shipped()[occasion]


@cache
def _shipped() -> dict[str, tuple[Step, ...]]:
    body = packs.read(PACK)
    assert isinstance(body, dict)
    return {occasion: tuple(Step(**row) for row in body[occasion]) for occasion in OCCASIONS}


@transaction.atomic
def set_ladder(*, by: Actor, occasion: str, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The site's own steps for an occasion, whole; none at all is the ladder that ships.

    A climb under way goes on by the new steps. Invalid names what cannot be used; NotFound for whoever may
    not keep the site, and for an unknown occasion.
    """
    if not by.may("administer") or occasion not in OCCASIONS:
        raise NotFound("ladder")
    if len(steps) > MOST:
        raise Invalid("step", len(steps), "A ladder has eight steps at most.")
    for step in steps:
        _check(step)
    Rung.objects.filter(occasion=occasion).delete()
    Rung.objects.bulk_create(
        [Rung(occasion=occasion, step=n, **asdict(step)) for n, step in enumerate(steps)]
    )  # fmt: skip
    journal.write(by=by, event=events.LadderSet(occasion=occasion, steps=len(steps)))
    return ladder(occasion)


def _check(step: Step) -> None:
    if not 0 <= step.after <= LONGEST:
        raise Invalid("after", step.after, "Give minutes, from 0 to a week.")
    known = tuple(code for code in agencies.ROLES if code != "person")
    if step.who not in known and (step.who or not step.is_named):
        raise Invalid("who", step.who, f"Use one of: {', '.join(known)}.")
    if step.reach not in REACHES:
        raise Invalid("reach", step.reach, f"Use one of: {', '.join(REACHES)}.")
    _check_place(step)


def _check_place(step: Step) -> None:
    if step.agency and step.agency not in {one.id for one in agencies.agencies()}:
        raise Invalid("agency", step.agency, "Choose an agency from the list.")
    homes = {one.id: one.agency_id for one in agencies.teams()}
    if step.team and homes.get(step.team) != (step.agency or homes.get(step.team, step.team)):
        raise Invalid("team", step.team, "Choose a team of that agency.")
