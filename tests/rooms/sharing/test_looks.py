"""A screen that draws itself again: asked each time, written once a minute or when the answer changes."""

import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions, looks
from commonweal.sharing.models import Review
from factories.calls import CALM, Centre, open_centre
from factories.cast import worker

# a look counts as written when its line is committed
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def centre() -> Iterator[Centre]:
    looks.forget()
    yield open_centre(staffed=False)
    looks.forget()


def draw(by: Actor, *calls: UUID, redraws: bool = True) -> dict[Subject, actions.Permit | actions.Refusal]:
    """The board asks for these calls."""
    about = [Subject("call", call) for call in calls]
    return actions.ask_many(by=by, category="call_facts", purpose="emergency", about=about, redraws=redraws)


def lines(by: Actor, call: UUID) -> list[str]:
    """What the journal says that this actor was told of a call."""
    found = JournalLine.objects.filter(actor=by.id, subject=call, purpose="emergency").order_by("id")
    return [line.kind for line in found if line.kind.startswith("sharing.")]


def test_the_same_board_drawn_again_is_one_look(centre: Centre) -> None:
    call = centre.call(CALM)
    before = len(lines(centre.desk, call))
    first, second = draw(centre.desk, call), draw(centre.desk, call)
    assert isinstance(first[Subject("call", call)], actions.Permit) and first == second
    assert len(lines(centre.desk, call)) == before + 1


def test_a_new_call_on_the_board_is_written_alone(centre: Centre) -> None:
    old = centre.call(CALM)
    draw(centre.desk, old)
    new, before = centre.call(CALM), len(lines(centre.desk, old))
    draw(centre.desk, old, new)
    assert len(lines(centre.desk, old)) == before and lines(centre.desk, new)


def test_each_viewer_has_a_line(centre: Centre) -> None:
    call, other = centre.call(CALM), worker(centre.cast.agency["ecc"], "supervisor", "wall")
    draw(centre.desk, call)
    draw(other, call)
    assert lines(other, call)


def test_a_person_who_asks_is_written_each_time(centre: Centre) -> None:
    call = centre.call(CALM)
    before = len(lines(centre.desk, call))
    for _ in range(3):
        draw(centre.desk, call, redraws=False)
    draw(centre.desk, call)
    assert len(lines(centre.desk, call)) == before + 4, "what a person opened is no look of the screen's own"


def test_after_a_minute_it_is_another_look(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    call = centre.call(CALM)
    draw(centre.desk, call)
    before, begun = len(lines(centre.desk, call)), time.monotonic()
    monkeypatch.setattr(looks.time, "monotonic", lambda: begun + looks.RENEWED - 1)
    draw(centre.desk, call)
    assert len(lines(centre.desk, call)) == before
    monkeypatch.setattr(looks.time, "monotonic", lambda: begun + looks.RENEWED + 1)
    draw(centre.desk, call)
    assert len(lines(centre.desk, call)) == before + 1


def test_another_answer_is_written_at_once(centre: Centre) -> None:
    """The account is suspended between two drawings."""
    call, other = centre.call(CALM), worker(centre.cast.agency["ecc"], "supervisor", "later")
    about = Subject("call", call)
    assert isinstance(draw(other, call)[about], actions.Permit)
    told = lines(other, call)
    suspended = replace(other, account_active=False)
    assert isinstance(draw(suspended, call)[about], actions.Refusal)
    assert len(lines(other, call)) == len(told) + 1
    draw(suspended, call)
    assert len(lines(other, call)) == len(told) + 1, "the same refusal again is one look too"


def test_what_is_rolled_back_was_not_written(centre: Centre) -> None:
    from django.db import transaction

    call = centre.call(CALM)
    with pytest.raises(RuntimeError), transaction.atomic():
        draw(centre.desk, call)
        raise RuntimeError
    before = len(lines(centre.desk, call))
    draw(centre.desk, call)
    assert len(lines(centre.desk, call)) == before + 1


def test_an_emergency_is_never_one_look(centre: Centre) -> None:
    """Where a review is owed, each reading is told of."""
    call, threat = centre.call(CALM, source="lifeline_988"), None
    about = Subject("call", call)
    for n in range(1, 4):
        threat = actions.ask_many(
            by=centre.desk, category="call_facts", purpose="emergency", about=[about], redraws=True,
            circumstances=actions.Circumstances(imminent_threat=True, incident=call),
        )[about]  # fmt: skip
        assert "post_review" in threat.obligations or "alert_privacy" in threat.obligations
        assert Review.objects.filter(subject=call).count() == n


def test_too_many_looks_are_forgotten_and_written_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "MOST", 2)
    calls = [centre.call(CALM) for _ in range(2)]
    draw(centre.desk, *calls)
    before = [len(lines(centre.desk, call)) for call in calls]
    draw(centre.desk, centre.call(CALM))
    draw(centre.desk, *calls)
    assert [len(lines(centre.desk, call)) for call in calls] == [n + 1 for n in before]
