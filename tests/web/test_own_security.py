"""A worker's page of sign-in and security: each way in on it, each change a click away, in two languages."""

import re
from html import unescape

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpRequest
from django.test import Client

from commonweal.agencies import queries
from factories.cast import Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PAGE, CODES = "/account/2fa/", "/account/2fa/recovery-codes/"
NEW = "another sentence of my own"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.fixture(name="own")
def a_session(cast: Cast) -> Client:
    """An officer who has just proven who they are, with an app and a sheet of codes."""
    account = queries.account(cast.account("patrol_officer"))
    account.set_password("the first sentence of mine")
    account.save()
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    client = visit(cast["patrol_officer"])
    carrier = HttpRequest()
    carrier.session = client.session
    record_authentication(carrier, account, "password", username=account.username)
    carrier.session.save()
    return client


def read(client: Client, path: str, **headers: str) -> str:
    """A page that opens."""
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.content.decode())


def test_every_change_is_reached_from_the_menu(own: Client) -> None:
    """The menu leads to the page, and the page to the password, the keys, the codes, the devices."""
    assert f'href="{PAGE}"' in read(own, "/field/")
    text = read(own, PAGE)
    for path in ("/account/password/change/", "/account/2fa/webauthn/add/", f"{CODES}generate/",
                 "/account/devices/"):  # fmt: skip
        assert f'href="{path}"' in text and own.get(path).status_code == 200, path


def test_the_only_second_factor_offers_no_switch_that_would_be_refused(own: Client) -> None:
    text = read(own, PAGE)
    assert "As your only second factor it stays" in text and "deactivate" not in text
    own.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_codes_are_counted_as_they_are_used(own: Client, cast: Cast) -> None:
    assert "10 codes are left." in read(own, PAGE)
    rows = Authenticator.objects.get(type="recovery_codes")
    sheet = RecoveryCodes(rows)
    for code in sheet.get_unused_codes()[:9]:
        assert sheet.validate_code(code)
    assert "1 code is left." in read(own, PAGE)


def test_new_codes_are_asked_for_in_words_and_can_be_left_alone(own: Client) -> None:
    """The page says what ends, and the way back changes nothing."""
    before = Authenticator.objects.get(type="recovery_codes").data["seed"]
    text = read(own, f"{CODES}generate/")
    assert "stop working at once" in text and "Keep what I have" in text and f'href="{PAGE}"' in text
    assert Authenticator.objects.get(type="recovery_codes").data["seed"] == before
    assert own.post(f"{CODES}generate/").status_code == 302
    assert Authenticator.objects.get(type="recovery_codes").data["seed"] != before


class TestPassword:
    """Changed with the old one; what is not accepted says why beside its field."""

    PATH = "/account/password/change/"

    def test_it_is_changed_and_the_session_goes_on(self, own: Client, cast: Cast) -> None:
        sent = {"oldpassword": "the first sentence of mine", "password1": NEW, "password2": NEW}
        assert own.post(self.PATH, sent).status_code == 302
        assert queries.account(cast.account("patrol_officer")).check_password(NEW)
        assert own.get("/field/").status_code == 200

    @pytest.mark.parametrize(
        "changed",
        [{"oldpassword": "wrong"}, {"password2": "another"}, {"password1": "short", "password2": "short"},
         {"password1": "password123456", "password2": "password123456"}, {"password1": "", "password2": ""}],
    )  # fmt: skip
    def test_what_is_not_accepted_is_said_beside_its_field(
        self, own: Client, cast: Cast, changed: dict[str, str]
    ) -> None:
        sent = {"oldpassword": "the first sentence of mine", "password1": NEW, "password2": NEW} | changed
        answer = own.post(self.PATH, sent)
        text = answer.content.decode()
        assert "Please look at these again" in text and "usa-error-message" in text
        assert NEW not in text and "the first sentence of mine" not in text
        account = queries.account(cast.account("patrol_officer"))
        assert account.check_password("the first sentence of mine")

    def test_each_rule_stands_there_once(self, own: Client) -> None:
        rules = re.findall(r"<li>(.*?)</li>", read(own, self.PATH).split("<form")[-1])
        assert len(rules) == len(set(rules)) == 4

    def test_no_field_says_its_name_twice(self, own: Client) -> None:
        assert "placeholder=" not in read(own, self.PATH).split("<form")[-1]


@pytest.mark.parametrize("path", [PAGE, f"{CODES}generate/", "/account/password/change/"])
def test_no_english_is_left_on_the_spanish_page(own: Client, path: str) -> None:
    own.cookies["django_language"] = "es"
    text = read(own, path, **{"Accept-Language": "es"}).split("<main")[1].split("</main>")[0]
    words = re.sub(r"<[^>]+>", " ", text)
    assert not re.search(r"\b(the|your|and|codes|change|password|keys)\b", words, re.I), words


@pytest.mark.parametrize("path", [PAGE, CODES, f"{CODES}generate/", "/account/password/change/"])
def test_a_stranger_is_sent_to_the_entrance(path: str, cast: Cast) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302 and "/account/" in answer["Location"]
