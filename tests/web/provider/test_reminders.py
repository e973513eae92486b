"""What the person chose about reminders, on either side's card, on the caseload and in both languages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.kernel import clock
from commonweal.referrals import actions
from commonweal.referrals.models import Reminder
from factories.cast import SETUP, worker
from factories.guarded import guarded
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db
SOON = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
ASKED = {
    "asked": "yes", "way": "text", "phone": "(213) 555-0142", "before": "day", "language": "en",
    "is_safe": "yes",
}  # fmt: skip


@pytest.fixture(name="it")
def the_loop(settings: LazySettings, tmp_path: Path) -> Loop:
    """Open Door and the Lantern, which expects the person on Thursday."""
    settings.COMMONWEAL_HOME = tmp_path
    return loop()


def expected(it: Loop) -> UUID:
    """Sent, accepted, with a time."""
    with clock.at(SOON - timedelta(days=3)):
        referral = it.refer()
        actions.accept(by=it.night, referral=referral)
        actions.schedule(by=it.night, referral=referral, at=SOON)
    return referral


def page(client: Client, referral: UUID, side: str = "sent_card") -> str:
    """A card's words."""
    shown = client.get(reverse(f"provider:{side}", args=[referral]))
    assert shown.status_code == 200
    return shown.content.decode()


def post(client: Client, referral: UUID, act: str, side: str = "sent_act", **sent: object) -> str:
    """One act, and the page it leads back to."""
    done = client.post(reverse(f"provider:{side}", args=[referral, act]), sent, follow=True)
    return f"{done.status_code} {done.content.decode()}"


def test_chosen_on_the_senders_card_and_read_on_both(it: Loop) -> None:
    referral, sender, night = expected(it), visit(it.sender), visit(it.night)
    assert "Would they like a reminder?" in page(sender, referral)
    with clock.at(SOON - timedelta(days=2)):
        said = post(sender, referral, "remind", **ASKED)
        assert said.startswith("200") and "By text message" in said and "the words name no service" in said
        assert "Goes " in said and "Recorded by" in said
        assert "They want no reminder any more" in page(night, referral, "card")
    with clock.at(SOON - timedelta(days=1)):
        flow.carry_reminders()
        assert "Reminded · By text message" in page(sender, referral)


def test_no_page_holds_the_number_again(it: Loop) -> None:
    referral = expected(it)
    wish = actions.Wish(way="text", address="213 555 9876")
    actions.choose_reminder(by=it.sender, referral=referral, wish=wish)
    for client, side in ((visit(it.sender), "sent_card"), (visit(it.night), "card")):
        assert "9876" not in page(client, referral, side)


def test_no_time_of_it_is_shown_to_whom_the_gate_tells_no_appointment(it: Loop) -> None:
    sender, other = it.cast["clinician"], worker(it.cast.agency["health"], "clinician")
    with clock.at(SOON - timedelta(days=2)):
        made = actions.make(by=sender, service=it.beds, person=it.person, needs=["shelter"])
        actions.accept(by=it.night, referral=made.id)
        actions.schedule(by=it.night, referral=made.id, at=SOON)
        wish = actions.Wish(way="text", address="213 555 9876")
        actions.choose_reminder(by=sender, referral=made.id, wish=wish)
        assert "Goes Nov 25, 2026" in page(visit(sender), made.id)
        untold = page(visit(other), made.id)
        assert "By text message" in untold and "Nov 25" not in untold and "Nov 26" not in untold


def test_taken_back_on_the_receivers_card(it: Loop) -> None:
    referral, night = expected(it), visit(it.night)
    post(night, referral, "remind", "act", **ASKED)
    assert "No reminder is set" in post(night, referral, "remind-not", "act")
    assert Reminder.objects.get().address == ""
    post(night, referral, "remind", "act", **ASKED)
    said = post(night, referral, "remind", "act", asked="yes", way="none")
    assert "No reminder is set" in said and not Reminder.objects.filter(ended_at__isnull=True).exists()


def test_what_is_missing_is_said_in_words(it: Loop) -> None:
    referral, sender = expected(it), visit(it.sender)
    for change, words in (
        ({"asked": ""}, "Ask the person first"),
        ({"phone": ""}, "Write the number that the person gave."),
        ({"phone": "call Rosa"}, "Write a telephone number with its area code."),
        ({"way": "mail", "email": "rosa"}, "name@example.org"),
        ({"is_safe": "", "names_service": "yes"}, "tick that it is safe"),
    ):
        said = post(sender, referral, "remind", **{**ASKED, **change})
        assert said.startswith("400") and words in said
    assert not Reminder.objects.exists()


def test_a_call_stands_on_the_workers_today_list_until_it_was_made(it: Loop) -> None:
    referral, sender = expected(it), visit(it.sender)
    with clock.at(SOON - timedelta(days=2)):
        actions.choose_reminder(by=it.sender, referral=referral, wish=actions.Wish(way="call"))
    with clock.at(SOON - timedelta(hours=23)):
        assert "Calls to make" not in sender.get("/cases/").content.decode()
        flow.carry_reminders()
        today = sender.get("/cases/").content.decode()
        assert "Calls to make before an appointment" in today and f"/referrals/sent/{referral}/" in today
        assert "Call now" in page(sender, referral)
        assert "Called and reached" in post(sender, referral, "called", result="reached")
        assert "Calls to make" not in sender.get("/cases/").content.decode()


def test_a_provider_for_victims_sends_no_name_and_only_where_it_is_safe() -> None:
    it = guarded("victim_service_provider")
    referral = it.refer()
    actions.accept(by=it.receiver, referral=referral)
    client = visit(it.receiver)
    words = page(client, referral, "card")
    assert "By law the words name no service" in words and "The words may name the service" not in words
    assert post(client, referral, "remind", "act", **{**ASKED, "is_safe": ""}).startswith("400")
    assert post(client, referral, "remind", "act", **ASKED).startswith("200")


def test_a_sender_who_is_not_told_reads_and_chooses_nothing() -> None:
    it = guarded("part2_program")
    referral = it.refer()
    actions.accept(by=it.receiver, referral=referral)
    actions.choose_reminder(by=it.receiver, referral=referral, wish=actions.Wish(way="call"))
    client = visit(it.sender)
    assert "reminder" not in page(client, referral).lower()
    for act in ("remind", "remind-not", "called"):
        assert "By law this service may not tell" in post(client, referral, act, **ASKED, result="reached")
    assert Reminder.objects.get().ended_at is None


def test_whoever_has_no_part_in_it_finds_nothing(it: Loop) -> None:
    referral = expected(it)
    for client in (visit(worker(it.cast.agency["health"], "clinician")), Client()):
        for side in ("sent_act", "act"):
            for act in ("remind", "remind-not", "called"):
                where = reverse(f"provider:{side}", args=[referral, act])
                assert client.post(where, ASKED).status_code in (302, 403, 404)
    assert not Reminder.objects.exists()


def test_in_spanish(it: Loop) -> None:
    referral = expected(it)
    agencies.change_account(by=SETUP, account=UUID(it.sender.id), language="es")
    client = visit(it.sender)
    assert "¿Quiere un recordatorio?" in page(client, referral)
    said = post(client, referral, "remind", **{**ASKED, "phone": ""})
    assert "Escriba el número que dio la persona." in said
