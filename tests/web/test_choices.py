"""One's own page of choices: whose it is, what it says before anything is chosen, what it keeps."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from playwright.sync_api import Page, expect

from commonweal.agencies import queries
from commonweal.config import settings as configured
from commonweal.messages import queries as told
from factories.cast import Cast, gather
from factories.visitor import visit

OWN = "/account/notices/"
FILLED = {
    "ways_work": ["mail"], "ways_duty": ["text", "mail"], "phone": "213 555 0142", "quiet_from": "22:00",
    "quiet_until": "06:30", "time_zone": "America/Denver",
}  # fmt: skip


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    return gather(partners=False)


def page(client: Client) -> str:
    """The page's words."""
    return " ".join(client.get(OWN).content.decode().split())


def test_it_belongs_to_whoever_is_signed_in(cast: Cast, client: Client) -> None:
    """A stranger and half a sign-in are sent to sign in; a colleague's choice is not shown or changed."""
    assert client.get(OWN).status_code == client.post(OWN, FILLED).status_code == 302
    half = Client()
    half.force_login(queries.account(cast.account("medic")), backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert half.post(OWN, FILLED).status_code == 302 and told.choice(cast["medic"]) is None
    visit(cast["clinician"]).post(OWN, FILLED)
    assert "+12135550142" not in page(visit(cast["medic"])) and told.choice(cast["medic"]) is None


def test_before_any_choice_it_shows_the_site_s_own(cast: Cast) -> None:
    """Safety is on and cannot be taken off; the words that leave stand there as they leave."""
    said = page(visit(cast["clinician"]))
    assert said.count(" checked disabled") == 2 and said.count(" checked") == 4
    assert "1 notice waits for you. Reason: your duty. Sign in:" in said
    assert "none is on file" in said and "/account/notices/" in page(visit(cast["medic"], "phone"))


def test_what_was_chosen_stands_there_again(cast: Cast) -> None:
    clinician = visit(cast["clinician"])
    assert clinician.post(OWN, FILLED).url == OWN
    said = page(clinician)
    assert "Saved. It holds from the next notice." in said and 'value="+12135550142"' in said
    assert 'value="22:00"' in said and 'value="06:30"' in said
    assert '<option value="America/Denver" selected>' in said
    kept = told.choice(cast["clinician"])
    assert kept and kept.channels["work"] == ["mail"] and kept.channels["account"] == []


def test_the_page_as_it_first_stands_can_be_saved(cast: Cast) -> None:
    """What the site chose needs no number; it reaches nobody until there is one."""
    clinician = visit(cast["clinician"])
    assert clinician.post(OWN, {"ways_duty": ["text"], "ways_account": ["mail"]}).status_code == 302


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"quiet_until": ""}, "Give both times of the quiet hours, or neither."),
        ({"quiet_from": "late"}, "Write the time as hours and minutes, such as 21:30."),
        (
            {"phone": "", "ways_work": ["text"]},
            "Write the number that text messages go to, or take them off.",
        ),
        ({"ways_work": ["pigeon"]}, "Use one of: mail, text."),
        ({"time_zone": "Mars"}, "Choose from the list."),
    ],
)
def test_a_slip_is_named_and_nothing_is_kept(cast: Cast, changed: dict, says: str) -> None:
    answer = visit(cast["clinician"]).post(OWN, FILLED | changed)
    assert answer.status_code == 400 and says in answer.content.decode()
    assert told.choice(cast["clinician"]) is None


def test_it_speaks_spanish(cast: Cast) -> None:
    client = visit(cast["clinician"])
    client.post("/language/", {"language": "es"})
    said = page(client)
    assert "Sus avisos" in said and "Motivo: su servicio." in said and "Nunca se calla" in said


class TestSettings:
    """Half a configuration stops the start with its name."""

    def test_a_mail_server_is_read_whole(self) -> None:
        found = configured._smtp("smtp+tls://desk:p%40ss@mail.example")
        assert (found["host"], found["port"], found["user"], found["password"]) == (
            "mail.example", "587", "desk", "p@ss",
        )  # fmt: skip
        assert configured._smtp("") == {} and configured._smtp("smtps://m.example:4465")["port"] == "4465"

    @pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://m.example:port"])
    def test_one_that_cannot_be_is_refused(self, url: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="COMMONWEAL_SMTP"):
            configured._smtp(url)

    def test_a_scanner_is_named_by_socket_or_port(self) -> None:
        for fine in ("", "clamd:/run/clamav/clamd.ctl", "clamd://127.0.0.1:3310"):
            assert configured._scanner(fine) == fine
        for wrong in ("clamd", "clamd://host", "clamd://host:port", "command:/bin/true", "https://s.example"):
            with pytest.raises(ImproperlyConfigured, match="COMMONWEAL_SCANNER"):
                configured._scanner(wrong)

    def test_a_greatest_size_is_whole_megabytes(self) -> None:
        assert configured._megabytes("COMMONWEAL_ATTACHMENT_MB", "15", 100) == 15_000_000
        for wrong in ("0", "101", "1.5", "-1", "many", ""):
            with pytest.raises(ImproperlyConfigured, match="COMMONWEAL_ATTACHMENT_MB"):
                configured._megabytes("COMMONWEAL_ATTACHMENT_MB", wrong, 100)

    def test_a_gateway_is_spoken_to_in_the_clear_on_this_machine_only(self) -> None:
        for fine in ("", "https://sms.example/send", "http://127.0.0.1:9000/"):
            assert configured._gateway(fine) == fine
        for wrong in ("http://sms.example/", "sms.example", "ftp://127.0.0.1/"):
            with pytest.raises(ImproperlyConfigured, match="COMMONWEAL_SMS_URL"):
                configured._gateway(wrong)


@pytest.mark.slow
def test_it_is_used_with_a_keyboard_on_a_phone(
    phone: Page, cast: Cast, enter: Callable, axe: Callable[[Page], list[str]], server: str
) -> None:
    """From the bell's list to a choice; nothing is wider than the screen."""
    enter(phone, queries.account(cast.account("clinician")))
    phone.goto(f"{server}/account/bell/waiting/")
    phone.get_by_role("link", name="Choose how notices reach you").click()
    expect(phone.get_by_role("heading", name="Your notices")).to_be_visible()
    phone.get_by_label("Number for text messages").fill("213 555 0142")
    phone.get_by_role("group", name="Work").get_by_text("Text message").click()
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Saved. It holds from the next notice.")).to_be_visible()
    expect(phone.get_by_role("group", name="Work").get_by_label("Text message")).to_be_checked()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth") and not axe(phone)
