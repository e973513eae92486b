"""A certificate ends on its day: dispatch closes, grace keeps it open, a new one opens it again."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.training import actions, queries
from commonweal.training.models import Attendance, Certificate, Session
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """A medic must hold a certificate, with five days of grace."""
    cast = gather(partners=False)
    actions.require(by=SETUP, role="medic", certificate="cit_40h", grace_days=5)
    return cast


def sits(seats: int = 2) -> Session:
    """A session held yesterday, with so many seats."""
    course = actions.keep_course(by=SETUP, code="cit", title_en="Crisis", certificate="cit_40h")
    starts = clock.now() - timedelta(days=1)
    return actions.plan_session(by=SETUP, course=course.id, starts=starts, place="Hall", seats=seats)


@pytest.mark.parametrize(("days", "sent"), [(-1, False), (0, True), (365, True), (371, True), (400, False)])
def test_it_closes_dispatch_after_its_grace(cast: Cast, days: int, sent: bool) -> None:
    medic = cast.account("medic")
    actions.award(by=SETUP, account=medic, kind="cit_40h", valid_from=TODAY, months=12)
    last = Certificate.objects.get().valid_until
    day = TODAY + timedelta(days=days) if days <= 365 else last + timedelta(days=5 if days == 371 else 6)
    assert queries.standing_of([medic], day)[medic].may_be_sent is sent


def test_withdrawn_it_closes_at_once_and_others_are_untouched(cast: Cast) -> None:
    medic, officer = cast.account("medic"), cast.account("patrol_officer")
    made = actions.award(by=SETUP, account=medic, kind="cit_40h", valid_from=TODAY)
    actions.withdraw(by=SETUP, certificate=made.id, reason="Given in error.")
    found = queries.standing_of([medic, officer])
    assert not found[medic].may_be_sent and found[officer].may_be_sent
    actions.award(by=SETUP, account=medic, kind="cit_40h", valid_from=TODAY)
    assert queries.standing_of([medic])[medic].may_be_sent


def test_a_session_marked_twice_gives_one_certificate(cast: Cast) -> None:
    session, medic, late = sits(), cast.account("medic"), cast.account("clinician")
    actions.enrol(by=SETUP, session=session.id, account=medic)
    assert len(actions.mark_attended(by=SETUP, session=session.id, scores={medic: 90})) == 1
    corrected: dict[UUID, int | None] = {medic: 95, late: None}
    again = actions.mark_attended(by=SETUP, session=session.id, scores=corrected)
    assert [c.account for c in again] == [late]
    assert Certificate.objects.filter(account=medic).count() == 1
    assert Attendance.objects.get(account=medic).score == 95


def test_seats_are_given_once_and_no_further(cast: Cast) -> None:
    session, medic = sits(seats=1), cast.account("medic")
    first, again = (actions.enrol(by=SETUP, session=session.id, account=medic) for _ in range(2))
    assert first == again
    with pytest.raises(Conflict, match="full"):
        actions.enrol(by=SETUP, session=session.id, account=cast.account("clinician"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(session=session, account=medic)


def test_what_cannot_be_is_named_and_what_is_not_there_not_found(cast: Cast) -> None:
    session = sits()
    with pytest.raises(Invalid) as said:
        actions.require(by=SETUP, role="king", certificate="x")
    assert said.value.field == "role" and said.value.remedy
    for wrong, field in (({"seats": 0, "place": "Hall"}, "seats"), ({"place": " "}, "place")):
        with pytest.raises(Invalid) as said:
            actions.plan_session(by=SETUP, course=session.course_id, starts=clock.now(), **wrong)  # type: ignore[arg-type]
        assert said.value.field == field
    with pytest.raises(NotFound):
        actions.enrol(by=SETUP, session=uuid4(), account=uuid4())
    with pytest.raises(NotFound):
        actions.withdraw(by=SETUP, certificate=uuid4(), reason="x")
