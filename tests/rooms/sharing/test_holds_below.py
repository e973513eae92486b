"""Holds on a record, an encounter, a referral, a thread: nothing under one goes, by hand or by schedule."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from commonweal.encounters import actions as encounters
from commonweal.encounters import queries as encounter_queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.messages import actions as messages
from commonweal.messages.models import Thread
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Holding, LegalHold
from commonweal.sharing.retention import Retention, Schedule
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db


def held(cast: Cast, scope: str, subject: UUID) -> LegalHold:
    return sharing.set_legal_hold(
        by=cast["privacy_officer"], name="Doe v. County", reason="Letter of 3 March", scope=scope,
        subject=subject,
    )  # fmt: skip


def expunge(subject: Subject) -> None:
    sharing.bar(by=SETUP, subject=subject, expunged=True)


@pytest.fixture(name="met")
def an_encounter() -> tuple[Centre, UUID, UUID]:
    """A centre, a call that was answered, and its encounter with an assessment."""
    centre = open_centre()
    call = centre.call(TROUBLED)
    person, _ = someone(centre.cast, "police")
    from commonweal.calls import actions as calls

    calls.identify(by=centre.desk, call=call, person=person)
    calls.dispatch(by=centre.desk, call=call)
    clinician = next(a for a in centre.crews["CO1"] if a.role == "clinician")
    encounter = encounters.open_encounter(by=clinician, call=call, person=person).id
    encounters.assess(by=clinician, encounter=encounter, instrument="c-ssrs", answers={}, note="n")
    return centre, call, encounter


def test_an_encounter_keeps_its_assessments_and_the_call_above_it(met: tuple[Centre, UUID, UUID]) -> None:
    centre, call, encounter = met
    [assessment] = Holding.objects.filter(kind="assessment")
    hold = held(centre.cast, "encounter", encounter)
    for subject in (
        Subject("encounter", encounter), Subject("clinical_part", encounter), Subject("call", call),
        Subject("assessment", assessment.subject),
    ):  # fmt: skip
        with pytest.raises(Conflict, match="Doe v. County"):
            expunge(subject)
    assert not Holding.objects.filter(is_expunged=True).exists()
    assert encounter_queries.outline(encounter).id == encounter
    sharing.lift_legal_hold(by=centre.cast["privacy_officer"], legal_hold=hold.id, reason="Settled")
    expunge(Subject("assessment", assessment.subject))
    assert Holding.objects.get(is_expunged=True).subject == assessment.subject


def test_a_thread_keeps_what_it_is_about(met: tuple[Centre, UUID, UUID]) -> None:
    centre, call, _ = met
    about = Subject("call", call)
    permit = sharing.ask(by=centre.desk, category="call_facts", purpose="emergency", about=about)
    assert isinstance(permit, sharing.Permit)
    messages.post(by=centre.desk, about=about, category="call_facts", text="t", permit=permit)
    held(centre.cast, "thread", Thread.objects.get().id)
    with pytest.raises(Conflict):
        expunge(about)


def test_a_record_and_a_referral_and_no_other_of_the_person(met: tuple[Centre, UUID, UUID]) -> None:
    cast = met[0].cast
    person, record = someone(cast, "social_service", given="Ana")
    referral, other = Subject("referral", uuid4()), Subject("referral", uuid4())
    for one in (record, referral, other):
        sharing.hold(by=SETUP, subject=one, agency=cast.agency["social_service"], person=person)
    held(cast, "record", record.id)
    held(cast, "referral", referral.id)
    for kept in (record, referral):
        with pytest.raises(Conflict):
            expunge(kept)
    expunge(other)


def test_no_schedule_takes_what_is_held() -> None:
    cast = gather(partners=False)
    person, _ = someone(cast)
    kept, gone = Subject("encounter", uuid4()), Subject("encounter", uuid4())
    for one in (kept, gone):
        sharing.hold(by=SETUP, subject=one, agency=cast.agency["police"], person=person)
    held(cast, "encounter", kept.id)
    rules = Retention(True, (Schedule("encounters", ("encounter",), 1, "Some law"),))
    with clock.at(clock.now() + timedelta(days=800)):
        [applied] = sharing.apply_retention(by=SETUP, kept=rules)
    assert (applied.gone, applied.held) == (1, 1)
    assert not Holding.objects.get(subject=kept.id).is_expunged


def test_the_steward_sets_one_in_the_browser_and_sees_it() -> None:
    cast = gather(partners=False)
    _, record = someone(cast)
    page = visit(cast["privacy_officer"])
    form = {"name": "Doe v. County", "reason": "Letter", "scope": "record", "subject": str(record.id)}
    assert page.post("/trust/holds/", {**form, "act": "set"}).status_code == 302
    shown = page.get("/trust/holds/").content.decode()
    assert str(record.id)[-6:] in shown and "Doe v. County" in shown and 'value="encounter"' in shown
    with pytest.raises(Invalid) as refused:
        held(cast, "record", uuid4())
    assert refused.value.field == "subject", "a slip of the pen would keep nothing"
