"""Communication tests: everybody on duty is asked, and what comes of it is counted."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core import mail

from commonweal import flow
from commonweal.adapters.sms.deliver import SENT
from commonweal.agencies import actions as agencies
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions, queries
from commonweal.messages.models import Drill
from factories.cast import SETUP, Cast, gather, worker

pytestmark = pytest.mark.django_db
HERE = ("call_taker", "shelter_worker", "case_manager")


@pytest.fixture(name="cast")
def three_on_duty() -> Cast:
    """Three on duty at three agencies; a supervisor who starts."""
    cast = gather()
    for role in HERE:
        agencies.sign_on(by=cast[role], hours=8)
    return cast


def begun(
    cast: Cast, *homes: str, within: int = 15, monthly: bool = False, by: tuple[str, ...] = ()
) -> Drill:
    """Started now by the centre's supervisor, at these agencies; at all three where none is said."""
    at = [cast.agency[one] for one in homes or ("ecc", "hmis_shelter", "social_service")]
    return actions.start_drill(
        by=cast["supervisor"], agencies_=at, channels=by, within=within, monthly=monthly
    )  # fmt: skip


def answered(cast: Cast, drill: Drill, role: str, minutes: float) -> None:
    """One confirms so many minutes later."""
    with clock.at(drill.created_at + timedelta(minutes=minutes)):
        actions.confirm_drill(by=cast[role], drill=drill.id)


class TestAsked:
    """Whoever is on duty there and then."""

    def test_everybody_on_duty_finds_it_in_the_bell_as_a_drill(self, cast: Cast) -> None:
        off = worker(cast.agency["hmis_shelter"], "shelter_worker")
        drill = begun(cast)
        for role in HERE:
            [line] = queries.unread(cast[role]).filter(kind="drill")
            assert line.link == f"/drills/{drill.id}/" and not line.urgent
        assert not queries.unread(off).exists()

    def test_a_team_alone(self, cast: Cast) -> None:
        home = cast.agency["hmis_shelter"]
        team = agencies.open_team(by=SETUP, agency=home, name="Night team")
        agencies.change_account(by=SETUP, account=cast.account("shelter_worker"), team_id=team.id)
        agencies.sign_on(by=worker(home, "shelter_worker"), hours=4)
        drill = actions.start_drill(by=cast["supervisor"], teams=[team.id])
        assert [row.account for row in drill.asked.all()] == [cast.account("shelter_worker")]

    def test_it_goes_by_the_ways_that_were_chosen_and_says_that_it_is_a_test(self, cast: Cast) -> None:
        """Whatever the worker chose otherwise: that is what is tested. No name, no place in it."""
        shelter = cast["shelter_worker"]
        agencies.change_account(by=SETUP, account=UUID(shelter.id), email="night@lantern.example")
        actions.choose(by=shelter, channels={}, phone="213 555 1000")
        drill = begun(cast, by=("mail", "text"))
        file = Path(settings.COMMONWEAL_HOME) / SENT
        file.unlink(missing_ok=True)
        flow.carry_notices()
        [letter] = mail.outbox
        assert letter.to == ["night@lantern.example"] and "communication test (drill)" in letter.body
        assert "communication test (drill)" in file.read_text("utf-8") and str(drill.id) not in letter.body
        ways = {row.account: row.channels for row in drill.asked.all()}
        assert ways.pop(UUID(shelter.id)) == ["bell", "mail", "text"]
        assert set(map(tuple, ways.values())) == {("bell",)}

    def test_where_nobody_is_on_duty_there_is_none(self, cast: Cast) -> None:
        with pytest.raises(Invalid, match="on duty"):
            begun(cast, "hospital")
        assert not Drill.objects.exists()


class TestRefused:
    """Supervisors alone, and partners alone."""

    @pytest.mark.parametrize("role", ["call_taker", "shelter_worker", "administrator", "analyst"])
    def test_others_start_none(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotFound):
            actions.start_drill(by=cast[role], agencies_=[cast.agency["ecc"]])

    def test_what_cannot_be_asked_is_named(self, cast: Cast) -> None:
        by, home = cast["supervisor"], cast.agency["ecc"]
        wrong = [
            ({}, "teams"), ({"agencies_": [uuid4()]}, "agencies"), ({"teams": [uuid4()]}, "teams"),
            ({"agencies_": [home], "channels": ["fax"]}, "channel"),
            ({"agencies_": [home], "within": 0}, "within"),
        ]  # fmt: skip
        for given, field in wrong:
            with pytest.raises(Invalid) as fault:
                actions.start_drill(by=by, **given)
            assert fault.value.field == field

    def test_who_was_not_asked_confirms_nothing_and_sees_nothing(self, cast: Cast) -> None:
        drill = begun(cast, "hmis_shelter")
        for one in (drill.id, uuid4()):
            with pytest.raises(NotFound):
                actions.confirm_drill(by=cast["case_manager"], drill=one)
        with pytest.raises(NotFound):
            queries.drill(cast["case_manager"], drill.id)
        abroad = worker(cast.agency["lifeline_988"], "supervisor")
        with pytest.raises(NotFound):
            queries.drill(abroad, drill.id)
        with pytest.raises(NotFound):
            actions.stop_repeating(by=abroad, drill=drill.id)
        assert not queries.drills(abroad).exists()


class TestFigures:
    """Who confirmed within how many minutes, by agency and way."""

    def test_rate_and_median_with_their_count(self, cast: Cast) -> None:
        drill = begun(cast)
        for role, minutes in zip(HERE, (1, 5, 40), strict=True):
            answered(cast, drill, role, minutes)
        found = queries.figure(Drill.objects.get(id=drill.id))
        assert (found.asked, found.in_time, found.late, found.silent) == (3, 2, 1, 0)
        assert found.rate == pytest.approx(2 / 3) and found.minutes == pytest.approx(3.0, abs=0.01)

    def test_nobody_answered_has_no_median(self, cast: Cast) -> None:
        found = queries.figure(begun(cast))
        assert (found.rate, found.minutes, found.silent) == (0.0, None, 3)

    def test_confirming_again_changes_nothing(self, cast: Cast) -> None:
        drill = begun(cast)
        answered(cast, drill, "call_taker", 2)
        first = drill.asked.get(account=cast.account("call_taker")).confirmed_at
        answered(cast, drill, "call_taker", 9)
        assert drill.asked.get(account=cast.account("call_taker")).confirmed_at == first

    def test_by_agency_and_by_way(self, cast: Cast) -> None:
        agencies.change_account(by=SETUP, account=cast.account("shelter_worker"), email="n@lantern.example")
        drill = begun(cast, by=("mail",))
        answered(cast, drill, "shelter_worker", 4)
        homes, ways = queries.figure_by(drill)
        assert homes[cast.agency["hmis_shelter"]].rate == 1 and homes[cast.agency["ecc"]].rate == 0
        assert (ways["mail"].asked, ways["mail"].in_time) == (1, 1)
        assert (ways["bell"].asked, ways["bell"].in_time) == (3, 1) and "text" not in ways


class TestAgain:
    """Once a month by itself, where wanted."""

    def test_held_again_with_the_same_question(self, cast: Cast) -> None:
        first = begun(cast, monthly=True)
        assert actions.repeat_drills(by=SETUP) == 0
        with clock.at(clock.now() + timedelta(days=30, minutes=1)):
            agencies.sign_on(by=cast["case_manager"], hours=8)
            flow.mind_bulletins()
            flow.mind_bulletins()
            first.refresh_from_db()
            [second] = Drill.objects.exclude(id=first.id)
            assert first.again_at is None and second.follows == first and second.again_at
            assert [row.account for row in second.asked.all()] == [cast.account("case_manager")]

    def test_with_nobody_on_duty_it_waits_an_hour(self, cast: Cast) -> None:
        first = begun(cast, monthly=True)
        later = clock.now() + timedelta(days=31)
        with clock.at(later):
            actions.repeat_drills(by=SETUP)
        first.refresh_from_db()
        assert Drill.objects.count() == 1 and first.again_at == later + timedelta(hours=1)

    def test_it_is_stopped(self, cast: Cast) -> None:
        first = begun(cast, monthly=True)
        actions.stop_repeating(by=cast["supervisor"], drill=first.id)
        with clock.at(clock.now() + timedelta(days=31)):
            assert actions.repeat_drills(by=SETUP) == 0
