"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "setup"
urlpatterns = [path("", front("setup"), name="index")]
