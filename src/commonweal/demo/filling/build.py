"""Build the county in an instance, step by step, saying what is done."""

from collections.abc import Callable
from datetime import timedelta

from commonweal.demo import geography, organization, people, services
from commonweal.demo.filling import ground, staff, trust
from commonweal.demo.filling import people as fill_people
from commonweal.demo.filling import services as fill_services
from commonweal.demo.filling.names import Ids
from commonweal.kernel import clock

SEED = 20_260
ROSTER_DAYS = 16


def build(say: Callable[[str], None], seed: int = SEED) -> Ids:
    """Fill an empty, migrated instance; `say` hears one sentence a step. Returns keys to ids."""
    now, ids = clock.now(), Ids()
    today = now.date()
    say("Drawing Harlow County: towns, beats, streets.")
    land = geography.generate(seed)
    ground.fill(land)
    say("Opening agencies, teams, workers and units.")
    staffing = organization.generate(seed)
    staff.fill(staffing, ids)
    staff.roster(staffing, ids, today - timedelta(days=ROSTER_DAYS // 2), ROSTER_DAYS)
    say("Signing agreements and protocols; awarding certificates.")
    trust.fill(staffing, ids)
    staff.rules(staffing, ids)
    staff.training_of(staffing, ids)
    say("Filing what each agency knows of people.")
    known = people.generate(seed, land, today)
    fill_people.fill(known, ids)
    say("Listing services and the room they posted.")
    offered, posts = services.generate(seed, staffing, now)
    fill_services.fill(offered, staffing, ids)
    fill_services.room(posts, ids)
    return ids
