"""Paths of this desk."""

from django.urls import path

from commonweal.web.analyst import outreach, views

app_name = "analyst"
urlpatterns = [
    path("", views.index, name="index"),
    path("deserts/", views.deserts, name="deserts"),
    path("need.csv", views.as_csv, name="csv"),
    path("need.geojson", views.as_geojson, name="geojson"),
    path("outreach/", outreach.outreach, name="outreach"),
    path("outreach/make/", outreach.make, name="outreach_make"),
    path("outreach/<uuid:standing>/", outreach.decide, name="outreach_decide"),
    path("outreach/objections/<uuid:objection>/", outreach.answer, name="outreach_answer"),
    path("method/", views.method, name="method"),
    path("register/", outreach.register, name="register"),
]
