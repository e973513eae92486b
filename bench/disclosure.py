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
from time import perf_counter_ns, thread_time_ns
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
        request = disclosure_requests.wide(random)
        question = Question(str(request["actor"]), str(request["category"]), str(request["purpose"]))
        yield request, question, Facts.read(cast("dict[str, object]", request["facts"]))


def disagreement(request: dict[str, object], verdict: Permit | Refusal) -> bool:
    """Whether the plain reference reads the request otherwise."""
    expected = disclosure_reference.answer(request, disclosure_requests.DEFAULTS)
    return (verdict.decision, verdict.fields, verdict.obligations) != expected


class Spent:
    """Nanoseconds of each decision, by the clock and of processor time."""

    def __init__(self) -> None:
        self.clock, self.processor = array("q"), array("q")

    def summary(self) -> str:
        """Decisions a second, p50 and p99."""
        rate = len(self.clock) / (sum(self.clock) / 1e9)
        parts = [
            f"{name} p50 {share(times, 50):.1f} us, p99 {share(times, 99):.1f} us"
            for name, times in (("clock", self.clock), ("processor", self.processor))
        ]
        return f"{rate:,.0f} a second; {'; '.join(parts)}"


def share(times: array[int], percent: int) -> float:
    """A percentile in microseconds."""
    return sorted(times)[len(times) * percent // 100] / 1000


def timed(policy: Policy, asked: list[Asked], spent: Spent) -> list[Permit | Refusal]:
    """The answers, each timed alone."""
    gc.collect()
    gc.freeze()  # the prepared questions are not the engine's to sweep
    answers: list[Permit | Refusal] = []
    for _, question, facts in asked:
        busy, start = thread_time_ns(), perf_counter_ns()
        verdict = decide(question, facts, policy)
        spent.clock.append(perf_counter_ns() - start)
        spent.processor.append(thread_time_ns() - busy)
        answers.append(verdict)
    gc.unfreeze()
    return answers


def main() -> int:
    """Run, print one line, return 0 if p99 of processor time is under 0.1 ms and nobody disagreed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--agree", action="store_true", help="ask the plain reference too (slow)")
    chosen = parser.parse_args()
    policy = Policy.compile([packs.read("policy/us_federal.yaml"), packs.read("policy/uk.yaml")])
    random, spent, seen = Random(0), Spent(), Counter[str]()
    timed(policy, list(batch(random, BATCH)), Spent())  # warm
    while len(spent.clock) < chosen.count:
        asked = list(batch(random, min(BATCH, chosen.count - len(spent.clock))))
        answers = timed(policy, asked, spent)
        seen.update(verdict.decision for verdict in answers)
        for (request, _, _), verdict in zip(asked, answers, strict=True):
            if chosen.agree and disagreement(request, verdict):
                print(f"disagreement on {request}: {verdict}")
                return 1
    done = len(spent.clock)
    shares = ", ".join(f"{name} {count / done:.1%}" for name, count in seen.most_common())
    print(f"{done:,} decisions ({shares}), {spent.summary()}")
    return 0 if share(spent.processor, 99) < TARGET_US else 1


if __name__ == "__main__":
    sys.exit(main())
