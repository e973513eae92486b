"""From one shift to the next: given, every item looked at, taken by another; told of where nobody comes."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.encounters import actions as encounters
from commonweal.encounters.models import Encounter
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, events, queries
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import someone, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="centre")
def at_work() -> Centre:
    return open_centre()


@pytest.fixture(name="comes")
def incoming(centre: Centre) -> Actor:
    """The next call taker."""
    return worker(centre.cast.agency["ecc"], "call_taker", "next.one")


def test_every_item_is_looked_at_before_the_shift_is_taken(centre: Centre, comes: Actor) -> None:
    items = [Subject("call", uuid4()), Subject("follow_up", uuid4())]
    given = actions.give_shift(by=centre.desk, items=[*items, items[0]], note="Printer is out of paper.")
    assert given.items == [[one.kind, str(one.id)] for one in items]
    with pytest.raises(Invalid, match="every item"):
        actions.take_shift(by=comes, handover=given.id, seen=[items[0].id])
    taken = actions.take_shift(by=comes, handover=given.id, seen=[one.id for one in items])
    assert taken.taken_by == comes.id and not queries.shifts_waiting(centre.cast.agency["ecc"]).exists()
    with pytest.raises(Conflict, match="already"):
        actions.take_shift(by=comes, handover=given.id, seen=[one.id for one in items])
    assert JournalLine.objects.filter(kind__startswith="messages.shift_").count() == 2


def test_nobody_takes_their_own_nor_another_centres(centre: Centre) -> None:
    given = actions.give_shift(by=centre.desk, items=[])
    with pytest.raises(Conflict, match="another person"):
        actions.take_shift(by=centre.desk, handover=given.id, seen=[])
    for by in (worker(centre.cast.agency["lifeline_988"], "supervisor"), centre.cast["crisis_worker"]):
        with pytest.raises(NotFound):
            actions.take_shift(by=by, handover=given.id, seen=[])
    with pytest.raises(Invalid, match="takes calls"):
        actions.give_shift(by=centre.cast["crisis_worker"], items=[])
    with pytest.raises(Invalid, match="Use one of"):
        actions.give_shift(by=centre.desk, items=[Subject("person", uuid4())])


def test_giving_again_replaces_what_nobody_took(centre: Centre, comes: Actor) -> None:
    actions.give_shift(by=centre.desk, items=[Subject("call", uuid4())])
    second = actions.give_shift(by=centre.desk, items=[])
    assert [one.id for one in queries.shifts_waiting(centre.cast.agency["ecc"])] == [second.id]


def test_an_open_alarm_goes_to_a_supervisor(centre: Centre, comes: Actor) -> None:
    alarm = Subject("duress", uuid4())
    given = actions.give_shift(by=centre.desk, items=[alarm])
    with pytest.raises(Invalid, match="supervisor"):
        actions.take_shift(by=comes, handover=given.id, seen=[alarm.id])
    assert actions.take_shift(by=centre.cast["supervisor"], handover=given.id, seen=[alarm.id]).taken_at


def test_a_shift_that_nobody_takes_is_told_once(centre: Centre) -> None:
    given, keeper = actions.give_shift(by=centre.desk, items=[]), centre.cast["supervisor"]
    assert actions.tell_of_untaken_shifts(by=system("flow")) == 0
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert actions.tell_of_untaken_shifts(by=system("flow")) == 1
        assert actions.tell_of_untaken_shifts(by=system("flow")) == 0
    flow.tell_of_an_untaken_shift(events.ShiftNotTaken(handover=given.id, agency=given.agency))
    assert [line.kind for line in queries.unread(keeper)] == ["shift_not_taken"]


class TestPage:
    """What a dispatcher sees when the shift changes."""

    def test_open_calls_are_given_and_taken_with_a_tick_each(self, centre: Centre, comes: Actor) -> None:
        call = centre.call(TROUBLED)
        client, other = visit(centre.desk), visit(comes)
        page = client.get(reverse("board:handover")).content.decode()
        assert reverse("board:call", args=[call]) in page and "I take this shift" not in page
        client.post(reverse("board:handover_give"), {"note": "Quiet so far."})
        (given,) = queries.shifts_waiting(centre.cast.agency["ecc"])
        page = other.get(reverse("board:handover")).content.decode()
        assert "Quiet so far." in page and f'value="{call}"' in page
        take = reverse("board:handover_take", args=[given.id])
        assert other.post(take).status_code == 400
        assert other.post(take, {"seen": [str(call)]}).status_code == 302
        assert "The shift is yours." in other.get(reverse("board:handover")).content.decode()

    def test_what_was_settled_meanwhile_says_so(self, centre: Centre, comes: Actor) -> None:
        call = centre.call(TROUBLED)
        visit(centre.desk).post(reverse("board:handover_give"))
        calls.cancel(by=centre.desk, call=call, reason="caller hung up")
        assert "Settled since it was given" in visit(comes).get(reverse("board:handover")).content.decode()

    def test_who_came_again_is_noticed_by_those_whom_the_gate_lets_know(self, centre: Centre) -> None:
        person, _record = someone(centre.cast)
        for _ in range(3):
            calls.identify(by=centre.desk, call=centre.call(), person=person)
        (one,) = call_queries.repeats(centre.cast.agency["ecc"])
        assert (one.person, one.calls) == (person, 3)
        page = visit(centre.desk).get(reverse("board:handover")).content.decode()
        assert "3 calls" in page
        other = worker(centre.cast.agency["lifeline_988"], "call_taker")
        assert "3 calls" not in visit(other).get(reverse("board:handover")).content.decode()
        with clock.at(clock.now() + timedelta(days=31)):
            assert not call_queries.repeats(centre.cast.agency["ecc"])

    def test_a_lifeline_call_is_on_no_hand_over_of_another_centre(self, centre: Centre) -> None:
        lifeline = worker(centre.cast.agency["lifeline_988"], "call_taker")
        made = calls.receive(by=lifeline, source="lifeline_988", where=calls.Where(address="7 Quiet Lane"))
        visit(centre.desk).post(reverse("board:handover_give"))
        (given,) = queries.shifts_waiting(centre.cast.agency["ecc"])
        assert UUID(str(made.id)) not in {UUID(id_) for _kind, id_ in given.items}

    def test_follow_ups_are_handed_over_while_they_are_fresh(self, centre: Centre) -> None:
        """One of yesterday is an item with whose it is; one of last month is a number, and no box to tick."""
        call, worker_ = centre.call(TROUBLED), centre.crews["T1"][0]
        made = encounters.open_encounter(by=worker_, call=call, description="a man at the bus stop")
        client = visit(centre.desk)
        for days, shown in ((1, True), (30, False)):
            Encounter.objects.filter(id=made.id).update(follow_up_due=clock.now() - timedelta(days=days))
            page = client.get(reverse("board:handover")).content.decode()
            assert ("Nobody&#x27;s yet" in page or "Nobody's yet" in page) is shown
            assert ("1 older one" in page) is not shown and "None due" not in page
            client.post(reverse("board:handover_give"))
            (given,) = queries.shifts_waiting(centre.cast.agency["ecc"])
            assert (["follow_up", str(made.id)] in given.items) is shown

    def test_strangers_to_the_board_are_turned_away(self, centre: Centre) -> None:
        client = visit(centre.cast["medic"])
        assert client.get(reverse("board:handover")).status_code == 403
        assert client.post(reverse("board:handover_give")).status_code == 403
