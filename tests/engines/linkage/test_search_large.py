"""Search among more people than are simply compared: found by shared evidence, kept up, kept and mapped."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.linkage import Index, Query, Record, build_columns, index_of, parts_of, search
from engines.linkage.people import FAMILY, GIVEN, misspelt

SIZE = 30_000


@pytest.fixture(scope="module")
def people() -> dict[str, list[str]]:
    rng = np.random.default_rng(3)
    day = np.datetime64("1940-01-01") + rng.integers(0, 25_000, SIZE)
    ends = ["".join(letters) for letters in rng.choice(list("bdfglmnprstvaeiou"), (SIZE, 3))]
    return {
        "given": [str(name) for name in rng.choice(GIVEN, SIZE)],
        "family": [f"{name}{end}" for name, end in zip(rng.choice(FAMILY, SIZE), ends, strict=True)],
        "born": [str(value) for value in day],
        "words": [f"{name} street" for name in rng.choice(FAMILY, SIZE)],
        "number": [str(n) for n in rng.integers(1, 900, SIZE)],
        "phone": [f"703{n:07}" for n in rng.integers(0, 10_000_000, SIZE)],
    }


@pytest.fixture(scope="module")
def index(people: dict[str, list[str]]) -> Index:
    ids = pa.array([f"p{n}" for n in range(SIZE)])
    return build_columns(ids, {role: [pa.array(values)] for role, values in people.items()}, "police")


def ids(index: Index, query: Query) -> list[str]:
    return [hit.id for hit in search(index, query)]


@settings(max_examples=80, deadline=None)
@given(place=st.integers(0, SIZE - 1), seed=st.integers(0, 99))
def test_half_remembered_people_are_found(
    index: Index, people: dict[str, list[str]], place: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    given, family, born = (people[role][place] for role in ("given", "family", "born"))
    year, month, day = map(int, born.split("-"))
    wrong = misspelt(family, rng)
    for query in (
        Query(given, wrong, (year, month, day)),
        Query(wrong, given, (year, 0, 0)),
        Query("", family, (year, day, month)),
        Query(given[:1], wrong, (year + 1, month, day)),
        Query(given, wrong, words=people["words"][place], number=people["number"][place]),
        Query(phone=people["phone"][place]),
    ):
        assert f"p{place}" in ids(index, query), query


def test_hits_of_a_large_index_are_in_order_and_distinct(index: Index) -> None:
    hits = search(index, Query("ana", "garcia"), 25)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True) and len({hit.id for hit in hits}) == len(hits) > 0
    assert search(index, Query()) == [] and search(index, Query("ana"), 0) == []
    assert ids(index, Query("zzzzqq", "xxqqzz")) == []


def test_an_index_kept_as_arrays_answers_the_same(index: Index) -> None:
    again = index_of(parts_of(index))
    for query in (Query("jose", "garciabab"), Query("", "smith", (1950, 0, 0)), Query(phone="7030000001")):
        assert search(again, query) == search(index, query)


def test_a_record_added_is_found_at_once_and_a_hidden_one_never_again(
    index: Index, people: dict[str, list[str]]
) -> None:
    own = index_of(parts_of(index))
    new = Record("new", "police", "police", "Xóchitl", "Quetzalcoatl", date(1991, 2, 3), phone="2025550188")
    own.add([new])
    assert ids(own, Query("Xochitl", "Quetzalcoatl"))[0] == "new"
    assert ids(own, Query("Xochitl", "Quetzalcoalt", (1991, 0, 0)))[0] == "new"
    assert ids(own, Query(phone="202-555-0188"))[0] == "new" and len(own) == SIZE + 1
    with pytest.raises(ValueError, match="1 records were added since; build anew"):
        parts_of(own)
    asked = Query(people["given"][5], people["family"][5], phone=people["phone"][5])
    assert ids(own, asked)[0] == "p5"
    own.hide({"p5", "new"})
    assert "p5" not in ids(own, asked) and "new" not in ids(own, Query("Xochitl", "Quetzalcoatl"))
    assert ids(index, asked)[0] == "p5"
    assert len(parts_of(own)["hidden"]) == SIZE
