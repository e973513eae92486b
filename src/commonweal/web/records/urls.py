"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "records"
urlpatterns = [path("", front("records"), name="index")]
