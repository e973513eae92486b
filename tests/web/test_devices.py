"""Devices in the browser: entered at sign-in, listed, ended, and shut out in every process at once."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonweal.agencies.models import Device
from commonweal.agencies.queries import KEPT
from commonweal.kernel.actors import Actor
from commonweal.web.devices import browser_of
from factories.cast import Cast, gather, worker
from factories.heard import alike
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"
OWN, AGENCY = "/account/devices/", "/account/devices/agency/"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather(partners=False)


def device_of(client: Client) -> str:
    return str(client.session[KEPT])


def known(actor: Actor) -> tuple[Client, Client]:
    """The same worker at a desk and on a phone."""
    return visit(actor), visit(actor, "phone")


def test_a_sign_in_enters_the_device_and_the_browser_keeps_its_token(cast: Cast, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    actor = cast["clinician"]
    name = visit(actor).get(OWN).wsgi_request.user.username
    Device.objects.all().delete()
    client = Client(headers={"user-agent": PHONE})
    client.post(reverse("demo_enter", args=[name]))
    [device] = Device.objects.filter(account=actor.id)
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]  # type: ignore[attr-defined]
    assert device.browser == "Firefox · Android" and cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie.value not in device.token_hash
    client.post(reverse("account_logout"))
    client.post(reverse("demo_enter", args=[name]))
    assert Device.objects.filter(account=actor.id).count() == 1, "the same browser is known again"


def test_one_sees_and_ends_ones_own(cast: Cast) -> None:
    desk, phone = known(cast["clinician"])
    other = visit(cast["patrol_officer"])
    page = desk.get(OWN).content.decode()
    assert page.count("in your hands now") == 1 and page.count('value="end"') == 1
    desk.post(OWN, {"device": device_of(phone), "act": "end"})
    assert phone.get(OWN).status_code == 302 and desk.get(OWN).status_code == 200
    for act in ("end", "revoke", "restore"):
        refused = desk.post(OWN, {"device": device_of(other), "act": act, "reason": "Curious"})
        assert refused.status_code == 404
    assert other.get(OWN).status_code == 200


def test_a_fold_that_shuts_out_says_whose_browser(cast: Cast) -> None:
    """Heard one after another, each names what it would shut out; nothing is added for the eye."""
    clinician = cast["clinician"]
    known(clinician)
    page = visit(cast["administrator"]).get(AGENCY).content.decode()
    named = 'Shut it out<span class="usa-sr-only">: '
    assert page.count(named) >= 2 and "<summary>Shut it out</summary>" not in page
    assert not [name for name in alike(page) if "Phone" in name], "the phone is heard apart from the desk"
    own = visit(clinician).get(OWN).content.decode()
    assert 'Lost, or not mine<span class="usa-sr-only">: ' in own


def test_the_device_in_hand_is_left_by_signing_out(cast: Cast) -> None:
    desk = visit(cast["clinician"])
    answer = desk.post(OWN, {"device": device_of(desk), "act": "revoke", "reason": "Lost"})
    assert answer.status_code == 409 and desk.get(OWN).status_code == 200


def test_a_lost_phone_is_out_at_its_next_step_and_cannot_come_back(cast: Cast) -> None:
    _, phone = known(cast["patrol_officer"])
    phone.cookies[settings.DEVICE_COOKIE_NAME] = "its-token"
    phone.force_login(
        phone.get(OWN).wsgi_request.user, backend=settings.AUTHENTICATION_BACKENDS[-1]
    )  # begins again, as with the form
    Device.objects.filter(id=device_of(phone)).update(token_hash=_hash("its-token"))
    lost = device_of(phone)
    keeper = visit(cast["administrator"])
    said = keeper.post(AGENCY, {"device": lost, "act": "revoke", "reason": "Lost on the bus"})
    assert said.status_code == 302 and "Lost on the bus" in keeper.get(AGENCY).content.decode()
    assert lost not in [s.get_decoded().get(KEPT) for s in Session.objects.all()]
    after = phone.get("/field/", follow=True)
    assert after.status_code == 403 and "This device was shut out" in after.content.decode()
    assert "cache" in after["Clear-Site-Data"]
    keeper.post(AGENCY, {"device": lost, "act": "restore"})
    assert phone.get("/field/", follow=True).status_code == 200


def _hash(token: str) -> str:
    from hashlib import sha256

    return sha256(token.encode()).hexdigest()


def test_a_form_from_a_shut_out_browser_does_not_let_in(cast: Cast) -> None:
    _, phone = known(cast["patrol_officer"])
    Device.objects.filter(id=device_of(phone)).update(
        token_hash=_hash("gone"), revoked_at="2026-01-01T00:00Z", revoked_by="x"
    )
    thief = Client()
    thief.cookies[settings.DEVICE_COOKIE_NAME] = "gone"
    for path in ("account_login", "account_banner"):
        answer = thief.post(reverse(path), {"login": "a", "password": "b", "understood": "yes"}, follow=True)
        assert answer.status_code == 403 and "shut out" in answer.content.decode()


@pytest.mark.parametrize("role", ["clinician", "supervisor", "case_manager", "records_steward"])
def test_others_have_no_register(cast: Cast, role: str) -> None:
    phone = visit(cast["patrol_officer"], "phone")
    client = visit(cast[role])
    assert client.get(AGENCY).status_code == 403
    sent = {"device": device_of(phone), "act": "revoke", "reason": "Curious"}
    assert client.post(AGENCY, sent).status_code == 403 and phone.get(OWN).status_code == 200


def test_a_keeper_of_another_agency_finds_nothing(cast: Cast) -> None:
    phone = visit(cast["patrol_officer"], "phone")
    elsewhere = visit(worker(cast.agency["health"], "administrator"))
    assert "Patrol" not in elsewhere.get(AGENCY).content.decode()
    sent = {"device": device_of(phone), "act": "revoke", "reason": "Not theirs"}
    assert elsewhere.post(AGENCY, sent).status_code == 404 and phone.get(OWN).status_code == 200


def test_strangers_and_senseless_ids(cast: Cast) -> None:
    assert "login" in Client().get(OWN)["Location"]
    assert Client().get(AGENCY).status_code == 302
    assert visit(cast["administrator"]).post(AGENCY, {"device": "1 OR 1=1"}).status_code == 400


def test_the_pages_read_in_spanish(cast: Cast) -> None:
    client = visit(cast["privacy_officer"])
    client.cookies["django_language"] = "es"
    assert "Sus dispositivos" in client.get(OWN).content.decode()
    assert "Dispositivos de la agencia" in client.get(AGENCY).content.decode()


@given(st.text(max_size=200))
def test_whatever_a_browser_says_of_itself_is_few_known_words(agent: str) -> None:
    assert len(browser_of(agent)) <= 20


def test_browsers_are_told_apart() -> None:
    mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15"
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
    assert (browser_of(mac), browser_of(edge), browser_of("curl/8")) == ("Safari · Mac", "Edge · Windows", "")


def test_the_demo_s_desks_open_in_the_language_of_its_page(cast: Cast, settings: object) -> None:
    """Read in Spanish, entered in Spanish, though the account was made in English."""
    settings.DEMO = True  # type: ignore[attr-defined]
    actor = cast["clinician"]
    name = visit(actor).get(OWN).wsgi_request.user.username
    client = Client(headers={"accept-language": "es-US"})
    client.post(reverse("demo_enter", args=[name]))
    assert '<html lang="es"' in client.get(OWN).content.decode()
    client.post("/language/", {"language": "en", "next": OWN})
    client.post(reverse("demo_enter", args=[name]))
    assert '<html lang="en"' in client.get(OWN).content.decode()
