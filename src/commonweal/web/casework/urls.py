"""Paths of this desk."""

from django.urls import path

from commonweal.web.casework import (
    acts,
    aftercare,
    begin,
    conferences,
    consents,
    diversion,
    documents,
    file,
    index,
    letters,
    minutes,
    photographs,
    refer,
    screening,
    several,
)

app_name = "casework"
urlpatterns = [
    path("", index.today, name="index"),
    path("views/", index.keep, name="keep_view"),
    path("views/<uuid:view_id>/drop/", index.drop, name="drop_view"),
    path("several/", several.act, name="several"),
    path("open/", begin.find, name="open"),
    path("<uuid:case_id>/", file.show, name="case"),
    path("<uuid:case_id>/diversion/", diversion.show, name="diversion"),
    path("<uuid:case_id>/diversion/<slug:verb>/", diversion.act, name="diversion_act"),
    path("<uuid:case_id>/history/", file.sensitive, name="sensitive"),
    path("<uuid:case_id>/screens/", screening.every, name="screens"),
    path("<uuid:case_id>/screens/<slug:code>/", screening.one, name="screen"),
    path("<uuid:case_id>/refer/", refer.choose, name="refer"),
    path("<uuid:case_id>/documents/", documents.every, name="documents"),
    path("<uuid:case_id>/documents/<uuid:document_id>/", documents.one, name="document"),
    path("<uuid:case_id>/documents/<uuid:document_id>/<slug:verb>/", documents.act, name="document_act"),
    path("<uuid:case_id>/photographs/", photographs.every, name="photographs"),
    path("<uuid:case_id>/photographs/<uuid:photograph_id>/", photographs.one, name="photograph"),
    path("<uuid:case_id>/first-minutes/", minutes.minutes, name="minutes"),
    path("<uuid:case_id>/aftercare/", aftercare.show, name="aftercare"),
    path("<uuid:case_id>/aftercare/<slug:verb>/", aftercare.act, name="aftercare_act"),
    path("<uuid:case_id>/conferences/", conferences.every, name="conferences"),
    path("<uuid:case_id>/conferences/<uuid:conference_id>/", conferences.one, name="conference"),
    path(
        "<uuid:case_id>/conferences/<uuid:conference_id>/<slug:verb>/", conferences.act, name="conference_act"
    ),
    path("<uuid:case_id>/letters/", letters.every, name="letters"),
    path("<uuid:case_id>/letters/<uuid:letter_id>/", letters.one, name="letter"),
    path("<uuid:case_id>/letters/<uuid:letter_id>/<slug:verb>/", letters.act, name="letter_act"),
    path("<uuid:case_id>/consents/", consents.consents, name="consents"),
    path("<uuid:case_id>/reopen/", acts.reopen, name="reopen"),
    path("<uuid:case_id>/act/<slug:verb>/", acts.act, name="act"),
]
