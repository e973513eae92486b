"""Paths of SCIM 2.0 (RFC 7644, section 3.2)."""

from django.urls import path, re_path

from commonweal.api.scim import views

urlpatterns = [
    path("Users", views.users, name="scim_users"),
    path(".search", views.search, name="scim_search"),
    path("Users/.search", views.search, name="scim_users_search"),
    path("Users/<str:account>", views.one, name="scim_user"),
    path("ServiceProviderConfig", views.abilities, name="scim_abilities"),
    path("ResourceTypes", views.kinds, name="scim_kinds"),
    path("ResourceTypes/<str:name>", views.kinds, name="scim_kind"),
    path("Schemas", views.schemas, name="scim_schemas"),
    path("Schemas/<str:name>", views.schemas, name="scim_schema"),
    re_path("^.*$", views.nowhere, name="scim_nowhere"),
]
