"""A record that must not be acknowledged and a record that is not there are refused in the same words."""

from uuid import uuid4

import pytest

from commonweal.kernel.actors import Subject
from commonweal.sharing import actions as sharing
from factories.cast import SETUP, gather, someone

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("category", ["referral_status", "identity", "case_plan", "sud_record"])
@pytest.mark.parametrize("role", ["patrol_officer", "clinician", "case_manager"])
def test_nobody_can_tell_a_hidden_record_from_none(role, category):
    cast = gather()
    person, _ = someone(cast)
    hidden = Subject("referral", uuid4())
    sharing.hold(by=SETUP, subject=hidden, agency=cast.agency["victim_service_provider"], person=person)
    answers = [
        sharing.ask(by=cast[role], category=category, purpose="care_coordination", about=about)
        for about in (hidden, Subject("referral", uuid4()))
    ]
    told = {(a.acknowledged, a.why, a.unlock) for a in answers if isinstance(a, sharing.Refusal)}
    assert told == {(False, "No such record.", ())}
    assert all(isinstance(answer, sharing.Refusal) for answer in answers)
