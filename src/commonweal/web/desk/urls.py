"""Paths of the call desk."""

from django.urls import path

from commonweal.web.desk import acts, comparing, downtime, editor, lookups, paper, protocols, views

app_name = "desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("queue/", views.queue, name="queue"),
    path("new/", acts.new, name="new"),
    path("places/", lookups.places, name="places"),
    path("downtime/", downtime.index, name="downtime"),
    path("downtime/pack/", downtime.make, name="downtime_pack"),
    path("downtime/plan/", downtime.keep_plan, name="downtime_plan"),
    path("downtime/<uuid:pack>/destroyed/", downtime.destroyed, name="downtime_destroyed"),
    path("downtime/enter/", paper.enter, name="paper"),
    path("downtime/drill/", downtime.begin_drill, name="drill_begin"),
    path("downtime/drill/<uuid:drill>/", downtime.drill, name="drill"),
    path("downtime/drill/<uuid:drill>/pack/", downtime.drill_pack, name="drill_pack"),
    path("protocols/", protocols.every, name="protocols"),
    path("protocols/compare/", comparing.compare, name="protocol_compare"),
    path("protocols/<uuid:version>/", protocols.one, name="protocol"),
    path("protocols/<uuid:version>/begin/", protocols.begin, name="protocol_begin"),
    path("protocols/<uuid:version>/sign/", protocols.sign, name="protocol_sign"),
    path("protocols/<uuid:version>/adopt/", protocols.adopt, name="protocol_adopt"),
    path("protocols/draft/<uuid:draft>/", editor.draft, name="draft"),
    path("protocols/draft/<uuid:draft>/rule/", editor.rule, name="draft_rule"),
    path("protocols/draft/<uuid:draft>/question/", editor.question, name="draft_question"),
    path("<uuid:call>/", views.call, name="call"),
    path("<uuid:call>/conversation/", views.conversation, name="conversation"),
    path("<uuid:call>/verdict/", views.verdict, name="verdict"),
    path("<uuid:call>/people/", lookups.people, name="people"),
    path("<uuid:call>/units/", lookups.units, name="units"),
    path("<uuid:call>/history/", lookups.history, name="history"),
    path("<uuid:call>/thread/", lookups.thread, name="thread"),
    path("<uuid:call>/take/", acts.take, name="take"),
    path("<uuid:call>/threat/", acts.threat, name="threat"),
    path("<uuid:call>/place/", acts.place, name="place"),
    path("<uuid:call>/caller/", acts.caller, name="caller"),
    path("<uuid:call>/needs/", acts.needs, name="needs"),
    path("<uuid:call>/answer/", acts.answer, name="answer"),
    path("<uuid:call>/note/", acts.note, name="note"),
    path("<uuid:call>/person/", acts.person, name="person"),
    path("<uuid:call>/override/", acts.override, name="override"),
    path("<uuid:call>/transfer/", acts.transfer, name="transfer"),
    path("<uuid:call>/dispatch/", acts.dispatch, name="dispatch"),
    path("<uuid:call>/end/", acts.end, name="end"),
]
