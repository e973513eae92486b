"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "resident"
urlpatterns = [path("", front("resident"), name="index")]
