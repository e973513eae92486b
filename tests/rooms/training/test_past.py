"""What workers learned before the product came: brought in whole, and standing follows from it."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.training import actions, queries
from factories.cast import gather

TODAY = clock.today()


@pytest.fixture
def people(db):
    return gather()


def course(by):
    return actions.keep_course(by=by, code="cit", title_en="Crisis intervention", certificate="cit_40h")


def sitting(found, *accounts: UUID, starts: datetime | None = None, key: str = "cit.1"):
    starts = starts or clock.now() - timedelta(days=100)
    return actions.PastSession(
        key=key, course=found.id, starts=starts, place="County training center", attended=accounts
    )


def paper(account: UUID, first: int, last: int, session: str = ""):
    """A certificate between two days counted from today."""
    return actions.PastCertificate(
        account=account, kind="cit_40h", valid_from=TODAY + timedelta(days=first),
        valid_until=TODAY + timedelta(days=last), session=session,
    )  # fmt: skip


def test_a_history_comes_in_under_one_line_and_decides_who_may_be_sent(people):
    by, officer, medic = people["training_coordinator"], people["cit_officer"], people["medic"]
    here, there = UUID(officer.id), UUID(medic.id)
    for role in ("cit_officer", "medic"):
        actions.require(by=by, role=role, certificate="cit_40h")
    given = [paper(here, -100, 600, "cit.1"), paper(there, -900, -170)]
    assert actions.bring_past(by=by, sessions=[sitting(course(by), here)], certificates=given) == (1, 2)
    [held] = queries.sessions(coming_only=False)
    assert held.state == "held" and [a.account for a in held.attendances.all()] == [here]
    assert queries.certificates(here)[0].session_id == held.id
    standing = queries.standing_of([here, there])
    assert standing[here].may_be_sent and not standing[there].may_be_sent
    assert JournalLine.objects.filter(kind="training.past_brought").count() == 1
    assert not JournalLine.objects.filter(kind="training.certified").exists()


def test_a_worker_named_twice_sat_there_once(people):
    by, here = people["training_coordinator"], UUID(people["medic"].id)
    actions.bring_past(by=by, sessions=[sitting(course(by), here, here)], certificates=[])
    assert queries.sessions(coming_only=False).get().attendances.count() == 1


def test_what_lies_ahead_is_planned_not_brought_in(people):
    by = people["training_coordinator"]
    soon = sitting(course(by), starts=clock.now() + timedelta(days=1))
    with pytest.raises(Invalid, match="lies behind"):
        actions.bring_past(by=by, sessions=[soon], certificates=[])


@pytest.mark.parametrize(
    ("days", "session", "why"), [((5, 4), "", "first day"), ((0, 9), "no", "brought in")]
)
def test_a_certificate_that_cannot_be_is_refused_and_nothing_stays(people, days, session, why):
    by, here = people["training_coordinator"], UUID(people["medic"].id)
    with pytest.raises(Invalid, match=why):
        actions.bring_past(
            by=by, sessions=[sitting(course(by), here)], certificates=[paper(here, *days, session)]
        )
    assert not queries.sessions(coming_only=False).exists()
