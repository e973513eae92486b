"""The boundary of an area from GeoJSON or a shapefile, in a plane whose unit of length is known."""

import json
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapefile
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from commonweal.adapters.geography import reader
from commonweal.adapters.geography.reader import carried
from commonweal.cli.tables import BadFile

Floats = NDArray[np.float64]
METRES_PER_FOOT = 0.3048
LONLAT = reader.system(reader.LONLAT)


@dataclass(frozen=True, eq=False)
class Plane:
    """A boundary in a flat coordinate system; `moved` brings points of the data there, `foot` is its foot."""

    boundary: BaseGeometry
    crs: pyproj.CRS
    given: pyproj.CRS
    foot: float

    def moved(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Points of the data's system in this plane."""
        if self.crs == self.given:
            return x, y
        there = pyproj.Transformer.from_crs(self.given, self.crs, always_xy=True)
        found = there.transform(x, y)
        return np.asarray(found[0]), np.asarray(found[1])


def plane(file: Path, code: str) -> Plane:
    """A boundary file in the plane that `code` names; degrees are laid flat, equal in area."""
    given = system(code)
    found, theirs = _shapefile(file, given) if file.suffix.lower() == ".shp" else _geojson(file, given)
    if found.is_empty or not found.area > 0:
        raise BadFile(f"{file}, field geometry: holds no area; give a polygon or several")
    crs = given
    if given.is_geographic:
        middle = carried(found, theirs, LONLAT).centroid
        crs = pyproj.CRS.from_proj4(f"+proj=laea +lat_0={middle.y} +lon_0={middle.x} +units=m +datum=WGS84")
    boundary = carried(found, theirs, crs)
    if not np.isfinite(boundary.bounds).all():
        raise BadFile(f"{file}, field geometry: lies outside what {code} can show; name its own --crs")
    return Plane(boundary, crs, given, METRES_PER_FOOT / float(crs.axis_info[0].unit_conversion_factor))


def system(code: str) -> pyproj.CRS:
    """The coordinate system of a code; BadFile for one that is not known."""
    try:
        return reader.system(code)
    except reader.UnknownSystem:
        raise BadFile(f"--crs: {code!r} is not known; write a code such as EPSG:2913 or EPSG:4326") from None


def _whole(parts: list[BaseGeometry]) -> BaseGeometry:
    """Several polygons as one area, their rings set right."""
    return shapely.union_all([shapely.make_valid(part) for part in parts])


def _geojson(file: Path, given: pyproj.CRS) -> tuple[BaseGeometry, pyproj.CRS]:
    """The polygons of a GeoJSON file: degrees as is standard, unless its numbers or its `crs` say not."""
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise BadFile(f"{file}, line {error.lineno}: is no JSON: {error.msg}; correct it there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{file}: cannot be read: {error}; give a GeoJSON file or a .shp") from error
    try:
        area = _whole([shape(one) for one in _geometries(told)])
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        shapely.errors.ShapelyError,
    ) as error:
        raise BadFile(f"{file}, field geometry: is no GeoJSON: {error}; give polygons") from error
    named = told.get("crs") if isinstance(told, dict) else None
    if isinstance(named, dict):
        return area, system(reader.named_system(named))
    west, south, east, north = (0, 0, 0, 0) if area.is_empty else area.bounds
    is_degrees = max(-west, east) <= 360 and max(-south, north) <= 90
    return area, LONLAT if is_degrees else given


def _geometries(told: object) -> list[dict[str, object]]:
    """The geometries of a collection, a feature, or one bare geometry."""
    if not isinstance(told, dict):
        raise TypeError("it holds no object")
    if told.get("type") == "FeatureCollection":
        return [one["geometry"] for one in told["features"] if one["geometry"]]
    return [told["geometry"]] if told.get("type") == "Feature" else [told]


def _shapefile(file: Path, given: pyproj.CRS) -> tuple[BaseGeometry, pyproj.CRS]:
    """The polygons of a shapefile, in the system of its .prj, else in the one given."""
    try:
        with warnings.catch_warnings(), shapefile.Reader(str(file)) as reader:
            warnings.simplefilter("ignore")
            parts = [shape(one.__geo_interface__) for one in reader.iterShapes() if one.shapeType]
    except (OSError, shapefile.ShapefileException, struct.error, ValueError, KeyError) as error:
        raise BadFile(
            f"{file}: cannot be read: {error}; give the .shp with its .shx and .dbf beside it"
        ) from error
    prj = file.with_suffix(".prj")
    try:
        return _whole(parts), pyproj.CRS.from_wkt(prj.read_text()) if prj.exists() else given
    except (CRSError, ProjError) as error:
        raise BadFile(f"{prj}: names no coordinate system: {error}; mend it, or take it away") from error
