"""Django's name for this room."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """The room `agencies`."""

    name = "commonweal.agencies"
    label = "agencies"
