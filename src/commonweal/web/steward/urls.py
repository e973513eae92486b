"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "steward"
urlpatterns = [path("", front("steward"), name="index")]
