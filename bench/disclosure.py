"""A million random questions through the disclosure engine: count, decisions a second, p99.

    PYTHONPATH=src:tests python bench/disclosure.py [COUNT]

A fifth as many are asked before with 10,000 grants of agreements and 100,000 consents in force, of which each
question meets those between two agencies and of one person.

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
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter_ns, thread_time_ns
from typing import Any, cast

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from commonweal import packs  # noqa: E402
from commonweal.engines.disclosure import (  # noqa: E402
    Clause,
    Consent,
    Facts,
    Permit,
    Policy,
    Question,
    Refusal,
    decide,
)
from commonweal.kernel import sweeping  # noqa: E402
from spec import disclosure_reference, disclosure_requests  # noqa: E402

BATCH = 10_000
TARGET_US = 100.0
TARGET_RATE = 20_000
GRANTS, CONSENTS = 10_000, 100_000
POLICY = Policy.compile([packs.read("policy/us_federal.yaml"), packs.read("policy/uk.yaml")])
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


class InForce:
    """10,000 clauses of agreements and 100,000 consents, found by pair of agencies and by person."""

    def __init__(self, random: Random) -> None:
        whole = {name: frozenset(fields) for name, fields in POLICY.book.vocabulary.categories.items()}
        self.clauses: dict[int, list[Clause]] = {pair: [] for pair in range(2_000)}
        self.consents: dict[int, list[Consent]] = {person: [] for person in range(40_000)}
        for number in range(GRANTS):
            actor, category, purpose = disclosure_requests.question(random)
            clause = Clause(whole[category], category, frozenset({actor}), frozenset({purpose}))
            self.clauses[number % len(self.clauses)].append(clause)
        for _ in range(CONSENTS):
            said = cast("dict[str, Any]", disclosure_requests.consent(random))
            self.consents[random.randrange(len(self.consents))].append(Consent(**said))

    def laid(self, facts: Facts, random: Random) -> Facts:
        """The facts with what is in force between some pair of agencies, for some person."""
        person, pair = random.randrange(len(self.consents)), random.randrange(len(self.clauses))
        return replace(facts, consents=tuple(self.consents[person]), clauses=tuple(self.clauses[pair]))


def measure(count: int, agree: bool, held: InForce | None) -> Spent | None:
    """So many questions, timed and told; None where the plain reference disagrees with one."""
    random, spent, seen = Random(0), Spent(), Counter[str]()
    timed(POLICY, list(batch(random, BATCH)), Spent())  # warm
    while len(spent.clock) < count:
        asked = list(batch(random, min(BATCH, count - len(spent.clock))))
        if held:
            asked = [(said, question, held.laid(facts, random)) for said, question, facts in asked]
        answers = timed(POLICY, asked, spent)
        seen.update(verdict.decision for verdict in answers)
        for (request, _, _), verdict in zip(asked, answers, strict=True):
            if agree and disagreement(request, verdict):
                print(f"disagreement on {request}: {verdict}")
                return None
    done = len(spent.clock)
    shares = ", ".join(f"{name} {count / done:.1%}" for name, count in seen.most_common())
    alike = ", each as the plain reference answers it" if agree else ""
    print(f"{done:,} decisions{alike} ({shares}), {spent.summary()}", flush=True)
    return spent


def met(spent: Spent | None) -> bool:
    """Whether p99 of processor time is under 0.1 ms and the rate, by processor time, high enough."""
    if spent is None:
        return False
    rate = len(spent.processor) / (sum(spent.processor) / 1e9)
    return share(spent.processor, 99) < TARGET_US and rate >= TARGET_RATE


def main() -> int:
    """Two runs: a stock of grants and consents in force, then the published form. 0 where both are met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--agree", action="store_true", help="ask the plain reference too (slow)")
    chosen = parser.parse_args()
    held = InForce(Random(1))
    sweeping.settle()  # as `commonweal serve` does
    print(f"{GRANTS:,} grants and {CONSENTS:,} consents in force: ", end="")
    first = met(measure(max(chosen.count // 5, 1), agree=False, held=held))
    print("as published: ", end="")
    second = met(measure(chosen.count, chosen.agree, held=None))
    print(f"p99 of processor time under {TARGET_US:.0f} us, {TARGET_RATE:,} a second: {first and second}")
    return 0 if first and second else 1


if __name__ == "__main__":
    sys.exit(main())
