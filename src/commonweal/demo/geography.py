"""The ground: outline, shore, beats, water, parks, roads, streets with addresses, and the base map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from commonweal.demo import pack
from commonweal.demo.basemap import Drawing, draw, rounds
from commonweal.demo.pack import Floats, Random, Xy
from commonweal.demo.projection import place_at, places_at
from commonweal.demo.shapes import Ring, blob, nearer, smooth
from commonweal.demo.streets import NDArrayInt, Pieces, cut_up, nearest_beat, street_lines


@dataclass(frozen=True, slots=True)
class Beat:
    """An area of one police agency: a closed ring of (lon, lat), and its share of calls and of residents."""

    code: str
    name: str
    police: str
    ring: tuple[Xy, ...]
    centre: Xy
    residents: int
    call_share: float


@dataclass(frozen=True, slots=True)
class Place:
    """A named point (lon, lat)."""

    name: str
    kind: str
    lon: float
    lat: float
    beat: str
    town: str


@dataclass(frozen=True, slots=True)
class Address:
    """A house number on a street, the block it stands in, and where (lon, lat)."""

    text: str
    block: str
    lon: float
    lat: float
    block_lon: float
    block_lat: float
    beat: str
    town: str


@dataclass(frozen=True)
class Geography:
    """The county's ground. `features` is the base map, layer by layer (see basemap)."""

    outline: tuple[Xy, ...]
    beats: tuple[Beat, ...]
    places: tuple[Place, ...]
    pieces: Pieces
    features: tuple[dict[str, object], ...]

    @cached_property
    def _reach(self) -> dict[str, tuple[NDArrayInt, Floats]]:
        """For each beat its pieces, and their residents added up, to draw by."""
        found: dict[str, tuple[NDArrayInt, Floats]] = {}
        for number, beat in enumerate(self.beats):
            rows: NDArrayInt = np.flatnonzero(self.pieces.beat == number)
            found[beat.code] = rows, np.cumsum(self.pieces.residents[rows])
        return found

    def addresses(self, random: Random, beats: Sequence[str]) -> list[Address]:
        """Return one random address in each of the beats named; people live where homes are dense."""
        chosen = np.zeros(len(beats), dtype=np.int64)
        for row, (beat, at) in enumerate(zip(beats, random.random(len(beats)), strict=True)):
            rows, total = self._reach[beat]
            chosen[row] = rows[min(int(np.searchsorted(total, at * total[-1])), len(rows) - 1)]
        pieces, along = self.pieces, random.random(len(beats))
        starts, ends = pieces.start[chosen], pieces.end[chosen]
        points = places_at(starts + along[:, None] * (ends - starts))
        middles = places_at((starts + ends) / 2)
        metres = 1000 * (pieces.offset[chosen] + along * np.hypot(*(ends - starts).T))
        numbers = 100 + (metres / 4).astype(np.int64)
        return [
            self._address(piece, number, point, middle)
            for piece, number, point, middle in zip(
                chosen.tolist(), numbers.tolist(), points.tolist(), middles.tolist(), strict=True
            )
        ]

    def blocks(self) -> list[Address]:
        """Return every block of a street once a beat, at its middle piece: the county's address points."""
        pieces = self.pieces
        middles = (pieces.start + pieces.end) / 2
        lengths = np.hypot(*(pieces.end - pieces.start).T)
        rows: dict[tuple[str, int], list[int]] = {}
        for along in (0.0, 1.0):  # a piece may begin in one hundred and end in the next
            numbers = 100 + (1000 * (pieces.offset + along * lengths) / 4).astype(np.int64)
            for row, number in enumerate(numbers.tolist()):
                block = f"{number // 100 * 100} block of {pieces.street[row]}"
                rows.setdefault((block, int(pieces.beat[row])), []).append(row)
        found = []
        for (block, beat), own in rows.items():
            row = own[len(own) // 2]
            lon, lat = place_at(middles[row].tolist())
            code, town = self.beats[beat].code, pieces.town[row]
            found.append(Address(block, block, lon, lat, lon, lat, code, town))
        return found

    def _address(self, piece: int, number: int, point: list[float], middle: list[float]) -> Address:
        street, town = self.pieces.street[piece], self.pieces.town[piece]
        beat = self.beats[self.pieces.beat[piece]].code
        block = f"{number // 100 * 100} block of {street}"
        return Address(f"{number} {street}", block, point[0], point[1], middle[0], middle[1], beat, town)

    def basemap(self) -> dict[str, object]:
        """Return the base map as GeoJSON (RFC 7946).

        Each feature has `layer` (land, urban, park, water, river, street, road, rail, border, label) and
        `name`; roads have `class`, labels `of` and `rank`. Draw them in that order.
        """
        return {"type": "FeatureCollection", "features": list(self.features)}


def generate(seed: int) -> Geography:
    """Draw the county. The same seed gives the same ground."""
    facts, random = pack.county(), pack.stream(seed, "geography")
    lake = cast("dict[str, list[float]]", facts["water"]["lake"])
    width, height = facts["size"]
    shore = smooth([[x, y] for x, y in zip(lake["shore"], np.linspace(0, height, 15), strict=True)])
    land: Ring = [*shore, (width, height), (width, 0.0), shore[0]]
    ponds = [blob(random, pond["at"], pond["radius"]) for pond in rounds("ponds")]
    parks = [blob(random, park["at"], park["radius"], 0.18) for park in facts["parks"]]
    towns = [blob(random, town["at"], town["radius"], 0.14) for town in facts["towns"]]
    lines = street_lines(random, shore, towns, ponds + parks)
    pieces = cut_up(lines)
    rings = _beat_rings(land)
    drawing = Drawing(land, shore, ponds, parks, towns)
    return Geography(
        outline=tuple(place_at(point) for point in land),
        beats=_beats(rings, pieces),
        places=_places(),
        pieces=pieces,
        features=tuple(draw(drawing, lines, rings)),
    )


def _beat_rings(land: Ring) -> list[Ring]:
    seeds = [beat["at"] for beat in pack.county()["beats"]]
    rings = []
    for own in seeds:
        ring = land
        for other in seeds:
            ring = nearer(ring, own, other) if other is not own else ring
        rings.append(ring)
    return rings


def _beats(rings: list[Ring], pieces: Pieces) -> tuple[Beat, ...]:
    facts = pack.county()["beats"]
    residents = np.bincount(pieces.beat, pieces.residents, len(facts))
    calls = residents * np.array([beat["busy"] for beat in facts])
    return tuple(
        Beat(
            code=beat["code"],
            name=beat["name"],
            police=beat["police"],
            ring=tuple(place_at(point) for point in ring),
            centre=place_at(beat["at"]),
            residents=round(float(homes)),
            call_share=float(share),
        )
        for beat, ring, homes, share in zip(facts, rings, residents, calls / calls.sum(), strict=True)
    )


def _places() -> tuple[Place, ...]:
    facts = pack.county()
    points = np.array([spot["at"] for spot in facts["places"]])
    beats = nearest_beat(points)
    centres = np.array([town["at"] for town in facts["towns"]])
    towns = np.argmin(((points[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
    return tuple(
        Place(
            spot["name"],
            spot["kind"],
            *place_at(spot["at"]),
            facts["beats"][beat]["code"],
            facts["towns"][town]["name"],
        )
        for spot, beat, town in zip(facts["places"], beats, towns, strict=True)
    )
