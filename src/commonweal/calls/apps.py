"""Django's name for this room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """The room `calls`."""

    name = "commonweal.calls"
    label = "calls"
