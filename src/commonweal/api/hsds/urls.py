"""Paths of the HSDS 3.0 API."""

from django.urls import path, re_path

from commonweal.api.hsds import views

urlpatterns = [
    path("", views.about, name="hsds"),
    path("services", views.services, name="hsds_services"),
    path("services/<uuid:service>", views.one_service, name="hsds_service"),
    path("organizations", views.organizations, name="hsds_organizations"),
    path("organizations/<uuid:organization>", views.one_organization, name="hsds_organization"),
    re_path("^.*$", views.nowhere, name="hsds_nowhere"),
]
