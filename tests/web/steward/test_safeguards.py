"""Suspensions on a statement, workers' own lives, people of public interest: acts, pages and refusals."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Closeness, Disclosure, PublicInterest, Suspension
from factories.cast import Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PAGES = ("suspensions", "closeness", "interest")
STATED = {"manner": "in_writing", "official": "Lt. Ode, Harlow Police", "statement": "It would warn him."}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather(partners=False)


def given(cast: Cast, person: UUID, agency: str) -> Disclosure:
    return Disclosure.objects.create(
        person_id=person, kind="source_record", subject=uuid4(), category="identity", purpose="enforcement",
        account=cast["patrol_officer"].id, agency=cast.agency[agency],
    )  # fmt: skip


def suspended(cast: Cast, person: UUID, days: int = 90, **said: str) -> Suspension:
    return sharing.suspend_accounting(
        by=cast["privacy_officer"], persons=[person], agency=cast.agency["police"],
        until=clock.now() + timedelta(days=days), **{**STATED, **said},
    )  # fmt: skip


def test_what_the_agency_is_given_before_and_after_is_hidden_for_the_term(cast: Cast) -> None:
    person, _ = someone(cast)
    before, other = given(cast, person, "police"), given(cast, person, "health")
    found = suspended(cast, person)
    after = given(cast, person, "police")
    assert set(queries.accounting(person)) == {other} and queries.register(person).count() == 3
    elsewhere, _ = someone(cast, given="Ana")
    hers = given(cast, elsewhere, "police")
    assert list(queries.accounting(elsewhere)) == [hers], "nobody else's is touched"
    with clock.at(found.until + timedelta(seconds=1)):
        assert set(queries.accounting(person)) == {before, other, after}


def test_a_suspension_is_lifted_before_its_term_once(cast: Cast) -> None:
    person, _ = someone(cast)
    row, found = given(cast, person, "police"), suspended(cast, person)
    with pytest.raises(Invalid, match="reason"):
        sharing.lift_suspension(by=cast["privacy_officer"], suspension=found.id, reason=" ")
    sharing.lift_suspension(by=cast["privacy_officer"], suspension=found.id, reason="The inquiry is closed")
    assert list(queries.accounting(person)) == [row]
    with pytest.raises(Conflict):
        sharing.lift_suspension(by=cast["privacy_officer"], suspension=found.id, reason="Again")
    with pytest.raises(NotFound):
        sharing.lift_suspension(by=cast["privacy_officer"], suspension=uuid4(), reason="None")
    kinds = list(
        JournalLine.objects.filter(kind__startswith="sharing.accounting")
        .order_by("id")
        .values_list("kind", flat=True)
    )
    assert kinds == ["sharing.accounting_suspended", "sharing.accounting_resumed"]
    assert not [line for line in JournalLine.objects.all() if "warn" in str(line.data)]


def test_by_mouth_it_holds_thirty_days(cast: Cast) -> None:
    person, _ = someone(cast)
    with pytest.raises(Invalid, match="until"):
        suspended(cast, person, 32, manner="by_mouth")
    assert suspended(cast, person, 30, manner="by_mouth").is_in_force
    assert suspended(cast, person, 365).is_in_force


@pytest.mark.parametrize("field", ["official", "statement", "manner"])
def test_a_statement_without_its_parts_suspends_nothing(cast: Cast, field: str) -> None:
    person, _ = someone(cast)
    with pytest.raises(Invalid, match=field):
        suspended(cast, person, **{field: " "})
    assert not Suspension.objects.exists()


@pytest.mark.parametrize("agency", ["health", "social_service", "ecc"])
def test_only_law_enforcement_and_oversight_may_state_it(cast: Cast, agency: str) -> None:
    person, _ = someone(cast)
    with pytest.raises(Invalid, match="agency"):
        sharing.suspend_accounting(
            by=cast["privacy_officer"], persons=[person], agency=cast.agency[agency],
            until=clock.now() + timedelta(days=5), **STATED,
        )  # fmt: skip
    with pytest.raises(Invalid, match="until"):
        suspended(cast, person, -1)


def test_the_officer_suspends_and_lifts_by_the_page(cast: Cast) -> None:
    person, _ = someone(cast)
    row, client, path = (
        given(cast, person, "police"),
        visit(cast["privacy_officer"]),
        reverse("steward:suspensions"),
    )
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    sent = {**STATED, "person": f" {person} ", "agency": str(cast.agency["police"]), "until": day}
    assert client.post(path, sent).status_code == 302
    assert not queries.accounting(person).exists()
    page = client.get(path).content.decode()
    assert "Lt. Ode" in page and "in force" in page
    client.post(path, {"act": "lift", "suspension": str(Suspension.objects.get().id), "reason": "Closed"})
    assert list(queries.accounting(person)) == [row] and "Closed" in client.get(path).content.decode()
    for wrong in ({"until": ""}, {"until": "soon"}, {"person": "him"}, {"agency": "police"}):
        assert client.post(path, {**sent, **wrong}).status_code == 400
    assert client.post(path, {**sent, "person": str(uuid4())}).status_code == 404
    assert Suspension.objects.count() == 1


def test_a_workers_own_life_is_recorded_and_never_shown(cast: Cast) -> None:
    own, _ = someone(cast, given="Pat", family="Rowe")
    sister, _ = someone(cast, given="Lea", family="Rowe")
    client, path = visit(cast["privacy_officer"]), reverse("steward:closeness")
    name = visit(cast["patrol_officer"]).get("/account/devices/").wsgi_request.user.username
    sent = {
        "worker": name,
        "own": str(own),
        "surname": "Rowe",
        "address": "412 Cedar Ave",
        "related": str(sister),
    }
    assert client.post(path, sent).status_code == 302
    kept = Closeness.objects.get()
    assert (str(kept.account), kept.person, kept.related) == (cast["patrol_officer"].id, own, [str(sister)])
    page = client.get(path).content.decode()
    assert "Rowe" not in page and "Cedar" not in page and str(own) not in page
    client.post(path, {"worker": name, "surname": "Ode"})
    again = Closeness.objects.get()
    assert (again.surname, again.person, again.related) == ("Ode", None, []), "recorded anew, not added to"
    assert "Ode" not in str(
        [line.data for line in JournalLine.objects.filter(kind="sharing.closeness_recorded")]
    )
    assert client.post(path, {"worker": "nobody"}).status_code == 400
    assert client.post(path, {"worker": name, "own": str(uuid4())}).status_code == 404


def test_public_interest_is_marked_and_taken_back(cast: Cast) -> None:
    person, _ = someone(cast)
    client, path = visit(cast["privacy_officer"]), reverse("steward:interest")
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    assert client.post(path, {"person": str(person), "until": day}).status_code == 302
    assert client.post(path, {"person": str(person)}).status_code == 302
    assert PublicInterest.objects.get().until is None
    assert str(person) in client.get(path).content.decode()
    assert client.post(path, {"act": "unmark", "person": str(person)}).status_code == 302
    assert not PublicInterest.objects.exists()
    assert client.post(path, {"act": "unmark", "person": str(person)}).status_code == 404
    assert client.post(path, {"person": str(person), "until": "2020-01-01"}).status_code == 400
    assert client.post(path, {"person": str(uuid4())}).status_code == 404
    assert JournalLine.objects.filter(kind="sharing.interest_unmarked").count() == 1


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "administrator", "records_steward"])
@pytest.mark.parametrize("name", PAGES)
def test_nobody_else_reads_or_sets_them(cast: Cast, role: str, name: str) -> None:
    client, path = visit(cast[role]), reverse(f"steward:{name}")
    person, _ = someone(cast)
    sent = {**STATED, "person": str(person), "agency": str(cast.agency["police"]), "until": "2099-01-01"}
    assert client.get(path).status_code == client.post(path, sent).status_code == 403
    assert not Suspension.objects.exists() and not PublicInterest.objects.exists()


@pytest.mark.parametrize("name", PAGES)
def test_strangers_sign_in_and_spanish_readers_read(cast: Cast, name: str) -> None:
    path = reverse(f"steward:{name}")
    assert Client().get(path).status_code == 302
    client = visit(cast["privacy_officer"])
    client.cookies["django_language"] = "es"
    text = client.get(path).content.decode()
    assert {"suspensions": "suspendidos", "closeness": "Vida propia", "interest": "interés público"}[
        name
    ] in text
