"""Paths of this desk: all public, none needs script."""

from django.urls import path

from commonweal.web.resident import help, openness, records, voice

app_name = "resident"
urlpatterns = [
    path("", help.front, name="index"),
    path("find/", help.find, name="find"),
    path("find/<uuid:service_id>/", help.service, name="service"),
    path("feedback/", voice.say, name="feedback"),
    path("feedback/reply/", voice.read, name="reply"),
    path("feedback/waiting/", voice.waiting, name="waiting"),
    path("feedback/<uuid:feedback_id>/answer/", voice.answer, name="answer"),
    path("meetings/", openness.meetings, name="meetings"),
    path("rules/", openness.rules, name="rules"),
    path("rules/protocol/<uuid:version_id>/", openness.protocol, name="protocol"),
    path("rules/agreement/<uuid:agreement_id>/", openness.agreement, name="agreement"),
    path("figures/", openness.figures, name="figures"),
    path("records/", records.ask, name="records"),
    path("records/follow/", records.follow, name="follow"),
]
