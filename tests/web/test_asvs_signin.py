"""ASVS 5.0, chapters 6 and 7: passwords, second factors, sessions, at the product's own forms."""

import re
import time
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from commonweal.agencies import actions, queries
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit
from web.asvs_site import tls

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence only I would say"


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


def opened(cast: Cast, name: str = "dana", password: str = PASSWORD) -> queries.Account:
    """Somebody with a password."""
    return actions.open_account(
        by=SETUP,
        username=name,
        display_name="Dana Reyes",
        role="call_taker",
        agency=cast.agency["ecc"],
        password=password,
        email=f"{name}@harlow.example",
    )


def at_the_form(client: Client) -> Client:
    """The banner is acknowledged."""
    client.post("/account/banner/", {"understood": "yes", "next": "/desk/"})
    return client


def sign_in(client: Client, name: str = "dana", password: str = PASSWORD, **headers: str) -> Any:
    """Send the form."""
    return client.post("/account/login/", {"login": name, "password": password}, **headers)


def digits(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows `steps` times thirty seconds from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def entered(cast: Cast) -> tuple[Client, str, queries.Account]:
    """Signed in with password and app, by the form; with the app's secret."""
    account, secret = opened(cast), generate_totp_secret()
    TOTP.activate(account, secret)
    client = at_the_form(Client())
    sign_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": digits(secret)}).status_code == 302
    assert client.get("/desk/").status_code == 200
    return client, secret, account


@pytest.mark.parametrize(("password", "stands"), [("eleven char", False), ("twelve chars", True)])
def test_v6_2_1_a_password_has_twelve_characters_at_least(cast: Cast, password: str, stands: bool) -> None:
    """By the invitation, where passwords are set."""
    _, token = actions.invite(
        by=SETUP, agency=cast.agency["ecc"], role="call_taker", email="x@y.example", display_name="X"
    )
    form = {"username": "sam", "password": password, "again": password}
    answer = Client().post(f"/account/invitation/{token}/", form)
    assert (answer.status_code == 302) is stands


def test_v6_2_4_what_is_guessed_first_is_refused() -> None:
    """3,000 of the list, stretched to the length we ask for as guessing programs do."""
    words = [w for w in sorted(CommonPasswordValidator().passwords) if w.isalnum() and len(w) > 3]
    common = words[:: len(words) // 3000][:3000]
    assert len(common) == 3000
    for word in common:
        longer = word + "1234567890"[: max(0, 12 - len(word))] + "!"
        for stretched in (longer, word.capitalize() + "20242025!!!!"):
            with pytest.raises(ValidationError):
                validate_password(stretched)
                pytest.fail(stretched)
    for known in (
        "password1234",
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "123456789012",
        "iloveyouiloveyou",
        "P@ssw0rd2024!",
    ):
        with pytest.raises(ValidationError):
            validate_password(known)


@pytest.mark.parametrize(
    "password",
    [
        "only small letters here",
        "93 571 820 468 157",
        "ÄÖÜ straße über alles",
        "漢字漢字かな交じり文です",
        "🦊🌲🌊🍂🦉🌙🍄🌾🐚🪵🪨🕯",
        "ЗЕЛЁНЫЙ ЧАЙНИК",
    ],
)
def test_v6_2_5_any_characters_will_do(password: str) -> None:
    """No rule asks for digits, marks or capitals."""
    validate_password(password)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=12, max_size=60),
    st.data(),
)
@hypothesis(max_examples=30)
def test_v6_2_8_a_password_is_taken_as_it_was_sent(password: str, data: st.DataObject) -> None:
    """Neither cut, nor folded, nor trimmed: any other text than the one that was set is refused."""
    account = queries.Account(username="x")
    account.set_password(password)
    at = data.draw(st.integers(0, len(password) - 1))
    assert account.check_password(password)
    others = {password[:-1], password + " ", password.swapcase(), password[:at] + "Ω" + password[at + 1 :]}
    assert not [other for other in others - {password} if account.check_password(other)]


def test_v6_2_9_long_passwords_are_permitted(cast: Cast) -> None:
    """200 characters, and the last one counts."""
    long = " ".join(f"word{n}" for n in range(30))
    opened(cast, password=long)
    client = at_the_form(Client())
    assert len(long) > 190 and sign_in(client, password=long[:-1]).status_code != 302
    assert sign_in(client, password=long).status_code == 302


def test_v6_3_1_guesses_at_many_names_from_one_address_are_slowed(cast: Cast) -> None:
    """Credential stuffing: so many a minute, then 429, whatever header is invented."""
    client = at_the_form(Client())
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "5/m/ip"}):
        codes = [
            sign_in(client, f"nobody{n}", "wrong wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code
            for n in range(8)
        ]
    assert codes[-1] == 429 and codes[0] == 200


def test_v6_3_2_nobody_has_an_account_before_somebody_is_invited() -> None:
    """An empty instance has none; names that everybody tries are no accounts."""
    assert queries.accounts().count() == 0
    for name in ("root", "admin", "administrator", "sa", "test", "guest"):
        assert queries.account_named(name) is None


def test_v6_4_3_a_reset_password_does_not_pass_by_the_second_factor(cast: Cast) -> None:
    """The letter sets a password; nobody is signed in by it, and the app is still asked for."""
    account, secret = opened(cast), generate_totp_secret()
    TOTP.activate(account, secret)
    client = at_the_form(Client())
    client.post("/account/password/reset/", {"email": account.email})
    [letter] = mail.outbox
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", letter.body)
    assert link
    form = client.get(link[1], follow=True)
    new = "another sentence of my own"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert client.get("/desk/").status_code == 302, "the letter signs nobody in"
    assert Client().get(link[1], follow=True).status_code == 200
    assert sign_in(client, password=new).url == "/account/2fa/authenticate/"
    assert client.get("/desk/").status_code == 302
    assert Authenticator.objects.filter(user=account, type="totp").exists()


def test_v6_5_1_a_code_works_once(cast: Cast) -> None:
    """The same digits within their thirty seconds; a recovery code likewise."""
    now = time.time()
    with patch("time.time", lambda: now):
        client, secret, account = entered(cast)
        again = at_the_form(Client())
        sign_in(again)
        again.post("/account/2fa/authenticate/", {"code": digits(secret)})
        assert again.get("/desk/").status_code == 302
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(account).get_unused_codes()[0]
    for expected in (200, 302):
        other = at_the_form(Client())
        sign_in(other)
        other.post("/account/2fa/authenticate/", {"code": code})
        assert other.get("/desk/").status_code == expected


@pytest.mark.parametrize(("steps", "stands"), [(0, True), (-1, True), (-2, False), (2, False), (-20, False)])
def test_v6_5_5_a_code_lives_for_its_step_and_one_more(cast: Cast, steps: int, stands: bool) -> None:
    """Thirty seconds, and one step of delay as RFC 6238 (5.2) allows; nothing older or later."""
    account, secret = opened(cast), generate_totp_secret()
    TOTP.activate(account, secret)
    client = at_the_form(Client())
    sign_in(client)
    client.post("/account/2fa/authenticate/", {"code": digits(secret, steps)})
    assert (client.get("/desk/").status_code == 200) is stands


def test_v7_2_4_a_new_key_at_every_proof_of_identity(cast: Cast) -> None:
    """At the password, at the second step, and at a proof in the middle of a session."""
    account, secret = opened(cast), generate_totp_secret()
    TOTP.activate(account, secret)
    client = at_the_form(Client())
    before = client.session.session_key
    sign_in(client)
    client.post("/account/2fa/authenticate/", {"code": digits(secret, -1)})
    inside = client.session.session_key
    assert inside != before and not Session.objects.filter(session_key=before).exists()
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.session.session_key != inside
    assert not Session.objects.filter(session_key=inside).exists()
    assert client.get("/desk/").status_code == 200


def test_v7_4_1_a_session_that_ended_is_gone_at_the_server(cast: Cast) -> None:
    """The old cookie opens nothing, and the browser is told to forget what it holds."""
    client, _, _ = entered(cast)
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    out = client.post("/account/logout/")
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old
    assert thief.get("/desk/").status_code == 302
    assert not Session.objects.filter(session_key=old).exists()


def test_v7_4_3_a_changed_factor_or_password_ends_the_other_sessions(cast: Cast) -> None:
    """The one that made the change stays."""
    client, secret, account = entered(cast)
    elsewhere = visit(queries.actor(account.id))
    assert elsewhere.get("/desk/").status_code == 200
    from allauth.mfa.signals import authenticator_added

    request = client.get("/desk/").wsgi_request
    authenticator_added.send(
        Authenticator, request=request, user=account, authenticator=Authenticator(type="totp")
    )
    assert elsewhere.get("/desk/").status_code == 302 and client.get("/desk/").status_code == 200
    elsewhere = visit(queries.actor(account.id))
    new = "another sentence of my own"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert elsewhere.get("/desk/").status_code == 302 and client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/account/2fa/totp/deactivate/",
        "/account/2fa/recovery-codes/generate/",
        "/account/2fa/webauthn/add/",
    ],
)
def test_v7_5_1_factors_are_changed_after_a_fresh_proof_alone(cast: Cast, path: str) -> None:
    """Six minutes after the last one the proof is asked for again; nothing has changed."""
    client, _, account = entered(cast)
    session = client.session
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**one, "at": time.time() - 400} for one in records]
    session.save()
    kept = list(Authenticator.objects.values_list("id", "type"))
    answer = client.post(path)
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert list(Authenticator.objects.values_list("id", "type")) == kept


def test_v7_5_1_the_old_password_is_asked_for(cast: Cast) -> None:
    """A session left open does not change it; the address for letters is the administrator's."""
    client, _, account = entered(cast)
    new = "another sentence of my own"
    client.post("/account/password/change/", {"oldpassword": "wrong", "password1": new, "password2": new})
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert client.get("/account/email/").status_code == 404


def test_v11_4_2_passwords_rest_under_argon2() -> None:
    """First of the hashers of the settings, with the memory and passes that OWASP asks for, or more."""
    from commonweal.config import settings as product

    assert product.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    cost = Argon2PasswordHasher()
    assert cost.memory_cost >= 19_456 and cost.time_cost >= 2
    assert Argon2PasswordHasher().encode("x", "saltsaltsalt").startswith("argon2$argon2id$")


def test_v16_3_1_every_attempt_is_a_line(cast: Cast) -> None:
    """Refused, entered, left: who, when, on which class of device."""
    opened(cast)
    client = at_the_form(Client())
    sign_in(client, password="wrong")
    sign_in(client)
    client.post("/account/logout/")
    lines = JournalLine.objects.filter(kind="agencies.signed_in").order_by("id")
    assert [line.data["outcome"] for line in lines] == ["refused", "entered", "left"]
    assert all(line.at.tzinfo and line.data["device_class"] and line.subject for line in lines)


def test_v4_1_3_headers_of_a_proxy_are_not_believed_from_anybody(cast: Cast) -> None:
    """Neither host, nor scheme, nor user is taken from what a visitor sends."""
    client = Client(
        headers={
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-User-ID": "admin",
            "X-Remote-User": "admin",
            "X-Real-IP": "10.0.0.1",
        }
    )
    request = client.get("/").wsgi_request
    assert request.get_host() == "testserver" and not request.is_secure()
    assert not request.user.is_authenticated
    assert Client().get("/", headers={"Host": "evil.example"}).status_code == 400


def test_v14_2_1_no_key_in_an_address_opens_anything(cast: Cast) -> None:
    """Tokens and passwords count in the header and the body alone."""
    account = opened(cast)
    _, secret = actions.issue_token(by=SETUP, account=account.id, name="x", scopes=["read"])
    for name in ("token", "access_token", "api_key", "key", "Authorization"):
        assert Client().get("/api/v1/me", {name: secret}).status_code == 401
    client = at_the_form(Client())
    client.get("/account/login/", {"login": "dana", "password": PASSWORD})
    assert client.get("/desk/").status_code == 302


def test_v15_3_7_what_is_in_the_address_is_not_taken_for_the_form(cast: Cast) -> None:
    """Nor does a second value of a name replace the first check."""
    opened(cast)
    client = at_the_form(Client())
    client.post(f"/account/login/?login=dana&password={PASSWORD}", {})
    assert client.get("/2fa/").status_code == 404 and client.get("/desk/").status_code == 302
    twice = client.post("/account/login/", {"login": ["dana", "root"], "password": ["wrong", "wronger"]})
    assert twice.status_code == 200


def test_v3_7_2_and_v1_2_2_no_way_leads_to_another_site(cast: Cast) -> None:
    """Neither in `next`, nor in a protocol that is a script."""
    bad = (
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "\\\\evil.example",
        "/\\evil.example",
        "https:evil.example",
    )
    opened(cast)
    for where in bad:
        banner = Client().post("/account/banner/", {"understood": "yes", "next": where})
        assert banner.url == "/account/login/?next=%2F", where
        spoken = Client().post("/language/", {"language": "es", "next": where})
        assert spoken.url == "/", where
        client = at_the_form(Client())
        answer = client.post(
            f"/account/login/?next={where}", {"login": "dana", "password": PASSWORD, "next": where}
        )
        assert answer.status_code == 302 and not answer["Location"].startswith("//")
        assert answer["Location"].startswith("/") and "evil" not in answer["Location"].split("?")[0]


def test_v13_4_2_a_site_is_no_workshop() -> None:
    """Nothing shows faults to browsers, and the framework's own check for sites finds nothing to say."""
    from django.core import checks

    from commonweal.config import settings as product

    assert product.DEBUG is False and product.DEMO is False
    with tls(), override_settings(DEBUG=False, SECRET_KEY="x7" * 20 + "abcdefghijklmnop"):
        said = checks.run_checks(include_deployment_checks=True, tags=[checks.Tags.security])
    assert [one.id for one in said if one.id not in settings.SILENCED_SYSTEM_CHECKS] in (
        [],
        ["security.W021"],
    )
