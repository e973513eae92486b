"""The instance that `bench/load.py` puts under load: a staffed county with years of calls behind it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.demo import county
from commonweal.demo.filling import ground, learning, staff, trust
from commonweal.demo.filling.build import SEED
from commonweal.demo.filling.history import programs
from commonweal.demo.filling.names import Ids
from commonweal.kernel import bulk, clock, journal
from commonweal.kernel.actors import system
from commonweal.kernel.ids import new_id
from commonweal.people.keys import key
from commonweal.people.models import Person, SourceRecord
from commonweal.places import queries as places

BY = system("bench")
FIELDS = (
    "id agency source source_system external_id number state person address block city lon lat block_lon "
    "block_lat cell nature nature_label discipline priority is_bh_intake tier response received answered "
    "triage_end queued dispatched on_scene cleared"
).split()
GIVEN = "Ana Luis Rosa Omar Mei Jon Tia Raul Kim Ida Noor Eli Pia Sam Ruth Ivan".split()
FAMILY = "Delgado Okafor Nguyen Smith Reyes Haddad Kowalski Brown Silva Ito Mbeki Young".split()
NATURES = (("welfare_check", True), ("disturbance", False), ("suicidal_ideation", True), ("traffic", False))
TIERS = "T1 T2 T3 T4".split()


def fill(past: int, people: int) -> None:
    """The generated county's organisation where there is none yet, then people and cleared calls in bulk."""
    begun = time.perf_counter()

    def say(what: str) -> None:
        print(f"  [{time.perf_counter() - begun:5.1f} s] {what}", flush=True)

    if not agencies.agencies().exists():
        say("Opening agencies with their staff, shifts, agreements, protocols and certificates.")
        _organisation()
    chance = Random(11)
    say(f"Filing {people:,} people.")
    known = _people(people, chance)
    say(f"Bringing in {past:,} calls.")
    calls.bring_past(by=BY, fields=FIELDS, rows=_calls(past, known, chance), programs=programs())
    journal.seal_all()
    journal.advance("flow", journal.position())
    _settle()
    say("Filled.")


def _settle() -> None:
    """What a database does in the hour after a great import, done before anybody is timed."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _organisation() -> None:
    """What the generated county's filling does before it comes to people."""
    now, ids = clock.now(), Ids()
    made = county.generate(SEED, now, 0.01)
    ground.fill(made.ground)
    staff.fill(made.organization, ids)
    staff.roster(made.organization, ids, now.date() - timedelta(days=1), 3)  # yesterday to tomorrow
    trust.fill(made.organization, ids)
    staff.rules(made.organization, ids)
    learning.fill(made.sessions, made.certificates, made.organization, ids)


def _people(count: int, chance: Random) -> list[UUID]:
    """People, each with the record of one agency; their ids."""
    owners = [a.id for a in agencies.agencies() if a.kind in ("police", "ems", "health", "hmis_shelter")]
    ids = [new_id() for _ in range(count)]
    now = datetime.now(UTC)
    with transaction.atomic():
        bulk.insert(Person, ("id",), ((one,) for one in ids))
        fields = "id agency external_id person given family given_key family_key born fingerprint updated_at"
        bulk.insert(SourceRecord, fields.split(), (
            (new_id(), owners[n % len(owners)], f"bench-{n}", one, given, family, key(given), key(family),
             date(1940, 1, 1) + timedelta(days=chance.randrange(24_000)), f"{n:064x}", now)
            for n, one in enumerate(ids)
            for given, family in ((chance.choice(GIVEN), f"{chance.choice(FAMILY)} {n % 5000}"),)
        ))  # fmt: skip
    return ids


def _calls(count: int, people: list[UUID], chance: Random) -> Iterator[dict[str, Any]]:
    """Cleared calls of the last ten years at some thousands of places; every tenth names its person."""
    centre = agencies.agencies().filter(kind="ecc").first()
    if centre is None:
        raise RuntimeError("the county has no call centre; look into commonweal.demo.filling")
    where = [_place(n, chance) for n in range(3_000)]
    end, span = datetime.now(UTC) - timedelta(days=4), timedelta(days=3_650)
    for n in range(count):
        label, is_behavioural = NATURES[n % len(NATURES)]
        start = end - span * ((count - n) / count)
        yield {
            "id": new_id(), "agency": centre.id, "source": "911", "source_system": "bench",
            "external_id": f"bench-{n}", "number": f"B-{n:07d}", "state": "cleared",
            "person": people[n % len(people)] if n % 10 == 0 else None, **where[chance.randrange(3_000)],
            "nature": label, "nature_label": label, "discipline": "police", "priority": 1 + n % 4,
            "is_bh_intake": is_behavioural, "tier": TIERS[n % 4], "response": "patrol", "received": start,
            "answered": start + timedelta(seconds=6), "triage_end": start + timedelta(seconds=70),
            "queued": start + timedelta(seconds=75), "dispatched": start + timedelta(seconds=140),
            "on_scene": start + timedelta(seconds=620), "cleared": start + timedelta(seconds=2_900),
        }  # fmt: skip


def _place(n: int, chance: Random) -> dict[str, Any]:
    lon, lat = -122.05 + chance.gauss(0, 0.05), 38.02 + chance.gauss(0, 0.05)
    return {
        "address": f"{100 + n} Bench St", "block": f"{n // 100 * 100} block of Bench St", "city": "Harlow",
        "lon": lon, "lat": lat, "block_lon": round(lon, 3), "block_lat": round(lat, 3),
        "cell": places.cell_of(lon, lat),
    }  # fmt: skip
