"""What the officer typed comes back where it is refused; a record is named before words go beside it."""

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import queries as agencies
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import LegalHold, Representative, Request, SealingOrder
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
ORDER = {
    "court": "Superior Court of Harlow", "number": "24-CR-118", "ordered_on": "2026-03-04", "scope": "record",
    "how": "expunged",
}  # fmt: skip


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


@pytest.fixture(name="officer")
def an_officer(cast: Cast) -> Client:
    return visit(cast["privacy_officer"])


def is_back(text: str, *typed: str) -> bool:
    return "Nothing is lost" in text and all(f'value="{one}"' in text for one in typed)


@pytest.mark.parametrize("lacks", [{"subject": "no number", "sure": "yes"}, {"subject": "26-000123"}])
def test_an_order_that_is_refused_comes_back_whole(officer: Client, lacks: dict[str, str]) -> None:
    refused = officer.post(reverse("steward:orders"), {**ORDER, **lacks})
    text = refused.content.decode()
    assert refused.status_code == 400 and not SealingOrder.objects.exists()
    assert is_back(text, "Superior Court of Harlow", "24-CR-118", "2026-03-04", lacks["subject"])
    assert '<option value="record" selected>' in text and 'value="expunged" checked' in text


def test_an_order_that_a_hold_keeps_back_says_so_and_comes_back(cast: Cast, officer: Client) -> None:
    person, record = someone(cast)
    sharing.hold(by=SETUP, subject=record, agency=cast.agency["police"], person=person)
    held = {"act": "set", "name": "Doe v. Harlow", "reason": "Subpoena", "scope": "person", "subject": person}
    assert officer.post(reverse("steward:holds"), held).status_code == 302
    order = {**ORDER, "subject": str(record.id), "sure": "yes"}
    refused = officer.post(reverse("steward:orders"), order)
    assert refused.status_code == 409 and is_back(refused.content.decode(), "24-CR-118", str(record.id))
    hold = LegalHold.objects.get()
    lift = {"act": "lift", "hold": str(hold.id), "reason": "Settled"}
    assert officer.post(reverse("steward:holds"), lift).status_code == 302
    assert officer.post(reverse("steward:orders"), order).status_code == 302, "let go, it is carried out"


def test_a_hold_is_not_lifted_without_why_and_the_page_says_so(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    sharing.set_legal_hold(by=cast["privacy_officer"], name="Doe", reason="R", scope="person", subject=person)
    lift = {"act": "lift", "hold": str(LegalHold.objects.get().id), "reason": " "}
    refused = officer.post(reverse("steward:holds"), lift)
    assert refused.status_code == 400 and "Not accepted yet" in refused.content.decode()
    assert LegalHold.objects.get().lifted_at is None


def test_an_authority_that_is_refused_comes_back(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    said = {
        "name": "Alma Delgado", "relation": "sister", "authority": "guardian", "evidence": " ",
        "limits": "minor_part2", "scope": "access",
    }  # fmt: skip
    refused = officer.post(reverse("steward:representatives", args=[person]), said)
    text = refused.content.decode()
    assert refused.status_code == 400 and is_back(text, "Alma Delgado", "sister")
    assert text.count(" checked") == 2 and '<option value="guardian" selected>' in text
    assert not Representative.objects.exists()


def test_a_statement_is_put_beside_a_record_that_is_named(cast: Cast, officer: Client) -> None:
    """45 CFR 164.526(d): which record the words stand beside is said, not counted off."""
    person, record = someone(cast)
    sharing.hold(by=SETUP, subject=record, agency=cast.agency["police"], person=person)
    sent = {"kind": "amendment", "person": str(person), "name": "Rosa", "text": "The address is wrong"}
    officer.post(reverse("steward:request_new"), sent)
    page = reverse("steward:request", args=[Request.objects.get().id])
    for step in (
        {"act": "verify", "how": "known_in_person"},
        {"act": "answer", "outcome": "denied", "grounds": "accurate"},
    ):  # fmt: skip
        assert officer.post(page, step).status_code == 302
    text = officer.get(page).content.decode()
    assert f"…{str(record.id)[-6:]}" in text and "kept since" in text
    assert agencies.agency(cast.agency["police"]).name in text
