"""Voices on the page: what was said, by how many of those asked, weighted; and the forms behind it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.community import actions, queries
from commonweal.community.models import Population, Theme, WorkerView
from commonweal.community.queries import Line
from commonweal.kernel import clock
from factories.cast import Cast, gather
from factories.visitor import visit

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
SUMMER = datetime(2026, 8, 3, 18, tzinfo=UTC)
AGES = [Line("under 40", "menos de 40", 600), Line("40 or older", "40 o más", 400)]


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def page(cast: Cast, role: str, language: str = "en") -> str:
    """The page of voices, as a role sees it."""
    client = visit(cast[role])
    return client.get(reverse("evaluator:voices"), headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize("name", ["evaluator:voices", "evaluator:population", "resident:themes"])
@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "shelter_worker", "administrator"])
def test_others_do_not_find_it(cast: Cast, name: str, role: str) -> None:
    assert visit(cast[role]).get(reverse(name)).status_code in (403, 404)


@pytest.mark.parametrize("name", ["voices", "population", "as_worker"])
def test_a_stranger_is_asked_to_sign_in(db: None, name: str) -> None:
    assert Client().get(reverse(f"evaluator:{name}")).status_code == 302


def test_nothing_heard_yet_says_what_to_do(cast: Cast) -> None:
    shown = page(cast, "evaluator")
    assert shown.count("Too few answers to show") == 3
    assert reverse("evaluator:population") in shown


def test_the_story_of_a_quarter(cast: Cast) -> None:
    """Who lives here is written down; residents answer; the page weighs, doubts, names the unheard."""
    with clock.at(SUMMER):
        sent = visit(cast["evaluator"]).post(
            reverse("evaluator:population"),
            {
                "margin": "age", "source": "American Community Survey", "year": "2024",
                "lines": "under 40; menos de 40; 600\n\n40 or older; 40 o más; 1,400",
            },
        )  # fmt: skip
        assert sent.status_code == 302
        form = Client().get(reverse("resident:feedback")).content.decode()
        assert "40 or older" in form and "I would rather not say" in form
        for number in range(40):
            age = "under 40" if number < 10 else "40 or older" if number < 30 else ""
            said = {"respect": "1" if number < 10 else "5", "age": age}
            assert Client().post(reverse("resident:feedback"), said).status_code == 200
    with clock.at(NOW):
        shown = page(cast, "evaluator")
    assert "40 answers." in shown and "American Community Survey (2024)" in shown
    assert "nobody knows how many did not" in shown and "too few to show" in shown


def test_in_spanish_groups_have_their_spanish_names(cast: Cast) -> None:
    actions.set_population(by=cast["evaluator"], margin="age", lines=AGES, source="Censo", year=2020)
    client = visit(cast["evaluator"])
    client.cookies["django_language"] = "es"
    shown = client.get(reverse("evaluator:voices")).content.decode()
    assert "menos de 40" in shown and "Voces" in shown and "under 40" not in shown


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("one", "Line 1"),
        ("a; 5\nb; many", "Line 2"),
        ("a; 5\nb; 0", "Line 2"),
        ("a; b; c; 5", "Line 1"),
        ("; 5\nb; 3", "Line 1"),
        ("a; 5", "at least two"),
        ("a; 5\na; 6", "once"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_what_was_typed_stays(
    cast: Cast, lines: str, told: str
) -> None:
    sent = visit(cast["evaluator"]).post(
        reverse("evaluator:population"), {"margin": "age", "lines": lines, "source": "Census", "year": "2020"}
    )
    shown = sent.content.decode()
    assert sent.status_code == 400 and told in shown and lines.splitlines()[0] in shown
    assert not Population.objects.exists()


class TestWorkersOwn:
    """Three questions, from the menu of one's name."""

    def test_one_answers_once(self, cast: Cast) -> None:
        client = visit(cast["patrol_officer"])
        assert reverse("evaluator:as_worker") in client.get("/board/").content.decode()
        asked = client.get(reverse("evaluator:as_worker")).content.decode()
        assert "kept without your name" in asked
        given = {"work": "police", "fitting": "4", "safety": "", "partners": "2"}
        assert client.post(reverse("evaluator:as_worker"), given).status_code == 302
        assert (
            "You have answered in this quarter" in client.get(reverse("evaluator:as_worker")).content.decode()
        )
        assert client.post(reverse("evaluator:as_worker"), given).status_code == 409
        assert WorkerView.objects.count() == 1

    def test_a_wrong_answer_is_named(self, cast: Cast) -> None:
        client = visit(cast["patrol_officer"])
        sent = client.post(reverse("evaluator:as_worker"), {"work": "police", "fitting": "9"})
        assert sent.status_code == 400 and not WorkerView.objects.exists()


class TestThemes:
    """Words proposed, a theme named, counted, taken off."""

    def test_from_words_to_a_name_and_off_again(self, cast: Cast) -> None:
        client = visit(cast["community_liaison"])
        for _ in range(12):
            actions.receive_feedback(text="Waited hours for the van", scores={})
            actions.receive_feedback(text="They listened and explained", scores={})
        sought = client.post(reverse("resident:themes"), {"act": "seek", "language": "en"}).content.decode()
        assert "listened" in sought and "They listened and explained" not in sought
        given = {"act": "name", "name_en": "Waiting", "name_es": "La espera", "words": "wait*, hours"}
        assert client.post(reverse("resident:themes"), given).status_code == 302
        [row] = queries.spoken()
        assert "La espera" in client.get(reverse("resident:themes")).content.decode()
        assert client.post(reverse("resident:theme_drop"), {"theme": str(row.theme.id)}).status_code == 302
        assert queries.spoken() == [] and Theme.objects.count() == 1

    def test_a_refused_name_keeps_what_was_typed(self, cast: Cast) -> None:
        given = {"act": "name", "name_en": "Waiting", "name_es": "", "words": "hours"}
        sent = visit(cast["community_liaison"]).post(reverse("resident:themes"), given)
        shown = sent.content.decode()
        assert sent.status_code == 400 and 'value="Waiting"' in shown and "both languages" in shown

    @pytest.mark.parametrize("theme", ["", "7", "00000000-0000-0000-0000-000000000007"])
    def test_nothing_to_take_off_is_not_found(self, cast: Cast, theme: str) -> None:
        client = visit(cast["community_liaison"])
        assert client.post(reverse("resident:theme_drop"), {"theme": theme}).status_code == 404

    def test_a_language_that_nobody_speaks_here(self, cast: Cast) -> None:
        client = visit(cast["community_liaison"])
        assert client.post(reverse("resident:themes"), {"act": "seek", "language": "tlh"}).status_code == 400
