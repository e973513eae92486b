"""Paths of this desk."""

from django.urls import path

from commonweal.web.setup import loading, views

app_name = "setup"
urlpatterns = [
    path("", views.front, name="index"),
    path("agencies/", views.agencies_page, name="agencies"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/<uuid:account_id>/close/", views.close, name="close"),
    path("invitations/", views.invitations, name="invitations"),
    path("imports/", loading.index, name="imports"),
    path("imports/<uuid:run_id>/", loading.run, name="import"),
    path("imports/<uuid:run_id>/again/", loading.again, name="import_again"),
    path("imports/<uuid:run_id>/<str:which>.csv", loading.listing, name="import_list"),
]
