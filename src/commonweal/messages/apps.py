"""Django's name for this room."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The room `messages`."""

    name = "commonweal.messages"
    label = "commonweal_messages"  # Django's own `messages` holds the short name
