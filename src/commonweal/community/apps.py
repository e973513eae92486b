"""Django's name for this room."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The room `community`."""

    name = "commonweal.community"
    label = "community"
