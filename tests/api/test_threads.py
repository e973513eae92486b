"""A program writes in a thread: typed, by scope, under the gate; words stay with the record."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies.queries import names
from commonweal.calls import actions as calls
from commonweal.cases import actions as cases
from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries
from commonweal.messages.models import Message
from factories.caller import Program
from factories.calls import TROUBLED, Centre, open_centre
from factories.cases import support
from factories.cast import Cast, gather, worker
from factories.guarded import guarded
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies with their workers."""
    return gather()


@pytest.fixture(name="centre")
def a_centre() -> Centre:
    """A centre without units."""
    return open_centre(staffed=False)


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door, the Lantern, and Rosa."""
    return loop()


class TestWritten:
    """Where the permit on the record opens its thread."""

    def test_on_a_case_and_read_on_its_page(self, cast: Cast) -> None:
        held = support(cast)
        made = Program(held.manager).done(f"threads/case/{held.case}", text="The visit is at ten")
        assert "text" not in made and Message.objects.get().author == held.manager.id
        page = visit(held.manager).get(reverse("casework:case", args=[held.case])).content.decode()
        assert "The visit is at ten" in page

    def test_on_a_call_and_whoever_wrote_there_hears_of_it(self, centre: Centre) -> None:
        call, chief = centre.call(), centre.cast["supervisor"]
        Program(centre.desk).done(f"threads/call/{call}", text="Rings twice")
        Program(chief).done(f"threads/call/{call}", text="Seen")
        [line] = queries.unread(centre.desk).filter(kind="message")
        assert line.subject == call and line.link == reverse("board:thread", args=[call])
        assert visit(centre.desk).get(line.link).status_code == 200
        assert not queries.unread(chief).filter(kind="message").exists()

    def test_the_same_key_writes_once(self, cast: Cast) -> None:
        held, key = support(cast), {"Idempotency-Key": "one"}
        program = Program(held.manager)
        for _ in range(2):
            answer = program.post(f"threads/case/{held.case}", head=key, text="Once")
            assert answer.status_code == 201
        assert Message.objects.count() == 1

    def test_the_gate_is_asked_and_the_journal_holds_no_word(self, cast: Cast) -> None:
        held = support(cast)
        last = JournalLine.objects.latest("id").id
        Program(held.manager).done(f"threads/case/{held.case}", text="The visit is at ten")
        lines = JournalLine.objects.filter(id__gt=last)
        assert lines.filter(kind="sharing.read", data__category="case_plan").exists()
        assert lines.filter(kind="messages.posted").exists()
        assert "visit" not in " ".join(str(line.data) for line in lines)


class TestRefused:
    """Scope, gate, shape."""

    def test_without_the_scope(self, cast: Cast) -> None:
        held = support(cast)
        path = f"threads/case/{held.case}"
        assert Program(held.manager, "learn").post(path, text="t").status_code == 403
        assert Program(cast["shelter_worker"]).post(path, text="t").status_code == 403
        assert Program(None).post(path, text="t").status_code == 401

    def test_without_a_permit_there_is_no_telling_what_exists(self, cast: Cast) -> None:
        held = support(cast)
        stranger = Program(worker(cast.agency["health"], "clinician"))
        there = stranger.post(f"threads/case/{held.case}", text="t")
        assert there.status_code in (403, 404) and not Message.objects.exists()
        assert stranger.post(f"threads/case/{uuid4()}", text="t").status_code == 404

    @pytest.mark.parametrize("text", ["", "   ", "x" * 4_001])
    def test_a_text_that_cannot_stand(self, cast: Cast, text: str) -> None:
        held = support(cast)
        answer = Program(held.manager).post(f"threads/case/{held.case}", text=text)
        assert answer.status_code == 400 and not Message.objects.exists()

    def test_a_thread_of_nothing(self, cast: Cast) -> None:
        program = Program(cast["case_manager"])
        assert program.post(f"threads/referral/{uuid4()}", text="t").status_code == 404
        assert program.post(f"threads/person/{uuid4()}", text="t").status_code in (400, 404, 422)


def paths(it: Loop, referral: UUID) -> tuple[str, str]:
    """The thread of a referral, and that of a case of the same manager."""
    held = support(it.cast, given="Omar", family="Haddad", phone="")
    return f"threads/referral/{referral}", f"threads/case/{held.case}"


class TestRead:
    """The same words as on the page, with who read them; nothing is marked by a program in passing."""

    def test_on_a_referral_from_side_to_side(self, it: Loop) -> None:
        referral = it.refer()
        sender, night, path = Program(it.sender), Program(it.night), f"threads/referral/{referral}"
        made = sender.done(path, text="She comes with a dog")
        [said] = night.seen(path)["messages"]
        assert said["text"] == "She comes with a dog" and said["who"] == names([it.sender.id])[it.sender.id]
        assert said["id"] == made["message"] and said["is_new"] and not said["is_mine"] and said["agency"]
        assert night.seen(path)["messages"][0]["is_new"], "reading it by a program leaves no receipt"
        assert night.post(f"{path}/read").status_code == 204
        assert not night.seen(path)["messages"][0]["is_new"]
        [seen] = sender.seen(path)["messages"]
        assert [one["name"] for one in seen["read_by"]] == [names([it.night.id])[it.night.id]]
        first = seen["read_by"][0]["at"]
        assert night.post(f"{path}/read").status_code == 204
        assert sender.seen(path)["messages"][0]["read_by"][0]["at"] == first

    def test_the_other_side_s_bell_leads_to_its_own_page(self, it: Loop) -> None:
        referral = it.refer()
        Program(it.sender).done(f"threads/referral/{referral}", text="At eight")
        [line] = queries.unread(it.night).filter(kind="message")
        assert line.link == reverse("provider:card", args=[referral]) + "#thread"
        assert "At eight" in visit(it.night).get(line.link.partition("#")[0]).content.decode()
        Program(it.night).done(f"threads/referral/{referral}", text="Good")
        [line] = queries.unread(it.sender).filter(kind="message")
        assert line.link == reverse("provider:sent_card", args=[referral]) + "#thread"

    def test_a_colleague_of_the_team_hears_of_a_case(self, cast: Cast) -> None:
        held, colleague = support(cast), worker(cast.agency["social_service"], "case_manager")
        cases.join_team(by=held.manager, case=held.case, account=UUID(colleague.id))
        Program(held.manager).done(f"threads/case/{held.case}", text="At ten")
        assert queries.unread(colleague).filter(kind="message").count() == 1
        assert not queries.unread(held.manager).filter(kind="message").exists()
        [said] = Program(colleague).seen(f"threads/case/{held.case}")["messages"]
        assert said["text"] == "At ten"

    def test_each_reading_asks_the_gate(self, it: Loop) -> None:
        path, last = f"threads/referral/{it.refer()}", JournalLine.objects.latest("id").id
        Program(it.night).seen(path)
        asked = JournalLine.objects.filter(id__gt=last, kind="sharing.read", actor=it.night.id)
        assert [line.data["category"] for line in asked] == ["referral_status"]

    def test_who_is_no_party_learns_nothing(self, it: Loop) -> None:
        referral, case = paths(it, it.refer())
        for path in (referral, case):
            outside = Program(worker(it.cast.agency["victim_service_provider"], "case_manager"))
            assert outside.get(path).status_code in (403, 404)
            assert outside.post(f"{path}/read").status_code in (403, 404)
            assert Program(None).get(path).status_code == 401
            assert Program(it.sender, "learn").get(path).status_code == 403
        assert Program(it.sender).get(f"threads/referral/{uuid4()}").status_code == 404

    def test_an_empty_thread_is_empty(self, it: Loop) -> None:
        for path in paths(it, it.refer()):
            assert Program(it.sender).seen(path)["messages"] == []


class TestNamed:
    """A name calls nobody in: only whom the gate lets read it can be named or asked."""

    def test_who_may_be_named_is_told_and_named_they_hear(self, it: Loop) -> None:
        path = f"threads/referral/{it.refer()}"
        sender, night = Program(it.sender), names([it.night.id])[it.night.id]
        assert night in sender.seen(path)["may_be_named"]
        sender.done(path, text=f"@{night}, is there room for a dog?")
        assert queries.unread(it.night).filter(kind="mention").count() == 1
        assert Program(it.night).seen(path)["messages"][0]["named"] == [night]

    @pytest.mark.parametrize("name", ["Nobody Atall", "closed"])
    def test_somebody_whom_the_gate_does_not_let_read_it(self, it: Loop, name: str) -> None:
        path, sender = f"threads/referral/{it.refer()}", Program(it.sender)
        outside = worker(it.cast.agency["victim_service_provider"], "victim_advocate")
        called = names([outside.id])[outside.id] if name == "closed" else name
        refused = sender.post(path, text=f"Ask @{called} about it")
        assert refused.status_code == 400 and called.split()[0] in refused.content.decode()
        assert not Message.objects.exists() and not queries.unread(outside).exists()

    def test_asked_read_and_confirmed(self, it: Loop) -> None:
        path = f"threads/referral/{it.refer()}"
        sender, night = Program(it.sender), Program(it.night)
        message = sender.done(path, text="Please keep the bed", asks=True)["message"]
        confirm = f"threads/messages/{message}/confirm"
        [waits] = night.seen("threads/waiting")
        assert waits["message"] == message and waits["about"] == "referral" and "text" not in waits
        assert night.seen(path)["messages"][0]["waits_for_me"]
        assert night.post(confirm).status_code == 409, "read it first"
        night.post(f"{path}/read")
        for _ in range(2):
            assert night.post(confirm).status_code == 204
        assert night.seen("threads/waiting") == []
        asked = {one["name"]: one["at"] for one in sender.seen(path)["messages"][0]["asked"]}
        assert asked[names([it.night.id])[it.night.id]]

    def test_who_was_not_asked_confirms_nothing(self, it: Loop) -> None:
        path = f"threads/referral/{it.refer()}"
        message = Program(it.sender).done(path, text="Please keep the bed", asks=True)["message"]
        confirm = f"threads/messages/{message}/confirm"
        assert Program(it.sender).post(confirm).status_code == 404
        assert Program(it.cast["clinician"]).post(confirm).status_code in (403, 404)
        assert Program(it.night, "learn").post(confirm).status_code == 403
        assert Program(None).post(confirm).status_code == 401
        assert Program(it.night).post(f"threads/messages/{uuid4()}/confirm").status_code == 404

    def test_the_crew_on_a_call_is_named_and_the_next_crew_is_not(self) -> None:
        centre = open_centre()
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
        clinician, elsewhere = centre.crews["CO1"][1], centre.crews["T1"][0]
        known, path, desk = names([clinician.id, elsewhere.id]), f"threads/call/{call}", Program(centre.desk)
        assert known[clinician.id] in desk.seen(path)["may_be_named"]
        assert desk.post(path, text=f"@{known[elsewhere.id]} stand by").status_code == 400
        desk.done(path, text=f"@{known[clinician.id]} the gate code is 4411")
        [line] = queries.unread(clinician).filter(kind="mention")
        assert line.link == reverse("field:call_talk", args=[call])


class TestWithheld:
    """Where the receiver's law keeps from the sender how it stands, the API tells no more than the page."""

    def test_the_sender_reads_what_their_own_side_wrote(self) -> None:
        it = guarded()
        referral = it.refer()
        path, sender, receiver = f"threads/referral/{referral}", Program(it.sender), Program(it.receiver)
        receiver.done(path, text="She enrolled on Monday")
        found = sender.get(path)
        assert "enrolled" not in found.content.decode()
        assert not queries.unread(it.sender).filter(kind="message").exists(), "a ring would tell"
        called = names([it.sender.id])[it.sender.id]
        assert receiver.post(path, text=f"@{called} come").status_code == 400
        it.agree()
        assert "She enrolled on Monday" in sender.get(path).content.decode()


def test_it_is_described(client: Client) -> None:
    """Typed and in the document that programs read."""
    told = client.get("/api/openapi.json").json()["paths"]
    for path in ("{about}/{subject}", "{about}/{subject}/read", "messages/{message}/confirm", "waiting"):
        assert f"/api/v1/threads/{path}" in told


class TestMarks:
    """The desk says that the call's thread holds news."""

    def test_the_button_counts_what_was_not_read_and_is_quiet_after(self, centre: Centre) -> None:
        call, mark = centre.call(), "desk-news"
        client = visit(centre.desk)
        here = reverse("desk:verdict", args=[call])
        assert mark not in client.get(here).content.decode()
        Program(centre.cast["supervisor"]).done(f"threads/call/{call}", text="Seen")
        page = client.get(here).content.decode()
        assert mark in page and "1 new message" in page
        client.get(reverse("desk:thread", args=[call]))
        assert mark not in client.get(here).content.decode()
        assert queries.new_in(centre.desk, [Subject("call", call)]) == {}
