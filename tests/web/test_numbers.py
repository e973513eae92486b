"""Numbers stand as the reader's language writes them, in sentences as in tables."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from commonweal.web.numbers import in_sentence, said


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
