"""Finding a person in the field: typing errors, nicknames, swapped names, half a birth date."""

from commonweal.engines.linkage.searching.index import Index, build, build_columns, search
from commonweal.engines.linkage.searching.parts import index_of, parts_of
from commonweal.engines.linkage.searching.query import Hit, Query, ymd_of

__all__ = ["Hit", "Index", "Query", "build", "build_columns", "index_of", "parts_of", "search", "ymd_of"]
