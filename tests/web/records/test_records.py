"""A steward compares records, decides, changes their mind; and what they may not read stays unread."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal.cases import actions as cases
from commonweal.kernel import clock
from commonweal.people import actions as acts
from commonweal.people import queries as people
from commonweal.sharing import queries as trust
from factories.caller import Program
from factories.cast import SETUP, gather, share_index, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db

SAME = {"address": "12 Quay St", "phone": "555-014-2777", "ssn_last4": "4821"}


@pytest.fixture
def cast():
    found = gather(partners=False)
    share_index(found, "police", "social_service")
    return found


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


def test_both_sides_are_read_where_an_agreement_names_linkage(cast):
    two(cast)
    client, [pair] = compare(cast)
    text = client.get(reverse("records:pair", args=[pair.id])).content.decode()
    assert "Rosa Delgado" in text and "Rosario Delgado" in text and "Open Door" in text.split("<main")[1]
    assert "A record that you may not read" not in text and "Weight in bits" in text


def test_without_such_an_agreement_a_pair_is_like_none():
    """That a hidden record agrees in name and date of birth would say whose it is."""
    cast = gather(partners=True)
    left, right = two(cast)
    by = cast["records_steward"]
    acts.run_linkage(by=by, agencies=[cast.agency["police"], cast.agency["social_service"]])
    [pair] = people.proposals()[0:9]
    client, program = visit(by), Program(by)
    front = client.get(reverse("records:index")).content.decode()
    assert str(pair.id) not in front and str(cast.agency["social_service"]) not in front
    one, none = (reverse("records:pair", args=[id]) for id in (pair.id, UUID(int=1)))
    assert client.get(one).content == client.get(none).content
    assert client.post(one, {"act": "link"}).status_code == 404
    assert program.seen("people/pairs") == [] and program.get(f"people/pairs/{pair.id}").status_code == 404
    acts.link(by=SETUP, left=left.id, right=right.id)
    assert program.seen("people/decisions") == []


@pytest.mark.parametrize("other", ["health", "hmis_shelter", "school"])
def test_a_stricter_law_is_not_opened_by_an_agreement(other):
    """45 CFR 164.502, the HMIS standards and FERPA do not yield to a memorandum about an index."""
    cast = gather(partners=False)
    share_index(cast)
    two(cast, other)
    by = cast["records_steward"]
    acts.run_linkage(by=by, agencies=list(cast.agency.values()))
    assert len(people.proposals()) == 1 and len(people.proposals(trust.reviewer(by, by.agency))) == 0
    assert str(cast.agency[other]) not in visit(by).get(reverse("records:index")).content.decode()


def test_evidence_is_spoken_of_only_on_fields_that_are_read_of_both_sides():
    """A clause without telephone and social security number: that they agree is left out too."""
    cast = gather(partners=False)
    share_index(cast, "police", "social_service", fields=["name", "dob"])
    two(cast)
    client, [pair] = compare(cast)
    evidence = client.get(reverse("records:pair", args=[pair.id])).content.decode().split("<caption")[2]
    assert "Given name" in evidence and "Date of birth" in evidence
    assert "Phone" not in evidence and "social security" not in evidence and "Address" not in evidence
    card = Program(cast["records_steward"]).seen(f"people/pairs/{pair.id}")
    assert {e["field"] for e in card["evidence"]} <= {"given", "family", "name", "born"}


def test_when_the_agreement_ends_its_pairs_are_told_no_more(cast):
    two(cast)
    client, [pair] = compare(cast)
    path = reverse("records:pair", args=[pair.id])
    with clock.at(clock.now() + timedelta(days=400)):
        assert client.get(path).status_code in (302, 404)
        by = cast["records_steward"]
        assert len(people.proposals(trust.reviewer(by, by.agency))) == 0


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


def test_who_takes_a_decision_back_reads_whose_it_was_and_finds_the_pair_waiting_again(cast):
    """A steward says "two people", thinks again, finds the decision by name, and reviews it again."""
    two(cast)
    client, [pair] = compare(cast)
    client.post(reverse("records:pair", args=[pair.id]), {"act": "never"})
    listed = client.get(reverse("records:decisions")).content.decode().split("<main")[1]
    assert "Rosa Delgado" in listed and "Rosario Delgado" in listed
    own = next(s for s in (pair.left, pair.right) if reverse("records:record", args=[s.id]) in listed)
    assert client.get(reverse("records:record", args=[own.id])).status_code == 200
    [decision] = people.decisions()
    client.post(reverse("records:decisions"), {"decision": str(decision.id)})
    front = client.get(reverse("records:index")).content.decode()
    assert reverse("records:pair", args=[pair.id]) in front
    text = client.get(reverse("records:pair", args=[pair.id])).content.decode()
    assert 'value="link"' in text and 'value="never"' in text


def test_a_link_taken_back_waits_for_review_again(cast):
    two(cast)
    client, [pair] = compare(cast)
    client.post(reverse("records:pair", args=[pair.id]), {"act": "link"})
    [decision] = people.decisions()
    client.post(reverse("records:decisions"), {"decision": str(decision.id)})
    assert [p.id for p in people.proposals()[0:9]] == [pair.id]


def test_records_that_were_parted_are_joined_again_as_the_refusal_says(cast):
    """Undo the "never" that the parting wrote, and the pair stands for linking: no dead end."""
    one, other = two(cast)
    client, [pair] = compare(cast)
    client.post(reverse("records:pair", args=[pair.id]), {"act": "link"})
    client.post(reverse("records:record", args=[one.id]), {"act": "split"})
    [never] = [d for d in people.decisions() if d.verdict == "never"]
    client.post(reverse("records:decisions"), {"decision": str(never.id)})
    client.post(reverse("records:pair", args=[pair.id]), {"act": "link"})
    assert people.person_of(one.id) == people.person_of(other.id)


def test_a_pair_left_for_later_does_not_come_back_at_once(cast):
    """Two pairs wait: the first is skipped, the second decided, and the first waits still."""
    two(cast)
    for agency in ("police", "social_service"):
        someone(cast, agency, given="Marta", family="Quiroga", born=date(1971, 5, 2), phone="555-014-9021")
    client, pairs = compare(cast)
    first, second = pairs[:2]
    page = client.get(reverse("records:pair", args=[first.id])).content.decode()
    assert "Decide later" in page and reverse("records:pair", args=[second.id]) in page
    done = client.post(reverse("records:pair", args=[second.id]), {"act": "never"})
    assert done["Location"] == reverse("records:pair", args=[pairs[2].id if pairs[2:] else first.id])
    assert first.id in [p.id for p in people.proposals()[0:9]]


def test_what_no_worker_decided_is_said_in_words(cast):
    """Data that came with the site was linked by a programme: no code name stands where a worker's would."""
    one, other = two(cast)
    acts.link(by=SETUP, left=one.id, right=other.id)
    client = visit(cast["records_steward"])
    for address in (reverse("records:decisions"), reverse("records:record", args=[one.id])):
        text = client.get(address).content.decode()
        assert "Not by a worker" in text and "system:" not in text


def test_on_a_phone_each_value_says_whose_record_it_is_from(cast):
    """Side by side becomes one below the other there: nothing slides off."""
    two(cast)
    client, [pair] = compare(cast)
    text = client.get(reverse("records:pair", args=[pair.id])).content.decode().split("<main")[1]
    assert "usa-table-container--scrollable" not in text
    assert text.count('data-label="Open Door Services"') == 6
