"""A caseload narrowed, sorted, kept by name: the same cases in every order, nobody's view but one's own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.cases import actions, queries
from commonweal.cases.models import SavedView
from commonweal.cases.queries import Outline, Wanted, narrowed, wanted
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.cast import Cast, gather, worker

NUMBERS = count(1)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAIN = Outline(
    id=UUID(int=1), person=UUID(int=2), agency=UUID(int=3), manager=UUID(int=4), kind="support", state="open",
    opened_at=NOW - timedelta(days=60), closed_at=None, review_due=None, last_contact=NOW - timedelta(days=1),
    tasks_open=0, tasks_late=0, next_due=None,
)  # fmt: skip
OUTLINES = some.builds(
    lambda kind, days, late, sign, managed, due: replace(
        PLAIN, id=UUID(int=next(NUMBERS)), kind=kind, tasks_late=late, has_sign=sign,
        last_contact=NOW - timedelta(days=days) if days is not None else None,
        manager=PLAIN.manager if managed else None, next_due=due,
    ),  # fmt: skip
    some.sampled_from(["support", "diversion", "outreach"]), some.none() | some.integers(0, 90),
    some.integers(0, 2), some.booleans(), some.booleans(), some.none() | some.dates(date(2026, 1, 1)),
)  # fmt: skip
CHOICES = some.builds(
    Wanted, kind=some.sampled_from(["", "support", "hub"]), why=some.sampled_from(["", *queries.REASONS]),
    quiet=some.none() | some.integers(1, 60), free=some.booleans(), sort=some.sampled_from([*queries.SORTS]),
)  # fmt: skip


@given(some.lists(OUTLINES, max_size=12), CHOICES)
def test_narrowing_invents_nobody_and_every_order_holds_the_same_cases(
    found: list[Outline], choice: Wanted
) -> None:
    with clock.at(NOW):
        chosen = {one.id for one in narrowed(found, choice)}
        assert chosen <= {one.id for one in found}
        for sort in queries.SORTS:
            assert {one.id for one in narrowed(found, replace(choice, sort=sort))} == chosen
        assert len(narrowed(found, Wanted())) == len(found)


@given(some.lists(OUTLINES, max_size=12), CHOICES)
def test_narrowing_twice_changes_nothing(found: list[Outline], choice: Wanted) -> None:
    with clock.at(NOW):
        once = narrowed(found, choice)
        assert narrowed(once, choice) == once


@given(CHOICES)
def test_a_choice_is_kept_as_it_was_made(choice: Wanted) -> None:
    assert wanted(choice.plain()) == choice


@pytest.mark.parametrize(("given_", "found"), [
    ({}, Wanted()),
    ({"which": "theirs", "kind": "arrest", "why": "race", "sort": "name", "quiet": 0}, Wanted()),
    ({"quiet": "14"}, Wanted()), ({"quiet": 1000}, Wanted()), ({"quiet": 14}, Wanted(quiet=14)),
    ({"which": "closed", "free": "yes"}, Wanted("closed", free=True)), ({"kind": ["support"]}, Wanted()),
])  # fmt: skip
def test_what_is_not_known_is_not_chosen(given_: dict[str, object], found: Wanted) -> None:
    assert wanted(given_) == found and found.is_narrow == bool(found.quiet or found.free)


def test_each_filter_and_each_order() -> None:
    quiet = replace(PLAIN, id=UUID(int=11), last_contact=NOW - timedelta(days=20), kind="outreach")
    new = NOW - timedelta(days=3)
    never = replace(PLAIN, id=UUID(int=12), last_contact=None, manager=None, opened_at=new)
    soon = replace(PLAIN, id=UUID(int=13), next_due=date(2026, 11, 25), tasks_open=1)
    every = [PLAIN, quiet, never, soon]

    def chosen(**said: object) -> list[Outline]:
        return narrowed(every, replace(Wanted(), **said))

    with clock.at(NOW):
        assert chosen(kind="outreach") == [quiet] and chosen(free=True) == [never]
        assert chosen(why="no_contact") == [quiet, never] and chosen(quiet=20) == [quiet]
        assert chosen(sort="contact")[:2] == [never, quiet] and chosen(sort="due")[0] == soon
        assert chosen(sort="opened")[0] == never


@pytest.mark.django_db
class TestKept:
    """Kept under a name, shared with the own agency, taken away by whoever keeps it."""

    @pytest.fixture(name="cast")
    def _cast(self) -> Cast:
        return gather()

    def names(self, by: Actor) -> list[str]:
        return [view.name for view in queries.saved_views(by)]

    def test_own_and_shared(self, cast: Cast) -> None:
        by, mate = cast["case_manager"], worker(cast.agency["social_service"], "case_manager")
        other = worker(cast.agency["hmis_shelter"], "case_manager")
        actions.save_view(by=by, name=" Quiet ones ", chosen={"quiet": 21})
        shared = actions.save_view(by=by, name="Team", chosen={"which": "agency", "free": True}, shared=True)
        assert self.names(by) == ["Quiet ones", "Team"] and self.names(mate) == ["Team"]
        assert self.names(other) == []
        assert wanted(queries.saved_view(mate, shared.id).wanted) == Wanted("agency", free=True)
        for act in (lambda: queries.saved_view(other, shared.id), lambda: queries.saved_view(by, uuid4()),
                    lambda: actions.drop_view(by=mate, view=shared.id),
                    lambda: actions.drop_view(by=other, view=shared.id)):  # fmt: skip
            with pytest.raises(NotFound):
                act()
        actions.drop_view(by=by, view=shared.id)
        assert self.names(mate) == []

    def test_the_same_name_is_written_anew(self, cast: Cast) -> None:
        by = cast["case_manager"]
        actions.save_view(by=by, name="Mine", chosen={"quiet": 7}, shared=True)
        actions.save_view(by=by, name="Mine", chosen={"quiet": 30})
        [view] = SavedView.objects.all()
        assert (view.wanted["quiet"], view.shared) == (30, False)

    def test_no_name_stands_in_the_journal(self, cast: Cast) -> None:
        view = actions.save_view(by=cast["case_manager"], name="Rosa", chosen={})
        actions.drop_view(by=cast["case_manager"], view=view.id)
        lines = JournalLine.objects.filter(kind__startswith="cases.view").order_by("id")
        assert [line.kind for line in lines] == ["cases.view_kept", "cases.view_dropped"]
        assert not [line for line in lines if "Rosa" in str(line.data)]

    @pytest.mark.parametrize("name", ["", "  ", "x" * 61])
    def test_a_name_that_is_none(self, cast: Cast, name: str) -> None:
        with pytest.raises(Invalid, match="60 letters"):
            actions.save_view(by=cast["case_manager"], name=name, chosen={})

    def test_thirty_are_enough(self, cast: Cast) -> None:
        by = cast["case_manager"]
        for number in range(30):
            actions.save_view(by=by, name=f"View {number}", chosen={})
        with pytest.raises(Invalid, match="thirty"):
            actions.save_view(by=by, name="One more", chosen={})
        actions.save_view(by=by, name="View 3", chosen={"quiet": 5})

    @pytest.mark.parametrize("role", ["patrol_officer", "provider_staff", "administrator"])
    def test_who_works_no_cases_keeps_no_view(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotFound):
            actions.save_view(by=cast[role], name="Mine", chosen={})
