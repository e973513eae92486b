"""The public pages: found by need, heard without a name, answered by a code; nobody's record is near."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from commonweal.community import actions, queries
from commonweal.kernel import clock
from factories.calls import adopt
from factories.cast import gather
from factories.directory import service
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return gather()


def test_every_public_page_opens_without_an_account_even_when_empty(client, db):
    for name in ("index", "find", "feedback", "reply", "meetings", "rules", "figures"):
        assert client.get(reverse(f"resident:{name}")).status_code == 200, name


def test_help_is_found_by_need_and_by_words_in_either_language(client):
    row = service("Harbor Night Shelter")
    for query in ({"need": "shelter"}, {"q": "night"}, {"q": "refugio"}):
        assert "Harbor Night Shelter" in client.post(reverse("resident:find"), query).content.decode(), query
    other = client.post(reverse("resident:find"), {"need": "legal"})
    assert 'id="found"' in other.content.decode(), "on a phone the page opens at what was found"
    front = client.get(reverse("resident:index")).content.decode()
    assert front.count(f'action="{reverse("resident:find")}#found"') == 2
    assert "Harbor Night Shelter" not in other.content.decode()
    assert "12 Quay St" in client.get(reverse("resident:service", args=[row])).content.decode()
    assert client.post(reverse("resident:find"), {"need": "gold"}).status_code == 400


def test_a_card_lets_one_person_speak_once_and_read_the_reply(client, cast):
    card = actions.hand_card(by=cast["clinician"], agency=cast.agency["health"])
    said = {"respect": "5", "safety": "4", "text": "They listened.", "card": card.lower()}
    thanks = client.post(reverse("resident:feedback"), said).content.decode()
    receipt = thanks.split('class="cw-secret"><strong>')[1][:11]
    assert client.post(reverse("resident:feedback"), said).status_code == 409

    liaison = visit(cast["community_liaison"])
    [waiting] = queries.waiting()
    assert "They listened." in liaison.get(reverse("resident:waiting")).content.decode()
    answer = reverse("resident:answer", args=[waiting.id])
    assert liaison.post(answer, {"text": "Thank you.", "public": "yes"}).status_code == 400, (
        "names no concern"
    )
    liaison.post(
        answer, {"text": "Thank you. We keep it so.", "public": "yes", "said": "Crews should listen."}
    )

    assert "We keep it so." in client.post(reverse("resident:reply"), {"code": receipt}).content.decode()
    front = client.get(reverse("resident:index")).content.decode()
    assert "Crews should listen." in front and "They listened." not in front


@pytest.mark.parametrize("posted", [{}, {"respect": "9"}, {"text": "   "}, {"text": "x", "topic": "gold"}])
def test_what_cannot_be_taken_says_why(client, db, posted):
    assert client.post(reverse("resident:feedback"), posted).status_code == 400
    assert not queries.waiting().exists()


def test_an_unknown_card_or_code_reveals_nothing(client, db):
    assert client.post(reverse("resident:feedback"), {"text": "x", "card": "AAAAA-AAAAA"}).status_code == 404
    assert "no such code" in client.post(reverse("resident:reply"), {"code": "AAAAA-AAAAA"}).content.decode()


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "administrator", "privacy_officer"])
def test_only_those_who_publish_read_what_waits(cast, role):
    assert visit(cast[role]).get(reverse("resident:waiting")).status_code == 403


def test_meetings_promises_protocols_and_counts_stand_open(client, cast):
    by = cast["community_liaison"]
    soon = clock.now() + timedelta(days=9)
    meeting = actions.call_meeting(
        by=by, title_en="Spring forum", title_es="Foro", starts=soon, place="Library"
    )
    promised = actions.commit(
        by=by, text_en="A quieter siren at night", owner="Harlow Police", due=soon.date(), meeting=meeting.id
    )
    actions.keep_commitment(by=by, commitment=promised.id, outcome="Policy 4 changed.")
    page = client.get(reverse("resident:meetings")).content.decode()
    assert "Spring forum" in page and "Policy 4 changed." in page

    adopt(cast, "harlow")
    rules = client.get(reverse("resident:rules")).content.decode()
    assert "harlow 20" not in rules and "version" in rules, "a title in words, not a code"
    link = rules.split('href="/community/rules/protocol/')[1].split('"')[0]
    assert client.get("/community/rules/protocol/" + link).status_code == 200


def test_small_counts_stay_hidden_and_take_a_second_with_them(client, cast):
    counts = {"north": 40, "south": 7, "east": 15}
    released = actions.publish_figures(
        by=cast["community_liaison"], code="calls", month=clock.today().replace(day=1), counts=counts,
        category="call_facts", definition_en="Calls by area",
    )  # fmt: skip
    page = client.get(reverse("resident:figures")).content.decode()
    assert released == 1 and "40" in page and page.count("not shown</td>") == 2


def test_the_pages_speak_spanish(client, db):
    client.post(reverse("language"), {"language": "es", "next": "/community/"})
    assert 'lang="es"' in client.get(reverse("resident:index")).content.decode()


def test_a_meeting_is_told_in_the_readers_language_with_its_day_in_words(client, cast):
    starts = datetime(2031, 5, 6, 1, tzinfo=UTC)
    actions.call_meeting(
        by=cast["community_liaison"], title_en="Open evening", title_es="Noche abierta", starts=starts,
        place="Library",
    )  # fmt: skip
    english = client.get(reverse("resident:meetings")).content.decode()
    assert "Open evening" in english and "May " in english and "2031-05" not in english
    spanish = client.get(reverse("resident:meetings"), headers={"accept-language": "es"}).content.decode()
    assert "Noche abierta" in spanish and "de mayo de 2031" in spanish and "Open evening" not in spanish
