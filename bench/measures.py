"""The measures, by name."""

import random
from collections.abc import Callable
from statistics import median
from unittest.mock import patch
from uuid import UUID, uuid4

from bench.figures import Figure, seconds_each
from commonweal import packs
from commonweal.agencies.models import Agency
from commonweal.engines.triage import Protocol, triage
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import actions as people
from commonweal.people import queries as records
from commonweal.people.models import SourceRecord
from commonweal.sharing import actions as sharing

MEASURES: dict[str, Callable[[], list[Figure]]] = {}


def measure(act: Callable[[], list[Figure]]) -> Callable[[], list[Figure]]:
    """Register a measure under its name."""
    MEASURES[act.__name__] = act
    return act


@measure
def decisions() -> list[Figure]:
    """Triage in the engine alone, over random answers, by shipped protocol."""
    figures = []
    for name in packs.names("protocols"):
        protocol = Protocol.read(packs.read(name))
        chance = random.Random(7)
        given = [
            {q.id: chance.choice(q.answers).id for q in protocol.questions if chance.random() < 0.5}
            for _ in range(200)
        ]
        each = seconds_each(lambda n, p=protocol, g=given: triage(p, g[n % 200], {}), 200)
        figures.append(
            Figure(f"triage by {name.split('/')[1].split('.')[0]}", each * 1e6, "us", at_most=20_000)
        )
    return figures


def worker() -> tuple[Actor, UUID]:
    """A crisis worker and the agency of theirs, which is made."""
    agency = Agency.objects.create(name=f"Bench {uuid4()}", kind="ems")
    role = {"role": "crisis_worker", "policy_role": "crisis_team", "agency": agency.id}
    return Actor(id=str(uuid4()), medical=True, covered_entity=True, **role), agency.id


@measure
def accountability() -> list[Figure]:
    """A record opened through the gate and a plan kept, against the same reading and write without either.

    Both read the same columns of the same row and show the same fields of it; both write the same plan.
    """
    by, agency = worker()
    subjects, persons = [], []
    shown: list[dict[str, object]] = []
    for n in range(200):
        values = {"given": "Bench", "family": f"Person {n}", "phone": "555-0100"}
        record, _ = people.file_record(by=by, agency=agency, external_id=str(n), values=values)
        person = Subject("person", record.person_id)
        sharing.tie(by=by, relation="care", subject=person, account=UUID(by.id))
        subjects.append(Subject("source_record", record.id))
        persons.append(record.person_id)

    def keep(n: int) -> None:
        people.keep_plan(by=by, person=persons[n % 200], agency=agency, helps="a quiet voice", harms="sirens")

    def told(n: int) -> None:
        one = subjects[n % 200]
        answer = sharing.ask(by=by, category="identity", purpose="treatment", about=one)
        if not isinstance(answer, sharing.Permit):
            raise RuntimeError(f"the gate refused what it must allow here: {answer}")
        records.identities({one: answer})
        keep(n)

    def untold(n: int) -> None:
        for row in SourceRecord.objects.filter(id__in=[subjects[n % 200].id]).select_related("agency"):
            shown.append(records._identity(row))
            shown.clear()
        with patch.object(journal, "write", lambda **_: None):
            keep(n)

    # in turns, so that a busy machine slows both alike
    rounds = [(seconds_each(told, 100, 1), seconds_each(untold, 100, 1)) for _ in range(9)]
    with_gate, without = (median(column) for column in zip(*rounds, strict=True))
    ratio = median(one / other for one, other in rounds)
    return [
        Figure("with gate and journal", with_gate * 1e3, "ms"),
        Figure("without", without * 1e3, "ms"),
        Figure("cost of accountability", ratio, "x", at_most=2, peer="the same acts, silent"),
    ]


@measure
def sealing() -> list[Figure]:
    """Journal lines sealed into the chain per second, and verified."""
    by, agency = worker()
    for n in range(3000):
        people.note_placeholder(by=by, description=f"bench {n}")
    each = seconds_each(lambda _: journal.seal(limit=500), 1, rounds=5)
    verified = seconds_each(lambda _: journal.verify(), 1, rounds=3)
    count = journal.position()
    return [
        Figure("lines sealed", 500 / each, "per s", at_least=1000),
        Figure("lines verified", count / verified, "per s"),
    ]
