"""Django's name for this room."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.utils.translation import gettext

from commonweal.kernel import clock, days, errors
from commonweal.kernel.labels import check_labels


class KernelConfig(AppConfig):
    """The floor: hands zone and language to what knows no framework; registers the label check."""

    name = "commonweal.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Called by Django once all models are known."""
        import_module("commonweal.kernel.lengths")  # once models are known: it listens to their saves
        clock.keep(settings.TIME_ZONE)
        errors.speak(sentence=gettext, day=days.said)
        register(check_labels)
