"""From which likeness two encodings are of one person, learned without labels.

Each file holds a person once, so that of a record's two best partners in the other file at most one is the
same person: the second best shows how alike strangers get, relatives and namesakes included (the reasoning
of decoys: Elias & Gygi 2007). What share of records has no partner at all follows from how many of the
best are no better than that (Storey 2002). A threshold's precision and recall can then be told, and the one
with the highest F0.5 is taken: precision first, since a false link tells a confidence to the wrong agency.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.private.comparing import Encoded, best_of

SAMPLE = 1_500
FEWEST = 30  # records from which a tail is learned
EULER = 0.5772156649
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """The threshold for two files, and what it is expected to reach before one-to-one assignment."""

    threshold: float
    precision: float
    recall: float
    shared: float  # share of the first file's records that have a partner in the second
    sampled: int


def calibrated(left: Encoded, right: Encoded) -> Calibration:
    """Learn the threshold from up to 1,500 records of the smaller file; ValueError for files too small."""
    one, other = sorted((left, right), key=lambda side: len(side.ids))
    if len(one.ids) < FEWEST:
        raise ValueError(
            f"{one.source}: {len(one.ids)} records; give at least {FEWEST}, or say the threshold yourself"
        )
    rows = np.unique(np.linspace(0, len(one.ids) - 1, SAMPLE).astype(np.int64))
    best = best_of(one, other, rows)
    return from_scores(best.score[:, 0], best.score[:, 1])


def from_scores(first: Scores, second: Scores) -> Calibration:
    """The threshold from each record's best and second-best likeness."""
    strangers, found = second, _chosen(first, second)
    for _ in range(3):
        matched = second[first >= found.threshold]
        strangers = matched if len(matched) >= FEWEST else strangers
        found = _chosen(first, strangers)
    return found


def _chosen(first: Scores, strangers: Scores) -> Calibration:
    """The threshold with the highest expected F0.5."""
    # One record more than was seen: that none stands alone cannot be learned from a sample.
    alone = min(1.0, 2 * (float(np.mean(first < np.median(strangers))) + 1 / len(first)))
    shared = max(1 - alone, 1 / len(first))
    steps = np.unique(np.round(np.concatenate([first, strangers]), 3))
    above = (first >= steps[:, None]).mean(axis=1)
    false = np.minimum(above, alone * tail(strangers, steps))
    right = above - false
    precision = np.where(above > 0, right / np.maximum(above, 1e-12), 1.0)
    recall = np.minimum(1.0, right / shared)
    f = 1.25 * precision * recall / np.maximum(0.25 * precision + recall, 1e-12)
    at = int(np.argmax(f))
    return Calibration(float(steps[at]), float(precision[at]), float(recall[at]), shared, len(first))


def tail(strangers: Scores, steps: Scores) -> Scores:
    """How often the best of strangers reaches each step: counted, and no less than Gumbel's law expects."""
    counted = (strangers >= steps[:, None]).mean(axis=1)
    scale = max(float(np.std(strangers)) * np.sqrt(6) / np.pi, 1e-6)
    middle = float(np.mean(strangers)) - EULER * scale
    fitted = -np.expm1(-np.exp(np.clip(-(steps - middle) / scale, -700, 50)))
    found: Scores = np.maximum(counted, fitted)
    return found
