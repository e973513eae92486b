"""A card that may not say how a referral stands says so, names what would open it, and records it."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import queries as agencies
from commonweal.directory import actions as directory
from commonweal.messages import queries as bells
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Consent
from factories.cast import SETUP
from factories.guarded import Guarded, bring, guarded
from factories.visitor import visit

pytestmark = pytest.mark.django_db
SIGNED = {"signer": "Rosa Delgado", "way": "typed", "adopted": "yes", "days": "90"}


@pytest.fixture(name="it")
def a_programme() -> Guarded:
    """Cedar Treatment, to which Open Door refers."""
    return guarded()


@pytest.fixture(name="desk")
def senders_desk(it: Guarded) -> Client:
    """The case manager's browser."""
    return visit(it.sender)


def card(client: Client, referral: UUID, side: str = "sent_card", language: str = "en") -> str:
    """A card's words."""
    client.cookies["django_language"] = language
    response = client.get(reverse(f"provider:{side}", args=[referral]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_sender_reads_that_it_is_not_told_why_and_what_would_open_it(it: Guarded, desk: Client) -> None:
    referral = it.refer()
    bring(it, referral, "declined")
    words = card(desk, referral)
    assert "How this stands is not told here" in words and "42 CFR 2.31" in words
    assert "Cedar Treatment may tell Open Door Services how this referral stands" in words
    assert "Declined" not in words and "Where else?" not in words and "Outcome" not in words
    assert "Aquí no se dice cómo va" in card(desk, referral, language="es")


def test_the_worker_records_that_the_person_agrees_and_reads_on(it: Guarded, desk: Client) -> None:
    referral = it.refer()
    bring(it, referral, "accepted")
    done = desk.post(reverse("provider:sent_act", args=[referral, "let-know"]), SIGNED)
    assert done.status_code == 302 and Consent.objects.get().form == "part2"
    words = card(desk, referral)
    assert "Accepted" in words and "not told" not in words
    sharing.revoke_consent(by=it.sender, consent=Consent.objects.get().id)
    assert "Accepted" not in card(desk, referral).replace("Accepted or not", "")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"adopted": ""}, "typed name"),
        ({"days": "4000"}, "whole number"),
        ({"days": "31"}, "given spans"),
        ({"way": "verbal"}, "asks for writing"),
        ({"signer": " "}, "name of the person"),
        ({"age": "x"}, "whole number"),
        ({"age": "12"}, "guardian"),
    ],
)
def test_a_consent_that_would_not_hold_is_refused(
    it: Guarded, desk: Client, wrong: dict[str, str], says: str
) -> None:
    target = reverse("provider:sent_act", args=[it.refer(), "let-know"])
    refused = desk.post(target, SIGNED | wrong)
    # a child's treatment consent may stand alone where the law here says so (42 CFR 2.14)
    if refused.status_code != 302:
        assert refused.status_code == 400 and says in refused.content.decode()
        assert not Consent.objects.exists()
    else:
        assert "age" in wrong


def test_the_receiver_reads_that_nothing_goes_back_and_records_the_release() -> None:
    it = guarded("victim_service_provider")
    referral, desk = it.refer(), visit(it.receiver)
    assert "Open Door Services is told nothing of what you do here" in card(desk, referral, "card")
    told = desk.post(reverse("provider:act", args=[referral, "accept"]), follow=True).content.decode()
    assert "The sender is told if the person agreed to that in writing" in told
    assert "signs a release with Safe Harbor itself" in card(visit(it.sender), referral)
    assert "Record that the person agrees" not in card(visit(it.sender), referral)
    desk.post(reverse("provider:act", args=[referral, "let-know"]), SIGNED)
    assert Consent.objects.get().form == "vawa" and "Accepted" in card(visit(it.sender), referral)


def test_others_record_nothing_and_an_ordinary_referral_has_nothing_to_open(
    it: Guarded, desk: Client
) -> None:
    referral = it.refer()
    for role, status in (("clinician", 404), ("analyst", 403), ("sud_counselor", 403)):
        tried = visit(it.it.cast[role]).post(
            reverse("provider:sent_act", args=[referral, "let-know"]), SIGNED
        )
        assert tried.status_code == status
    stranger = Client().post(reverse("provider:sent_act", args=[referral, "let-know"]), SIGNED)
    assert stranger.status_code in (302, 403)
    plain = it.it.refer()
    assert desk.post(reverse("provider:sent_act", args=[plain, "let-know"]), SIGNED).status_code == 404
    assert "not told" not in card(desk, plain) and not Consent.objects.exists()


def test_the_list_says_that_it_was_made_and_gives_no_due_time(it: Guarded, desk: Client) -> None:
    referral = it.refer()
    bring(it, referral, "accepted")
    words = desk.get(reverse("provider:sent")).content.decode()
    assert "Made; how it stands is not told" in words and "Accepted" not in words
    assert referrals.row(it.sender, referral).due_at is None


def test_a_place_is_kept_as_it_is_sent_and_the_way_there_says_no_more(it: Guarded) -> None:
    directory.post_capacity(by=SETUP, service=it.service, available=2)
    referral = it.refer(hold=True)
    words = card(visit(it.sender), referral)
    assert "Place held" not in words and "At the door" not in words
    assert "Place held" in card(visit(it.receiver), referral, "card")
    actions.withdraw(by=it.sender, referral=referral)
    assert "Taken back" in card(visit(it.sender), referral)


def test_no_message_tells_the_sender_that_anybody_is_there(it: Guarded, desk: Client) -> None:
    """Neither a name called, nor who read or confirmed, nor that something new was written."""
    referral = it.refer()
    talk = reverse("provider:talk", args=[referral])
    worker = agencies.account(UUID(it.receiver.id)).display_name
    sender = agencies.account(UUID(it.sender.id)).display_name
    assert desk.post(talk, {"text": "She likes to be called in the morning."}).status_code == 302
    inside = visit(it.receiver)
    assert "in the morning" in card(inside, referral, "card")
    assert inside.post(talk, {"text": f"@{sender}: thank you."}).status_code == 400
    assert inside.post(talk, {"text": "She came."}).status_code == 302
    words = card(desk, referral)
    assert "in the morning" in words and "She came" not in words
    assert "Read by 1" not in words and worker not in words
    assert "new message" not in desk.get(reverse("provider:sent")).content.decode()
    assert desk.post(talk, {"text": f"@{worker}, is she there?"}).status_code == 400
    kinds = {line.kind for line in bells.unread(it.sender)}
    assert not kinds & {"message", "mention", "confirm_asked"}


def test_what_the_sender_was_not_shown_counts_as_unread(it: Guarded, desk: Client) -> None:
    referral = it.refer()
    inside = visit(it.receiver)
    inside.post(reverse("provider:talk", args=[referral]), {"text": "She came."})
    card(desk, referral)
    assert "Read by 1" not in card(inside, referral, "card")
