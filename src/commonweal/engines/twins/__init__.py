"""Entries of a directory that look like one service listed twice."""

from commonweal.engines.twins.likeness import Listing, Point, Twins, compare
from commonweal.engines.twins.pairing import MOST, likely_twins

__all__ = ["MOST", "Listing", "Point", "Twins", "compare", "likely_twins"]
