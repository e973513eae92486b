"""A program writes in a thread: typed, by scope, under the gate; words stay with the record."""

from uuid import uuid4

import pytest
from django.urls import reverse

from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries
from commonweal.messages.models import Message
from factories.caller import Program
from factories.calls import Centre, open_centre
from factories.cases import support
from factories.cast import Cast, gather, worker
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
        answer = Program(cast["case_manager"]).post(f"threads/referral/{uuid4()}", text="t")
        assert answer.status_code in (400, 404)


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
