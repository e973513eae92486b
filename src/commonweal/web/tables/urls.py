"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "tables"
urlpatterns = [path("", front("tables"), name="index")]
