"""Fifty boards after one act: read once, drawn once for who may see the same, asked and recorded for each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.kernel import journal
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions as messages
from commonweal.web.board import shared
from factories.calls import CALM, TROUBLED, Centre, open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    """A centre at work."""
    return open_centre()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every reading of a centre's board, by its agency."""
    found: list[Any] = []
    read: Callable[[Any], shared.Moment] = shared.read

    def counted(agency: Any) -> shared.Moment:
        found.append(agency)
        return read(agency)

    monkeypatch.setattr(shared, "read", counted)
    monkeypatch.setattr(shared, "_moments", {})
    return found


def heard() -> int:
    """What a browser has heard once everything so far is sealed."""
    journal.seal_all()
    return journal.position()


def draws(client: Client, after: int | None = None, **headers: str) -> str:
    """The fragment as live.js fetches it."""
    said = headers | ({} if after is None else {"X-Heard": str(after)})
    answer = client.get(reverse("board:now"), headers=said)
    assert answer.status_code == 200
    return answer.content.decode()


def looks() -> int:
    """How many answers of the gate the journal holds."""
    return JournalLine.objects.filter(kind__in=("sharing.read", "sharing.refused")).count()


def test_those_who_heard_of_the_same_act_share_one_reading(centre: Centre, reads: list[Any]) -> None:
    """And get the same bytes."""
    centre.call(TROUBLED)
    at, board = heard(), visit(centre.cast["supervisor"])
    first = draws(board, at)
    assert draws(board, at) == first and "400 block of Cedar Ave" in first
    assert len(reads) == 1


def test_each_look_is_asked_and_journalled_all_the_same(centre: Centre, reads: list[Any]) -> None:
    """A shared drawing is no shared permit: every viewer stands in the journal for every call."""
    centre.call(TROUBLED)
    centre.call(CALM)
    at, board = heard(), visit(centre.cast["supervisor"])
    before = looks()
    for _ in range(3):
        draws(board, at)
    assert looks() - before == 3 * 2 and len(reads) == 1


def test_what_was_heard_of_is_never_drawn_from_before_it(centre: Centre, reads: list[Any]) -> None:
    """The next act makes a new reading, however young the last one is."""
    board = visit(centre.cast["supervisor"])
    centre.call(TROUBLED)
    draws(board, heard())
    later = centre.call(CALM)
    assert str(later) in draws(board, heard()) and len(reads) == 2


@pytest.mark.parametrize("said", ["", "0", "-3", "soon", "9" * 30, "٣"])
def test_whoever_does_not_say_what_was_heard_gets_it_fresh(
    centre: Centre, reads: list[Any], said: str
) -> None:
    """The half-minute's refresh, a page without a stream, nonsense."""
    board = visit(centre.cast["supervisor"])
    draws(board, heard())
    call = centre.call(TROUBLED)
    headers = {"X-Heard": said} if said.isascii() else {}
    assert str(call) in draws(board, None, **headers) and len(reads) == 2


def test_a_moment_grows_old(centre: Centre, reads: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer that fell due is not in the journal yet."""
    board, at = visit(centre.cast["supervisor"]), (centre.call(CALM), heard())[1]
    draws(board, at)
    monkeypatch.setattr(shared, "STANDS", 0.0)
    draws(board, at)
    assert len(reads) == 2


def test_another_language_is_drawn_for_itself(centre: Centre, reads: list[Any]) -> None:
    """From the same reading."""
    centre.call(TROUBLED)
    at, board, spanish = heard(), visit(centre.cast["supervisor"]), visit(centre.cast["supervisor"])
    spanish.cookies["django_language"] = "es"
    assert "Holding" in draws(board, at) and "Holding" not in draws(spanish, at)
    assert len(reads) == 1


def test_an_alarm_reaches_only_those_it_is_for(centre: Centre, reads: list[Any]) -> None:
    """Drawn for each supervisor, with the own token; the call taker beside gets the shared drawing."""
    alarm = messages.raise_duress(by=centre.crews["P1"][0], unit=centre.units["P1"])
    at, board, taker = heard(), visit(centre.cast["supervisor"]), visit(centre.desk)
    assert str(alarm.id) in draws(board, at) and str(alarm.id) not in draws(taker, at)
    assert str(alarm.id) in draws(board, at)


def test_other_answers_of_the_gate_are_another_drawing(centre: Centre) -> None:
    """A call kept apart and a call opened, another role, another question: never the same key."""
    from commonweal.kernel.actors import Subject
    from commonweal.sharing.actions import ask_many

    call = Subject("call", centre.call(TROUBLED))
    closed = Subject("call", centre.call(CALM, source="lifeline_988"))
    keys = {
        shared.alike(ask_many(by=by, category="call_facts", purpose=purpose, about=about))
        for by in (centre.cast["supervisor"], centre.desk, centre.cast["analyst"])
        for purpose in ("emergency", "public_reporting")
        for about in ([call], [closed], [call, closed])
    }
    assert len(keys) == 2 * 2 * 3  # supervisor and call taker stand under one role of the policy


def test_two_of_one_role_and_centre_have_one_key(centre: Centre) -> None:
    """Their account is not in it."""
    from dataclasses import replace

    from commonweal.kernel.actors import Subject
    from commonweal.sharing.actions import ask_many

    first = centre.cast["supervisor"]
    other = replace(first, id=centre.crews["P1"][0].id)
    about = [Subject("call", centre.call(TROUBLED))]
    answers = [
        ask_many(by=by, category="call_facts", purpose="emergency", about=about) for by in (first, other)
    ]
    assert shared.alike(answers[0]) == shared.alike(answers[1])


def test_another_centre_has_its_own_moment(centre: Centre, reads: list[Any]) -> None:
    """Nothing of one centre's board stands on another's."""
    call = centre.call(TROUBLED)
    at = heard()
    here = shared.moment(centre.cast.agency["ecc"], at)
    there = shared.moment(centre.cast.agency["police"], at)
    assert [view.id for view in here.views] == [call] and list(there.views) == []
    assert len(reads) == 2


def test_an_act_that_ends_a_call_takes_it_off_every_board(centre: Centre, reads: list[Any]) -> None:
    """The journey: it came, everybody saw it, it ended, nobody does."""
    board, taker = visit(centre.cast["supervisor"]), visit(centre.desk)
    call = centre.call(TROUBLED)
    at = heard()
    assert str(call) in draws(board, at) and str(call) in draws(taker, at)
    calls.cancel(by=centre.desk, call=call, reason="Spoke; went home.")
    at = heard()
    assert str(call) not in draws(board, at) and str(call) not in draws(taker, at)
