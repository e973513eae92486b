"""A place is held and somebody stands at the door: the provider's, the sender's and the crew's page."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.directory import actions as directory
from commonweal.directory import queries as places
from commonweal.encounters import actions as encounters
from commonweal.kernel import clock
from commonweal.referrals import actions, queries
from factories import directory as entries
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, worker
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern, which has two beds."""
    it = loop()
    directory.post_capacity(by=it.night, service=it.beds, available=2)
    return it


@pytest.fixture(name="night")
def nights_desk(it: Loop) -> Client:
    """The night worker's browser."""
    return visit(it.night)


@pytest.fixture(name="sender")
def senders_desk(it: Loop) -> Client:
    """The case manager's browser."""
    return visit(it.sender)


def act(client: Client, side: str, referral: UUID, name: str, **sent: str) -> str:
    """One act and the page it leads back to."""
    done = client.post(reverse(f"provider:{side}", args=[referral, name]), sent, follow=True)
    assert done.status_code == 200, done.content[:500]
    return done.content.decode()


def test_held_extended_at_the_door_and_handed_over(it: Loop, night: Client, sender: Client) -> None:
    referral, start = it.refer(), clock.now()
    assert "Hold a place: 60 min" in sender.get(f"/referrals/sent/{referral}/").content.decode()
    words = act(sender, "sent_act", referral, "hold")
    assert "Place held" in words and "minutes left" in words and "60 min longer" in words
    inbox = night.get("/referrals/").content.decode()
    assert "place held until" in inbox and "1 of them held" in inbox and "Still 2" in inbox
    assert "60 min longer" not in act(sender, "sent_act", referral, "extend")
    with clock.at(start + timedelta(minutes=12)):
        assert "waits 0 minutes" in act(sender, "sent_act", referral, "reach")
    with clock.at(start + timedelta(minutes=50)):
        inbox = night.get("/referrals/").content.decode()
        assert "at the door for 38 min" in inbox and "cw-tag--bad" in inbox
        assert "Handed over after 38 minutes" in act(night, "act", referral, "hand-off")
        assert "handed over at the door in 38 min" in night.get("/referrals/").content.decode()
    told = sender.get(f"/referrals/sent/{referral}/").content.decode()
    assert "A place was held" in told and "At the door" in told


def test_the_same_in_spanish(it: Loop) -> None:
    referral = it.refer()
    agencies.change_account(by=SETUP, account=UUID(it.sender.id), language="es")
    sender = visit(it.sender)
    sender.post(reverse("provider:sent_act", args=[referral, "hold"]))
    words = sender.get(f"/referrals/sent/{referral}/").content.decode()
    assert "Lugar reservado" in words and "min más" in words


def test_given_back(it: Loop, sender: Client) -> None:
    referral = it.refer()
    act(sender, "sent_act", referral, "hold")
    assert "The held place was given back." in act(sender, "sent_act", referral, "release")


def test_no_place_left_is_said_in_words_and_nothing_is_sent(it: Loop, sender: Client) -> None:
    directory.post_capacity(by=it.night, service=it.beds, available=1)
    directory.hold_place(by=it.sender, service=it.beds, cause=uuid4())
    referral = it.refer(even_if_full=True)
    done = sender.post(reverse("provider:sent_act", args=[referral, "hold"]))
    assert done.status_code == 409 and "No place is left to hold" in done.content.decode()


def test_a_house_says_how_long_it_holds(it: Loop, night: Client, sender: Client) -> None:
    where = reverse("provider:capacity", args=[it.beds])
    night.post(where, {"available": "2", "hold_minutes": "15"})
    assert places.hold_minutes(it.beds) == 15
    refused = night.post(where, {"available": "2", "hold_minutes": "9999"})
    assert refused.status_code == 400 and "480" in refused.content.decode()
    assert sender.post(where, {"available": "2", "hold_minutes": "1"}).status_code in (403, 404)
    assert places.hold_minutes(it.beds) == 15


@pytest.mark.parametrize("name", ["hold", "extend", "release", "reach", "hand-off"])
def test_who_has_no_part_finds_no_page(it: Loop, name: str) -> None:
    referral = it.refer()
    other = visit(worker(it.cast.agency["health"], "clinician"))
    assert other.post(reverse("provider:sent_act", args=[referral, name])).status_code == 404
    assert Client().post(reverse("provider:act", args=[referral, name])).status_code in (302, 403, 404)
    patrol = visit(worker(it.cast.agency["social_service"], "analyst"))
    assert patrol.post(reverse("provider:act", args=[referral, name])).status_code in (403, 404)
    assert queries.coming(it.sender, queries.row(it.sender, referral)) == queries.Coming()


class TestOnThePhone:
    """The crew that brings somebody."""

    @pytest.fixture(name="centre")
    def a_centre(self) -> Centre:
        """A centre at work."""
        return open_centre()

    @pytest.fixture(name="trip")
    def a_trip(self, centre: Centre) -> tuple[Client, UUID, UUID]:
        """A crew's phone, their encounter, and a referral with two beds ahead."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
        crew = next(a for a in centre.crews["CO1"] if a.may("send_referrals"))
        encounter = encounters.open_encounter(by=crew, call=call).id
        beds = entries.service("Lantern", agency=centre.cast.agency["hmis_shelter"], capacity_unit="beds")
        directory.post_capacity(by=centre.cast["shelter_worker"], service=beds, available=2)
        phone = visit(crew, "phone")
        where = reverse("field:refer", args=[encounter])
        sent = phone.post(where, {"service": str(beds), "need": "shelter", "hold": "yes"})
        assert sent.status_code == 302
        [referral] = queries.of_encounter(encounter)
        return phone, encounter, referral.id

    def test_the_bed_is_held_with_the_referral_and_the_clock_runs(
        self, centre: Centre, trip: tuple[Client, UUID, UUID]
    ) -> None:
        phone, encounter, referral = trip
        assert "place held until" in phone.get(reverse("field:encounter", args=[encounter])).content.decode()
        way = reverse("field:way", args=[encounter, referral])
        assert "120 min longer" in phone.get(way).content.decode()
        for name, words in (
            ("extend", "extended"),
            ("reach", "waits 0 minutes"),
            ("hand-off", "Handed over"),
        ):
            done = phone.post(reverse("field:way_act", args=[encounter, referral, name]), follow=True)
            assert words in done.content.decode()
        assert "handed over" in phone.get(reverse("field:encounter", args=[encounter])).content.decode()
        assert phone.post(reverse("field:way_act", args=[encounter, referral, "nap"])).status_code == 404

    def test_only_the_team_and_only_their_own(self, centre: Centre, trip: tuple[Client, UUID, UUID]) -> None:
        phone, encounter, referral = trip
        stranger = visit(worker(centre.cast.agency["health"], "clinician"), "phone")
        for client, ids in ((stranger, (encounter, referral)), (phone, (encounter, uuid4()))):
            assert client.get(reverse("field:way", args=ids)).status_code == 404
            assert client.post(reverse("field:way_act", args=[*ids, "reach"])).status_code == 404
        assert Client().get(reverse("field:way", args=[encounter, referral])).status_code in (302, 403, 404)

    def test_where_no_bed_is_left_nothing_is_sent(
        self, centre: Centre, trip: tuple[Client, UUID, UUID]
    ) -> None:
        phone, encounter, referral = trip
        beds = queries.row_of(referral).service
        directory.post_capacity(by=centre.cast["shelter_worker"], service=beds, available=1)
        actions.withdraw(
            by=next(a for a in centre.crews["CO1"] if a.may("send_referrals")), referral=referral
        )
        directory.hold_place(by=centre.cast["case_manager"], service=beds, cause=uuid4())
        form = {"service": str(beds), "need": "shelter", "hold": "yes", "even_if_full": "yes"}
        refused = phone.post(reverse("field:refer", args=[encounter]), form)
        assert refused.status_code == 409 and len(queries.of_encounter(encounter)) == 1
