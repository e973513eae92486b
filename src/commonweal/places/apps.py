"""Django's name for this room."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room `places`."""

    name = "commonweal.places"
    label = "places"
