"""The ground: outline, shore, beats, water, parks, roads, streets with addresses, and the base map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from commonweal.demo import pack
from commonweal.demo.pack import Course, Floats, Random, Round, Town, Xy
from commonweal.demo.shapes import NDArrayBool, Ring, blob, inside, nearer, smooth

KM_PER_DEGREE = 111.195
RURAL = 12_000


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
class Pieces:
    """Street pieces as arrays, one row a piece of some 160 metres: the addresses of the county."""

    start: Floats
    end: Floats
    offset: Floats
    street: tuple[str, ...]
    town: tuple[str, ...]
    beat: NDArrayInt
    residents: Floats


NDArrayInt = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Geography:
    """The county's ground. `features` is the base map, layer by layer (see basemap)."""

    outline: tuple[Xy, ...]
    beats: tuple[Beat, ...]
    places: tuple[Place, ...]
    pieces: Pieces
    features: tuple[dict[str, object], ...]

    def addresses(self, random: Random, beats: Sequence[str]) -> list[Address]:
        """Return one random address in each of the beats named; people live where homes are dense."""
        codes = [beat.code for beat in self.beats]
        found: list[Address | None] = [None] * len(beats)
        wanted = np.array([codes.index(code) for code in beats])
        for number in np.unique(wanted):
            rows = np.flatnonzero(wanted == number)
            weights = np.where(self.pieces.beat == number, self.pieces.residents, 0)
            for row, address in zip(rows, self._draw(random, weights, len(rows)), strict=True):
                found[row] = address
        return [address for address in found if address is not None]

    def _draw(self, random: Random, weights: Floats, count: int) -> list[Address]:
        pieces = self.pieces
        chosen = random.choice(len(weights), count, p=weights / weights.sum())
        along = random.random(count)[:, None]
        points = pieces.start[chosen] * (1 - along) + pieces.end[chosen] * along
        length = np.hypot(*(pieces.end[chosen] - pieces.start[chosen]).T)
        metres = 1000 * (pieces.offset[chosen] + along[:, 0] * length)
        middle = (pieces.start[chosen] + pieces.end[chosen]) / 2
        return [
            self._address(int(piece), float(away), tuple(point), tuple(centre))
            for piece, away, point, centre in zip(chosen, metres, points, middle, strict=True)
        ]

    def _address(self, piece: int, metres: float, point: Sequence[float], middle: Sequence[float]) -> Address:
        number = 100 + int(metres / 4)
        street, town = self.pieces.street[piece], self.pieces.town[piece]
        lon, lat = place_at(point)
        block_lon, block_lat = place_at(middle)
        beat = self.beats[int(self.pieces.beat[piece])].code
        block = f"{number // 100 * 100} block of {street}"
        return Address(f"{number} {street}", block, lon, lat, block_lon, block_lat, beat, town)

    def basemap(self) -> dict[str, object]:
        """Return the base map as GeoJSON (RFC 7946).

        Each feature has `layer` (land, urban, park, water, river, street, road, rail, border, label) and
        `name`; roads have `class`, labels `of` and `rank`. Draw them in that order.
        """
        return {"type": "FeatureCollection", "features": list(self.features)}


def place_at(point: Sequence[float]) -> Xy:
    """Return (lon, lat) of a point in kilometres from the county's corner."""
    origin = pack.county()["origin"]
    lat = origin["lat"] + point[1] / KM_PER_DEGREE
    middle = np.radians(origin["lat"] + pack.county()["size"][1] / 2 / KM_PER_DEGREE)
    return round(float(origin["lon"] + point[0] / (KM_PER_DEGREE * np.cos(middle))), 6), round(float(lat), 6)


def generate(seed: int) -> Geography:
    """Draw the county. The same seed gives the same ground."""
    facts, random = pack.county(), pack.stream(seed, "geography")
    lake = cast("dict[str, list[float]]", facts["water"]["lake"])
    width, height = facts["size"]
    shore = smooth([[x, y] for x, y in zip(lake["shore"], np.linspace(0, height, 15), strict=True)])
    land: Ring = [*shore, (width, height), (width, 0.0), shore[0]]
    ponds = [blob(random, pond["at"], pond["radius"]) for pond in _rounds("ponds")]
    parks = [blob(random, park["at"], park["radius"], 0.18) for park in facts["parks"]]
    towns = [blob(random, town["at"], town["radius"], 0.14) for town in facts["towns"]]
    lines = _street_lines(random, shore, towns, ponds + parks)
    pieces = _pieces(lines)
    rings = _beat_rings(land)
    drawing = Drawing(land, shore, ponds, parks, towns)
    return Geography(
        outline=tuple(place_at(point) for point in land),
        beats=_beats(rings, pieces),
        places=_places(),
        pieces=pieces,
        features=tuple(draw(drawing, lines, rings)),
    )


@dataclass(frozen=True)
class Drawing:
    """The rings of the ground, in kilometres."""

    land: Ring
    shore: Ring
    ponds: list[Ring]
    parks: list[Ring]
    towns: list[Ring]


@dataclass(frozen=True)
class Line:
    """A street: its two ends in kilometres, its name, its town."""

    name: str
    town: str
    start: Xy
    end: Xy


def _rounds(key: str) -> list[Round]:
    return cast("list[Round]", pack.county()["water"][key])


def _beat_rings(land: Ring) -> list[Ring]:
    seeds = [beat["at"] for beat in pack.county()["beats"]]
    rings = []
    for own in seeds:
        ring = land
        for other in seeds:
            ring = nearer(ring, own, other) if other is not own else ring
        rings.append(ring)
    return rings


def nearest_beat(points: Floats) -> NDArrayInt:
    """Return for each row of points the number of the beat whose seed is nearest: the beat it lies in."""
    seeds = np.array([beat["at"] for beat in pack.county()["beats"]])
    away = ((points[:, None, :] - seeds[None]) ** 2).sum(axis=2)
    return np.asarray(np.argmin(away, axis=1), dtype=np.int64)


def _street_lines(random: Random, shore: Ring, towns: list[Ring], holes: list[Ring]) -> list[Line]:
    """The grids of the towns, cut where they leave town or meet water and parks; then the county roads."""
    found = [
        line
        for town, ring in zip(pack.county()["towns"], towns, strict=True)
        for line in _grid(random, town, ring, shore, holes)
    ]
    for road in pack.county()["roads"]:
        course = smooth(road["course"], 6)
        found += [Line(road["name"], "", a, b) for a, b in zip(course, course[1:], strict=False)]
    return found


def _grid(random: Random, town: Town, ring: Ring, shore: Ring, holes: list[Ring]) -> list[Line]:
    spacing = cast(float, pack.county()["streets"]["spacing"])
    turn, reach = np.radians(town["angle"]), 1.4 * town["radius"]
    east, north = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    rows, steps = np.arange(-reach, reach, spacing), np.arange(-reach, reach, 0.07)
    found: list[Line] = []
    for axis, across, kind, suffix in ((east, north, "along", "Street"), (north, east, "across", "Avenue")):
        names = cast("list[str]", pack.county()["streets"][kind])
        away = rows + 0.03 * random.normal(size=len(rows))
        points = np.array(town["at"]) + away[:, None, None] * across + steps[:, None] * axis
        good = _buildable(points, ring, shore, holes)
        for number, (line, fits) in enumerate(zip(points, good, strict=True)):
            name = f"{names[number % len(names)]} {suffix}"
            runs = [(a, b) for a, b in _runs(fits) if b - a > 6]
            found += [Line(name, town["name"], _xy(line[a]), _xy(line[b])) for a, b in runs]
    return found


def _buildable(points: Floats, town: Ring, shore: Ring, holes: list[Ring]) -> NDArrayBool:
    """Whether each point lies in the town, on land, and in no park or pond."""
    x, y = points[..., 0], points[..., 1]
    edge = np.array(shore)
    good: NDArrayBool = inside(town, x, y) & (x > np.interp(y, edge[:, 1], edge[:, 0]))
    for hole in holes:
        left, low = np.min(np.array(hole), axis=0)
        right, top = np.max(np.array(hole), axis=0)
        near = good & (x > left) & (x < right) & (y > low) & (y < top)
        if near.any():
            good[near] = ~inside(hole, x[near], y[near])
    return good


def _xy(row: Floats) -> Xy:
    return float(row[0]), float(row[1])


def _runs(good: NDArrayBool) -> list[tuple[int, int]]:
    """First and last positions of each unbroken run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _pieces(lines: list[Line]) -> Pieces:
    """Cut streets into blocks of about 160 m and spread each town's residents over its own."""
    start, end, offset, street, town = [], [], [], [], []
    for line in lines:
        a, b = np.array(line.start), np.array(line.end)
        count = max(1, round(float(np.hypot(*(b - a))) / 0.16))
        cuts = np.linspace(0, 1, count + 1)[:, None]
        points = a + cuts * (b - a)
        start.append(points[:-1])
        end.append(points[1:])
        offset.append(cuts[:-1, 0] * float(np.hypot(*(b - a))))
        street += [line.name] * count
        town += [line.town] * count
    starts, ends = np.vstack(start), np.vstack(end)
    middle = (starts + ends) / 2
    residents = _spread(middle, town)
    return Pieces(
        starts, ends, np.concatenate(offset), tuple(street), tuple(town), nearest_beat(middle), residents
    )


def _spread(middle: Floats, town: list[str]) -> Floats:
    names = np.array(town)
    residents = np.zeros(len(names))
    for facts in pack.county()["towns"]:
        own = names == facts["name"]
        away = np.hypot(*(middle[own] - np.array(facts["at"])).T) / facts["radius"]
        homes = np.exp(-1.3 * away**2)
        residents[own] = facts["residents"] * homes / homes.sum()
    residents[names == ""] = RURAL / max(1, int((names == "").sum()))
    return residents


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


def draw(drawing: Drawing, lines: list[Line], rings: list[Ring]) -> list[dict[str, object]]:
    """Return the features of the base map in drawing order."""
    facts = pack.county()
    lake = cast("dict[str, str]", facts["water"]["lake"])["name"]
    height = facts["size"][1]
    found = [_area("land", "Harlow County", drawing.land)]
    found += [
        _area("urban", town["name"], ring) for town, ring in zip(facts["towns"], drawing.towns, strict=True)
    ]
    found += [
        _area("park", park["name"], ring) for park, ring in zip(facts["parks"], drawing.parks, strict=True)
    ]
    found.append(_area("water", lake, [(0.0, 0.0), *drawing.shore, (0.0, height), (0.0, 0.0)]))
    found += [
        _area("water", pond["name"], ring) for pond, ring in zip(_rounds("ponds"), drawing.ponds, strict=True)
    ]
    rivers = cast("list[Course]", facts["water"]["rivers"])
    found += [
        _line("river", river["name"], smooth(river["course"]), width_km=river["width"]) for river in rivers
    ]
    found += [_line("street", line.name, [line.start, line.end]) for line in lines if line.town]
    for road in facts["roads"]:
        found.append(
            _line(
                "road",
                road["name"],
                smooth(road["course"]),
                **{"class": cast("dict[str, str]", road)["class"]},
            )
        )
    found += [_line("rail", rail["name"], smooth(rail["course"])) for rail in facts["rail"]]
    found += [_line("border", beat["code"], ring) for beat, ring in zip(facts["beats"], rings, strict=True)]
    return found + _labels(lake)


def _labels(lake: str) -> list[dict[str, object]]:
    facts = pack.county()
    found = [
        _point(town["name"], town["at"], of="town", rank=1 if town["residents"] > 100_000 else 2)
        for town in facts["towns"]
    ]
    found += [
        _point(park["name"], park["at"], of="park", rank=3 if park["radius"] >= 1 else 4)
        for park in facts["parks"]
    ]
    found.append(_point(lake, [3.6, facts["size"][1] / 2], of="water", rank=1))
    return found + [_point(pond["name"], pond["at"], of="water", rank=4) for pond in _rounds("ponds")]


def _feature(layer: str, name: str, kind: str, coordinates: object, **more: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {"layer": layer, "name": name, **more}}


def _area(layer: str, name: str, ring: Ring) -> dict[str, object]:
    return _feature(layer, name, "Polygon", [[list(place_at(point)) for point in ring]])


def _line(layer: str, name: str, course: Ring, **more: object) -> dict[str, object]:
    return _feature(layer, name, "LineString", [list(place_at(point)) for point in course], **more)


def _point(name: str, at: Sequence[float], **more: object) -> dict[str, object]:
    return _feature("label", name, "Point", list(place_at(at)), **more)
