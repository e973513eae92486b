"""A silent alarm finds those who answer for the worker, and is not there for anybody else."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as staff
from commonweal.calls import actions, queries
from commonweal.cli.worker import Worker
from commonweal.kernel.actors import Actor
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions as messages
from commonweal.messages import queries as threads
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="centre")
def at_work() -> Centre:
    """A centre with units of police, health and EMS."""
    return open_centre()


def elsewhere(*, kind: str = "ecc") -> Actor:
    """A supervisor of another agency of the county."""
    home = agencies.open_agency(by=SETUP, name=f"Quayside {kind} {uuid4()}", kind=kind)
    return worker(home.id, "supervisor", f"far.{uuid4()}")


def reached(alarm: threads.Duress) -> set[UUID]:
    """Supervisors whom an alarm reaches."""
    return set(queries.hearers(alarm).supervisors)


def ids(*actors: Actor) -> set[UUID]:
    """Their accounts."""
    return {UUID(actor.id) for actor in actors}


def bosses_of(kind: str, centre: Centre) -> set[UUID]:
    """Supervisors at the cast's agency of a kind."""
    return set(staff.able_to("supervise", centre.cast.agency[kind]))


def bell(actor: Actor) -> list[tuple[str, str]]:
    """What rang, and where it leads."""
    return [(line.kind, line.link) for line in threads.unread(actor)]


class TestWhoHears:
    """Own agency, the unit's agency, the centre that sent them; the other crews on the call."""

    def test_on_a_call_its_centre_the_two_agencies_and_the_other_crew(self, centre: Centre) -> None:
        far, own = elsewhere(), worker(centre.cast.agency["police"], "supervisor", "sergeant")
        units = worker(centre.cast.agency["health"], "supervisor", "health.lead")
        call = centre.call(TROUBLED)
        actions.dispatch(
            by=centre.desk,
            call=call,
            units=[centre.units["CO1"], centre.units["P1"]],
            reason="Both are asked for",
        )
        officer, partner = centre.crews["CO1"]
        alarm = messages.raise_duress(by=officer, unit=centre.units["CO1"], call=call)
        second = next(a for a in bosses_of("ecc", centre) if a != UUID(centre.cast["supervisor"].id))
        assert reached(alarm) == ids(centre.cast["supervisor"], own, units) | {second}
        found = queries.hearers(alarm)
        assert found.crews == ids(partner, centre.crews["P1"][0])
        Worker().catch_up()
        assert [bell(a) for a in (own, units, centre.cast["supervisor"])] == [[("duress", "/board/")]] * 3
        assert ("duress", "/field/") in bell(centre.crews["P1"][0])
        for silent in (far, officer, centre.crews["T1"][0], centre.desk):
            assert "duress" not in [kind for kind, _link in bell(silent)]

    def test_crews_that_have_left_the_call_do_not_hear(self, centre: Centre) -> None:
        call = centre.call(TROUBLED)
        actions.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
        alarm = messages.raise_duress(by=centre.crews["CO1"][0], unit=centre.units["CO1"], call=call)
        actions.clear(by=centre.desk, call=call, is_behavioural_health=True)
        assert not queries.hearers(alarm).crews

    def test_between_calls_the_centre_that_sent_the_unit_last(self, centre: Centre) -> None:
        far = elsewhere()
        call = centre.call(TROUBLED)
        actions.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
        actions.clear(by=centre.desk, call=call, is_behavioural_health=True)
        alarm = messages.raise_duress(by=centre.crews["CO1"][0], unit=centre.units["CO1"])
        assert reached(alarm) == bosses_of("ecc", centre) and UUID(far.id) not in reached(alarm)

    def test_where_nobody_answers_for_the_worker_every_centre_hears(self, centre: Centre) -> None:
        far = elsewhere()
        alarm = messages.raise_duress(by=centre.crews["T1"][0], unit=centre.units["T1"])
        assert reached(alarm) == bosses_of("ecc", centre) | ids(far)

    def test_a_supervisor_in_need_is_not_told_of_herself(self, centre: Centre) -> None:
        """The phone may be in other hands."""
        boss = centre.cast["supervisor"]
        alarm = messages.raise_duress(by=boss)
        assert reached(alarm) == bosses_of("ecc", centre) - ids(boss) and not queries.hears(boss, alarm)

    def test_a_missed_timer_takes_the_same_way(self, centre: Centre) -> None:
        far, lead = elsewhere(), worker(centre.cast.agency["health"], "supervisor", "health.lead")
        near = queries.supervisors_near(centre.units["T1"], None)
        assert near == ids(lead) and UUID(far.id) not in near


def test_the_board_of_another_centre_neither_shows_nor_closes_it(centre: Centre) -> None:
    """To them it is an alarm that does not exist; nothing is journalled as closed."""
    call = centre.call(TROUBLED)
    actions.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    alarm = messages.raise_duress(by=centre.crews["CO1"][0], unit=centre.units["CO1"], call=call)
    far, near = visit(elsewhere()), visit(centre.cast["supervisor"])
    assert "Silent alarm" not in far.get(reverse("board:now")).content.decode()
    refused = [far.post(reverse("board:alarm", args=[one])).status_code for one in (alarm.id, uuid4())]
    assert refused == [404, 404] and not JournalLine.objects.filter(kind="messages.duress_closed").exists()
    assert "Silent alarm" in near.get(reverse("board:now")).content.decode()
    assert near.post(reverse("board:alarm", args=[alarm.id])).status_code == 302
    [line] = JournalLine.objects.filter(kind="messages.duress_closed")
    assert line.subject == str(alarm.id) and line.actor == centre.cast["supervisor"].id
