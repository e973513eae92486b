"""Pages and letters of the sign-in library speak as the product does, in both languages, with a next act."""

import re
from html import unescape
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client

from commonweal.agencies import queries
from factories.cast import Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
RESET = "/account/password/reset/"
KEYS = "/account/2fa/webauthn/"
ENGLISH = re.compile(r"\b(the|your|and|password|key|keys|code|link|mail|address|with|of)\b", re.I)
LIBRARY = (
    "Bad Token",
    "Password Reset",
    "Confirm Access",
    "Please reauthenticate",
    "we'll send you",
    "Hello from",
)


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.fixture(name="own")
def a_session(cast: Cast) -> Client:
    """A worker with an app, long after the password was given."""
    account = queries.account(cast.account("patrol_officer"))
    account.email = "officer@county.example"
    account.set_password("the first sentence of mine")
    account.save()
    TOTP.activate(account, generate_totp_secret())
    return visit(cast["patrol_officer"])


@pytest.fixture(name="key")
def a_key(cast: Cast) -> Authenticator:
    """A security key of the same worker."""
    data: dict[str, Any] = {"name": "Blue key", "credential": {}}
    kind = Authenticator.Type.WEBAUTHN
    return Authenticator.objects.create(user_id=cast.account("patrol_officer"), type=kind, data=data)


def just_proven(client: Client, cast: Cast) -> Client:
    """The same, a minute after the password."""
    account = queries.account(cast.account("patrol_officer"))
    carrier = HttpRequest()
    carrier.session = client.session
    record_authentication(carrier, account, "password", username=account.username)
    carrier.session.save()
    return client


def words(answer: HttpResponse) -> str:
    """What stands on the page between its menu and its foot, with its address's title."""
    assert answer.status_code == 200
    part = unescape(answer.content.decode()).split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<[^>]+>", " ", part, flags=re.S))


def in_two_languages(client: Client, path: str) -> str:
    """Read a page twice; the Spanish one has no English left, the English one nothing of the library's."""
    client.cookies["django_language"] = "es"
    spanish = words(client.get(path, follow=True))
    assert not ENGLISH.search(spanish.replace("Blue key", "")), spanish
    client.cookies["django_language"] = "en"
    english = words(client.get(path, follow=True))
    assert not any(phrase in english for phrase in LIBRARY), english
    assert english != spanish
    return english


def test_a_forgotten_password_is_asked_for_in_our_words(cast: Cast) -> None:
    """The form, what follows it, and the letter: none of them tells whether an account has the address."""
    assert "does not release a locked account" in in_two_languages(Client(), RESET)
    known, unknown = Client(), Client()
    first = words(known.post(RESET, {"email": "nobody@county.example"}, follow=True))
    told = [first, words(unknown.post(RESET, {"email": "someone@county.example"}, follow=True))]
    assert told[0] == told[1] and "Back to signing in" in told[0]
    assert "Look in your mail" in in_two_languages(Client(), f"{RESET}done/")


@pytest.mark.parametrize(
    ("language", "phrase"), [("en", "the link works once"), ("es", "el enlace sirve una vez")]
)
def test_the_letter_says_what_to_do_if_it_was_somebody_else(own: Client, language: str, phrase: str) -> None:
    Client(headers={"Accept-Language": language}).post(RESET, {"email": "officer@county.example"})
    [letter] = mail.outbox
    assert phrase in letter.body and not any(one in letter.subject + letter.body for one in LIBRARY)
    assert re.search(r"https?://\S+/account/password/reset/key/\S+", letter.body)
    assert "example.com" not in letter.body


def test_a_stranger_is_not_invited_to_open_an_account_that_nobody_can_open() -> None:
    Client().post(RESET, {"email": "nobody@county.example"})
    [letter] = mail.outbox
    assert "signup" not in letter.body and "sign up" not in letter.body and "administrator" in letter.body


def test_a_link_that_is_over_says_so_and_leads_to_a_new_one() -> None:
    shown = Client().get(f"{RESET}key/aaa-bbb/", follow=True).content.decode()
    assert "This link works no longer" in shown and f'href="{RESET}"' in shown
    in_two_languages(Client(), f"{RESET}key/aaa-bbb/")


def test_a_link_that_works_leads_to_the_end(own: Client) -> None:
    """The form says what follows; the page after it leads to the entrance."""
    Client().post(RESET, {"email": "officer@county.example"})
    found = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert found
    reader = Client()
    assert "Every device" in in_two_languages(reader, found[1])
    path = reader.get(found[1], follow=True).request["PATH_INFO"]
    new = "another sentence of my own"
    done = reader.post(path, {"password1": new, "password2": new}, follow=True)
    assert "the second step is as before" in words(done) and 'href="/account/login/"' in done.content.decode()
    in_two_languages(Client(), f"{RESET}key/done/")


@pytest.mark.parametrize("path", [KEYS, f"{KEYS}add/"])
def test_keys_are_spoken_of_in_our_words(own: Client, cast: Cast, path: str) -> None:
    in_two_languages(just_proven(own, cast), path)


def test_the_app_is_turned_off_in_our_words(own: Client, cast: Cast, key: Authenticator) -> None:
    """A key stays beside it, so it may go; the page says what follows and offers to keep it."""
    client = just_proven(own, cast)
    assert "Turn the app off?" in in_two_languages(client, "/account/2fa/totp/deactivate/")
    client.post("/account/2fa/totp/deactivate/")
    assert list(Authenticator.objects.values_list("pk", flat=True)) == [key.pk]


def test_a_key_is_named_anew_and_taken_off_in_our_words(own: Client, cast: Cast, key: Authenticator) -> None:
    client = just_proven(own, cast)
    assert "Blue key" in in_two_languages(client, KEYS)
    in_two_languages(client, f"{KEYS}keys/{key.pk}/edit/")
    assert "Take this key off?" in in_two_languages(client, f"{KEYS}keys/{key.pk}/remove/")
    client.post(f"{KEYS}keys/{key.pk}/remove/")
    assert not Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.parametrize("path", ["/account/reauthenticate/", "/account/2fa/reauthenticate/"])
def test_who_is_there_is_asked_with_the_other_way_beside(own: Client, path: str) -> None:
    assert "Is it you?" in in_two_languages(own, path)
    assert "Or show it another way" in in_two_languages(own, path)


def test_a_wrong_answer_names_what_to_do(own: Client) -> None:
    """A wrong password of a sign-in, and a wrong code of an app."""
    refused = own.post("/account/2fa/reauthenticate/", {"code": "000000"})
    assert "Wait for the next one" in words(refused)
    own.cookies["django_language"] = "es"
    assert "Escríbala otra vez" in words(own.post("/account/reauthenticate/", {"password": "wrong"}))
