"""A steward compares records, decides, changes their mind; and what they may not read stays unread."""

from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal.cases import actions as cases
from commonweal.people import queries as people
from factories.cast import gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db

SAME = {"address": "12 Quay St", "phone": "555-014-2777", "ssn_last4": "4821"}


@pytest.fixture
def cast():
    return gather(partners=False)


def two(cast, other="social_service"):
    """The same human at the police and elsewhere."""
    _, one = someone(cast, "police", **SAME)
    _, two = someone(cast, other, **{**SAME, "given": "Rosario"})
    return one, two


def compare(cast):
    client = visit(cast["records_steward"])
    client.post(reverse("records:run"), {"agency": [str(a) for a in cast.agency.values()]})
    return client, people.proposals()[0:9]


def test_a_pair_is_proposed_linked_and_undone(cast):
    one, two_ = two(cast)
    client, [pair] = compare(cast)
    assert "Rosa Delgado" in client.get(reverse("records:index")).content.decode()
    client.post(reverse("records:pair", args=[pair.id]), {"act": "link"})
    assert people.person_of(one.id) == people.person_of(two_.id)
    [decision] = people.decisions()
    assert decision.probability == pair.probability and decision.by == cast["records_steward"].id
    client.post(reverse("records:decisions"), {"decision": str(decision.id)})
    assert people.person_of(one.id) != people.person_of(two_.id)


def test_the_other_side_shows_weights_only(cast):
    two(cast)
    client, [pair] = compare(cast)
    url = reverse("records:pair", args=[pair.id])
    text = client.get(url).content.decode()
    assert "Rosa Delgado" in text and "Rosario" not in text and "Open Door" not in text.split("<main")[1]
    assert "A record that you may not read" in text and "Weight in bits" in text


def test_never_is_remembered_by_the_next_run(cast):
    two(cast)
    client, [pair] = compare(cast)
    client.post(reverse("records:pair", args=[pair.id]), {"act": "never"})
    _, again = compare(cast)
    assert again == []


def test_a_record_is_parted_from_its_person(cast):
    one, two_ = two(cast)
    client, [pair] = compare(cast)
    client.post(reverse("records:pair", args=[pair.id]), {"act": "link"})
    client.post(reverse("records:record", args=[one.id]), {"act": "split"})
    assert people.person_of(one.id) != people.person_of(two_.id)


def test_victim_service_records_are_never_compared(cast):
    two(cast, "victim_service_provider")
    _, found = compare(cast)
    assert found == []


def test_the_header_search_finds_own_records_alone(cast):
    someone(cast, "police")
    someone(cast, "health", given="Rosamund")
    client = visit(cast["records_steward"])
    text = client.post(reverse("records:find"), {"q": "Rosa Delgado 1984-03-09"}).content.decode()
    assert "Rosa Delgado" in text and "Rosamund" not in text


def test_who_may_not_enter_does_not(cast):
    _, record = someone(cast, "health", born=date(1990, 1, 1))
    steward = visit(cast["records_steward"])
    assert steward.get(reverse("records:record", args=[record.id])).status_code == 404
    assert steward.post(reverse("records:record", args=[record.id]), {"act": "split"}).status_code == 404
    for role in ("administrator", "call_taker", "privacy_officer"):
        assert visit(cast[role]).get(reverse("records:index")).status_code == 403


def test_the_header_search_finds_whom_one_helps(cast):
    _, ours = someone(cast, "social_service", given="Rosario")
    _, theirs = someone(cast, "police", given="Rosalba")
    by = cast["case_manager"]
    case = cases.open_case(
        by=by, person=people.person_of(ours.id), agency=cast.agency["social_service"], kind="support",
        manager=UUID(by.id),
    )  # fmt: skip
    text = visit(by).post(reverse("records:find"), {"q": "Delgado"}).content.decode()
    assert "Rosario Delgado" in text and reverse("casework:case", args=[case.id]) in text
    assert "Rosalba" not in text and "To review" not in text


@pytest.mark.parametrize("role", ["analyst", "call_taker", "prosecutor"])
def test_others_have_no_search_of_people(cast, role):
    client = visit(cast[role])
    assert client.post(reverse("records:find"), {"q": "Delgado"}).status_code == 403
    assert "header-search" not in client.get("/training/").content.decode()
