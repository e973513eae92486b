"""What the gate reads of training follows the day; a night on which nothing changes leaves no line."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal import flow
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from commonweal.sharing.models import Tie
from commonweal.training import actions, queries
from commonweal.training.models import Certificate, Settled
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
TODAY = clock.today()
NIGHT = timedelta(days=1)


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """A medic must hold a certificate; without it they see less."""
    cast = gather(partners=False)
    cast.account("medic")
    actions.require(by=SETUP, role="medic", certificate="cit_40h", narrows_sight=True)
    return cast


def told() -> list[list[str]]:
    """What the journal says lapsed, line by line."""
    lines = JournalLine.objects.filter(kind="training.standing_changed").order_by("id")
    return [line.data["lapsed"] for line in lines]


def narrowed(cast: Cast) -> bool:
    """Whether the gate takes the medic for lapsed."""
    found = Tie.objects.filter(relation="training_lapsed", account=cast.account("medic"), until__isnull=True)
    assert found.count() <= 1
    return found.exists()


def nights(first: int, last: int) -> None:
    """The clockwork of those nights from today on."""
    start = clock.now()
    for night in range(first, last):
        with clock.at(start + night * NIGHT):
            flow.mind_certificates()


def test_nights_on_which_nothing_changes_leave_no_line(cast: Cast) -> None:
    assert told() == [["cit_40h"]] and narrowed(cast), "the requirement itself settled it"
    lines = JournalLine.objects.count()
    nights(0, 5)
    assert JournalLine.objects.count() == lines and narrowed(cast)


def test_time_alone_lapses_it_once_and_a_new_one_mends_it_once(cast: Cast) -> None:
    medic = cast.account("medic")
    actions.award(by=SETUP, account=medic, kind="cit_40h", valid_from=TODAY, months=1)
    assert told() == [["cit_40h"], []] and not narrowed(cast)
    last = (Certificate.objects.get().valid_until - TODAY).days
    nights(last - 2, last)
    assert told() == [["cit_40h"], []], "still valid"
    nights(last + 2, last + 5)
    assert told() == [["cit_40h"], [], ["cit_40h"]] and narrowed(cast)
    with clock.at(clock.now() + (last + 5) * NIGHT):
        day = clock.today()
        actions.award(by=SETUP, account=medic, kind="cit_40h", valid_from=day, months=12)
    assert told() == [["cit_40h"], [], ["cit_40h"], []] and not narrowed(cast)


def test_the_hourly_clockwork_minds_certificates() -> None:
    assert (timedelta(hours=1), flow.mind_certificates) in flow.TIMERS


def test_only_whoever_changed_is_told_of(cast: Cast) -> None:
    medic, other = cast.account("medic"), cast.account("patrol_officer")
    before = len(told())
    assert actions.settle_standing(by=SETUP, accounts=[medic, other]) == 0
    Certificate.objects.create(
        account=medic, kind="cit_40h", valid_from=TODAY - NIGHT, valid_until=TODAY + NIGHT
    )
    assert actions.settle_standing(by=SETUP, accounts=[medic, other]) == 1
    assert len(told()) == before + 1
    assert JournalLine.objects.filter(kind="training.standing_changed").latest("id").subject == str(medic)


def test_sight_that_a_requirement_no_longer_narrows_opens_and_is_told(cast: Cast) -> None:
    """The lapse stands; what it does has changed."""
    actions.require(by=SETUP, role="medic", certificate="cit_40h", narrows_sight=False)
    assert not narrowed(cast) and told() == [["cit_40h"], ["cit_40h"]]
    [wanted] = queries.requirements("medic")
    actions.release(by=SETUP, requirement=wanted.id)
    assert told()[-1] == [] and Settled.objects.get(account=cast.account("medic")).lapsed == []


def test_a_tie_from_before_the_first_settling_is_mended(cast: Cast) -> None:
    """As an instance of an earlier version has it: the tie is there, the row is not."""
    medic = cast.account("medic")
    Certificate.objects.create(account=medic, kind="cit_40h", valid_from=TODAY - NIGHT, valid_until=TODAY)
    Settled.objects.all().delete()
    lines = len(told())
    assert narrowed(cast)
    assert actions.settle_standing(by=SETUP, accounts=[medic]) == 0
    assert not narrowed(cast) and len(told()) == lines


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=some.lists(some.tuples(some.integers(0, 12), some.integers(0, 5)), max_size=3))
def test_the_journal_alternates_and_the_gate_agrees_every_night(
    cast: Cast, spans: list[tuple[int, int]]
) -> None:
    """Whatever is held and when: no two lines in a row say the same; the tie stands just while lapsed."""
    with transaction.atomic():
        medic = cast.account("medic")
        for first, length in spans:
            Certificate.objects.create(
                account=medic, kind="cit_40h", valid_from=TODAY + first * NIGHT,
                valid_until=TODAY + (first + length) * NIGHT,
            )  # fmt: skip
        start = clock.now()
        for night in range(16):
            with clock.at(start + night * NIGHT):
                flow.mind_certificates()
                held = any(first <= night <= first + length for first, length in spans)
                assert narrowed(cast) is not held
        assert all(a != b for a, b in pairwise(told()))
        transaction.set_rollback(True)
