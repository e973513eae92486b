"""Django's name for this room."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The room `messages`."""

    name = "commonweal.messages"
    label = "messages"
