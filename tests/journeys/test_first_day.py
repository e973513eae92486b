"""A county's first day, from an empty instance to an answered referral, by its screens alone.

`commonweal init` has loaded the shipped protocols and one administrator has signed in. Nothing else stands:
no agency, no unit, no roster, no agreement, no directory. Each step is the screen of whoever does it there.
"""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import actions as opening
from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls_acts
from commonweal.calls import queries as calls
from commonweal.directory import queries as directory
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import system
from commonweal.referrals import queries as referrals
from commonweal.sharing import queries as trust
from factories.calls import TROUBLED
from factories.cast import SETUP, worker
from factories.directory import ALL_WEEK
from factories.visitor import visit

pytestmark = pytest.mark.django_db
HOUSES = {"ecc": "Elm Communications", "police": "Elm Police", "health": "Elm Behavioral Health",
          "hmis_shelter": "Night House", "privacy": "Elm Privacy"}  # fmt: skip


class FirstDay:
    """The first people of a site, each with their own screen."""

    def __init__(self) -> None:
        calls_acts.load_protocols(by=system("init"))
        county = opening.open_agency(by=SETUP, name="Elm County", kind="government")
        self.home: dict[str, UUID] = {"county": county.id}
        self.admin = visit(worker(county.id, "administrator"))

    # -- setup ----------------------------------------------------------------------------------
    def agencies_are_opened_and_people_invited(self) -> None:
        for kind, name in HOUSES.items():
            self.admin.post(reverse("setup:agencies"), {"name": name, "kind": kind})
        self.home |= {a.kind: a.id for a in agencies.agencies()}
        assert set(HOUSES) <= set(self.home)
        self.supervisor, self.second = (worker(self.home["ecc"], "supervisor") for _n in range(2))
        self.call_taker = worker(self.home["ecc"], "call_taker")
        self.officer = worker(self.home["police"], "cit_officer")
        self.clinician = worker(self.home["health"], "clinician")
        self.night_worker = worker(self.home["hmis_shelter"], "shelter_worker")
        self.privacy_officer = worker(self.home["privacy"], "privacy_officer")

    def a_protocol_comes_into_force(self) -> None:
        page = visit(self.supervisor).get(reverse("desk:protocols")).content.decode()
        version = re.findall(r"/desk/protocols/([0-9a-f-]{36})/", page)
        chosen = next(UUID(v) for v in version if calls.protocol(UUID(v)).code == "harlow")
        for by in (self.supervisor, self.second):
            visit(by).post(reverse("desk:protocol_sign", args=[chosen]))
        visit(self.supervisor).post(
            reverse("desk:protocol_adopt", args=[chosen]), {"since": clock.today().isoformat()}
        )
        assert calls.adopted_by(self.home["ecc"])

    def a_unit_is_on_the_roster(self) -> None:
        self.admin.post(
            reverse("setup:units"),
            {"call_sign": "CO1", "kind": "co_response", "agency": str(self.home["health"]),
             "hourly_cost": "140", "base": "38.49, -121.58"},
        )  # fmt: skip
        [unit] = agencies.units()
        now = clock.now().astimezone(clock.begin(clock.today()).tzinfo)
        visit(self.supervisor).post(
            f"{reverse('board:roster')}?day={(now - timedelta(hours=1)).date()}",
            {"act": "put", "unit": str(unit.id), "days": "1", "crew": [self.officer.id, self.clinician.id],
             "starts": f"{now - timedelta(hours=1):%H:%M}", "ends": f"{now + timedelta(hours=8):%H:%M}"},
        )  # fmt: skip
        assert [shift.unit.call_sign for shift in agencies.on_duty()] == ["CO1"]

    def the_agencies_bind_themselves(self) -> None:
        desk = visit(self.privacy_officer)
        url = reverse("steward:draft", args=["co_response_mou"])
        form = desk.get(url).content.decode()
        today = clock.today()
        posted: dict[str, object] = {
            "title": "Elm crisis response", "text": "The agencies answer crises together.",
            "starts": today.isoformat(), "ends": (today + timedelta(days=300)).isoformat(),
            "parties": [str(self.home[kind]) for kind in HOUSES],
        }  # fmt: skip
        posted |= {name: "on" for name in re.findall(r'name="(on\.[^"]+)"', form)}
        listed = r'name="((?:fields|roles|purposes)\.[^"]+)" value="([^"]+)" checked'
        for name, value in re.findall(listed, form):
            posted.setdefault(name, [])
            found = posted[name]
            assert isinstance(found, list)
            found.append(value)
        desk.post(url, posted)
        [draft] = trust.agreements()
        for kind in HOUSES:
            signer = visit(worker(self.home[kind], "signatory"))
            page = signer.get(reverse("steward:agreement", args=[draft.id])).content.decode()
            [read] = set(re.findall(r'name="digest" value="([0-9a-f]{64})"', page))
            signer.post(reverse("steward:agreement", args=[draft.id]), {"act": "sign", "digest": read})
        assert trust.agreement(draft.id).state == "in_force"

    def a_directory_is_written_and_somebody_receives(self) -> None:
        self.admin.post(reverse("setup:provider_new"), {"name": "Night House"})
        owner = directory.providers("Night House").get()
        beds = {
            "name": "Night House beds", "topics": ["shelter"], "languages": ["en", "es"],
            "pathway": "tonight", "capacity_unit": "beds", "capacity_total": "12",
            "hours-0-days": list(ALL_WEEK), "hours-0-opens": "18:00", "hours-0-closes": "08:00",
            "hours-0-text": "",
            "phones-0-number": "+1 415 555 0100", "places-0-address": "12 Quay St", "places-0-city": "Elm",
        }  # fmt: skip
        self.admin.post(reverse("setup:entry_new", args=[owner.id]), beds)
        self.beds = directory.entries_of(owner.id).get().id
        waiting = self.admin.get(reverse("setup:providers")).content.decode()
        [provider] = set(re.findall(r"/setup/providers/([0-9a-f-]{36})/", waiting))
        self.admin.post(
            reverse("setup:provider", args=[provider]),
            {"agency": str(self.home["hmis_shelter"]), "delivery": "inbox", "referral_email": ""},
        )
        assert directory.is_reached(self.beds)
        visit(self.night_worker).post(reverse("provider:capacity", args=[self.beds]), {"available": "4"})
        assert directory.capacity(self.beds)

    # -- the first call -------------------------------------------------------------------------
    def the_first_call_is_answered_by_the_right_team(self) -> None:
        desk = visit(self.call_taker, "dispatch")
        desk.post(reverse("desk:new"), {"source": "911"})
        [waiting] = calls.open_calls()
        self.call = waiting.id
        corner = {"pick": "-121.60|38.50|412 Cedar Ave", "q": "412 Cedar"}
        desk.post(reverse("desk:place", args=[self.call]), corner)
        for question, answer in TROUBLED.items():
            desk.post(reverse("desk:answer", args=[self.call]), {"question": question, "answer": answer})
        desk.post(reverse("desk:dispatch", args=[self.call]))
        assert calls.crew_of(self.call) == {UUID(self.officer.id), UUID(self.clinician.id)}

    def the_person_agrees_and_is_referred(self) -> None:
        phone = visit(self.clinician, "phone")
        for status in ("acknowledged", "enroute", "on_scene"):
            phone.post(reverse("field:status"), {"status": status})
        phone.post(reverse("field:open"), {"call": str(self.call)})
        [outline] = encounters.of_call(self.call)
        who = {"given": "Rosa", "family": "Delgado", "born": "1984-03-09"}
        phone.post(reverse("field:person", args=[outline.id]), who)
        agreed = {
            "what": ["identity", "referral_status"], "until": "180", "signer": "Rosa Delgado",
            "to": [str(self.home["hmis_shelter"])], "way": "drawn", "signature": "M10 10L60 40",
        }  # fmt: skip
        phone.post(reverse("field:consent", args=[outline.id]), agreed)
        phone.post(reverse("field:refer", args=[outline.id]), {"service": str(self.beds), "need": "shelter"})
        [sent] = referrals.of_encounter(outline.id)
        self.referral = sent.id

    def the_night_worker_says_yes(self) -> None:
        flow.drain()
        inbox = visit(self.night_worker).get(reverse("provider:index")).content.decode()
        assert str(self.referral) in inbox
        visit(self.night_worker).post(reverse("provider:act", args=[self.referral, "accept"]))
        assert referrals.row_of(self.referral).state == "accepted"


def test_a_county_begins_with_nothing_and_refers_somebody_on_its_first_day() -> None:
    day = FirstDay()
    day.agencies_are_opened_and_people_invited()
    day.a_protocol_comes_into_force()
    day.the_agencies_bind_themselves()
    day.a_unit_is_on_the_roster()
    day.a_directory_is_written_and_somebody_receives()
    day.the_first_call_is_answered_by_the_right_team()
    day.the_person_agrees_and_is_referred()
    day.the_night_worker_says_yes()
