"""Paths of this desk."""

from django.urls import path

from commonweal.web.field import consent, encounter, index, person, referral

app_name = "field"
urlpatterns = [
    path("", index.now, name="index"),
    path("status/", index.status, name="status"),
    path("check-in/", index.check_in, name="check_in"),
    path("duress/", index.duress, name="duress"),
    path("encounter/open/", encounter.begin, name="open"),
    path("encounter/<uuid:encounter_id>/", encounter.cards, name="encounter"),
    path("encounter/<uuid:encounter_id>/save/", encounter.save, name="save"),
    path("encounter/<uuid:encounter_id>/close/", encounter.close, name="close"),
    path("encounter/<uuid:encounter_id>/follow-up/", encounter.follow_up, name="follow_up"),
    path("encounter/<uuid:encounter_id>/person/", person.find, name="person"),
    path("encounter/<uuid:encounter_id>/consent/", consent.agree, name="consent"),
    path("encounter/<uuid:encounter_id>/refer/", referral.choose, name="refer"),
]
