"""Paths of this desk."""

from django.urls import path

from commonweal.web.planner import funders, funding, scenarios, views

app_name = "planner"
urlpatterns = [
    path("", views.index, name="index"),
    path("move/", views.move, name="move"),
    path("money/", views.money, name="money"),
    path("costs/", funding.costs, name="costs"),
    path("next/", funding.buying, name="next"),
    path("grants/", funding.grants, name="grants"),
    path("grants/<uuid:grant_id>/", funding.grant, name="grant"),
    path("grants/<uuid:grant_id>/report/<uuid:item_id>/", funding.report, name="grant_report"),
    path("grants/<uuid:grant_id>/report/<uuid:item_id>/form/", funders.form, name="funder_form"),
    path("grants/<uuid:grant_id>/report/<uuid:item_id>/form.csv", funders.form_file, name="funder_form_file"),
    path("compare/", scenarios.compare, name="compare"),
    path("scenario/", scenarios.scenario, name="scenario_new"),
    path("scenario/<uuid:scenario_id>/", scenarios.scenario, name="scenario"),
    path("scenario/<uuid:scenario_id>/file/", scenarios.scenario_file, name="scenario_file"),
    path("run/<uuid:run_id>/", scenarios.run, name="run"),
    path("<uuid:plan_id>/", views.plan, name="plan"),
]
