"""Who should go, told as nights at the board of a small county."""

from collections.abc import Mapping
from datetime import date

import pytest

from commonweal.engines.dispatching import (
    Reason,
    Recommendation,
    Request,
    ResponseModel,
    Role,
    Rules,
    Status,
    UnitState,
    in_words,
    recommend,
)

SCENE = (-77.05, 38.80)
MINUTES = {"CO-1": 14.0, "P-1": 4.0, "P-2": 6.0, "CIV-1": 9.0, "CLIN-1": 8.0, "M-1": 5.0}


def travel(unit: UnitState, place: tuple[float, float]) -> float | None:
    return MINUTES.get(unit.id)


def unit(id: str, kind: str, **more: object) -> UnitState:
    return UnitState(id=id, kind=kind, **more)  # type: ignore[arg-type]


def ask(model: str, tier: str = "T2", **more: object) -> Request:
    return Request(place=SCENE, tier=tier, model=ResponseModel(model), **more)  # type: ignore[arg-type]


CO = unit("CO-1", "co_response", certificates=frozenset({"cit_40h"}))
PATROL = unit("P-1", "patrol")
CIT = unit("P-2", "patrol", certificates=frozenset({"cit_40h"}))
CIVILIAN = unit("CIV-1", "crisis_team")
CLINICIAN = unit("CLIN-1", "clinician")
MEDIC = unit("M-1", "ems")
REMOTE = unit("TELE-1", "tele")
FLEET = [CO, PATROL, CIT, CIVILIAN, CLINICIAN, MEDIC, REMOTE]


def codes(reasons: tuple[Reason, ...]) -> set[str]:
    return {reason.code for reason in reasons}


def lacks(answer: Recommendation) -> Mapping[str, set[str]]:
    return {shortfall.unit: codes(shortfall.reasons) for shortfall in answer.shortfalls}


def test_two_units_meet_on_site_when_the_joint_car_is_far() -> None:
    answer = recommend(ask("co_response"), FLEET, travel=travel)
    assert answer.best is not None
    assert answer.best.units == ("P-1", "CLIN-1")
    assert (answer.best.first_minutes, answer.best.arrival_minutes) == (4.0, 8.0)
    assert "meets_on_site" in codes(answer.best.reasons)
    alone = next(option for option in answer.options if option.units == ("CO-1",))
    assert "rides_together" in codes(alone.reasons)
    assert lacks(answer) == {"M-1": {"wrong_kind"}, "TELE-1": {"wrong_kind"}}


def test_the_joint_car_goes_when_it_is_only_a_little_farther() -> None:
    near = {**MINUTES, "CO-1": 10.0}
    answer = recommend(ask("co_response"), FLEET, travel=lambda u, _: near.get(u.id))
    assert answer.best is not None and answer.best.units == ("CO-1",)


def test_a_lapsed_certificate_keeps_an_officer_from_the_cit_role_and_is_named() -> None:
    lapsed = unit("P-1", "patrol", lapsed={"cit_40h": date(2025, 6, 30)})
    answer = recommend(ask("cit_officer", "T1"), [lapsed, CIT], travel=travel)
    assert [option.units for option in answer.options] == [("P-2",)]
    assert lacks(answer) == {"P-1": {"certificate_lapsed"}}
    words = in_words(answer.shortfalls[0].reasons[0])
    assert words == "certificate cit_40h for CIT officer lapsed on 2025-06-30"
    assert in_words(answer.shortfalls[0].reasons[0], "es") == (
        "el certificado cit_40h para agente CIT venció el 2025-06-30"
    )


def test_the_same_officer_still_goes_where_no_certificate_is_asked() -> None:
    lapsed = unit("P-1", "patrol", lapsed={"cit_40h": date(2025, 6, 30)})
    assert recommend(ask("patrol"), [lapsed], travel=travel).best is not None


def test_a_joint_car_without_its_clinicians_certificate_serves_as_an_officer_only() -> None:
    request = ask("co_response", certificates={Role.CLINICIAN: frozenset({"licence"})})
    licensed = unit("CLIN-1", "clinician", certificates=frozenset({"licence"}))
    answer = recommend(request, [CO, licensed], travel=travel)
    assert [option.units for option in answer.options] == [("CO-1", "CLIN-1")]
    assert {"certificate_missing", "holds_certificate"} <= codes(answer.options[0].reasons)


def test_somebody_the_person_knows_is_worth_a_few_minutes_but_not_many() -> None:
    known = unit("P-2", "patrol", responders=frozenset({"amara"}))
    answer = recommend(ask("patrol", past_responders=frozenset({"amara"})), [PATROL, known], travel=travel)
    assert answer.best is not None and answer.best.units == ("P-2",)
    assert "knows_person" in codes(answer.best.reasons)
    far = recommend(
        ask("patrol", past_responders=frozenset({"amara"})),
        [PATROL, known],
        travel=lambda u, _: {"P-1": 4.0, "P-2": 12.0}[u.id],
    )
    assert far.best is not None and far.best.units == ("P-1",)


def test_where_life_is_at_stake_only_arrival_counts() -> None:
    known = unit("P-2", "patrol", responders=frozenset({"amara"}))
    request = ask("patrol", "T0", past_responders=frozenset({"amara"}))
    answer = recommend(request, [PATROL, known], travel=travel)
    assert answer.best is not None and answer.best.units == ("P-1",)


def test_language_outweighs_a_short_delay() -> None:
    spanish = unit("P-2", "patrol", languages=frozenset({"en", "es"}))
    answer = recommend(ask("patrol", language="es"), [PATROL, spanish], travel=travel)
    assert [option.units for option in answer.options] == [("P-2",), ("P-1",)]
    assert "interpreter" in codes(answer.options[1].reasons)


def test_the_last_free_unit_of_an_area_is_kept_when_another_is_near() -> None:
    north, south = unit("P-1", "patrol", area="north"), unit("P-2", "patrol", area="south")
    answer = recommend(ask("patrol"), [north, south], {"north": 1, "south": 0}, travel=travel)
    assert answer.best is not None and answer.best.units == ("P-2",)
    second = answer.options[1]
    assert in_words(next(r for r in second.reasons if r.code == "leaves_short")) == (
        "leaves north with 0 of 1 free units"
    )


@pytest.mark.parametrize(
    "more, code",
    [
        ({"status": Status.ON_SCENE}, "busy"),
        ({"status": Status.OFF_DUTY}, "off_duty"),
        ({"status": Status.OUT_OF_SERVICE}, "out_of_service"),
        ({"hours_on_duty": 17.0}, "duty_too_long"),
    ],
)
def test_each_unavailable_unit_says_why(more: Mapping[str, object], code: str) -> None:
    answer = recommend(ask("patrol"), [unit("P-1", "patrol", **more)], travel=travel)
    assert answer.best is None
    assert code in lacks(answer)["P-1"]
    assert {"nobody_free", "role_unfilled"} <= codes(answer.cautions)


def test_far_lost_and_unskilled_units_say_so() -> None:
    fleet = [unit("FAR", "patrol"), unit("LOST", "patrol")]
    answer = recommend(
        ask("patrol", skills=frozenset({"asl"})), fleet, travel=lambda u, _: 300.0 if u.id == "FAR" else None
    )
    assert lacks(answer) == {"FAR": {"too_far", "skill_missing"}, "LOST": {"place_unknown", "skill_missing"}}


def test_tired_units_come_later() -> None:
    tired = unit("P-1", "patrol", hours_on_duty=11.0)
    short = unit("P-2", "patrol", hours_rest=5.0)
    answer = recommend(ask("patrol"), [tired, short, unit("P-3", "patrol")], travel=lambda *_: 7.0)
    assert [option.units for option in answer.options] == [("P-3",), ("P-1",), ("P-2",)]


def test_without_a_clinician_in_person_a_video_co_response_is_offered_by_name() -> None:
    answer = recommend(ask("co_response"), [PATROL, CIT, REMOTE], travel=travel)
    assert answer.options == ()
    assert [option.model for option in answer.fallbacks[:2]] == [ResponseModel.TELE_CO_RESPONSE] * 2
    assert answer.fallbacks[0].units == ("P-1", "TELE-1")
    assert "fallback" in codes(answer.fallbacks[0].reasons)
    assert Reason.of("role_unfilled", role="clinician") in answer.cautions
    assert answer.able == ("P-1", "P-2")


def test_a_civilian_team_on_a_high_tier_is_cautioned() -> None:
    answer = recommend(ask("civilian_crisis", "T1"), FLEET, travel=travel)
    assert answer.best is not None and codes(answer.cautions) == {"tier_above_model"}


def test_a_remote_clinician_needs_no_road() -> None:
    answer = recommend(ask("remote_clinician", "T4"), FLEET, travel=travel)
    assert answer.best is not None
    assert (answer.best.units, answer.best.arrival_minutes) == (("TELE-1",), 0.0)


def test_bad_input_names_field_value_and_remedy() -> None:
    with pytest.raises(ValueError, match="tier: 'T9' is not one of T0"):
        ask("patrol", "T9")
    with pytest.raises(ValueError, match="place.*latitude -90..90"):
        Request((0.0, 210.0), "T1", ResponseModel.PATROL)
    with pytest.raises(ValueError, match="id: empty"):
        unit("", "patrol")
    with pytest.raises(ValueError, match="also in force"):
        unit("P", "patrol", certificates=frozenset({"a"}), lapsed={"a": date(2025, 1, 1)})
    with pytest.raises(ValueError, match="comes twice"):
        recommend(ask("patrol"), [PATROL, PATROL], travel=travel)
    with pytest.raises(ValueError, match="one or two"):
        Rules(needs={ResponseModel.EMS: (Role.MEDIC, Role.OFFICER, Role.CLINICIAN)})
    with pytest.raises(ValueError, match="urgency: T1"):
        Rules(urgency={"T0": 1.0})
    with pytest.raises(ValueError, match="continuity"):
        Rules(continuity=-1.0)


def test_each_road_of_two_hundred_units_is_asked_for_once() -> None:
    kinds = ["patrol", "clinician", "co_response", "crisis_team"]
    fleet = [unit(f"U{i:03}", kinds[i % 4], area=f"A{i % 12}") for i in range(200)]
    asked: list[str] = []

    def road(one: UnitState, place: tuple[float, float]) -> float:
        asked.append(one.id)
        return 3.0 + int(one.id[1:]) * 37 % 60

    answer = recommend(ask("co_response"), fleet, {"A1": 20}, travel=road)
    assert sorted(asked) == sorted(u.id for u in fleet)
    assert len(answer.options) == 10
