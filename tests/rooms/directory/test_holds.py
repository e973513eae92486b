"""A bed kept for somebody on the way: it counts, it ends by itself, the last one is kept once."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.directory import actions, queries
from commonweal.directory.models import PlaceHold
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, system
from commonweal.kernel.errors import CommonwealError, Conflict, Invalid, NotFound
from commonweal.kernel.ids import new_id
from commonweal.kernel.models import JournalLine
from factories import directory as make
from factories.cast import Cast, gather

pytestmark = pytest.mark.django_db
CLERK = system("test")
EVENING = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies and their workers."""
    return gather(partners=True)


@pytest.fixture(name="night")
def night_worker(cast: Cast) -> Actor:
    """The night worker of the shelter."""
    return cast["shelter_worker"]


@pytest.fixture(name="crew")
def a_crew(cast: Cast) -> Actor:
    """Somebody who sends referrals."""
    return cast["case_manager"]


@pytest.fixture(name="beds")
def the_beds(cast: Cast) -> UUID:
    """The shelter's beds."""
    return make.service("Lantern", agency=cast.agency["hmis_shelter"], capacity_unit="beds")


def free(beds: UUID) -> int | None:
    """What is shown as free."""
    room = queries.capacity(beds)
    return room.available if room else None


def test_a_held_bed_is_off_the_free_ones_and_stays_in_what_was_posted(
    night: Actor, crew: Actor, beds: UUID
) -> None:
    actions.post_capacity(by=night, service=beds, available=3)
    actions.hold_place(by=crew, service=beds, cause=new_id())
    room = queries.capacity(beds)
    assert room and (room.available, room.held, room.posted) == (2, 1, 3)
    assert queries.summaries([beds])[beds].room == room


def test_it_ends_by_itself_even_before_the_timer_has_looked(night: Actor, crew: Actor, beds: UUID) -> None:
    cause = new_id()
    with clock.at(EVENING):
        actions.post_capacity(by=night, service=beds, available=1)
        hold = actions.hold_place(by=crew, service=beds, cause=cause)
        assert hold.until == EVENING + timedelta(hours=2) and free(beds) == 0
        assert actions.end_late_holds(by=CLERK) == 0
    with clock.at(EVENING + timedelta(hours=2, seconds=1)):
        assert free(beds) == 1
        assert actions.end_late_holds(by=CLERK) == 1
        assert actions.end_late_holds(by=CLERK) == 0
        held = queries.hold_for(cause)
        assert held and (held.how, held.stands, held.minutes_left) == ("expired", False, 0)
    assert JournalLine.objects.filter(kind="directory.hold_ended").count() == 1


def test_it_is_extended_once_and_not_twice(night: Actor, crew: Actor, beds: UUID) -> None:
    cause = new_id()
    with clock.at(EVENING):
        actions.post_capacity(by=night, service=beds, available=1)
        actions.hold_place(by=crew, service=beds, cause=cause)
        longer = actions.extend_hold(by=crew, cause=cause)
        assert longer.until == EVENING + timedelta(hours=4)
        with pytest.raises(Conflict, match="extended once"):
            actions.extend_hold(by=night, cause=cause)
    with clock.at(EVENING + timedelta(hours=5)), pytest.raises(Conflict, match="No place is held"):
        actions.extend_hold(by=crew, cause=cause)


def test_the_last_bed_is_held_for_one(night: Actor, crew: Actor, beds: UUID) -> None:
    actions.post_capacity(by=night, service=beds, available=1)
    first = new_id()
    hold = actions.hold_place(by=crew, service=beds, cause=first)
    assert actions.hold_place(by=crew, service=beds, cause=first).id == hold.id
    for hand in (crew, night):
        with pytest.raises(Conflict, match="No place is left to hold: 1 free, 1 held"):
            actions.hold_place(by=hand, service=beds, cause=new_id())


def test_given_back_it_is_free_for_the_next(night: Actor, crew: Actor, beds: UUID) -> None:
    actions.post_capacity(by=night, service=beds, available=1)
    first, second = new_id(), new_id()
    actions.hold_place(by=crew, service=beds, cause=first)
    assert actions.release_hold(by=crew, cause=first)
    assert not actions.release_hold(by=crew, cause=first)
    assert actions.hold_place(by=crew, service=beds, cause=second).cause == second and free(beds) == 0


def test_who_comes_takes_the_place_once(night: Actor, crew: Actor, beds: UUID) -> None:
    cause = new_id()
    actions.post_capacity(by=night, service=beds, available=2)
    actions.hold_place(by=crew, service=beds, cause=cause)
    assert actions.arrive_on_hold(by=night, cause=cause)
    assert not actions.arrive_on_hold(by=night, cause=cause)
    room = queries.capacity(beds)
    assert room and (room.available, room.held, room.source) == (1, 0, "arrived")


def test_an_acceptance_takes_no_second_place_beside_the_held_one(
    night: Actor, crew: Actor, beds: UUID
) -> None:
    cause = new_id()
    actions.post_capacity(by=night, service=beds, available=2)
    actions.hold_place(by=crew, service=beds, cause=cause)
    actions.learn(by=CLERK, service=beds, cause=cause, had_room=True)
    assert free(beds) == 1
    actions.arrive_on_hold(by=night, cause=cause)
    assert free(beds) == 1
    assert actions.free_again(by=CLERK, service=beds, cause=cause) is None and free(beds) == 1


def test_who_comes_late_still_takes_a_place(night: Actor, crew: Actor, beds: UUID) -> None:
    cause = new_id()
    with clock.at(EVENING):
        actions.post_capacity(by=night, service=beds, available=2)
        actions.hold_place(by=crew, service=beds, cause=cause)
        actions.learn(by=CLERK, service=beds, cause=cause, had_room=True)
    with clock.at(EVENING + timedelta(hours=3)):
        actions.end_late_holds(by=CLERK)
        assert free(beds) == 2
        assert actions.arrive_on_hold(by=night, cause=cause) and free(beds) == 1


def test_an_accepted_person_has_a_place_and_needs_no_hold(night: Actor, crew: Actor, beds: UUID) -> None:
    cause = new_id()
    actions.post_capacity(by=night, service=beds, available=2)
    actions.learn(by=CLERK, service=beds, cause=cause, had_room=True)
    with pytest.raises(Conflict, match="its place is kept"):
        actions.hold_place(by=crew, service=beds, cause=cause)


def test_after_its_time_ran_out_only_the_house_holds_again(night: Actor, crew: Actor, beds: UUID) -> None:
    cause = new_id()
    with clock.at(EVENING):
        actions.post_capacity(by=night, service=beds, available=1)
        actions.hold_place(by=crew, service=beds, cause=cause)
    with clock.at(EVENING + timedelta(hours=3)), pytest.raises(Conflict, match="time ran out"):
        actions.hold_place(by=crew, service=beds, cause=cause)
    with clock.at(EVENING + timedelta(hours=3)):
        assert actions.hold_place(by=night, service=beds, cause=cause).until > clock.now()


class TestTheLimit:
    """How long: the county's file, the provider's own word, and no more than both allow."""

    def test_a_provider_holds_shorter_or_not_at_all(self, night: Actor, crew: Actor, beds: UUID) -> None:
        actions.post_capacity(by=night, service=beds, available=5)
        actions.set_hold_limit(by=night, service=beds, minutes=20)
        assert queries.hold_minutes(beds) == queries.summaries([beds])[beds].hold_minutes == 20
        with pytest.raises(Invalid, match="between 1 and 20"):
            actions.hold_place(by=crew, service=beds, cause=new_id(), minutes=21)
        actions.set_hold_limit(by=night, service=beds, minutes=0)
        with pytest.raises(Conflict, match="holds no places"):
            actions.hold_place(by=crew, service=beds, cause=new_id())

    @pytest.mark.parametrize("minutes", [-1, 481])
    def test_no_provider_goes_beyond_the_county(self, night: Actor, beds: UUID, minutes: int) -> None:
        with pytest.raises(Invalid, match="between 0 and 480"):
            actions.set_hold_limit(by=night, service=beds, minutes=minutes)

    def test_the_same_word_twice_is_one_line(self, night: Actor, beds: UUID) -> None:
        for _ in range(2):
            actions.set_hold_limit(by=night, service=beds, minutes=20)
        assert JournalLine.objects.filter(kind="directory.hold_limit_set").count() == 1

    def test_a_county_writes_its_own(self, beds: UUID, settings, tmp_path: Path) -> None:
        settings.COMMONWEAL_HOME = tmp_path
        (tmp_path / "holds.yaml").write_text("most: 90\nminutes: {beds: 240, other: 15}", "utf-8")
        assert queries.hold_minutes(beds) == 90

    @pytest.mark.parametrize(
        "text", ["", "most: 9", "most: 9\nminutes: {beds: 5}", "most: 0\nminutes: {other: 1}"]
    )
    def test_a_file_that_cannot_be_read_is_named(
        self, beds: UUID, settings, tmp_path: Path, text: str
    ) -> None:
        settings.COMMONWEAL_HOME = tmp_path
        (tmp_path / "holds.yaml").write_text(text, "utf-8")
        with pytest.raises(Invalid, match=r"holds\.yaml"):
            queries.hold_minutes(beds)


class TestWhoMayNot:
    """Strangers, other houses, and nobody where the number is unknown."""

    def test_strangers_hold_extend_and_limit_nothing(self, night: Actor, crew: Actor, beds: UUID) -> None:
        actions.post_capacity(by=night, service=beds, available=1)
        with pytest.raises(NotFound):
            actions.hold_place(by=STRANGER, service=beds, cause=new_id())
        cause = new_id()
        actions.hold_place(by=crew, service=beds, cause=cause)
        with pytest.raises(NotFound):
            actions.extend_hold(by=STRANGER, cause=cause)
        for other in (STRANGER, crew):
            with pytest.raises(NotFound):
                actions.set_hold_limit(by=other, service=beds, minutes=5)
        with pytest.raises(NotFound):
            actions.extend_hold(by=crew, cause=new_id())

    def test_nothing_is_held_at_a_house_that_never_counted_or_is_closed(
        self, night: Actor, crew: Actor, beds: UUID
    ) -> None:
        with pytest.raises(Conflict, match="Nobody has posted"):
            actions.hold_place(by=crew, service=beds, cause=new_id())
        assert actions.hold_place(by=night, service=beds, cause=new_id())
        actions.post_capacity(by=night, service=beds, available=4, is_open=False)
        with pytest.raises(Conflict, match="takes no referrals"):
            actions.hold_place(by=crew, service=beds, cause=new_id())


moves = some.lists(
    some.tuples(
        some.sampled_from("hold hold hold release arrive extend wait post".split()), some.integers(0, 4)
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves)
def test_whatever_is_tapped_no_more_is_held_than_was_free(
    night: Actor, crew: Actor, beds: UUID, moves: list[tuple[str, int]]
) -> None:
    """Shown and held never exceed what was posted; every hold ends or stands, never both."""
    causes, now = [new_id() for _ in range(5)], EVENING
    with transaction.atomic():
        with clock.at(now):
            actions.post_capacity(by=night, service=beds, available=2)
        for act, n in moves:
            now += timedelta(minutes=n * 30 if act == "wait" else 1)
            with clock.at(now):
                before = PlaceHold.objects.filter(ended_at__isnull=True, until__gt=now).count()
                _try(act, n, night, crew, beds, causes[n])
                room = queries.capacity(beds)
                standing = PlaceHold.objects.filter(ended_at__isnull=True, until__gt=now).count()
                assert room and room.posted is not None and room.available is not None
                assert room.available >= 0 and room.available + room.held == room.posted
                assert standing <= max(room.posted, before)
                assert act != "hold" or standing in (before, before + 1)
        transaction.set_rollback(True)


def _try(act: str, n: int, night: Actor, crew: Actor, beds: UUID, cause: UUID) -> None:
    does = {
        "hold": lambda: actions.hold_place(by=crew, service=beds, cause=cause),
        "release": lambda: actions.release_hold(by=crew, cause=cause),
        "arrive": lambda: actions.arrive_on_hold(by=night, cause=cause),
        "extend": lambda: actions.extend_hold(by=crew, cause=cause),
        "wait": lambda: actions.end_late_holds(by=CLERK),
        "post": lambda: actions.post_capacity(by=night, service=beds, available=n),
    }
    try:
        with transaction.atomic():
            does[act]()
    except (Conflict, NotFound):
        assert act in ("hold", "extend")


@pytest.mark.django_db(transaction=True)
def test_two_hands_at_once_hold_the_last_bed_once() -> None:
    """Four crews reach for one bed in the same second: one holds it, three are told in words."""
    cast = gather(partners=True)
    beds = make.service("Lantern", agency=cast.agency["hmis_shelter"], capacity_unit="beds")
    actions.post_capacity(by=cast["shelter_worker"], service=beds, available=1)
    crew, gate, results = cast["case_manager"], threading.Barrier(4), []

    def reach() -> None:
        gate.wait(20)
        try:
            actions.hold_place(by=crew, service=beds, cause=new_id())
            results.append("held")
        except CommonwealError as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=reach) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["Conflict", "Conflict", "Conflict", "held"]
    assert PlaceHold.objects.filter(ended_at__isnull=True).count() == 1 and free(beds) == 0


def test_how_each_referral_s_latest_hold_ended(night: Actor, crew: Actor, beds: UUID) -> None:
    """What evaluation counts: came, given back, lapsed, kept now; the latest hold of a referral counts."""
    actions.post_capacity(by=night, service=beds, available=9)
    came, back, lapsed, again, kept = (new_id() for _ in range(5))
    start = clock.now()
    with clock.at(start - timedelta(days=1)):
        for cause in (came, back, lapsed, again):
            actions.hold_place(by=night, service=beds, cause=cause)
        actions.arrive_on_hold(by=night, cause=came)
        actions.release_hold(by=night, cause=back)
    actions.hold_place(by=night, service=beds, cause=again)
    actions.hold_place(by=night, service=beds, cause=kept)
    assert queries.hold_endings(start - timedelta(days=2)) == {
        came: "arrived", back: "released", lapsed: "expired", again: "standing", kept: "standing",
    }  # fmt: skip
    assert set(queries.hold_endings(start - timedelta(minutes=1))) == {again, kept}
