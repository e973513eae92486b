"""Django's name for this room."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register

from commonweal.kernel.labels import check_labels


class KernelConfig(AppConfig):
    """The floor: registers the personal-data label check."""

    name = "commonweal.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Called by Django once all models are known."""
        import_module("commonweal.kernel.lengths")  # once models are known: it listens to their saves
        register(check_labels)
