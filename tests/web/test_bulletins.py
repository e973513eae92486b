"""Bulletins on screens and for programs: written, shown on the desks, read under the gate, refused."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, queries
from commonweal.messages.models import Bulletin
from commonweal.sharing import actions as sharing
from factories.caller import Program
from factories.calls import Centre, open_centre
from factories.cases import support
from factories.cast import SETUP, Cast, gather, someone, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
DESKS = {
    "call_taker": "/desk/", "supervisor": "/board/", "medic": "/field/", "shelter_worker": "/referrals/",
}  # fmt: skip


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Workers of the desks on which bulletins stand."""
    cast = gather()
    for role in (*DESKS, "case_manager"):
        assert cast[role]
    return cast


def typed(cast: Cast, **other: Any) -> dict[str, Any]:
    """A form as a supervisor fills it in for the shelter."""
    ends = clock.now() + timedelta(hours=6)
    given = {
        "kind": "place_closed", "urgency": "today", "headline": "Lantern night beds closed", "text": "Pipes.",
        "agencies": [str(cast.agency["hmis_shelter"])], "ends_at": ends.strftime("%Y-%m-%dT%H:%M"),
        "names_nobody": "yes",
    }  # fmt: skip
    return given | other


def written(cast: Cast, **other: Any) -> Bulletin:
    """Sent by the supervisor."""
    answer = visit(cast["supervisor"]).post(reverse("bulletin_new"), typed(cast, **other))
    assert answer.status_code == 302, answer.content.decode()
    return Bulletin.objects.latest("created_at")


def said(client: Client, name: str, *args: object, status: int = 200) -> str:
    """What a page says."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


class TestWritten:
    """By a form that keeps what was typed."""

    def test_to_agencies_roles_and_teams(self, cast: Cast) -> None:
        home = cast.agency["ems"]
        team = agencies.open_team(by=SETUP, agency=home, name="Bay two")
        made = written(cast, roles=["shelter_worker"], teams=[str(team.id)], asks="yes")
        rows = {(row.agency, row.role, row.team) for row in made.to.all()}
        assert rows == {(cast.agency["hmis_shelter"], "shelter_worker", None), (home, "", team.id)}
        assert made.asks and made.told_at

    @pytest.mark.parametrize(
        ("wrong", "word"),
        [
            ({"agencies": []}, "Choose who receives it"),
            ({"ends_at": "soon"}, "Give a day and a time"),
            ({"ends_at": "2001-13-40T99:00"}, "Give a day and a time"),
            ({"names_nobody": ""}, "Read it for names"),
            ({"kind": "missing_person"}, "written from the call or the case"),
        ],
    )
    def test_a_fault_keeps_what_was_typed(self, cast: Cast, wrong: dict[str, Any], word: str) -> None:
        answer = visit(cast["supervisor"]).post(reverse("bulletin_new"), typed(cast, **wrong))
        page = answer.content.decode()
        assert answer.status_code == 400 and word in page and 'value="Lantern night beds closed"' in page

    def test_in_place_of_another(self, cast: Cast) -> None:
        first = written(cast)
        client = visit(cast["supervisor"])
        here = f"{reverse('bulletin_new')}?replaces={first.id}"
        assert "another stands in its place" in client.get(here).content.decode()
        client.post(here, typed(cast, headline="Beds open again"))
        second = Bulletin.objects.latest("created_at")
        page = said(visit(cast["shelter_worker"]), "bulletin", first.id)
        assert "Another one stands in its place" in page and str(second.id) in page

    def test_one_agency_offers_no_form_of_anothers(self, cast: Cast) -> None:
        made = written(cast)
        assert "Take it back" not in said(visit(cast["shelter_worker"]), "bulletin", made.id)
        answer = visit(cast["shelter_worker"]).post(
            reverse("bulletin_withdraw", args=[made.id]), {"why": "Not mine"}
        )
        assert answer.status_code == 404

    def test_taken_back_with_its_reason(self, cast: Cast) -> None:
        made, client = written(cast), visit(cast["supervisor"])
        here = reverse("bulletin_withdraw", args=[made.id])
        assert client.post(here, {"why": ""}).status_code == 400
        assert client.post(here, {"why": "The pipes hold"}).status_code == 302
        assert "The pipes hold" in said(visit(cast["shelter_worker"]), "bulletin", made.id)


class TestShown:
    """Where it matters, calmly, until it was read."""

    @pytest.mark.parametrize("role", DESKS)
    def test_the_desks_fetch_the_strip(self, cast: Cast, role: str) -> None:
        page = visit(cast[role]).get(DESKS[role]).content.decode()
        assert f'hx-get="{reverse("bulletins_strip")}"' in page

    def test_the_strip_is_empty_for_whom_nothing_is(self, cast: Cast) -> None:
        written(cast)
        assert said(visit(cast["medic"]), "bulletins_strip").strip() == ""
        assert "Lantern night beds closed" in said(visit(cast["shelter_worker"]), "bulletins_strip")

    def test_what_was_read_leaves_the_strip_and_stays_on_the_page(self, cast: Cast) -> None:
        made, client = written(cast), visit(cast["shelter_worker"])
        said(client, "bulletin", made.id)
        assert said(client, "bulletins_strip").strip() == ""
        assert "Lantern night beds closed" in said(client, "bulletins")

    def test_what_asks_to_be_acknowledged_stays_until_it_is(self, cast: Cast) -> None:
        made, client = written(cast, asks="yes"), visit(cast["shelter_worker"])
        assert "I have read this" in said(client, "bulletin", made.id)
        assert "please acknowledge" in said(client, "bulletins_strip")
        client.post(reverse("bulletin_acknowledge", args=[made.id]))
        assert said(client, "bulletins_strip").strip() == ""
        assert "You have acknowledged it" in said(client, "bulletin", made.id)
        ours = said(visit(cast["supervisor"]), "bulletin", made.id)
        assert "1 of 1 have acknowledged it" in ours

    def test_who_has_not_read_it_stands_there_as_not_yet(self, cast: Cast) -> None:
        agencies.change_account(by=SETUP, account=cast.account("shelter_worker"), display_name="Nadia Lund")
        made = written(cast)
        ours = said(visit(cast["supervisor"]), "bulletin", made.id)
        assert "Nadia Lund" in ours and "not yet" in ours and "0 of 1 have read it" in ours

    def test_names_stay_inside_where_the_agency_has_it_so(self, cast: Cast) -> None:
        home = cast.agency["victim_service_provider"]
        agencies.change_account(by=SETUP, account=cast.account("victim_advocate"), display_name="Ines Oke")
        officer = worker(cast.agency["police"], "supervisor")
        visit(officer).post(reverse("bulletin_new"), typed(cast, agencies=[str(home)]))
        made = Bulletin.objects.latest("created_at")
        ours = said(visit(officer), "bulletin", made.id)
        assert "Ines Oke" not in ours and "name stays inside" in ours

    def test_it_can_be_kept_as_a_file(self, cast: Cast) -> None:
        here = reverse("bulletin", args=[written(cast).id])
        answer = visit(cast["shelter_worker"]).get(here, {"as": "pdf"})
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"

    def test_in_spanish(self, cast: Cast) -> None:
        agencies.change_account(by=SETUP, account=cast.account("shelter_worker"), language="es")
        made = written(cast, asks="yes")
        client = visit(cast["shelter_worker"])
        assert "Albergue o servicio cerrado" in said(client, "bulletin", made.id)
        assert "acuse recibo" in said(client, "bulletins_strip") and "Boletines" in said(client, "bulletins")


class TestRefused:
    """Stranger, wrong role, not a receiver."""

    @pytest.mark.parametrize("name", ["bulletins", "bulletin_new", "bulletins_strip", "drills"])
    def test_a_stranger_signs_in_first(self, client: Client, name: str) -> None:
        assert client.get(reverse(name)).status_code == 302

    @pytest.mark.parametrize("role", ["patrol_officer", "analyst", "administrator", "counsel"])
    def test_roles_that_write_none(self, cast: Cast, role: str) -> None:
        client = visit(cast[role])
        assert client.get(reverse("bulletin_new")).status_code == 403
        assert client.post(reverse("bulletin_withdraw", args=[uuid4()])).status_code == 403

    def test_a_person_helped_has_none(self, cast: Cast) -> None:
        person, _ = someone(cast)
        helped = agencies.open_account(
            by=SETUP, username="rosa", display_name="Rosa", role="person", person=person
        )  # fmt: skip
        client = visit(agency_queries.actor(helped.id))
        assert {client.get(reverse(one)).status_code for one in ("bulletins", "bulletins_strip")} == {403}

    def test_who_does_not_receive_it_finds_nothing(self, cast: Cast) -> None:
        made, client = written(cast), visit(cast["medic"])
        there, nowhere = client.get(reverse("bulletin", args=[made.id])), uuid4()
        none = client.get(reverse("bulletin", args=[nowhere]))
        assert there.status_code == none.status_code == 404
        assert client.post(reverse("bulletin_acknowledge", args=[made.id])).status_code == 404
        assert client.get(reverse("bulletin_acknowledge", args=[made.id])).status_code == 405

    def test_one_that_was_not_opened_takes_no_answer(self, cast: Cast) -> None:
        made = written(cast, asks="yes")
        client = visit(cast["shelter_worker"])
        assert client.post(reverse("bulletin_acknowledge", args=[made.id])).status_code == 409


@pytest.fixture(name="centre")
def a_case_with_a_team() -> Centre:
    """A centre, and a case of Open Door's manager."""
    return open_centre(staffed=False)


class TestOfAPerson:
    """From the case: the team reads it; everybody else meets nothing at all."""

    def test_from_the_thread_of_a_case_to_its_manager_alone(self, centre: Centre) -> None:
        cast = centre.cast
        held = support(cast)
        colleague = worker(cast.agency["social_service"], "case_manager")
        client = visit(held.manager)
        here = f"{reverse('bulletin_new')}?case={held.case}"
        thread = client.get(reverse("casework:case", args=[held.case])).content.decode()
        assert here.replace("&", "&amp;") in thread
        form = client.get(here).content.decode()
        assert "Whom to look for" in form and "Delgado" not in form
        sent = typed(
            cast, agencies=[str(cast.agency["social_service"])], words="Rosa Delgado, green coat",
            headline="", text="",
        )  # fmt: skip
        assert client.post(here, sent).status_code == 302
        made = Bulletin.objects.latest("created_at")
        assert (made.kind, made.about, made.purpose) == ("missing_person", "case", "care_coordination")
        last = JournalLine.objects.latest("id").id
        page = said(client, "bulletin", made.id)
        assert "green coat" in page
        reads = JournalLine.objects.filter(id__gt=last, kind="sharing.read", data__category="identity")
        assert reads.exists()
        other = visit(colleague)
        assert said(other, "bulletin", made.id, status=404) and "green coat" not in said(other, "bulletins")
        assert "Missing person" not in said(other, "bulletins") + said(other, "bulletins_strip")
        assert not queries.unread(colleague).exists()

    def test_the_list_and_the_strip_say_the_kind_alone(self, centre: Centre) -> None:
        held = support(centre.cast)
        second = worker(centre.cast.agency["social_service"], "case_manager")
        here = f"{reverse('bulletin_new')}?case={held.case}"
        home = [str(centre.cast.agency["social_service"])]
        sent = typed(centre.cast, agencies=home, words="Rosa Delgado, green coat", headline="", text="")
        visit(held.manager).post(here, sent)
        listed = said(visit(held.manager), "bulletins")
        assert "Missing person at risk" in listed and "green coat" not in listed
        assert second

    def test_the_form_says_whom_the_gate_lets_be_told_and_what_would_open_it(self, centre: Centre) -> None:
        """Before it is sent: numbers by agency; afterwards: how many of those it is written to."""
        held = support(centre.cast)
        home = centre.cast.agency["social_service"]
        for _ in range(2):
            worker(home, "case_manager")
        client, here = visit(held.manager), f"{reverse('bulletin_new')}?case={held.case}"
        form = client.get(here).content.decode()
        assert "Whom the gate lets be told" in form and "0 of " in form and "Trust, Agreements" in form
        assert "Whom the gate lets be told" not in client.get(reverse("bulletin_new")).content.decode()
        sent = typed(centre.cast, agencies=[str(home)], words="Rosa, green coat", headline="", text="")
        page = client.post(here, sent, follow=True).content.decode()
        assert "the gate lets 0 of them know" in page

    @pytest.mark.parametrize("role", ["supervisor", "shelter_worker", "community_liaison"])
    def test_who_has_no_permit_on_the_case_finds_no_form(self, centre: Centre, role: str) -> None:
        held = support(centre.cast)
        client = visit(centre.cast[role])
        for case in (held.case, uuid4()):
            assert client.get(f"{reverse('bulletin_new')}?case={case}").status_code == 404

    def test_a_senseless_address_is_refused(self, centre: Centre) -> None:
        client = visit(centre.cast["supervisor"])
        assert client.get(f"{reverse('bulletin_new')}?call=x").status_code == 400
        assert client.get(f"{reverse('bulletin_new')}?replaces={uuid4()}").status_code == 404


class TestProgram:
    """The same for programs."""

    def test_written_read_acknowledged_and_taken_back(self, cast: Cast) -> None:
        centre, night = Program(cast["supervisor"]), Program(cast["shelter_worker"])
        body = {
            "kind": "dangerous_drugs", "urgency": "immediate", "headline": "Blue tablets",
            "ends_at": (clock.now() + timedelta(days=2)).isoformat(), "names_nobody": True, "asks": True,
            "to": [{"agency": str(cast.agency["hmis_shelter"])}],
        }  # fmt: skip
        made = centre.done("bulletins", **body)
        assert made["state"] == "standing"
        [head] = night.seen("bulletins")
        assert head["id"] == made["id"] and "text" not in head
        assert night.post(f"bulletins/{made['id']}/acknowledge").status_code == 409
        assert night.seen(f"bulletins/{made['id']}")["words"] == ""
        night.done(f"bulletins/{made['id']}/acknowledge")
        assert centre.done(f"bulletins/{made['id']}/withdraw", why="Tested harmless")["state"] == "withdrawn"
        assert night.seen("bulletins") == []

    def test_refused(self, cast: Cast) -> None:
        made = written(cast)
        assert Program(cast["medic"]).get(f"bulletins/{made.id}").status_code == 404
        assert Program(cast["supervisor"], "watch_board").get("bulletins").status_code == 403
        assert Program(None).get("bulletins").status_code == 401
        assert Program(cast["medic"]).post("bulletins", **{"kind": "gossip"}).status_code in (400, 403)
        another = Program(cast["shelter_worker"])
        assert another.post(f"bulletins/{made.id}/withdraw", why="No").status_code == 404

    def test_words_of_a_person_pass_the_gate(self, cast: Cast) -> None:
        held = support(cast)
        home = [actions.To(cast.agency["social_service"])]
        about = Subject("case", held.case)
        permit = sharing.ask(by=held.manager, category="identity", purpose="care_coordination", about=about)
        assert isinstance(permit, sharing.Permit)
        sheet = actions.Sheet(
            "missing_person", "immediate", clock.now() + timedelta(hours=4), words="Rosa, green coat"
        )
        made = actions.post_bulletin(by=held.manager, sheet=sheet, to=home, permit=permit, about=about)
        colleague = worker(cast.agency["social_service"], "case_manager")
        assert Program(held.manager).seen(f"bulletins/{made.id}")["words"] == "Rosa, green coat"
        assert Program(colleague).get(f"bulletins/{made.id}").status_code == 404
        assert Program(colleague).seen("bulletins") == []


class TestDrills:
    """A drill on screens: started, confirmed, counted."""

    def start(self, cast: Cast, **other: Any) -> Any:
        """The supervisor's form."""
        agencies.sign_on(by=cast["shelter_worker"], hours=8)
        given = {"agencies": [str(cast.agency["hmis_shelter"])], "within": "15"} | other
        return visit(cast["supervisor"]).post(reverse("drill_start"), given)

    def test_started_confirmed_and_counted(self, cast: Cast) -> None:
        answer = self.start(cast, monthly="yes")
        night, chief = visit(cast["shelter_worker"]), visit(cast["supervisor"])
        page = night.get(answer["Location"]).content.decode()
        assert "Drill" in page and "It reaches me" in page and "How it went" not in page
        assert "Who has not confirmed" in chief.get(answer["Location"]).content.decode()
        night.post(f"{answer['Location']}confirm/")
        figures = chief.get(answer["Location"]).content.decode()
        assert "100 %" in figures and "(1 of 1)" in figures and "Everybody has." in figures
        listed = said(chief, "drills")
        assert "100 %" in listed and "of 1 answer" in listed and "again" in listed
        chief.post(f"{answer['Location']}stop/")
        assert "It is held again" not in chief.get(answer["Location"]).content.decode()

    def test_a_fault_keeps_the_page(self, cast: Cast) -> None:
        answer = self.start(cast, agencies=[], within="30")
        page = answer.content.decode()
        assert answer.status_code == 400 and "Choose at least one team or agency" in page
        assert '<option value="30" selected>' in page

    def test_refused(self, cast: Cast, client: Client) -> None:
        drill = self.start(cast)["Location"]
        medic = visit(cast["medic"])
        assert medic.get(drill).status_code == 404
        assert medic.post(f"{drill}confirm/").status_code == 404
        closed = (f"{drill}stop/", reverse("drill_start"))
        assert [medic.post(door).status_code for door in closed] == [403, 403]
        assert client.get(drill).status_code == client.post(f"{drill}confirm/").status_code == 302
        assert "Start a drill" not in said(medic, "drills")

    def test_in_spanish_and_for_programs(self, cast: Cast) -> None:
        agencies.change_account(by=SETUP, account=cast.account("shelter_worker"), language="es")
        drill = self.start(cast)["Location"]
        assert "Me llega" in visit(cast["shelter_worker"]).get(drill).content.decode()
        chief = Program(cast["supervisor"])
        [row] = chief.seen("drills")
        assert (row["asked"], row["in_time"], row["minutes"], row["is_drill"]) == (1, 0, None, True)
        Program(cast["shelter_worker"]).done(f"drills/{row['id']}/confirm")
        [row] = chief.seen("drills")
        assert row["rate"] == 1.0
        assert Program(cast["medic"]).post(f"drills/{row['id']}/confirm").status_code == 404
        assert Program(cast["medic"]).get("drills").status_code == 403
        made = chief.done("drills", agencies=[str(cast.agency["hmis_shelter"])], within=5)
        assert made["asked"] == 1
