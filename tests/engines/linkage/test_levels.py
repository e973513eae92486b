"""Each level of agreement by example, the keys that bring a pair together, and groups under any links."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.linkage import Record
from commonweal.engines.linkage.blocking import RULES, candidate_pairs
from commonweal.engines.linkage.clustering import clusters
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
        ("given", {"given": "Roberta"}, "close"),
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
        ("birth_place", {"birth_place": "Oaxacca"}, "close"),
        ("occupation", {"occupation": "baker"}, "differs"),
        ("given", {"given": "Unknown"}, None),
        ("family", {"family": "A Lady in the House"}, None),
    ],
)
def test_levels_by_example(field: str, changes: dict[str, object], expected: str | None) -> None:
    assert level(field, **changes) == expected


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
    other = normal(Record(**{**vars(BASE), "id": "b", "identifier": "", "email": "", **changes}))
    assert [(a.id, b.id) for a, b in candidate_pairs([other, normal(BASE)])] == [("a", "b")]


def test_unknown_values_bring_nobody_together() -> None:
    blank = [normal(Record(id, "police", "police")) for id in "abc"]
    assert list(candidate_pairs(blank)) == []
    assert all(rule.key(blank[0]) == "" for rule in RULES)


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


ids = list("abcdef")
pairs = st.sampled_from([frozenset(pair) for pair in combinations(ids, 2)])


@given(st.dictionaries(pairs, st.floats(0, 30)), st.sets(pairs), st.sets(pairs))
def test_groups_under_any_links(
    links: dict[frozenset[str], float], agreeing: set[frozenset[str]], no: set[frozenset[str]]
) -> None:
    groups = clusters(
        ids,
        [(min(pair), max(pair), weight) for pair, weight in links.items()],
        lambda a, b: frozenset((a, b)) in agreeing or frozenset((a, b)) in links,
        no,
    )
    assert sorted(id for group in groups for id in group) == ids
    for group in groups:
        assert not any(pair <= set(group) for pair in no)
        assert len(group) == 1 or any(pair <= set(group) for pair in links)
