"""Where a call was, as far as its record says; degrees that are on no globe spoil the record."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from commonweal.adapters.cad_csv.chain import Unfit
from commonweal.adapters.cad_csv.profile import Profile
from commonweal.adapters.cad_csv.rows import Place
from commonweal.adapters.files.answers import Finding

KEYS = ("place_text", "city", "longitude", "latitude")
NOWHERE = Place()
INHABITED = 72.0  # degrees; the northernmost town of the United States lies at 71.3
SWAPPED = "longitude and latitude may be swapped"


class PlaceReader:
    """Reads the place columns of a profile."""

    def __init__(self, profile: Profile, fields: dict[str, tuple[int, ...]]) -> None:
        self._profile = profile
        self._fields = fields
        self.silent = not any(fields.get(key) for key in KEYS)

    def read(self, cells: Sequence[str], findings: list[Finding]) -> Place:
        """Return the place. Raises Unfit for degrees that are no number or outside the globe."""
        longitude = self._degrees("longitude", 180.0, cells, findings)
        latitude = self._degrees("latitude", 90.0, cells, findings)
        if (longitude is None) != (latitude is None):
            findings.append(Finding("longitude, latitude", "", "only one of the two is given: not used"))
            longitude = latitude = None
        if latitude is not None and abs(latitude) > INHABITED:
            findings.append(Finding("latitude", str(latitude), f"nobody lives there; {SWAPPED}"))
        return Place(self._text("place_text", cells), self._text("city", cells), longitude, latitude)

    def _text(self, key: str, cells: Sequence[str]) -> str:
        found = (self._profile.said(cells[where]) for where in self._fields.get(key, ()))
        return next((value for value in found if value), self._profile.constants.get(key, ""))

    def _degrees(self, key: str, limit: float, cells: Sequence[str], findings: list[Finding]) -> float | None:
        text = self._text(key, cells)
        if text in self._profile.sentinels:
            findings.append(Finding(key, text, "a sentinel of the export, read as not recorded"))
            return None
        if not text:
            return None
        title = self._profile.title(key)
        try:
            value = float(text)
        except ValueError as error:
            raise Unfit(title, text, "is not a number of degrees") from error
        if not isfinite(value) or abs(value) > limit:
            hint = f": {SWAPPED}" if limit < abs(value) <= 180 else ""
            raise Unfit(title, text, f"is outside -{limit:.0f} to {limit:.0f} degrees{hint}")
        return value
