"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "board"
urlpatterns = [path("", front("board"), name="index")]
