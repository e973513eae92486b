"""Travel time without a route: a straight line, lengthened for streets, at a speed by the hour.

Replaced by a road network when a site has one; until then every figure says what it is.
"""

from datetime import datetime

from commonweal.places.geometry import distance_km

TRAVEL_BASIS = "straight line x 1.35, urban speed by the hour; not a route"
DETOUR = 1.35  # streets against the straight line: 1.2 to 1.4 in cities of North America (Boscoe et al. 2012)
TURNOUT_MINUTES = 0.8  # from the word to the wheels


def speed_kmh(moment: datetime) -> float:
    """Typical speed of a unit not under lights, by the clock of `moment` (give local time)."""
    if moment.weekday() < 5 and (7 <= moment.hour < 9 or 16 <= moment.hour < 19):
        return 28.0
    return 45.0 if moment.hour >= 22 or moment.hour < 6 else 36.0


def minutes(start: tuple[float, float], end: tuple[float, float], local: datetime) -> float:
    """Minutes from `start` to `end`, both (lon, lat), leaving at `local` time; turnout included."""
    return TURNOUT_MINUTES + distance_km(start, end) * DETOUR / speed_kmh(local) * 60
