"""The instance whose lists `bench/lists.py` asks for: the generated county with its care many times over.

Every copy of a referral, case or contact is another person's and lies further back; who sent, received and
led stays. So each agency's lists grow as they would over years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from bench.load_county import _people
from commonweal.cases.models import Case, Contact, Goal, Member, NeedsRating, Task
from commonweal.demo.filling.build import build
from commonweal.kernel import bulk, journal
from commonweal.kernel.ids import new_id
from commonweal.referrals.models import Referral, Step
from commonweal.sharing.models import Holding

Row = dict[str, Any]
LOT = 50_000
YEAR = timedelta(days=365)


def fill(referrals: int, services: int, say: Callable[[str], None]) -> None:
    """The county, then copies until there are so many referrals, and so many services rendered on cases."""
    build(say)
    chance = Random(7)
    say("Filing 60,000 people.")
    people = _people(60_000, chance)
    with transaction.atomic():
        say(f"Referrals: {referrals:,} with their steps.")
        _referrals(referrals // Referral.objects.count(), people, chance)
        say(f"Services rendered: {services:,}.")
        _cases(services, people, chance)
    journal.seal_all()
    journal.advance("flow", journal.position())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _referrals(times: int, people: Sequence[UUID], chance: Random) -> None:
    rows, steps = _of(Referral), _by(Step, "referral_id")
    held = {row["subject"]: row for row in _of(Holding, kind="referral")}
    for copy in range(1, times + 1):
        twin = {row["id"]: new_id() for row in rows}
        back = _back(copy, times)
        kept = [row for row in rows if row["closed_at"] or copy <= times // 4]
        _put(Referral, (
            _moved(row, back) | {"id": twin[row["id"]], "code": f"{copy:x}{n:04x}"[:8].upper(),
                                 "person_id": row["person_id"] and chance.choice(people),
                                 "encounter_id": None, "parent_id": twin.get(row["parent_id"])}
            for n, row in enumerate(kept)
        ))  # fmt: skip
        _put(Step, (
            _moved(step, back) | {"id": new_id(), "referral_id": twin[row["id"]]}
            for row in kept for step in steps.get(row["id"], ())
        ))  # fmt: skip
        _put(Holding, (
            held[row["id"]] | {"id": new_id(), "subject": twin[row["id"]], "person_id": None, "call": None}
            for row in kept if row["id"] in held
        ))  # fmt: skip


def _cases(services: int, people: Sequence[UUID], chance: Random) -> None:
    """Closed cases of earlier years, some fifty contacts each."""
    rows, parts = _of(Case), {model: _by(model, "case_id") for model in (Member, Goal, Task, NeedsRating)}
    talks = list(_by(Contact, "case_id").values())
    held = {row["subject"]: row for row in _of(Holding, kind="case")}
    times = services // (50 * len(rows))
    for copy in range(1, times + 1):
        twin, back = {row["id"]: new_id() for row in rows}, _back(copy, times)
        _put(Case, (
            _moved(row, back) | {"id": twin[row["id"]], "person_id": chance.choice(people), "state": "closed",
                                 "closed_at": (row["closed_at"] or row["opened_at"] + YEAR / 4) - back,
                                 "close_reason": row["close_reason"] or "goals_met", "referral_id": None}
            for row in rows
        ))  # fmt: skip
        for model, of in parts.items():
            _put(model, (
                _moved(one, back) | {"id": new_id(), "case_id": twin[row["id"]]}
                for row in rows for one in of.get(row["id"], ())
            ))  # fmt: skip
        _put(Contact, (
            _moved(one, back + timedelta(days=week)) | {"id": new_id(), "case_id": twin[row["id"]]}
            for row in rows for week in range(50) for one in (chance.choice(chance.choice(talks)),)
        ))  # fmt: skip
        _put(Holding, (
            held[row["id"]] | {"id": new_id(), "subject": twin[row["id"]], "person_id": None, "call": None}
            for row in rows if row["id"] in held
        ))  # fmt: skip


def _back(copy: int, times: int) -> timedelta:
    """How far before the county's own year a copy lies: spread over nine years."""
    return YEAR * (9 * copy / times)


def _of(model: type[models.Model], **only: object) -> list[Row]:
    names = [field.attname for field in model._meta.concrete_fields]
    return list(model._default_manager.filter(**only).values(*names))


def _by(model: type[models.Model], owner: str) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in _of(model):
        found.setdefault(row[owner], []).append(row)
    return found


def _moved(row: Row, back: timedelta) -> Row:
    return {name: value - back if isinstance(value, datetime) else value for name, value in row.items()}


def _put(model: type[models.Model], rows: Iterable[Row]) -> None:
    names = {field.attname: field.name for field in model._meta.concrete_fields}
    left: Iterator[Row] = iter(rows)
    while lot := list(islice(left, LOT)):
        bulk.insert(model, list(names.values()), [[row[name] for name in names] for row in lot])
