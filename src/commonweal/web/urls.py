"""Paths of the entrance, before those of the sign-in library."""

from django.urls import path

from commonweal.web import (
    asked,
    bell,
    choices,
    datebook,
    details,
    devices,
    entrance,
    onduty,
    pages,
    records_of_signin,
    threads,
)

records_of_signin.listen()

urlpatterns = [
    path("banner/", entrance.banner, name="account_banner"),
    path("invitation/<str:token>/", entrance.invitation, name="account_invitation"),
    path("here/", entrance.here, name="account_here"),
    path("bell/", bell.bell, name="notifications"),
    path("bell/waiting/", bell.waiting, name="notifications_waiting"),
    path("bell/acknowledge/", bell.acknowledge, name="notifications_acknowledge"),
    path("bell/read/", bell.read, name="notifications_read"),
    path("confirm/", threads.confirm, name="thread_confirm"),
    path("on/", onduty.index, name="on_duty"),
    path("on/ask/", onduty.call_back, name="on_duty_call_back"),
    path("on/sign/", onduty.sign, name="on_duty_sign"),
    path("notices/", choices.own, name="own_notices"),
    path("devices/", devices.own, name="devices"),
    path("devices/agency/", devices.of_agency, name="agency_devices"),
    path("calendar/", datebook.own, name="own_calendar"),
    path("calendar/<str:secret>.ics", datebook.feed, name="calendar_feed"),
    path("asked/<uuid:review_id>/", asked.asked, name="asked"),
    path("details/", details.own, name="own_details"),
    path("details/email/", details.ask_address, name="own_address_ask"),
    path("details/email/<str:token>/", details.confirm, name="own_address"),
    # in place of the library's page of addresses
    path("email/", pages.not_found),
]
