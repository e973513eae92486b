"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "planner"
urlpatterns = [path("", front("planner"), name="index")]
