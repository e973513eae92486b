"""What goes by the day goes by the day of the site: at six in the evening of the Pacific UTC has tomorrow."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal import packs
from commonweal.calls import actions as calls
from commonweal.calls import queries as protocols
from commonweal.community import actions as community
from commonweal.community.models import FeedbackToken
from commonweal.kernel import clock
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from commonweal.training import actions as training
from commonweal.training import queries as standing
from factories.cast import SETUP, Cast, gather, worker

PACIFIC = ZoneInfo("America/Los_Angeles")
LAST = date(2026, 6, 30)
EVENING = datetime(2026, 6, 30, 18, 0, tzinfo=PACIFIC)  # 1 July, 01:00 in UTC
MOMENTS = some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC))


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind, bound by nothing."""
    return gather(partners=False)


class TestTheClock:
    """A moment has one day here, and a day one beginning, also where the clocks change."""

    @given(MOMENTS)
    def test_a_moment_lies_within_its_day(self, moment: datetime) -> None:
        day = clock.day(moment)
        assert clock.begin(day) <= moment < clock.begin(day + timedelta(days=1))

    @given(some.dates(date(1990, 1, 1), date(2090, 1, 1)))
    def test_days_follow_one_another_without_a_gap(self, day: date) -> None:
        before = clock.begin(day).astimezone(UTC) - timedelta(microseconds=1)
        assert clock.day(clock.begin(day)) == day and clock.day(before) == day - timedelta(days=1)

    @pytest.mark.parametrize(("day", "hours"), [((2026, 3, 8), 23), ((2026, 11, 1), 25), ((2026, 7, 4), 24)])
    def test_days_on_which_the_clocks_change_are_shorter_and_longer(
        self, day: tuple[int, int, int], hours: int
    ) -> None:
        first = date(*day)
        begins, ends = (clock.begin(d).astimezone(UTC) for d in (first, first + timedelta(days=1)))
        assert ends - begins == timedelta(hours=hours)

    def test_in_the_evening_it_is_still_today(self) -> None:
        assert EVENING.astimezone(UTC).date() == LAST + timedelta(days=1)
        with clock.at(EVENING.astimezone(UTC)):
            assert clock.today() == LAST


class TestAgreements:
    """An agreement binds through the evening of its last day, and not before the morning of its first."""

    def signed(self, cast: Cast, starts: date, ends: date) -> None:
        """A memorandum between police and health."""
        parties = [cast.agency["police"], cast.agency["health"]]
        found = sharing.draft_agreement(
            by=SETUP, title="Memorandum", kind="mou", text="We work together.", starts=starts, ends=ends,
            parties=parties, clauses=(),
        )  # fmt: skip
        for party in parties:
            sharing.sign_agreement(by=SETUP, agreement=found.id, agency=party)

    def state(self) -> str:
        """What the only agreement has come to, once time has done what it does."""
        sharing.settle_agreements(by=SETUP)
        [found] = trust.agreements()
        return found.state

    def test_it_holds_on_its_last_evening_and_has_ended_after_midnight(self, cast: Cast) -> None:
        with clock.at(EVENING - timedelta(days=20)):
            self.signed(cast, date(2026, 6, 1), LAST)
        with clock.at(EVENING):
            assert self.state() == "in_force"
        with clock.at(EVENING + timedelta(hours=6, minutes=1)):
            assert self.state() != "in_force"

    def test_one_that_begins_tomorrow_does_not_bind_tonight(self, cast: Cast) -> None:
        with clock.at(EVENING):
            self.signed(cast, LAST + timedelta(days=1), LAST + timedelta(days=365))
            assert self.state() == "signed"
        with clock.at(EVENING + timedelta(hours=6, minutes=1)):
            assert self.state() == "in_force"


class TestCertificates:
    """Whoever is current in the morning is sent out in the evening of the same day."""

    def test_the_last_evening_counts(self, cast: Cast) -> None:
        training.require(by=SETUP, role="medic", certificate="cit_40h", grace_days=0)
        medic = cast.account("medic")
        with clock.at(EVENING - timedelta(days=400)):
            given_ = training.award(
                by=SETUP, account=medic, kind="cit_40h", valid_from=date(2025, 6, 30), months=12
            )
        assert given_.valid_until == LAST
        with clock.at(EVENING):
            training.settle_standing(by=SETUP, accounts=[medic])
            assert standing.standing_of([medic])[medic].may_be_sent
        with clock.at(EVENING + timedelta(hours=7)):
            training.settle_standing(by=SETUP, accounts=[medic])
            assert not standing.standing_of([medic])[medic].may_be_sent

    def test_a_session_in_the_evening_is_of_its_own_day(self, cast: Cast) -> None:
        course = training.keep_course(by=SETUP, code="cit", title_en="Crisis", certificate="cit_40h")
        with clock.at(EVENING + timedelta(hours=4)):
            session = training.plan_session(by=SETUP, course=course.id, starts=EVENING, place="Hall")
            scores = {cast.account("medic"): None}
            [earned] = training.mark_attended(by=SETUP, session=session.id, scores=scores)
        assert earned.valid_from == LAST


def test_a_protocol_from_tomorrow_is_not_asked_tonight(cast: Cast) -> None:
    """A call at six in the evening is triaged by the protocol of its day."""
    first, second = cast["supervisor"], worker(cast.agency["ecc"], "supervisor", "second")
    centre = cast.agency["ecc"]
    for code, since in (("harlow", date(2026, 6, 1)), ("denver", LAST + timedelta(days=1))):
        version = calls.draft_protocol(by=SETUP, body=packs.read(f"protocols/{code}.yaml"))
        for signer in (first, second):
            calls.approve_protocol(by=signer, version=version.id)
        calls.adopt_protocol(by=first, agency=centre, code=code, since=since)
    asked = {}
    for name, moment in (("tonight", EVENING), ("tomorrow", EVENING + timedelta(hours=7))):
        with clock.at(moment):
            found = protocols.adopted_by(centre)
            asked[name] = found.code if found else None
    assert asked == {"tonight": "harlow", "tomorrow": "denver"}


def test_a_card_handed_out_on_the_last_evening_is_of_that_month(cast: Cast) -> None:
    with clock.at(EVENING):
        community.hand_card(by=SETUP, agency=cast.agency["ems"])
    assert FeedbackToken.objects.get().month == date(2026, 6, 1)
