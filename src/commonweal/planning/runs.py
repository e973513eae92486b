"""Simulations asked for at a desk and played by a worker: claimed once, told of, stopped at will.

A worker that ends in the middle leaves a run whose beat stands still; the next worker plays it again, once.
The permits are asked when it is played, for whoever asked: what they may no longer read is not simulated.
"""

import logging
from datetime import timedelta
from functools import cache
from threading import Thread
from time import monotonic
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import CommonwealError, Conflict, Invalid, NotFound, gettext_noop
from commonweal.planning import changes, events
from commonweal.planning.models import GOING, Scenario, SimulationRun
from commonweal.planning.present import call_signs, present
from commonweal.planning.scenarios import known, may_plan, permits_of

TIMES = (20, 100, 400)  # replications a planner may ask for
STILL = timedelta(seconds=90)  # a run that says nothing for so long has lost its worker
MOST_TRIES = 2
PAUSE = 0.4  # seconds between two words about how far it is
SAID = (
    gettext_noop("This scenario is being simulated already. Stop that run, or wait for it."),
    gettext_noop("Choose one of: %(times)s."),
)
log = logging.getLogger(__name__)


class Stopped(Exception):
    """Somebody stopped the run while it was played."""


def simulate_scenario(*, by: Actor, scenario: Scenario, replications: int = TIMES[0]) -> SimulationRun:
    """Ask for the present roster and the scenario to be played on the same past calls; a worker does it.

    Conflict while another run of the scenario goes on. Only its owner asks.
    """
    may_plan(by)
    if scenario.by != by.id:
        raise NotFound("scenario")
    if replications not in TIMES:
        says = "Choose one of: %(times)s."
        raise Invalid("replications", replications, says, times=", ".join(map(str, TIMES)))
    run = SimulationRun(scenario=scenario, by=by.id, changes=scenario.changes, replications=replications)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            journal.write(by=by, event=events.ScenarioKept(scenario=scenario.id, state="simulation asked"))
    except IntegrityError as twin:
        raise Conflict("This scenario is being simulated already. Stop that run, or wait for it.") from twin
    return run


@transaction.atomic
def stop_simulation(*, by: Actor, run: UUID) -> None:
    """End a run of one's own, where it still goes; what it had played is dropped."""
    may_plan(by)
    found = SimulationRun.objects.filter(id=run, by=by.id).first()
    if found is None:
        raise NotFound("simulation")
    if _end(found, "stopped"):
        journal.write(by=by, event=events.ScenarioKept(scenario=found.scenario_id, state="stopped"))


def play_next() -> bool:
    """Play the oldest run that waits, on behalf of whoever asked; whether there was one."""
    run = _claim()
    if run is None:
        return False
    try:
        _play(run)
    except Stopped:
        log.info("planning: a simulation was stopped")
    except _Refused as fault:
        _end(run, "failed", fault=fault.code)
    except CommonwealError:
        _end(run, "failed", fault="refused")
    except Exception:
        log.exception("planning: simulation %s failed", run.id)
        _end(run, "failed", fault="broken")
    return True


@cache
def warm_soon() -> Thread:
    """Begin, beside the pages, to compile what answers and simulations run through; once a process.

    For whoever opens the desk of planning: by the page that needs it, it is there.
    """
    thread = Thread(target=_warm, name="compiling", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    from commonweal.planning.warming import compile_all

    try:
        compile_all()
    except Exception:  # a site whose disk takes no compiled file still answers, later
        log.exception("planning: nothing could be compiled before it is asked for")


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _claim() -> SimulationRun | None:
    """The oldest that waits, or whose worker is gone; each is given to one worker only."""
    now = clock.now()
    lost = Q(state="playing", beat_at__lt=now - STILL)
    for run in SimulationRun.objects.filter(Q(state="waiting") | lost).order_by("created_at")[:5]:
        if run.tries >= MOST_TRIES:
            _end(run, "failed", fault="cut_off")
            continue
        same = SimulationRun.objects.filter(id=run.id, state=run.state, tries=run.tries)
        if same.update(state="playing", tries=run.tries + 1, started_at=now, beat_at=now, done=0, of=0):
            return SimulationRun.objects.select_related("scenario__agency").get(id=run.id)
    return None


def _play(run: SimulationRun) -> None:
    from commonweal.planning.replaying import replayed  # reads compiled loops, which takes a second

    scenario, by = run.scenario, agencies.actors([run.by]).get(run.by)
    if by is None or not by.may("plan"):
        raise _Refused("not_allowed")
    roster, zone = present(scenario.agency_id, scenario.kind), ZoneInfo(scenario.agency.time_zone)
    signs = call_signs(scenario.agency_id, scenario.kind)
    wanted = changes.read(known(run.changes, signs), signs)
    beat = _Beat(run)
    found = replayed(
        permits_of(by), roster, wanted, zone, told=beat.told, replications=run.replications,
        again=lambda inputs: _same(scenario, inputs),
    )  # fmt: skip
    with transaction.atomic():
        row = Scenario.objects.select_for_update().filter(id=scenario.id).first()
        if row is None or row.changes != run.changes:
            raise _Refused("changed")
        if _end(run, "done", result=found, inputs=str(found["inputs"])):
            row.played = found
            row.save(update_fields=["played"])
            journal.write(by=by, event=events.ScenarioKept(scenario=row.id, state="simulated"))


class _Beat:
    """Says how far a run is, not more often than need be; stops it where somebody asked."""

    def __init__(self, run: SimulationRun) -> None:
        self._run, self._said = run, -PAUSE

    def told(self, done: int, of: int) -> None:
        if done < of and monotonic() - self._said < PAUSE:
            return
        self._said = monotonic()
        going = SimulationRun.objects.filter(id=self._run.id, state="playing", tries=self._run.tries)
        if not going.update(done=done, of=of, beat_at=clock.now()):
            raise Stopped


def _same(scenario: Scenario, inputs: str) -> dict[str, object] | None:
    """What the same inputs gave before."""
    before = SimulationRun.objects.filter(scenario=scenario, state="done", inputs=inputs)
    found = before.order_by("-created_at").first()
    return dict(found.result) if found else None


def _end(run: SimulationRun, state: str, **facts: object) -> bool:
    """Close a run that still goes; whether it did."""
    going = SimulationRun.objects.filter(id=run.id, state__in=GOING, tries=run.tries)
    return bool(going.update(state=state, ended_at=clock.now(), **facts))
