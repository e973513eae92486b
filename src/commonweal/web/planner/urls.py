"""Paths of this desk."""

from django.urls import path

from commonweal.web.planner import views

app_name = "planner"
urlpatterns = [
    path("", views.index, name="index"),
    path("move/", views.move, name="move"),
    path("money/", views.money, name="money"),
    path("<uuid:plan_id>/", views.plan, name="plan"),
]
