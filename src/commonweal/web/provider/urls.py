"""Paths of this desk."""

from django.urls import path

from commonweal.web.provider import answer, capacity, card, inbox, photographs, sent, several, talk

app_name = "provider"
urlpatterns = [
    path("", inbox.inbox, name="index"),
    path("list.csv", inbox.export, name="export"),
    path("several/", several.act, name="several"),
    path("capacity/<uuid:service>/", capacity.post, name="capacity"),
    path("sent/", sent.outbox, name="sent"),
    path("sent/<uuid:referral>/", sent.card, name="sent_card"),
    path("sent/<uuid:referral>/slip/", sent.slip, name="slip"),
    path("sent/<uuid:referral>/<slug:act>/", sent.act, name="sent_act"),
    path("answer/<str:token>/", answer.answer, name="answer"),
    path("answer/<str:token>/not-mine/", answer.not_mine, name="not_mine"),
    path("<uuid:referral>/talk/", talk.talk, name="talk"),
    path("<uuid:referral>/photographs/", photographs.every, name="photographs"),
    path("<uuid:referral>/photographs/<uuid:photograph_id>/", photographs.one, name="photograph"),
    path("<uuid:referral>/", card.card, name="card"),
    path("<uuid:referral>/<slug:act>/", card.act, name="act"),
]
