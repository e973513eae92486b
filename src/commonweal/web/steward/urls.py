"""Paths of this desk."""

from django.urls import path

from commonweal.web.steward import agreements, explain, register, reviews

app_name = "steward"
urlpatterns = [
    path("", reviews.front, name="index"),
    path("reviews/", reviews.front, name="reviews"),
    path("reviews/<uuid:review_id>/", reviews.review, name="review"),
    path("register/", register.rows, name="register"),
    path("journal/", register.journal_page, name="journal"),
    path("explain/", explain.ask, name="explain"),
    path("agreements/", agreements.every, name="agreements"),
    path("agreements/<uuid:agreement_id>/", agreements.one, name="agreement"),
]
