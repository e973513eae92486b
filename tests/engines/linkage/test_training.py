"""Learning without labels from a town whose truth is known; Splink's weights and ours must agree."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from commonweal.engines.linkage import Links, Record, Settings, link
from commonweal.engines.linkage.columns import columns
from commonweal.engines.linkage.gathering import pairs_worth
from commonweal.engines.linkage.learning import learned
from commonweal.engines.linkage.levels import BY_NAME
from commonweal.engines.linkage.splinking import Comparing, DuckDB
from commonweal.engines.linkage.weighing import weights
from engines.linkage.people import GIVEN, person, town


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return town(1600, seed=4)


@pytest.fixture(scope="module")
def links(records: list[Record]) -> Links:
    return link(records, Settings("both"))


def test_most_people_are_found_and_hardly_anybody_is_mistaken(records: list[Record], links: Links) -> None:
    linked = {pair for group in links.clusters for pair in combinations(group, 2)}
    right = sum(person(a) == person(b) for a, b in linked)
    counts = Counter(person(record.id) for record in records)
    true = sum(n * (n - 1) // 2 for n in counts.values())
    assert right / len(linked) > 0.99
    assert right / true > 0.85


def test_probabilities_mean_what_they_say(links: Links) -> None:
    sure = [pair for pair in links.pairs if pair.probability > 0.999]
    assert sum(person(p.left) == person(p.right) for p in sure) / len(sure) > 0.99


def test_the_model_says_that_it_learned(links: Links) -> None:
    assert links.model.trained and links.notes == () and links.model.version.startswith("splink-")
    assert "garcia" not in repr(links.model)
    for levels in links.model.chances.values():
        assert sum(m for m, _ in levels) == pytest.approx(1) and sum(u for _, u in levels) == pytest.approx(1)
    assert links.model.shared and 0 < links.model.household < 0.1
    for by_level in links.model.shared.values():
        assert sum(by_level) == pytest.approx(1)


def test_splink_the_arrays_and_the_explanation_agree(records: list[Record], links: Links) -> None:
    all_of = columns(records)
    rows = [all_of.normal(place) for place in range(len(all_of))]
    pairs = Comparing(all_of, DuckDB()).compared(*pairs_worth(all_of, "both"))
    found = weights(links.model, pairs, all_of)
    assert len(found) > 1000
    for place in range(0, len(found), max(1, len(found) // 1500)):
        a, b = rows[pairs.left[place]], rows[pairs.right[place]]
        ours = [BY_NAME[name].level(a, b) for name in pairs.fields]
        theirs = [None if level < 0 else int(level) for level in pairs.levels[place]]
        assert ours == theirs, (a, b)
        assert links.model.total(links.model.evidence(a, b)) == pytest.approx(found[place])


def test_the_share_of_pairs_of_one_person_is_learned(records: list[Record], links: Links) -> None:
    counts = Counter(person(record.id) for record in records).values()
    true = sum(n * (n - 1) / 2 for n in counts) / (len(records) * (len(records) - 1) / 2)
    assert true / 2 < links.model.prior < true * 2


def test_relatives_at_one_address_are_two_people() -> None:
    """A town of couples who share surname, address and telephone."""
    one = [replace(record, id=f"{record.id}-1") for record in town(1000, seed=12)]
    two = [
        replace(
            record,
            id=f"x{record.id}-2",
            ssn_last4="",
            given=GIVEN[(GIVEN.index(given) + 5) % len(GIVEN)]
            if (given := record.given) in GIVEN
            else "wendy",
            born=record.born and date(2040 - record.born.year, record.born.month, 28 - record.born.day % 28),
        )
        for record in one[:900]
    ]
    found = link([*one, *two], Settings("both"))
    linked = [pair for group in found.clusters for pair in combinations(group, 2)]
    assert len(linked) > 1000
    mixed = sum(a.startswith("x") != b.startswith("x") for a, b in linked)
    assert mixed / len(linked) < 0.02


def test_learning_finds_what_made_the_patterns() -> None:
    """Levels drawn from known chances: the estimates come back, and the household's kind is kept apart."""
    rng = np.random.default_rng(8)
    fields = ("given", "family", "sex")
    m = {
        "given": (0.8, 0.01, 0.05, 0.02, 0.04, 0.01, 0.07),
        "family": (0.85, 0.05, 0.04, 0.01, 0.05),
        "sex": (0.97, 0.03),
    }
    u = {
        "given": (0.01, 0.0001, 0.002, 0.001, 0.002, 0.001, 0.9839),
        "family": (0.01, 0.001, 0.001, 0.001, 0.987),
        "sex": (0.5, 0.5),
    }
    kinds = [(m, 6_000), ({**u, "family": m["family"]}, 3_000), (u, 91_000)]
    levels = np.vstack(
        [
            np.stack([rng.choice(len(kind[name]), size, p=kind[name]) for name in fields], axis=1)
            for kind, size in kinds
        ]
    ).astype(np.int8)
    found = learned(levels, fields, {name: list(u[name]) for name in fields}, 5_000, 100_000.0)
    assert found.same == pytest.approx(0.06, rel=0.15) and found.converged
    assert found.m["given"][0] == pytest.approx(0.8, abs=0.08)
    assert found.h["given"] == found.u["given"] and found.h["family"][0] > 0.5


def test_a_rare_name_weighs_more_than_a_common_one(records: list[Record], links: Links) -> None:
    frequency = links.model.frequency["family"]
    common, rare = max(frequency, key=lambda n: frequency[n]), min(frequency, key=lambda n: (frequency[n], n))
    assert links.model.rarity("family", rare) > links.model.rarity("family", common)


def test_a_model_once_learned_serves_few_records(links: Links) -> None:
    pair = [Record(f"x{i}", s, s, "Rosa", "Kimura") for i, s in enumerate(("police", "health"))]
    found = link(pair, model=links.model)
    assert found.model is links.model and found.notes == ()
