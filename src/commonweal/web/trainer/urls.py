"""Paths of this desk."""

from django.urls import path

from commonweal.web.trainer import coordinator, courses, own, play, workers

app_name = "trainer"
urlpatterns = [
    path("", own.mine, name="index"),
    path("enrol/<uuid:session_id>/", own.enrol, name="enrol"),
    path("enrol/<uuid:session_id>/give-up/", own.give_up, name="give_up"),
    path("scenario/<slug:code>/", play.play, name="play"),
    path("courses/", courses.catalogue, name="courses"),
    path("everyone/", coordinator.everyone, name="everyone"),
    path("everyone/<uuid:account_id>/", workers.worker, name="worker"),
    path("session/", coordinator.plan, name="plan"),
    path("session/<uuid:session_id>/", coordinator.session, name="session"),
]
