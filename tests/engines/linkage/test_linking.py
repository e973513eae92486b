"""Linking few records: stories of two agencies, and what no run may ever do."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.linkage import (
    Link,
    Model,
    Record,
    Settings,
    VictimServiceRecord,
    explain,
    fixed_model,
    link,
)
from commonweal.engines.linkage.records import normal, plain, soundex

MAY = date(1984, 5, 7)
POLICE = Record("p1", "police", "police", "Guadalupe", "García López", MAY, "F", phone="(703) 555-0101")
SHELTER = Record("s1", "shelter", "hmis_shelter", "Lupe", "Garcia", MAY, "F", phone="703-555-0101")


def said(found: Link) -> dict[str, str | None]:
    return {part.field: part.level for part in found.evidence}


def test_a_nickname_and_half_a_surname_are_one_person_with_evidence() -> None:
    found = link([POLICE, SHELTER])
    (pair,) = found.pairs
    assert pair.probability > 0.99 and found.clusters == (("p1", "s1"),)
    assert said(pair) == {
        "given": "form_of_name",
        "family": "shared_surname",
        "born": "same",
        "phone": "same",
        "ssn_last4": None,
        "address": None,
        "sex": "same",
        "identifier": None,
        "postcode": None,
        "middle": None,
        "email": None,
        "birth_place": None,
        "occupation": None,
    }
    assert found.notes == ("fixed_weights_few_records",) and found.model.version.startswith("fixed-")


def test_names_written_in_the_wrong_order() -> None:
    swapped = replace(SHELTER, given="García López", family="Guadalupe", phone="")
    pair = explain(POLICE, swapped)
    assert said(pair)["given"] == "swapped" and said(pair)["family"] is None
    assert pair.probability > 0.99


def test_day_and_month_exchanged() -> None:
    pair = explain(POLICE, replace(SHELTER, born=date(1984, 7, 5)))
    assert said(pair)["born"] == "day_month_swapped" and pair.probability > 0.99


def test_the_same_common_name_alone_is_proposed_at_most_never_joined() -> None:
    a = Record("a", "police", "police", "Maria", "Garcia")
    b = Record("b", "shelter", "hmis_shelter", "Maria", "Garcia")
    found = link([a, b])
    assert found.clusters == (("a",), ("b",))
    assert explain(a, b).probability < 0.99


def test_the_same_name_with_another_birth_date_is_two_people() -> None:
    a = Record("a", "police", "police", "Maria", "Garcia", MAY)
    b = Record("b", "shelter", "hmis_shelter", "Maria", "Garcia", date(1999, 11, 23))
    assert link([a, b]).pairs == ()


def test_a_persons_no_is_kept() -> None:
    no = Settings(must_not_link=frozenset({frozenset({"p1", "s1"})}))
    found = link([POLICE, SHELTER], no)
    assert found.pairs == () and found.clusters == (("p1",), ("s1",))
    third = replace(POLICE, id="h1", source="health", given="Guadalupe", family="Garcia")
    groups = link([POLICE, SHELTER, third], no).clusters
    assert not any({"p1", "s1"} <= set(group) for group in groups)


def test_a_chain_does_not_make_two_people_one() -> None:
    ana = Record("a", "police", "police", "Ana", "Ruiz", date(1990, 1, 1), ssn_last4="1111")
    twin = Record("c", "shelter", "hmis_shelter", "Eva", "Ruiz", date(1990, 1, 1), ssn_last4="2222")
    between = Record("b", "health", "health", "", "Ruiz", date(1990, 1, 1))  # fits both
    loose = Settings(join=0.6, propose=0.55)
    assert explain(ana, between).probability > 0.9 < explain(between, twin).probability
    groups = link([ana, between, twin], loose).clusters
    assert not any({"a", "c"} <= set(group) for group in groups)
    assert len(groups) == 2


def test_within_and_across_sources() -> None:
    again = replace(POLICE, id="p2")
    assert [(p.left, p.right) for p in link([POLICE, again, SHELTER], Settings("dedupe")).pairs] == [
        ("p1", "p2")
    ]
    across = {(p.left, p.right) for p in link([POLICE, again, SHELTER], Settings("link")).pairs}
    assert across == {("p1", "s1"), ("p2", "s1")}


@pytest.mark.parametrize("origin", ["victim_service_provider", "victim_service", ""])
def test_a_victim_service_record_cannot_even_be_made(origin: str) -> None:
    with pytest.raises(VictimServiceRecord, match="excluded from linkage by law"):
        Record("v1", "haven", origin, "Ana", "Ruiz")
    with pytest.raises(VictimServiceRecord):
        replace(POLICE, origin=origin)


names = st.sampled_from(
    ["Ana", "Maria", "María José", "Bill", "William", "Garcia", "García Lopez", "O'Neil", ""]
)
days = st.one_of(st.none(), st.sampled_from([MAY, date(1984, 7, 5), date(1984, 5, 8), date(1950, 2, 3)]))
records = st.lists(
    st.builds(
        lambda source, **known: (source, known),
        source=st.sampled_from(["police", "health"]),
        given=names,
        family=names,
        born=days,
        sex=st.sampled_from(["F", "M", ""]),
        phone=st.sampled_from(["7035550101", "7035550102", ""]),
        ssn_last4=st.sampled_from(["1234", "1243", ""]),
    ),
    max_size=9,
).map(lambda rows: [Record(f"r{i}", source, source, **known) for i, (source, known) in enumerate(rows)])


@given(records, st.sets(st.frozensets(st.sampled_from([f"r{i}" for i in range(9)]), min_size=2, max_size=2)))
def test_groups_part_the_records_and_keep_every_no(found: list[Record], no: set[frozenset[str]]) -> None:
    answer = link(found, Settings(must_not_link=frozenset(no)))
    assert sorted(id for group in answer.clusters for id in group) == sorted(r.id for r in found)
    for group in answer.clusters:
        assert not any(pair <= set(group) for pair in no)
    for pair in answer.pairs:
        assert frozenset((pair.left, pair.right)) not in no
        assert pair.left < pair.right and 0.5 <= pair.probability <= 1


@given(records)
def test_weights_add_up_and_do_not_depend_on_the_order(found: list[Record]) -> None:
    model = fixed_model()
    for a, b in zip(found, found[1:], strict=False):
        pair, back = explain(a, b), explain(b, a)
        assert pair == back
        assert pair.weight == pytest.approx(model.prior_weight + sum(part.weight for part in pair.evidence))


@settings(max_examples=30)
@given(records)
def test_the_order_of_records_does_not_matter(found: list[Record]) -> None:
    assert link(found).clusters == link(found[::-1]).clusters


def test_normal_forms() -> None:
    assert plain("  O'Neil-Pérez,  JOSÉ ") == "oneil perez jose"
    # the National Archives' own examples
    assert [
        soundex(n) for n in ("washington", "lee", "gutierrez", "pfister", "jackson", "tymczak", "ashcraft")
    ] == [
        "W252".lower(),
        "L000".lower(),
        "G362".lower(),
        "P236".lower(),
        "J250".lower(),
        "T522".lower(),
        "A261".lower(),
    ]
    assert normal(POLICE).phone == normal(SHELTER).phone == "7035550101"


def test_bad_input_names_the_remedy() -> None:
    with pytest.raises(ValueError, match="two share an id"):
        link([POLICE, POLICE])
    with pytest.raises(ValueError, match="link_type: 'all'"):
        Settings("all")
    with pytest.raises(ValueError, match="propose"):
        Settings(propose=0.9, join=0.5)
    with pytest.raises(ValueError, match="two different ids"):
        Settings(must_not_link=frozenset({frozenset({"a"})}))
    with pytest.raises(ValueError, match="id: empty"):
        Record("", "police", "police")
    with pytest.raises(ValueError, match="prior"):
        fixed_model(0.0)
    with pytest.raises(ValueError, match="field sex needs m and u"):
        Model({"sex": ((0.9, 0.5),)}, 0.001, trained=False)
