"""Paths of this desk."""

from django.urls import path

from commonweal.web.evaluator import comparing, views

app_name = "evaluator"
urlpatterns = [
    path("", views.index, name="index"),
    path("report/", views.report, name="report"),
    path("quality/", views.quality, name="quality"),
    path("cohorts/", views.freeze, name="freeze"),
    path("cohorts/<uuid:cohort_id>/", views.cohort, name="cohort"),
    path("compare/", comparing.ask, name="compare"),
    path("compare/<uuid:comparison_id>/", comparing.answer, name="comparison"),
    path("<slug:code>/", views.metric, name="metric"),
]
