"""Django's name for this room."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The room `kernel`."""

    name = "commonweal.kernel"
    label = "kernel"
