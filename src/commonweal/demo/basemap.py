"""The map under every map: the ground as GeoJSON features (RFC 7946), in drawing order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from commonweal.demo import pack
from commonweal.demo.pack import Course, Round
from commonweal.demo.projection import place_at
from commonweal.demo.shapes import Ring, smooth
from commonweal.demo.streets import Line


@dataclass(frozen=True)
class Drawing:
    """The rings of the ground, in kilometres."""

    land: Ring
    shore: Ring
    ponds: list[Ring]
    parks: list[Ring]
    towns: list[Ring]


def rounds(key: str) -> list[Round]:
    """Return the ponds of the county."""
    return cast("list[Round]", pack.county()["water"][key])


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
        _area("water", pond["name"], ring) for pond, ring in zip(rounds("ponds"), drawing.ponds, strict=True)
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
    return found + [_point(pond["name"], pond["at"], of="water", rank=4) for pond in rounds("ponds")]


def _feature(layer: str, name: str, kind: str, coordinates: object, **more: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {"layer": layer, "name": name, **more}}


def _area(layer: str, name: str, ring: Ring) -> dict[str, object]:
    return _feature(layer, name, "Polygon", [[list(place_at(point)) for point in ring]])


def _line(layer: str, name: str, course: Ring, **more: object) -> dict[str, object]:
    return _feature(layer, name, "LineString", [list(place_at(point)) for point in course], **more)


def _point(name: str, at: Sequence[float], **more: object) -> dict[str, object]:
    return _feature("label", name, "Point", list(place_at(at)), **more)
