"""Which services fit a person, and why not."""

from commonweal.engines.matching.eligibility import Note, examine
from commonweal.engines.matching.ranking import Fit, fit, match
from commonweal.engines.matching.scoring import Settings, acceptance, belief, chance_of_room, confidence
from commonweal.engines.matching.values import EXCLUDED, MatchingError, Person, Room, Service, Text

__all__ = [
    "EXCLUDED",
    "Fit",
    "MatchingError",
    "Note",
    "Person",
    "Room",
    "Service",
    "Settings",
    "Text",
    "acceptance",
    "belief",
    "chance_of_room",
    "confidence",
    "examine",
    "fit",
    "match",
]
