"""Paths of this desk."""

from django.urls import path

from commonweal.web.evaluator import annex, comparing, diverting, drawing, hearing, mending, studying, views

app_name = "evaluator"
urlpatterns = [
    path("", views.index, name="index"),
    path("report/", views.report, name="report"),
    path("quality/", views.quality, name="quality"),
    path("quality/queue/", mending.queue, name="queue"),
    path("quality/queue/look/", mending.look, name="look"),
    path("quality/queue/<uuid:fault>/", mending.fault, name="fault"),
    path("quality/queue/<uuid:fault>/mend/", mending.mend, name="mend"),
    path("cohorts/", views.freeze, name="freeze"),
    path("cohorts/<uuid:cohort_id>/", views.cohort, name="cohort"),
    path("cohorts/<uuid:cohort_id>/annex.zip", annex.annex, name="annex"),
    path("voices/", hearing.voices, name="voices"),
    path("voices/population/", hearing.population, name="population"),
    path("voices/workers/", hearing.as_worker, name="as_worker"),
    path("diversion/", diverting.diversion, name="diversion"),
    path("studies/", studying.plan, name="plan"),
    path("studies/lots/", drawing.lots, name="lots"),
    path("studies/lots/<uuid:draw_id>/", drawing.draw, name="draw"),
    path("studies/<uuid:study_id>/", studying.study, name="study"),
    path("studies/<uuid:study_id>/analyse/", studying.analyse, name="analyse"),
    path("compare/", comparing.ask, name="compare"),
    path("compare/<uuid:comparison_id>/", comparing.answer, name="comparison"),
    path("<slug:code>/", views.metric, name="metric"),
]
