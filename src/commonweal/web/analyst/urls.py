"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "analyst"
urlpatterns = [path("", front("analyst"), name="index")]
