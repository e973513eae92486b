"""Django's name for this room."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """The room `referrals`."""

    name = "commonweal.referrals"
    label = "referrals"
