"""A million random questions through the disclosure engine: count, decisions a second, p99.

    PYTHONPATH=src:tests python bench/disclosure.py [COUNT]

Questions come from the generator of the specification tests and are made beforehand in batches, so that only
`decide` is timed, each call alone. With --agree the plain reference answers the same questions and the first
disagreement stops the run.
"""

from __future__ import annotations

import argparse
import gc
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter_ns
from typing import cast

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from commonweal import packs  # noqa: E402
from commonweal.engines.disclosure import Facts, Permit, Policy, Question, Refusal, decide  # noqa: E402
from spec import disclosure_reference, disclosure_requests  # noqa: E402

BATCH = 10_000
TARGET_US = 100.0
Asked = tuple[dict[str, object], Question, Facts]


def batch(random: Random, size: int) -> Iterator[Asked]:
    """Questions with their facts, as read from the published form."""
    for _ in range(size):
        request = disclosure_requests.request(random)
        question = Question(str(request["actor"]), str(request["category"]), str(request["purpose"]))
        yield request, question, Facts.read(cast("dict[str, object]", request["facts"]))


def disagreement(request: dict[str, object], verdict: Permit | Refusal) -> bool:
    """Whether the plain reference reads the request otherwise."""
    expected = disclosure_reference.answer(request, disclosure_requests.DEFAULTS)
    return (verdict.decision, verdict.fields, verdict.obligations) != expected


def timed(policy: Policy, asked: list[Asked], spent: array[int]) -> list[Permit | Refusal]:
    """The answers, with the nanoseconds of each appended to ``spent``."""
    gc.collect()
    gc.freeze()  # the prepared questions are not the engine's to sweep
    answers: list[Permit | Refusal] = []
    for _, question, facts in asked:
        start = perf_counter_ns()
        verdict = decide(question, facts, policy)
        spent.append(perf_counter_ns() - start)
        answers.append(verdict)
    gc.unfreeze()
    return answers


def main() -> int:
    """Run, print one line, return 0 if p99 is under a tenth of a millisecond and nobody disagreed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--agree", action="store_true", help="ask the plain reference too (slow)")
    chosen = parser.parse_args()
    policy = Policy.compile([packs.read("policy/us_federal.yaml"), packs.read("policy/uk.yaml")])
    random, spent, seen = Random(0), array("q"), Counter[str]()
    timed(policy, list(batch(random, BATCH)), array("q"))  # warm
    while len(spent) < chosen.count:
        asked = list(batch(random, min(BATCH, chosen.count - len(spent))))
        answers = timed(policy, asked, spent)
        seen.update(verdict.decision for verdict in answers)
        for (request, _, _), verdict in zip(asked, answers, strict=True):
            if chosen.agree and disagreement(request, verdict):
                print(f"disagreement on {request}: {verdict}")
                return 1
    ordered = sorted(spent)
    p50, p99 = ordered[len(ordered) // 2] / 1000, ordered[len(ordered) * 99 // 100] / 1000
    rate = len(spent) / (sum(spent) / 1e9)
    shares = ", ".join(f"{name} {count / len(spent):.1%}" for name, count in seen.most_common())
    print(f"{len(spent):,} decisions ({shares}), {rate:,.0f} a second, p50 {p50:.1f} us, p99 {p99:.1f} us")
    return 0 if p99 < TARGET_US else 1


if __name__ == "__main__":
    sys.exit(main())
