"""Django's name for this room."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """The room `planning`."""

    name = "commonweal.planning"
    label = "planning"
