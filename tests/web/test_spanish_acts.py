"""What a Spanish reader does by hand: date fields as browsers read them, words and numbers as people do."""

import re
from datetime import date, time, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from commonweal.community import actions as community
from commonweal.directory.entries import DAYS
from commonweal.directory.hours import in_words
from commonweal.engines.effects import Caution
from commonweal.engines.effects import in_words as caution_in_words
from commonweal.evaluation import queries as evaluation
from commonweal.evaluation.models import Comparison
from commonweal.kernel import clock
from factories import directory
from factories.calls import Centre, open_centre
from factories.cast import Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
DATE_INPUT = re.compile(r'<input[^>]*type="(date|datetime-local)"[^>]*>')
ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?$")


def in_spanish(client: Client) -> Client:
    """The same visitor, who reads Spanish."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    return client


def filled(html: str) -> list[str]:
    """Values that date fields of a page come with."""
    found = (re.search(r'value="([^"]*)"', field[0]) for field in DATE_INPUT.finditer(html))
    return [one[1] for one in found if one and one[1]]


@pytest.fixture(name="centre")
def a_centre() -> Centre:
    """A centre with a call on file."""
    found = open_centre()
    found.call()
    return found


ALL_WEEK = ",".join(DAYS)
PAGES = [
    ("evaluator", "evaluator:compare"), ("evaluator", "evaluator:index"),
    ("program_manager", "planner:money"), ("program_manager", "planner:move"),
    ("supervisor", "board:index"), ("supervisor", "board:past"),
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("role", "page"), PAGES)
def test_date_fields_come_in_the_form_that_browsers_read(
    centre: Centre, role: str, page: str, language: str
) -> None:
    """A field of type date that holds "22/11/2026" shows nothing, and its form cannot be sent as it came."""
    client = visit(centre.cast[role])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(reverse(page))
    assert answer.status_code == 200
    for value in filled(answer.content.decode()):
        assert ISO.match(value), value


def test_the_comparison_can_be_sent_as_it_came(centre: Centre) -> None:
    """The day of the change is proposed, in Spanish too."""
    client = in_spanish(visit(centre.cast["evaluator"]))
    [day] = filled(client.get(reverse("evaluator:compare")).content.decode())
    assert date.fromisoformat(day) <= clock.today()


def test_money_that_was_refused_comes_back_as_it_was_typed(centre: Centre) -> None:
    client = in_spanish(visit(centre.cast["program_manager"]))
    sent = {"name": "", "starts": "2026-01-01", "ends": "2026-12-31", "amount": "-5"}
    values = filled(client.post(reverse("planner:money"), sent).content.decode())
    assert values == ["2026-01-01", "2026-12-31"]


class TestWords:
    """No code stands on a page."""

    def test_what_a_resident_wrote_about_is_told_in_words(self) -> None:
        cast: Cast = gather(partners=False)
        for topic in ("safety", "visit", "language"):
            community.receive_feedback(text=f"({topic}-x)", scores={}, topic=topic)
        page = in_spanish(visit(cast["community_liaison"])).get(reverse("resident:waiting")).content.decode()
        for word in ("Seguridad", "La visita", "Idioma"):
            assert f"· {word}" in page
        assert "· safety" not in page and "· visit" not in page

    def test_doubts_of_a_comparison_are_told_with_days_and_numbers_as_people_write_them(self) -> None:
        told = {
            "jumps": [{"on": "2026-05-18", "discipline": "fire", "ratio": 1.35}],
            "cautions": [
                ["level_break", {"on": "2026-05-11", "ratio": 1.75}],
                ["trend_before", {"percent": 30.9}],
            ],
        }
        with translation.override("es"):
            said = " ".join(evaluation.warnings(Comparison(result=told)))
        assert "18 may 2026" in said and "11 may 2026" in said and "2026-05" not in said
        assert "1,35" in said and "1,75" in said and "30,9" in said
        assert "Bomberos" in said and "fire" not in said
        english = " ".join(evaluation.warnings(Comparison(result=told)))
        assert "May 18, 2026" in english and "1.35" in english and "30.9" in english

    @given(some.floats(0.01, 99, allow_nan=False))
    def test_a_number_has_the_mark_of_its_language(self, ratio: float) -> None:
        caution = Caution.of("level_break", on="x", ratio=ratio)
        assert f"{ratio:g}" in caution_in_words(caution)
        assert f"{ratio:g}".replace(".", ",") in caution_in_words(caution, "es")


class TestHours:
    """When a service is open is told in the reader's language, where its days and times are known."""

    @pytest.mark.parametrize(
        ("byday", "opens", "closes", "en", "es"),
        [
            ("MO,TU,WE,TH,FR", time(9), time(17), "Mon–Fri, 09:00–17:00", "lun–vie, 09:00–17:00"),
            ("MO,WE,FR", time(8, 30), time(12), "Mon, Wed, Fri, 08:30–12:00", "lun, mié, vie, 08:30–12:00"),
            (ALL_WEEK, time(18), time(8), "every day, 18:00–08:00", "todos los días, 18:00–08:00"),
            (ALL_WEEK, time(0), time(23, 59), "every day, day and night", "todos los días, día y noche"),
            ("SA,SU", time(0), time(0), "Sat–Sun, day and night", "sáb–dom, día y noche"),
            ("SU,MO,TU", time(9), time(10), "Mon–Tue, Sun, 09:00–10:00", "lun–mar, dom, 09:00–10:00"),
        ],
    )
    def test_a_week(self, byday: str, opens: time, closes: time, en: str, es: str) -> None:
        assert in_words(byday, opens, closes) == en
        with translation.override("es"):
            assert in_words(byday, opens, closes) == es

    @pytest.mark.parametrize(
        ("byday", "opens", "closes"),
        [("", time(9), time(10)), ("MO", None, time(9)), ("XX", time(9), time(9))],
    )
    def test_what_is_not_known_is_not_said(self, byday: str, opens: time | None, closes: time) -> None:
        assert in_words(byday, opens, closes) == ""

    @given(some.sets(some.sampled_from(DAYS), min_size=1))
    def test_every_day_of_it_is_covered_once(self, days: set[str]) -> None:
        """Reading the runs back gives the same days."""
        names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        told = in_words(",".join(days), time(9), time(10)).removesuffix(", 09:00–10:00")
        if told == "every day":
            assert len(days) == 7
            return
        back: list[str] = []
        for run in told.split(", "):
            first, _, last = run.partition("–")
            back += names[names.index(first) : names.index(last or first) + 1]
        assert sorted(back) == sorted(names[DAYS.index(day)] for day in days) and len(back) == len(days)

    def test_the_page_of_a_service_says_it_in_spanish_and_keeps_the_sources_words_in_english(self) -> None:
        service = directory.service()
        address = reverse("resident:service", args=[service])
        assert "Every night 6 pm to 8 am" in Client().get(address).content.decode()
        spanish = in_spanish(Client()).get(address).content.decode()
        assert "todos los días, 18:00–08:00" in spanish and "Every night" not in spanish


def test_a_resident_says_how_it_went_and_reads_the_answer_in_spanish() -> None:
    """From the form to the reply by its code; nobody signs in, and no step speaks English."""
    cast: Cast = gather(partners=False)
    resident = in_spanish(Client())
    form = resident.get(reverse("resident:feedback")).content.decode()
    assert "Cuente cómo le fue" in form
    said = {"text": "Tardaron.", "respect": "4", "topic": "call"}
    thanks = resident.post(reverse("resident:feedback"), said)
    [code] = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", thanks.content.decode())
    liaison = in_spanish(visit(cast["community_liaison"]))
    waiting = liaison.get(reverse("resident:waiting")).content.decode()
    [link] = re.findall(r'href="(/community/feedback/[0-9a-f-]{36}/answer/)"', waiting)
    due = (clock.today() + timedelta(days=30)).isoformat()
    done = liaison.post(link, {"text": "Gracias. Habrá otro turno.", "done_by": due}, follow=True)
    assert done.status_code == 200 and "Tardaron." not in done.content.decode()
    again = liaison.post(link, {"text": "Otra vez."})
    assert again.status_code == 404, "answered, it waits no more"
    read = resident.post(reverse("resident:reply"), {"code": code.lower()}).content.decode()
    assert "Habrá otro turno" in read
    assert resident.post(reverse("resident:reply"), {"code": "AAAAA-AAAAA"}).status_code == 200
