"""A minor's consent for treatment records: recorded with whoever law asks for; nothing opens without."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from commonweal.encounters import actions as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Consent
from commonweal.sharing.policy import law
from factories.calls import TROUBLED, open_centre
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
CALIFORNIA = override_settings(POLICY_PACKS=["us_federal", "us_california"])


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


def born(age: int) -> date:
    today = clock.today()
    return date(today.year - age, 1, 1)


def give(cast: Cast, person: UUID, **more: Any) -> Consent:
    return sharing.record_consent(
        by=SETUP, person=person, form="part2", recipients=[cast.agency["social_service"]],
        categories=["sud_record"], purposes=["care_coordination"],
        **{"signer": "Lee Okafor", "signature": "M0 0L9 9"} | more,
    )  # fmt: skip


def opens(cast: Cast, person: UUID) -> bool:
    """Whether the case manager of the person reads a treatment record of theirs now."""
    about, manager = Subject("case", uuid4()), cast["case_manager"]
    sharing.hold(by=SETUP, subject=about, agency=cast.agency["part2_program"], person=person)
    person_ = Subject("person", person)
    sharing.tie(by=SETUP, relation="care", subject=person_, account=cast.account("case_manager"))
    answer = sharing.ask(by=manager, category="sud_record", purpose="care_coordination", about=about)
    return isinstance(answer, sharing.Permit)


def test_without_a_state_s_law_both_sign(cast: Cast) -> None:
    person, _ = someone(cast, "part2_program", born=born(15))
    with pytest.raises(Invalid) as refused:
        give(cast, person)
    assert refused.value.field == "guardian" and not Consent.objects.exists()
    with pytest.raises(Invalid) as refused:
        give(cast, person, guardian="Ife Okafor")
    assert refused.value.field == "guardian_signature"
    made = give(cast, person, guardian="Ife Okafor", guardian_signature="M1 1L5 5")
    assert (made.age, made.guardian) == (15, "Ife Okafor") and opens(cast, person)
    names = {"signature": "Lee Okafor", "guardian": "Ife", "guardian_signature": "Ife"}
    typed = give(cast, person, method="typed", **names)
    assert typed.guardian_signature == "Ife", "who does not draw adopts the name typed"
    Consent.objects.update(guardian="")
    assert not opens(cast, person), "the gate judges again, whatever was let in"


@CALIFORNIA
def test_in_california_a_young_person_signs_alone_from_twelve(cast: Cast) -> None:
    assert law().must_sign(12) == {"person"}
    person, _ = someone(cast, "part2_program", born=born(13))
    assert give(cast, person).guardian == "" and opens(cast, person)
    child, _ = someone(cast, "part2_program", born=born(11), given="Ada")
    with pytest.raises(Invalid):
        give(cast, child)


def test_an_adult_and_somebody_of_no_known_age_sign_as_ever(cast: Cast) -> None:
    for day in (born(40), None):
        person, _ = someone(cast, "part2_program", born=day)
        assert give(cast, person).age is None and opens(cast, person)


def test_an_age_that_is_said_counts_where_no_day_is_on_file(cast: Cast) -> None:
    nobody, _ = someone(cast, "part2_program", born=None)
    with pytest.raises(Invalid):
        give(cast, nobody, said_age=14)
    adult, _ = someone(cast, "part2_program", born=born(30), given="Ada")
    assert give(cast, adult, said_age=14).age is None, "the file is believed before the form"
    sharing.bar(by=SETUP, subject=someone(cast, "part2_program", born=None, given="Kit")[1], minor=True)


def test_a_record_marked_as_a_minor_s_asks_for_both(cast: Cast) -> None:
    person, record = someone(cast, "part2_program", born=None)
    sharing.hold(by=SETUP, subject=record, agency=cast.agency["part2_program"], person=person)
    sharing.bar(by=SETUP, subject=record, minor=True)
    assert people.age_of(person) is None
    with pytest.raises(Invalid):
        give(cast, person)


def test_other_forms_ask_for_nobody_else(cast: Cast) -> None:
    person, _ = someone(cast, born=born(15))
    made = sharing.record_consent(
        by=SETUP, person=person, form="roi", recipients=[cast.agency["social_service"]],
        categories=["case_plan"], purposes=["care_coordination"], signer="Lee", signature="M0 0L9 9",
    )  # fmt: skip
    assert made.age is None


def test_the_form_at_the_door_asks_for_the_second_signature_and_keeps_the_first() -> None:
    centre = open_centre()
    person, _ = someone(centre.cast, "police", born=born(16))
    call = centre.call(TROUBLED)
    from commonweal.calls import actions as calls

    calls.identify(by=centre.desk, call=call, person=person)
    calls.dispatch(by=centre.desk, call=call)
    clinician = next(a for a in centre.crews["CO1"] if a.role == "clinician")
    encounter = encounters.open_encounter(by=clinician, call=call, person=person).id
    page, path = visit(clinician), f"/field/encounter/{encounter}/consent/"
    shown = page.get(path)
    assert shown.status_code == 200 and "42 CFR 2.14" in shown.content.decode()
    form = {
        "what": "sud_record", "to": str(centre.cast.agency["social_service"]), "until": "180", "way": "drawn",
        "signer": "Lee", "signature": "M0 0L9 9",
    }  # fmt: skip
    again = page.post(path, form)
    text = again.content.decode()
    assert again.status_code == 400 and "parent or guardian signs" in text and "M0 0L9 9" in text
    assert page.post(path, {**form, "guardian": "Ife", "guardian_signature": "M1 1L2 2"}).status_code == 302
    assert Consent.objects.get().guardian == "Ife"
