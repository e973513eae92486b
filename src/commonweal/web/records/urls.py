"""Paths of this desk."""

from django.urls import path

from commonweal.web.records import people, review

app_name = "records"
urlpatterns = [
    path("", people.front, name="index"),
    path("find/", people.find, name="find"),
    path("pairs/<uuid:pair_id>/", review.pair, name="pair"),
    path("records/<uuid:record_id>/", people.record, name="record"),
    path("decisions/", review.history, name="decisions"),
    path("run/", review.run, name="run"),
]
