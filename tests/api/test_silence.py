"""A record that must not be acknowledged and none at all: the same bytes, the same steps, on every route.

Time is measured by bench/silence.py; here it is shown that both take the same statements.
"""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.cases import actions as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from factories.caller import Program
from factories.cast import SETUP, Cast, consented, gather, someone
from factories.referrals import loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db
ASKERS = ("case_manager", "patrol_officer", "clinician", "shelter_worker")


@pytest.fixture
def cast() -> Cast:
    """Agencies bound by a memorandum."""
    return gather()


def hidden(cast: Cast) -> dict[str, UUID]:
    """Records of a treatment programme about somebody who has signed consents, merged with another record."""
    person, record = someone(cast, "part2_program")
    _, elsewhere = someone(cast, "health")
    people.link(by=SETUP, left=record.id, right=elsewhere.id)
    consented(cast, person, "roi", ["school"], ["case_plan"])
    consented(cast, person, "roi", ["hospital"], ["identity"])
    counselor = cast["sud_counselor"]
    assert counselor.agency
    case = cases.open_case(
        by=counselor, person=person, agency=counselor.agency, manager=UUID(counselor.id)
    ).id
    encounter = uuid4()
    about = Subject("encounter", encounter)
    sharing.hold(by=SETUP, subject=about, agency=counselor.agency, person=person, call=uuid4())
    return {"case": case, "source_record": record.id, "encounter": encounter}


CATEGORIES = {"case": "case_plan", "source_record": "identity", "encounter": "encounter_narrative"}


def steps(found: CaptureQueriesContext) -> Iterator[str]:
    """Each statement without its values and without how many of them it lists."""
    for query in found.captured_queries:
        plain = re.sub(r"'[^']*'|\b\d+\b|\"s\d+_x\d+\"", "?", query["sql"])  # values, names of savepoints
        yield re.sub(r"\((\?(, )?)+\)", "(?)", plain.replace("::uuid", ""))


def same(ask, real: UUID) -> None:
    """Ask for both, each after a first time that warms what is composed once."""
    seen = []
    for one in (real, uuid4(), real, uuid4()):
        with CaptureQueriesContext(connection) as found:
            answer = ask(one)
        body = re.sub(rb'(value|nonce|content)="[A-Za-z0-9_+/=-]{16,}"', b"", answer.content)
        seen.append((answer.status_code, body.replace(str(one).encode(), b"ID"), list(steps(found))))
    assert seen[2] == seen[3]
    assert seen[2][0] == 404 and seen[2][2]


@pytest.mark.parametrize("role", ASKERS)
@pytest.mark.parametrize("kind", CATEGORIES)
def test_the_question_why(cast: Cast, role: str, kind: str) -> None:
    """Asked of the gate itself."""
    program = Program(cast[role])
    asked = {"kind": kind, "category": CATEGORIES[kind], "purpose": "care_coordination"}
    same(lambda one: program.post("trust/why", id=str(one), **asked), hidden(cast)[kind])


@pytest.mark.parametrize("role", ["clinician", "cit_officer", "crisis_worker"])
def test_an_encounter(cast: Cast, role: str) -> None:
    program = Program(cast[role])
    same(lambda one: program.get(f"encounters/{one}"), hidden(cast)["encounter"])


def test_a_case_as_a_page_and_over_the_interface(cast: Cast) -> None:
    manager, real = cast["case_manager"], hidden(cast)["case"]
    program, page = Program(manager), visit(manager)
    same(lambda one: program.get(f"cases/{one}/plan"), real)
    same(lambda one: page.get(f"/cases/{one}/"), real)


def test_a_persons_records(cast: Cast) -> None:
    """Somebody whom a treatment programme alone knows, and nobody."""
    person, _ = someone(cast, "part2_program")

    def shown(actor: Actor, one: UUID) -> tuple[int, bytes]:
        answer = Program(actor).get(f"people/{one}/records?purpose=care_coordination")
        return answer.status_code, answer.content

    for role in ("case_manager", "records_steward", "clinician"):
        assert shown(cast[role], person) == shown(cast[role], uuid4()), role


def test_a_referral() -> None:
    """Between two other agencies: neither as a page nor over the interface."""
    it = loop()
    real, stranger = it.refer(), it.cast["hospital_staff"]
    program, page = Program(stranger), visit(stranger)
    same(lambda one: program.get(f"referrals/{one}"), real)
    same(lambda one: page.get(f"/referrals/{one}/"), real)
