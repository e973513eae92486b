"""The classifier: what it must always do. How it carries to a third city stands in test_left_out_city."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.terms import Known, TermsError, train

from .vocabularies import shipped

KNOWN = [
    Known("SUICIDAL PERSON", "Crisis", 50),
    Known("MENTAL HEALTH CASE", "Crisis", 40),
    Known("TRAFFIC STOP", "Traffic", 900),
    Known("MVC HIT AND RUN", "Traffic", 80),
    Known("THEFT FROM VEHICLE", "Property", 60),
    Known("BURG RESID", "Property", 30),
]


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("PSYCHIATRIC EMERG", "Crisis"),
        ("TRAF VIOL", "Traffic"),
        ("LARCENY", "Property"),
        ("SUICIDE ATTEMPT W/WPN", "Crisis"),
    ],
)
def test_it_generalises_by_meaning(label: str, category: str) -> None:
    """None of these words stands in the known labels."""
    assert train(KNOWN, shipped()).predict([label])[0].category == category


def test_it_gives_the_same_answer_twice_and_whatever_the_company() -> None:
    first, second = train(KNOWN, shipped()), train(list(KNOWN), shipped())
    assert first.predict(["BURGLARY"]) == second.predict(["BURGLARY"])
    assert first.predict(["BURGLARY"])[0] == first.predict(["TRAFFIC", "BURGLARY"])[1]


def test_nearest_are_known_labels_most_alike_first() -> None:
    assert train(KNOWN, shipped()).predict(["TRAFFIC STOP NIGHT"])[0].nearest[0] == "TRAFFIC STOP"


def test_no_labels_give_no_predictions() -> None:
    assert train(KNOWN, shipped()).predict([]) == []


CLASSIFIER = train(KNOWN, shipped())


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
@settings(max_examples=50)
def test_every_label_gets_a_category_with_a_probability(labels: list[str]) -> None:
    predictions = CLASSIFIER.predict(labels)
    assert [prediction.label for prediction in predictions] == labels
    for prediction in predictions:
        assert prediction.category in {"Crisis", "Traffic", "Property"}
        assert 1 / 3 - 0.001 <= prediction.confidence <= 1


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ([], "fewer than two categories"),
        ([Known("a", "A"), Known("b", "A")], "fewer than two categories"),
        ([Known("a", "A"), Known("b", "B", 0)], "count is not above zero"),
    ],
)
def test_too_little_to_learn_from_is_refused(known: list[Known], message: str) -> None:
    with pytest.raises(TermsError, match=message):
        train(known, shipped())
