"""Paths of this desk."""

from django.urls import path

from commonweal.web.setup import views

app_name = "setup"
urlpatterns = [
    path("", views.front, name="index"),
    path("agencies/", views.agencies_page, name="agencies"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/<uuid:account_id>/close/", views.close, name="close"),
    path("invitations/", views.invitations, name="invitations"),
    path("imports/", views.imports_page, name="imports"),
]
