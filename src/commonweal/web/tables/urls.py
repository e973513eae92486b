"""Paths of this desk."""

from django.urls import path

from commonweal.web.tables import acts, room

app_name = "tables"
urlpatterns = [
    path("", room.index, name="index"),
    path("<uuid:table_id>/open/", room.begin, name="open"),
    path("discussion/<uuid:discussion_id>/", room.show, name="discussion"),
    path("discussion/<uuid:discussion_id>/name/", room.name, name="name"),
    path("discussion/<uuid:discussion_id>/act/<slug:verb>/", acts.act, name="act"),
]
