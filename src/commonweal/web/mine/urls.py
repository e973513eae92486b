"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "mine"
urlpatterns = [path("", front("mine"), name="index")]
