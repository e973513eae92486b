"""An agreement on its way to the signatures: who hears that it waits, who does not, and how often."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.cli.worker import Worker
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.messages import queries as threads
from commonweal.sharing import actions, queries
from commonweal.sharing.models import Agreement
from factories.cast import Cast, gather, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PARTIES = ("police", "social_service", "health")


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies without any agreement, everything so far handled."""
    cast = gather(partners=False)
    Worker().catch_up()
    return cast


@pytest.fixture(name="signers")
def those_who_sign(cast: Cast) -> dict[str, Actor]:
    """A signatory of each party, and one of an agency that is none."""
    return {kind: worker(cast.agency[kind], "signatory") for kind in (*PARTIES, "school")}


def draft(cast: Cast, by: Actor, text: str = "We work together.") -> actions.Draft:
    grant = {"key": "name", "text": "Case managers learn the name.", "category": "identity",
             "fields": ["name"], "roles": ["case_manager"], "purposes": ["care_coordination"]}  # fmt: skip
    return actions.Draft(
        title="Memorandum", kind="mou", text=text, starts=clock.today(),
        ends=clock.today() + timedelta(days=90), parties=[cast.agency[p] for p in PARTIES], clauses=[grant],
    )  # fmt: skip


def begun(cast: Cast, signers: dict[str, Actor]) -> Agreement:
    by = worker(cast.agency["police"], "privacy_officer")
    found = actions.draft(by=by, said=draft(cast, by))
    Worker().catch_up()
    return found


def sign(found: Agreement, signers: dict[str, Actor], *kinds: str) -> None:
    for kind in kinds:
        by = signers[kind]
        assert by.agency
        actions.sign_agreement(by=by, agreement=found.id, agency=by.agency)
    Worker().catch_up()


def bells(signers: dict[str, Actor]) -> dict[str, list[str]]:
    return {kind: [line.kind for line in threads.unread(by)] for kind, by in signers.items()}


def test_nobody_hears_of_a_draft_and_the_others_hear_once_the_first_has_signed(
    cast: Cast, signers: dict[str, Actor]
) -> None:
    found = begun(cast, signers)
    assert not any(bells(signers).values())
    sign(found, signers, "police")
    waits = ["agreement_waits"]
    assert bells(signers) == {"police": [], "social_service": waits, "health": waits, "school": []}
    [line] = threads.unread(signers["health"])
    page = visit(signers["health"]).get(line.link)
    assert page.status_code == 200 and 'value="sign"' in page.content.decode()
    assert visit(signers["school"]).get(line.link).status_code == 404, "no party, no draft"


def test_a_later_signature_rings_nobody_and_the_last_puts_it_in_force(
    cast: Cast, signers: dict[str, Actor]
) -> None:
    found = begun(cast, signers)
    sign(found, signers, "health")
    before = bells(signers)
    sign(found, signers, "police")
    assert bells(signers) == before
    sign(found, signers, "social_service")
    assert bells(signers) == before and queries.agreement(found.id).state == "in_force"


def test_all_that_sign_before_the_worker_looks_hear_nothing(cast: Cast, signers: dict[str, Actor]) -> None:
    found = begun(cast, signers)
    sign(found, signers, *PARTIES)
    assert not any(bells(signers).values())


def test_handling_it_again_rings_nobody_twice(cast: Cast, signers: dict[str, Actor]) -> None:
    found, before = begun(cast, signers), journal.cursor(flow.READER)
    sign(found, signers, "police")
    told = bells(signers)
    journal.advance(flow.READER, before)
    Worker().catch_up()
    assert bells(signers) == told


def test_a_change_voids_and_rings_who_had_signed(cast: Cast, signers: dict[str, Actor]) -> None:
    found = begun(cast, signers)
    sign(found, signers, "police")
    by = worker(cast.agency["police"], "privacy_officer")
    actions.revise_agreement(by=by, agreement=found.id, said=draft(cast, by, "Another text."))
    Worker().catch_up()
    assert bells(signers)["police"] == ["signature_void"]


@pytest.mark.parametrize(("language", "says"), [("en", "An agreement waits for your agency"),
                                                ("es", "Un acuerdo espera la firma")])  # fmt: skip
def test_the_bell_says_it_in_words_and_names_no_agreement(
    cast: Cast, signers: dict[str, Actor], language: str, says: str
) -> None:
    sign(begun(cast, signers), signers, "police")
    client = visit(signers["health"])
    client.cookies["django_language"] = language
    page = client.get(reverse("notifications_waiting")).content.decode()
    assert says in page and "Memorandum" not in page
