"""A call-type classifier: softmax regression on words, letters and suggested natures.

Multinomial logistic regression with an L2 penalty, fitted by L-BFGS (Hastie, Tibshirani and Friedman, The
Elements of Statistical Learning, 2nd edition, section 4.4). A city's labels share few spellings with
another's, so the features lean on written-out words and neutral natures, which travel between cities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from commonweal.engines.terms.features import Space, features
from commonweal.engines.terms.vocabulary import TermsError, Vocabulary

if TYPE_CHECKING:
    from scipy import sparse

BLOCKS = {"w": 1.0, "b": 0.5, "c": 0.7, "n": 1.0, "g": 0.5, "h": 1.0}
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Known:
    """A label whose category a person has confirmed, and how often it occurs."""

    label: str
    category: str
    count: float = 1.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """The category of a label, its probability, and the known labels most like it."""

    label: str
    category: str
    confidence: float
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class Classifier:
    """A fitted classifier; build it with ``train``."""

    vocabulary: Vocabulary
    space: Space
    known: sparse.csr_matrix
    labels: tuple[str, ...]
    categories: tuple[str, ...]
    coefficients: np.ndarray
    intercepts: np.ndarray

    def predict(self, labels: Sequence[str]) -> list[Prediction]:
        """One prediction a label, in order; an empty list for none."""
        if not labels:
            return []
        rows = self.space.matrix([features(label, self.vocabulary) for label in labels])
        chances = _softmax(np.asarray(rows @ self.coefficients) + self.intercepts)
        likeness = np.asarray((rows @ self.known.T).todense())
        best = chances.argmax(axis=1)
        return [
            Prediction(
                label,
                self.categories[best[index]],
                round(float(chances[index, best[index]]), 4),
                tuple(self.labels[i] for i in np.argsort(-likeness[index], kind="stable")[:NEAREST]),
            )
            for index, label in enumerate(labels)
        ]


def train(known: Sequence[Known], vocabulary: Vocabulary, *, penalty: float = 0.005) -> Classifier:
    """Fit a classifier to known labels; deterministic.

    A label that occurs often counts more, but only by the logarithm of its count, so that one traffic stop
    in ten calls does not drown the rest. A category's own name counts as one more label of it. Raises
    TermsError where fewer than two categories are known or a count is not positive.
    """
    categories = tuple(sorted({item.category for item in known}))
    if len(categories) < 2:
        raise TermsError("known labels: hold fewer than two categories; give labels of at least two")
    if any(not item.count > 0 for item in known):
        raise TermsError("known labels: a count is not above zero; give each label the calls it stands for")
    most = max(item.count for item in known)
    lessons = [*known, *(Known(category, category, most) for category in categories)]
    counts = [features(item.label, vocabulary) for item in lessons]
    space = Space.over(counts, BLOCKS)
    rows = space.matrix(counts)
    place = {category: index for index, category in enumerate(categories)}
    targets = np.array([place[item.category] for item in lessons])
    weights = np.log1p(np.array([item.count for item in lessons], dtype=float))
    coefficients, intercepts = _fit(rows, targets, weights / weights.sum(), len(categories), penalty)
    labels = tuple(item.label for item in known)
    return Classifier(vocabulary, space, rows[: len(known)], labels, categories, coefficients, intercepts)


def _fit(
    rows: sparse.csr_matrix, targets: np.ndarray, weights: np.ndarray, classes: int, penalty: float
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise weighted cross-entropy plus ``penalty`` / rows times half the squared coefficients."""
    from scipy.optimize import minimize  # here, since most that read words never fit a classifier

    size, width = rows.shape
    wanted = np.zeros((size, classes))
    wanted[np.arange(size), targets] = 1.0
    strength = penalty / np.sqrt(size)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(width + 1, classes)
        chances = _softmax(np.asarray(rows @ table[:-1]) + table[-1])
        fit = -float(weights @ np.log(np.maximum((chances * wanted).sum(axis=1), 1e-300)))
        errors = (chances - wanted) * weights[:, None]
        slope = np.vstack([np.asarray(rows.T @ errors) + strength * table[:-1], errors.sum(axis=0)])
        return fit + strength / 2 * float((table[:-1] ** 2).sum()), slope.ravel()

    found = minimize(
        loss,
        np.zeros((width + 1) * classes),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 200, "gtol": 1e-5},
    )
    table = found.x.reshape(width + 1, classes)
    return table[:-1], table[-1]


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
