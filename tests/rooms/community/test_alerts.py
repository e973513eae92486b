"""A public alert: one writes, another approves; what was sent is never changed; it names nobody."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as some

from commonweal import flow
from commonweal.community import actions, queries
from commonweal.community.models import Alert
from commonweal.community.wording import CODES, about_somebody
from commonweal.kernel import clock, journal
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as bells
from factories.alerts import RING, approved, called_off, drafted, issued, storm
from factories.cast import Cast, gather, worker


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def standing() -> list[UUID]:
    """What residents see now."""
    return [row.id for row in queries.alerts_standing()]


def acts(alert: UUID) -> list[str]:
    """What the journal tells of an alert."""
    lines = JournalLine.objects.filter(kind="community.alert", subject=str(alert)).order_by("id")
    return [line.data["act"] for line in lines]


def test_an_alert_of_a_night(cast: Cast) -> None:
    """Given a draft, when another approves it and it is sent, then it stands until it expires, by itself."""
    made = drafted(cast)
    assert not standing() and not queries.alerts_told().exists()
    actions.approve_alert(by=cast["program_manager"], alert=made.id, names_nobody=True)
    assert not standing(), "approved is not sent"
    actions.issue_alert(by=cast["community_liaison"], alert=made.id)
    assert standing() == [made.id] and acts(made.id) == ["drafted", "approved", "issued"]
    with clock.at(made.expires - timedelta(seconds=1)):
        assert standing() == [made.id]
    with clock.at(made.expires):
        assert not standing() and not queries.alerts_told().exists()
        assert [row.id for row in queries.alerts_over()] == [made.id]


def test_whoever_wrote_it_does_not_approve_it(cast: Cast) -> None:
    made = drafted(cast)
    with pytest.raises(Conflict):
        actions.approve_alert(by=cast["community_liaison"], alert=made.id, names_nobody=True)
    with pytest.raises(Conflict):
        actions.issue_alert(by=cast["program_manager"], alert=made.id)
    assert queries.alert(made.id).state == "draft"


def test_other_words_are_approved_anew_and_by_another_than_their_writer(cast: Cast) -> None:
    made, manager = approved(cast), cast["program_manager"]
    actions.change_alert(by=manager, alert=made.id, said=storm(headline_en="Gale tonight"))
    with pytest.raises(Conflict):
        actions.issue_alert(by=manager, alert=made.id)
    with pytest.raises(Conflict):
        actions.approve_alert(by=manager, alert=made.id, names_nobody=True)
    actions.approve_alert(by=cast["supervisor"], alert=made.id, names_nobody=True)
    assert actions.issue_alert(by=manager, alert=made.id).headline_en == "Gale tonight"


@pytest.mark.parametrize(
    "name", ["headline_es", "instruction_en", "instruction_es", "area_en", "area_es", "event_es"]
)
def test_both_languages_stand_before_it_is_approved(cast: Cast, name: str) -> None:
    made = drafted(cast, **{name: "  "})
    with pytest.raises(Invalid) as said:
        actions.approve_alert(by=cast["program_manager"], alert=made.id, names_nobody=True)
    assert said.value.field == name


def test_the_second_person_says_that_nobody_is_named(cast: Cast) -> None:
    with pytest.raises(Invalid) as said:
        actions.approve_alert(by=cast["supervisor"], alert=drafted(cast).id, names_nobody=False)
    assert said.value.field == "names_nobody"


@pytest.mark.parametrize("act", ["change", "approve", "issue", "drop"])
def test_what_was_sent_is_never_changed(cast: Cast, act: str) -> None:
    made, by = issued(cast), cast["supervisor"]
    before = Alert.objects.filter(id=made.id).values().get()
    with pytest.raises(Conflict):
        {
            "change": lambda: actions.change_alert(by=by, alert=made.id, said=storm()),
            "approve": lambda: actions.approve_alert(by=by, alert=made.id, names_nobody=True),
            "issue": lambda: actions.issue_alert(by=by, alert=made.id),
            "drop": lambda: actions.drop_alert(by=by, alert=made.id),
        }[act]()
    assert Alert.objects.filter(id=made.id).values().get() == before


class TestFollowing:
    """Updates and cancellations are messages of their own; what they end stands no more."""

    def test_an_update_replaces_when_it_is_sent_and_not_before(self, cast: Cast) -> None:
        first, by = issued(cast), cast["community_liaison"]
        second = actions.draft_alert(by=by, said=storm(headline_en="Stronger wind"), follows=first.id)
        assert standing() == [first.id] and second.kind == "Update"
        actions.approve_alert(by=cast["supervisor"], alert=second.id, names_nobody=True)
        actions.issue_alert(by=by, alert=second.id)
        assert standing() == [second.id] and queries.alert(first.id).state == "updated"
        assert [one.id for one in queries.alert_chain(queries.alert(second.id))] == [first.id]

    def test_it_is_called_off_by_one_person_with_a_reason(self, cast: Cast) -> None:
        first = issued(cast)
        told = called_off(cast, first.id)
        assert not standing() and told.kind == "Cancel" and told.response == "AllClear"
        assert [row.id for row in queries.alerts_told()] == [told.id, first.id]
        assert [row.id for row in queries.alerts_over()] == [first.id]
        assert told.headline_es.startswith("Terminó: ") and told.description_en == "It passed."

    @pytest.mark.parametrize("lacks", ["reason_en", "reason_es"])
    def test_not_without_the_reason_in_both_languages(self, cast: Cast, lacks: str) -> None:
        made, reasons = issued(cast), {"reason_en": "Over", "reason_es": "Pasó", lacks: " "}
        with pytest.raises(Invalid) as said:
            actions.cancel_alert(by=cast["supervisor"], alert=made.id, **reasons)
        assert said.value.field == lacks and standing() == [made.id]

    def test_a_reason_names_nobody_either(self, cast: Cast) -> None:
        made = issued(cast)
        with pytest.raises(Invalid):
            actions.cancel_alert(
                by=cast["supervisor"], alert=made.id, reason_en="Mr Lane went home", reason_es="x"
            )
        assert standing() == [made.id]

    @pytest.mark.parametrize("ended", ["cancelled", "expired", "draft", "nothing"])
    def test_only_what_stands_is_followed(self, cast: Cast, ended: str) -> None:
        made = drafted(cast) if ended == "draft" else issued(cast)
        if ended == "cancelled":
            called_off(cast, made.id)
        at = made.expires if ended == "expired" else clock.now()
        alert = uuid4() if ended == "nothing" else made.id
        with clock.at(at), pytest.raises(NotFound if ended == "nothing" else Conflict):
            actions.draft_alert(by=cast["supervisor"], said=storm(), follows=alert)
        with clock.at(at), pytest.raises(NotFound if ended == "nothing" else Conflict):
            called_off(cast, alert)

    def test_of_two_updates_the_second_finds_that_the_first_has_gone(self, cast: Cast) -> None:
        first, by = issued(cast), cast["community_liaison"]
        both = [actions.draft_alert(by=by, said=storm(), follows=first.id) for _ in range(2)]
        for one in both:
            actions.approve_alert(by=cast["supervisor"], alert=one.id, names_nobody=True)
        actions.issue_alert(by=by, alert=both[0].id)
        with pytest.raises(Conflict):
            actions.issue_alert(by=by, alert=both[1].id)
        assert standing() == [both[0].id]

    def test_what_waited_too_long_is_not_sent(self, cast: Cast) -> None:
        made = approved(cast)
        with clock.at(made.expires), pytest.raises(Invalid) as said:
            actions.issue_alert(by=cast["supervisor"], alert=made.id)
        assert said.value.field == "expires"

    def test_a_file_is_read_once(self, cast: Cast) -> None:
        by = cast["community_liaison"]
        first = actions.draft_alert(by=by, said=storm(), origin="weather.example,7")
        with pytest.raises(Conflict):
            actions.draft_alert(by=by, said=storm(), origin="weather.example,7")
        actions.drop_alert(by=by, alert=first.id)
        assert actions.draft_alert(by=by, said=storm(), origin="weather.example,7")


@pytest.mark.parametrize("role", ["call_taker", "patrol_officer", "case_manager", "administrator", "analyst"])
def test_others_write_approve_send_and_call_off_nothing(cast: Cast, role: str) -> None:
    made, live, by = drafted(cast), issued(cast), cast[role]
    for act in (
        lambda: actions.draft_alert(by=by, said=storm()),
        lambda: actions.change_alert(by=by, alert=made.id, said=storm()),
        lambda: actions.approve_alert(by=by, alert=made.id, names_nobody=True),
        lambda: actions.issue_alert(by=by, alert=made.id),
        lambda: actions.drop_alert(by=by, alert=made.id),
        lambda: actions.cancel_alert(by=by, alert=live.id, reason_en="x", reason_es="x"),
    ):
        with pytest.raises(NotFound):
            act()
    assert Alert.objects.count() == 2 and standing() == [live.id]


class TestWords:
    """What cannot stand in an alert is refused by its field."""

    @pytest.mark.parametrize(("field", "change"), [
        ("event_en", {"event_en": " "}), ("headline_en", {"headline_en": ""}), ("web",
        {"web": "javascript:x"}),
        ("web", {"web": "example.org"}), ("km", {"lat": 38.5}), ("km", {"km": 2.0}),
        ("area", {"lat": 98.5, "lon": 0.0, "km": 1.0}), ("area", {"lat": 38.5, "lon": 0.0, "km": 0.05}),
        ("area", {"lat": 38.5, "lon": 0.0, "km": 501.0}), ("area", {"outline": ((95.0, 0.0),
        *RING[1:3], (95.0, 0.0))}),
        ("outline", {"outline": RING[:3]}), ("outline", {"outline": (*RING[:3], (38.5, -121.5))}),
        ("area", {"outline": ((38.5, -121.6), (38.501, -121.6), (38.501, -121.599), (38.5, -121.6))}),
        *((name, {name: "Red"}) for name in CODES),
    ])  # fmt: skip
    def test_what_cannot_stand(self, cast: Cast, field: str, change: dict[str, Any]) -> None:
        with pytest.raises(Invalid) as said:
            drafted(cast, **change)
        assert said.value.field == field and not Alert.objects.exists()

    @pytest.mark.parametrize(("field", "hours"), [("expires", 0), ("expires", -1), ("expires", 24 * 14 + 1)])
    def test_it_ends_and_soon(self, cast: Cast, field: str, hours: int) -> None:
        now = clock.now()
        with clock.at(now), pytest.raises(Invalid) as said:
            drafted(cast, expires=now + timedelta(hours=hours))
        assert said.value.field == field

    def test_it_begins_before_it_ends(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as said:
            drafted(cast, onset=clock.now() + timedelta(hours=9))
        assert said.value.field == "onset"

    @pytest.mark.parametrize("text", [
        "Rosa was born in 1984", "DOB 3/9/84", "nacida en Harlow", "Fecha de nacimiento: mayo",
        "a 34-year-old",
        "una mujer de 34 años", "Mr. Lane is missing", "la Sra. Delgado", "Don Luis", "123-45-6789",
        "write to rosa@mail.example", "12 Quay St, apt 4", "Unit #7", "depto 3", "the patient ran",
        "el paciente",
        "a suspect", "sospechosa", "plate 7ABC123", "matrícula 1234BCD",
    ])  # fmt: skip
    @pytest.mark.parametrize("field", ["description_es", "instruction_en", "area_en", "contact"])
    def test_what_speaks_of_one_person_is_refused_in_every_field(
        self, cast: Cast, field: str, text: str
    ) -> None:
        with pytest.raises(Invalid) as said:
            drafted(cast, **{field: text})
        assert said.value.field == field and "names nobody" in said.value.remedy

    @pytest.mark.parametrize("text", [
        "Boil water in all of Harlow until Friday 6 pm.", "Call 311 or 213-555-0100.",
        "Mill Street is closed.",
        "Strong counterfeit pills are sold: carry naloxone.", "Children under 5 years should stay inside.",
        "Hierva el agua. Niños menores de 5 años: quédense en casa.",
        "Units of the fire service search the hills.",
        "Madison County, Srinagar Road, Dona Ana Park", "Unidad móvil en el parque", "A plate is hot",
    ])  # fmt: skip
    def test_what_speaks_of_everybody_is_not(self, text: str) -> None:
        assert about_somebody(text) == ""

    @given(some.text(max_size=200))
    def test_any_text_has_an_answer(self, text: str) -> None:
        found = about_somebody(text)
        assert found == "" or found in text


class TestDatabase:
    """The tables refuse what no action would write."""

    @pytest.mark.parametrize("change", [
        {"approved_by": "x"}, {"approved_at": clock.now()}, {"sent_at": clock.now()}, {"kind": "Update"},
    ])  # fmt: skip
    def test_states_that_cannot_be(self, cast: Cast, change: dict[str, object]) -> None:
        made = drafted(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.filter(id=made.id).update(**change)

    def test_nobody_approves_their_own(self, cast: Cast) -> None:
        made = drafted(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.filter(id=made.id).update(approved_by=made.drafted_by, approved_at=clock.now())


def test_whoever_may_approve_hears_and_the_desks_hear_what_was_sent(cast: Cast) -> None:
    liaison, manager, taker = cast["community_liaison"], cast["program_manager"], cast["call_taker"]
    other = worker(cast.agency["lifeline_988"], "call_taker")
    made = issued(cast)
    journal.seal()
    flow.drain()
    heard = {who.role: [line.kind for line in bells.unread(who)] for who in (liaison, manager, taker)}
    assert heard == {
        "community_liaison": [],
        "program_manager": ["alert_drafted"],
        "call_taker": ["alert_sent"],
    }
    assert [line.kind for line in bells.unread(other)] == ["alert_sent"]
    lines = JournalLine.objects.filter(kind="community.alert", subject=str(made.id))
    assert "wind" not in str([line.data for line in lines]).lower()
