"""Names in a thread reach whom the gate lets read it; who read is kept once; who was asked says so."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given as any_of
from hypothesis import strategies as st

from commonweal.agencies import actions as agencies
from commonweal.cases import actions as cases
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, queries
from commonweal.messages.models import Addressed, Message, Reading
from commonweal.messages.talking import MENTION
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as gate
from factories.cases import Support, support
from factories.cast import SETUP, worker

pytestmark = pytest.mark.django_db
PLAN = {"category": "case_plan", "purpose": "care_coordination"}


@dataclass
class Talk:
    """A case of two: its manager and a colleague on the team; a third works elsewhere."""

    at: Support
    colleague: Actor
    stranger: Actor

    @property
    def about(self) -> Subject:
        """What is talked about."""
        return Subject("case", self.at.case)

    @property
    def pages(self) -> list[UUID]:
        """Whom a desk has a page for: all three, so that the gate alone decides."""
        return [UUID(one.id) for one in (self.at.manager, self.colleague, self.stranger)]

    def permit(self, by: Actor) -> sharing.Permit:
        """The gate's yes."""
        answer = sharing.ask(by=by, about=self.about, **PLAN)
        assert isinstance(answer, sharing.Permit)
        return answer

    def say(self, text: str, *, by: Actor | None = None, asks: bool = False) -> Message:
        """Write, as the manager unless said."""
        by = by or self.at.manager
        return actions.post(
            by=by, about=self.about, category="case_plan", text=text, permit=self.permit(by),
            readers=self.pages, asks=asks,
        )  # fmt: skip

    def lines(self, by: Actor | None = None) -> list[queries.Line]:
        """The thread as somebody reads it, without noting that they did."""
        return queries.thread(self.about, permit=self.permit(by or self.at.manager))


def named(agency: UUID, role: str, name: str) -> Actor:
    """A worker of this name."""
    made = worker(agency, role, name.lower().replace(" ", "."))
    agencies.change_account(by=SETUP, account=UUID(made.id), display_name=name)
    return made


@pytest.fixture(name="it")
def the_talk() -> Talk:
    """Manager, colleague, stranger."""
    at = support()
    colleague = named(at.cast.agency["health"], "clinician", "Rosa Vidal")
    stranger = named(at.cast.agency["police"], "patrol_officer", "Noel Pike")
    cases.join_team(by=at.manager, case=at.case, account=UUID(colleague.id))
    return Talk(at, colleague, stranger)


def said(kind: str) -> int:
    """Journal lines of a kind."""
    return JournalLine.objects.filter(kind=kind).count()


class TestNames:
    """Who may be called, and who not."""

    def test_a_name_reaches_whom_the_gate_lets_read(self, it: Talk) -> None:
        made = it.say("@Rosa Vidal, can you come on Friday?")
        assert queries.addressed(made.id) == {UUID(it.colleague.id): "mention"}
        [line] = it.lines()
        assert line.named == {UUID(it.colleague.id)} and line.asked == ()
        assert said("messages.addressed") == 1

    def test_somebody_whom_the_gate_refuses_is_not_called_in_and_nothing_is_written(self, it: Talk) -> None:
        with pytest.raises(Invalid) as refused:
            it.say("@Noel Pike knows her")
        told = str(refused.value)
        assert refused.value.field == "text" and "@Noel Pike" in told
        assert "Rosa Vidal" in refused.value.remedy, "who could is said"
        assert not Message.objects.exists() and not Addressed.objects.exists()

    def test_whoever_has_no_page_for_it_is_refused_as_well(self, it: Talk) -> None:
        with pytest.raises(Invalid):
            actions.post(
                by=it.at.manager, about=it.about, category="case_plan", text="@Rosa Vidal",
                permit=it.permit(it.at.manager), readers=[],
            )  # fmt: skip

    def test_a_name_of_nobody_is_said_to_be_nobodys(self, it: Talk) -> None:
        with pytest.raises(Invalid, match="No worker has this name"):
            it.say("@Nobody Atall, please")

    def test_who_left_the_team_is_called_no_more(self, it: Talk) -> None:
        cases.leave_team(by=it.at.manager, case=it.at.case, account=UUID(it.colleague.id))
        with pytest.raises(Invalid) as refused:
            it.say("@Rosa Vidal?")
        assert "Nobody else may read it now" in refused.value.remedy

    def test_two_names_in_a_message_and_ones_own_name_is_no_call(self, it: Talk) -> None:
        manager = named(it.at.cast.agency["social_service"], "case_manager", "Ines Oke")
        cases.join_team(by=it.at.manager, case=it.at.case, account=UUID(manager.id))
        pages = [*it.pages, UUID(manager.id)]
        made = actions.post(
            by=manager, about=it.about, category="case_plan", text="@Ines Oke with @Rosa Vidal.",
            permit=it.permit(manager), readers=pages,
        )  # fmt: skip
        assert set(queries.addressed(made.id)) == {UUID(it.colleague.id)}

    @pytest.mark.parametrize("text", ["Write to rosa@example.org", "See you @ 5", "It was 5@3", "a.@b"])
    def test_not_every_at_is_a_name(self, it: Talk, text: str) -> None:
        assert queries.addressed(it.say(text).id) == {}

    @pytest.mark.parametrize("mark", [",", ".", "!", "?", ":", ";", ")"])
    def test_the_marks_of_a_sentence_are_no_part_of_a_name(self, it: Talk, mark: str) -> None:
        assert queries.addressed(it.say(f"Ask (@Rosa Vidal{mark} she knows").id)

    def test_the_name_one_signs_in_with_will_do(self, it: Talk) -> None:
        assert queries.addressed(it.say("@rosa.vidal please").id)

    @any_of(st.text(max_size=60))
    def test_no_text_makes_the_reading_of_names_fail(self, text: str) -> None:
        for found in MENTION.finditer(text):
            assert found[1] and "\n" not in found[1] and "@" not in found[1]

    def test_the_journal_counts_and_names_nobody(self, it: Talk) -> None:
        it.say("@Rosa Vidal heron", asks=True)
        line = JournalLine.objects.get(kind="messages.addressed")
        assert (line.data["named"], line.data["asked"]) == (1, 1)
        assert "Rosa" not in str(line.data) and "heron" not in str(line.data)


class TestReading:
    """Kept once, at the first time."""

    def test_the_first_reading_stays_whatever_comes_later(self, it: Talk) -> None:
        it.say("One")
        start = clock.now()
        for minutes in (1, 9):
            with clock.at(start + timedelta(minutes=minutes)):
                actions.mark_thread_read(by=it.colleague, about=it.about)
        [line] = it.lines()
        assert line.read_by == ((UUID(it.colleague.id), start + timedelta(minutes=1)),)

    def test_ones_own_message_is_read_by_others_alone(self, it: Talk) -> None:
        it.say("One")
        actions.mark_thread_read(by=it.at.manager, about=it.about)
        assert not Reading.objects.exists()

    def test_readers_stand_in_the_order_in_which_they_read(self, it: Talk) -> None:
        third = worker(it.at.cast.agency["social_service"], "case_manager")
        it.say("One")
        start = clock.now()
        for minutes, who in enumerate((third, it.colleague), 1):
            with clock.at(start + timedelta(minutes=minutes)):
                actions.mark_thread_read(by=who, about=it.about)
        assert [account for account, _at in it.lines()[0].read_by] == [UUID(third.id), UUID(it.colleague.id)]

    def test_what_is_new_is_counted_for_each_and_gone_once_read(self, it: Talk) -> None:
        it.say("One")
        it.say("Two, @Rosa Vidal")
        new = queries.new_in(it.colleague, [it.about, Subject("case", uuid4())])
        assert new == {it.at.case: queries.New(2, 1)}
        assert queries.new_in(it.at.manager, [it.about]) == {}, "one's own is no news"
        actions.mark_thread_read(by=it.colleague, about=it.about)
        assert queries.new_in(it.colleague, [it.about]) == {} == queries.new_in(it.colleague, [])

    def test_a_message_that_comes_after_is_new_again(self, it: Talk) -> None:
        it.say("One")
        actions.mark_thread_read(by=it.colleague, about=it.about)
        it.say("Two")
        assert queries.new_in(it.colleague, [it.about])[it.at.case].messages == 1

    def test_many_threads_are_counted_in_one_statement(self, it: Talk, django_assert_num_queries) -> None:
        it.say("One")
        with django_assert_num_queries(1):
            queries.new_in(it.colleague, [it.about, *(Subject("case", uuid4()) for _ in range(30))])


class TestConfirming:
    """Asked, and answered by those who were."""

    def test_those_named_are_asked_and_nobody_else(self, it: Talk) -> None:
        made = it.say("@Rosa Vidal: the clinic moved.", asks=True)
        assert queries.addressed(made.id) == {UUID(it.colleague.id): "confirm_asked"}
        assert [row.message_id for row in queries.unconfirmed(it.colleague)] == [made.id]

    def test_without_a_name_every_reader_is_asked(self, it: Talk) -> None:
        made = it.say("The clinic moved.", asks=True)
        assert set(queries.addressed(made.id)) == {UUID(it.colleague.id)}, "neither stranger nor author"

    def test_who_has_and_who_has_not_yet(self, it: Talk) -> None:
        third = worker(it.at.cast.agency["social_service"], "case_manager")
        cases.join_team(by=it.at.manager, case=it.at.case, account=UUID(third.id))
        made = actions.post(
            by=it.at.manager, about=it.about, category="case_plan", text="Moved.", asks=True,
            permit=it.permit(it.at.manager), readers=[*it.pages, UUID(third.id)],
        )  # fmt: skip
        actions.mark_thread_read(by=third, about=it.about)
        actions.confirm(by=third, message=made.id)
        asked = dict(it.lines()[0].asked)
        assert asked[UUID(third.id)] and asked[UUID(it.colleague.id)] is None

    def test_confirming_twice_keeps_the_first_moment(self, it: Talk) -> None:
        made = it.say("Moved.", asks=True)
        actions.mark_thread_read(by=it.colleague, about=it.about)
        start = clock.now()
        for minutes in (1, 5):
            with clock.at(start + timedelta(minutes=minutes)):
                actions.confirm(by=it.colleague, message=made.id)
        assert Addressed.objects.get().confirmed_at == start + timedelta(minutes=1)
        assert said("messages.confirmed") == 1 and not queries.unconfirmed(it.colleague).exists()

    def test_what_was_not_opened_is_not_confirmed(self, it: Talk) -> None:
        made = it.say("Moved.", asks=True)
        with pytest.raises(Conflict):
            actions.confirm(by=it.colleague, message=made.id)

    def test_whoever_was_not_asked_finds_no_message(self, it: Talk) -> None:
        asked, plain = it.say("Moved.", asks=True), it.say("@Rosa Vidal hello")
        for by, message in ((it.stranger, asked.id), (it.colleague, plain.id), (it.colleague, uuid4())):
            with pytest.raises(NotFound):
                actions.confirm(by=by, message=message)

    def test_nobody_is_asked_where_nobody_else_may_read(self) -> None:
        at = support()
        alone = Talk(at, at.manager, worker(at.cast.agency["police"], "patrol_officer"))
        with pytest.raises(Invalid, match="nobody to ask"):
            alone.say("Anybody?", asks=True)
        assert not Message.objects.exists()

    def test_the_database_keeps_a_row_to_its_sense(self, it: Talk) -> None:
        made = it.say("One")
        now = clock.now()
        for wrong in ({}, {"by_name": True, "confirmed_at": now}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Addressed.objects.create(message=made, account=uuid4(), **wrong)


class TestReaders:
    """Whom the gate would let in, asked without a trace."""

    def test_it_is_the_gates_own_answer_for_each(self, it: Talk) -> None:
        everybody = [it.at.manager, it.colleague, it.stranger, *_of_every_role(it.at)]
        found = gate.readers(among=everybody, about=it.about, **PLAN)
        for one in everybody:
            answer = sharing.ask(by=one, about=it.about, **PLAN)
            fields = answer.fields if isinstance(answer, sharing.Permit) else frozenset()
            assert found.get(UUID(one.id), frozenset()) == fields, one.role

    def test_nothing_is_journalled_and_none_stands_for_an_unknown_record(self, it: Talk) -> None:
        before = JournalLine.objects.count()
        assert gate.readers(among=[it.at.manager], about=it.about, **PLAN)
        assert gate.readers(among=[it.at.manager], about=Subject("case", uuid4()), **PLAN) == {}
        assert gate.readers(among=[], about=it.about, **PLAN) == {}
        assert JournalLine.objects.count() == before

    def test_one_whose_training_lapsed_is_answered_alone(self, it: Talk) -> None:
        """Two of one agency and role share an answer unless something of their own stands between."""
        same = [worker(it.at.cast.agency["health"], "clinician") for _ in range(2)]
        sharing.tie(
            by=SETUP, relation="training_lapsed", subject=Subject("account", UUID(same[0].id)),
            account=UUID(same[0].id),
        )  # fmt: skip
        for one in same:
            sharing.tie(by=SETUP, relation="care", subject=it.about, account=UUID(one.id))
        found = gate.readers(among=same, about=it.about, **PLAN)
        asked = [sharing.ask(by=one, about=it.about, **PLAN) for one in same]
        assert [UUID(one.id) in found for one in same] == [isinstance(a, sharing.Permit) for a in asked]

    def test_a_large_centre_costs_as_many_statements_as_a_small_one(
        self, it: Talk, django_assert_max_num_queries
    ) -> None:
        many = [worker(it.at.cast.agency["ecc"], "call_taker") for _ in range(25)]
        with django_assert_max_num_queries(12):
            gate.readers(among=many, about=it.about, **PLAN)


def _of_every_role(at: Support) -> list[Actor]:
    return [at.cast[role] for role in ("call_taker", "clinician", "shelter_worker", "analyst", "prosecutor")]
