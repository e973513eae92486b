"""Contacts after a crisis: owed, given to somebody, tried, and never ended by silence."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.encounters import actions, events, queries
from commonweal.encounters.models import Encounter, FollowUp
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import queries as bells
from factories.cast import Cast, gather, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def everybody() -> Cast:
    return gather(partners=False)


@pytest.fixture(name="owed")
def one_that_is_owed(cast: Cast) -> Encounter:
    """A contact due an hour ago."""
    made = actions.open_encounter(by=cast["crisis_worker"], description="a man at the bus stop")
    Encounter.objects.filter(id=made.id).update(follow_up_due=clock.now() - timedelta(hours=1))
    return made


def test_it_is_nobodys_until_it_is_given(cast: Cast, owed: Encounter) -> None:
    """Then it is theirs, they hear of it, and the list says so."""
    mate = worker(cast.agency["health"], "clinician", "sam")
    (line,) = queries.owed(mate, clock.now())
    assert line.account is None and line.is_late and line.tries == 0
    actions.schedule_follow_up(by=mate, encounter=owed.id, account=UUID(mate.id))
    flow.tell_whose_follow_up(events.FollowUpGiven(encounter=owed.id, account=UUID(mate.id)))
    assert queries.owed(mate, clock.now())[0].account == UUID(mate.id)
    assert "follow_up_given" in {one.kind for one in bells.unread(mate)}


def test_it_goes_to_nobody_who_could_not_make_it(cast: Cast, owed: Encounter) -> None:
    """Police who were not there, other agencies, accounts that never were; and no past day."""
    by = cast["crisis_worker"]
    for account in (cast.account("patrol_officer"), cast.account("shelter_worker"), owed.id):
        with pytest.raises(Invalid, match="care side"):
            actions.schedule_follow_up(by=by, encounter=owed.id, account=account)
    yesterday = clock.now() - timedelta(days=1)
    with pytest.raises(Invalid, match="still to come"):
        actions.schedule_follow_up(by=by, encounter=owed.id, account=UUID(by.id), due=yesterday)
    for other in ("patrol_officer", "shelter_worker", "analyst"):
        with pytest.raises(NotFound):
            actions.schedule_follow_up(by=cast[other], encounter=owed.id, account=UUID(by.id))
        assert not queries.owed(cast[other], clock.now())


def test_a_try_that_reached_nobody_is_followed_by_another(cast: Cast, owed: Encounter) -> None:
    """Tomorrow, unless another day is chosen; ending there wants a word why."""
    client = visit(cast["crisis_worker"])
    path = reverse("field:follow_up", args=[owed.id])
    client.post(path, {"way": "phone", "reached": "no"})
    due = queries.outline(owed.id).follow_up_due
    assert due and timedelta(hours=23) < due - clock.now() < timedelta(hours=25)
    assert client.post(path, {"way": "phone", "reached": "no", "next": "no_more"}).status_code == 400
    client.post(path, {"way": "visit", "reached": "no", "next": "no_more", "outcome": "moved away"})
    assert queries.outline(owed.id).follow_up_due is None and FollowUp.objects.count() == 2


def test_reached_ends_it_or_sets_another_day(cast: Cast, owed: Encounter) -> None:
    client, path = visit(cast["crisis_worker"]), reverse("field:follow_up", args=[owed.id])
    client.post(path, {"way": "visit", "reached": "yes", "next": "week"})
    (line,) = queries.owed(cast["crisis_worker"], clock.now() + timedelta(days=8))
    assert line.tries == 1 and not line.is_late and line.last_try
    client.post(path, {"way": "visit", "reached": "yes"})
    assert not queries.owed(cast["crisis_worker"], clock.now() + timedelta(days=90))
    assert client.post(path, {"way": "visit", "reached": "yes", "next": "soon"}).status_code == 400


def test_the_list_of_the_week_gives_it_at_one_press(cast: Cast, owed: Encounter) -> None:
    by = cast["crisis_worker"]
    client = visit(by)
    page = client.get(reverse("field:follow_ups")).content.decode()
    assert reverse("field:follow_up", args=[owed.id]) in page and "overdue" in page
    answer = client.post(reverse("field:schedule", args=[owed.id]), {"account": by.id})
    assert answer.status_code == 302 and Encounter.objects.get(id=owed.id).follow_up_by == UUID(by.id)
    assert client.post(reverse("field:schedule", args=[owed.id]), {"account": "x"}).status_code == 400
    assert visit(cast["call_taker"]).get(reverse("field:follow_ups")).status_code == 403
