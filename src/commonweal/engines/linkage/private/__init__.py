"""Linkage of agencies that may not send identifiers: encodings under a key that only they hold.

Encodings are pseudonymised personal data, never anonymous ones. Victim-service records are never encoded.
"""

from commonweal.engines.linkage.private.comparing import Encoded, dice
from commonweal.engines.linkage.private.encoding import Encoder, Encoding, Thin
from commonweal.engines.linkage.private.matching import Match, Matching, match
from commonweal.engines.linkage.private.threshold import Calibration, calibrated

__all__ = [
    "Calibration",
    "Encoded",
    "Encoder",
    "Encoding",
    "Match",
    "Matching",
    "Thin",
    "calibrated",
    "dice",
    "match",
]
