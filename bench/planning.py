"""Planning against its peers: ratios of processor time on the same problem with the same answers.

    pip install -r requirements-bench.lock; PYTHONPATH=src:tests python bench/planning.py [NAME ...]

simulation (simpy at least 40 x, ciw 100 x), hypercube (scipy's spsolve 200 x; 15 units under a second),
location (spopt on HiGHS: a quarter of its time), roads (scipy's dijkstra: no slower), cities (simulation and
hypercube agree over 200 random cities). Loops are compiled before the clock starts, and how long that took is
said. Exits 1 where a target is missed.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT)]

from bench.figures import Figure, machine  # noqa: E402
from commonweal.engines.staffing import Problem, exact  # noqa: E402
from commonweal.engines.staffing.playing import (  # noqa: E402
    ABANDONED,
    Arrivals,
    CallType,
    Slot,
    Spread,
    Stream,
    Trial,
    Unit,
    World,
    drawn,
    play,
    simulated,
)
from commonweal.engines.staffing.roads import Roads  # noqa: E402
from commonweal.engines.staffing.siting import Siting, locate  # noqa: E402
from engines.staffing.cities import city  # noqa: E402


def spent(act: Callable[[], object], times: int = 1) -> float:
    """The least processor seconds of some runs of an act."""
    found = []
    for _ in range(times):
        begun = process_time()
        act()
        found.append(process_time() - begun)
    return min(found)


def slot(kind: str, mean: float) -> Slot:
    """A unit that stays an exponential time."""
    return Slot(frozenset({kind}), Spread("exponential", mean=mean))


def county(days: int) -> World:
    """Ten officers, six clinicians, twelve places; every call takes one of each, released on their own."""
    rng = np.random.default_rng(2)
    spots = rng.uniform(0, 20, (12, 2))
    travel = 2 + np.abs(spots[:, None] - spots[None]).sum(axis=2)
    units = [Unit(f"P{n}", "officer", int(rng.integers(12))) for n in range(10)]
    units += [Unit(f"C{n}", "clinician", int(rng.integers(12))) for n in range(6)]
    joint = CallType(1, ((slot("officer", 25), slot("clinician", 50)),))
    rates = tuple(Arrivals("joint", a, (0.3,)) for a in range(12))
    return World("county", tuple(units), {"joint": joint}, travel[None], days, arrivals=rates)


def by_simpy(world: World, stream: Stream) -> list[float]:  # noqa: C901
    """The same in simpy: a process for arrivals, for each call, and for each unit until it is free again."""
    import simpy

    env, travel = simpy.Environment(), world.travel[0].tolist()
    place = [unit.home for unit in world.units]
    home_at = [(unit.home, 0.0, 0.0) for unit in world.units]  # since, left, lasts
    free = set(range(len(world.units)))
    kinds = [[n for n, u in enumerate(world.units) if u.kind == k] for k in ("officer", "clinician")]
    at, atoms, stays = stream.at.tolist(), stream.atom.tolist(), stream.stay[:, 0, 0].tolist()
    waiting: list[tuple[int, simpy.Event]] = []
    complete = [0.0] * len(at)

    def minutes(unit: int, atom: int) -> float:
        since, left, lasts = home_at[unit]
        share = 1.0 if lasts <= 0 or env.now >= left + lasts else (env.now - left) / lasts
        return (1 - share) * travel[since][atom] + share * travel[place[unit]][atom]

    def team(call: int) -> list[tuple[float, int]]:
        found = []
        for units in kinds:
            able = [(minutes(u, atoms[call]), u) for u in units if u in free]
            if not able:
                return []
            found.append(min(able))
        return found

    def offer() -> None:
        while waiting and (found := team(waiting[0][0])):
            call, granted = waiting.pop(0)
            free.difference_update(u for _, u in found)
            granted.succeed((env.now, found))

    def unit_back(unit: int, until: float, atom: int):  # type: ignore[no-untyped-def]
        yield env.timeout(until - env.now)
        home_at[unit] = (atom, env.now, travel[atom][world.units[unit].home])
        free.add(unit)
        offer()

    def call_process(call: int):  # type: ignore[no-untyped-def]
        granted = env.event()
        waiting.append((call, granted))
        offer()
        now, found = yield granted
        complete[call] = now + max(m for m, _ in found)
        for (_, unit), stay in zip(found, stays[call], strict=True):
            env.process(unit_back(unit, complete[call] + stay, atoms[call]))

    def arrivals():  # type: ignore[no-untyped-def]
        for call, when in enumerate(at):
            yield env.timeout(when - env.now)
            env.process(call_process(call))

    env.process(arrivals())
    env.run()
    return complete


def simulation() -> list[Figure]:
    """A county of joint responses: the same stream of calls for simpy, a line of the same kind for ciw."""
    compiling = spent(lambda: play(county(1), drawn(county(1), 1, 0)))
    world = county(90)
    stream = drawn(world, 1, 0)
    ours = spent(lambda: play(world, stream), 5)
    answers: list[float] = []
    peer = spent(lambda: answers.__setitem__(slice(None), by_simpy(world, stream)), 2)
    apart = float(np.abs(np.array(answers) - play(world, stream).complete).max())
    figures = [
        Figure("compiled once in", compiling, "s"),
        Figure("calls", len(stream), ""),
        Figure("per call", 1e6 * ours / len(stream), "us"),
        Figure("joint response, simpy", peer / ours, "x", at_least=40, peer="simpy, the same calls"),
        Figure("farthest answer apart", apart, "min", at_most=1e-6),
    ]
    return figures + against_ciw()


def against_ciw() -> list[Figure]:
    """Ten servers, the urgent first, others lose patience: drawing included on both sides."""
    import ciw

    days, rate, mean, patience = 60, 10.0, 30.0, 40.0
    urgent = CallType(1, ((slot("car", mean),),))
    calm = CallType(2, ((slot("car", mean),),), patience=Spread("exponential", mean=patience))
    cars = tuple(Unit(f"U{n}", "car", 0) for n in range(10))
    rates = (Arrivals("urgent", 0, (rate,)), Arrivals("calm", 0, (rate,)))
    world = World("line", cars, {"urgent": urgent, "calm": calm}, np.zeros((1, 1, 1)), days, (), rates)
    waits: list[tuple[float, float]] = []

    def ours(seed: int) -> None:
        stream = drawn(world, seed, 0)
        record = play(world, stream)
        first = stream.types[:, 0] == 0
        waits.append(
            (
                float(np.nanmean((record.sent - record.at)[first])),
                float((record.status[~first] == ABANDONED).mean()),
            )
        )

    def peer() -> None:
        both = ("urgent", "calm")
        net = ciw.create_network(
            arrival_distributions={k: [ciw.dists.Exponential(rate / 60)] for k in both},
            service_distributions={k: [ciw.dists.Exponential(1 / mean)] for k in both},
            reneging_time_distributions={"urgent": [None], "calm": [ciw.dists.Exponential(1 / patience)]},
            priority_classes={"urgent": 0, "calm": 1},
            number_of_servers=[10],
        )
        ciw.seed(1)
        run = ciw.Simulation(net)
        run.simulate_until_max_time(days * 1440)
        told = run.get_all_records()
        served = [r.waiting_time for r in told if r.customer_class == "urgent" and r.record_type == "service"]
        calm = [r.record_type == "renege" for r in told if r.customer_class == "calm"]
        waits.append((float(np.mean(served)), float(np.mean(calm))))

    ours(99)
    waits.clear()
    fast = min(spent(lambda seed=seed: ours(seed)) for seed in range(9))  # type: ignore[misc]
    mine = np.mean(waits, axis=0)
    slow = spent(peer, 2)
    return [
        Figure("urgent and impatient, ciw", slow / fast, "x", at_least=100, peer="ciw, the same line"),
        Figure("their urgent wait over ours", waits[-1][0] / mine[0], "", at_least=0.85, at_most=1.15),
        Figure("their abandoned over ours", waits[-1][1] / mine[1], "", at_least=0.85, at_most=1.15),
    ]


def random_problem(units: int, atoms: int = 40) -> Problem:
    """Units of different pace, places of different demand, orders at random."""
    rng = np.random.default_rng(units)
    demand = rng.uniform(0.1, 1, atoms)
    demand *= 0.6 * units / demand.sum()
    orders = [rng.permutation(units).tolist() for _ in range(atoms)]
    return Problem(demand.tolist(), rng.uniform(0.7, 1.4, units).tolist(), orders)


def by_spsolve(
    problem: Problem,
) -> tuple[Callable[[], np.ndarray[tuple[int, ...], np.dtype[np.float64]]], int]:
    """The balance equations as a sparse matrix, ready to be solved, and how many there are."""
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import spsolve

    units = len(problem.service_rate)
    size = 1 << units
    rows, columns, rates = [], [], []
    for state in range(size):
        for atom, demand in enumerate(problem.demand):
            unit = next((u for u in problem.preference[atom] if not state >> u & 1), None)
            if unit is not None:
                rows += [state | 1 << unit, state]
                columns += [state, state]
                rates += [demand, -demand]
        for unit, rate in enumerate(problem.service_rate):
            if state >> unit & 1:
                rows += [state ^ 1 << unit, state]
                columns += [state, state]
                rates += [rate, -rate]
    matrix = coo_array((rates, (rows, columns)), shape=(size, size)).tolil()
    matrix[size - 1, :] = 1.0
    given = np.zeros(size)
    given[-1] = 1.0
    ready = matrix.tocsc()
    return lambda: spsolve(ready, given), size


def hypercube() -> list[Figure]:
    """Twelve units, 4,096 balance equations, and fifteen."""
    compiling = spent(lambda: exact(random_problem(3)))
    twelve, fifteen = random_problem(12), random_problem(15)
    solve, size = by_spsolve(twelve)
    states = []
    ours, peer = spent(lambda: exact(twelve), 5), spent(lambda: states.append(solve()))
    busy = [sum(float(p) for n, p in enumerate(states[0]) if n >> u & 1) for u in range(12)]
    apart = float(np.abs(np.array(busy) - exact(twelve).workload).max())
    return [
        Figure("compiled once in", compiling, "s"),
        Figure("twelve units", 1e3 * ours, "ms"),
        Figure(
            f"{size} equations, spsolve", peer / ours, "x", at_least=200, peer="scipy.sparse.linalg.spsolve"
        ),
        Figure("farthest workload apart", apart, "", at_most=1e-9),
        Figure("fifteen units", spent(lambda: exact(fifteen), 2), "s", at_most=1),
    ]


def towns(places: int, sites: int) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
    """Demand and distances of random places and sites."""
    rng = np.random.default_rng(places)
    at, stand = rng.uniform(0, 30, (places, 2)), rng.uniform(0, 30, (sites, 2))
    cost = np.hypot(*np.moveaxis(at[:, None] - stand[None], 2, 0))
    return rng.integers(1, 50, places).astype(float), cost


def location() -> list[Figure]:
    """Maximal covering of 2,000 places by 300 sites; p-median of 400 by 100; building included."""
    import pulp
    from spopt.locate import MCLP, PMedian

    solver = pulp.HiGHS(msg=False)
    demand, cost = towns(2000, 300)
    found: dict[str, float] = {}

    def ours(name: str, asked: Siting) -> Callable[[], None]:
        def act() -> None:
            answer = locate(asked)
            found[name], found[f"{name} gap"] = answer.objective, answer.gap

        return act

    def peer_cover() -> None:
        model = MCLP.from_cost_matrix(cost, demand, service_radius=3.0, p_facilities=15).solve(solver)
        found["their cover"] = float(pulp.value(model.problem.objective))

    small, near = towns(400, 100)

    def peer_median() -> None:
        model = PMedian.from_cost_matrix(near, small, p_facilities=8).solve(solver)
        found["their median"] = float(pulp.value(model.problem.objective))

    locate(Siting("mclp", small, near, p=3, radius=3.0))
    locate(Siting("p_median", small, near, p=3))
    cover = spent(ours("cover", Siting("mclp", demand, cost, p=15, radius=3.0)), 2)
    median = spent(ours("median", Siting("p_median", small, near, p=8, gap=1e-9)), 2)
    their_cover, their_median = spent(peer_cover), spent(peer_median)
    return [
        Figure("maximal covering", cover, "s"),
        Figure("share of spopt's time", cover / their_cover, "", at_most=0.25, peer="spopt on HiGHS, MCLP"),
        Figure("covered, over theirs", found["cover"] / found["their cover"], "", at_least=1 - 1e-9),
        Figure("gap to the proven bound", found["cover gap"], "", at_most=1e-6),
        Figure("p-median", median, "s"),
        Figure(
            "share of spopt's time", median / their_median, "", at_most=0.25, peer="spopt on HiGHS, p-median"
        ),
        Figure("way, over theirs", found["median"] / found["their median"], "", at_most=1 + 1e-6),
    ]


def roads() -> list[Figure]:
    """Minutes from 300 places to 2,000 on 50,176 crossings."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    side, rng = 224, np.random.default_rng(5)
    number = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate([
        np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
        np.stack([number[:-1].ravel(), number[1:].ravel()]),
    ], axis=1)  # fmt: skip
    takes = rng.uniform(0.2, 2.0, pairs.shape[1])
    start, end = np.concatenate([pairs[0], pairs[1]]), np.concatenate([pairs[1], pairs[0]])
    minutes = np.concatenate([takes, takes * rng.uniform(0.8, 1.2, len(takes))])
    graph = Roads.of(side * side, start, end, minutes)
    peer = csr_array((minutes, (start, end)), shape=(side * side,) * 2)
    sources, targets = rng.integers(0, side * side, 300), rng.integers(0, side * side, 2000)
    graph.matrix(sources[:1], targets[:1])
    tables = []
    ours = spent(lambda: tables.append(graph.matrix(sources, targets)))
    theirs = spent(lambda: tables.append(dijkstra(peer, indices=sources)[:, targets]))
    apart = float(np.abs(tables[0] - tables[1]).max())
    return [
        Figure("travel matrix", ours, "s"),
        Figure("share of scipy's time", ours / theirs, "", at_most=1, peer="scipy.sparse.csgraph.dijkstra"),
        Figure("farthest answer apart", apart, "min", at_most=1e-9),
    ]


def cities() -> list[Figure]:
    """Two hundred random cities: how many exact numbers lie outside the simulation's 99 % intervals."""
    outside = seen = 0
    worst = 0.0
    for number in range(200):
        problem, world = city(number)
        answer, found = exact(problem), simulated(world, Trial(seed=number, replications=10, level=0.99))
        pairs = list(zip(answer.workload, found.workload.values(), strict=True))
        pairs.append((answer.blocked, found.overall["lost_share"]))
        seen += len(pairs)
        outside += sum(not m.interval.low <= expected <= m.interval.high for expected, m in pairs)
        worst = max(worst, *(abs(m.value - expected) for expected, m in pairs))
    return [
        Figure("compared", seen, ""),
        Figure("outside intervals of 99 %", 100 * outside / seen, "%", at_most=2.5),
        Figure("farthest apart", worst, "", at_most=0.05),
    ]


MEASURES = {m.__name__: m for m in (simulation, hypercube, location, roads, cities)}


def main(names: list[str]) -> int:
    """Run them, print each figure with its target; 1 where one is missed, 2 for a name that is not known."""
    if unknown := set(names) - set(MEASURES):
        print(f"unknown measures {sorted(unknown)}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    print("  ".join(f"{name}: {value}" for name, value in machine().items()))
    met = True
    for name in names or MEASURES:
        print(f"{name}: {(MEASURES[name].__doc__ or '').strip()}")
        for figure in MEASURES[name]():
            told = [f"at most {figure.at_most:g}"] if figure.at_most is not None else []
            told += [f"at least {figure.at_least:g}"] if figure.at_least is not None else []
            told += [f"peer: {figure.peer}"] if figure.peer else []
            mark = "" if figure.is_met else "  MISSED"
            print(
                f"  {figure.name:<32} {figure.value:>12.4g} {figure.unit:<4} {'; '.join(told)}{mark}",
                flush=True,
            )
            met = met and figure.is_met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
