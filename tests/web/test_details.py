"""One's own details: name, languages and address; an address holds once its owner has opened the link."""

import re
from html import unescape

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core import mail, signing
from django.http import HttpRequest
from django.test import Client

from commonweal.agencies import actions, queries
from commonweal.agencies.events import AccountChanged
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from commonweal.web.details import SALT
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
OWN, ASK = "/account/details/", "/account/details/email/"
NEW, OLD = "dana@county.example", "dana@old.example"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind; a clinician with an address."""
    cast = gather(partners=False)
    actions.change_account(by=SETUP, account=cast.account("clinician"), email=OLD)
    return cast


@pytest.fixture(name="own")
def a_session(cast: Cast) -> Client:
    """The clinician, a minute after the password."""
    return just_in(cast, "clinician")


def just_in(cast: Cast, role: str) -> Client:
    """Somebody who has just shown who they are."""
    client, account = visit(cast[role]), queries.account(cast.account(role))
    carrier = HttpRequest()
    carrier.session = client.session
    record_authentication(carrier, account, "password", username=account.username)
    carrier.session.save()
    return client


def read(client: Client, path: str = OWN, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def link_in_the_letter() -> str:
    """The path of the newest letter's link."""
    found = re.search(r"https?://[^/\s]+(/account/details/email/\S+/)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def changes() -> list[JournalLine]:
    """What the journal says of accounts that changed, oldest first."""
    return list(JournalLine.objects.filter(kind=AccountChanged.kind).order_by("id"))


def the_clinician(cast: Cast) -> queries.Account:
    return queries.account(cast.account("clinician"))


class TestNameAndLanguages:
    """What colleagues read, and what the dispatch desk looks for."""

    def test_both_are_kept_and_journalled_by_their_names_alone(self, own: Client, cast: Cast) -> None:
        assert own.post(OWN, {"name": " Dana Reyes ", "languages": ["en", "vi"]}).url == OWN
        found = the_clinician(cast)
        assert (found.display_name, found.languages) == ("Dana Reyes", "en vi")
        [line] = [line for line in changes() if "languages" in line.data["fields"]]
        assert line.actor == cast["clinician"].id and "Dana" not in str(line.data)

    def test_the_page_is_reached_from_the_menu_and_from_the_notices(self, own: Client) -> None:
        assert f'href="{OWN}"' in read(own, "/field/") and f'href="{OWN}"' in read(own, "/account/notices/")

    def test_what_is_spoken_is_ticked_also_where_the_list_lacks_it(self, own: Client, cast: Cast) -> None:
        actions.change_account(by=SETUP, account=cast.account("clinician"), languages="en yo")
        shown = read(own)
        assert 'value="yo" checked' in shown and "Yoruba" in shown and 'value="es">' in shown

    @pytest.mark.parametrize(
        ("name", "spoken", "field"),
        [(" ", ["es"], "name"), ("x" * 121, ["es"], "name"), ("Dana R", [], "languages"),
         ("Dana R", ["xx"], "languages")],
    )  # fmt: skip
    def test_what_is_refused_comes_back_as_it_was_typed(
        self, own: Client, cast: Cast, name: str, spoken: list[str], field: str
    ) -> None:
        before = the_clinician(cast).display_name
        answer = own.post(OWN, {"name": name, "languages": spoken})
        shown = answer.content.decode()
        assert answer.status_code == 400 and f'data-fault="{field}"' in shown and f'value="{name}"' in shown
        assert the_clinician(cast).display_name == before

    def test_nothing_else_can_be_changed_here(self, own: Client, cast: Cast) -> None:
        """Neither role nor standing nor, past its link, the address."""
        more = {"role": "administrator", "is_medical": "yes", "email": NEW}
        own.post(OWN, {"name": "D", "languages": "en", **more})
        found = the_clinician(cast)
        assert (found.role, found.email) == ("clinician", OLD)

    def test_spanish_is_spanish(self, own: Client) -> None:
        own.cookies["django_language"] = "es"
        shown = read(own)
        assert "Sus datos" in shown and "vietnamita" in shown and "Languages you speak" not in shown


class TestAddress:
    """It holds once its owner has opened the link."""

    def test_from_the_form_to_the_letters(self, own: Client, cast: Cast) -> None:
        assert own.post(ASK, {"email": NEW}).url == OWN
        assert the_clinician(cast).email == OLD and mail.outbox[-1].to == [NEW]
        path = link_in_the_letter()
        assert NEW in read(own, path) and the_clinician(cast).email == OLD, "a mail scanner opens links too"
        assert own.post(path).url == OWN
        assert the_clinician(cast).email == NEW and NEW in read(own)
        assert mail.outbox[-1].to == [OLD] and NEW not in str(mail.outbox[-1].body)
        assert any(line.data["fields"] == ["email"] for line in changes())

    def test_a_link_works_once(self, own: Client, cast: Cast) -> None:
        own.post(ASK, {"email": NEW})
        path = link_in_the_letter()
        own.post(path)
        actions.change_account(by=SETUP, account=cast.account("clinician"), email="third@county.example")
        assert own.post(path).status_code == 409
        assert the_clinician(cast).email == "third@county.example"

    def test_a_link_is_of_no_use_to_anybody_else(self, own: Client, cast: Cast) -> None:
        own.post(ASK, {"email": NEW})
        path, other = link_in_the_letter(), just_in(cast, "medic")
        assert other.get(path).status_code == other.post(path).status_code == 409
        assert Client().get(path).status_code == Client().post(path).status_code == 302
        assert NEW not in other.get(path).content.decode() and the_clinician(cast).email == OLD

    @pytest.mark.parametrize("path", [f"{ASK}forged/", f"{ASK}eyJhIjoxfQ:1x:aaaa/"])
    def test_a_forged_link_says_what_to_do(self, own: Client, path: str) -> None:
        answer = own.get(path)
        assert answer.status_code == 409 and f'href="{OWN}"' in answer.content.decode()

    def test_a_link_is_over_after_a_day(
        self, own: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Made as the page makes it, a day and an hour ago."""
        told = {"account": cast["clinician"].id, "old": OLD, "new": NEW}
        then = clock.now().timestamp() - 90_000
        with monkeypatch.context() as patched:
            patched.setattr(signing.time, "time", lambda: then)
            path = f"{ASK}{signing.dumps(told, salt=SALT)}/"
        assert own.post(path).status_code == 409 and the_clinician(cast).email == OLD
        assert own.post(f"{ASK}{signing.dumps(told, salt=SALT)}/").status_code == 302

    @pytest.mark.parametrize("wanted", ["", "dana", "dana@", "a@b c.example", "x" * 300 + "@county.example"])
    def test_what_is_no_address_is_said(self, own: Client, wanted: str) -> None:
        answer = own.post(ASK, {"email": wanted})
        assert answer.status_code == 400 and 'data-fault="email"' in answer.content.decode()
        assert not mail.outbox

    def test_an_open_session_alone_cannot_send_letters_elsewhere(self, cast: Cast) -> None:
        """Long after the password it is asked for again."""
        account = the_clinician(cast)
        account.set_password("a sentence only I would say")
        account.save()
        found = visit(cast["clinician"]).post(ASK, {"email": NEW})
        assert found.status_code == 302 and "reauthenticate" in found["Location"] and not mail.outbox


@pytest.mark.parametrize("path", [OWN, ASK, f"{ASK}token/"])
def test_a_stranger_is_sent_to_the_entrance(path: str, cast: Cast) -> None:
    for answer in (Client().get(path), Client().post(path, {"name": "x", "email": NEW})):
        assert answer.status_code == 302 and "/account/" in answer["Location"]
    assert not mail.outbox


def test_without_the_second_step_nothing_opens(cast: Cast) -> None:
    half = Client()
    half.force_login(the_clinician(cast))
    assert half.post(OWN, {"name": "Other", "languages": "en"}).status_code == 302
    assert the_clinician(cast).display_name != "Other"
