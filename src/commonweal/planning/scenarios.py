"""Verbs of scenarios: keep, share, remove, answer by the model at once, simulate."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, in_words
from commonweal.planning import changes, events
from commonweal.planning.models import Scenario
from commonweal.planning.present import call_signs, present
from commonweal.sharing import actions as sharing

MOST_SIDES = 4  # the present roster and three scenarios
MOST_KEPT = 100


def _may(by: Actor) -> None:
    if not by.may("plan"):
        says = "Ask somebody who holds this permission: %(permission)s."
        raise Invalid("by", by.role, says, permission=in_words(agencies.PERMISSIONS["plan"]))


@transaction.atomic
def keep_scenario(
    *, by: Actor, agency: UUID, kind: str, name: str, wanted: object, scenario: UUID | None = None
) -> Scenario:
    """A new scenario, or one's own changed (its simulation is dropped); Invalid names what cannot be."""
    _may(by)
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
    _may(by)
    name, wanted = changes.of_file(content, kind)
    return keep_scenario(by=by, agency=agency, kind=kind, name=name, wanted=wanted)


@transaction.atomic
def share_scenario(*, by: Actor, scenario: UUID, shared: bool) -> Scenario:
    """Show one's own to the other planners, or keep it to oneself again."""
    _may(by)
    row = _own(by, scenario)
    row.is_shared = shared
    row.save()
    journal.write(by=by, event=events.ScenarioKept(scenario=row.id, state="shared" if shared else "kept"))
    return row


@transaction.atomic
def remove_scenario(*, by: Actor, scenario: UUID) -> None:
    """Take one's own away for good."""
    _may(by)
    row = _own(by, scenario)
    journal.write(by=by, event=events.ScenarioKept(scenario=row.id, state="removed"))
    row.delete()


def _own(by: Actor, scenario: UUID) -> Scenario:
    row = Scenario.objects.select_for_update().filter(id=scenario, by=by.id).first()
    if row is None:
        raise NotFound("scenario")
    return row


def _permits(by: Actor) -> dict[str, sharing.Permit]:
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
    _may(by)
    if len(scenarios) >= MOST_SIDES:
        raise Invalid("name", len(scenarios), "Choose at most three beside the present roster.")
    of = agencies.agency(agency)
    permits = _permits(by)
    from commonweal.planning.comparing import answered  # reads compiled loops, which takes a second

    sides = [changes.read(_standing(row, agency, kind), call_signs(agency, kind)) for row in scenarios]
    return answered(permits, present(of.id, kind), [{}, *sides], ZoneInfo(of.time_zone))


def simulate_scenario(*, by: Actor, scenario: Scenario) -> Scenario:
    """Play the present roster and the scenario on the same past calls; its owner keeps the result.

    Held against the recorded times first: where it does not fit, no difference is kept, only by how much
    it is off. Some seconds; a Conflict where the scenario was changed meanwhile.
    """
    _may(by)
    if scenario.by != by.id:
        raise NotFound("scenario")
    wanted = dict(scenario.changes)
    zone = ZoneInfo(scenario.agency.time_zone)
    signs = call_signs(scenario.agency_id, scenario.kind)
    permits = _permits(by)
    from commonweal.planning.replaying import replayed

    roster = present(scenario.agency_id, scenario.kind)
    found = replayed(permits, roster, changes.read(_known(wanted, signs), signs), zone)
    with transaction.atomic():
        row = _own(by, scenario.id)
        if row.changes != wanted:
            raise Conflict("The scenario was changed while it was simulated. Simulate it again.")
        row.played = found
        row.save()
        journal.write(by=by, event=events.ScenarioKept(scenario=row.id, state="simulated"))
    return row


def _standing(row: Scenario, agency: UUID, kind: str) -> dict[str, object]:
    if (row.agency_id, row.kind) != (agency, kind):
        raise Invalid("name", row.name, "It is for another agency or kind of unit; compare it there.")
    return _known(row.changes, call_signs(agency, kind))


def _known(wanted: dict[str, object], signs: frozenset[str]) -> dict[str, object]:
    """Without units that have left the roster since."""
    return {sign: change for sign, change in wanted.items() if sign in signs}
