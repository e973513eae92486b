"""SAML sign-in against a provider that signs for real: who comes in, and every way that is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings

from commonweal.agencies import actions, queries
from commonweal.config import settings as configured
from commonweal.kernel.models import JournalLine
from commonweal.web.session import FACTOR_MARK
from factories.cast import SETUP, Cast, gather
from web.identity_provider import ENTITY, HERE, MFA_CLASS, SSO, Says, keys, packed, request_id

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "testserver"}


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The site has a provider, configured as an operator would."""
    (tmp_path / "idp.pem").write_text(keys("idp")[1], encoding="ascii")
    said = {"ENTITY_ID": ENTITY, "SSO_URL": SSO, "CERTIFICATE": str(tmp_path / "idp.pem")}
    for name, value in said.items():
        monkeypatch.setenv(f"COMMONWEAL_SAML_{name}", value)
    cache.clear()
    with override_settings(SOCIALACCOUNT_PROVIDERS=configured._saml()):
        yield


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies."""
    return gather(partners=False)


@pytest.fixture(name="dana")
def the_account(cast: Cast) -> queries.Account:
    """An invited account without password."""
    return actions.open_account(
        by=SETUP, username="dana", display_name="Dana Reyes", role="call_taker", agency=cast.agency["ecc"],
        email="dana@harlow.gov",
    )  # fmt: skip


def begun() -> tuple[Client, str]:
    """A browser past the banner that was sent to the provider, and the id of its request."""
    client = Client(**HOST)  # type: ignore[arg-type]
    client.post("/account/banner/", {"understood": "yes", "next": "/"})
    answer = client.post("/account/saml/agency/login/")
    assert answer.status_code == 302 and answer["Location"].startswith(SSO)
    return client, request_id(answer["Location"])


def posted(client: Client, response: str) -> Any:
    """The provider's form, then the page that it leads to."""
    answer = client.post("/account/saml/agency/acs/", {"SAMLResponse": response, "RelayState": ""})
    assert answer.status_code == 302
    return client.get(answer["Location"])


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_good_assertion_signs_in_the_invited_account(dana: queries.Account) -> None:
    client, to = begun()
    answer = posted(client, Says(to).response())
    assert answer.status_code == 302 and is_in(client)
    assert client.session["_auth_user_id"] == str(dana.id)
    outcomes = [line.data["outcome"] for line in JournalLine.objects.filter(kind="agencies.signed_in")]
    assert outcomes == ["entered"]
    assert not SocialAccount.objects.exists()  # nothing that the provider sent is kept


def test_a_second_step_counts_where_the_provider_says_so(dana: queries.Account) -> None:
    """Otherwise our own is asked for before any desk opens."""
    for context, is_full in ((MFA_CLASS, True), (Says("x").context, False)):
        client, to = begun()
        posted(client, Says(to, context=context).response())
        assert is_in(client) and bool(client.session.get(FACTOR_MARK)) is is_full
        assert (client.get("/desk/").status_code == 200) is is_full


def test_the_banner_comes_first() -> None:
    answer = Client(**HOST).post("/account/saml/agency/login/")  # type: ignore[arg-type]
    assert answer.status_code == 302 and "/account/banner/" in answer["Location"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"audience": "https://another.site/metadata/"}, {"recipient": "https://another.site/acs/"},
        {"issuer": "https://evil.example/saml"}, {"lasts": -600}, {"key": "stranger"}, {"is_signed": False},
        {"email": "nobody@harlow.gov"}, {"email": ""}, {"name_id": ""},
    ],
    ids=lambda wrong: "-".join(wrong),
)  # fmt: skip
def test_what_is_not_so_signs_nobody_in(dana: queries.Account, wrong: dict[str, object]) -> None:
    """Another audience, place or issuer, over its time, another key, unsigned, an unknown person."""
    client, to = begun()
    answer = posted(client, Says(to).but(**wrong).response())
    assert answer.status_code < 500 and not is_in(client)
    assert queries.accounts().filter(email="nobody@harlow.gov").count() == 0


def test_a_disabled_account_does_not_come_in(dana: queries.Account) -> None:
    actions.change_account(by=SETUP, account=dana.id, is_active=False)
    client, to = begun()
    assert posted(client, Says(to).response()).status_code < 500
    assert not is_in(client)


def test_two_accounts_of_one_address_are_both_refused(dana: queries.Account, cast: Cast) -> None:
    actions.open_account(
        by=SETUP, username="dana2", display_name="Dana", role="analyst", agency=cast.agency["evaluation"],
        email="Dana@harlow.gov",
    )  # fmt: skip
    client, to = begun()
    posted(client, Says(to).response())
    assert not is_in(client)


def test_a_response_signs_in_once(dana: queries.Account) -> None:
    """In the same browser, and in a thief's that puts it under a request of its own."""
    client, to = begun()
    says = Says(to)
    stolen = says.assertion()
    posted(client, says.response(stolen))
    assert is_in(client)
    client.post("/account/logout/")
    assert posted(client, says.response(stolen)).status_code in (400, 403, 200) and not is_in(client)
    thief, other = begun()
    posted(thief, Says(other).response(stolen))
    assert not is_in(thief)


def test_an_assertion_that_names_no_request_is_used_once_too(dana: queries.Account) -> None:
    """Signed without a request's id, it could be put under any: the first use is the last."""
    loose = Says(None).assertion()
    results = []
    for _ in range(2):
        client, to = begun()
        posted(client, Says(to).response(loose))
        results.append(is_in(client))
    assert results[1] is False


def test_a_sign_in_begun_at_the_provider_is_refused(dana: queries.Account) -> None:
    client, _ = begun()
    posted(client, Says(None).response())
    assert not is_in(client)
    stranger = Client(**HOST)  # type: ignore[arg-type]
    posted(stranger, Says(None).response())
    assert not is_in(stranger)


def test_an_answer_to_somebody_elses_request_is_refused(dana: queries.Account) -> None:
    _theirs, to = begun()
    mine, _ = begun()
    posted(mine, Says(to).response())
    assert not is_in(mine)


def test_a_signature_wrapped_round_another_assertion_is_refused(dana: queries.Account, cast: Cast) -> None:
    """The signed assertion is kept, as a bystander, while a forged one stands where it is read."""
    actions.open_account(
        by=SETUP, username="chief", display_name="Chief", role="administrator", agency=cast.agency["ecc"],
        email="chief@harlow.gov",
    )  # fmt: skip
    client, to = begun()
    good = Says(to).assertion()
    forged = Says(to, email="chief@harlow.gov", is_signed=False).assertion()
    signature = re.search(r"<ds:Signature.*</ds:Signature>", good, re.S)
    assert signature is not None
    identity = re.search(r' ID="([^"]+)"', good)
    assert identity is not None
    borrowed = forged.replace("<saml:Subject>", signature[0] + "<saml:Subject>", 1)
    same_id = re.sub(r' ID="[^"]+"', f' ID="{identity[1]}"', borrowed, count=1)
    inside = forged.replace("</saml:Assertion>", f"<saml:Advice>{good}</saml:Advice></saml:Assertion>")
    says = Says(to)
    for response in (
        says.response(forged, good), says.response(good, forged), says.response(borrowed),
        says.response(same_id), says.response(inside),
        says.response(forged, extra=f"<samlp:Extensions>{good}</samlp:Extensions>"),
    ):  # fmt: skip
        posted(client, response)
        assert not is_in(client)
        client.get("/account/login/")


def test_a_changed_word_breaks_the_signature(dana: queries.Account) -> None:
    client, to = begun()
    other = Says(to, email="other@harlow.gov").assertion()
    posted(client, Says(to).response(other.replace("other@", "dana@")))
    assert not is_in(client)


ENTITIES = packed("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
OUTSIDE = packed("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>")
LAUGHS = packed(
    "<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9))
    + "]><a>&a9;</a>"
)


@pytest.mark.parametrize("junk", ["", "%%%", "bm90IHhtbA==", packed("<a/>"), ENTITIES, OUTSIDE, LAUGHS])
def test_junk_is_no_error_of_ours(junk: str) -> None:
    client, _ = begun()
    assert posted(client, junk).status_code < 500
    assert not is_in(client)


def test_a_page_of_another_provider_is_not_there() -> None:
    client = Client(**HOST)  # type: ignore[arg-type]
    client.post("/account/banner/", {"understood": "yes", "next": "/"})
    for path in ("login/", "metadata/", "acs/finish/"):
        assert client.get(f"/account/saml/elsewhere/{path}").status_code == 404


def test_the_metadata_name_the_places() -> None:
    told = Client(**HOST).get("/account/saml/agency/metadata/")  # type: ignore[arg-type]
    assert told.status_code == 200 and f"{HERE}/acs/" in told.content.decode()
    assert 'WantAssertionsSigned="true"' in told.content.decode()


def test_half_a_configuration_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured._saml()["saml"]["APPS"][0]["settings"]["advanced"]["strict"] is True
    monkeypatch.setenv("COMMONWEAL_SAML_CERTIFICATE", "/nowhere.pem")
    with pytest.raises(ImproperlyConfigured, match="COMMONWEAL_SAML_CERTIFICATE"):
        configured._saml()
    monkeypatch.delenv("COMMONWEAL_SAML_CERTIFICATE")
    with pytest.raises(ImproperlyConfigured, match="set COMMONWEAL_SAML_CERTIFICATE"):
        configured._saml()
    for name in ("ENTITY_ID", "SSO_URL"):
        monkeypatch.delenv(f"COMMONWEAL_SAML_{name}")
    assert configured._saml() == {}


def test_the_button_may_lead_to_the_provider_and_nowhere_else() -> None:
    assert configured._origin("https://idp.harlow.gov:8443/saml/sso?x=1") == "https://idp.harlow.gov:8443"
    assert configured._origin("") == ""
    policy = Client(**HOST).get("/account/banner/")["Content-Security-Policy"]  # type: ignore[arg-type]
    assert "form-action 'self';" in policy
