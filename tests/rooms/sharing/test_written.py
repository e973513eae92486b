"""Every way through the gate leaves its line, and its row where one is owed."""

from uuid import UUID

import pytest

from commonweal.cases import actions as tables
from commonweal.community import actions as community
from commonweal.community import queries as voices
from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Disclosure, Review
from factories import cases
from factories.cast import SETUP, Cast, agree, gather, someone

pytestmark = pytest.mark.django_db
EMERGENCY = sharing.Circumstances(break_glass="Unconscious, no papers")


@pytest.fixture
def cast() -> Cast:
    """Agencies bound by a memorandum."""
    return gather()


def lines(kind: str, by: str) -> list[JournalLine]:
    """The lines of one kind that this account wrote."""
    return list(JournalLine.objects.filter(kind=kind, actor=by))


def test_a_read_at_home_leaves_a_line_and_no_row(cast: Cast) -> None:
    steward = cast["records_steward"]
    _, record = someone(cast, "police")
    answer = sharing.ask(by=steward, category="identity", purpose="administration", about=record)
    [line] = lines("sharing.read", steward.id)
    assert line.data["id"] == str(record.id)
    assert line.data["fields"] == sorted(answer.fields)
    assert not Disclosure.objects.exists()


def test_a_refusal_leaves_a_line(cast: Cast) -> None:
    analyst = cast["analyst"]
    _, record = someone(cast, "police")
    sharing.ask(by=analyst, category="identity", purpose="evaluation", about=record)
    assert len(lines("sharing.refused", analyst.id)) == 1


def test_a_read_of_another_house_leaves_a_line_and_the_row_that_names_it(cast: Cast) -> None:
    at = cases.support(cast)
    manager = at.manager
    person, record = someone(cast, "police", given="Lena", family="Ortiz")
    sharing.tie(by=SETUP, subject=Subject("person", person), relation="care", account=UUID(manager.id))
    sharing.ask(by=manager, category="identity", purpose="care_coordination", about=record)
    line = lines("sharing.read", manager.id)[-1]
    row = Disclosure.objects.get(subject=record.id, account=manager.id)
    assert row.line == line.id
    assert row.fields == line.data["fields"]
    assert (row.source_agency, row.agency) == (cast.agency["police"], manager.agency)


def test_broken_glass_leaves_a_line_a_review_and_an_alert(cast: Cast) -> None:
    medic = cast["medic"]
    _, record = someone(cast, "health")
    sharing.ask(by=medic, category="identity", purpose="emergency", about=record, circumstances=EMERGENCY)
    assert lines("sharing.read", medic.id) or lines("sharing.refused", medic.id)
    review = Review.objects.get(account=medic.id)
    [alert] = lines("sharing.alerted", medic.id)
    assert (review.why, review.subject) == ("break_glass", record.id)
    assert alert.data["review"] == str(review.id)


def test_totals_leave_one_line_for_the_table(cast: Cast) -> None:
    analyst = cast["analyst"]
    sharing.ask_totals(by=analyst, category="call_facts", purpose="evaluation", counts={"a": 20, "b": 3})
    [line] = lines("sharing.totals", analyst.id)
    assert (line.data["cells"], line.data["hidden"]) == (1, 1)


def test_a_set_leaves_a_line_an_origin(cast: Cast) -> None:
    analyst = cast["analyst"]
    said = sharing.Circumstances(deidentified=True)
    sharing.ask_set(
        by=analyst, category="call_facts", purpose="evaluation", source_programs=["ecc", "lifeline_988"],
        circumstances=said,
    )  # fmt: skip
    written = lines("sharing.read", analyst.id) + lines("sharing.refused", analyst.id)
    assert len(written) == 2


def test_a_discussion_read_leaves_a_line(cast: Cast) -> None:
    charter = agree(cast, list(cast.agency.values()), (cases.CHARTER,))
    person, _ = someone(cast, "social_service")
    table = tables.open_table(by=SETUP, name="Eastside table", charter=charter)
    manager = cast["case_manager"]
    assert manager.agency
    tables.seat(by=SETUP, table=table.id, account=UUID(manager.id), agency=manager.agency)
    first = cases.Hub(cast, table.id, person, {"case_manager": manager}).open()
    tables.read_room(by=manager, discussion=first)
    [line] = lines("cases.discussion_read", manager.id)
    assert line.subject == str(first)


def test_a_voice_read_leaves_a_line(cast: Cast) -> None:
    liaison = cast["community_liaison"]
    said, _ = community.receive_feedback(text="They listened.", scores={}, agency=cast.agency["police"])
    community.read_feedback(by=liaison, feedback=list(voices.waiting()))
    [line] = lines("community.feedback_read", liaison.id)
    assert line.subject == str(said.id)
