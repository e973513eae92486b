"""Scenario files of `commonweal lab simulate`: checked against the published schema, read into a world."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from jsonschema import Draft202012Validator, ValidationError

from commonweal import packs
from commonweal.cli.tables import BadFile, Row, document, rows
from commonweal.engines.staffing import Shift
from commonweal.engines.staffing.playing import (
    Arrivals,
    CallType,
    Chance,
    Listed,
    Rules,
    Slot,
    Spread,
    Unit,
    World,
)

Json = Mapping[str, object]
QUEUES: Mapping[object, int | None] = {"infinite": None, "loss": 0}


def schema() -> Json:
    """The published JSON schema (Draft 2020-12)."""
    return cast(Json, packs.read("lab/simulate.json"))


def checked(path: Path) -> Json:
    """A scenario that fits the schema; BadFile names file, field, value and remedy."""
    found = document(path)
    faults = sorted(
        Draft202012Validator(dict(schema())).iter_errors(found), key=lambda e: list(map(str, e.path))
    )
    if faults:
        raise BadFile(f"{path}, {_in_words(_deepest(faults[0]))}")
    return found


def _deepest(fault: ValidationError) -> ValidationError:
    """Where a value fits none of several shapes, the fault of the shape that it comes nearest to."""
    while fault.context:
        deep = max(len(part.absolute_path) for part in fault.context)
        if deep <= len(fault.absolute_path):
            return fault
        fault = next(part for part in fault.context if len(part.absolute_path) == deep)
    return fault


def _in_words(fault: ValidationError) -> str:
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in fault.absolute_path).lstrip(".")
    value = repr(fault.instance)
    value = value if len(value) <= 60 else value[:57] + "..."
    meant = fault.schema.get("description", "") if isinstance(fault.schema, Mapping) else ""
    if fault.validator == "required":
        asked, there = cast("list[str]", fault.validator_value), cast(Json, fault.instance)
        missing = next((name for name in asked if name not in there), "")
        return f"field {'.'.join(filter(None, [where, missing]))}: missing; add it"
    if fault.validator == "anyOf" and not where:
        return "field calls: missing, and so is arrivals; give a list of calls or rates of arrival"
    if fault.validator == "additionalProperties":
        known = fault.schema.get("properties", {}) if isinstance(fault.schema, Mapping) else {}
        strange = next((name for name in cast(Json, fault.instance) if name not in known), "")
        return (
            f"field {'.'.join(filter(None, [where, strange]))}: is not known; use one of: {', '.join(known)}"
        )
    why = fault.message.replace(repr(fault.instance), "it")[:120]
    return f"field {where}: {value}: {why}; give {meant or 'another'}"


def world(found: Json, path: Path) -> World:
    """The deployment that a checked scenario describes; BadFile names what does not fit together."""
    try:
        travel, periods = _travel(found["travel"])
        return World(
            name=str(found.get("name", path.stem)),
            units=tuple(_unit(one) for one in _objects(found["units"])),
            types={name: _type(one) for name, one in cast(Mapping[str, Json], found["call_types"]).items()},
            travel=travel,
            days=int(_number(found, "days")),
            calls=_calls(found.get("calls", []), path),
            arrivals=tuple(_arrivals(one) for one in _objects(found.get("arrivals", []))),
            periods=periods,
            rules=_rules(found),
            warm_up=_number(found, "warm_up_days"),
            resample=found.get("resample", "days") == "days",
            target=_number(found, "target_minutes", 15.0),
            places=tuple((_number(a, "lon"), _number(a, "lat")) for a in _objects(found.get("atoms", []))),
        )
    except BadFile:
        raise
    except ValueError as error:
        raise BadFile(f"{path}, field {error}") from error


def _objects(value: object) -> Sequence[Json]:
    return cast("Sequence[Json]", value)


def _number(found: Json, name: str, default: float = 0.0) -> float:
    return float(cast(float, found.get(name, default)))


def _spread(value: object) -> Spread:
    if isinstance(value, Mapping):
        numbers = {
            key: float(cast(float, value[key])) for key in ("mean", "sd", "low", "high") if key in value
        }
        return Spread(str(value["distribution"]), values=tuple(value.get("values", ())), **numbers)
    return Spread(mean=float(cast(float, value)))


def _slot(found: Json) -> Slot:
    hand_off = _spread(found["hand_off_minutes"]) if "hand_off_minutes" in found else None
    return Slot(
        frozenset(cast("list[str]", found["kinds"])), _spread(found.get("scene_minutes", 0)), hand_off
    )


def _chance(found: object) -> Chance | None:
    if not isinstance(found, Mapping):
        return None
    return Chance(_number(found, "share"), _spread(found.get("after_minutes", 0)), str(found["to"]))


def _type(found: Json) -> CallType:
    return CallType(
        priority=int(_number(found, "priority", 3)),
        ways=tuple(tuple(_slot(s) for s in _objects(way)) for way in cast("list[object]", found["requires"])),
        hand_off=_spread(found.get("hand_off_minutes", 0)),
        patience=_spread(found["patience_minutes"]) if "patience_minutes" in found else None,
        pre_empts=bool(found.get("pre_empts", False)),
        yields=bool(found.get("yields", True)),
        retriage=_chance(found.get("retriage")),
        follow_up=_chance(found.get("follow_up")),
    )


def _unit(found: Json) -> Unit:
    return Unit(
        id=str(found["id"]),
        kind=str(found["kind"]),
        home=int(_number(found, "home")),
        shifts=tuple(
            Shift(int(_number(s, "day")), _number(s, "start_hour"), _number(s, "hours"))
            for s in _objects(found.get("shifts", []))
        ),
        breaks=tuple(
            (_number(b, "after_minutes"), _number(b, "minutes")) for b in _objects(found.get("breaks", []))
        ),
        turnout=_number(found, "turnout_minutes"),
        hourly_cost=_number(found, "hourly_cost"),
    )


def _arrivals(found: Json) -> Arrivals:
    rate = found["per_hour"]
    per_hour = tuple(float(r) for r in rate) if isinstance(rate, list) else (_number(found, "per_hour"),)
    return Arrivals(str(found["type"]), int(_number(found, "atom")), per_hour)


def _rules(found: Json) -> Rules:
    queue = found.get("queue", "infinite")
    return Rules(
        policy=str(found.get("policy", "closest")),
        preference=tuple(tuple(row) for row in cast("list[list[str]]", found.get("preference", []))),
        queue=QUEUES[queue] if isinstance(queue, str) else int(cast(int, queue)),
        last_call=_number(found, "last_call_minutes"),
        urgent=int(_number(found, "urgent_priority", 1)),
    )


def _travel(value: object) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], tuple[int, ...]]:
    """Tables by period, and the period of each hour; the last of the day also holds before the first."""
    tables = cast("list[object]", value)
    if not isinstance(tables[0], Mapping):
        return _matrix(tables, "travel")[None], (0,) * 24
    parts = sorted(_objects(tables), key=lambda part: _number(part, "from_hour"))
    made = [_matrix(part["minutes"], f"travel[{n}].minutes") for n, part in enumerate(parts)]
    if len({table.shape for table in made}) > 1:
        raise ValueError("travel: its tables differ in size; give each the same atoms")
    starts = [_number(part, "from_hour") for part in parts]
    periods = [
        max((n for n, s in enumerate(starts) if s <= hour), default=len(parts) - 1) for hour in range(24)
    ]
    return np.stack(made), tuple(periods)


def _matrix(value: object, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    found = cast("list[list[float]]", value)
    for number, row in enumerate(found):
        if len(row) != len(found):
            raise ValueError(f"{name}[{number}]: {len(row)} numbers; give {len(found)}, one for each atom")
    return np.array(found, dtype=np.float64)


def _calls(value: object, path: Path) -> tuple[Listed, ...]:
    if isinstance(value, str):
        return tuple(_logged(row, n) for n, row in enumerate(rows(path.parent / value)))
    found = []
    for number, one in enumerate(_objects(value)):
        scene = one.get("scene_minutes")
        by_kind = {str(k): float(v) for k, v in scene.items()} if isinstance(scene, Mapping) else None
        if isinstance(scene, int | float):
            by_kind = {"*": float(scene)}
        observed = _number(one, "response_minutes") if "response_minutes" in one else None
        found.append(
            Listed(str(one.get("id", number)), _number(one, "at"), str(one["type"]),
                   int(_number(one, "atom")), by_kind, observed)
        )  # fmt: skip
    return tuple(found)


def _logged(row: Row, number: int) -> Listed:
    """One row of a call log; a cell that is empty is not known."""

    def maybe(field: str) -> float | None:
        if field not in row.values or not row.text(field):
            return None
        value = row.number(field)
        if value < 0:
            raise row.bad(field, "is below zero; give minutes, or leave it empty")
        return value

    atom, scene = row.number("atom"), maybe("scene_minutes")
    if atom != int(atom):
        raise row.bad("atom", "is no whole number; give the number of an atom")
    id = row.text("id") if "id" in row.values else str(number)
    return Listed(
        id, row.number("at"), row.text("type"), int(atom), None if scene is None else {"*": scene},
        maybe("response_minutes"),
    )  # fmt: skip
