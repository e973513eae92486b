"""Records as columns: the same normal forms as one by one; the pairs that are gathered; groups as arrays."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import combinations, product
from math import log2
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.linkage import Record, Settings, VictimServiceRecord, columns_of, link, linked_of
from commonweal.engines.linkage.blocking import own_keys
from commonweal.engines.linkage.clustering import Joining, Weighed, grouped, lists
from commonweal.engines.linkage.columns import Column, column_of, columns
from commonweal.engines.linkage.gathering import KINDS, SPARE, Looked, distinct, gathered, pairs_worth, said
from commonweal.engines.linkage.many import holds, lacking
from commonweal.engines.linkage.records import NORMAL, normal, written
from engines.linkage.people import person, town

WORDS = st.sampled_from(
    ["", " ", "Ana", "ana ", "María José", "O'Neil", "Bill", "William", "unknown", "de la Cruz", "ÅSE"]
)
ROWS: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        source=st.sampled_from(["police", "health"]),
        given=WORDS,
        family=WORDS,
        born=st.one_of(st.none(), st.dates(date(1930, 1, 1), date(2020, 12, 31))),
        born_part=st.sampled_from(["", "1948", "1948-03"]),
        sex=st.sampled_from(["", "F", "male"]),
        phone=st.sampled_from(["", "(703) 555-0101", "7035550101", "12"]),
        ssn_last4=st.sampled_from(["", "1234", "x-1243"]),
        postcode=st.sampled_from(["", "22301-1234", "TQ13 8DF"]),
        address=WORDS,
        birth_place=st.sampled_from(["", "Town, County", "Town"]),
        occupation=st.sampled_from(["", "cook; painter", "Cook"]),
    ),
    max_size=12,
)
RECORDS = ROWS.map(lambda rows: [Record(id=f"r{n}", origin="health", **row) for n, row in enumerate(rows)])


@given(RECORDS)
def test_a_column_says_what_each_record_says(records: list[Record]) -> None:
    found = columns(records[::-1])
    assert [found.normal(place) for place in range(len(found))] == sorted(
        map(normal, records), key=lambda one: one.id
    )


@given(RECORDS)
def test_texts_and_records_make_the_same_columns(records: list[Record]) -> None:
    fields = {name: [written(record, name) for record in records] for name in NORMAL}
    found = columns_of([r.id for r in records], [r.source for r in records], fields, "health")
    expected = columns(records)
    assert [found.normal(n) for n in range(len(found))] == [expected.normal(n) for n in range(len(expected))]


def test_fields_left_out_are_unknown() -> None:
    found = columns_of(["b", "a"], ["s", "s"], {"given": ["Bo", "Al"]}, "lab")
    assert [found.normal(n).given for n in range(2)] == ["al", "bo"]
    assert found.normal(0).born == found.normal(0).family == "" and found.normal(0).places == frozenset()


def test_what_no_linkage_may_see_is_refused_as_columns_too() -> None:
    with pytest.raises(VictimServiceRecord):
        columns_of(["a"], ["haven"], {"given": ["Ana"]}, "victim_service_provider")
    with pytest.raises(ValueError, match="two share an id"):
        columns_of(["a", "a"], ["s", "s"], {}, "lab")


@given(st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=30))
def test_shares_are_counted_among_those_that_say_something(texts: list[str]) -> None:
    column = column_of(texts)
    known = Counter(text for text in texts if text)
    for value, share in zip(column.values, column.shares(), strict=True):
        assert share == pytest.approx(known[value] / known.total() if value else 0.0)
    assert [column.values[code] for code in column.codes] == texts


def test_a_column_told_anew_merges_what_becomes_the_same() -> None:
    told = column_of(["Ana", "ana", "", "Bo"]).told(str.lower, "")
    assert set(told.values) == {"", "ana", "bo"} and told.codes[0] == told.codes[1] != told.codes[3]


def shared_keys(a: Record, b: Record) -> int:
    """How many rules bring two records together."""
    return sum(one == other != 0 for one, other in zip(own_keys(normal(a)), own_keys(normal(b)), strict=True))


@given(RECORDS, st.sampled_from(["link", "dedupe", "both"]))
def test_gathered_is_every_pair_that_shares_a_key_once_and_of_the_wanted_kind(
    records: list[Record], link_type: str
) -> None:
    found = columns(records)
    by_id = {record.id: record for record in records}
    wanted = {"link": [False], "dedupe": [True], "both": [False, True]}[link_type]
    expected = [
        (a, b)
        for a, b in combinations(range(len(found)), 2)
        if shared_keys(by_id[found.ids[a]], by_id[found.ids[b]])
        and (by_id[found.ids[a]].source == by_id[found.ids[b]].source) in wanted
    ]
    assert [*zip(*pairs_worth(found, link_type), strict=True)] == expected


def test_enough_must_be_equal_where_records_are_many() -> None:
    """Every pair that is gathered has the bits; of true pairs hardly one is lost by asking for them."""
    found = columns(town(700, seed=3))
    looked, enough = Looked(found), log2(len(found)) - SPARE
    all_of = {*zip(*(p.tolist() for p in pairs_worth(found, "both")), strict=True)}
    kept = {*zip(*(p.tolist() for p in pairs_worth(found, "both", all_below=0)), strict=True)}
    for a, b in all_of:
        bits = bits_of(looked, a, b)
        assert ((a, b) in kept) == bool(bits >= np.float32(enough))
    true = {(a, b) for a, b in all_of if person(found.ids[a]) == person(found.ids[b])}
    assert len(kept) < 0.5 * len(all_of) and len(true & kept) > 0.98 * len(true)


def bits_of(looked: Looked, a: int, b: int) -> np.float32:
    """What is equal between two of these records."""
    return said(looked.codes, looked.bits, looked.kinds, a, b)


def test_the_same_value_says_more_the_rarer_it_is_and_a_kind_counts_once() -> None:
    rows = [
        Record(f"r{n:02}", "s", "lab", "Ana" if n < 8 else "Xochitl", "Ruiz", phone=f"70355501{n:02}")
        for n in range(10)
    ]
    found = columns(rows)
    looked = Looked(found)
    common = bits_of(looked, 0, 1)
    rare = bits_of(looked, 8, 9)
    assert rare > common
    places = [n for n, kind in enumerate(looked.kinds) if [*KINDS][kind] == "given"]
    most = max(looked.bits[8][places])
    alone = np.zeros_like(looked.codes)
    alone[:, places] = looked.codes[:, places]
    assert said(alone, looked.bits, looked.kinds, 8, 9) == pytest.approx(most)


def test_a_field_known_in_both_and_equal_in_nothing_speaks_against() -> None:
    a, b = (Record(id, "s", "lab", given, "Ruiz") for id, given in (("a", "Ana"), ("b", "Olga")))
    found = columns([a, b, Record("c", "s", "lab", "", "Ruiz")])
    looked = Looked(found)
    with_given = bits_of(looked, 0, 1)
    without = bits_of(looked, 0, 2)
    assert with_given < without


@given(st.lists(st.lists(st.integers(-5, 5), max_size=6), min_size=1, max_size=4))
def test_numbers_of_several_parts_stand_once_in_order(parts: list[list[int]]) -> None:
    found = distinct([np.array(part, np.int64) for part in parts])
    assert found.tolist() == sorted({number for part in parts for number in part})


def test_the_buffer_of_pairs_grows_and_no_pair_is_lost() -> None:
    size = 120
    codes = np.ones((size, 1), np.int32)
    found = gathered(
        np.arange(size)[::-1].copy(), np.array([0, size]), codes, codes.astype(np.float32),
        np.zeros(1, np.int8), np.zeros(size, np.int32), 2, np.float32(-np.inf),
    )  # fmt: skip
    assert sorted(found.tolist()) == [a * size + b for a, b in combinations(range(size), 2)]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=14), st.sets(st.integers(0, 195)))
def test_lacking_is_what_is_inside_and_not_known(numbers: list[int], known: set[int]) -> None:
    size = len(numbers)
    pairs = {a * size + b for a, b in combinations(range(size), 2) if numbers[a] == numbers[b]}
    order = np.argsort(np.array(numbers), kind="stable")
    starts = np.flatnonzero(np.diff(np.array(numbers)[order], prepend=-1, append=-1))
    found = lacking(order, starts, np.array(sorted(known), np.int64))
    assert sorted(found.tolist()) == sorted(pairs - known)


@given(st.sets(st.integers(0, 50)), st.integers(0, 50))
def test_looking_up_a_number(known: set[int], asked: int) -> None:
    assert holds(np.array(sorted(known), np.int64), np.int64(asked)) == (asked in known)


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=9),
    st.lists(st.floats(-9, 9), min_size=36, max_size=36),
)
def test_neighbourhoods_together_are_grouped_as_each_alone(numbers: list[int], drawn: list[float]) -> None:
    ends = [(a, b) for a, b in combinations(range(len(numbers)), 2) if numbers[a] == numbers[b]]
    bits = dict(zip(ends, drawn, strict=False))
    joining = Joining(1.0, 0.0, -3.0)
    together = lists(grouped(np.array(numbers), weighed(bits), joining))
    alone = [
        group
        for number in sorted(set(numbers))
        for group in lists(
            grouped(
                np.array([0 if n == number else k + 1 for k, n in enumerate(numbers)]),
                weighed({e: b for e, b in bits.items() if numbers[e[0]] == number}),
                joining,
            )
        )
        if numbers[group[0]] == number
    ]
    assert sorted(together) == sorted(alone)


def weighed(bits: dict[tuple[int, int], float]) -> Weighed:
    left, right = np.array([*bits], np.int32).reshape(-1, 2).T
    return Weighed(left, right, np.array([*bits.values()], np.float64))


def test_arrays_and_links_tell_the_same_run() -> None:
    records = town(1600, seed=9)
    asked = Settings("both", must_not_link=frozenset({frozenset(no_of(records))}))
    links, run = link(records, asked), linked_of(columns(records), asked)
    assert {(p.left, p.right) for p in links.pairs} == {
        (run.columns.ids[a], run.columns.ids[b]) for a, b in run.pairs.ends()
    }
    assert [*links.clusters] == [tuple(run.columns.ids[n] for n in group) for group in lists(run.groups)]
    by_ends = {(p.left, p.right): p.weight for p in links.pairs}
    for (a, b), bits in zip(run.pairs.ends(), run.pairs.bits, strict=True):
        assert by_ends[run.columns.ids[a], run.columns.ids[b]] == pytest.approx(bits)
    assert no_of(records) not in {(p.left, p.right) for p in links.pairs}


def no_of(records: Sequence[Record]) -> tuple[str, str]:
    """Two records of one person, in order of id."""
    ids = sorted(record.id for record in records)
    return next((a, b) for a, b in product(ids, ids) if a < b and person(a) == person(b))


def test_a_column_in_another_order() -> None:
    column = Column(("", "a", "b"), np.array([1, 2, 0], np.int32))
    assert column.taken(np.array([2, 0, 1])).codes.tolist() == [0, 1, 2]
