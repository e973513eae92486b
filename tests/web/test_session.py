"""Who may come in, how far, and for how long."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings

from commonweal.agencies import actions, queries
from commonweal.config import settings as configured
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from commonweal.web.records_of_signin import entered
from commonweal.web.session import BEGAN, DEVICE, FACTOR_MARK, SEEN
from commonweal.web.signin import FactorAdapter, SocialAdapter, device_for
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence only I would say"
ClientOf = Callable[..., Client]


@pytest.fixture
def cast() -> Cast:
    """Every agency, without a memorandum."""
    return gather(partners=False)


def opened(cast: Cast, role: str = "call_taker", name: str = "dana", **facts: object) -> queries.Account:
    """An account with a password and no second factor yet."""
    return actions.open_account(
        by=SETUP, username=name, display_name="Dana Reyes", role=role, agency=cast.agency["ecc"],
        password=PASSWORD, **facts,
    )  # fmt: skip


def digits(secret: str) -> str:
    """What an authenticator app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def at_the_form(client: Client, next_page: str = "/desk/") -> Client:
    """The banner is read and acknowledged."""
    client.post("/account/banner/", {"understood": "yes", "next": next_page})
    return client


def sign_in(client: Client, name: str = "dana", password: str = PASSWORD, device: str = "office") -> Any:
    """Send the form."""
    return client.post("/account/login/", {"login": name, "password": password, "device": device})


def outcomes() -> list[str]:
    """What the journal says of sign-ins, oldest first."""
    return [
        line.data["outcome"] for line in JournalLine.objects.filter(kind="agencies.signed_in").order_by("id")
    ]


class TestBanner:
    """Nobody sees the form before the conditions of use (CJISSECPOL AC-8)."""

    def test_the_form_sends_a_stranger_to_the_banner_first(self, client: Client) -> None:
        """Reading and posting alike."""
        for answer in (client.get("/account/login/?next=/desk/"), sign_in(client)):
            assert answer.status_code == 302 and answer.url.startswith("/account/banner/")

    def test_agreeing_is_an_act(self, client: Client) -> None:
        """Posting without the tick stays on the banner and says why."""
        answer = client.post("/account/banner/", {"next": "/desk/"})
        assert "Tick the box" in answer.content.decode()
        assert client.get("/account/login/").status_code == 302
        agreed = client.post("/account/banner/", {"understood": "yes", "next": "/desk/"})
        assert agreed.url == "/account/login/?next=%2Fdesk%2F"
        assert client.get(agreed.url).status_code == 200

    def test_it_sends_nobody_to_another_site(self, client: Client) -> None:
        """A `next` outside the product is dropped."""
        agreed = client.post("/account/banner/", {"understood": "yes", "next": "https://evil.example/"})
        assert agreed.url == "/account/login/?next=%2F"


class TestSecondFactor:
    """A password alone opens nothing (CJISSECPOL IA-2)."""

    @pytest.mark.django_db(transaction=True)
    def test_from_the_password_through_enrolment_to_the_desk(self, client: Client, cast: Cast) -> None:
        """First sign-in: the wall, the square, six digits, recovery codes, the desk."""
        account = opened(cast)
        sign_in(at_the_form(client))
        wall = client.get("/desk/")
        assert wall.status_code == 302 and wall.url.startswith("/account/2fa/totp/activate/")
        square = client.get(wall.url, follow=True)
        secret = client.session[SECRET_SESSION_KEY]
        assert secret in square.content.decode()
        done = client.post("/account/2fa/totp/activate/", {"code": digits(secret)}, follow=True)
        assert done.redirect_chain[-1][0] == "/account/2fa/recovery-codes/"
        assert len(re.findall(r"<li>\d{8}</li>", done.content.decode())) == 10
        assert client.get("/desk/").status_code == 200
        account.refresh_from_db()
        assert not account.must_enrol

    @pytest.mark.django_db(transaction=True)
    def test_recovery_codes_are_shown_once_and_then_counted(self, client: Client, cast: Cast) -> None:
        """A second look, a file, another session: how many are left, and never which."""
        opened(cast)
        sign_in(at_the_form(client))
        client.get("/account/2fa/totp/activate/")
        enrol = {"code": digits(client.session[SECRET_SESSION_KEY])}
        shown = client.post("/account/2fa/totp/activate/", enrol, follow=True)
        codes = re.findall(r"<li>(\d{8})</li>", shown.content.decode())
        assert len(codes) == 10 and "no-store" in shown["Cache-Control"]
        for path in ("/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/download/"):
            again = client.get(path)
            assert again.status_code in (200, 403) and not any(c in again.content.decode() for c in codes)
        assert "10 codes are left" in client.get("/account/2fa/recovery-codes/").content.decode()
        other = at_the_form(Client())
        sign_in(other)
        other.post("/account/2fa/authenticate/", {"code": codes[3]})
        assert "9 codes are left" in other.get("/account/2fa/recovery-codes/").content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_new_codes_are_shown_once_and_end_the_old_ones(self, client: Client, cast: Cast) -> None:
        """The sheet is lost: a new one is printed, and nobody comes in by the old."""
        account = opened(cast)
        sign_in(at_the_form(client))
        client.get("/account/2fa/totp/activate/")
        enrol = {"code": digits(client.session[SECRET_SESSION_KEY])}
        first = client.post("/account/2fa/totp/activate/", enrol, follow=True).content.decode()
        second = client.post("/account/2fa/recovery-codes/generate/", follow=True).content.decode()
        old, new = (re.findall(r"<li>(\d{8})</li>", text) for text in (first, second))
        assert len(new) == 10 and not set(old) & set(new)
        for code, status in ((old[0], 302), (new[0], 200)):
            other = at_the_form(Client())
            sign_in(other)
            other.post("/account/2fa/authenticate/", {"code": code})
            assert other.get("/desk/").status_code == status
        assert account.is_active

    def test_an_enrolled_worker_needs_both_steps(self, client: Client, cast: Cast) -> None:
        """After the password the session is nobody's yet; after the digits it is."""
        secret = generate_totp_secret()
        TOTP.activate(opened(cast), secret)
        step = sign_in(at_the_form(client))
        assert step.url == "/account/2fa/authenticate/"
        assert client.get("/desk/").status_code == 302
        client.post("/account/2fa/authenticate/", {"code": "000000"})
        assert client.get("/desk/").status_code == 302
        client.post("/account/2fa/authenticate/", {"code": digits(secret)})
        assert client.get("/desk/").status_code == 200
        assert outcomes() == ["entered"]

    def test_a_session_that_lost_its_second_step_meets_the_wall_everywhere(
        self, client: Client, cast: Cast
    ) -> None:
        """Signed in, factor enrolled, step not taken: asked for the step, on every desk."""
        account = opened(cast)
        TOTP.activate(account, generate_totp_secret())
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        for path in ("/", "/desk/", "/board/", "/people/", "/trust/", "/setup/", "/training/", "/mine/"):
            assert client.get(path).url.startswith("/account/2fa/reauthenticate/"), path

    def test_the_secret_rests_encrypted(self, cast: Cast) -> None:
        """The stored value is not the secret, and comes back as it."""
        secret = generate_totp_secret()
        TOTP.activate(opened(cast), secret)
        stored = Authenticator.objects.get().data["secret"]
        assert secret not in stored and FactorAdapter().decrypt(stored) == secret

    def test_the_last_factor_cannot_be_taken_off(self, client_of: ClientOf, cast: Cast) -> None:
        """The page refuses; the factor stays."""
        account = opened(cast)
        TOTP.activate(account, generate_totp_secret())
        client_of(account).post("/account/2fa/totp/deactivate/")
        assert Authenticator.objects.filter(user=account, type="totp").exists()


class TestLockOut:
    """Five failures lock the name until someone releases it (CJISSECPOL AC-7)."""

    def test_five_wrong_then_the_right_one_is_refused(self, client: Client, cast: Cast) -> None:
        """Whatever the spelling of the name, whatever the address."""
        opened(cast)
        at_the_form(client)
        for name in ("dana", "Dana", "DANA", " dana", "dana"):
            last = sign_in(client, name, "wrong")
        assert last.status_code == 403 and "locked" in last.content.decode()
        elsewhere = at_the_form(Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="another"))
        assert sign_in(elsewhere).status_code == 403
        assert elsewhere.get("/desk/").status_code == 302
        assert outcomes().count("refused") >= 5 and "locked" in outcomes()

    def test_four_wrong_then_the_right_one_enters(self, client: Client, cast: Cast) -> None:
        """And the count starts anew."""
        opened(cast)
        at_the_form(client)
        for _ in range(4):
            sign_in(client, password="wrong")
        assert sign_in(client).status_code == 302
        assert outcomes()[-1] == "entered"

    def test_a_name_nobody_has_says_the_same(self, client: Client, cast: Cast) -> None:
        """The form does not tell which names exist."""
        opened(cast)
        at_the_form(client)
        known, unknown = (sign_in(client, name, "wrong").content.decode() for name in ("dana", "nobody"))
        faults = [re.findall(r'<ul class="usa-list">.*?</ul>', page) for page in (known, unknown)]
        assert faults[0] == faults[1] != []


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_are_five_guesses(cast: Cast) -> None:
    """Parallel attempts wait for each other: the sixth and later ones find the name locked."""
    opened(cast)
    clients = [at_the_form(Client(REMOTE_ADDR=f"203.0.113.{n}")) for n in range(20)]
    tried: list[str] = []

    def guess(client: Client) -> int:
        try:
            return int(sign_in(client, password="wrong").status_code)
        finally:
            connection.close()

    def counting(account: queries.Account, raw: str) -> bool:
        tried.append(raw)
        return check(account, raw)

    check = queries.Account.check_password
    with patch.object(queries.Account, "check_password", counting), ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, clients))
    assert len(tried) == 5 and answers.count(403) == 16
    assert sign_in(clients[0]).status_code == 403


class TestOidc:
    """The site's provider signs in accounts that exist, by verified address."""

    def login(self, *addresses: tuple[str, bool]) -> Any:
        """What the provider said."""
        return SimpleNamespace(
            email_addresses=[SimpleNamespace(email=email, verified=verified) for email, verified in addresses]
        )

    def test_a_verified_address_finds_its_account(self, cast: Cast) -> None:
        """Whatever its case."""
        account = opened(cast, email="dana@harlow.gov")
        found = SocialAdapter().authenticate_by_email(self.login(("Dana@Harlow.gov", True)))
        assert found == (account, "dana@harlow.gov")

    @pytest.mark.parametrize("addresses", [
        [("dana@harlow.gov", False)], [("nobody@harlow.gov", True)], [], [("two@harlow.gov", True)],
        [("gone@harlow.gov", True)],
    ])  # fmt: skip
    def test_nothing_else_does(self, cast: Cast, addresses: list[tuple[str, bool]]) -> None:
        """An unverified address, a stranger's, one of two hats, one of a closed account."""
        opened(cast, email="dana@harlow.gov")
        opened(cast, name="a", email="two@harlow.gov")
        opened(cast, name="b", email="two@harlow.gov")
        gone = opened(cast, name="c", email="gone@harlow.gov")
        actions.change_account(by=SETUP, account=gone.id, is_active=False)
        assert SocialAdapter().authenticate_by_email(self.login(*addresses)) is None
        assert SocialAdapter().is_open_for_signup(HttpRequest(), self.login()) is False

    @pytest.mark.parametrize(("claims", "is_full"), [(["pwd", "otp"], True), (["pwd"], False), (None, False)])
    def test_a_second_step_at_the_provider_counts_if_it_says_so(
        self, cast: Cast, rf: RequestFactory, claims: list[str] | None, is_full: bool
    ) -> None:
        """RFC 8176: the `amr` claim; without it our own second step is asked for."""
        request = rf.get("/")
        request.session = SessionStore()
        login = SimpleNamespace(account=SimpleNamespace(extra_data={"id_token": {"amr": claims}}))
        entered(request=request, user=opened(cast), sociallogin=login)
        assert bool(request.session.get(FACTOR_MARK)) is is_full

    def test_half_a_configuration_is_refused_at_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """By name; none at all is fine; a whole one names the provider."""
        assert configured._oidc() == {}
        monkeypatch.setenv("COMMONWEAL_OIDC_ISSUER", "https://id.harlow.gov")
        with pytest.raises(ImproperlyConfigured, match="COMMONWEAL_OIDC_CLIENT_ID, COMMONWEAL_OIDC_SECRET"):
            configured._oidc()
        monkeypatch.setenv("COMMONWEAL_OIDC_CLIENT_ID", "commonweal")
        monkeypatch.setenv("COMMONWEAL_OIDC_SECRET", "s")
        assert (
            configured._oidc()["openid_connect"]["APPS"][0]["settings"]["server_url"]
            == "https://id.harlow.gov"
        )


class TestIdleLock:
    """A session left alone locks, by device class (CJISSECPOL AC-11)."""

    def wait(self, client: Client, minutes: float, key: str = SEEN) -> None:
        """Let time pass for this session."""
        session = client.session
        session[key] = time.time() - minutes * 60
        session.save()

    @pytest.mark.parametrize(("device", "minutes", "stands"), [
        ("office", 29, True), ("office", 31, False), ("phone", 31, False), ("own", 31, False),
        ("vehicle", 600, True), ("dispatch", 600, True), ("dispatch", 721, False),
    ])  # fmt: skip
    def test_each_class_has_its_time(
        self, client_of: ClientOf, cast: Cast, device: str, minutes: float, stands: bool
    ) -> None:
        """Within it the desk answers, beyond it the sign-in page does, with the way back."""
        client = client_of(opened(cast), device)
        client.get("/desk/")
        self.wait(client, minutes)
        answer = client.get("/desk/?view=all")
        assert (answer.status_code == 200) is stands
        if not stands:
            assert answer.url == "/account/login/?next=%2Fdesk%2F%3Fview%3Dall&locked=1"
            assert client.get("/desk/").status_code == 302
            assert outcomes()[-1] == "left"

    def test_a_fragment_sends_the_whole_page_away(self, client_of: ClientOf, cast: Cast) -> None:
        """htmx is told to go to the sign-in page instead of drawing it into a corner."""
        client = client_of(opened(cast))
        client.get("/desk/")
        self.wait(client, 45)
        answer = client.get(
            "/desk/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/board/"}
        )
        assert answer.status_code == 204
        assert answer["HX-Redirect"] == "/account/login/?next=%2Fboard%2F&locked=1"

    def test_so_does_one_of_a_session_that_is_gone(self) -> None:
        """Signed out in another window: no sign-in page is drawn into the notes of a call."""
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"}
        answer = Client().post("/desk/new/", headers=headers)
        assert answer.status_code == 204 and answer["HX-Redirect"] == "/account/login/?next=%2Fdesk%2F"

    def test_a_form_of_an_earlier_sign_in_is_told_so_in_the_reader_s_language(self) -> None:
        """Not the framework's own page, and not drawn into a part of the page."""
        strict = Client(enforce_csrf_checks=True)
        strict.cookies["django_language"] = "es"
        whole, part = strict.post("/desk/new/"), strict.post("/desk/new/", headers={"HX-Request": "true"})
        assert whole.status_code == part.status_code == 403
        assert "Copie lo que escribió" in whole.content.decode() and "CSRF" not in whole.content.decode()
        assert part["HX-Retarget"] == "#messages" and "<html" not in part.content.decode()

    def test_the_page_s_own_requests_are_no_sign_of_life(self, client_of: ClientOf, cast: Cast) -> None:
        """Refreshing by itself for ever does not keep an empty chair signed in."""
        client = client_of(opened(cast))
        client.get("/desk/")
        self.wait(client, 20)
        client.get("/desk/", headers={"X-Background": "1"})
        assert time.time() - client.session[SEEN] > 19 * 60
        client.get("/desk/")
        assert time.time() - client.session[SEEN] < 60

    def test_however_busy_a_session_ends_after_a_long_shift(self, client_of: ClientOf, cast: Cast) -> None:
        """Fourteen hours after the sign-in."""
        client = client_of(opened(cast), "dispatch")
        client.get("/desk/")
        self.wait(client, 14 * 60 + 1, BEGAN)
        assert client.get("/desk/").status_code == 302

    def test_the_long_classes_are_for_those_who_work_there(self, cast: Cast) -> None:
        """An analyst has no dispatch console; a claim that does not fit is an office computer."""
        analyst, taker = opened(cast, "analyst", "ira"), opened(cast)
        assert device_for(analyst, "dispatch") == "office"
        assert device_for(taker, "dispatch") == "dispatch"
        assert device_for(taker, "vehicle") == "office"
        assert device_for(taker, "submarine") == "office"


class TestStanding:
    """Leaving ends sessions; unused accounts close (CJISSECPOL AC-2)."""

    def test_a_closed_account_s_session_dies_at_once(self, client_of: ClientOf, cast: Cast) -> None:
        """The next request is a stranger's."""
        account = opened(cast)
        client = client_of(account)
        assert client.get("/desk/").status_code == 200
        actions.change_account(by=SETUP, account=account.id, is_active=False)
        assert client.get("/desk/").status_code == 302

    def test_an_account_unused_for_ninety_days_closes_instead_of_opening(
        self, client: Client, cast: Cast
    ) -> None:
        """Day 91: the right password finds a closed account."""
        account = opened(cast)
        at_the_form(client)
        with clock.at(clock.now() + timedelta(days=91)):
            assert "closed" in sign_in(client).content.decode()
        account.refresh_from_db()
        assert not account.is_active

    def test_an_own_device_is_not_trusted(self, client_of: ClientOf, cast: Cast, rf: RequestFactory) -> None:
        """The actor says so, and the gate decides by it."""
        client = client_of(opened(cast), "own")
        assert client.session[DEVICE] == "own"
        assert client.get("/desk/").wsgi_request.actor.device_trusted is False


class TestInvitation:
    """The only way to an account: a token that works once."""

    def invited(self, cast: Cast) -> str:
        """A fresh invitation's token."""
        _, token = actions.invite(
            by=SETUP, agency=cast.agency["police"], role="patrol_officer", email="sam@police.gov",
            display_name="Sam Ortiz",
        )  # fmt: skip
        return token

    def test_it_opens_an_account_and_leads_to_the_second_factor(self, client: Client, cast: Cast) -> None:
        """Name and password chosen; the desk still waits for the second step; no second use."""
        path = f"/account/invitation/{self.invited(cast)}/"
        assert client.get(path).status_code == 200
        answer = client.post(path, {"username": "sam", "password": PASSWORD, "again": PASSWORD})
        assert answer.url == "/account/2fa/totp/activate/"
        assert client.get("/field/").url.startswith("/account/2fa/totp/activate/")
        account = queries.account_named("sam")
        assert account and (account.role, account.display_name) == ("patrol_officer", "Sam Ortiz")
        again = Client().post(path, {"username": "sam2", "password": PASSWORD, "again": PASSWORD})
        assert again.status_code == 409 and "invitation is over" in again.content.decode()

    @pytest.mark.parametrize(("changed", "said"), [
        ({"again": "another sentence entirely"}, "The two passwords differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"username": "dana"}, "taken"),
    ])  # fmt: skip
    def test_a_slip_is_said_and_costs_nothing(
        self, client: Client, cast: Cast, changed: dict[str, str], said: str
    ) -> None:
        """The form comes back with the name that was typed; the invitation still works."""
        opened(cast)
        path = f"/account/invitation/{self.invited(cast)}/"
        form = {"username": "sam", "password": PASSWORD, "again": PASSWORD}
        answer = client.post(path, {**form, **changed})
        assert answer.status_code == 400 and said in answer.content.decode()
        assert client.post(path, form).status_code == 302

    def test_the_page_says_whom_it_awaits_and_as_what(self, client: Client, cast: Cast) -> None:
        """Who opens a colleague's letter by mistake sees so before choosing a password; in both languages."""
        path = f"/account/invitation/{self.invited(cast)}/"
        text = client.get(path).content.decode()
        assert "Sam Ortiz" in text and "Patrol officer" in text and "Harlow Police" in text
        spanish = client.get(path, headers={"Accept-Language": "es"}).content.decode()
        assert "Sam Ortiz" in spanish and "Patrol officer" not in spanish

    def test_a_link_that_is_over_says_so_at_once(self, client: Client, cast: Cast) -> None:
        """Used, or out of time: nobody types two passwords in vain."""
        path = f"/account/invitation/{self.invited(cast)}/"
        with clock.at(clock.now() + timedelta(days=8)):
            assert client.get(path).status_code == 409
        client.post(path, {"username": "sam", "password": PASSWORD, "again": PASSWORD})
        assert "invitation is over" in Client().get(path).content.decode()
        assert Client().get("/account/invitation/made-up/").status_code == 404

    def test_a_made_up_token_finds_nothing(self, client: Client, cast: Cast) -> None:
        """Like any address that does not exist."""
        form = {"username": "sam", "password": PASSWORD, "again": PASSWORD}
        assert client.post("/account/invitation/made-up/", form).status_code == 404

    def test_nobody_signs_up_alone(self, client: Client) -> None:
        """The library's sign-up page is closed."""
        answer = client.post(
            "/account/signup/", {"username": "x", "password1": PASSWORD, "password2": PASSWORD}
        )
        assert "by invitation" in answer.content.decode()
        assert queries.account_named("x") is None


class TestDemoDoor:
    """One click into a desk, in the demo only."""

    @override_settings(DEMO=False)
    def test_absent_elsewhere(self, client: Client, cast: Cast) -> None:
        """Page and entrance do not exist."""
        opened(cast)
        assert client.get("/demo/").status_code == 404
        assert client.post("/demo/enter/dana/").status_code == 404
        assert client.get("/desk/").status_code == 302

    @override_settings(DEMO=True)
    def test_one_click_is_fully_signed_in(self, client: Client, cast: Cast) -> None:
        """The page names the person; the button leads to the desk, second step included; reading does not."""
        opened(cast)
        assert "Dana Reyes" in client.get("/demo/").content.decode()
        assert client.get("/demo/enter/dana/").status_code == 405
        assert client.post("/demo/enter/dana/").url == "/desk/"
        page = client.get("/desk/")
        assert page.status_code == 200 and "Harlow County does not exist" in page.content.decode()
        assert client.post("/demo/enter/nobody/").status_code == 404
