"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "trainer"
urlpatterns = [path("", front("trainer"), name="index")]
