"""Local call types and words to neutral ones."""

from commonweal.engines.terms.classifier import Classifier, Known, Prediction, train
from commonweal.engines.terms.suggesting import Suggestion, suggest
from commonweal.engines.terms.vocabulary import Nature, TermsError, Vocabulary

__all__ = [
    "Classifier",
    "Known",
    "Nature",
    "Prediction",
    "Suggestion",
    "TermsError",
    "Vocabulary",
    "suggest",
    "train",
]
