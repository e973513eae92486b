"""The night desk posts its beds in one tap; everyone sees how old the word is."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as staff
from commonweal.directory import actions, queries
from commonweal.directory.models import CapacityPost
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, system
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.ids import new_id
from commonweal.kernel.models import JournalLine
from factories import directory as make

pytestmark = pytest.mark.django_db
CLERK = system("test")
EVENING = datetime(2026, 3, 2, 3, tzinfo=UTC)


def worker(role: str, kind: str = "hmis_shelter") -> Actor:
    """A worker of an agency of their own."""
    agency = agencies.open_agency(by=CLERK, name=f"{role} agency {new_id()}", kind=kind)
    account = agencies.open_account(
        by=CLERK, username=f"{role}-{new_id()}", display_name=role, role=role, agency=agency.id
    )
    return staff.actor(account.id)


@pytest.fixture
def night() -> Actor:
    """The night worker of a shelter."""
    return worker("shelter_worker")


@pytest.fixture
def beds(night: Actor) -> UUID:
    """The shelter's service."""
    return make.service(agency=night.agency)


def test_one_tap_posts_and_its_age_is_told(night: Actor, beds: UUID) -> None:
    assert queries.capacity(beds) is None
    with clock.at(EVENING):
        actions.post_capacity(by=night, service=beds, available=4, note="two upper bunks")
    with clock.at(EVENING + timedelta(hours=3)):
        room = queries.capacity(beds)
        assert room and (room.available, room.hours_old, room.note) == (4, 3.0, "two upper bunks")


def test_a_post_never_changes_an_earlier_one(night: Actor, beds: UUID) -> None:
    for number in (4, 3, 3):
        actions.post_capacity(by=night, service=beds, available=number)
    assert [room.available for room in queries.history(beds)] == [3, 3, 4]


@pytest.mark.parametrize("number", [-1, 10_001])
def test_an_impossible_number_is_refused(night: Actor, beds: UUID, number: int) -> None:
    with pytest.raises(Invalid, match="between 0 and"):
        actions.post_capacity(by=night, service=beds, available=number)
    assert queries.capacity(beds) is None


@pytest.mark.parametrize("role", ["shelter_worker", "patrol_officer", "analyst", "person"])
def test_nobody_posts_for_another_house(beds: UUID, role: str) -> None:
    with pytest.raises(NotFound):
        actions.post_capacity(by=worker(role), service=beds, available=4)
    with pytest.raises(NotFound):
        actions.post_capacity(by=STRANGER, service=beds, available=4)


def test_a_worker_who_telephoned_may_post_and_says_so(beds: UUID) -> None:
    clinician = worker("clinician", "health")
    actions.post_capacity(by=clinician, service=beds, available=1, source="phone")
    room = queries.capacity(beds)
    assert room and room.source == "phone"


def test_an_accepted_referral_takes_a_place_and_teaches_once(night: Actor, beds: UUID) -> None:
    actions.post_capacity(by=night, service=beds, available=2)
    cause = new_id()
    assert actions.learn(by=CLERK, service=beds, cause=cause, had_room=True)
    assert actions.learn(by=CLERK, service=beds, cause=cause, had_room=True) is None
    room = queries.capacity(beds)
    assert room and (room.available, room.source) == (1, "accepted")


def test_a_decline_for_want_of_room_says_none_is_left(night: Actor, beds: UUID) -> None:
    actions.post_capacity(by=night, service=beds, available=2)
    actions.learn(by=CLERK, service=beds, cause=new_id(), had_room=False)
    room = queries.capacity(beds)
    assert room and (room.available, room.source, room.is_open) == (0, "declined", True)


def test_an_accept_at_a_house_that_never_counted_invents_no_number(beds: UUID) -> None:
    actions.learn(by=CLERK, service=beds, cause=new_id(), had_room=True)
    room = queries.capacity(beds)
    assert room and room.available is None and room.is_open


def test_old_words_are_found_oldest_first(night: Actor, beds: UUID) -> None:
    other = make.service("Elm House")
    with clock.at(EVENING):
        actions.post_capacity(by=night, service=beds, available=1)
    with clock.at(EVENING + timedelta(hours=20)):
        actions.post_capacity(by=CLERK, service=other, available=1)
    with clock.at(EVENING + timedelta(hours=30)):
        assert queries.stale(hours=24) == [beds]
        assert queries.stale(hours=5) == [beds, other]


def test_an_agency_finds_its_own_services_only(night: Actor, beds: UUID) -> None:
    make.service("Elm House")
    assert night.agency and [s.id for s in queries.own_services(night.agency)] == [beds]
    assert CapacityPost.objects.count() == 0


def test_the_receiver_of_a_referral_is_an_agency_or_a_mailbox(night: Actor, beds: UUID) -> None:
    small = make.service("Church hall beds", email="hall@example.org")
    assert queries.receiver(beds).agency == night.agency
    assert queries.receiver(small).agency is None and queries.receiver(small).email == "hall@example.org"


def test_earlier_posts_come_in_whole_under_one_line(beds: UUID) -> None:
    posts = [
        actions.PastPost(service=beds, at=EVENING + timedelta(hours=n), available=n, waiting=None)
        for n in range(3)
    ]
    assert actions.bring_capacity(by=CLERK, posts=posts) == 3
    with clock.at(EVENING + timedelta(hours=5)):
        room = queries.capacity(beds)
        assert room and (room.available, room.hours_old) == (2, 3.0)
    assert JournalLine.objects.filter(kind="directory.capacity_brought").count() == 1


@pytest.mark.parametrize(("available", "hours", "field"), [(-1, -1, "available"), (2, 1, "at")])
def test_an_earlier_post_that_cannot_be_keeps_all_out(
    beds: UUID, available: int, hours: int, field: str
) -> None:
    at = clock.now() + timedelta(hours=hours)
    posts = [
        actions.PastPost(service=beds, at=EVENING, available=1),
        actions.PastPost(service=beds, at=at, available=available),
    ]
    with pytest.raises(Invalid, match=field):
        actions.bring_capacity(by=CLERK, posts=posts)
    assert not CapacityPost.objects.exists()


def test_a_worker_brings_in_no_archive_of_room(night: Actor, beds: UUID) -> None:
    with pytest.raises(NotFound):
        actions.bring_capacity(by=night, posts=[actions.PastPost(service=beds, at=EVENING, available=1)])


class TestWhatAnswersTeach:
    """A referral puts the word before it to the test; a place that nobody came for is free again."""

    def test_a_post_that_did_not_hold_is_believed_less_next_time(self, night: Actor, beds: UUID) -> None:
        with clock.at(EVENING):
            actions.post_capacity(by=night, service=beds, available=4)
            fresh = queries.capacity(beds)
            actions.learn(by=CLERK, service=beds, cause=new_id(), had_room=False)
            actions.post_capacity(by=night, service=beds, available=4)
            after = queries.capacity(beds)
            assert fresh and after and (after.kept, after.broken) == (0, 1)
            assert after.confidence < fresh.confidence == 1.0
            actions.learn(by=CLERK, service=beds, cause=new_id(), had_room=True)
            again = queries.capacity(beds)
            assert again and (again.kept, again.broken) == (1, 1)

    def test_no_word_before_is_no_test_and_old_tests_fade(self, night: Actor, beds: UUID) -> None:
        with clock.at(EVENING - timedelta(days=100)):
            actions.learn(by=CLERK, service=beds, cause=new_id(), had_room=True)
            actions.post_capacity(by=night, service=beds, available=1)
            actions.learn(by=CLERK, service=beds, cause=new_id(), had_room=False)
            room = queries.capacity(beds)
            assert room and (room.kept, room.broken) == (0, 1)
        with clock.at(EVENING):
            room = queries.capacity(beds)
            assert room and (room.kept, room.broken) == (0, 0)

    def test_an_answer_taken_back_tested_nothing(self, night: Actor, beds: UUID) -> None:
        cause = new_id()
        actions.post_capacity(by=night, service=beds, available=4)
        actions.learn(by=CLERK, service=beds, cause=cause, had_room=False)
        actions.unlearn(by=CLERK, service=beds, cause=cause)
        room = queries.capacity(beds)
        assert room and (room.available, room.broken) == (4, 0)

    def test_who_did_not_come_leaves_the_place_once(self, night: Actor, beds: UUID) -> None:
        cause = new_id()
        actions.post_capacity(by=night, service=beds, available=4)
        actions.learn(by=CLERK, service=beds, cause=cause, had_room=True)
        freed = actions.free_again(by=CLERK, service=beds, cause=cause)
        assert freed and (freed.available, freed.source) == (4, "missed")
        assert actions.free_again(by=CLERK, service=beds, cause=cause) is None

    def test_a_later_post_knows_better(self, night: Actor, beds: UUID) -> None:
        cause = new_id()
        actions.post_capacity(by=night, service=beds, available=4)
        actions.learn(by=CLERK, service=beds, cause=cause, had_room=True)
        actions.post_capacity(by=night, service=beds, available=2)
        assert actions.free_again(by=CLERK, service=beds, cause=cause) is None
        assert queries.capacity(beds).available == 2
