"""The privacy officer's desk: look-ups closed, agreements ended, the chain verified, rules explained."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal.kernel import clock, journal
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Review
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PLACES = ("index", "register", "journal", "explain", "agreements")


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=False)


def agreement(cast: Cast) -> UUID:
    """A draft between the privacy office and the police."""
    return sharing.draft_agreement(
        by=SETUP, title="Harlow memorandum", kind="mou", text="We work together.", starts=clock.today(),
        ends=clock.today() + timedelta(days=90), parties=[cast.agency["privacy"], cast.agency["police"]],
        clauses=(),
    ).id  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "analyst", "administrator"])
def test_the_desk_is_the_privacy_officers(cast: Cast, place: str, role: str) -> None:
    assert visit(cast[role]).get(reverse(f"steward:{place}")).status_code == 403
    assert visit(cast["privacy_officer"]).get(reverse(f"steward:{place}")).status_code == 200


def test_a_look_up_is_closed_with_a_sentence_and_once(cast: Cast) -> None:
    found = Review.objects.create(
        why="break_glass", kind="case", subject=uuid4(), account=cast["clinician"].id, category="case_plan",
        purpose="treatment", reason="He lay on the floor",
    )  # fmt: skip
    client, path = visit(cast["privacy_officer"]), reverse("steward:review", args=[found.id])
    assert "He lay on the floor" in client.get(path).content.decode()
    client.post(path, {"outcome": "proper", "note": ""})
    assert queries.reviews().count() == 1
    assert client.post(path, {"outcome": "proper", "note": "She was there"}).status_code == 302
    client.post(path, {"outcome": "improper", "note": "Again"})
    assert queries.review(found.id).outcome == "proper" and not queries.reviews().exists()
    assert visit(cast["clinician"]).post(path, {"outcome": "proper", "note": "x"}).status_code == 403
    assert client.get(reverse("steward:review", args=[uuid4()])).status_code == 404


def test_an_agreement_is_signed_for_the_own_agency_and_ended(cast: Cast) -> None:
    made, client = agreement(cast), visit(cast["privacy_officer"])
    path = reverse("steward:agreement", args=[made])
    assert "Harlow memorandum" in client.get(path).content.decode()
    client.post(path, {"act": "sign"})
    signed = [p.agency_id for p in queries.agreement(made).parties.all() if p.signed_at]
    assert signed == [cast.agency["privacy"]]
    assert visit(cast["patrol_officer"]).post(path, {"act": "end"}).status_code == 403
    assert client.post(path, {"act": "end"}).status_code == 400, "not by one slip of the hand"
    assert queries.agreement(made).state != "ended"
    client.post(path, {"act": "end", "sure": "yes"})
    assert queries.agreement(made).state == "ended"


def test_the_chain_is_verified_and_a_change_is_found(cast: Cast) -> None:
    journal.seal_all()
    client, path = visit(cast["privacy_officer"]), reverse("steward:journal")
    sound = client.post(path).content.decode()
    assert journal.verify().head in sound
    first = JournalLine.objects.order_by("id")[0]
    JournalLine.objects.filter(id=first.id).update(actor="somebody.else")
    assert "changed after it was sealed" in client.post(path).content.decode()


def test_the_register_leaves_as_a_file_with_its_header(cast: Cast) -> None:
    answer = visit(cast["privacy_officer"]).get(reverse("steward:register"), {"as": "csv"})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert body.decode().lstrip("\ufeff").startswith("at,account,agency,category,fields,purpose,basis")


def test_a_made_up_question_is_explained_and_nothing_is_journalled(cast: Cast) -> None:
    client, lines = visit(cast["privacy_officer"]), JournalLine.objects.count()
    asked = {"role": "prosecutor", "category": "case_plan", "purpose": "care_coordination"}
    answer = client.get(reverse("steward:explain"), asked)
    assert answer.status_code == 200 and answer.context["answer"].rules and not answer.context["shown"]
    assert JournalLine.objects.count() == lines
