"""The recommendation: every option with its reasons, every other unit with its shortfall."""

from collections.abc import Iterator, Mapping, Sequence

from commonweal.engines.dispatching.candidates import Candidate, Worth, best_teams, split_units
from commonweal.engines.dispatching.eligibility import required_certificates
from commonweal.engines.dispatching.rules import DEFAULT_RULES, Rules
from commonweal.engines.dispatching.values import (
    Option,
    Reason,
    Recommendation,
    Request,
    ResponseModel,
    ScorePart,
    Travel,
    UnitState,
)

UNARMED = frozenset({ResponseModel.CIVILIAN_CRISIS, ResponseModel.REMOTE_CLINICIAN})


def recommend(
    request: Request,
    units: Sequence[UnitState],
    coverage: Mapping[str, int] | None = None,
    *,
    travel: Travel,
    rules: Rules = DEFAULT_RULES,
    limit: int = 10,
) -> Recommendation:
    """Rank who should go.

    `coverage` is the number of free units to keep, by area. `travel(unit, place)` gives minutes, or None
    when unknown. `limit` bounds the options listed, not those weighed. Pure: the same input gives the
    same answer, in whatever order the units come. When nobody can answer the model asked for,
    `fallbacks` holds the options of the next models that the rules name: a person decides on those.
    """
    units = sorted(units, key=lambda unit: unit.id)
    refuse_twins(units)
    worth = Worth.of(request, rules, units, coverage)
    able, shortfalls = split_units(request.model, units, travel, worth)
    options = [
        as_option(team.members, request.model, worth)
        for team in best_teams(able, rules.needs[request.model], worth, limit)
    ]
    fallbacks = [] if options else list(fallback_options(units, travel, worth, limit))
    return Recommendation(
        model=request.model,
        options=tuple(options),
        fallbacks=tuple(fallbacks),
        able=tuple(candidate.unit.id for candidate in able),
        shortfalls=tuple(shortfalls),
        cautions=tuple(cautions(request, able, bool(options), rules)),
    )


def refuse_twins(units: Sequence[UnitState]) -> None:
    """ValueError when two units (sorted by id) carry the same id."""
    for one, other in zip(units, units[1:], strict=False):
        if one.id == other.id:
            raise ValueError(f"units: {one.id!r} comes twice; hand in each unit once, as it stands now")


def fallback_options(
    units: Sequence[UnitState], travel: Travel, worth: Worth, limit: int
) -> Iterator[Option]:
    """Options of the models that the rules name as next best, in that order."""
    request, rules = worth.request, worth.rules
    for model in rules.fallbacks.get(request.model, ()):
        able, _ = split_units(model, units, travel, worth)
        for team in best_teams(able, rules.needs[model], worth, limit):
            yield as_option(team.members, model, worth)


def as_option(team: Sequence[Candidate], model: ResponseModel, worth: Worth) -> Option:
    """Price a team and say why."""
    parts = tuple(ScorePart(code, minutes) for code, minutes in worth.price(team).items())
    minutes = [member.minutes for member in team if not member.remote] or [0.0]
    reasons = list(reasons_for(team, model, worth))
    if model is not worth.request.model:
        reasons.insert(0, Reason.of("fallback", model=model.value, asked=worth.request.model.value))
    return Option(
        units=tuple(member.unit.id for member in team),
        model=model,
        score=sum(part.minutes for part in parts),
        arrival_minutes=max(minutes),
        first_minutes=min(minutes),
        parts=parts,
        reasons=tuple(reasons),
    )


def reasons_for(team: Sequence[Candidate], model: ResponseModel, worth: Worth) -> Iterator[Reason]:
    """What speaks for and against a team, in the order a dispatcher asks."""
    yield from arrival_reasons(team)
    request, rules = worth.request, worth.rules
    held = {
        code
        for member in team
        for role in member.roles & set(rules.needs[model])
        for code in required_certificates(role, request, rules)
    }
    for code in sorted(held):
        yield Reason.of("holds_certificate", certificate=code)
    speakers = [m.unit.id for m in team if m.speaks]
    code = "speaks" if speakers else "interpreter"
    yield Reason.of(code, language=request.language)
    for member in team:
        yield from member.lacks
        if member.known:
            yield Reason.of("knows_person", unit=member.unit.id)
        if member.tired:
            yield Reason.of("long_duty", unit=member.unit.id, hours=round(member.unit.hours_on_duty, 1))
    for area, left in worth.areas_short(team).items():
        yield Reason.of("leaves_short", area=area, left=left, wanted=worth.wanted_by_area[area])


def arrival_reasons(team: Sequence[Candidate]) -> Iterator[Reason]:
    """When each member is there, and how a pair comes together."""
    for member in team:
        if member.remote:
            yield Reason.of("joins_remotely", unit=member.unit.id)
        else:
            yield Reason.of("arrives", unit=member.unit.id, minutes=round(member.minutes, 1))
    present = [member.minutes for member in team if not member.remote]
    if len(present) > 1:
        yield Reason.of("meets_on_site", wait=round(max(present) - min(present), 1))
    elif len(team) == 1 and len(team[0].roles) > 1:
        yield Reason.of("rides_together")


def cautions(request: Request, able: Sequence[Candidate], answered: bool, rules: Rules) -> Iterator[Reason]:
    """What the dispatcher should see above the list."""
    if request.model in UNARMED and request.tier in ("T0", "T1"):
        yield Reason.of("tier_above_model", tier=request.tier, model=request.model.value)
    if answered:
        return
    yield Reason.of("nobody_free", model=request.model.value)
    filled = {role for candidate in able for role in candidate.roles}
    for role in rules.needs[request.model]:
        if role not in filled:
            yield Reason.of("role_unfilled", role=role.value)
