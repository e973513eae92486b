"""Build the county in an instance, step by step, saying what is done."""

from collections.abc import Callable
from datetime import timedelta

from commonweal.demo import county
from commonweal.demo.filling import ground, history, staff, support, trust
from commonweal.demo.filling import people as fill_people
from commonweal.demo.filling import services as fill_services
from commonweal.demo.filling.names import Ids
from commonweal.kernel import clock

SEED = 20_260
ROSTER_DAYS = 16


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
    staff.roster(made.organization, ids, now.date() - timedelta(days=ROSTER_DAYS // 2), ROSTER_DAYS)
    say("Signing agreements and protocols; awarding certificates.")
    trust.fill(made.organization, ids)
    staff.rules(made.organization, ids)
    staff.training_of(made.organization, ids)
    say(f"Filing {len(made.people.records):,} records of people.")
    fill_people.fill(made.people, ids)
    say(f"Listing {len(made.services)} services and the room they posted.")
    fill_services.fill(made.services, made.organization, ids)
    fill_services.room(made.capacity, ids)
    say(f"Bringing in a year: {len(made.calls):,} calls.")
    calls = history.fill_calls(made.calls, ids)
    say(f"Their {len(made.encounters):,} encounters and {len(made.referrals):,} referrals.")
    encounters = history.fill_encounters(made.encounters, calls, ids)
    receivers = {s.key: s.provider for s in made.services}
    referrals = history.fill_referrals(made.referrals, encounters, ids, receivers)
    say("Cases, voices, meetings and promises.")
    support.fill_cases(made.cases, referrals, ids)
    support.fill_voices(made.feedback, made.meetings, ids)
    return ids
