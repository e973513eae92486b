"""An encounter from paper: its own times, its own team, once; and the wrong call is not there."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.encounters import actions, queries
from commonweal.encounters.models import Encounter
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing
from factories.calls import Centre, open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db
SAID = {
    "contact_type": "crisis", "consent_to_talk": True, "presenting_needs": ["mental_health"],
    "behaviours": ["calm"], "risks": ["self_harm_thoughts"], "techniques": ["listening"], "force": "none",
    "injured": ["none"], "hold": "none", "transport": "none", "disposition": "resolved",
}  # fmt: skip


@pytest.fixture(name="centre")
def at_work() -> Centre:
    return open_centre()


@pytest.fixture(name="sheets")
def printed(centre: Centre) -> tuple[list[str], list[str]]:
    """Numbers of a pack of two hours ago."""
    with clock.at(clock.now() - timedelta(hours=2)):
        pack = calls.open_pack(by=centre.desk, reason="asked", calls=0, withheld=0, sheets=3)
    return call_queries.numbers(pack)


def met(centre: Centre, number: str, call: UUID | None = None) -> Encounter:
    """Half an hour that ended half an hour ago."""
    now = clock.now()
    return actions.enter_paper_encounter(
        by=centre.crews["T1"][0], number=number, started_at=now - timedelta(minutes=60),
        ended_at=now - timedelta(minutes=30), call=call, description="a woman in a red coat",
    )  # fmt: skip


def on_paper(centre: Centre, number: str) -> UUID:
    """A call that T1 met, entered from its sheet."""
    now = clock.now()
    at = [now - timedelta(minutes=n) for n in (70, 65, 60, 20)]
    written = calls.Written(unit=centre.units["T1"], tier="T3")
    return calls.enter_paper_call(
        by=centre.desk, number=number, moments=calls.Moments(*at), written=written
    ).id  # fmt: skip


def test_it_stands_under_its_call_with_the_times_of_the_paper(
    centre: Centre, sheets: tuple[list[str], list[str]]
) -> None:
    """Follow-up counts from the meeting, not from the typing; the sheet is marked and entered once."""
    call = on_paper(centre, sheets[0][0])
    found = met(centre, sheets[1][0], call)
    assert found.call_id == call and set(found.team) == {one.id for one in centre.crews["T1"]}
    assert found.follow_up_due == found.ended_at + timedelta(hours=72)
    sheet = call_queries.from_paper([found.id])[found.id]
    assert sheet.happened_at == found.started_at < sheet.entered_at
    with pytest.raises(Conflict, match="open already"):
        met(centre, sheets[1][1], call)
    with pytest.raises(Conflict, match="entered already"):
        met(centre, sheets[1][0])
    assert Encounter.objects.count() == 1


def test_those_who_were_there_write_it_down_though_the_call_is_over(
    centre: Centre, sheets: tuple[list[str], list[str]]
) -> None:
    """Until it is complete; then their view ends as ever."""
    call = on_paper(centre, sheets[0][0])
    asked = {"category": "call_facts", "purpose": "emergency", "about": Subject("call", call)}
    worker = centre.crews["T1"][0]
    assert not sharing.ask(by=worker, **asked).fields
    found = met(centre, sheets[1][0], call)
    assert "exact_address" in sharing.ask(by=worker, **asked).fields
    page = visit(worker).get(reverse("field:encounter", args=[found.id]))
    assert page.status_code == 200 and sheets[1][0] in page.content.decode()
    words = actions.words()
    said = {k: v if isinstance(v, bool) else _known(words[k], v) for k, v in SAID.items()}
    actions.record(by=worker, encounter=found.id, **said)
    due = found.ended_at + timedelta(hours=72)
    closed = actions.close_encounter(by=worker, encounter=found.id)
    assert closed.ended_at == found.ended_at and queries.outline(found.id).follow_up_due == due
    assert not sharing.ask(by=worker, **asked).fields


def _known(codes: dict[str, tuple[str, str]], wanted: object) -> object:
    """The code wanted, or the first of the site's vocabulary."""
    if isinstance(wanted, list):
        return [code if code in codes else next(iter(codes)) for code in wanted]
    return wanted if wanted in codes else next(iter(codes))


def test_a_call_of_others_a_day_to_come_and_an_end_before_the_beginning(
    centre: Centre, sheets: tuple[list[str], list[str]]
) -> None:
    """Each refused, and nothing of it stands: the sheet can still be entered."""
    now, by, number = clock.now(), centre.crews["CO1"][1], sheets[1][0]
    call, hour = on_paper(centre, sheets[0][0]), timedelta(hours=1)
    for start, end, of, fault in (
        (now - hour, now, call, NotFound),
        (now - hour, now + hour, None, Invalid),
        (now, now - hour, None, Invalid),
        (now - 5 * hour, now - 4 * hour, None, Invalid),
    ):
        with pytest.raises(fault):
            actions.enter_paper_encounter(by=by, number=number, started_at=start, ended_at=end, call=of)
    assert not Encounter.objects.exists() and not call_queries.from_paper([call]).keys() - {call}


def test_the_phone_keeps_what_was_typed_and_says_what_is_wrong(
    centre: Centre, sheets: tuple[list[str], list[str]]
) -> None:
    """A wrong number comes back in its box; the right one leads to the cards."""
    client, now = visit(centre.crews["T1"][0]), clock.now()
    said = {"paper": "nonsense", "started": (now - timedelta(hours=1)).isoformat()[:16] + "+00:00",
            "ended": now.isoformat()[:16] + "+00:00", "description": "red coat"}  # fmt: skip
    answer = client.post(reverse("field:paper"), said)
    assert answer.status_code == 400 and 'value="red coat"' in answer.content.decode()
    answer = client.post(reverse("field:paper"), said | {"paper": sheets[1][0], "call": sheets[0][2]})
    assert answer.status_code == 400 and "not entered yet" in answer.content.decode()
    answer = client.post(reverse("field:paper"), said | {"paper": sheets[1][0]})
    assert answer.status_code == 302 and Encounter.objects.count() == 1
    assert visit(centre.desk).get(reverse("field:paper")).status_code == 403
