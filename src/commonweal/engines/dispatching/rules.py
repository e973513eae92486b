"""The site's dispatch rules as one value. Every number here is a local choice, in minutes or hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commonweal.engines.dispatching.values import TIERS, ResponseModel, Role

_M, _R = ResponseModel, Role


def _needs() -> Mapping[ResponseModel, tuple[Role, ...]]:
    return {
        _M.CO_RESPONSE: (_R.OFFICER, _R.CLINICIAN),
        _M.TELE_CO_RESPONSE: (_R.OFFICER, _R.REMOTE_CLINICIAN),
        _M.CIVILIAN_CRISIS: (_R.CRISIS_WORKER,),
        _M.CIT_OFFICER: (_R.CIT_OFFICER,),
        _M.PATROL: (_R.OFFICER,),
        _M.EMS: (_R.MEDIC,),
        _M.REMOTE_CLINICIAN: (_R.REMOTE_CLINICIAN,),
        _M.OUTREACH: (_R.OUTREACH_WORKER,),
    }


def _kinds() -> Mapping[str, frozenset[Role]]:
    return {
        "co_response": frozenset({_R.OFFICER, _R.CIT_OFFICER, _R.CLINICIAN}),
        "crisis_team": frozenset({_R.CRISIS_WORKER, _R.CLINICIAN, _R.OUTREACH_WORKER}),
        "clinician": frozenset({_R.CLINICIAN, _R.OUTREACH_WORKER}),
        "cit": frozenset({_R.OFFICER, _R.CIT_OFFICER}),
        "patrol": frozenset({_R.OFFICER, _R.CIT_OFFICER}),
        "ems": frozenset({_R.MEDIC}),
        "fire": frozenset(),
        "outreach": frozenset({_R.OUTREACH_WORKER}),
        "tele": frozenset({_R.REMOTE_CLINICIAN}),
    }


def _fallbacks() -> Mapping[ResponseModel, tuple[ResponseModel, ...]]:
    return {
        _M.CO_RESPONSE: (_M.TELE_CO_RESPONSE, _M.CIT_OFFICER),
        _M.TELE_CO_RESPONSE: (_M.CIT_OFFICER,),
        _M.CIVILIAN_CRISIS: (_M.CO_RESPONSE, _M.REMOTE_CLINICIAN),
        _M.CIT_OFFICER: (_M.PATROL,),
        _M.REMOTE_CLINICIAN: (_M.CIVILIAN_CRISIS,),
    }


@dataclass(frozen=True)
class Rules:
    """Who fills which role with which certificate, and what each circumstance is worth in minutes.

    A worth is what the dispatcher would wait for it: `continuity` 5 means that somebody whom the person
    knows is preferred over a stranger up to five minutes nearer. `urgency` scales all of them by tier:
    where life is at stake only arrival counts.
    """

    needs: Mapping[ResponseModel, tuple[Role, ...]] = field(default_factory=_needs)
    roles_by_kind: Mapping[str, frozenset[Role]] = field(default_factory=_kinds)
    certificates: Mapping[Role, frozenset[str]] = field(
        default_factory=lambda: {Role.CIT_OFFICER: frozenset({"cit_40h"})}
    )
    fallbacks: Mapping[ResponseModel, tuple[ResponseModel, ...]] = field(default_factory=_fallbacks)
    urgency: Mapping[str, float] = field(
        default_factory=lambda: {"T0": 0.1, "T1": 0.5, "T2": 1.0, "T3": 1.0, "T4": 1.0, "T5": 1.0}
    )
    interpreter: float = 6.0
    continuity: float = 5.0
    coverage: float = 6.0
    tired: float = 4.0
    second_unit: float = 3.0  # two units committed where one that rides together would do
    tired_after_hours: float = 10.0
    short_rest_hours: float = 8.0
    longest_duty_hours: float = 16.0
    farthest_minutes: float = 90.0

    def __post_init__(self) -> None:
        """Refuse rules that the search could not honour."""
        for model, roles in self.needs.items():
            if not 1 <= len(roles) <= 2:
                raise ValueError(f"needs: {model} asks for {len(roles)} roles; one or two can be committed")
        missing = [t for t in TIERS if not 0 <= self.urgency.get(t, -1) <= 1]
        if missing:
            raise ValueError(f"urgency: {', '.join(missing)} need a weight between 0 and 1")
        for name in ("interpreter", "continuity", "coverage", "tired", "second_unit"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name}: {getattr(self, name)} minutes; give a worth of zero or more")


DEFAULT_RULES = Rules()
