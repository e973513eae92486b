"""Paths of the live board."""

from django.urls import path

from commonweal.web.board import handover, ladders, past, roster, views

app_name = "board"
urlpatterns = [
    path("", views.index, name="index"),
    path("now/", views.now, name="now"),
    path("units.geojson", views.units, name="units"),
    path("past/", past.index, name="past"),
    path("past/film/", past.film, name="film"),
    path("handover/", handover.index, name="handover"),
    path("handover/give/", handover.give, name="handover_give"),
    path("handover/<uuid:handover>/take/", handover.take, name="handover_take"),
    path("roster/", roster.day, name="roster"),
    path("ladders/", ladders.index, name="ladders"),
    path("<uuid:call>/", views.call, name="call"),
    path("<uuid:call>/thread/", views.thread, name="thread"),
    path("alarm/<uuid:alarm>/", views.alarm, name="alarm"),
]
