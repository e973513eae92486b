"""Django's name for this room."""

from django.apps import AppConfig


class EncountersConfig(AppConfig):
    """The room `encounters`."""

    name = "commonweal.encounters"
    label = "encounters"

    def ready(self) -> None:
        """An encounter and its assessments stay together under a litigation hold."""
        from commonweal.encounters.past import standing_together
        from commonweal.kernel import keeping

        keeping.related(standing_together)
