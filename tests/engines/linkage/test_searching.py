"""Search as it happens at the roadside: half-heard names, and nobody hidden by a typing error."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.linkage import Query, Record, build, search
from engines.linkage.people import misspelt, person, town

PEOPLE = [
    Record(
        "wb", "police", "police", "William", "Brown", date(1970, 3, 4), phone="7035550001", ssn_last4="1111"
    ),
    Record("mb", "police", "police", "Mary", "Brown", date(1971, 3, 4)),
    Record("gl", "health", "health", "Guadalupe", "García López", date(1984, 5, 7)),
    Record("nn", "health", "health", "Nguyen", "Thanh", None),
    Record("jk", "shelter", "hmis_shelter", "Jonathan", "Kowalczyk", date(1990, 12, 1)),
]
INDEX = build(PEOPLE)


@pytest.mark.parametrize(
    "query, expected",
    [
        (Query("Bill", "Brown"), "wb"),
        (Query("Lupe", "Garcia"), "gl"),
        (Query("Lupe", "Lopez"), "gl"),
        (Query("Brown", "William"), "wb"),
        (Query("Thanh", "Nguyen"), "nn"),
        (Query("Jon", "Kovalchik"), "jk"),
        (Query(family="Kowalcyzk"), "jk"),
        (Query(phone="+1 (703) 555-0001"), "wb"),
        (Query("", "Brown", (1971, 0, 0)), "mb"),
        (Query("", "Brown", (1970, 4, 3)), "wb"),
        (Query("", "", date(1984, 5, 7)), "gl"),
        (Query("B", "Brown", ssn_last4="1111"), "wb"),
    ],
)
def test_the_person_meant_comes_first(query: Query, expected: str) -> None:
    assert search(INDEX, query)[0].id == expected


def test_all_right_is_one_and_nothing_asked_finds_nothing() -> None:
    exact = Query("William", "Brown", date(1970, 3, 4), "7035550001", "1111")
    assert search(INDEX, exact)[0].score == pytest.approx(1.0)
    assert search(INDEX, Query()) == [] and search(build([]), exact) == []


def test_an_unknown_birth_date_counts_neither_way() -> None:
    hits = {hit.id: hit.score for hit in search(INDEX, Query("Nguyen", "Thanh", date(2000, 1, 1)))}
    wrong = build([replace(PEOPLE[3], born=date(1950, 6, 6))])
    assert hits["nn"] > search(wrong, Query("Nguyen", "Thanh", date(2000, 1, 1)))[0].score


TOWN = town(700, seed=9)
TOWN_INDEX = build(TOWN)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TOWN) - 1), st.integers(0, 999))
def test_one_typing_error_does_not_hide_a_person(place: int, seed: int) -> None:
    wanted = TOWN[place]
    typed = misspelt(wanted.family, np.random.default_rng(seed)) if len(wanted.family) > 3 else wanted.family
    query = Query(wanted.given, typed, wanted.born, wanted.phone, wanted.ssn_last4)
    found = [person(hit.id) for hit in search(TOWN_INDEX, query)]
    if wanted.born:
        assert person(wanted.id) in found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TOWN) - 1), st.integers(1, 30))
def test_hits_are_in_order_distinct_and_as_many_as_asked(place: int, top: int) -> None:
    hits = search(TOWN_INDEX, Query(TOWN[place].given, TOWN[place].family), top)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True) and len({hit.id for hit in hits}) == len(hits) == top
    assert all(0 <= score <= 1 + 1e-12 for score in scores)
    best = search(TOWN_INDEX, Query(TOWN[place].given, TOWN[place].family), len(TOWN))
    assert [hit.score for hit in best[:top]] == pytest.approx(scores)
