"""Paths of this desk."""

from django.urls import path

from commonweal.web.mine import aftercare, letters, outreach, reminders, requests, views

app_name = "mine"
urlpatterns = [
    path("", views.front, name="index"),
    path("consents/", views.consents, name="consents"),
    path("consents/<uuid:consent_id>/", views.revoke, name="revoke"),
    path("documents/<uuid:document_id>/", views.document, name="document"),
    path("check-ins/<uuid:case_id>/stop/", aftercare.stop, name="stop_check_ins"),
    path("letters/<uuid:letter_id>/", letters.one, name="letter"),
    path("outreach/", outreach.outreach, name="outreach"),
    path("referrals/<uuid:referral>/reminder/", reminders.own, name="reminder"),
    path("looked/", views.looked, name="looked"),
    path("requests/", requests.own, name="requests"),
    path("requests/<uuid:request_id>/", requests.one, name="request"),
]
