"""People choose the reminder of their own appointment themselves; nobody else's is there."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.referrals import actions as referrals
from commonweal.referrals.models import Reminder
from factories import directory
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
TEXT = {"way": "text", "phone": "(530) 555-0142", "before": "day", "language": "en", "is_safe": "yes"}


@pytest.fixture(name="cast")
def a_cast() -> Cast:
    """Agencies and their workers."""
    return gather()


def referred(cast: Cast, person: UUID) -> UUID:
    """A referral of the person to a pantry, sent."""
    pantry = directory.service("Ferry pantry", email="desk@ferry.example")
    made = referrals.make(by=cast["case_manager"], service=pantry, person=person, needs=["food"])
    return referrals.send(by=cast["case_manager"], referral=made.id).id


def entered(person: UUID, name: str = "r") -> Client:
    """The person, signed in; in English."""
    account = agencies.open_account(by=SETUP, username=name, display_name="R", role="person", person=person)
    return visit(queries.actor(account.id))


def test_chosen_changed_and_ended_by_the_person(cast: Cast) -> None:
    person, _ = someone(cast, "social_service")
    referral, client = referred(cast, person), entered(person)
    here = reverse("mine:reminder", args=[referral])
    assert "No reminder is set" in client.get(here).content.decode()
    assert "you are reminded this way" in client.post(here, TEXT, follow=True).content.decode()
    kept = Reminder.objects.get(ended_at=None)
    assert kept.way == "text" and kept.is_neutral and kept.address
    page = client.get(here).content.decode()
    assert "By text message" in page and "5550142" not in page and "555-0142" not in page
    client.post(here, {**TEXT, "way": "mail", "email": "r@example.org", "before": "two_hours"})
    assert Reminder.objects.get(ended_at=None).way == "mail"
    assert "No reminder goes to you" in client.post(here, {"way": "none"}, follow=True).content.decode()
    assert not Reminder.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [({"way": ""}, "Use one of"), ({"phone": ""}, "Write the number"), ({"before": "year"}, "Use one of")],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, change: dict[str, str], says: str
) -> None:
    person, _ = someone(cast, "social_service")
    referral, client = referred(cast, person), entered(person)
    sent = {**TEXT, "email": "mine@example.org", **change}
    answer = client.post(reverse("mine:reminder", args=[referral]), sent)
    page = answer.content.decode()
    assert answer.status_code == 400 and says in page and 'value="mine@example.org"' in page
    assert not Reminder.objects.exists()


def test_anothers_is_not_there(cast: Cast) -> None:
    person, _ = someone(cast, "social_service")
    other, _ = someone(cast, "health", given="Ana")
    here = reverse("mine:reminder", args=[referred(cast, person)])
    assert entered(other).get(here).status_code == 404
    assert entered(other, "s").post(here, TEXT).status_code == 404
    assert visit(cast["case_manager"]).get(here).status_code == 403
    assert Client().get(here).status_code == 302
    assert not Reminder.objects.exists()


def test_from_the_own_page_in_spanish(cast: Cast) -> None:
    person, _ = someone(cast, "social_service")
    referral, client = referred(cast, person), entered(person)
    client.cookies["django_language"] = "es"
    here = reverse("mine:reminder", args=[referral])
    assert here in client.get(reverse("mine:index")).content.decode()
    assert "¿Cómo quiere que se le recuerde?" in client.get(here).content.decode()
