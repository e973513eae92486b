"""Rosters on the map: how long nine in ten wait in each area, and where units wait, for every side."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from commonweal.places import queries as places
from commonweal.web.ground import ground

MINUTES = ((0, "#e3f1f1"), (10, "#a9d2d6"), (15, "#5fa8b3"), (20, "#2b7a8c"), (30, "#123f52"))
Layers = list[dict[str, object]]


def maps(answer: Mapping[str, Any], names: Sequence[str]) -> list[tuple[str, str, Layers]]:
    """Name, title and layers of each side's map; none where no area tells anything."""
    sides, heads, shapes = answer["sides"], [_("Now"), *names], _shapes()
    if not any(code in shapes for side in sides for code in side["areas"]):
        return []
    return [
        (f"side{number}", _("%(name)s: minutes within which nine in ten are reached") % {"name": head},
         _layers(side, shapes))
        for number, (side, head) in enumerate(zip(sides, heads, strict=True))
    ]  # fmt: skip


def _shapes() -> Mapping[str, Any]:
    """Outlines of the areas of calls, by code."""
    features: Any = places.base_map(("beat",))["features"]
    return {f["properties"]["code"]: f for f in features if f["properties"]["kind"] == "beat"}


def _layers(side: Mapping[str, Any], shapes: Mapping[str, Any]) -> Layers:
    waits = [
        {**shapes[code], "properties": {"name": code, "minutes": round(told["p90"], 1)}}
        for code, told in side["areas"].items()
        if code in shapes and told.get("p90") is not None
    ]
    homes = [
        {
            "type": "Feature", "properties": {"sign": sign},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for sign, lon, lat in side["bases"]
    ]  # fmt: skip
    return [
        *ground(with_names=False),
        {"name": "waits", "kind": "area", "property": "minutes", "stops": MINUTES, "opacity": 0.75,
         "data": {"type": "FeatureCollection", "features": waits}},
        {"name": "homes", "title": _("Units wait here"), "kind": "point", "colour": "#7a2d0c", "radius": 6,
         "label": "sign", "data": {"type": "FeatureCollection", "features": homes}},
    ]  # fmt: skip
