"""Paths of this desk."""

from django.urls import path

from commonweal.web.tables import acts, docket, founding, room

app_name = "tables"
urlpatterns = [
    path("", room.index, name="index"),
    path("diversion/", docket.docket, name="docket"),
    path("diversion/<uuid:charge_id>/", docket.decide, name="decide"),
    path("diversion/<uuid:case_id>/note/", docket.note, name="docket_note"),
    path("founding/", founding.every, name="founding"),
    path("<uuid:table_id>/", founding.kept, name="kept"),
    path("<uuid:table_id>/keep/<slug:verb>/", founding.act, name="keep"),
    path("<uuid:table_id>/open/", room.begin, name="open"),
    path("discussion/<uuid:discussion_id>/", room.show, name="discussion"),
    path("discussion/<uuid:discussion_id>/name/", room.name, name="name"),
    path("discussion/<uuid:discussion_id>/act/<slug:verb>/", acts.act, name="act"),
]
