"""`python -m bench.outreach [PEOPLE] [SEEDS]`: outreach rankings on generated counties whose need is known.

Prints, by seed, precision at the list's capacity (2 %), the best plain rule's, their ratio with its interval,
and the calibration error overall and in the worst group. Rivals (gradient boosting, Cox) stand beside it.
"""

import json
import sys

from commonweal.demo.latent import SYNTHETIC, county
from commonweal.engines.outreach import ALLOWED, History, judge, lacks, task_of


def measured(people: int, seed: int) -> dict[str, object]:
    """One county: two years, trained on three origins, calibrated on a fourth, judged on what came after."""
    found = [History(one.key, one.happenings, one.groups) for one in county(people, 104, seed)]
    task = task_of("crisis", 60, tuple(ALLOWED))
    _, report = judge(found, task, (365, 425, 485, 545), 605, 0.02)
    return {
        "seed": seed, "people": people, "listed": report.listed, "precision": round(report.ours, 3),
        "best_plain_rule": [report.best.name, round(report.best.precision, 3)],
        "ratio": round(report.ratio, 2),
        "interval": [round(report.interval.low, 2), round(report.interval.high, 2)],
        "calibration": round(report.calibration, 4),
        "worst_group": {name: round(value, 4) for name, value in report.audit.worst.items()},
        "compared": {one.name: round(one.precision, 3) for one in report.compared},
        "lacks": lacks(report), "data": SYNTHETIC,
    }  # fmt: skip


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    people, seeds = (*given, 4000, 2)[0], given[1] if len(given) > 1 else 2
    for seed in range(1, seeds + 1):
        print(json.dumps(measured(people, seed)))
