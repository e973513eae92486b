"""Django's name for this room."""

from django.apps import AppConfig


class ForesightConfig(AppConfig):
    """The room `foresight`."""

    name = "commonweal.foresight"
    label = "foresight"
