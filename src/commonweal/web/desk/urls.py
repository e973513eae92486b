"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "desk"
urlpatterns = [path("", front("desk"), name="index")]
