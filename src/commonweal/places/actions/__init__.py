"""Verbs of this room: draw areas and note places, one at a time or as a site's files tell them."""

from commonweal.places.actions.drawing import draw_area, import_areas
from commonweal.places.actions.noting import NewPlace, import_places, note_places

__all__ = ["NewPlace", "draw_area", "import_areas", "import_places", "note_places"]
