"""How a consent was given is on it: who interpreted, signed for whom, heard it; names open by the gate."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Consent
from factories.cast import SETUP, Cast, gather, someone

pytestmark = pytest.mark.django_db
PROXY = {"acting_as": "health_care_proxy", "papers": "Proxy of May 2024", "subject_name": "Lee Okafor"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


def give(cast: Cast, person: UUID, by: Actor = SETUP, **more: Any) -> Consent:
    base = {"form": "roi", "categories": ["case_plan"], "signer": "Lee Okafor", "signature": "M0 0L9 9"}
    return sharing.record_consent(
        by=by, person=person, recipients=[cast.agency["social_service"]], purposes=["care_coordination"],
        **base | more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"interpreter": "No. 4471"}, "spoken"),
        ({"spoken": "vi"}, "interpreter"),
        ({"method": "verbal", "witness": " lee okafor "}, "witness"),
        ({"method": "verbal", "witness": "  "}, "witness"),
        ({**PROXY, "acting_as": "neighbour"}, "acting_as"),
        ({**PROXY, "papers": " "}, "papers"),
        ({**PROXY, "subject_name": ""}, "subject_name"),
        ({"guardian": "Ife", "guardian_as": "executor"}, "guardian_as"),
    ],
)
def test_half_of_it_is_refused(cast: Cast, more: dict[str, str], field: str) -> None:
    person, _ = someone(cast)
    with pytest.raises(Invalid) as refused:
        give(cast, person, **more)
    assert refused.value.field == field and not Consent.objects.exists()


def test_the_database_refuses_it_too(cast: Cast) -> None:
    made = give(cast, someone(cast)[0])
    for half in ({"interpreter": "No. 4471"}, {"spoken": "vi"}, {"acting_as": "guardian"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.filter(id=made.id).update(**half)


def test_a_whole_one_is_kept_as_it_was_said(cast: Cast) -> None:
    person, _ = someone(cast)
    made = give(cast, person, signer="Ada Okafor", interpreter="No. 4471", spoken="vi", **PROXY)
    assert (made.interpreter, made.spoken, made.acting_as) == ("No. 4471", "vi", "health_care_proxy")
    assert (made.signer, made.subject_name) == ("Ada Okafor", "Lee Okafor")


def test_a_parent_never_signs_in_a_minor_s_place_for_treatment_records(cast: Cast) -> None:
    """42 CFR 2.14: beside, where state law asks; for an adult without capacity 2.15 lets another sign."""
    part2 = {"form": "part2", "categories": ["sud_record"], "signer": "Ada Okafor"}
    child, _ = someone(cast, "part2_program", born=None)
    with pytest.raises(Invalid) as refused:
        give(cast, child, said_age=15, **part2, **{**PROXY, "acting_as": "parent"})
    assert refused.value.field == "acting_as"
    about = _treatment(cast, child)
    assert give(cast, child, **part2, **PROXY) and _opens(cast, about)
    Consent.objects.update(age=15, guardian="Ada Okafor")
    assert not _opens(cast, about), "the gate judges again, whatever was let in"


def _treatment(cast: Cast, person: UUID) -> Subject:
    about = Subject("case", UUID(int=7))
    sharing.hold(by=SETUP, subject=about, agency=cast.agency["part2_program"], person=person)
    sharing.tie(
        by=SETUP, relation="care", subject=Subject("person", person), account=cast.account("case_manager")
    )
    return about


def _opens(cast: Cast, about: Subject) -> bool:
    manager = cast["case_manager"]
    answer = sharing.ask(by=manager, category="sud_record", purpose="care_coordination", about=about)
    return isinstance(answer, sharing.Permit)


def test_names_and_signature_open_by_the_gate_alone(cast: Cast) -> None:
    person, _ = someone(cast)
    made = give(cast, person, by=cast["case_manager"], guardian="Ada Okafor", guardian_as="parent")
    about = Subject("consent", made.id)
    herself = Actor(id="self", role="person", policy_role="subject_self", person=person)
    own = sharing.ask(by=herself, category="identity", purpose="subject_access", about=about)
    assert isinstance(own, sharing.Permit)
    shown = queries.names_on({about: own})[made.id]
    assert shown["name"] == {"person": "Lee Okafor", "signer": "Lee Okafor", "guardian": "Ada Okafor"}
    assert shown["photo"] == {"signature": "M0 0L9 9", "guardian": ""}
    for role in ("administrator", "analyst", "counsel", "program_manager"):
        said = sharing.ask(by=cast[role], category="identity", purpose="care_coordination", about=about)
        assert isinstance(said, sharing.Refusal), role
