"""Build the county in an instance, step by step, saying what is done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commonweal.demo import county, pack
from commonweal.demo.filling import (
    desk_of_trust,
    ground,
    hearing,
    history,
    knowing,
    learning,
    money,
    readiness,
    staff,
    support,
    tables,
    telling,
    trust,
    waiting,
)
from commonweal.demo.filling import people as fill_people
from commonweal.demo.filling import services as fill_services
from commonweal.demo.filling.names import Ids
from commonweal.evaluation import actions as evaluation
from commonweal.kernel import clock

SEED = 20_260
COMING_DAYS = 8


def build(say: Callable[[str], None], seed: int = SEED, scale: float = 1.0) -> Ids:
    """Fill an empty, migrated instance; `say` hears one sentence a step. Returns keys to ids.

    `scale` thins out routine calls of the past year, for tests.
    """
    now, ids = clock.now(), Ids()
    say("Drawing Harlow County and living its year.")
    made = county.generate(seed, now, scale)
    say("Opening agencies, teams, workers and units.")
    ground.fill(made.ground)
    staff.fill(made.organization, ids)
    first = money.first_day()
    staff.roster(made.organization, ids, first, (now.date() - first).days + COMING_DAYS)
    say("Signing agreements and protocols; opening budgets; awarding certificates.")
    trust.fill(made.organization, ids)
    staff.desks(made.organization, ids)
    staff.rules(made.organization, ids)
    learning.fill(made.sessions, made.certificates, made.organization, ids)
    money.fill(made.organization, ids)
    say(f"Filing {len(made.people.records):,} records of people.")
    fill_people.fill(made.people, ids, {(c.agency, c.person) for c in made.cases})
    say(f"Listing {len(made.services)} services and the room they posted.")
    fill_services.fill(made.services, made.organization, ids)
    fill_services.room(made.capacity, ids)
    say(f"Bringing in a year: {len(made.calls):,} calls.")
    calls = history.fill_calls(made.calls, ids)
    history.fill_units(made.calls, calls, ids)
    say(f"Their {len(made.encounters):,} encounters and {len(made.referrals):,} referrals.")
    encounters = history.fill_encounters(made.encounters, calls, ids, made.now)
    receivers = {s.key: s.provider for s in made.services}
    referrals = history.fill_referrals(made.referrals, encounters, ids, receivers)
    say("Cases, the hub table, voices, meetings and promises.")
    support.fill_cases(made.cases, referrals, ids)
    tables.fill(made.discussions, made.organization, ids)
    hearing.fill(made.organization, ids)
    support.fill_voices(made.feedback, made.meetings, ids)
    telling.fill(made.organization, ids)
    readiness.fill(made.organization, ids)
    say("Freezing last quarter for the evaluators.")
    freeze(ids, now)
    say("Own files of clients, releases they signed, records that may be one person's.")
    knowing.own_files(made.cases, made.people, ids)
    knowing.releases(made.cases, ids)
    knowing.pairs(ids)
    knowing.glass(ids)
    waiting.fill(made.cases, made.services, ids)
    known = [ids.person[c.person] for c in made.cases if c.person in ids.person and not c.closed_at]
    desk_of_trust.fill(made.organization, ids, known[:4], list(calls.values())[-6:])
    return ids


def freeze(ids: Ids, now: datetime) -> None:
    """The last whole quarter of the county's year, counted and sealed by an evaluator."""
    zone = ZoneInfo(pack.county()["time_zone"])
    end = datetime(now.year, 3 * ((now.astimezone(zone).month - 1) // 3) + 1, 1, tzinfo=zone)
    start = (end - timedelta(days=80)).replace(day=1)
    evaluation.freeze_cohort(
        by=ids.actor("evaluation.evaluator.1"),
        name=f"{start.year} Q{start.month // 3 + 1}",
        start=start,
        end=end,
    )
