"""Numbers stand as the reader's language writes them, in sentences as in tables."""

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from commonweal.web.numbers import in_sentence, percent, said, share


@pytest.mark.parametrize(
    ("language", "value", "places", "shown"),
    [("en", 12413, 0, "12,413"), ("en", 1.84, 1, "1.8"), ("es", 1.84, 1, "1,8"), ("es", -2.5, 1, "−2,5")],
)
def test_a_number_is_written_for_its_reader(language, value, places, shown):
    with override(language):
        assert said(value, places) == shown


def test_a_signed_number_says_which_way():
    with override("en"):
        assert [said(n, 1, signed=True) for n in (3.14, -3.14, -0.04)] == ["+3.1", "−3.1", "+0.0"]


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_what_is_written_reads_back(value, places):
    with override("en"):
        text = said(value, places).replace(",", "").replace("−", "-")
    assert float(text) == pytest.approx(round(value, places), abs=1e-9)


def test_days_are_small_inside_a_spanish_sentence():
    with override("es"):
        assert in_sentence("Jueves") == "jueves"
    with override("en"):
        assert in_sentence("Thursday") == "Thursday"


@pytest.mark.parametrize(
    ("value", "places", "english", "spanish"),
    [
        (0.642, 3, "0.642", "0,642"),
        (0.99972, 3, "over 0.999", "más de 0,999"),
        (1 - 1e-15, 3, "over 0.999", "más de 0,999"),
        (0.0004, 3, "under 0.001", "menos de 0,001"),
        (5e-324, 3, "under 0.001", "menos de 0,001"),
        (0.996, 2, "over 0.99", "más de 0,99"),
        (1.0, 3, "1.000", "1,000"),
        (0.0, 3, "0.000", "0,000"),
        (1, 2, "1.00", "1,00"),
    ],
)
def test_nearly_certain_never_reads_as_certain(value, places, english, spanish):
    with override("en"):
        assert share(value, places) == english
    with override("es"):
        assert share(value, places) == spanish


@given(st.floats(0, 1), st.integers(1, 4))
def test_all_is_said_of_all_alone_and_nothing_of_nothing_alone(value, places):
    with override("en"):
        text = share(value, places)
    assert (text == f"{1:.{places}f}") is (value == 1)
    assert (text == f"{0:.{places}f}") is (value == 0)
    number = float(text.removeprefix("over ").removeprefix("under "))
    assert abs(number - value) <= 10.0**-places


@given(st.floats(0, 1))
def test_a_whole_percentage_keeps_its_ends_for_certainty(value):
    near = percent(value)
    assert (near == 100) is (value == 1) and (near == 0) is (value == 0)
    assert abs(near - 100 * value) <= 1


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8).map(sorted))
def test_more_never_reads_as_less(values):
    told = [percent(value) for value in values]
    assert told == sorted(told)


@pytest.mark.parametrize("nothing", [None, "", "n/a"])
def test_what_is_no_number_is_left_empty_by_the_filter(nothing):
    assert Template("{{ n|share }}{{ n|share:2|default:'—' }}").render(Context({"n": nothing})) == "—"


def test_the_filter_reads_as_the_page_s_language():
    with override("es"):
        assert Template("{{ n|share }}").render(Context({"n": 0.9999})) == "más de 0,999"
