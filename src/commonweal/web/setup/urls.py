"""Paths of this desk."""

from django.urls import path

from commonweal.web.setup import (
    ladders,
    loading,
    merging,
    people,
    permissions,
    places,
    sessions,
    signs,
    tokens,
    views,
    webhooks,
)

app_name = "setup"
urlpatterns = [
    path("", views.front, name="index"),
    path("agencies/", places.agencies_page, name="agencies"),
    path("agencies/<uuid:agency_id>/", places.agency, name="agency"),
    path("units/", places.units, name="units"),
    path("accounts/", people.accounts, name="accounts"),
    path("accounts/<uuid:account_id>/", people.account, name="account"),
    path("accounts/<uuid:account_id>/close/", people.close, name="close"),
    path("accounts/<uuid:account_id>/open/", people.reopen, name="reopen"),
    path("accounts/<uuid:account_id>/unlock/", people.unlock, name="unlock"),
    path("accounts/<uuid:account_id>/tokens/", tokens.issue, name="issue"),
    path("tokens/", tokens.every, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="revoke"),
    path("webhooks/", webhooks.every, name="webhooks"),
    path("webhooks/register/", webhooks.register, name="webhook_register"),
    path("webhooks/<uuid:endpoint>/rotate/", webhooks.rotate, name="webhook_rotate"),
    path("webhooks/<uuid:endpoint>/switch/", webhooks.switch, name="webhook_switch"),
    path("webhooks/again/<uuid:delivery>/", webhooks.again, name="webhook_again"),
    path("ladders/", ladders.every, name="ladders"),
    path("ladders/<str:occasion>/", ladders.one, name="ladder"),
    path("signs/", signs.every, name="signs"),
    path("signs/draft/", signs.draft, name="sign_draft"),
    path("signs/<uuid:version>/", signs.version, name="sign_rules"),
    path("signs/<uuid:version>/<slug:verb>/", signs.decide, name="sign_decide"),
    path("sessions/", sessions.every, name="sessions"),
    path("permissions/", permissions.listed, name="permissions"),
    path("duplicates/", merging.waiting, name="duplicates"),
    path("duplicates/<uuid:pair_id>/", merging.pair, name="duplicate"),
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/<uuid:invitation_id>/withdraw/", views.withdraw, name="invitation_withdraw"),
    path("imports/", loading.index, name="imports"),
    path("imports/<uuid:run_id>/", loading.run, name="import"),
    path("imports/<uuid:run_id>/again/", loading.again, name="import_again"),
    path("imports/<uuid:run_id>/<str:which>.csv", loading.listing, name="import_list"),
]
