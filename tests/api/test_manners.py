"""How every route behaves: sent twice, edited by two, paged, unreadable, described."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from ninja import Schema

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.api import entry
from commonweal.cases import actions as tables
from commonweal.encounters import actions as encounters
from commonweal.encounters import queries
from commonweal.kernel import clock
from commonweal.kernel.models import Answered
from factories import cases
from factories.caller import Program
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, agree, someone, worker
from factories.referrals import loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    """A centre at work."""
    return open_centre()


def call_in(desk: Program, key: str, **more: Any) -> Any:
    """A call sent under a key."""
    return desk.post("calls/", {"Idempotency-Key": key}, source="911", address="412 Cedar Ave", **more)


class TestSentTwice:
    """`Idempotency-Key`: the same answer, and nothing done twice."""

    def test_the_same_key_gives_the_same_call(self, centre: Centre) -> None:
        desk = Program(centre.desk)
        first, again = call_in(desk, "k1"), call_in(desk, "k1")
        assert first.status_code == again.status_code == 201 and first.content == again.content
        assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
        assert len(desk.seen("calls/")) == 1
        assert call_in(desk, "k2").json()["id"] != first.json()["id"]

    def test_a_key_with_other_contents_is_refused(self, centre: Centre) -> None:
        desk = Program(centre.desk)
        call_in(desk, "k1")
        other = call_in(desk, "k1", words="another")
        assert other.status_code == 422 and other.json()["field"] == "Idempotency-Key"
        assert len(desk.seen("calls/")) == 1

    def test_a_refused_act_leaves_its_key_free(self, centre: Centre) -> None:
        desk, key = Program(centre.desk), {"Idempotency-Key": "k1"}
        assert desk.post("calls/", key, source="telegraph").status_code == 400
        assert desk.post("calls/", key, source="911").status_code == 201

    def test_keys_are_each_tokens_own_and_last_a_day(self, centre: Centre) -> None:
        desk, other = Program(centre.desk), Program(centre.desk)
        first = call_in(desk, "k1").json()["id"]
        assert call_in(other, "k1").json()["id"] != first
        with clock.at(clock.now() + timedelta(hours=25)):
            assert call_in(desk, "k1").json()["id"] != first
            assert Answered.objects.count() == 1

    def test_what_is_shown_once_and_what_is_personal_is_never_kept(self, centre: Centre) -> None:
        someone(centre.cast, "police")
        steward, who = Program(centre.cast["records_steward"]), {"given": "Rosa", "family": "Delgado"}
        found = steward.post("people/search", {"Idempotency-Key": "k"}, **who, purpose="administration")
        assert "Delgado" in str(found.json()) and not Answered.objects.exists()

    def test_an_act_that_answers_with_a_person_is_done_once_and_its_answer_kept_nowhere(
        self, centre: Centre
    ) -> None:
        """A copy of the words would leave again without a line, and outlive a seal."""
        cast, seats = centre.cast, ("case_manager", "clinician", "prosecutor")
        charter = agree(cast, list(cast.agency.values()), (cases.CHARTER,))
        table = tables.open_table(by=SETUP, name="Eastside table", charter=charter)
        for role in seats:
            agency = cast[role].agency
            assert agency
            tables.seat(by=SETUP, table=table.id, account=cast.account(role), agency=agency)
        person, _ = someone(cast, "social_service")
        circle = cases.Hub(cast, table.id, person, {role: cast[role] for role in seats})
        discussion, key = circle.open(), {"Idempotency-Key": "k"}
        manager = Program(cast["case_manager"])
        who = {"given": "Ana", "family": "Reyes", "born": "1990-02-03"}
        named = manager.post(f"tables/discussions/{discussion}/person", key, **who)
        assert named.status_code == 200 and "Sleeps outside" in named.content.decode()
        assert [row.body for row in Answered.objects.all()] == [""]
        again = manager.post(f"tables/discussions/{discussion}/person", key, **who)
        assert (again.status_code, again.content) == (204, b"")
        assert again["Idempotent-Replayed"] == "true"

    @pytest.mark.parametrize("key", ["k" * 129, "", "a b", "käse", "../x"])
    def test_a_key_of_another_form_is_refused(self, centre: Centre, key: str) -> None:
        refused = call_in(Program(centre.desk), key)
        assert refused.status_code == 400 and refused.json()["field"] == "Idempotency-Key"

    def test_a_token_taken_back_reads_no_answer_again(self, centre: Centre) -> None:
        desk = Program(centre.desk)
        assert call_in(desk, "k1").status_code == 201
        for token in agency_queries.tokens(UUID(centre.desk.id)):
            agencies.revoke_token(by=SETUP, token=token.id)
        assert call_in(desk, "k1").status_code == 401


class TestEditedByTwo:
    """`If-Match`: nobody writes over what they have not read."""

    def encounter(self, centre: Centre) -> tuple[UUID, Program, Program]:
        call = centre.call(TROUBLED)
        Program(centre.desk).done(f"calls/{call}/dispatch")
        officer, clinician = centre.crews["CO1"]
        made = encounters.open_encounter(by=clinician, call=call)
        return made.id, Program(officer), Program(clinician)

    def test_an_old_version_is_refused_and_the_standing_one_named(self, centre: Centre) -> None:
        encounter, officer, clinician = self.encounter(centre)
        here = f"encounters/{encounter}"
        seen = clinician.get(f"{here}?purpose=emergency")["ETag"]
        wrote = officer.patch(here, {"If-Match": seen}, shared_note="calm")
        assert wrote.status_code == 200 and wrote["ETag"] != seen
        late = clinician.patch(here, {"If-Match": seen}, shared_note="restless")
        assert late.status_code == 412 and wrote["ETag"] in late.json()["remedy"]
        assert clinician.patch(here, {"If-Match": wrote["ETag"]}, shared_note="restless").status_code == 200
        assert queries.outline(encounter).version == 3

    def test_a_plan_without_a_number_has_a_tag_too(self, centre: Centre) -> None:
        manager = Program(centre.cast["case_manager"])
        case = manager.done("cases/", given="Rosa", family="Delgado")["id"]
        first = manager.get(f"cases/{case}/plan")["ETag"]
        assert manager.patch(f"cases/{case}/plan", {"If-Match": first}, summary="a").status_code == 200
        assert manager.patch(f"cases/{case}/plan", {"If-Match": first}, summary="b").status_code == 412
        assert manager.patch(f"cases/{case}/plan", {"If-Match": "*"}, summary="c").status_code == 200


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has read the standing version waits for a second reader, and goes on alone where none comes."""
    both, compare = threading.Barrier(2), entry.match

    def slow(sent: str, version: Callable[[], object]) -> None:
        found = version()
        with suppress(threading.BrokenBarrierError):
            both.wait(0.7)
        compare(sent, lambda: found)

    monkeypatch.setattr(entry, "match", slow)


Edit = Callable[[str], Any]


def two_plans() -> tuple[list[Edit], str]:
    """Two programs of one case manager, at one case's plan."""
    centre = open_centre(staffed=False)
    here = Program(centre.cast["case_manager"])
    plan = f"cases/{here.done('cases/', given='Rosa', family='Delgado')['id']}/plan"
    there = Program(centre.cast["case_manager"])
    return [lambda tag, p=p: p.patch(plan, {"If-Match": tag}, summary=str(id(p))) for p in (here, there)], (
        here.get(plan)["ETag"]
    )


def two_reports() -> tuple[list[Edit], str]:
    """An officer and a clinician at one encounter: not even at the same field."""
    centre = open_centre()
    call = centre.call(TROUBLED)
    Program(centre.desk).done(f"calls/{call}/dispatch")
    officer, clinician = centre.crews["CO1"]
    made = f"encounters/{encounters.open_encounter(by=clinician, call=call).id}"
    one, two = Program(officer), Program(clinician)
    return [
        lambda tag: one.patch(made, {"If-Match": tag}, shared_note="calm"),
        lambda tag: two.patch(made, {"If-Match": tag}, location_kind="home"),
    ], two.get(f"{made}?purpose=emergency")["ETag"]


def two_answers() -> tuple[list[Edit], str]:
    """Two hands of one shelter at one referral, one putting off, one accepting."""
    it = loop()
    referral = f"referrals/{it.refer()}"
    hands = [it.night, worker(it.cast.agency["hmis_shelter"], "shelter_worker", "second.hand")]
    one, two = (Program(hand) for hand in hands)
    return [
        lambda tag: one.post(f"{referral}/waitlist", {"If-Match": tag}),
        lambda tag: two.post(f"{referral}/accept", {"If-Match": tag}),
    ], one.get(referral)["ETag"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("both", [two_plans, two_reports, two_answers])
def test_of_two_edits_at_once_exactly_one_wins(
    meeting: None, both: Callable[[], tuple[list[Edit], str]]
) -> None:
    """Both hold the version that stands; neither writes over what the other has just written."""
    edits, tag = both()
    said: list[int] = []

    def send(edit: Edit) -> None:
        try:
            said.append(edit(tag).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(edit,)) for edit in edits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == [200, 412]


def test_lists_page_and_name_the_next(centre: Centre) -> None:
    """`Link` leads through all of them once, and then stops."""
    publisher = Program(centre.cast["community_liaison"])
    for number in range(5):
        publisher.done(
            "community/commitments", text_en=f"Promise {number}", owner="County", due=f"2030-01-0{number + 1}"
        )
    seen, path = [], "community/commitments?limit=2"
    while path:
        answer = Program(None).get(path)
        seen += [row["text_en"] for row in answer.json()]
        link = answer.headers.get("Link", "")
        path = link.partition("/api/v1/")[2].partition(">")[0]
    assert seen == [f"Promise {n}" for n in range(5)]
    assert Program(None).get("community/commitments?limit=0").json()["field"] == "limit"
    assert Program(None).get("community/commitments?page=99").json() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b'{"source": "911", "words": "a\\u0000b"}', "body"),
        (b"[]", "body"),
        (b"[null, null]", "body"),
        (b'"words"', "body"),
        (b"7", "body"),
        (b'{"words": ' + b"[" * 100_000, "body"),
        (b"\xff", "body"),
    ],
)
def test_what_cannot_be_read_is_a_problem(centre: Centre, body: bytes, field: str) -> None:
    """400 with a remedy, never 500."""
    desk = Program(centre.desk)
    answer = desk.client.post("/api/v1/calls/", data=body, content_type="application/json", headers=desk.head)
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 400


@pytest.mark.parametrize("route", ["people/search", "community/help/search", "directory/services/search"])
@pytest.mark.parametrize("body", [b"[null]", b'"a"', b"0", b"true"])
def test_a_form_whose_fields_are_all_optional_takes_an_object_alone(
    centre: Centre, route: str, body: bytes
) -> None:
    """A list is no search for nothing."""
    steward = Program(centre.cast["records_steward"])
    answer = steward.client.post(
        f"/api/v1/{route}", data=body, content_type="application/json", headers=steward.head
    )
    assert answer.status_code == 400 and answer.json()["field"] == "body"


@pytest.mark.parametrize("path", ["community/commitments?a%00=1", "directory/services?page=%00"])
def test_a_nul_in_a_question_is_a_problem_not_a_page(path: str) -> None:
    answer = Program(None).get(path)
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


def test_a_day_is_written_and_a_page_is_counted(centre: Centre) -> None:
    """A number is no day of birth, and false is no page."""
    steward = Program(centre.cast["records_steward"])
    refused = steward.post("people/search", given="Rosa", born=0, purpose="administration")
    assert refused.status_code == 400 and "born" in refused.json()["field"]
    taken = steward.post("people/search", given="Rosa", born="1984-03-09", purpose="administration")
    assert taken.status_code == 200
    refused = steward.post("directory/services/search", page=False)
    assert refused.status_code == 400 and "page" in refused.json()["field"]


@pytest.mark.parametrize("score", [True, 0, 6, "5", 2.5])
def test_a_score_is_a_whole_number_from_one_to_five(score: object) -> None:
    answer = Program(None).post("community/feedback", text="They listened.", respect=score)
    assert answer.status_code == 400 and "respect" in answer.json()["field"]


def test_a_form_sent_to_an_interface_is_a_problem_too(centre: Centre) -> None:
    """Multipart is no JSON: 400 with a remedy; without a token, 401."""
    desk = Program(centre.desk)
    assert desk.client.post("/api/v1/calls/", {"words": "a"}, headers=desk.head).status_code == 400
    assert desk.client.post("/api/v1/calls/", {"words": "a"}).status_code == 401


def test_problems_speak_the_readers_language(centre: Centre) -> None:
    """Spanish where it is asked for."""
    manager = Program(centre.cast["case_manager"])
    told = manager.get(f"cases/{uuid4()}/plan", Accept_Language="es")
    assert told.json()["title"] == "No existe ese registro"
    refused = manager.get("people/pairs", Accept_Language="es")
    assert "token" in refused.json()["remedy"] and "Use " in refused.json()["remedy"]
    assert refused.json()["title"] != manager.get("people/pairs").json()["title"]


def test_every_route_is_described_with_its_problems() -> None:
    """Every operation names the problems it may answer, its summary, and its docstring."""
    found = Client().get("/api/openapi.json").json()
    assert found["components"]["schemas"]["Problem"]["properties"]["remedy"]
    rooms = {path.split("/")[3] for path in found["paths"]}
    assert rooms >= {"encounters", "consents", "people", "community", "tables", "trust", "cases", "referrals"}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            assert {"400", "401", "403", "404", "409", "412", "429"} <= set(operation["responses"]), path
            assert operation["summary"] and operation["description"], (path, method)


def test_no_two_shapes_share_a_name() -> None:
    """In the description a name is one shape: two would describe each other's answers."""
    found: dict[str, set[str]] = {}
    waiting: list[type[Schema]] = [Schema]
    while waiting:
        for shape in waiting.pop().__subclasses__():
            waiting.append(shape)
            if shape.__module__.startswith("commonweal.api"):
                found.setdefault(shape.__name__, set()).add(shape.__module__)
    assert len(found) > 50
    assert not {name: where for name, where in found.items() if len(where) > 1}


def test_an_address_without_a_route_is_a_problem_too(centre: Centre) -> None:
    """Also where an id cannot be one: the bytes of a record that does not exist."""
    manager = Program(centre.cast["case_manager"])
    gone = manager.get(f"cases/{uuid4()}/plan")
    for path in ("cases/not-an-id/plan", "nowhere/at/all"):
        answer = manager.get(path)
        assert answer.status_code == 404 and answer.content == gone.content
        assert answer["Content-Type"] == "application/problem+json"
        strict = Client(enforce_csrf_checks=True).post(f"/api/v1/{path}", {}, content_type="application/json")
        assert strict.status_code == 404 and strict.content == gone.content


def test_a_unit_that_nobody_has_is_not_found(centre: Centre) -> None:
    """Its position is nobody's to set, also for the centre."""
    desk = Program(centre.desk)
    assert desk.post(f"calls/units/{uuid4()}/position", lon=0.0, lat=0.0).status_code == 404


@pytest.mark.parametrize(
    "span",
    [
        {"start": "2026-01-02T00:00:00Z", "end": "2026-01-02T00:00:00Z"},
        {"start": "2026-01-03T00:00:00Z", "end": "2026-01-02T00:00:00Z"},
        {"start": "2026-01-01T00:00:00", "end": "2026-01-02T00:00:00"},
    ],
)
def test_a_span_that_is_none_names_its_field(centre: Centre, span: dict[str, str]) -> None:
    """Empty, backwards, or without a zone."""
    analyst = Program(centre.cast["analyst"])
    answer = analyst.client.get("/api/v1/foresight/need", span, headers=analyst.head)
    assert answer.status_code == 400 and answer.json()["field"] in ("start", "end")


def test_a_token_of_a_closed_account_is_none(centre: Centre) -> None:
    """At the next request."""
    desk = Program(centre.desk)
    agencies.change_account(by=SETUP, account=UUID(centre.desk.id), is_active=False)
    assert desk.get("calls/").status_code == 401


def test_every_operation_stands_once_under_a_name_of_its_own() -> None:
    """A client is made from these names: one that stands twice loses an operation."""
    paths = Client().get("/api/openapi.json").json()["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) > 100 and len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)
