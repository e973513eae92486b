"""Voices as measures: whole quarters, response rates, weights, workers apart from their answers, themes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from commonweal.community import actions, queries
from commonweal.community.models import Feedback, Population, Theme, WorkerAnswered, WorkerView
from commonweal.community.queries import Line
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.cast import Cast, gather

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
SUMMER = datetime(2026, 8, 3, 18, tzinfo=UTC)
AGES = [Line("under 40", "menos de 40", 600), Line("40 or older", "40 o más", 400)]


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def say(times: int = 1, age: str = "", card: bool = False, agency: UUID | None = None, **scores: int) -> None:
    """Answers at the clock's time."""
    for _ in range(times):
        code = actions.hand_card(by=BY[0], agency=agency) if card and agency else ""
        actions.receive_feedback(
            text="", scores=scores or {"respect": 5}, card=code, about={"age": age} if age else None
        )


BY: list[object] = []


@pytest.fixture(autouse=True)
def _hand(cast: Cast) -> None:
    """Who hands out cards."""
    BY[:] = [cast["clinician"]]


def counted(cast: Cast, lines: list[Line] | None = None) -> None:
    """The population by age is written down."""
    actions.set_population(
        by=cast["evaluator"], margin="age", lines=lines or AGES, source="Census", year=2020
    )


class TestQuarters:
    """Whole quarters only, and none of few."""

    def test_the_last_four_that_are_over(self) -> None:
        with clock.at(NOW):
            assert queries.quarters() == (
                date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
            )  # fmt: skip

    @pytest.mark.parametrize(("day", "last"), [("2026-01-01", "2025-10-01"), ("2026-12-31", "2026-07-01")])
    def test_at_the_turn_of_the_year(self, day: str, last: str) -> None:
        with clock.at(datetime.fromisoformat(day).replace(hour=20, tzinfo=UTC)):
            assert queries.quarters()[-1] == date.fromisoformat(last)

    def test_the_running_quarter_is_not_told(self, cast: Cast) -> None:
        with clock.at(NOW):
            say(40)
            assert queries.audience("resident", 0).answers is None

    def test_a_quarter_of_few_is_left_out_of_the_total_too(self, cast: Cast) -> None:
        """Else the total less the others would tell what ten people said."""
        with clock.at(SUMMER):
            say(20, respect=5)
        with clock.at(SUMMER - timedelta(days=90)):
            say(10, respect=1)
        with clock.at(NOW):
            found = queries.audience("resident", 0)
        assert (found.answers, found.quarters) == (20, (date(2026, 7, 1),))
        assert found.questions[0].raw is not None and found.questions[0].raw.value == 100

    def test_a_question_that_few_answered_is_not_told(self, cast: Cast) -> None:
        with clock.at(SUMMER):
            say(20, respect=5)
            say(10, helped=1)
        with clock.at(NOW):
            by_name = {one.name: one for one in queries.audience("resident", 0).questions}
        assert by_name["respect"].answers == 20
        assert by_name["helped"].answers is None and by_name["helped"].raw is None


class TestRates:
    """How many answered of those asked."""

    def test_cards_handed_out_are_those_asked(self, cast: Cast) -> None:
        with clock.at(SUMMER):
            say(15, card=True, agency=cast.agency["ems"])
            for _ in range(45):
                actions.hand_card(by=cast["clinician"], agency=cast.agency["ems"])
        with clock.at(NOW):
            found = queries.audience("person", 0)
        assert (found.answers, found.asked, found.rate) == (15, 60, 0.25)

    def test_of_an_open_page_nobody_knows(self, cast: Cast) -> None:
        with clock.at(SUMMER):
            say(12)
        with clock.at(NOW):
            found = queries.audience("resident", 0)
        assert (found.asked, found.rate) == (None, None)


class TestWeights:
    """Answers held against who lives here."""

    def test_who_answers_less_is_heard_as_much(self, cast: Cast) -> None:
        """Under forties are 60 % here and 25 % of the answers: 0.6 x 0 + 0.4 x 100."""
        with clock.at(SUMMER):
            counted(cast)
            say(15, age="under 40", respect=1)
            say(45, age="40 or older", respect=5)
        with clock.at(NOW):
            found = queries.audience("resident", 0)
            rows = {row.value: row for row in queries.shares()}
        asked = found.questions[0]
        assert asked.raw is not None and asked.weighted is not None
        assert (asked.raw.value, round(asked.weighted.value, 3)) == (75, 40)
        assert found.stands and found.effective is not None and found.effective < 60
        assert rows["under 40"].people == 0.6 and rows["under 40"].answers == 0.25

    def test_without_a_population_nothing_is_weighted(self, cast: Cast) -> None:
        with clock.at(SUMMER):
            say(20)
        with clock.at(NOW):
            found = queries.audience("resident", 0)
        assert found.effective is None and found.questions[0].weighted is None and queries.shares() == []

    def test_who_did_not_answer_at_all_is_named(self, cast: Cast) -> None:
        with clock.at(SUMMER):
            counted(cast)
            say(20, age="under 40")
        with clock.at(NOW):
            assert queries.audience("resident", 0).unheard == ("40 or older",)

    def test_a_group_of_few_takes_the_next_smallest_with_it(self, cast: Cast) -> None:
        """Of three groups the small one would be what the others leave of a hundred."""
        with clock.at(SUMMER):
            counted(cast, [Line("a", "", 5), Line("b", "", 5), Line("c", "", 5), Line("d", "", 5)])
            for age, times in (("a", 40), ("b", 20), ("c", 3)):
                say(times, age=age)
        with clock.at(NOW):
            shown = {row.value: row.answers for row in queries.shares()}
        assert shown == {"a": 40 / 63, "b": None, "c": None, "d": 0}

    def test_a_group_of_few_hides_a_margin_of_two(self, cast: Cast) -> None:
        """Three of twenty-three: the shares of both would tell."""
        with clock.at(SUMMER):
            counted(cast)
            say(20, age="under 40")
            say(3, age="40 or older")
        with clock.at(NOW):
            assert {row.answers for row in queries.shares()} == {None}

    def test_writing_it_anew_replaces_it_and_is_told(self, cast: Cast) -> None:
        counted(cast)
        counted(cast, [Line("all", "", 5), Line("others", "", 6)])
        assert [*Population.objects.values_list("value", flat=True)] == ["all", "others"]
        assert JournalLine.objects.filter(kind="community.population_set").count() == 2

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"margin": "race"}, "margin"),
            ({"source": " "}, "source"),
            ({"year": 1066}, "year"),
            ({"year": 2999}, "year"),
            ({"lines": AGES[:1]}, "lines"),
            ({"lines": [AGES[0], AGES[0]]}, "lines"),
            ({"margin": "language", "lines": [Line("en", "", 1), Line("fr", "", 1)]}, "lines"),
        ],
    )
    def test_what_was_not_accepted_is_named(self, cast: Cast, given: dict[str, object], field: str) -> None:
        known = {"margin": "age", "lines": AGES, "source": "Census", "year": 2020}
        with pytest.raises(Invalid) as said:
            actions.set_population(by=cast["evaluator"], **{**known, **given})
        assert said.value.field == field and not Population.objects.exists()

    @pytest.mark.parametrize("role", ["patrol_officer", "community_liaison", "administrator"])
    def test_others_may_not(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotFound):
            actions.set_population(by=cast[role], margin="age", lines=AGES, source="Census", year=2020)

    def test_an_age_that_is_not_asked_for_is_refused(self, cast: Cast) -> None:
        counted(cast)
        with pytest.raises(Invalid) as said:
            say(age="a hundred")
        assert said.value.field == "age" and not Feedback.objects.exists()


class TestWorkers:
    """Once a quarter, and nobody can be told by the answer."""

    def test_an_answer_and_its_giver_share_nothing_but_the_quarter(self, cast: Cast) -> None:
        by, lines = cast["clinician"], JournalLine.objects.count()
        with clock.at(NOW):
            made = actions.answer_as_worker(by=by, work="clinical", scores={"fitting": 4, "safety": None})
        gone = WorkerAnswered.objects.get()
        start = datetime(2026, 10, 1, tzinfo=UTC).date()
        assert {row.created_at.date() - start for row in (made, gone)} <= {timedelta(0)}
        assert by.id not in str(vars(made)) and JournalLine.objects.count() == lines
        assert made.id.version == gone.id.version == 4

    def test_twice_is_once_and_the_next_quarter_asks_again(self, cast: Cast) -> None:
        by = cast["clinician"]
        with clock.at(NOW):
            actions.answer_as_worker(by=by, work="clinical", scores={"fitting": 4})
            with pytest.raises(Conflict):
                actions.answer_as_worker(by=by, work="clinical", scores={"fitting": 1})
            assert queries.has_answered(by)
        with clock.at(NOW + timedelta(days=60)):
            assert not queries.has_answered(by)
            actions.answer_as_worker(by=by, work="clinical", scores={"fitting": 2})
        assert WorkerView.objects.count() == 2

    @pytest.mark.parametrize(
        ("work", "scores", "field"),
        [
            ("spy", {"fitting": 3}, "work"),
            ("police", {}, "fitting"),
            ("police", {"fitting": 6}, "fitting"),
            ("police", {"luck": 3}, "luck"),
        ],
    )
    def test_what_was_not_accepted_leaves_nothing(
        self, cast: Cast, work: str, scores: dict[str, int | None], field: str
    ) -> None:
        with pytest.raises(Invalid) as said:
            actions.answer_as_worker(by=cast["clinician"], work=work, scores=scores)
        assert said.value.field == field
        assert not WorkerAnswered.objects.exists() and not WorkerView.objects.exists()

    def test_a_person_helped_is_not_asked_as_a_worker(self, cast: Cast) -> None:
        client = replace(cast["clinician"], role="person", permissions=frozenset({"see_mine"}))
        with pytest.raises(NotFound):
            actions.answer_as_worker(by=client, work="other", scores={"fitting": 3})


class TestThemes:
    """Named by a person, counted by words, dropped again."""

    def name(self, cast: Cast, **given: object) -> Theme:
        known = {"name_en": "Waiting", "name_es": "La espera", "words": ["wait*", "tarda*"]}
        return actions.name_theme(by=cast["community_liaison"], **{**known, **given})  # type: ignore[arg-type]

    def test_it_counts_answers_and_hides_few(self, cast: Cast) -> None:
        made = self.name(cast)
        with clock.at(SUMMER):
            for number in range(12):
                text = "I waited" if number < 10 else "Kind people"
                actions.receive_feedback(text=text, scores={})
        with clock.at(NOW):
            assert [one.answers for one in queries.spoken()] == [None]
        with clock.at(SUMMER):
            actions.receive_feedback(text="Tardaron", scores={})
        with clock.at(NOW):
            assert [(one.theme.id, one.answers) for one in queries.spoken()] == [(made.id, 11)]

    def test_changed_and_dropped(self, cast: Cast) -> None:
        made = self.name(cast)
        assert self.name(cast, theme=made.id, words=["  Late "]).words == ["late"]
        actions.drop_theme(by=cast["community_liaison"], theme=made.id)
        assert queries.spoken() == []
        with pytest.raises(NotFound):
            self.name(cast, theme=made.id)
        with pytest.raises(NotFound):
            queries.theme_of(str(made.id))

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"name_es": " "}, "name_es"), ({"words": [" "]}, "words"), ({"words": ["two words"]}, "words"),
            ({"words": ["ok"]}, "words"), ({"words": ["*"]}, "words"), ({"words": ["camión"]}, "words"),
            ({"words": [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(41)]}, "words"),
        ],
    )  # fmt: skip
    def test_what_was_not_accepted_is_named(self, cast: Cast, given: dict[str, object], field: str) -> None:
        with pytest.raises(Invalid) as said:
            self.name(cast, **given)
        assert said.value.field == field and not Theme.objects.exists()

    def test_looking_for_words_shows_nobodys_and_is_told(self, cast: Cast) -> None:
        with clock.at(SUMMER):
            for number in range(14):
                actions.receive_feedback(
                    text=f"Waited hours for the van, said person{chr(97 + number)}x", scores={}
                )
                actions.receive_feedback(text="The clinician listened and explained", scores={})
        with clock.at(NOW):
            found = actions.seek_themes(by=cast["community_liaison"], language="en")
        words = {word for theme in found for word in theme.words}
        assert {"hours", "van", "listened"} <= words and not any("person" in word for word in words)
        assert JournalLine.objects.filter(kind="community.themes_sought").count() == 1

    @pytest.mark.parametrize("role", ["patrol_officer", "evaluator", "administrator"])
    def test_others_may_not(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotFound):
            actions.seek_themes(by=cast[role], language="en")
        with pytest.raises(NotFound):
            actions.name_theme(by=cast[role], name_en="a", name_es="b", words=["abc"])
