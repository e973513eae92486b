"""Whom a search finds: the people in one's care, among however many namesakes; nobody is let further in.

The default policy opens identity to a case manager for those in their care, not for all of the agency:
working beside the clinician who met somebody is no care. What a search must do is not lose those who are.
"""

import re
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonweal.cases import actions as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.ids import new_id
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as filing
from commonweal.people import queries as people
from commonweal.people.keys import key
from commonweal.people.models import Person, SourceRecord
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from commonweal.sharing.models import Tie
from factories.caller import Program
from factories.cast import SETUP, Cast, consented, gather, someone, worker
from factories.directory import service
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def everybody() -> Cast:
    """Agencies bound by a memorandum."""
    return gather()


def crowd(cast: Cast, given: str, family: str, count: int) -> None:
    """That many people of one name, known to the police, filed long before."""
    persons = Person.objects.bulk_create(Person(id=new_id()) for _ in range(count))
    SourceRecord.objects.bulk_create(
        SourceRecord(
            id=new_id(), person=one, agency_id=cast.agency["police"], external_id=f"crowd-{n}",
            given=given, family=family, given_key=key(given), family_key=key(family),
            born=date(1950 + n % 50, 1 + n % 12, 1 + n % 28),
        )
        for n, one in enumerate(persons)
    )  # fmt: skip


def told(page: HttpResponse) -> str:
    """What a page says, without what was typed into its search."""
    return re.sub(r'value="[^"]*"', "", page.content.decode())


def header(by: Actor, words: str) -> str:
    """What the search in the header answers."""
    return told(visit(by).post(reverse("records:find"), {"q": words}))


def new_case(by: Actor, **name: str) -> str:
    """What the search before a new case answers."""
    asked = {"look": "1", "given": "", "family": "", "born": "", "phone": "", **name}
    return told(visit(by).post(reverse("casework:open"), asked))


def in_care(cast: Cast, by: Actor, **name: object) -> UUID:
    """Somebody whose case this worker opened."""
    assert by.agency
    person, _ = someone(cast, "social_service", **name)
    cases.open_case(by=by, person=person, agency=by.agency, manager=UUID(by.id))
    return person


class TestAmongNamesakes:
    """A county has hundreds of Marias."""

    def test_the_last_one_filed_is_found_by_the_whole_name(self, cast: Cast) -> None:
        crowd(cast, "Maria", "Madden", 450)
        _, record = someone(cast, "health", given="Maria", family="Marquez", phone="")
        for said in ({"given": "Maria", "family": "Marquez"}, {"given": "Marquez", "family": "Maria"}):
            assert people.candidates(**said)[0][0] == record
        assert people.candidates(given="Maria", family="Marques")[0][0] == record, "one letter misheard"

    def test_by_the_birth_date_or_the_number_alone(self, cast: Cast) -> None:
        crowd(cast, "Maria", "Madden", 450)
        _, record = someone(
            cast, "health", given="Mary", family="Martin", born=date(2001, 2, 3), phone="555-777-1234"
        )
        assert people.candidates(born=date(2001, 2, 3))[0][0] == record
        assert people.candidates(phone="5557771234")[0][0] == record

    def test_who_is_in_ones_care_is_found_among_many_of_the_same_name(self, cast: Cast) -> None:
        crowd(cast, "Rosa", "Delgado", 60)
        by = cast["case_manager"]
        in_care(cast, by, born=None, phone="")
        assert "Rosa Delgado" in header(by, "Rosa Delgado")
        assert "Rosa Delgado" in new_case(by, given="Rosa", family="Delgado")
        found = Program(by).post("people/search", given="Rosa", family="Delgado").json()
        assert len(found) == 1

    def test_the_steward_finds_the_own_records_first(self, cast: Cast) -> None:
        crowd(cast, "Rosa", "Delgado", 60)
        steward = worker(cast.agency["health"], "records_steward")
        someone(cast, "health", born=None, phone="")
        assert "Rosa Delgado" in header(steward, "Rosa Delgado")

    def test_no_more_is_asked_than_is_shown(self, cast: Cast) -> None:
        """Each candidate is a question on record: a search asks eight, however many there are."""
        crowd(cast, "Rosa", "Delgado", 60)
        before = JournalLine.objects.filter(kind="sharing.refused").count()
        header(cast["case_manager"], "Rosa Delgado")
        assert JournalLine.objects.filter(kind="sharing.refused").count() - before <= people.LIKELY


class TestBesideTheClinician:
    """A case manager of the clinician's own agency: care opens, the same agency does not."""

    def test_a_colleague_is_no_care(self, cast: Cast) -> None:
        """The clinician met her, she agreed, the shelter said yes: it is their care, and nobody else's."""
        mate = worker(cast.agency["health"], "case_manager")
        person, _ = someone(cast, "health")
        for form in ("roi", "hipaa_auth"):
            consented(cast, person, form, ["hmis_shelter", "health"], ["identity", "referral_status"])
        beds = service("Lantern night beds", agency=cast.agency["hmis_shelter"])
        made = referrals.make(by=cast["clinician"], service=beds, person=person, needs=["shelter"])
        referrals.accept(by=cast["shelter_worker"], referral=made.id)
        assert "Rosa Delgado" in header(cast["clinician"], "Rosa Delgado"), "who referred her"
        assert "Rosa Delgado" in header(cast["shelter_worker"], "Rosa Delgado"), "who said yes"
        for by in (mate, cast["case_manager"], cast["provider_staff"], cast["sud_counselor"]):
            assert "Rosa Delgado" not in header(by, "Rosa Delgado")

    def test_who_joins_the_team_finds_her_and_who_leaves_it_does_not(self, cast: Cast) -> None:
        mate, clinician = worker(cast.agency["health"], "case_manager"), cast["clinician"]
        crowd(cast, "Rosa", "Delgado", 30)
        person, _ = someone(cast, "health", born=None, phone="")
        case = cases.open_case(
            by=clinician, person=person, agency=cast.agency["health"], manager=UUID(clinician.id)
        )
        assert "Rosa Delgado" not in header(mate, "Rosa Delgado")
        cases.join_team(by=clinician, case=case.id, account=UUID(mate.id))
        assert "Rosa Delgado" in header(mate, "Rosa Delgado")
        assert "Rosa Delgado" in new_case(mate, given="Rosa", family="Delgado")
        cases.leave_team(by=clinician, case=case.id, account=UUID(mate.id))
        assert "Rosa Delgado" not in header(mate, "Rosa Delgado")

    def test_a_case_that_nobody_has_yet_is_every_case_managers_of_the_agency(self, cast: Cast) -> None:
        mate = worker(cast.agency["health"], "case_manager")
        person, _ = someone(cast, "health")
        cases.open_case(by=SETUP, person=person, agency=cast.agency["health"])
        assert "Rosa Delgado" in header(mate, "Rosa Delgado")
        assert "Rosa Delgado" not in header(cast["case_manager"], "Rosa Delgado"), "of another agency"

    def test_a_record_of_two_that_were_linked_is_found_under_either_name(self, cast: Cast) -> None:
        """The care is for the person, whichever agency's record is looked at."""
        by = cast["case_manager"]
        person = in_care(cast, by)
        filing.file_record(
            by=SETUP, agency=cast.agency["police"], external_id="p-9", person=person,
            values={"given": "Rosalinda", "family": "Delgado-Ruiz"},
        )  # fmt: skip
        assert "Rosalinda" in header(by, "Rosalinda Delgado-Ruiz")

    def test_a_victim_services_record_is_found_by_nobody_tied_or_not(self, cast: Cast) -> None:
        by = cast["case_manager"]
        person, _ = someone(cast, "victim_service_provider", given="Hidden", family="Person")
        sharing.tie(by=SETUP, relation="care", subject=Subject("person", person), account=UUID(by.id))
        assert "Hidden" not in header(by, "Hidden Person")
        assert not Program(by).post("people/search", given="Hidden", family="Person").json()


class TestNearest:
    """The choice itself, as a property: it drops, it never adds, and it keeps those in care."""

    @given(
        scores=st.lists(st.integers(60, 100), min_size=1, max_size=30),
        care=st.sets(st.integers(0, 29)),
        limit=st.integers(1, 12),
    )
    def test_it_keeps_care_then_likelihood(self, scores: list[int], care: set[int], limit: int) -> None:
        subjects = [Subject("source_record", new_id()) for _ in scores]
        found = sorted(zip(subjects, map(float, scores), strict=True), key=lambda pair: -pair[1])
        mine = {subject for n, (subject, _score) in enumerate(found) if n in care}
        kept = trust.cut(found, mine, limit)
        assert kept == [pair for pair in found if pair in kept], "in their order"
        assert len(kept) == min(limit, len(found))
        assert len([pair for pair in kept if pair[0] in mine]) == min(limit, len(mine))
        left_out = [pair[1] for pair in found if pair not in kept and pair[0] not in mine]
        others = [pair[1] for pair in kept if pair[0] not in mine]
        assert not left_out or not others or min(others) >= max(left_out)

    def test_an_ended_care_and_a_conflict_bring_nobody_forward(self, cast: Cast) -> None:
        by = cast["case_manager"]
        crowd(cast, "Rosa", "Delgado", 20)
        person, record = someone(cast, "health", born=None, phone="")
        found = people.candidates(given="Rosa", family="Delgado", limit=people.MOST)
        last = [pair for pair in found if pair[0] != record] + [pair for pair in found if pair[0] == record]
        sharing.tie(by=SETUP, relation="conflict", subject=Subject("person", person), account=UUID(by.id))
        assert record not in dict(trust.nearest(by, last))
        made = sharing.tie(by=SETUP, relation="care", subject=Subject("person", person), account=UUID(by.id))
        assert record in dict(trust.nearest(by, last))
        assert record not in dict(trust.nearest(cast["provider_staff"], last))
        Tie.objects.filter(id=made.id).update(until=made.since)
        assert record not in dict(trust.nearest(by, last))

    def test_it_takes_the_same_steps_whoever_is_found(self, cast: Cast) -> None:
        """Time and statements do not tell whether anybody is in one's care."""
        by = cast["case_manager"]
        crowd(cast, "Rosa", "Delgado", 20)
        some = people.candidates(given="Rosa", family="Delgado", limit=people.MOST)
        spent = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                trust.nearest(by, some)
            spent.append(len(seen))
            in_care(cast, by, born=None, phone="")
        assert spent[0] == spent[1]
