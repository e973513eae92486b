"""Verbs of this room: draw areas, note places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.places import events
from commonweal.places.geometry import box, checked
from commonweal.places.models import AREA_KINDS, PLACE_KINDS, Area, Place
from commonweal.places.queries import area_of, cell_of
from commonweal.places.words import searchable


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A point to note: its name, what it is, where; `precision` says how sure the point is."""

    name: str
    kind: str
    lon: float
    lat: float
    address: str = ""
    precision: str = "exact"


@transaction.atomic
def draw_area(*, by: Actor, code: str, name: str, kind: str, geometry: Mapping[str, object]) -> Area:
    """Add an area, or redraw the one of that code. Invalid for an unknown kind or a broken polygon."""
    if kind not in AREA_KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(AREA_KINDS)}.")
    around = box(geometry)
    area, _ = Area.objects.update_or_create(
        code=code,
        defaults={
            "name": name, "kind": kind, "geometry": dict(geometry),
            "west": around.west, "south": around.south, "east": around.east, "north": around.north,
        },
    )  # fmt: skip
    journal.write(by=by, event=events.AreaDrawn(area=area.id))
    return area


@transaction.atomic
def note_places(*, by: Actor, places: Iterable[NewPlace]) -> int:
    """Add places to the gazetteer, or correct those of the same name and address; returns how many."""
    rows = [_row(place) for place in places]
    Place.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["name", "address"],
        update_fields=["kind", "lon", "lat", "cell", "area", "precision", "search"],
    )
    journal.write(by=by, event=events.PlacesNoted(places=len(rows)))
    return len(rows)


def _row(place: NewPlace) -> Place:
    if place.kind not in PLACE_KINDS:
        raise Invalid("kind", place.kind, f"Use one of: {', '.join(PLACE_KINDS)}.")
    lon, lat = checked(place.lon, place.lat)
    area = area_of(lon, lat)
    return Place(
        name=place.name.strip(), kind=place.kind, address=place.address.strip(), lon=lon, lat=lat,
        cell=cell_of(lon, lat), area_id=area.id if area else None, precision=place.precision,
        search=searchable(f"{place.name} {place.address}")[:240],
    )  # fmt: skip
