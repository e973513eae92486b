"""`commonweal lab simulate`: a deployment played on calls, with intervals, or two on the same calls."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from commonweal.cli.lab.simulate.live_policy import live_policy
from commonweal.cli.lab.simulate.scenarios import Json, checked, schema, world
from commonweal.cli.tables import BadFile, number, written
from commonweal.engines.numerics import Floats
from commonweal.engines.staffing.playing import (
    STATUSES,
    TOLERANCE,
    Calibration,
    Findings,
    Mean,
    Policy,
    Trial,
    World,
    calibrated,
    compared,
    drawn,
    findings,
    play,
    play_plainly,
    rows,
)

NAME = "simulate"
DOES_NOT_FIT = 1
HELP = """Play calls under a deployment: who goes, how long people wait, how busy units are; with intervals.

  echo '{"days": 28, "travel": [[4, 12], [12, 4]],
    "units": [{"id": "P1", "kind": "officer", "home": 0}, {"id": "C1", "kind": "clinician", "home": 1}],
    "call_types": {"crisis": {"priority": 2, "requires": [[{"kinds": ["officer"], "hand_off_minutes": 10},
      {"kinds": ["clinician"], "scene_minutes": {"distribution": "exponential", "mean": 45}}]]}},
    "arrivals": [{"type": "crisis", "atom": 0, "per_hour": 0.4}]}' > scenario.json
  commonweal lab simulate scenario.json --replications 40
  commonweal lab simulate scenario.json --compare other.json
  commonweal lab simulate --schema

A call's "requires" lists the ways to meet it, best first, each the slots that are filled together; every slot
has its own release. With --compare both are played on the same calls, and each difference has the interval
of the pairs. Where calls carry "response_minutes", the log is played first as it was: if the simulation does
not fit it, nothing is advised, by how much is said, and the command ends with 1."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("scenario", type=Path, nargs="?", help="a JSON file, or - for standard input")
    parser.add_argument("--replications", type=int, metavar="N", help="how often to play it (20)")
    parser.add_argument("--compare", type=Path, metavar="OTHER", help="another scenario, on the same calls")
    parser.add_argument("--seed", type=int, help="another seed than the scenario's")
    parser.add_argument(
        "--plain", action="store_true", help="by the plain player, call by call the same, slower"
    )
    parser.add_argument(
        "--calls-out", type=Path, metavar="FILE", help="also write each call of the first replication"
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of a scenario")
    parser.add_argument("--out", type=Path, help="write the result here")


def run(args: argparse.Namespace) -> int:
    """Play; 2 with a message where the input cannot be used, 1 where the simulation does not fit the log."""
    if args.schema:
        written(schema(), args.out)
        return 0
    try:
        if args.scenario is None:
            raise BadFile("scenario: missing; name a file, or ask for --schema")
        answer = answered(args)
    except BadFile as error:
        print(f"commonweal lab {NAME}: {error}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"commonweal lab {NAME}: {args.scenario}, field {error}", file=sys.stderr)
        return 2
    written(answer, args.out)
    if "refused" in answer:
        print(f"commonweal lab {NAME}: {answer['refused']}", file=sys.stderr)
        return DOES_NOT_FIT
    return 0


def answered(args: argparse.Namespace) -> dict[str, object]:
    """The result as it is printed."""
    begun = perf_counter()
    found = checked(args.scenario)
    base = Loaded.of(found, args.scenario, args.plain)
    trial = trial_of(found, args.scenario, args)
    calibration = calibrated(base.world, tolerance(found, args.scenario), trial.seed, base.policy)
    head: dict[str, object] = {"name": base.world.name, "calibration": told(calibration)}
    if calibration is not None and not calibration.holds:
        return head | {"refused": calibration.in_words, "seconds": perf_counter() - begun}
    if args.compare is None:
        body = shown(base.world, findings(base.world, base.rows(trial), trial.level))
    else:
        body = side_by_side(base, Loaded.of(checked(args.compare), args.compare, args.plain), trial)
    if args.calls_out:
        written(base.calls(trial), args.calls_out)
    return head | body | {"seed": trial.seed, "level": trial.level, "seconds": perf_counter() - begun}


@dataclass(frozen=True)
class Loaded:
    """A scenario ready to be played, and the policy to hand in, if any."""

    world: World
    policy: Policy | None
    is_plain: bool

    @classmethod
    def of(cls, found: Json, path: Path, is_plain: bool) -> "Loaded":
        """Read it; BadFile names what does not fit."""
        made = world(found, path)
        policy = live_policy(found, made, path) if made.rules.policy == "live" else None
        return cls(made, policy, is_plain)

    def rows(self, trial: Trial) -> Floats:
        """Play all replications."""
        return rows(self.world, trial, self.policy, is_plain=self.is_plain)

    def calls(self, trial: Trial) -> list[dict[str, object]]:
        """Each call of the first replication."""
        stream = drawn(self.world, trial.seed, 0)
        plain = self.is_plain or self.policy is not None
        record = play_plainly(self.world, stream, self.policy) if plain else play(self.world, stream)
        ids, names = [unit.id for unit in self.world.units], self.world.type_names
        return [
            {
                "call": n, "status": STATUSES[status], "type": names[int(stream.types[n, stage])],
                "atom": int(stream.atom[n]), "at": at, "sent": sent, "first": first, "complete": complete,
                "done": done, "units": [ids[int(u)] for u in units if u is not None and u >= 0],
                "pre_empted": pre_empted,
            }
            for n, (status, _, pre_empted, stage, *units, at, sent, first, complete, done)
            in enumerate(cast("list[tuple[Any, ...]]", record.calls_as()))
        ]  # fmt: skip


def trial_of(found: Json, path: Path, args: argparse.Namespace) -> Trial:
    """How often, with which seed."""
    given = number(found, path, "replications", 20) if args.replications is None else args.replications
    seed = number(found, path, "seed", 1) if args.seed is None else args.seed
    return Trial(int(seed), int(given), number(found, path, "level", 0.95), progress)


def progress(done: int, of: int) -> None:
    """Say how far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{done} of {of} replications", end="" if done < of else "\n", file=sys.stderr, flush=True)


def tolerance(found: Json, path: Path) -> float:
    """How far off a simulated time may be."""
    part = found.get("calibration", {})
    return number(part, path, "tolerance", TOLERANCE) if isinstance(part, Mapping) else TOLERANCE


def told(found: Calibration | None) -> dict[str, object] | None:
    """A calibration in the lab's shape; None where the log observed nothing."""
    if found is None:
        return None
    measures = {
        fit.measure: {
            "observed": fit.observed, "observed_low": fit.interval.low, "observed_high": fit.interval.high,
            "simulated": fit.simulated, "off_by": fit.off, "fits": fit.fits,
        }
        for fit in found.fits
    }  # fmt: skip
    return {
        "fits": found.holds, "calls": found.calls, "tolerance": found.tolerance, "measures": measures,
        "in_words": found.in_words,
    }  # fmt: skip


def interval(found: Mean) -> dict[str, float]:
    """A mean in the lab's shape."""
    return {"mean": found.value, "low": found.interval.low, "high": found.interval.high}


def intervals(found: Mapping[str, Mean]) -> dict[str, dict[str, float]]:
    """Means by name."""
    return {name: interval(mean) for name, mean in found.items()}


def shown(world: World, found: Findings) -> dict[str, object]:
    """Findings in the lab's shape."""
    return {
        "measures": intervals(found.overall),
        "by_type": {name: intervals(means) for name, means in found.by_type.items()},
        "workload": intervals(found.workload),
        "by_atom": [interval(mean) for mean in found.by_atom],
        "weekly_cost": found.weekly_cost,
        "replications": found.replications,
        "calls_played": found.calls_played,
        "policy": world.rules.policy,
    }


def side_by_side(base: Loaded, other: Loaded, trial: Trial) -> dict[str, object]:
    """Both, and what the second changes, in the lab's shape."""
    if base.world.atoms != other.world.atoms or base.world.type_names != other.world.type_names:
        raise ValueError("call_types: the two scenarios differ in atoms or types of call; give both the same")
    found = compared((base.world, other.world), (base.rows(trial), other.rows(trial)), trial.level)
    return {
        "base": {"name": base.world.name, **shown(base.world, found.base)},
        "other": {"name": other.world.name, **shown(other.world, found.other)},
        "difference": {
            "measures": intervals(found.overall),
            "by_type": {name: intervals(means) for name, means in found.by_type.items()},
            "by_atom": [interval(mean) for mean in found.by_atom],
            "weekly_cost": found.other.weekly_cost - found.base.weekly_cost,
        },
    }
