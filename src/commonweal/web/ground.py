"""The ground under every map: the county's outlines and the places people name, without a tile server."""

from typing import Any

from django.utils.translation import gettext

from commonweal.places import queries as places

LINES = ("county", "city", "district", "beat")


def ground(*, with_names: bool = True) -> list[dict[str, object]]:
    """Layers for the `map` tag, to be put first: areas, then landmarks with their names."""
    features: Any = places.base_map(LINES)["features"]
    shapes = [f for f in features if f["geometry"]["type"] != "Point"]
    points = [f for f in features if f["properties"]["kind"] == "common_place"]
    layers: list[dict[str, object]] = [{"name": "ground", "kind": "base", "data": _collection(shapes)}]
    if with_names and points:
        landmarks: dict[str, object] = {
            "name": "landmarks",
            "title": gettext("Landmarks"),
            "kind": "point",
            "data": _collection(points),
            "label": "name",
            "colour": "#a9b7bd",
            "radius": 3,
        }
        layers.append(landmarks)
    return layers


def _collection(features: list[object]) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": features}
