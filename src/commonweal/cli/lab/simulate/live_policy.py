"""The live desk's own dispatch function, handed to the simulation: neither engine knows the other."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from commonweal.cli.tables import BadFile
from commonweal.engines.dispatching import DEFAULT_RULES, Request, ResponseModel, UnitState, recommend
from commonweal.engines.staffing.playing import Asking, Free, Policy, World

Json = Mapping[str, object]
DAY_HOURS = 12  # a unit that is always on duty changes its crew twice a day


def live_policy(found: Json, world: World, path: Path) -> Policy:
    """The recommendation over the units free in the simulation; BadFile where a type names no model."""
    asked = {name: _asked(name, found, path) for name in world.types}
    places = world.places or ((0.0, 0.0),) * world.atoms
    if len(places) != world.atoms:
        raise BadFile(f"{path}, field atoms: {len(places)} places for {world.atoms} atoms; give one for each")
    held = _certificates(found, path)

    def policy(call: Asking, free: Sequence[Free]) -> Sequence[str]:
        minutes = {unit.id: unit.minutes for unit in free}
        units = [
            UnitState(
                u.id, u.kind, place=places[call.atom], certificates=held[u.id],
                hours_on_duty=u.minutes_on_duty / 60 % DAY_HOURS,
            )
            for u in free
        ]  # fmt: skip
        tier, model = asked[call.type]
        request = Request(places[call.atom], tier, model)
        best = recommend(request, units, travel=lambda unit, place: minutes[unit.id], limit=1).best
        return best.units if best else ()

    return policy


def _asked(name: str, found: Json, path: Path) -> tuple[str, ResponseModel]:
    types = found["call_types"]
    one = types[name] if isinstance(types, Mapping) else {}
    if "model" not in one:
        models = ", ".join(ResponseModel)
        raise BadFile(f'{path}, field call_types.{name}.model: missing; "live" asks for one of: {models}')
    return str(one.get("tier", "T2")), ResponseModel(one["model"])


def _certificates(found: Json, path: Path) -> dict[str, frozenset[str]]:
    held, units = {}, found["units"]
    assert isinstance(units, list)
    for number, unit in enumerate(units):
        if unit["kind"] not in DEFAULT_RULES.roles_by_kind:
            known = ", ".join(DEFAULT_RULES.roles_by_kind)
            raise BadFile(f'{path}, field units[{number}].kind: {unit["kind"]!r}; "live" knows: {known}')
        held[unit["id"]] = frozenset(unit.get("certificates", ()))
    return held
