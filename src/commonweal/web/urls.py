"""Paths of the entrance, before those of the sign-in library."""

from django.urls import path

import commonweal.web.records_of_signin  # noqa: F401  (receivers of sign-in signals)
from commonweal.web import entrance, pages

urlpatterns = [
    path("banner/", entrance.banner, name="account_banner"),
    path("invitation/<str:token>/", entrance.invitation, name="account_invitation"),
    # addresses are kept by the administrator
    path("email/", pages.not_found),
]
