"""Hub tables at the door: who may name, when, and whose ties end."""

import pytest

from commonweal.cases import actions, queries
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from factories.cases import hub, support

pytestmark = pytest.mark.django_db


def test_naming_is_the_originators_and_comes_before_filter_three():
    at = hub()
    found, origin = at.open(), at.seats["case_manager"]
    actions.move_on(by=origin, discussion=found)
    with pytest.raises(NotFound):
        actions.name_person(by=at.seats["clinician"], discussion=found, person=at.person)
    actions.name_person(by=origin, discussion=found, person=at.person)
    assert queries.room(at.seats["clinician"], found).person is None
    with pytest.raises(Conflict):
        actions.name_person(by=origin, discussion=at.to_three(), person=at.person)


def test_three_yes_of_four_are_not_acutely_elevated_risk():
    at = hub()
    found, origin = at.open(), at.seats["case_manager"]
    actions.move_on(by=origin, discussion=found)
    noted = actions.note_situation(by=origin, discussion=found, aer_reasons=list(actions.AER_TEST)[:3])
    assert noted.is_aer is False
    with pytest.raises(Conflict, match="four questions"):
        actions.move_on(by=origin, discussion=found)


def test_doors_know_who_is_inside():
    at = hub()
    found = at.to_three()
    assert [d.is_inside for d in queries.doors(at.seats["shelter"], at.table)] == [True]
    actions.leave_room(by=at.seats["shelter"], discussion=found)
    assert [d.is_inside for d in queries.doors(at.seats["shelter"], at.table)] == [False]


@pytest.mark.parametrize("levels", [{}, {"shelter": 6}, {"shelter": 0}, {"luck": 3}, {"shelter": None}])
def test_an_assessment_needs_a_known_domain_and_a_level(levels):
    at = support()
    with pytest.raises(Invalid):
        actions.assess(by=at.manager, case=at.case, levels=levels)


def test_the_greatest_needs_come_lowest_first():
    at = support()
    rating = actions.assess(
        by=at.manager, case=at.case, levels={"shelter": 2, "food": 1, "health": 5, "transport": None}
    )
    assert rating.greatest == ["food", "shelter"] and "transport" not in rating.ratings
