"""Contacts after a crisis: owed, given to somebody, tried, and never ended by silence."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import actions as accounts
from commonweal.encounters import actions, events, queries
from commonweal.encounters.models import Encounter, FollowUp
from commonweal.kernel import clock, journal
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
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
        with pytest.raises(Invalid, match="gives care"):
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


def many(cast: Cast, count: int, *, hours: float = -1.0, mine: str = "") -> list[UUID]:
    """That many contacts of the crisis team's agency, due `hours` from now, one minute apart."""
    made = [actions.open_encounter(by=cast["crisis_worker"], description="somebody") for _ in range(count)]
    for n, one in enumerate(made):
        due = clock.now() + timedelta(hours=hours, minutes=-n if hours < 0 else n)
        Encounter.objects.filter(id=one.id).update(follow_up_due=due, follow_up_by=mine or None)
    return [one.id for one in made]


class TestHundreds:
    """A list that stays of use: in groups, by whose they are, a page at a time, given many at once."""

    def test_pages_hold_twenty_and_every_one_is_reached(self, cast: Cast) -> None:
        wanted = {str(one) for one in many(cast, 45)}
        client, seen = visit(cast["crisis_worker"]), set()
        for number in (1, 2, 3):
            page = client.get(reverse("field:follow_ups"), {"page": number}).content.decode()
            shown = set(re.findall(r'name="one" value="([^"]+)"', page))
            assert len(shown) <= 20 and not shown & seen
            seen |= shown
        assert seen == wanted and 'rel="next"' not in page

    def test_overdue_stands_before_today_and_today_before_the_week(self, cast: Cast) -> None:
        noon = clock.begin(clock.today()) + timedelta(hours=12)
        with clock.at(noon):
            many(cast, 1, hours=100)
            many(cast, 1, hours=3)
            many(cast, 2, hours=-30)
            page = visit(cast["crisis_worker"]).get(reverse("field:follow_ups")).content.decode()
        heads = re.findall(r'fd-when">([^<]+)<', page)
        assert heads == ["Overdue", "Today", "This week"] and "2 overdue" in page

    def test_the_most_overdue_comes_first(self, cast: Cast) -> None:
        late = many(cast, 5)
        page = visit(cast["crisis_worker"]).get(reverse("field:follow_ups")).content.decode()
        assert re.findall(r'name="one" value="([^"]+)"', page) == [str(one) for one in reversed(late)]

    @pytest.mark.parametrize(
        ("whose", "count"), [("", 9), ("mine", 2), ("nobody", 3), ("others", 4), ("x", 9)]
    )
    def test_by_whose_they_are(self, cast: Cast, whose: str, count: int) -> None:
        by, mate = cast["crisis_worker"], worker(cast.agency["health"], "clinician", "sam")
        many(cast, 2, mine=by.id)
        many(cast, 3)
        many(cast, 4, mine=mate.id)
        page = visit(by).get(reverse("field:follow_ups"), {"whose": whose}).content.decode()
        assert page.count('name="one"') == count
        assert page.count("I take it") == count - (2 if whose in ("", "mine", "x") else 0)

    def test_an_empty_group_says_so_and_a_calm_week_too(self, cast: Cast) -> None:
        client = visit(cast["crisis_worker"])
        assert "Nothing is owed this week" in client.get(reverse("field:follow_ups")).content.decode()
        many(cast, 1)
        page = client.get(reverse("field:follow_ups"), {"whose": "others"}).content.decode()
        assert "None of these" in page and "Give the chosen ones" not in page

    def test_it_costs_the_same_however_many(self, cast: Cast) -> None:
        client = visit(cast["crisis_worker"])
        spent = []
        for count in (3, 30):
            many(cast, count)
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("field:follow_ups"))
            spent.append(len(asked))
        assert spent[1] <= spent[0] + 1


class TestHandingOver:
    """Chosen ones go to a colleague in one act, with one line in the bell."""

    def test_a_shift_goes_to_a_colleague(self, cast: Cast) -> None:
        by, mate = cast["crisis_worker"], worker(cast.agency["health"], "clinician", "sam")
        ones = many(cast, 12, mine=by.id)
        [kept] = many(cast, 1, mine=by.id)
        answer = visit(by).post(
            reverse("field:follow_ups") + "?whose=mine",
            {"one": [str(o) for o in ones], "to": mate.id},
            follow=True,
        )
        assert "12 given." in answer.content.decode() and answer.request["QUERY_STRING"] == "whose=mine"
        assert {o.account for o in queries.owed(by, clock.now()) if o.encounter in ones} == {UUID(mate.id)}
        assert Encounter.objects.get(id=kept).follow_up_by == UUID(by.id)
        _handled()
        assert [one.kind for one in bells.unread(mate)] == ["follow_ups_given"]
        list_of_mine = visit(mate).get("/field/follow-ups/?whose=mine").content.decode()
        assert list_of_mine.count('name="one"') == 12

    def test_the_day_that_stands_stays(self, cast: Cast) -> None:
        by = cast["crisis_worker"]
        [one] = many(cast, 1, hours=5)
        due = queries.outline(one).follow_up_due
        actions.hand_over_follow_ups(by=by, encounters=[one], account=UUID(by.id))
        assert queries.outline(one).follow_up_due == due

    def test_nothing_chosen_keeps_the_page_and_says_so(self, cast: Cast) -> None:
        mate = worker(cast.agency["health"], "clinician", "sam")
        many(cast, 2)
        answer = visit(cast["crisis_worker"]).post(reverse("field:follow_ups"), {"to": mate.id})
        said = answer.content.decode()
        assert answer.status_code == 400 and "Choose at least one follow-up" in said
        assert f'value="{mate.id}" selected' in said

    def test_what_was_chosen_stays_chosen_when_it_is_refused(self, cast: Cast) -> None:
        one, other = many(cast, 2)
        office = worker(cast.agency["health"], "case_manager", "max")
        sent = {"one": [str(one)], "to": office.id}
        answer = visit(cast["crisis_worker"]).post(reverse("field:follow_ups"), sent)
        said = answer.content.decode()
        assert answer.status_code == 400 and "of the field" in said
        assert f'id="one-{one}" checked' in said and f'id="one-{other}" checked' not in said
        assert queries.outline(one).follow_up_due and Encounter.objects.get(id=one).follow_up_by is None

    def test_it_is_offered_and_given_to_those_who_can_open_it(self, cast: Cast) -> None:
        """A case manager's desk has no follow-ups of the field: the link would be shut to them."""
        office = worker(cast.agency["health"], "case_manager", "max")
        gone = worker(cast.agency["health"], "clinician", "left")
        accounts.leave(by=cast["administrator"], account=UUID(gone.id))
        [one] = many(cast, 1)
        page = visit(cast["crisis_worker"]).get(reverse("field:follow_ups")).content.decode()
        assert office.id not in page and gone.id not in page
        for account in (office, gone):
            with pytest.raises(Invalid, match="of the field"):
                actions.schedule_follow_up(by=cast["crisis_worker"], encounter=one, account=UUID(account.id))
            with pytest.raises(Invalid, match="of the field"):
                actions.hand_over_follow_ups(
                    by=cast["crisis_worker"], encounters=[one], account=UUID(account.id)
                )

    def test_an_officer_gets_only_those_where_they_were(self, cast: Cast) -> None:
        """The others stay as they were, and the giver is told."""
        officer, by = cast["cit_officer"], cast["clinician"]
        together = actions.open_encounter(by=by, description="a", team=[UUID(by.id), UUID(officer.id)])
        alone = actions.open_encounter(by=by, description="b")
        Encounter.objects.update(follow_up_due=clock.now() - timedelta(hours=2))
        ones = [together.id, alone.id]
        given = actions.hand_over_follow_ups(by=by, encounters=ones, account=UUID(officer.id))
        assert given == {together.id} and Encounter.objects.get(id=alone.id).follow_up_by is None
        sent = {"one": [str(one) for one in ones], "to": officer.id}
        said = visit(by).post(reverse("field:follow_ups"), sent, follow=True).content.decode()
        assert "1 given." in said and "1 stays as it was" in said

    def test_one_that_was_settled_meanwhile_is_left_alone(self, cast: Cast) -> None:
        by = cast["crisis_worker"]
        one, done = many(cast, 2)
        actions.follow_up(by=by, encounter=done, way="phone", reached=True)
        lines = JournalLine.objects.count()
        assert actions.hand_over_follow_ups(by=by, encounters=[one, done], account=UUID(by.id)) == {one}
        assert JournalLine.objects.count() == lines + 1
        assert not actions.hand_over_follow_ups(by=by, encounters=[done], account=UUID(by.id))
        assert JournalLine.objects.count() == lines + 1, "nothing given, nothing said"

    @pytest.mark.parametrize("role", ["patrol_officer", "shelter_worker", "case_manager", "analyst", "medic"])
    def test_another_agencys_are_not_theirs_to_give(self, cast: Cast, role: str) -> None:
        ones = many(cast, 2)
        with pytest.raises(NotFound):
            actions.hand_over_follow_ups(
                by=cast[role], encounters=ones, account=cast.account("crisis_worker")
            )
        sent = {"one": [str(one) for one in ones], "to": cast[role].id}
        assert visit(cast[role]).post(reverse("field:follow_ups"), sent).status_code in (400, 403, 404)
        assert not Encounter.objects.exclude(follow_up_by=None).exists()

    def test_one_that_is_nobodys_among_them_gives_none(self, cast: Cast) -> None:
        """An id of another agency slipped in: all of it is refused, nothing is half given."""
        [one] = many(cast, 1)
        theirs = actions.open_encounter(by=cast["medic"], description="elsewhere")
        for wrong in (theirs.id, uuid4()):
            with pytest.raises(NotFound):
                actions.hand_over_follow_ups(
                    by=cast["crisis_worker"], encounters=[one, wrong], account=cast.account("crisis_worker")
                )
        assert Encounter.objects.get(id=one).follow_up_by is None

    def test_none_and_too_many_are_refused_by_name(self, cast: Cast) -> None:
        by = cast["crisis_worker"]
        for ones in ([], [uuid4() for _ in range(101)]):
            with pytest.raises(Invalid, match="from 1 to 100"):
                actions.hand_over_follow_ups(by=by, encounters=ones, account=UUID(by.id))

    @pytest.mark.parametrize("sent", [{"one": "x"}, {"to": "x"}, {"to": str(UUID(int=1))}])
    def test_what_no_form_sends_is_refused(self, cast: Cast, sent: dict[str, str]) -> None:
        [one] = many(cast, 1)
        client = visit(cast["crisis_worker"])
        whole = {"one": str(one), "to": cast["crisis_worker"].id, **sent}
        assert client.post(reverse("field:follow_ups"), whole).status_code == 400
        assert Encounter.objects.get(id=one).follow_up_by is None

    def test_one_is_taken_from_the_list_and_the_list_stays_as_it_was(self, cast: Cast) -> None:
        by = cast["crisis_worker"]
        [one] = many(cast, 1)
        path = reverse("field:schedule", args=[one]) + "?whose=nobody"
        answer = visit(by).post(path, {"account": by.id})
        assert answer.headers["Location"] == reverse("field:follow_ups") + "?whose=nobody"
        assert Encounter.objects.get(id=one).follow_up_by == UUID(by.id)

    def test_in_spanish(self, cast: Cast) -> None:
        many(cast, 2)
        client = visit(cast["crisis_worker"])
        client.cookies["django_language"] = "es"
        page = client.get(reverse("field:follow_ups")).content.decode()
        for words in ("Atrasados", "Aún de nadie", "Me encargo", "Dar los elegidos"):
            assert words in page, words
        assert "I take it" not in page and "Overdue" not in page


def _handled() -> None:
    journal.seal_all()
    while flow.drain():
        pass


def test_the_list_of_the_week_gives_it_at_one_press(cast: Cast, owed: Encounter) -> None:
    by = cast["crisis_worker"]
    client = visit(by)
    page = client.get(reverse("field:follow_ups")).content.decode()
    assert reverse("field:follow_up", args=[owed.id]) in page and "overdue" in page
    answer = client.post(reverse("field:schedule", args=[owed.id]), {"account": by.id})
    assert answer.status_code == 302 and Encounter.objects.get(id=owed.id).follow_up_by == UUID(by.id)
    assert client.post(reverse("field:schedule", args=[owed.id]), {"account": "x"}).status_code == 400
    assert visit(cast["call_taker"]).get(reverse("field:follow_ups")).status_code == 403
