"""Encodings of several parties matched without labels: nearly as well as clear text, everybody once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from commonweal.engines.linkage import Record
from commonweal.engines.linkage.private import (
    Encoded,
    Encoder,
    Encoding,
    Matching,
    calibrated,
    comparing,
    match,
)
from commonweal.engines.linkage.private.threshold import from_scores
from engines.linkage.people import person, town

AGREED = Encoding("Outreach", ("address", "born", "family", "given", "phone", "sex"))
KEY = bytes(range(20, 60))
PARTIES = ("health", "police", "shelter")


@cache
def parties() -> tuple[Encoded, ...]:
    """Three agencies' encodings of one town; ids tell the truth, which nothing but the tests reads."""
    made = [r for r in town(1_200, seed=3) if sum(map(bool, (r.born, r.address, r.phone))) >= 2]
    return tuple(encoded([r for r in made if r.source == source], source) for source in PARTIES)


def encoded(records: Sequence[Record], source: str) -> Encoded:
    return Encoder(AGREED, KEY, source).encoded((r.id, r) for r in records)[0]


def truth(sides: Sequence[Encoded]) -> int:
    """How many pairs of two files are of one person."""
    found = [{person(id) for id in side.ids} for side in sides]
    return sum(len(a & b) for n, a in enumerate(found) for b in found[n + 1 :])


def scores(found: Matching, sides: Sequence[Encoded]) -> tuple[float, float]:
    right = sum(person(one.id_a) == person(one.id_b) for one in found.matches)
    return right / max(1, len(found.matches)), right / truth(sides)


def test_two_parties_are_linked_at_a_threshold_nobody_set() -> None:
    sides = parties()[:2]
    found = match(sides, AGREED.fingerprint)
    precision, recall = scores(found, sides)
    assert precision > 0.97 and recall > 0.85
    told = found.calibrations["health", "police"]
    shared = truth(sides) / min(len(side.ids) for side in sides)
    assert told.shared == pytest.approx(shared, abs=0.12)
    assert told.precision == pytest.approx(precision, abs=0.03)


def test_three_parties_give_groups_with_each_party_once() -> None:
    found = match(parties(), AGREED.fingerprint)
    precision, recall = scores(found, parties())
    assert precision > 0.97 and recall > 0.8
    assert any(len(group) == 3 for group in found.groups)
    for group in found.groups:
        assert len({source for source, _ in group}) == len(group)
    everybody = [end for group in found.groups for end in group]
    assert len(set(everybody)) == len(everybody)


def test_files_with_nobody_in_common_are_hardly_linked() -> None:
    sides = parties()[:2]
    mine = {person(id) for id in sides[0].ids}
    apart = [n for n, id in enumerate(sides[1].ids) if person(id) not in mine]
    strangers = Encoded("police", tuple(sides[1].ids[n] for n in apart), sides[1].bits[apart])
    found = match([sides[0], strangers], AGREED.fingerprint)
    assert len(found.matches) <= 0.02 * len(apart)


def test_the_order_of_rows_and_of_files_changes_nothing() -> None:
    one, other = parties()[:2]
    turned = Encoded(one.source, one.ids[::-1], np.ascontiguousarray(one.bits[::-1]))
    pairs = {(m.id_a, m.id_b) for m in match([one, other], "seed", 0.62).matches}
    again = {(m.id_a, m.id_b) for m in match([turned, other], "seed", 0.62).matches}
    swapped = {(m.id_b, m.id_a) for m in match([other, one], "seed", 0.62).matches}
    assert len(pairs) > 100
    assert len(pairs ^ again) <= 2 and len(pairs ^ swapped) <= 2


def test_buckets_find_nearly_all_that_comparing_all_pairs_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = parties()[:2]
    every = {(m.id_a, m.id_b) for m in match(sides, "seed", 0.65).matches}
    monkeypatch.setattr(comparing, "ALL_BELOW", 0)
    some = {(m.id_a, m.id_b) for m in match(sides, "seed", 0.65).matches}
    assert len(some & every) >= 0.97 * len(every)
    compared = sum(
        comparing.collisions(*keys) for keys in comparing.tables(sides[0].bits, sides[1].bits, "seed")
    )
    assert compared <= comparing.BUDGET * len(sides[0].ids) * len(sides[1].ids)


def test_what_does_not_fit_is_refused() -> None:
    one, other = parties()[:2]
    with pytest.raises(ValueError, match="two or more"):
        match([one], "seed")
    with pytest.raises(ValueError, match="name of its own"):
        match([one, one], "seed")
    with pytest.raises(ValueError, match="differ in length"):
        match([one, replace(other, bits=other.bits[:, :8])], "seed")
    few = Encoded("few", other.ids[:5], other.bits[:5])
    with pytest.raises(ValueError, match="few: 5 records"):
        calibrated(one, few)
    assert match([one, few], "seed", 0.7).calibrations == {}
    with pytest.raises(ValueError, match="one stands twice"):
        Encoded("twice", ("a", "a"), other.bits[:2])


def test_a_threshold_lies_above_strangers_and_below_matches() -> None:
    rng = np.random.default_rng(8)
    strangers = rng.normal(0.55, 0.01, 1_000)
    first = np.where(np.arange(1_000) < 400, rng.normal(0.8, 0.04, 1_000), rng.normal(0.55, 0.01, 1_000))
    found = from_scores(first, strangers)
    assert 0.56 < found.threshold < 0.75
    assert found.shared == pytest.approx(0.4, abs=0.08)
    assert found.precision > 0.98 and found.recall > 0.85
