"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "field"
urlpatterns = [path("", front("field"), name="index")]
