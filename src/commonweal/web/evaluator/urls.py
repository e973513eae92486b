"""Paths of this desk."""

from django.urls import path

from commonweal.web.pages import front

app_name = "evaluator"
urlpatterns = [path("", front("evaluator"), name="index")]
