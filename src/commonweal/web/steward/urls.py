"""Paths of this desk."""

from django.urls import path

from commonweal.web.steward import (
    agreements,
    chri,
    drafting,
    explain,
    holds,
    policy,
    policy_form,
    posture,
    register,
    requests,
    reviews,
    safeguards,
)

app_name = "steward"
urlpatterns = [
    path("", reviews.door, name="index"),
    path("reviews/", reviews.front, name="reviews"),
    path("reviews/<uuid:review_id>/", reviews.review, name="review"),
    path("register/", register.rows, name="register"),
    path("chri/", chri.log, name="chri"),
    path("journal/", register.journal_page, name="journal"),
    path("explain/", explain.ask, name="explain"),
    path("agreements/", agreements.every, name="agreements"),
    path("agreements/new/", drafting.choose, name="templates"),
    path("agreements/new/<slug:code>/", drafting.new, name="draft"),
    path("agreements/<uuid:agreement_id>/", agreements.one, name="agreement"),
    path("posture/", posture.council, name="posture"),
    path("policy/", policy.every, name="policies"),
    path("policy/new/", policy_form.new, name="policy_new"),
    path("policy/<uuid:policy_id>/", policy.one, name="policy"),
    path("policy/<uuid:policy_id>/edit/", policy_form.edit, name="policy_edit"),
    path("policy/<uuid:policy_id>/changes/", policy.replayed, name="policy_changes"),
    path("policy/<uuid:policy_id>/print/", policy.printed, name="policy_print"),
    path("requests/", requests.queue, name="requests"),
    path("requests/new/", requests.note, name="request_new"),
    path("requests/<uuid:request_id>/", requests.one, name="request"),
    path("requests/<uuid:request_id>/letters/<uuid:letter_id>/", requests.letter, name="letter"),
    path("requests/<uuid:request_id>/copy/", requests.copy, name="copy"),
    path("requests/<uuid:request_id>/public/", requests.public, name="public"),
    path("holds/", holds.every, name="holds"),
    path("suspensions/", safeguards.suspensions, name="suspensions"),
    path("closeness/", safeguards.closeness, name="closeness"),
    path("interest/", safeguards.interest, name="interest"),
    path("people/<uuid:person_id>/representatives/", holds.representatives, name="representatives"),
    path("agreements/<uuid:agreement_id>/edit/", drafting.edit, name="edit"),
    path("agreements/<uuid:agreement_id>/changes/", agreements.changes, name="changes"),
    path("agreements/<uuid:agreement_id>/print/", agreements.printed, name="printed"),
]
