"""Every path of the product: one folder of `web/` per desk, the API, sign-in."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from commonweal.api.problems import nowhere
from commonweal.api.v1 import api
from commonweal.web import bulletins, drills, emergency, live, views
from commonweal.web.saml import views as saml

handler400 = "commonweal.web.views.bad_request"
handler403 = "commonweal.web.views.denied"
handler404 = "commonweal.web.views.not_found"
handler500 = "commonweal.config.failing.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("demo/", views.demo, name="demo"),
    path("demo/enter/<str:username>/", views.demo_enter, name="demo_enter"),
    path("language/", views.language, name="language"),
    path("gallery/", views.gallery, name="gallery"),
    path("health/", views.health, name="health"),
    path("emergency/person/<uuid:person>/", emergency.plead, name="emergency_plea"),
    path("emergency/<uuid:opening_id>/", emergency.show, name="emergency"),
    path("emergency/<uuid:opening_id>/end/", emergency.end, name="emergency_end"),
    path("bulletins/", bulletins.index, name="bulletins"),
    path("bulletins/new/", bulletins.write, name="bulletin_new"),
    path("bulletins/strip/", bulletins.strip, name="bulletins_strip"),
    path("bulletins/<uuid:bulletin_id>/", bulletins.show, name="bulletin"),
    path("bulletins/<uuid:bulletin_id>/acknowledge/", bulletins.acknowledge, name="bulletin_acknowledge"),
    path("bulletins/<uuid:bulletin_id>/withdraw/", bulletins.withdraw, name="bulletin_withdraw"),
    path("drills/", drills.index, name="drills"),
    path("drills/start/", drills.start, name="drill_start"),
    path("drills/<uuid:drill_id>/", drills.show, name="drill"),
    path("drills/<uuid:drill_id>/confirm/", drills.confirm, name="drill_confirm"),
    path("drills/<uuid:drill_id>/stop/", drills.stop, name="drill_stop"),
    path("live/", live.events, name="live"),
    path("account/", include("commonweal.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/oidc/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("account/saml/<slug:organization_slug>/acs/finish/", saml.finish),
    path("account/", include("allauth.socialaccount.providers.saml.urls")),
    path("api/", api.urls),
    path("scim/v2/", include("commonweal.api.scim.urls")),
    path("hsds/", include("commonweal.api.hsds.urls")),
    re_path("^api/", nowhere),
    path("desk/", include("commonweal.web.desk.urls")),
    path("board/", include("commonweal.web.board.urls")),
    path("field/", include("commonweal.web.field.urls")),
    path("referrals/", include("commonweal.web.provider.urls")),
    path("cases/", include("commonweal.web.casework.urls")),
    path("tables/", include("commonweal.web.tables.urls")),
    path("people/", include("commonweal.web.records.urls")),
    path("insight/", include("commonweal.web.analyst.urls")),
    path("planning/", include("commonweal.web.planner.urls")),
    path("evaluation/", include("commonweal.web.evaluator.urls")),
    path("trust/", include("commonweal.web.steward.urls")),
    path("training/", include("commonweal.web.trainer.urls")),
    path("community/", include("commonweal.web.resident.urls")),
    path("mine/", include("commonweal.web.mine.urls")),
    path("setup/", include("commonweal.web.setup.urls")),
]
