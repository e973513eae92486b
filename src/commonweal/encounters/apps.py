"""Django's name for this room."""

from django.apps import AppConfig


class EncountersConfig(AppConfig):
    """The room `encounters`."""

    name = "commonweal.encounters"
    label = "encounters"
