"""The first administrator of an instance: a link from the command, a password, then the second factor."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from commonweal.agencies import queries
from commonweal.cli.main import main
from commonweal.kernel import journal

pytestmark = pytest.mark.django_db
PASSWORD = "a harbour wall in november"


def link(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The path of the link that the command printed."""
    assert main(["admin", "--email", "pat@harlow.gov", "--name", "Pat Morrow", *arguments]) == 0
    found = re.search(r"https?://\S+", capsys.readouterr().out)
    assert found is not None
    return urlsplit(found.group()).path


def accept(path: str, username: str) -> str:
    """Where the browser is sent after the form."""
    form = {"username": username, "password": PASSWORD, "again": PASSWORD}
    answer = Client().post(path, form)
    assert answer.status_code == 302, answer.content[:500]
    return str(answer["Location"])


def test_the_first_administrator_comes_in_by_the_link(capsys: pytest.CaptureFixture[str]) -> None:
    path = link(capsys, "--agency", "Harlow County")
    assert Client().get(path).status_code == 200
    assert "totp" in accept(path, "pat"), "a password alone is not enough: the authenticator app comes next"

    account = queries.account_named("pat")
    assert account is not None and account.role == "administrator" and account.display_name == "Pat Morrow"
    assert account.agency is not None
    assert (account.agency.name, account.agency.kind) == ("Harlow County", "government")
    journal.seal_all()
    assert journal.verify().is_sound


def test_the_link_works_once(capsys: pytest.CaptureFixture[str]) -> None:
    path = link(capsys)
    accept(path, "pat")
    form = {"username": "sam", "password": PASSWORD, "again": PASSWORD}
    assert Client().post(path, form).status_code == 409
    assert queries.account_named("sam") is None


def test_where_an_administrator_stands_another_must_be_meant(capsys: pytest.CaptureFixture[str]) -> None:
    accept(link(capsys), "pat")
    assert main(["admin", "--email", "sam@harlow.gov"]) == 4
    assert "--another" in capsys.readouterr().err
    accept(link(capsys, "--another"), "sam")
    assert queries.agencies("government").count() == 1, "the same agency, not a second one of the name"


def test_an_address_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", "--email", "pat"]) == 2
    said = capsys.readouterr().err
    assert "--email" in said and "'pat'" in said and "name@agency.gov" in said
    assert not queries.open_invitations().exists()


def test_the_link_names_the_site_as_a_browser_reaches_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", "--email", "pat@harlow.gov", "--url", "https://commonweal.harlow.gov/"]) == 0
    assert "https://commonweal.harlow.gov/account/invitation/" in capsys.readouterr().out
