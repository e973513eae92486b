"""Django's name for this room."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """The room `evaluation`."""

    name = "commonweal.evaluation"
    label = "evaluation"
