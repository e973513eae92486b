"""What is on hold is not deleted; who may act for a person is recorded with an end."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from commonweal.agencies import actions as agencies
from commonweal.kernel import clock, keeping
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions, queries
from commonweal.sharing.models import Holding
from factories.cast import SETUP, Cast, gather, someone

pytestmark = pytest.mark.django_db
PAPERS = actions.Papers(authority="guardian", evidence="Order of 3 May, county court")


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=False)


def test_a_record_of_a_held_person_is_not_expunged_until_the_hold_is_lifted(cast: Cast) -> None:
    officer, call = cast["privacy_officer"], Subject("call", uuid4())
    person, _ = someone(cast)
    actions.hold(by=SETUP, subject=call, agency=cast.agency["ecc"], person=person, call=call.id)
    made = actions.set_legal_hold(
        by=officer, name="Doe v. Harlow", reason="Notice of claim", scope="person", subject=person
    )
    with pytest.raises(Conflict, match="Doe v. Harlow"):
        actions.bar(by=SETUP, subject=call, expunged=True)
    assert not Holding.objects.get(subject=call.id).is_expunged
    actions.bar(by=SETUP, subject=call, sealed=True)  # sealing keeps the record: it is allowed
    with pytest.raises(Invalid):
        actions.lift_legal_hold(by=officer, legal_hold=made.id, reason=" ")
    actions.lift_legal_hold(by=officer, legal_hold=made.id, reason="Settled")
    actions.bar(by=SETUP, subject=call, expunged=True)
    assert Holding.objects.get(subject=call.id).is_expunged
    told = JournalLine.objects.filter(kind="sharing.hold_changed").order_by("id")
    assert [line.data["state"] for line in told] == ["set", "lifted"]


def test_a_held_call_keeps_what_stands_under_it(cast: Cast) -> None:
    call, meeting = uuid4(), Subject("encounter", uuid4())
    actions.hold(by=SETUP, subject=meeting, agency=cast.agency["health"], call=call)
    actions.set_legal_hold(
        by=cast["privacy_officer"], name="Claim 7", reason="Notice", scope="call", subject=call
    )
    with pytest.raises(Conflict, match="Claim 7"):
        actions.bar(by=SETUP, subject=meeting, expunged=True)
    actions.bar(by=SETUP, subject=Subject("encounter", uuid4()), expunged=True)  # another goes


def test_a_span_keeps_the_shifts_that_were_worked(cast: Cast) -> None:
    unit = agencies.open_unit(by=SETUP, agency=cast.agency["ems"], call_sign="C1", kind="outreach")
    start = datetime(2026, 5, 4, 8, tzinfo=UTC)
    with clock.at(start - timedelta(days=1)):
        shift = agencies.set_shift(
            by=SETUP, unit=unit.id, starts=start, ends=start + timedelta(hours=8), crew=()
        )
    actions.set_legal_hold(
        by=cast["privacy_officer"], name="Inquest", reason="Coroner wrote", scope="span",
        first=date(2026, 5, 1), last=date(2026, 5, 31),
    )  # fmt: skip
    with clock.at(start + timedelta(days=3)), pytest.raises(Conflict, match="Inquest"):
        agencies.clear_shift(by=SETUP, shift=shift.id)
    assert keeping.holds(keeping.Record(first=date(2026, 6, 1), last=date(2026, 6, 2))) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"scope": "town"}, "scope"),
        ({"name": ""}, "name"),
        ({"reason": ""}, "reason"),
        ({"subject": None}, "subject"),
        ({"scope": "span", "first": date(2026, 5, 2), "last": date(2026, 5, 1)}, "last"),
    ],
)
def test_a_hold_names_what_it_lacks(cast: Cast, changed: dict[str, object], field: str) -> None:
    said: dict[str, object] = {
        "name": "Doe",
        "reason": "Notice",
        "scope": "call",
        "subject": uuid4(),
        **changed,
    }
    with pytest.raises(Invalid) as wrong:
        actions.set_legal_hold(by=cast["privacy_officer"], **said)  # type: ignore[arg-type]
    assert wrong.value.field == field


@pytest.mark.parametrize("role", ["administrator", "case_manager", "records_steward"])
def test_only_who_keeps_trust_holds_and_records_authority(cast: Cast, role: str) -> None:
    person, _ = someone(cast)
    by = cast[role]
    with pytest.raises(NotFound):
        actions.set_legal_hold(by=by, name="Doe", reason="x", scope="person", subject=person)
    with pytest.raises(NotFound):
        actions.record_representative(by=by, person=person, name="Al", relation="brother", papers=PAPERS)
    with pytest.raises(NotFound):
        queries.representatives(by, person)


def ask(cast: Cast, kind: str, person: object, representative: object) -> queries.Request:
    """An officer notes a request that a representative brings."""
    asker = actions.Asker(name="Rosa Delgado", representative=representative)  # type: ignore[arg-type]
    return actions.receive_request(
        by=cast["privacy_officer"],
        kind=kind,
        text="Her record",
        person=person,
        asker=asker,  # type: ignore[arg-type]
    )[0]


def test_letters_go_to_the_representative_while_the_authority_stands(cast: Cast) -> None:
    officer = cast["privacy_officer"]
    person, _ = someone(cast)
    made = actions.record_representative(
        by=officer, person=person, name="Alma Delgado", relation="sister", address="9 Oak St", papers=PAPERS
    )
    found = ask(cast, "access", person, made.id)
    letter = queries.letters(found.id)[0]
    assert (letter.addressee, letter.address) == ("Alma Delgado", "9 Oak St")
    actions.end_representative(by=officer, representative=made.id)
    with pytest.raises(Conflict):
        ask(cast, "access", person, made.id)
    other, _ = someone(cast, "health", given="Ana")
    with pytest.raises(NotFound):
        ask(cast, "access", other, made.id)


def test_authority_ends_on_its_day_and_reaches_no_further_than_the_papers(cast: Cast) -> None:
    officer = cast["privacy_officer"]
    person, _ = someone(cast)
    soon = clock.today() + timedelta(days=5)
    papers = actions.Papers(
        authority="parent", evidence="Birth certificate", scope=("accounting", "access"),
        limits=("endangerment",), expires_on=soon,
    )  # fmt: skip
    made = actions.record_representative(
        by=officer, person=person, name="Al", relation="father", papers=papers
    )
    with pytest.raises(Conflict, match="endanger"):
        ask(cast, "access", person, made.id)  # 45 CFR 164.502(g)(5)
    with pytest.raises(Conflict, match="reach"):
        ask(cast, "amendment", person, made.id)
    with clock.at(datetime.now(UTC) + timedelta(days=9)):
        assert not queries.is_in_force(made)
        with pytest.raises(Conflict, match="ended"):
            ask(cast, "accounting", person, made.id)
    with pytest.raises(Invalid):
        actions.record_representative(
            by=officer, person=person, name="Al", relation="father",
            papers=actions.Papers(authority="friend", evidence="said so"),
        )  # fmt: skip
