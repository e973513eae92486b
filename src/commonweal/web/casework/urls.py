"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "casework"
urlpatterns = [path("", front("casework"), name="index")]
