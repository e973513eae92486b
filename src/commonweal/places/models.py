"""Areas as polygons, places as named points. All of it is public: nothing here names a person."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

AREA_KINDS = "county city district beat cell_block school_zone".split()
PRECISIONS = ("exact", "block", "area")
PLACE_KINDS = "common_place address block base service street".split()


class Area(Base):
    """A polygon with a code; its box stands beside it so that a point finds its areas by index."""

    labels: ClassVar[dict[str, str]] = {"public": "code name kind geometry west south east north"}

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in AREA_KINDS])
    geometry = models.JSONField(help_text="GeoJSON Polygon or MultiPolygon, WGS 84")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["kind", "west", "east"], name="area_box")]

    def __str__(self) -> str:
        return self.name


class Place(Base):
    """A point with a name people say. `search` is what typed words are compared with."""

    labels: ClassVar[dict[str, str]] = {"public": "name kind address lon lat cell area precision search"}

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in PLACE_KINDS])
    address = models.CharField(max_length=160, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    cell = models.CharField(max_length=16, db_index=True)
    area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="places")
    precision = models.CharField(max_length=8, default="exact", choices=[(p, p) for p in PRECISIONS])
    search = models.CharField(max_length=240, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "address"], name="place_once")]

    def __str__(self) -> str:
        return self.name
