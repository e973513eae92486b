"""Who accepts a person knows their name, and keeps no more of them than the person let across."""

from uuid import UUID

import pytest

from commonweal.cases import queries as cases
from commonweal.cli.worker import Worker
from commonweal.people import queries as people
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from factories import directory
from factories.cast import gather, someone

pytestmark = pytest.mark.django_db
NEEDED = ("identity", "referral_status")


@pytest.fixture
def cast():
    return gather(partners=True)


def agree(cast, person, categories=NEEDED):
    """The person lets Behavioral Health tell Open Door."""
    sharing.record_consent(
        by=cast["clinician"], person=person, form="hipaa_auth", recipients=[cast.agency["social_service"]],
        categories=categories, purposes=["care_coordination"], signer="Rosa Delgado", signature="M1 1 L9 9",
    )  # fmt: skip


def accepted(cast, person) -> UUID:
    """Behavioral Health refers, Open Door takes the person; what follows from it has happened, twice."""
    assert cast["case_manager"].agency == cast.agency["social_service"]
    service = directory.service("Open Door support", agency=cast.agency["social_service"])
    made = referrals.make(by=cast["clinician"], service=service, person=person, needs=["housing"])
    referrals.accept(by=cast["provider_staff"], referral=made.id)
    Worker().catch_up()
    Worker().catch_up()
    return made.id


def names(cast, person):
    """What the case manager of Open Door reads of the person's names."""
    by, from_ = cast["case_manager"], people.origins(people.records_of(person))
    own = [record for record, origin in from_.items() if origin.agency == by.agency]
    answers = sharing.ask_many(by=by, category="identity", purpose="care_coordination", about=own)
    return [shown.get("name") for shown in people.identities(sharing.permitted(answers))]


def test_the_agency_that_takes_a_person_has_a_file_of_its_own(cast):
    person, _ = someone(cast, "health")
    agree(cast, person)
    accepted(cast, person)
    assert [c.agency for c in cases.of_person(person)] == [cast.agency["social_service"]]
    assert names(cast, person) == ["Rosa Delgado"], "one file, however often the event is handled"


def test_without_the_persons_word_there_is_a_case_and_no_name(cast):
    person, _ = someone(cast, "health")
    accepted(cast, person)
    assert cases.of_person(person)
    assert names(cast, person) == []
    assert len(people.records_of(person)) == 1


def test_an_agency_that_knows_the_person_gets_no_second_file(cast):
    person, _ = someone(cast, "social_service")
    agree(cast, person)
    before = people.records_of(person)
    accepted(cast, person)
    assert cases.of_person(person) and people.records_of(person) == before
