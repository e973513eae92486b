"""Paths of this desk: public, but for the work behind them; none needs script."""

from django.urls import path

from commonweal.web.resident import alert_desk, alerts, help, openness, records, releasing, themes, voice

app_name = "resident"
urlpatterns = [
    path("", help.front, name="index"),
    path("find/", help.find, name="find"),
    path("find/<uuid:service_id>/", help.service, name="service"),
    path("feedback/", voice.say, name="feedback"),
    path("feedback/reply/", voice.read, name="reply"),
    path("feedback/waiting/", voice.waiting, name="waiting"),
    path("feedback/<uuid:feedback_id>/answer/", voice.answer, name="answer"),
    path("feedback/themes/", themes.themes, name="themes"),
    path("feedback/themes/drop/", themes.drop, name="theme_drop"),
    path("meetings/", openness.meetings, name="meetings"),
    path("rules/", openness.rules, name="rules"),
    path("rules/protocol/<uuid:version_id>/", openness.protocol, name="protocol"),
    path("rules/agreement/<uuid:agreement_id>/", openness.agreement, name="agreement"),
    path("figures/", openness.figures, name="figures"),
    path("figures/release/", releasing.release, name="release"),
    path("alerts/", alerts.public, name="alerts"),
    path("alerts/feed.xml", alerts.feed, name="alert_feed"),
    path("alerts/<uuid:alert_id>.xml", alerts.cap, name="alert_cap"),
    path("alerts/desk/", alert_desk.work, name="alert_work"),
    path("alerts/desk/new/", alert_desk.draft, name="alert_draft"),
    path("alerts/desk/file/", alert_desk.bring, name="alert_bring"),
    path("alerts/desk/<uuid:alert_id>/", alert_desk.one, name="alert"),
    path("alerts/desk/<uuid:alert_id>/change/", alert_desk.change, name="alert_change"),
    path("alerts/desk/<uuid:alert_id>/update/", alert_desk.update, name="alert_update"),
    path("records/", records.ask, name="records"),
    path("records/follow/", records.follow, name="follow"),
]
