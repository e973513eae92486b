"""Two readings of the same page must agree: the engine on its packs, and the plain reference."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import cast

import pytest

from commonweal import packs
from commonweal.engines.disclosure import Facts, Policy, Question, decide
from spec import disclosure_reference, disclosure_requests

POLICY = Policy.compile([packs.read("policy/us_federal.yaml"), packs.read("policy/uk.yaml")])
SEEDS = range(12)
EACH = 2500


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_agrees_with_the_plain_reading(seed: int) -> None:
    random, seen = Random(seed), Counter[str]()
    for _ in range(EACH):
        request = disclosure_requests.wide(random)
        facts = cast("dict[str, object]", request["facts"])
        question = Question(str(request["actor"]), str(request["category"]), str(request["purpose"]))
        verdict = decide(question, Facts.read(facts), POLICY)
        expected = disclosure_reference.answer(request, disclosure_requests.DEFAULTS)
        assert (verdict.decision, verdict.fields, verdict.obligations) == expected, request
        seen[verdict.decision] += 1
    # Agreement on denials alone would prove little.
    assert seen["allow"] > EACH / 100 and seen["redact"] > EACH / 100
