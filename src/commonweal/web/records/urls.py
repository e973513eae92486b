"""Paths of this desk."""

from django.urls import path

from commonweal.web.records import people, quality, review

app_name = "records"
urlpatterns = [
    path("", people.front, name="index"),
    path("find/", people.find, name="find"),
    path("pairs/<uuid:pair_id>/", review.pair, name="pair"),
    path("records/<uuid:record_id>/", people.record, name="record"),
    path("decisions/", review.history, name="decisions"),
    path("quality/", quality.quality, name="quality"),
    path("quality/draw/", quality.draw, name="draw"),
    path("quality/pairs/<uuid:judgement_id>/", quality.judge, name="judge"),
    path("run/", review.run, name="run"),
]
