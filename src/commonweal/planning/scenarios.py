"""Verbs of scenarios: keep, share, remove, answer by the model at once."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound, in_words
from commonweal.planning import changes, events
from commonweal.planning.models import Scenario
from commonweal.planning.present import call_signs, present
from commonweal.sharing import actions as sharing

MOST_SIDES = 4  # the present roster and three scenarios
MOST_KEPT = 100


def may_plan(by: Actor) -> None:
    """Invalid where the actor does not plan."""
    if not by.may("plan"):
        says = "Ask somebody who holds this permission: %(permission)s."
        raise Invalid("by", by.role, says, permission=in_words(agencies.PERMISSIONS["plan"]))


@transaction.atomic
def keep_scenario(
    *, by: Actor, agency: UUID, kind: str, name: str, wanted: object, scenario: UUID | None = None
) -> Scenario:
    """A new scenario, or one's own changed (its simulation is dropped); Invalid names what cannot be."""
    may_plan(by)
    agencies.agency(agency)
    read = changes.read(wanted, call_signs(agency, kind))
    if not 0 < len(name.strip()) <= 120:
        raise Invalid("name", name, "Give it a name of at most 120 letters.")
    row = _own(by, scenario) if scenario else Scenario(by=by.id, agency_id=agency, kind=kind)
    if not scenario and Scenario.objects.filter(by=by.id).count() >= MOST_KEPT:
        raise Invalid("name", name, "You keep %(most)s scenarios; remove one first.", most=MOST_KEPT)
    row.name, row.changes, row.played = name.strip(), changes.written(read), {}
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twin:
        raise Invalid("name", name, "You keep a scenario of this name already; give another.") from twin
    journal.write(by=by, event=events.ScenarioKept(scenario=row.id, state="kept"))
    return row


def import_scenario(*, by: Actor, agency: UUID, kind: str, content: bytes) -> Scenario:
    """A scenario out of a file; Invalid names the field that cannot be read."""
    may_plan(by)
    name, wanted = changes.of_file(content, kind)
    return keep_scenario(by=by, agency=agency, kind=kind, name=name, wanted=wanted)


@transaction.atomic
def share_scenario(*, by: Actor, scenario: UUID, shared: bool) -> Scenario:
    """Show one's own to the other planners, or keep it to oneself again."""
    may_plan(by)
    row = _own(by, scenario)
    row.is_shared = shared
    row.save()
    journal.write(by=by, event=events.ScenarioKept(scenario=row.id, state="shared" if shared else "kept"))
    return row


@transaction.atomic
def remove_scenario(*, by: Actor, scenario: UUID) -> None:
    """Take one's own away for good."""
    may_plan(by)
    row = _own(by, scenario)
    journal.write(by=by, event=events.ScenarioKept(scenario=row.id, state="removed"))
    row.delete()


def _own(by: Actor, scenario: UUID) -> Scenario:
    row = Scenario.objects.select_for_update().filter(id=scenario, by=by.id).first()
    if row is None:
        raise NotFound("scenario")
    return row


def permits_of(by: Actor) -> dict[str, sharing.Permit]:
    """The gate's answers for de-identified calls, each answer with its line in the journal."""
    origins = sorted({agency.source_program for agency in agencies.agencies()})
    answers = sharing.ask_set(
        by=by, category="call_facts", purpose="evaluation", source_programs=origins,
        circumstances=sharing.Circumstances(deidentified=True),
    )  # fmt: skip
    return {origin: a for origin, a in answers.items() if isinstance(a, sharing.Permit)}


def answer_scenarios(
    *, by: Actor, agency: UUID, kind: str, scenarios: Sequence[Scenario]
) -> dict[str, object]:
    """The present roster and up to three scenarios, answered at once by the queueing model."""
    may_plan(by)
    if len(scenarios) >= MOST_SIDES:
        raise Invalid("name", len(scenarios), "Choose at most three beside the present roster.")
    of = agencies.agency(agency)
    permits = permits_of(by)
    from commonweal.planning.comparing import answered  # reads compiled loops, which takes a second

    sides = [changes.read(_standing(row, agency, kind), call_signs(agency, kind)) for row in scenarios]
    return answered(permits, present(of.id, kind), [{}, *sides], ZoneInfo(of.time_zone))


def _standing(row: Scenario, agency: UUID, kind: str) -> dict[str, object]:
    if (row.agency_id, row.kind) != (agency, kind):
        raise Invalid("name", row.name, "It is for another agency or kind of unit; compare it there.")
    return known(row.changes, call_signs(agency, kind))


def known(wanted: dict[str, object], signs: frozenset[str]) -> dict[str, object]:
    """Without units that have left the roster since."""
    return {sign: change for sign, change in wanted.items() if sign in signs}
