"""Learning without labels from a town whose truth is known; Splink's weights and ours must agree."""

from collections import Counter
from itertools import combinations

import pytest

from commonweal.engines.linkage import Links, Record, Settings, explain, link
from commonweal.engines.linkage.records import normal
from commonweal.engines.linkage.splinking import predict
from engines.linkage.people import person, town


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


def test_splink_and_the_explanation_agree_field_by_field(records: list[Record], links: Links) -> None:
    by_id = {record.id: record for record in records}
    compared = 0
    for a, b, weights in predict([normal(r) for r in records], links.model, "both", 0.0):
        ours = {
            part.field: part.weight - part.rarity
            for part in explain(by_id[a], by_id[b], links.model).evidence
        }
        assert ours == pytest.approx(weights, abs=1e-6), (by_id[a], by_id[b])
        compared += 1
    assert compared > 1000


def test_a_rare_name_weighs_more_than_a_common_one(records: list[Record], links: Links) -> None:
    frequency = links.model.frequency["family"]
    common, rare = max(frequency, key=lambda n: frequency[n]), min(frequency, key=lambda n: (frequency[n], n))
    assert links.model.rarity("family", rare) > links.model.rarity("family", common)


def test_a_model_once_learned_serves_few_records(links: Links) -> None:
    pair = [Record(f"x{i}", s, s, "Rosa", "Kimura") for i, s in enumerate(("police", "health"))]
    found = link(pair, model=links.model)
    assert found.model is links.model and found.notes == ()
