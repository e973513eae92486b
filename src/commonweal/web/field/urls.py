"""Paths of this desk."""

from django.urls import path

from commonweal.web.field import (
    consent,
    encounter,
    followups,
    index,
    paper,
    person,
    phone,
    photographs,
    referral,
    screening,
    shell,
    talk,
)

app_name = "field"
urlpatterns = [
    path("", index.now, name="index"),
    path("status/", index.status, name="status"),
    path("undo/", index.undo, name="undo"),
    path("check-in/", index.check_in, name="check_in"),
    path("duress/", index.duress, name="duress"),
    path("app/", shell.app, name="app"),
    path("sw.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("place/", shell.whereabouts, name="place"),
    path("lease/", phone.lease, name="lease"),
    path("pack/", phone.pack, name="pack"),
    path("sync/", phone.sync, name="sync"),
    path("follow-ups/", followups.every, name="follow_ups"),
    path("follow-ups/<uuid:encounter_id>/", followups.schedule, name="schedule"),
    path("paper/", paper.enter, name="paper"),
    path("call/<uuid:call>/talk/", talk.of_call, name="call_talk"),
    path("encounter/open/", encounter.begin, name="open"),
    path("encounter/<uuid:encounter_id>/", encounter.cards, name="encounter"),
    path("encounter/<uuid:encounter_id>/save/", encounter.save, name="save"),
    path("encounter/<uuid:encounter_id>/settle/", encounter.settle, name="settle"),
    path("encounter/<uuid:encounter_id>/close/", encounter.close, name="close"),
    path("encounter/<uuid:encounter_id>/closed/", encounter.closed, name="closed"),
    path("encounter/<uuid:encounter_id>/follow-up/", encounter.follow_up, name="follow_up"),
    path("encounter/<uuid:encounter_id>/screens/", screening.every, name="screens"),
    path("encounter/<uuid:encounter_id>/screens/<slug:code>/", screening.one, name="screen"),
    path("encounter/<uuid:encounter_id>/photographs/", photographs.every, name="photographs"),
    path(
        "encounter/<uuid:encounter_id>/photographs/<uuid:photograph_id>/", photographs.one, name="photograph"
    ),
    path(
        "encounter/<uuid:encounter_id>/photographs/<uuid:photograph_id>/<slug:verb>/",
        photographs.act,
        name="photograph_act",
    ),
    path("encounter/<uuid:encounter_id>/talk/", talk.talk, name="talk"),
    path("encounter/<uuid:encounter_id>/person/", person.find, name="person"),
    path("encounter/<uuid:encounter_id>/consent/", consent.agree, name="consent"),
    path("encounter/<uuid:encounter_id>/consent/copy/", consent.copy, name="consent_copy"),
    path("encounter/<uuid:encounter_id>/consent/withdraw/", consent.withdraw, name="withdraw"),
    path("encounter/<uuid:encounter_id>/way/<uuid:referral>/", referral.way, name="way"),
    path("encounter/<uuid:encounter_id>/way/<uuid:referral>/<slug:act>/", referral.move, name="way_act"),
    path("encounter/<uuid:encounter_id>/refer/", referral.choose, name="refer"),
]
