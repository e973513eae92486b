"""Paths of this desk."""

from django.urls import path

from commonweal.web.analyst import views

app_name = "analyst"
urlpatterns = [
    path("", views.index, name="index"),
    path("deserts/", views.deserts, name="deserts"),
    path("need.csv", views.as_csv, name="csv"),
    path("need.geojson", views.as_geojson, name="geojson"),
]
