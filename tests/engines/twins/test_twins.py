"""Entries that look like one service: what is proposed, what never is, and that no likely pair is missed."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.engines.twins import MOST, Listing, compare, likely_twins
from commonweal.engines.twins.likeness import address_key, organization_key, page_key

SHELTER = Listing(
    "a", "Harbor Night Shelter", "Harbor House, Inc.", frozenset({"+14155550100"}),
    frozenset({"12 Quay Street"}), "https://www.harbor.example/beds/",
)  # fmt: skip
AGAIN = replace(SHELTER, id="b", name="Harbor night shelter", provider="The Harbor House")


def levels(left: Listing, right: Listing) -> dict[str, str]:
    """What each field came out as."""
    found = compare(left, right)
    assert found is not None
    return {point.field: point.level for point in found.evidence}


def test_the_same_service_written_twice_is_found_with_what_agrees() -> None:
    [found] = likely_twins([AGAIN, SHELTER])
    assert (found.left, found.right, found.score) == ("a", "b", 1.0)
    assert set(levels(SHELTER, AGAIN).values()) == {"same"}


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("Harbor Night Sheltter", True),
        ("Harbor House Harbor Night Shelter", True),
        ("Night Shelter Harbor", True),
        ("Harbor Night Shelter 2", False),
        ("Food pantry", False),
        ("Legal aid for tenants", False),
    ],
)
def test_names_may_differ_by_a_slip_and_never_by_a_number(name: str, is_found: bool) -> None:
    provider = "Harbor House" if name.startswith("Harbor House ") else AGAIN.provider
    assert (compare(SHELTER, replace(AGAIN, name=name, provider=provider)) is not None) is is_found


def test_a_name_alone_is_never_enough() -> None:
    """Two towns each have a "Food pantry"; nothing else agrees."""
    here = Listing("a", "Food pantry", "St Anne", frozenset({"+14155550101"}))
    there = Listing("b", "Food pantry", "Grace Church", frozenset({"+14155550102"}))
    assert compare(here, there) is None
    assert compare(here, replace(there, phones=frozenset())) is None
    assert compare(here, replace(there, phones=here.phones)) is not None, "two names of one organisation?"


def test_branches_of_one_service_at_two_addresses_are_no_twins() -> None:
    branch = replace(AGAIN, addresses=frozenset({"900 Hill Ave"}), url="", phones=frozenset({"+14155550999"}))
    assert compare(SHELTER, branch) is None


def test_what_is_unknown_counts_neither_for_nor_against() -> None:
    bare = replace(AGAIN, addresses=frozenset(), url="", phones=frozenset())
    assert levels(SHELTER, bare) == {
        "name": "same", "organization": "same", "phone": "unknown", "address": "unknown", "url": "unknown",
    }  # fmt: skip


def test_one_list_s_organisation_is_the_others_service() -> None:
    """Telephone and address agree, the organisation is called otherwise: both names are read together."""
    one = Listing("a", "A Woman's Place", "CATS", frozenset({"+14155550100"}), frozenset({"12 Quay St"}))
    other = replace(
        one, id="b", name="Women's Shelter", provider="Community Awareness Services (CATS) - A Woman's Place"
    )
    assert levels(one, other)["name"] == "close"
    assert compare(one, replace(other, phones=frozenset({"+14155550999"}))) is None


def test_programmes_of_one_house_are_not_one_service() -> None:
    meals = replace(SHELTER, id="c", name="Warm meals")
    classes = replace(SHELTER, id="d", name="Evening classes")
    assert likely_twins([SHELTER, meals, classes]) == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("12 Quay Street", "12 quay st"),
        ("12 QUAY ST., Suite 4", "12 quay st"),
        ("12 Quay St #4", "12 quay st"),
        ("900 North Hill Avenue", "900 n hill ave"),
        ("P.O. Box 12", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_an_address_reads_one_way(written: str, key: str) -> None:
    assert address_key(written) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("https://www.Harbor.example/Beds/", "harbor.example/beds"),
        ("harbor.example/beds", "harbor.example/beds"),
        ("https://harbor.example/", ""),
        ("", ""),
    ],
)
def test_a_page_reads_one_way_and_a_front_page_says_nothing(written: str, key: str) -> None:
    assert page_key(written) == key


def test_a_legal_form_is_no_part_of_a_name() -> None:
    assert organization_key("The Harbor House, Inc.") == organization_key("Harbor House") == "harbor house"


def test_pairs_that_were_decided_are_never_proposed_again() -> None:
    assert likely_twins([SHELTER, AGAIN], apart=frozenset({("a", "b")})) == []


def test_a_hotline_of_a_whole_region_does_not_compare_everybody_with_everybody() -> None:
    many = [Listing(f"{n:04}", f"Office {n}", "", frozenset({"211"})) for n in range(MOST + 50)]
    twice = Listing("zzzz", "Office 7", "", frozenset({"211"}))
    assert [(t.left, t.right) for t in likely_twins([*many, twice])] == [("0007", "zzzz")]


WORDS = ["harbor", "night", "shelter", "food", "pantry", "clinic", "2", "north"]
NAMES = some.lists(some.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
LISTINGS = some.lists(
    some.builds(
        Listing,
        id=some.uuids().map(str),
        name=NAMES,
        provider=some.sampled_from(["", "Harbor House", "Harbor House Inc", "Grace"]),
        phones=some.frozensets(some.sampled_from(["1", "2", "3"]), max_size=2),
        addresses=some.frozensets(some.sampled_from(["1 A St", "1 A Street", "2 B Ave", "Box"]), max_size=2),
        url=some.sampled_from(["", "a.example/x", "b.example"]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(LISTINGS)
def test_no_likely_pair_is_missed_by_comparing_neighbours_only(listings: list[Listing]) -> None:
    every = {(t.left, t.right) for a, b in combinations(listings, 2) if (t := compare(a, b))}
    assert {(t.left, t.right) for t in likely_twins(listings)} == every


@given(LISTINGS)
def test_the_order_of_the_list_does_not_matter(listings: list[Listing]) -> None:
    found = likely_twins(listings)
    assert found == likely_twins(list(reversed(listings)))
    assert all(0 <= t.score <= 1 and t.left < t.right for t in found)
    assert [t.score for t in found] == sorted((t.score for t in found), reverse=True)
