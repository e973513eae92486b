"""Django's name for this room."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """The room `sharing`."""

    name = "commonweal.sharing"
    label = "sharing"
