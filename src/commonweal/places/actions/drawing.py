"""Draw areas: one, or those of a site's file."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from django.db import transaction

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Rejected, Tally, begin, finish
from commonweal.kernel.turns import take_turn
from commonweal.places import events
from commonweal.places.geometry import box
from commonweal.places.models import AREA_KINDS, Area

LONGEST_CODE, LONGEST_NAME = 32, 120


class AreaTold(Protocol):
    """One area as a reader tells it (adapters.geography.rows.AreaRow has this shape)."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def geometry(self) -> Mapping[str, object]: ...


@transaction.atomic
def draw_area(*, by: Actor, code: str, name: str, kind: str, geometry: Mapping[str, object]) -> Area:
    """Add an area, or redraw the one of that code. Invalid for an unknown kind or a broken polygon."""
    _known_kind(kind)
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


def import_areas(
    *, by: Actor, kind: str, rows: Iterable[AreaTold | Rejected], sources: Iterable[str], tally: Tally
) -> ImportRun:  # fmt: skip
    """Draw the areas of a file, known by their codes; alike ones stand as they are. One transaction.

    A code that another kind of area has here, or that comes twice with other content, is refused.
    """
    _known_kind(kind)
    record, seen = begin(by=by, kind="areas", profile=kind, sources=sources), dict[str, AreaTold]()
    with transaction.atomic():
        take_turn("areas")
        for row in rows:
            if isinstance(row, Rejected):
                tally.rejects.append(row)
            else:
                _take(by, kind, row, seen, tally)
        return finish(record, tally)


def _known_kind(kind: str) -> None:
    if kind not in AREA_KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(AREA_KINDS)}.")


def _take(by: Actor, kind: str, row: AreaTold, seen: dict[str, AreaTold], tally: Tally) -> None:
    first = seen.setdefault(row.code, row)
    try:
        if first is not row and (first.name, first.geometry) != (row.name, row.geometry):
            raise Invalid("code", row.code, TWICE, line=first.line)
        fate = _drawn(by, kind, row)
    except Invalid as fault:
        rejected = Rejected(row.file, row.line, fault.field, str(fault.value)[:200], fault.remedy)
        tally.rejects.append(rejected)
        return
    if first is not row:
        tally.again(row.file, row.line, row.code, f"feature {first.line}")
    setattr(tally, fate, getattr(tally, fate) + 1)


TWICE = "Feature %(line)d has this code too. Join parts of one area in a MultiPolygon, or give each its own."
OTHER = "This code stands for another kind of area (%(kind)s) here. Put something before it: --prefix."


def _drawn(by: Actor, kind: str, row: AreaTold) -> str:
    """Draw one where it is new or has moved; what became of it."""
    for field, value, most in (("code", row.code, LONGEST_CODE), ("name", row.name, LONGEST_NAME)):
        if len(value) > most:
            raise Invalid(field, value, "Shorten it to %(most)d characters.", most=most)
    found = Area.objects.filter(code=row.code).first()
    if found and found.kind != kind:
        raise Invalid("code", row.code, OTHER, kind=found.kind)
    if found and (found.name, found.geometry) == (row.name, row.geometry):
        return "unchanged"
    draw_area(by=by, code=row.code, name=row.name, kind=kind, geometry=row.geometry)
    return "updated" if found else "accepted"
