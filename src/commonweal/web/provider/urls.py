"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "provider"
urlpatterns = [path("", front("provider"), name="index")]
