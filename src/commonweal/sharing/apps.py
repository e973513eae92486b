"""Django's name for this room."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """The room `sharing`."""

    name = "commonweal.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Whatever deletes, in any room, asks the litigation holds that are kept here."""
        from commonweal.kernel import keeping
        from commonweal.sharing.asked import holds_upon, under_call

        keeping.guard(holds_upon)
        keeping.related(under_call)
