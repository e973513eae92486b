"""Each level of agreement by example, the keys that bring a pair together, and groups under any links."""

from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.linkage import Record
from commonweal.engines.linkage.blocking import RULES, feature_keys, key_of, own_keys
from commonweal.engines.linkage.clustering import (
    LARGEST,
    Joining,
    Weighed,
    grouped,
    lists,
    neighbourhoods,
)
from commonweal.engines.linkage.columns import columns
from commonweal.engines.linkage.gathering import pairs_worth
from commonweal.engines.linkage.levels import BY_NAME, FIELDS
from commonweal.engines.linkage.model import FIXED, fixed_model, probability
from commonweal.engines.linkage.nicknames import full_names
from commonweal.engines.linkage.records import normal

BASE = Record(
    "a", "police", "police", "Robert", "Hernandez", date(1980, 4, 9), "M",
    "12 Oak Street", "7035550101", "1234", "LIC-778", "22301", "Luis", "bob@example.org", "Oaxaca", "cook",
)  # fmt: skip


def level(field: str, **changes: object) -> str | None:
    other = normal(Record(**{**vars(BASE), "id": "b", **changes}))
    found = BY_NAME[field].level(normal(BASE), other)
    return None if found is None else BY_NAME[field].levels[found].name


@pytest.mark.parametrize(
    "field, changes, expected",
    [
        ("given", {"given": "ROBERT"}, "same"),
        ("given", {"given": "Bobby"}, "form_of_name"),
        ("given", {"given": "Roberta"}, "begins_alike"),
        ("given", {"given": "R."}, "begins_alike"),
        ("given", {"given": "Roberpo"}, "close"),
        ("given", {"given": "Rupert"}, "somewhat"),
        ("given", {"given": "Wendy"}, "differs"),
        ("given", {"given": ""}, None),
        ("given", {"given": "Hernandez", "family": "Robert"}, "swapped"),
        ("family", {"given": "Hernandez", "family": "Robert"}, None),
        ("family", {"family": "Hernández Ruiz"}, "shared_surname"),
        ("family", {"family": "Hernandes"}, "close"),
        ("family", {"family": "Kim"}, "differs"),
        ("born", {"born": date(1980, 9, 4)}, "day_month_swapped"),
        ("born", {"born": date(1980, 4, 8)}, "one_edit"),
        ("born", {"born": date(1980, 11, 30)}, "same_year"),
        ("born", {"born": date(1955, 1, 1)}, "differs"),
        ("born", {"born": None, "born_part": "1980"}, "known_in_part"),
        ("born", {"born": None, "born_part": "1980-04"}, "known_in_part"),
        ("born", {"born": None, "born_part": "1980-05"}, "same_year"),
        ("born", {"born": None, "born_part": "1979"}, "near_year"),
        ("born", {"born": date(1980, 1, 1)}, "known_in_part"),
        ("born", {"born": date(1970, 4, 9)}, "one_edit"),
        ("born", {"born": date(1891, 4, 9)}, "same_day"),
        ("born", {"born": None}, None),
        ("phone", {"phone": "+1 703 555 0101"}, "same"),
        ("phone", {"phone": "703 555 0110"}, "one_edit"),
        ("phone", {"phone": "555"}, None),
        ("ssn_last4", {"ssn_last4": "1243"}, "one_edit"),
        ("address", {"address": "12 oak street."}, "same"),
        ("address", {"address": "12 Oak Stret"}, "close"),
        ("sex", {"sex": "male"}, "same"),
        ("identifier", {"identifier": "lic778"}, "same"),
        ("postcode", {"postcode": "22301-4411"}, "same"),
        ("middle", {"middle": "L."}, "begins_alike"),
        ("middle", {"middle": "Lius"}, "close"),
        ("middle", {"middle": "Ana"}, "differs"),
        ("email", {"email": "Bob@Example.org"}, "same"),
        ("postcode", {"postcode": "22345"}, "same_area"),
        ("postcode", {"postcode": "tq13 8df"}, "differs"),
        ("birth_place", {"birth_place": "Oaxaca, Mexico"}, "shared_place"),
        ("occupation", {"occupation": "driver; Cook"}, "shared_calling"),
        ("birth_place", {"birth_place": "Oaxacca"}, "close"),
        ("occupation", {"occupation": "baker"}, "differs"),
        ("given", {"given": "Unknown"}, None),
        ("family", {"family": "A Lady in the House"}, None),
    ],
)
def test_levels_by_example(field: str, changes: dict[str, object], expected: str | None) -> None:
    assert level(field, **changes) == expected


def sharing(records: list[Record]) -> list[tuple[str, str]]:
    """Ids of the pairs that share a key."""
    found = columns(records)
    return [(found.ids[a], found.ids[b]) for a, b in zip(*pairs_worth(found, "both"), strict=True)]


@pytest.mark.parametrize(
    "changes",
    [
        {"given": "Bob", "family": "Ruiz"},
        {"born": None, "phone": "(703) 555-0101", "family": "Ruiz"},
        {"born": date(1980, 9, 4)},
        {"given": "Hernandez", "family": "Robert", "born": None, "phone": ""},
        {"family": "Hernandes", "born": date(1980, 12, 31), "phone": ""},
        {"born": None, "phone": "", "family": "Hernandes", "given": "Bob"},
    ],
)
def test_some_key_brings_a_person_together(changes: dict[str, object]) -> None:
    other = Record(**{**vars(BASE), "id": "b", "identifier": "", "email": "", **changes})
    assert sharing([other, BASE]) == [("a", "b")]


def test_unknown_values_bring_nobody_together() -> None:
    blank = [Record(id, "police", "police") for id in "abc"]
    assert sharing(blank) == []
    assert not any(own_keys(normal(blank[0])))


def test_the_fixed_chances_are_chances_and_better_agreement_weighs_more() -> None:
    model = fixed_model()
    assert set(FIXED) == {field.name for field in FIELDS}
    for name, pairs in FIXED.items():
        assert sum(m for m, _ in pairs) == pytest.approx(1) and sum(u for _, u in pairs) == pytest.approx(1)
        assert model.weight(name, 0) > 0 > model.weight(name, len(pairs) - 1)


def test_forms_of_a_name() -> None:
    assert full_names("lupe") == {"lupe", "guadalupe"}
    assert full_names("beto") == {"beto", "albert", "humberto", "robert"}
    assert full_names("") == frozenset()


@given(st.floats(-5000, 5000))
def test_a_probability_is_one(weight: float) -> None:
    assert 0 <= probability(weight) <= 1
    assert probability(weight) + probability(-weight) == pytest.approx(1)


def weighed(links: dict[tuple[int, int], float]) -> Weighed:
    left, right = np.array([*links], np.int32).reshape(-1, 2).T
    return Weighed(left, right, np.array([*links.values()], float))


pairs = st.sampled_from([*combinations(range(6), 2)])


@given(st.dictionaries(pairs, st.floats(-30, 30)), st.sets(pairs))
def test_groups_under_any_links(links: dict[tuple[int, int], float], no: set[tuple[int, int]]) -> None:
    found = weighed(links)
    numbers = neighbourhoods(6, found, 0.0)
    groups = lists(grouped(numbers, found, Joining(2.0, 0.0, -3.0), no))
    assert sorted(place for group in groups for place in group) == list(range(6))
    for group in groups:
        inside = [*combinations(group, 2)]
        assert not no & {*inside} and len({*numbers[group]}) == 1
        assert len(group) == 1 or max(links.get(pair, -30.0) for pair in inside) >= 2.0
        assert sum(links.get(pair, -30.0) for pair in inside) >= 0.0


def test_a_chain_falls_apart_and_many_weak_links_hold() -> None:
    joining = Joining(2.0, 0.0, -3.0)
    chain = weighed({(0, 1): 9.0, (1, 2): 8.0, (0, 2): -20.0})
    assert lists(grouped(neighbourhoods(3, chain, 0.0), chain, joining)) == [[0, 1], [2]]
    weak = weighed({(0, 1): 9.0, (1, 2): 1.0, (0, 2): 1.5})
    assert lists(grouped(neighbourhoods(3, weak, 0.0), weak, joining)) == [[0, 1, 2]]


def test_a_huge_neighbourhood_is_cut_at_its_weakest_links() -> None:
    size = LARGEST + 100
    links = {(n, n + 1): 1.5 if n == 300 else 9.0 for n in range(size - 1)}
    numbers = neighbourhoods(size, weighed(links), 0.0)
    assert len({*numbers[:301]}) == 1 == len({*numbers[301:]}) and numbers[0] != numbers[-1]


def test_a_record_alone_and_many_at_once_have_the_same_keys() -> None:
    rows = [
        Record(**{**vars(BASE), "id": id, "given": given, **more})
        for id, given, more in (("a", "x", {}), ("b", "y", {"family": ""}), ("c", "", {"born": None}))
    ]
    features = feature_keys(columns(rows))
    found = np.stack([key_of(features, rule) for rule in RULES])
    assert found.T.tolist() == [own_keys(normal(row)) for row in rows]


def test_a_common_value_brings_nobody_together_but_with_another_it_does() -> None:
    """Hundreds of one surname: only those of one birth year as well are compared."""
    rows = [Record(f"r{n:03}", "s", "lab", "", "Garcia", born_part=str(1900 + n // 3)) for n in range(300)]
    found = sharing(rows)
    born = {row.id: row.born_part for row in rows}
    assert len(found) == 300 and all(born[a] == born[b] for a, b in found)
