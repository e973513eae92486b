"""A worker's calendar: a secret address, times without names, and its end."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import events, queries
from commonweal.agencies.models import CalendarAddress
from commonweal.encounters import actions as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor
from commonweal.kernel.errors import NotFound
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions as referrals
from factories import directory
from factories.calls import Centre, open_centre
from factories.cast import SETUP, Cast, consented, gather, someone, worker
from factories.lines import leaves
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db
OWN = "/account/calendar/"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=True)


def test_a_calendar_with_times_of_treatment_carries_the_notice(cast: Cast) -> None:
    """The times of a referral to treatment, which the person agreed that the sender may follow."""
    person, _ = someone(cast, "social_service")
    service = directory.service("Cedar programme", agency=cast.agency["part2_program"])
    consented(cast, person, "part2", ["social_service"], ["referral_status"])
    sender, intake = cast["case_manager"], worker(cast.agency["part2_program"], "provider_staff", "pat")
    made = referrals.make(by=sender, service=service, person=person, needs=["substance_use"])
    referrals.accept(by=intake, referral=made.id)
    referrals.schedule(by=intake, referral=made.id, at=clock.now() + timedelta(days=1))
    text = fetched(address_of(sender))
    assert "SUMMARY:Appointment" in text and "Cedar" not in text
    assert "DESCRIPTION:42 CFR part 2 prohibits" in text and "X-WR-CALDESC:42 CFR" in text
    assert "42 CFR" not in fetched(address_of(intake)), "the programme's own times rest on no consent"


def address_of(by: Actor) -> str:
    """A new address of a worker."""
    _made, secret = agencies.make_calendar_address(by=by)
    return reverse("calendar_feed", args=[secret])


def fetched(address: str) -> str:
    """What a calendar program gets, without signing in."""
    answer = Client().get(address)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    return answer.content.decode().replace("\r\n ", "")


class TestTheAddress:
    """Made by its worker, shown once, ended at once."""

    def test_it_is_shown_once_and_only_its_hash_is_kept(self, cast: Cast) -> None:
        client = visit(cast["clinician"])
        assert "No address stands" in client.get(OWN).content.decode()
        text = client.post(OWN, {"act": "make"}).content.decode()
        address = text.split('<code class="cw-wrap">http://testserver')[1].split("</code>")[0]
        assert "BEGIN:VCALENDAR" in fetched(address)
        again = client.get(OWN).content.decode()
        assert address not in again and "Last fetched" in again
        secret = address.split("/")[-1].removesuffix(".ics")
        assert secret not in str(list(CalendarAddress.objects.values()))

    def test_a_new_one_ends_the_old_one(self, cast: Cast) -> None:
        by = cast["clinician"]
        first, second = address_of(by), address_of(by)
        assert Client().get(first).status_code == 404 and fetched(second)
        assert CalendarAddress.objects.filter(ended_at__isnull=True).count() == 1

    def test_it_ends_in_one_tap(self, cast: Cast) -> None:
        by = cast["clinician"]
        address, client = address_of(by), visit(by)
        assert client.post(OWN, {"act": "end"}).status_code == 302
        assert Client().get(address).status_code == 404
        assert not agencies.end_calendar_address(by=by), "again changes nothing"

    def test_a_closed_account_has_no_calendar(self, cast: Cast) -> None:
        by = cast["clinician"]
        address = address_of(by)
        agencies.leave(by=SETUP, account=UUID(by.id))
        assert Client().get(address).status_code == 404

    def test_unknown_ended_and_senseless_addresses_look_alike(self, cast: Cast) -> None:
        ended = address_of(cast["clinician"])
        agencies.end_calendar_address(by=cast["clinician"])
        senseless = ["/account/calendar/x.ics", "/account/calendar/%27--.ics", ended]
        answers = {(a.status_code, a.content) for a in (Client().get(one) for one in senseless)}
        assert len(answers) == 1 and answers.pop()[0] == 404

    def test_each_act_leaves_its_line(self, cast: Cast) -> None:
        by = cast["clinician"]
        stands = events.CalendarAddressSet(account=UUID(by.id), stands=True)
        leaves(by, lambda: agencies.make_calendar_address(by=by), stands)
        ended = events.CalendarAddressSet(account=UUID(by.id), stands=False)
        leaves(by, lambda: agencies.end_calendar_address(by=by), ended)
        leaves(by, lambda: agencies.end_calendar_address(by=by))

    def test_strangers_are_sent_to_sign_in_and_nobody_makes_one_for_them(self, client: Client) -> None:
        assert client.get(OWN).status_code == 302 and client.post(OWN, {"act": "make"}).status_code == 302
        for act in (agencies.make_calendar_address, agencies.end_calendar_address):
            for by in (STRANGER, SETUP):
                with pytest.raises(NotFound):
                    act(by=by)
        assert not CalendarAddress.objects.exists()

    def test_it_only_reads(self, cast: Cast) -> None:
        assert Client().post(address_of(cast["clinician"])).status_code == 405

    def test_the_page_in_spanish(self, cast: Cast) -> None:
        client = visit(cast["clinician"])
        client.cookies["django_language"] = "es"
        assert "Su calendario" in client.get(OWN, headers={"Accept-Language": "es"}).content.decode()


class TestShifts:
    """One's own shifts, in UTC."""

    def test_own_shifts_stand_there_and_nobody_else_s(self) -> None:
        centre: Centre = open_centre()
        officer = centre.crews["CO1"][0]
        text = fetched(address_of(officer))
        [shift] = queries.shifts_of(UUID(officer.id))
        assert f"DTSTART:{shift.starts:%Y%m%dT%H%M%SZ}" in text and "SUMMARY:On duty: CO1" in text
        assert text.count("BEGIN:VEVENT") == 1
        assert "BEGIN:VEVENT" not in fetched(address_of(centre.cast["analyst"]))


class TestFollowUps:
    """A follow-up is a time, and nothing of whom it is for."""

    def test_one_s_own_follow_ups_stand_there_until_they_are_made(self, cast: Cast) -> None:
        by, mate = cast["crisis_worker"], worker(cast.agency["health"], "clinician", "sam")
        made = encounters.open_encounter(by=by, description="a man at the bus stop")
        due = clock.now() + timedelta(days=2)
        encounters.schedule_follow_up(by=by, encounter=made.id, account=UUID(mate.id), due=due)
        address = address_of(mate)
        text = fetched(address)
        assert f"DTSTART:{due:%Y%m%dT%H%M%SZ}" in text and "SUMMARY:Follow-up due" in text
        assert "bus stop" not in text and str(made.id) not in text
        assert "Follow-up" not in fetched(address_of(by)), "it is the colleague's now"


class TestAppointments:
    """Times that the gate opens; the person, the service and the need stay out."""

    @pytest.fixture(name="it")
    def a_loop(self) -> Loop:
        """A referral to the shelter."""
        return loop()

    def booked(self, it: Loop) -> UUID:
        """An appointment tomorrow."""
        referral = it.refer()
        referrals.accept(by=it.night, referral=referral)
        tomorrow = clock.now() + timedelta(days=1)
        referrals.schedule(by=it.night, referral=referral, at=tomorrow)
        return referral

    def test_both_sides_have_the_time_and_no_name(self, it: Loop) -> None:
        referral = self.booked(it)
        for by in (it.sender, it.night):
            text = fetched(address_of(by))
            assert "SUMMARY:Appointment" in text and text.count("BEGIN:VEVENT") == 1
            for secret in ("Lantern", str(referral), str(it.person), "shelter", "Delgado"):
                assert secret not in text

    def test_a_moved_appointment_moves(self, it: Loop) -> None:
        referral = self.booked(it)
        address = address_of(it.night)
        before = fetched(address)
        referrals.schedule(by=it.night, referral=referral, at=clock.now() + timedelta(days=3))
        after = fetched(address)
        uid = [line for line in before.split("\r\n") if line.startswith("UID")]
        assert uid == [line for line in after.split("\r\n") if line.startswith("UID")]
        assert before != after and after.count("BEGIN:VEVENT") == 1

    def test_what_is_over_is_gone(self, it: Loop) -> None:
        referral = self.booked(it)
        address = address_of(it.sender)
        referrals.withdraw(by=it.sender, referral=referral)
        assert "BEGIN:VEVENT" not in fetched(address)

    def test_a_colleague_s_appointment_is_not_in_my_calendar(self, it: Loop) -> None:
        self.booked(it)
        other = it.cast["supervisor"]
        assert "Appointment" not in fetched(address_of(other))

    def test_the_gate_is_asked_before_a_time_leaves(self, it: Loop) -> None:
        referral = self.booked(it)
        address = address_of(it.sender)
        before = JournalLine.objects.filter(subject=str(referral), actor=it.sender.id).count()
        fetched(address)
        assert JournalLine.objects.filter(subject=str(referral), actor=it.sender.id).count() > before

    def test_in_spanish_for_whoever_works_in_spanish(self, it: Loop) -> None:
        self.booked(it)
        agencies.change_account(by=SETUP, account=UUID(it.sender.id), language="es")
        assert "SUMMARY:Cita" in fetched(address_of(it.sender))
