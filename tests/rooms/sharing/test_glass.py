"""Break-glass as the room does it: what opens, for how long, what is left in journal, register and queue."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Opening, Review
from factories.cast import SETUP, Cast, gather, someone

pytestmark = pytest.mark.django_db
PLEA = sharing.Plea("self_harm", "the_person", "The caller says she took pills")
OVERDOSE = sharing.Plea("overdose_or_injury", "the_person", "Unconscious, unknown substance", True)


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


def assessed(cast: Cast, kind: str = "social_service") -> tuple[UUID, Subject]:
    """A person with an assessment of one agency."""
    person, _ = someone(cast, "police")
    found = Subject("assessment", uuid4())
    sharing.hold(by=SETUP, subject=found, agency=cast.agency[kind], person=person)
    return person, found


def on_call(cast: Cast, role: str, person: UUID) -> None:
    sharing.tie(by=SETUP, relation="incident", subject=Subject("person", person), account=cast.account(role))


def broken(
    by: Actor, person: UUID, about: Subject, plea: sharing.Plea = PLEA, category: str = "mh_assessment"
) -> Opening:
    return sharing.break_glass(by=by, person=person, plea=plea, about={category: [about]})


def asked(by: Actor, opening: Opening, about: Subject, category: str = "mh_assessment") -> sharing.Answer:
    said = queries.claims(opening)
    return sharing.ask(by=by, category=category, purpose="emergency", about=about, circumstances=said)


def test_a_dispatcher_on_the_call_opens_risk_and_plan_for_four_hours(cast: Cast) -> None:
    person, about = assessed(cast)
    on_call(cast, "call_taker", person)
    by = cast["call_taker"]
    plain = sharing.ask(by=by, category="mh_assessment", purpose="emergency", about=about)
    assert isinstance(plain, sharing.Refusal) and plain.acknowledged
    assert queries.openable(by, {"mh_assessment": [about]}) == ("mh_assessment",)
    opening = broken(by, person, about)
    assert opening.is_in_force and opening.categories == ["mh_assessment"]
    assert opening.until - opening.created_at == pytest.approx(timedelta(hours=4), abs=timedelta(seconds=5))
    answer = asked(by, opening, about)
    assert isinstance(answer, sharing.Permit)
    assert answer.fields == {"risk_level", "crisis_plan_summary", "medications"}


def test_one_review_one_alert_and_a_row_for_each_reading(cast: Cast) -> None:
    person, about = assessed(cast)
    on_call(cast, "call_taker", person)
    opening = broken(cast["call_taker"], person, about)
    for _ in range(3):
        asked(cast["call_taker"], opening, about)
    review = Review.objects.get()
    assert (review.why, review.reason, review.subject) == ("break_glass", PLEA.reason, person)
    assert queries.opening_of(review.id) == opening
    assert [row.category for row in queries.read_under(opening)] == ["mh_assessment"] * 3
    kinds = list(JournalLine.objects.filter(kind__startswith="sharing.").values_list("kind", flat=True))
    assert kinds.count("sharing.glass_broken") == kinds.count("sharing.alerted") == 1
    assert kinds.count("sharing.read") == 3
    assert not [line for line in JournalLine.objects.all() if PLEA.reason in str(line.data)]


def test_it_ends_by_itself_and_by_hand(cast: Cast) -> None:
    person, about = assessed(cast)
    on_call(cast, "call_taker", person)
    by = cast["call_taker"]
    one, two = broken(by, person, about), broken(by, person, about)
    assert queries.openings_in_force(by, [one.id, two.id]) == [one, two]
    sharing.end_opening(by=by, opening=one.id)
    assert queries.openings_in_force(by, [one.id, two.id]) == [two]
    assert JournalLine.objects.filter(kind="sharing.glass_mended", actor=by.id).count() == 1
    sharing.end_opening(by=by, opening=one.id)
    assert JournalLine.objects.filter(kind="sharing.glass_mended").count() == 1, "ended once"
    with clock.at(two.until + timedelta(seconds=1)):
        assert queries.openings_in_force(by, [two.id]) == []
        assert not queries.opening(by, two.id).is_in_force


def test_nobody_ends_or_reads_anothers_but_the_privacy_officer_ends_any(cast: Cast) -> None:
    person, about = assessed(cast)
    on_call(cast, "call_taker", person)
    opening = broken(cast["call_taker"], person, about)
    for role in ("supervisor", "administrator", "clinician"):
        with pytest.raises(NotFound):
            sharing.end_opening(by=cast[role], opening=opening.id)
        with pytest.raises(NotFound):
            queries.opening(cast[role], opening.id)
        assert queries.openings_in_force(cast[role], [opening.id]) == []
    sharing.end_opening(by=cast["privacy_officer"], opening=opening.id)
    assert queries.openings_in_force(cast["call_taker"], [opening.id]) == []


@pytest.mark.parametrize("kind", ["part2_program", "victim_service_provider", "lifeline_988"])
def test_what_may_not_be_acknowledged_is_neither_offered_nor_opened(cast: Cast, kind: str) -> None:
    person, about = assessed(cast, kind)
    for role in ("call_taker", "patrol_officer", "clinician", "hospital_staff"):
        if role != "hospital_staff":
            on_call(cast, role, person)
        by = cast[role]
        assert queries.openable(by, {"mh_assessment": [about]}) == (), role
        assert queries.offered(by, "mh_assessment", "emergency", about) is None
        opening = broken(by, person, about)
        assert not opening.is_in_force and opening.categories == [] and opening.ended_by == "policy"
        assert isinstance(asked(by, opening, about), sharing.Refusal)
    assert Review.objects.filter(why="break_glass").count() == 4, "refused or not, each is reviewed"


@pytest.mark.parametrize(
    "role",
    ["case_manager", "shelter_worker", "victim_advocate", "prosecutor", "analyst", "administrator",
     "privacy_officer", "records_steward"],
)  # fmt: skip
def test_the_policy_offers_these_roles_nothing(cast: Cast, role: str) -> None:
    person, about = assessed(cast)
    assert not queries.may_break_glass(cast[role])
    assert queries.openable(cast[role], {"mh_assessment": [about]}) == ()
    assert not broken(cast[role], person, about).is_in_force


@pytest.mark.parametrize("purpose", ["enforcement", "evaluation", "public_reporting", "oversight_audit"])
def test_other_purposes_than_help_are_offered_nothing(cast: Cast, purpose: str) -> None:
    person, about = assessed(cast)
    on_call(cast, "patrol_officer", person)
    assert queries.offered(cast["patrol_officer"], "mh_assessment", purpose, about) is None
    assert queries.offered(cast["patrol_officer"], "mh_assessment", "emergency", about) == person


@pytest.mark.parametrize("category", ["criminal_history", "education_record", "case_plan", "sud_record"])
def test_categories_that_stay_closed_are_not_offered(cast: Cast, category: str) -> None:
    person, about = assessed(cast)
    on_call(cast, "patrol_officer", person)
    assert queries.offered(cast["patrol_officer"], category, "emergency", about) is None


def test_treatment_records_open_to_a_medic_by_the_rule_for_medical_emergencies_alone(cast: Cast) -> None:
    person, about = assessed(cast, "part2_program")
    on_call(cast, "medic", person)
    medic, circle = cast["medic"], frozenset({person})
    assert queries.may_treat(medic, person, circle)
    assert not queries.may_treat(cast["patrol_officer"], person, circle)
    assert queries.openable(medic, {"mh_assessment": [about]}) == (), "that there is one is not said"
    assert not broken(medic, person, about, PLEA).is_in_force, "a threat is not a medical emergency"
    opening = broken(medic, person, about, OVERDOSE)
    answer = asked(medic, opening, about)
    assert isinstance(answer, sharing.Permit) and "p2_emergency_record" in answer.obligations


def test_an_officer_off_the_call_opens_nothing(cast: Cast) -> None:
    person, about = assessed(cast)
    assert queries.openable(cast["patrol_officer"], {"mh_assessment": [about]}) == ()
    assert not broken(cast["patrol_officer"], person, about).is_in_force


@pytest.mark.parametrize(
    ("plea", "field"),
    [
        (sharing.Plea("curious", "the_person", "I would like to know"), "emergency"),
        (sharing.Plea("self_harm", "nobody", "The caller says she took pills"), "danger"),
        (sharing.Plea("self_harm", "the_person", "  urgent  "), "reason"),
        (sharing.Plea("self_harm", "the_person", "x" * 1001), "reason"),
    ],
)
def test_a_plea_that_nobody_could_judge_is_refused(cast: Cast, plea: sharing.Plea, field: str) -> None:
    person, about = assessed(cast)
    on_call(cast, "call_taker", person)
    with pytest.raises(Invalid, match=field):
        broken(cast["call_taker"], person, about, plea)
    assert not Opening.objects.exists() and not Review.objects.exists()
    with pytest.raises(NotFound):
        broken(cast["call_taker"], uuid4(), about)
