"""The pages of public alerts: residents read them without an account, workers write and approve them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import etree

from commonweal.adapters.cap.reader import read
from commonweal.agencies import actions as agencies
from commonweal.community import actions, queries
from commonweal.kernel import clock
from commonweal.places import actions as places
from factories.alerts import approved, called_off, drafted, issued, storm
from factories.caller import Program
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

from ...adapters.cap.sample import XML, changed

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def text(client: Client, name: str, *args: object, **head: str) -> str:
    """What a page says."""
    answer = client.get(reverse(f"resident:{name}", args=args), **head)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(**other: str) -> dict[str, str]:
    """The form as somebody filled it in."""
    expires = f"{clock.now() + timedelta(hours=8):%Y-%m-%dT%H:%M}"
    return {
        "event_en": "Smoke", "event_es": "Humo", "headline_en": "Smoke over Harlow",
        "headline_es": "Humo sobre Harlow", "instruction_en": "Close windows.", "expires": expires,
        "instruction_es": "Cierre ventanas.", "area_en": "Harlow", "area_es": "Harlow", **other,
    }  # fmt: skip


class TestResidents:
    """Anybody, in either language, without an account."""

    def test_what_stands_is_on_the_first_page_in_both_languages(self, client: Client, cast: Cast) -> None:
        issued(cast)
        for name in ("index", "alerts"):
            english, spanish = text(client, name), text(client, name, HTTP_ACCEPT_LANGUAGE="es")
            assert "Strong wind tonight" in english and "Stay indoors" in english and "East side" in english
            assert "Viento fuerte esta noche" in spanish and "Quédese bajo techo" in spanish

    def test_it_goes_by_itself(self, client: Client, cast: Cast) -> None:
        made = issued(cast)
        with clock.at(made.expires):
            assert "Strong wind" not in text(client, "index")
            page = text(client, "alerts")
        assert "No alert stands now" in page and page.index("Strong wind") > page.index("Over</h2>")

    @pytest.mark.parametrize("made", [drafted, approved])
    def test_nobody_sees_what_was_not_sent(self, client: Client, cast: Cast, made: Any) -> None:
        row = made(cast)
        assert "Strong wind" not in text(client, "index") + text(client, "alerts") + text(
            client, "alert_feed"
        )
        hidden = client.get(reverse("resident:alert_cap", args=[row.id]))
        absent = client.get(reverse("resident:alert_cap", args=[uuid4()]))
        assert hidden.status_code == 404 and hidden.content == absent.content

    def test_an_exercise_says_so_and_is_not_loud(self, client: Client, cast: Cast) -> None:
        issued(cast, status="Exercise")
        page = text(client, "index")
        assert "An exercise: Strong wind tonight" in page and "usa-alert--error" not in page

    def test_words_are_shown_as_words(self, client: Client, cast: Cast) -> None:
        issued(cast, description_en="<script>alert(1)</script>")
        assert "<script>alert(1)" not in text(client, "index")


class TestFeed:
    """For other systems: an Atom feed that leads to CAP messages."""

    def entries(self, client: Client, **head: str) -> list[Any]:
        """The entries of the feed."""
        answer = client.get(reverse("resident:alert_feed"), **head)
        assert answer["Content-Type"].startswith("application/atom+xml")
        root = etree.fromstring(answer.content)
        assert all(root.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))
        return list(root.findall(f"{ATOM}entry"))

    def test_an_empty_feed_is_a_feed(self, client: Client) -> None:
        assert self.entries(client) == []

    def test_each_entry_leads_to_its_message(self, client: Client, cast: Cast) -> None:
        made = issued(cast)
        [entry] = self.entries(client)
        [link] = [one for one in entry.findall(f"{ATOM}link") if one.get("rel") == "enclosure"]
        assert link.get("type") == "application/cap+xml" and str(made.id) in link.get("href")
        answer = client.get(reverse("resident:alert_cap", args=[made.id]))
        assert answer["Content-Type"].startswith("application/cap+xml")
        message, _ = read(answer.content)
        assert [info.language for info in message.infos] == ["en-US", "es-US"] and message.scope == "Public"
        assert b"Z<" not in answer.content

    def test_a_cancellation_names_what_it_ends(self, client: Client, cast: Cast) -> None:
        first = issued(cast)
        told = called_off(cast, first.id)
        message, _ = read(client.get(reverse("resident:alert_cap", args=[told.id])).content)
        assert message.kind == "Cancel" and [one.identifier for one in message.references] == [
            f"commonweal-{first.id}"
        ]
        assert len(self.entries(client)) == 2
        titles = [entry.findtext(f"{ATOM}title") for entry in self.entries(client, HTTP_ACCEPT_LANGUAGE="es")]
        assert titles == ["Terminó: Viento fuerte esta noche", "Viento fuerte esta noche"]

    def test_an_update_of_an_update_names_both(self, client: Client, cast: Cast) -> None:
        rows = [issued(cast)]
        for _ in range(2):
            by = cast["community_liaison"]
            made = actions.draft_alert(by=by, said=storm(), follows=rows[-1].id)
            actions.approve_alert(by=cast["supervisor"], alert=made.id, names_nobody=True)
            rows.append(actions.issue_alert(by=by, alert=made.id))
        message, _ = read(client.get(reverse("resident:alert_cap", args=[rows[-1].id])).content)
        assert [one.identifier[-36:] for one in message.references] == [str(rows[1].id), str(rows[0].id)]

    @pytest.mark.parametrize("name", ["alerts", "alert_feed"])
    def test_nothing_is_posted_there(self, client: Client, name: str) -> None:
        assert client.post(reverse(f"resident:{name}")).status_code == 405


class TestDesk:
    """Behind the desk: written, approved by another, sent, called off."""

    def test_from_the_form_to_the_public_page(self, client: Client, cast: Cast) -> None:
        liaison, manager = visit(cast["community_liaison"]), visit(cast["program_manager"])
        answer = liaison.post(reverse("resident:alert_draft"), typed(lat="38.5", lon="-121.5", km="3"))
        [row] = queries.alert_work()
        page = reverse("resident:alert", args=[row.id])
        assert answer.status_code == 302 and answer["Location"] == page
        assert "another person approves it" in text(liaison, "alert", row.id)
        assert manager.post(page, {"act": "approve"}).status_code == 400, "the box was not ticked"
        manager.post(page, {"act": "approve", "names_nobody": "yes"})
        liaison.post(page, {"act": "issue"})
        assert "Smoke over Harlow" in text(client, "index")
        assert manager.post(page, {"act": "cancel", "reason_en": "Out"}).status_code == 400
        manager.post(page, {"act": "cancel", "reason_en": "It is out", "reason_es": "Se apagó"})
        assert "Smoke over Harlow" not in text(client, "index")

    def test_an_area_of_ours_gives_its_outline(self, cast: Cast) -> None:
        ring = [[-121.6, 38.5], [-121.5, 38.5], [-121.5, 38.6], [-121.6, 38.5]]
        area = places.draw_area(
            by=SETUP, code="E", name="East", kind="beat", geometry={"type": "Polygon", "coordinates": [ring]}
        )
        visit(cast["supervisor"]).post(reverse("resident:alert_draft"), typed(known=str(area.id)))
        [row] = queries.alert_work()
        assert row.outline == [[lat, lon] for lon, lat in ring]

    def test_corners_that_were_typed_are_closed(self, cast: Cast) -> None:
        liaison = visit(cast["community_liaison"])
        liaison.post(reverse("resident:alert_draft"), typed(outline="38.5,-121.6 38.6,-121.6 38.6,-121.5"))
        [row] = queries.alert_work()
        assert row.outline[0] == row.outline[-1] and len(row.outline) == 4

    @pytest.mark.parametrize(("field", "value"), [
        ("expires", ""), ("expires", "soon"), ("expires", "2020-01-01T10:00"), ("onset", "x"), ("lat",
        "north"),
        ("km", "nan"), ("outline", "38.5"), ("outline", "a,b"), ("status", "Real"),
        ("known", "0193e4f0-0000-7000-8000-000000000000"),
        ("headline_en", ""), ("area_en", "Home of Mr Lane"), ("web", "ftp://x"), ("headline_es", "x" * 161),
    ])  # fmt: skip
    def test_what_is_refused_stays_in_the_form(self, cast: Cast, field: str, value: str) -> None:
        answer = visit(cast["community_liaison"]).post(
            reverse("resident:alert_draft"), typed(**{field: value})
        )
        page = answer.content.decode()
        assert answer.status_code == 400 and "Close windows." in page and not queries.alert_work().exists()
        assert 'role="alert"' in page

    def test_a_change_and_an_update_begin_with_the_words_that_stand(self, cast: Cast) -> None:
        liaison, draft, live = visit(cast["community_liaison"]), drafted(cast), issued(cast)
        for name, row in (("alert_change", draft), ("alert_update", live)):
            assert "Strong wind tonight" in text(liaison, name, row.id)
        liaison.post(reverse("resident:alert_change", args=[draft.id]), typed())
        assert queries.alert(draft.id).headline_en == "Smoke over Harlow"
        liaison.post(reverse("resident:alert_update", args=[live.id]), typed())
        assert {row.kind for row in queries.alert_work()} == {"Alert", "Update"}
        assert liaison.post(reverse("resident:alert_update", args=[draft.id]), typed()).status_code == 409

    def test_what_lacks_its_spanish_shows_as_missing(self, cast: Cast) -> None:
        made = drafted(cast, instruction_es="", event_es="")
        page = text(visit(cast["supervisor"]), "alert", made.id)
        assert page.count("Stay indoors") == 1 and "Still missing" in page and "<h2>—</h2>" in page

    def test_an_act_that_is_none(self, cast: Cast) -> None:
        made = drafted(cast)
        page = reverse("resident:alert", args=[made.id])
        assert visit(cast["supervisor"]).post(page, {"act": "burn"}).status_code == 400
        assert visit(cast["supervisor"]).post(page, {"act": "drop"}).status_code == 302
        assert queries.alert(made.id).state == "dropped"


class TestFiles:
    """A CAP file of another system becomes a draft, or says what is wrong with it."""

    def bring(self, cast: Cast, raw: bytes, **head: str) -> Any:
        """Hand a file in."""
        file = SimpleUploadedFile("alert.xml", raw, "application/xml")
        return visit(cast["community_liaison"]).post(reverse("resident:alert_bring"), {"file": file}, **head)

    def test_it_becomes_a_draft_once(self, cast: Cast) -> None:
        with clock.at(read(XML.encode())[0].sent):
            first = self.bring(cast, XML.encode())
            again = self.bring(cast, XML.encode())
        [row] = queries.alert_work()
        assert first["Location"] == reverse("resident:alert", args=[row.id]) and row.state == "draft"
        assert again["Location"] == reverse("resident:alert_work")
        assert (row.headline_es, row.category) == ("El río crece", "Met")

    @pytest.mark.parametrize(("raw", "english", "spanish"), [
        (changed("16:49:00-07:00", "16:49:00Z"), "names its zone by a letter",
        "nombra su zona con una letra"),
        (changed(" 38.5,-121.6<", " 38.5,-121.5<"), "is not closed", "no está cerrado"),
        (changed("<scope>Public", "<scope>Secret"), "is no code of the standard",
        "no es un código de la norma"),
        (b"<alert/>", "is no CAP 1.2 alert", "no es una alerta CAP 1.2"),
        (b'<!DOCTYPE alert SYSTEM "x"><alert/>', "declares a document type", "declara un tipo de documento"),
    ])  # fmt: skip
    def test_each_fault_is_named_in_the_readers_language(
        self, cast: Cast, raw: bytes, english: str, spanish: str
    ) -> None:
        for language, words in (("en", english), ("es", spanish)):
            agencies.change_account(by=SETUP, account=cast.account("community_liaison"), language=language)
            answer = self.bring(cast, raw)
            assert answer.status_code == 400 and words in answer.content.decode()
        assert not queries.alert_work().exists()

    def test_what_is_over_or_names_somebody_is_not_taken(self, cast: Cast) -> None:
        assert "still to come" in self.bring(cast, XML.encode()).content.decode()
        with clock.at(read(XML.encode())[0].sent):
            named = self.bring(cast, changed("Water over the quay", "Mr Lane is missing"))
        assert named.status_code == 400 and not queries.alert_work().exists()

    def test_without_a_file(self, cast: Cast) -> None:
        assert visit(cast["supervisor"]).post(reverse("resident:alert_bring")).status_code == 400


def desk_pages(cast: Cast) -> list[str]:
    """Every address behind the desk."""
    made = drafted(cast)
    of_one = [
        reverse(f"resident:{name}", args=[made.id]) for name in ("alert", "alert_change", "alert_update")
    ]
    return [reverse(f"resident:{name}") for name in ("alert_work", "alert_draft", "alert_bring")] + of_one


def test_a_stranger_is_led_to_the_sign_in(client: Client, cast: Cast) -> None:
    for address in desk_pages(cast):
        for answer in (client.get(address), client.post(address, typed())):
            assert answer.status_code == 302 and "/account/" in answer["Location"]


@pytest.mark.parametrize("role", ["call_taker", "patrol_officer", "case_manager", "administrator", "counsel"])
def test_another_role_finds_the_door_closed(cast: Cast, role: str) -> None:
    client = visit(cast[role])
    for address in desk_pages(cast):
        assert {client.get(address).status_code, client.post(address, typed()).status_code} == {403}
    assert queries.alert_work().count() == 1


class TestApi:
    """The same by program."""

    def test_a_story(self, cast: Cast) -> None:
        writer, second = (
            Program(cast["community_liaison"], "publish"),
            Program(cast["program_manager"], "publish"),
        )
        body = {**typed(), "expires": (clock.now() + timedelta(hours=5)).isoformat()}
        made = writer.done("alerts", **body)
        assert writer.post(f"alerts/{made['id']}/approve", names_nobody=True).status_code == 409
        assert second.post(f"alerts/{made['id']}/approve", names_nobody=False).status_code == 400
        second.done(f"alerts/{made['id']}/approve", names_nobody=True)
        writer.done(f"alerts/{made['id']}/issue")
        [stands] = Program(None).get("alerts").json()
        assert stands["headline_es"] == "Humo sobre Harlow" and stands["state"] == "issued"
        update = writer.done(f"alerts/{made['id']}/update", **body)
        assert update["kind"] == "Update" and update["state"] == "draft"
        told = second.done(f"alerts/{made['id']}/cancel", reason_en="Out", reason_es="Fin")
        assert told["kind"] == "Cancel" and Program(None).get("alerts").json() == []

    def test_without_the_scope_or_a_token(self, cast: Cast) -> None:
        made, body = drafted(cast), {**typed(), "expires": "2099-01-01T00:00:00+00:00"}
        for program, status in ((Program(None), 401), (Program(cast["program_manager"], "plan"), 403)):
            for path, sent in (
                ("alerts", body), (f"alerts/{made.id}/update", body), (f"alerts/{made.id}/issue", {}),
                (f"alerts/{made.id}/approve", {"names_nobody": True}),
                (f"alerts/{made.id}/cancel", {"reason_en": "x", "reason_es": "x"}),
            ):  # fmt: skip
                assert program.post(path, **sent).status_code == status
        assert queries.alert(made.id).state == "draft"

    @pytest.mark.parametrize(("field", "value"), [
        ("status", "Real"), ("outline", [[1, 2], [3]]), ("km", "far"), ("category", "Weather"), ("expires",
        "soon"),
    ])  # fmt: skip
    def test_what_cannot_be_read_is_a_problem(self, cast: Cast, field: str, value: object) -> None:
        body = {**typed(), "expires": "2026-01-01T00:00:00+00:00", field: value}
        answer = Program(cast["community_liaison"], "publish").post("alerts", **body)
        assert answer.status_code == 400 and answer["Content-Type"].startswith("application/problem+json")
