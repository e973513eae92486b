"""Whatever stewards decide, in whatever order: every record has one person, and no "never" is joined."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.kernel.errors import Conflict, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.people import actions, queries
from commonweal.people.models import LinkDecision, Person, Proposal, SourceRecord
from factories.cast import SETUP, Cast, gather, someone

DECIDE = some.tuples(
    some.sampled_from(["link", "link", "link", "never", "split", "undo"]),
    some.integers(0, 4),
    some.integers(0, 4),
)
PROPERTY = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@dataclass
class Index:
    """Five records of five agencies, each with a person of its own, and what was decided on them."""

    records: list[UUID]
    persons: list[UUID]
    decided: list[UUID] = field(default_factory=list)

    def link(self, one: int, two: int) -> None:
        found = actions.link(by=SETUP, left=self.records[one], right=self.records[two])
        self.decided.append(found.id)

    def never(self, one: int, two: int) -> None:
        actions.never(by=SETUP, left=self.records[one], right=self.records[two])

    def split(self, one: int, _: int = 0) -> None:
        actions.split(by=SETUP, record=self.records[one])

    def undo(self, one: int, two: int) -> None:
        standing = LinkDecision.objects.filter(undone_at__isnull=True).order_by("created_at", "id")
        if ids := list(standing.values_list("id", flat=True)):
            actions.undo(by=SETUP, decision=ids[(one * 5 + two) % len(ids)])

    def of(self, one: int) -> UUID:
        return queries.person_of(self.records[one])


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies that know Rosa."""
    return gather(partners=False)


@pytest.fixture(name="index")
def the_index(cast: Cast) -> Index:
    """Rosa as five agencies know her."""
    kinds = ("police", "health", "ems", "hospital", "social_service")
    known = [someone(cast, kind) for kind in kinds]
    return Index([record.id for _, record in known], [person for person, _ in known])


def holds(index: Index) -> None:
    """What must be true of the index after every act."""
    under = {r.id: r.person for r in SourceRecord.objects.select_related("person")}
    for record in index.records:
        assert under[record].survivor_id is None, "a record under somebody who redirects"
    for person in Person.objects.filter(survivor__isnull=False).select_related("survivor"):
        assert person.survivor and person.survivor.survivor_id is None, "a redirection of a redirection"
    for one, two in combinations(index.records, 2):
        if actions.forbidden(one, two):
            assert under[one].id != under[two].id, "a never pair under one person"
    counted = [r for p in Person.objects.filter(survivor__isnull=True) for r in queries.records_of(p.id)]
    assert sorted(s.id for s in counted) == sorted(index.records)
    for person in Person.objects.all():
        circle = queries.circle(person.id)
        assert person.id in circle and all(queries.circle(other) == circle for other in circle)


@settings(max_examples=25, **PROPERTY)
@given(acts=some.lists(DECIDE, max_size=10))
def test_no_order_of_decisions_loses_or_doubles_anybody(
    index: Index, acts: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        for name, one, two in acts:
            lines = JournalLine.objects.count()
            before = dict(SourceRecord.objects.values_list("id", "person_id"))
            try:
                getattr(index, name)(one, two)
            except (Conflict, NotFound):
                assert dict(SourceRecord.objects.values_list("id", "person_id")) == before
                assert JournalLine.objects.count() == lines
            if dict(SourceRecord.objects.values_list("id", "person_id")) != before:
                assert JournalLine.objects.count() > lines, "somebody moved and nothing tells of it"
            holds(index)
        transaction.set_rollback(True)


@settings(max_examples=25, **PROPERTY)
@given(
    acts=some.lists(DECIDE.filter(lambda act: act[0] != "never"), max_size=10),
    order=some.randoms(use_true_random=False),
)
def test_who_takes_back_every_link_stands_where_the_work_began(
    index: Index, acts: list[tuple[str, int, int]], order: Callable[..., None]
) -> None:
    """Links, partings and links again: with all of them undone everyone is alone, and nobody redirects."""
    with transaction.atomic():
        parted = set()
        for name, one, two in acts:
            try:
                getattr(index, name)(one, two)
                parted |= {index.records[one]} if name == "split" else set()
            except (Conflict, NotFound):
                continue
        standing = LinkDecision.objects.filter(verdict="same", undone_at__isnull=True)
        ids = list(standing.order_by("created_at", "id").values_list("id", flat=True))
        order.shuffle(ids)  # type: ignore[attr-defined]
        for decision in ids:
            actions.undo(by=SETUP, decision=decision)
            holds(index)
        persons = [queries.person_of(r) for r in index.records]
        assert len(set(persons)) == len(persons)
        assert not Person.objects.filter(survivor__isnull=False).exists()
        for record, person, began in zip(index.records, persons, index.persons, strict=True):
            assert record in parted or person == began
        transaction.set_rollback(True)


class TestLink:
    """The older person survives; what was kept under the other's id is found through the circle."""

    def test_the_older_survives_whichever_is_named_first(self, index: Index) -> None:
        index.link(3, 1)
        assert index.of(3) == index.of(1) == index.persons[1]
        assert queries.survivor(index.persons[3]) == index.persons[1]
        assert queries.circle(index.persons[3]) == {index.persons[1], index.persons[3]}

    def test_the_same_judgement_again_changes_nothing(self, index: Index) -> None:
        index.link(0, 1)
        lines, decisions = JournalLine.objects.count(), LinkDecision.objects.count()
        index.link(1, 0)
        assert (JournalLine.objects.count(), LinkDecision.objects.count()) == (lines, decisions)
        assert len(set(index.decided)) == 1

    def test_two_of_one_person_can_be_confirmed_and_the_journal_says_so(self, index: Index) -> None:
        index.link(0, 1)
        index.link(1, 2)
        index.link(0, 2)
        assert JournalLine.objects.filter(kind="people.confirmed", subject=str(index.of(0))).count() == 1

    def test_a_never_holds_through_other_records_of_either_side(self, index: Index) -> None:
        index.never(0, 3)
        index.link(0, 1)
        index.link(2, 3)
        with pytest.raises(Conflict, match="never"):
            index.link(1, 2)
        assert index.of(1) != index.of(2)

    def test_a_proposal_is_settled_by_either_verdict(self, index: Index) -> None:
        r = index.records
        actions.propose(by=SETUP, pairs=[(r[0], r[1], 0.9, []), (r[3], r[2], 0.8, [])], model="m")
        index.link(1, 0)
        index.never(2, 3)
        assert sorted(Proposal.objects.values_list("state", flat=True)) == ["linked", "refused"]
        assert len(queries.proposals()) == 0
        again = [(r[0], r[1], 0.9, []), (r[2], r[3], 0.8, [])]
        assert actions.propose(by=SETUP, pairs=again, model="m") == 0  # type: ignore[arg-type]


class TestUndo:
    """A link's records return; what has moved on by another decision stays there."""

    def test_a_link_under_a_later_link_can_be_undone(self, index: Index) -> None:
        """The later link carried the record on: it returns to its own person all the same."""
        index.link(1, 2)
        index.link(0, 1)
        actions.undo(by=SETUP, decision=index.decided[0])
        assert (index.of(2), index.of(1)) == (index.persons[2], index.persons[0])
        assert queries.circle(index.persons[2]) == {index.persons[2]}
        actions.undo(by=SETUP, decision=index.decided[1])
        assert [index.of(n) for n in range(3)] == index.persons[:3]

    def test_what_was_linked_anew_is_not_carried_off(self, index: Index) -> None:
        index.link(1, 2)
        index.link(0, 1)
        actions.undo(by=SETUP, decision=index.decided[0])
        index.link(0, 2)
        actions.undo(by=SETUP, decision=index.decided[1])
        assert index.of(2) == index.of(0) and index.of(1) == index.persons[1]

    def test_twice_is_refused(self, index: Index) -> None:
        index.link(0, 1)
        actions.undo(by=SETUP, decision=index.decided[0])
        with pytest.raises(Conflict, match="already"):
            actions.undo(by=SETUP, decision=index.decided[0])

    def test_a_never_taken_back_is_told_and_lets_the_two_be_linked(self, index: Index) -> None:
        index.never(0, 1)
        said = LinkDecision.objects.get(verdict="never")
        actions.undo(by=SETUP, decision=said.id)
        index.link(0, 1)
        kinds = list(JournalLine.objects.order_by("-id").values_list("kind", flat=True)[:3])
        assert kinds == ["people.linked", "people.undone", "people.never_said"]

    def test_a_parting_is_no_link_to_take_back(self, index: Index) -> None:
        """It would be noted as undone while nothing moved."""
        index.link(0, 1)
        index.split(1)
        with pytest.raises(Conflict, match="never"):
            actions.undo(by=SETUP, decision=LinkDecision.objects.get(verdict="split").id)
        assert not LinkDecision.objects.get(verdict="split").undone_at


class TestSplit:
    """Parted for good: the old id comes back where it was merged for this record alone."""

    def test_the_person_who_was_merged_away_comes_back(self, index: Index) -> None:
        index.link(0, 1)
        assert actions.split(by=SETUP, record=index.records[1]).id == index.persons[1] == index.of(1)
        assert actions.forbidden(index.records[1], index.records[0])

    def test_also_where_another_merge_followed(self, index: Index) -> None:
        """What rooms kept under the old id is hers again."""
        index.link(1, 2)
        index.link(0, 1)
        index.split(2)
        assert index.of(2) == index.persons[2] and queries.circle(index.persons[2]) == {index.persons[2]}

    def test_all_pairs_with_those_left_behind_are_never(self, index: Index) -> None:
        index.link(0, 1)
        index.link(0, 2)
        index.split(0)
        r = index.records
        assert [actions.forbidden(r[0], r[n]) for n in (1, 2, 3)] == [True, True, False]
        assert actions.propose(by=SETUP, pairs=[(r[0], r[1], 0.99, [])], model="m") == 0

    def test_whoever_stands_alone_is_not_parted(self, index: Index) -> None:
        with pytest.raises(Conflict, match="alone"):
            index.split(4)
        index.link(0, 1)
        index.split(1)
        with pytest.raises(Conflict, match="alone"):
            index.split(1)

    def test_never_of_linked_records_asks_to_part_them(self, index: Index) -> None:
        index.link(0, 1)
        with pytest.raises(Conflict, match="Part them first"):
            index.never(0, 1)


UNKNOWN: dict[str, Callable[[UUID], object]] = {
    "link": lambda known: actions.link(by=SETUP, left=known, right=uuid4()),
    "link_itself": lambda known: actions.link(by=SETUP, left=known, right=known),
    "never": lambda known: actions.never(by=SETUP, left=uuid4(), right=known),
    "split": lambda known: actions.split(by=SETUP, record=uuid4()),
    "undo": lambda known: actions.undo(by=SETUP, decision=uuid4()),
}


@pytest.mark.parametrize("act", UNKNOWN)
def test_a_record_that_is_not_there_changes_nothing(index: Index, act: str) -> None:
    lines = JournalLine.objects.count()
    with pytest.raises(NotFound):
        UNKNOWN[act](index.records[0])
    assert JournalLine.objects.count() == lines and not LinkDecision.objects.exists()


@pytest.fixture(name="broken_journal")
def a_broken_journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The journal cannot be written."""

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    yield


@pytest.mark.parametrize("act", ["link", "never", "split", "undo"])
def test_no_decision_without_its_line(index: Index, act: str, broken_journal: None) -> None:
    """The rows stand or fall with the journal."""
    with pytest.MonkeyPatch.context() as mended:
        mended.setattr("commonweal.kernel.journal.write", lambda **_: None)
        if act != "link":
            index.link(0, 1)
    before = sorted(SourceRecord.objects.values_list("id", "person_id"))
    decided = LinkDecision.objects.filter(undone_at__isnull=True).count()
    with pytest.raises(RuntimeError, match="no journal"):
        index.never(2, 3) if act == "never" else getattr(index, act)(0, 1)
    assert sorted(SourceRecord.objects.values_list("id", "person_id")) == before
    assert LinkDecision.objects.filter(undone_at__isnull=True).count() == decided
