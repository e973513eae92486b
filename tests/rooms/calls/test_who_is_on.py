"""Who is on duty, by roster or because they signed on; and how much of it one agency sees of another."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.agencies.models import SignOn
from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.training import actions as training
from factories.calls import Centre, open_centre
from factories.cast import SETUP, Cast, agree, gather, worker

pytestmark = pytest.mark.django_db
POLICE, CARE, APART = "patrol_officer", "case_manager", "victim_advocate"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind, bound by one memorandum."""
    return gather()


def seen(by: Actor) -> dict[str, calls.House]:
    """Agencies by name, as this worker sees them."""
    return {house.name: house for house in calls.who_is_on(by)}


def on(house: calls.House) -> set[str]:
    """Who is on there, by name."""
    return {one.name for one in house.people}


class TestSigningOn:
    """Said once, moved by saying it again, over when its time has come."""

    def test_from_now_for_so_many_hours(self, cast: Cast) -> None:
        advocate, now = cast[APART], clock.now()
        with clock.at(now):
            made = agencies.sign_on(by=advocate, hours=8)
        assert (made.since, made.until) == (now, now + timedelta(hours=8))
        assert queries.signed_on(UUID(advocate.id)) == made.until
        with clock.at(made.until):
            assert queries.signed_on(UUID(advocate.id)) is None and not queries.present()

    def test_again_moves_the_end_and_one_stands(self, cast: Cast) -> None:
        advocate = cast[APART]
        for hours in (8, 4):
            last = agencies.sign_on(by=advocate, hours=hours)
        assert SignOn.objects.filter(ended_at__isnull=True).count() == 1
        assert [one.until for one in queries.present()] == [last.until]

    def test_going_off_ends_it_at_once_and_is_told_apart_from_nothing(self, cast: Cast) -> None:
        advocate = cast[APART]
        assert agencies.sign_off(by=advocate) is False
        agencies.sign_on(by=advocate, hours=8)
        assert agencies.sign_off(by=advocate) is True
        assert not queries.present() and queries.signed_on(UUID(advocate.id)) is None
        kinds = JournalLine.objects.filter(kind="agencies.signed_on").order_by("id")
        assert [line.data["is_on"] for line in kinds] == [True, False]

    @pytest.mark.parametrize("hours", [0, -1, 25, 10_000])
    def test_no_shift_lasts_so_long(self, cast: Cast, hours: int) -> None:
        with pytest.raises(Invalid) as refused:
            agencies.sign_on(by=cast[APART], hours=hours)
        assert refused.value.field == "hours" and not SignOn.objects.exists()

    def test_whoever_belongs_to_no_agency_signs_on_nowhere(self) -> None:
        with pytest.raises(NotFound):
            agencies.sign_on(by=system("x"), hours=8)

    def test_what_was_true_an_hour_ago_stays_true_of_that_hour(self, cast: Cast) -> None:
        advocate, start = cast[APART], clock.now()
        with clock.at(start):
            agencies.sign_on(by=advocate, hours=8)
        with clock.at(start + timedelta(hours=2)):
            agencies.sign_off(by=advocate)
        assert queries.present(start + timedelta(hours=1)) and not queries.present(start + timedelta(hours=3))

    def test_the_database_keeps_one_open_and_its_ends_in_order(self, cast: Cast) -> None:
        now, account = clock.now(), cast.account(APART)
        SignOn.objects.create(account_id=account, since=now, until=now + timedelta(hours=1))
        for until in (now + timedelta(hours=2), now - timedelta(hours=2)):
            with pytest.raises(IntegrityError), transaction.atomic():
                SignOn.objects.create(account_id=account, since=now, until=until)


class TestRoster:
    """Crews stand with their unit; what lasts longest counts; a closed account is not there."""

    @pytest.fixture(name="centre")
    def the_centre(self) -> Centre:
        """Units on duty with crews."""
        return open_centre()

    def test_a_crew_stands_with_its_unit_and_its_next_shift(self, centre: Centre) -> None:
        officer, now = centre.crews["P1"][0], clock.now()
        later = now + timedelta(days=1)
        agencies.set_shift(
            by=SETUP, unit=centre.units["P1"], starts=later, ends=later + timedelta(hours=8),
            crew=[UUID(officer.id)],
        )  # fmt: skip
        [one] = [one for one in queries.present() if str(one.account) == officer.id]
        assert (one.unit, one.kind, one.next) == ("P1", "patrol", later)

    def test_of_shift_and_sign_on_what_lasts_longest(self, centre: Centre) -> None:
        officer = centre.crews["P1"][0]
        short = agencies.sign_on(by=officer, hours=1)
        [one] = [one for one in queries.present() if str(one.account) == officer.id]
        assert one.unit == "P1" and one.until > short.until
        long = agencies.sign_on(by=officer, hours=23)
        [one] = [one for one in queries.present() if str(one.account) == officer.id]
        assert (one.unit, one.until) == ("", long.until)

    def test_a_closed_account_is_on_no_longer(self, centre: Centre) -> None:
        officer = centre.crews["P1"][0]
        agencies.change_account(by=SETUP, account=UUID(officer.id), is_active=False)
        assert officer.id not in {str(one.account) for one in queries.present()}

    def test_four_statements_whatever_the_number(self, centre: Centre, django_assert_num_queries) -> None:
        for _ in range(6):
            agencies.sign_on(by=worker(centre.cast.agency["ecc"], "call_taker"), hours=8)
        with django_assert_num_queries(4):
            assert len(queries.present()) > 12

    def test_an_agency_without_anybody_says_when_its_next_shift_begins(self, centre: Centre) -> None:
        ems, now = centre.cast.agency["ems"], clock.now()
        later = now + timedelta(hours=9)
        crew = [UUID(one.id) for one in centre.crews["M1"]]
        agencies.set_shift(
            by=SETUP, unit=centre.units["M1"], starts=later, ends=later + timedelta(hours=8), crew=crew
        )
        with clock.at(now + timedelta(hours=7)):
            house = seen(centre.desk)["Harlow EMS"]
        assert not house.people and house.next == later and house.id == ems


class TestBetweenAgencies:
    """Agreements decide who is there at all; each agency decides whose names are."""

    def test_one_finds_ones_own_first_and_then_the_partners_by_name(self, cast: Cast) -> None:
        names = [house.name for house in calls.who_is_on(cast[CARE])]
        assert names[0] == "Open Door Services" and names[1:] == sorted(names[1:]) and len(names) == 14

    def test_without_an_agreement_nobody_else_is_there(self) -> None:
        cast = gather(partners=False)
        for role in (POLICE, CARE):
            agencies.sign_on(by=cast[role], hours=8)
        assert set(seen(cast[CARE])) == {"Open Door Services"}
        agree(cast, [cast.agency["social_service"], cast.agency["police"]])
        assert set(seen(cast[CARE])) == {"Open Door Services", "Harlow Police"}
        assert on(seen(cast[CARE])["Harlow Police"]) == {queries.account(cast.account(POLICE)).display_name}

    def test_names_at_a_victim_service_are_shown_to_care_and_not_to_the_police(self, cast: Cast) -> None:
        agencies.sign_on(by=cast[APART], hours=8)
        name = queries.account(cast.account(APART)).display_name
        assert on(seen(cast[CARE])["Safe Harbor"]) == {name}
        for role in (POLICE, "cit_officer", "prosecutor"):
            house = seen(cast[role])["Safe Harbor"]
            [one] = house.people
            assert not house.is_named and (one.account, one.name, one.team, one.unit, one.skills) == (
                None, "", "", "", ()
            ), role  # fmt: skip
            assert one.role == APART and one.until, "that somebody is there is no secret"

    def test_what_the_agency_agreed_to_opens_its_names(self, cast: Cast) -> None:
        agencies.sign_on(by=cast[APART], hours=8)
        home = cast.agency["victim_service_provider"]
        agencies.set_duty_terms(by=cast["administrator"], agency=home, names="partners")
        assert seen(cast[POLICE])["Safe Harbor"].is_named
        agencies.set_duty_terms(by=cast["administrator"], agency=home, names="own")
        assert not seen(cast[CARE])["Safe Harbor"].is_named and seen(cast[APART])["Safe Harbor"].is_named

    @pytest.mark.parametrize("kind", queries.AGENCY_KINDS)
    def test_own_workers_always_see_each_other(self, kind: str) -> None:
        agency = agencies.open_agency(by=SETUP, name=f"House of {kind}", kind=kind).id
        one, other = worker(agency, "provider_staff"), worker(agency, "provider_staff")
        agencies.sign_on(by=one, hours=8)
        assert on(seen(other)[f"House of {kind}"]) == {queries.account(UUID(one.id)).display_name}

    def test_a_treatment_programme_keeps_its_names_from_the_police(self, cast: Cast) -> None:
        agencies.sign_on(by=cast["sud_counselor"], hours=8)
        assert not seen(cast[POLICE])["Cedar Treatment"].is_named
        assert seen(cast["hospital_staff"])["Cedar Treatment"].is_named

    def test_a_telephone_is_there_where_the_agency_gives_one(self, cast: Cast) -> None:
        home = cast.agency["hmis_shelter"]
        agencies.set_duty_terms(by=cast["administrator"], agency=home, phone=" +1 (442) 555-0100 ")
        assert seen(cast[POLICE])["Lantern Shelter"].phone == "+1 (442) 555-0100"
        agencies.set_duty_terms(by=cast["administrator"], agency=home)
        assert seen(cast[POLICE])["Lantern Shelter"].phone == ""

    @pytest.mark.parametrize("wrong", [{"names": "everybody"}, {"phone": "call me"}, {"phone": "12\x00345"}])
    def test_terms_that_say_nothing_are_refused(self, cast: Cast, wrong: dict[str, str]) -> None:
        with pytest.raises(Invalid):
            agencies.set_duty_terms(by=cast["administrator"], agency=cast.agency["ems"], **wrong)

    @pytest.mark.parametrize("role", ["supervisor", "privacy_officer", "signatory"])
    def test_terms_are_the_administrators_to_set(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotFound):
            agencies.set_duty_terms(by=cast[role], agency=cast.agency["ecc"], names="own")

    def test_certificates_in_force_are_told_and_lapses_are_not(self, cast: Cast) -> None:
        officer, today = cast[POLICE], clock.today()
        for kind, months in (("cit_40", 24), ("naloxone", 6)):
            training.award(
                by=SETUP, account=UUID(officer.id), kind=kind, valid_from=today - timedelta(days=400),
                months=months,
            )  # fmt: skip
        agencies.sign_on(by=officer, hours=8)
        [one] = seen(cast[CARE])["Harlow Police"].people
        assert one.skills == ("cit_40",)


class TestSearch:
    """By agency, role, language, certificate and name; each narrows, none widens."""

    @pytest.fixture(name="every")
    def the_evening(self, cast: Cast) -> list[calls.House]:
        """Three workers on, two of whom speak Spanish."""
        for role, languages in ((POLICE, "en es"), (CARE, "en"), ("shelter_worker", "es")):
            agencies.change_account(by=SETUP, account=cast.account(role), languages=languages)
            agencies.sign_on(by=cast[role], hours=8)
        return calls.who_is_on(cast[CARE])

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({}, 3), ({"language": "es"}, 2), ({"language": "es", "role": POLICE}, 1), ({"role": "medic"}, 0),
            ({"name": "SHELTER_worker"}, 1), ({"name": "  "}, 3), ({"skill": "cit_40"}, 0),
        ],
    )  # fmt: skip
    def test_each_word_narrows(self, every: list[calls.House], asked: dict[str, str], count: int) -> None:
        found = calls.narrowed(every, calls.Wanted(**asked))
        assert sum(len(house.people) for house in found) == count
        assert all(house.people for house in found) or not any(v.strip() for v in asked.values())

    def test_an_agency_asked_for_stays_though_nobody_is_on(
        self, every: list[calls.House], cast: Cast
    ) -> None:
        [house] = calls.narrowed(every, calls.Wanted(agency=cast.agency["ems"]))
        assert house.name == "Harlow EMS" and not house.people

    def test_a_name_that_is_kept_inside_is_not_found_by_searching_for_it(self, cast: Cast) -> None:
        agencies.sign_on(by=cast[APART], hours=8)
        name = queries.account(cast.account(APART)).display_name
        assert calls.narrowed(calls.who_is_on(cast[CARE]), calls.Wanted(name=name))
        assert not calls.narrowed(calls.who_is_on(cast[POLICE]), calls.Wanted(name=name))
