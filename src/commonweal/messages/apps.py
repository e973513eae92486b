"""Django's name for this room."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The room `messages`."""

    name = "commonweal.messages"
    label = "commonweal_messages"  # Django's own `messages` holds the short name

    def ready(self) -> None:
        """A thread and what it is about stay together under a litigation hold."""
        from commonweal.kernel import keeping
        from commonweal.messages.queries import standing_together

        keeping.related(standing_together)
