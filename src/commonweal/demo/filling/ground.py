"""Areas and named places."""

from django.db import transaction

from commonweal.demo.filling.names import CLERK
from commonweal.demo.geography import Beat, Geography
from commonweal.places import actions as places
from commonweal.places.actions import NewPlace


@transaction.atomic
def fill(ground: Geography) -> int:
    """Draw the county and its beats, note its places and blocks of streets; returns how many."""
    places.draw_area(
        by=CLERK, code="HARLOW", name="Harlow County", kind="county", geometry=_ring(ground.outline)
    )
    for beat in ground.beats:
        places.draw_area(by=CLERK, code=beat.code, name=beat.name, kind="beat", geometry=_ring(beat.ring))
    named = [
        NewPlace(name=p.name, kind="common_place", lon=p.lon, lat=p.lat, address=_beat(ground.beats, p.beat))
        for p in ground.places
    ]
    names = {beat.code: beat.name for beat in ground.beats}
    blocks = [
        NewPlace(name=b.block, kind="block", lon=b.lon, lat=b.lat, address=names[b.beat], precision="block")
        for b in ground.blocks()
    ]
    return places.note_places(by=CLERK, places=named + blocks)


def _ring(points: tuple[tuple[float, float], ...]) -> dict[str, object]:
    closed = [*points, points[0]] if points[0] != points[-1] else list(points)
    return {"type": "Polygon", "coordinates": [[list(p) for p in closed]]}


def _beat(beats: tuple[Beat, ...], code: str) -> str:
    return next((b.name for b in beats if b.code == code), "")
