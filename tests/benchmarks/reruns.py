"""Reruns in a session against building and solving from the start.

    python tests/benchmarks/reruns.py [update] [design] [first] [--instance NAME] [--questions N] [--seed S]

`update`: new numbers in a built model of about 0.9 million non-zeros; `design`: what a fixed design costs after a
change; `first`: the first answer to a what-if that may change the design. Processor time of one process, both ways in
one run, and the answers have to agree.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pyomo.environ as pyo

import planner
from planner.instance import Change, Instance, apply, parse_set
from planner.solve.arrays import Arrays
from planner.solve.price import Design, fixed
from planner.solve.retained import Retained
from planner.study.design import design_of
from planner.study.edits import edits
from planner.study.patches import Built, built, patched
from planner.study.session import Session

LARGE = {"plants": 12, "markets": 360, "items": 25, "periods": 4}  # about 0.9 million non-zeros
ASKED = {
    "demand": "demand.quantity *= 1.01",
    "capacity": "facilities.capacity *= 1.1",
    "one tariff": "tariffs[origin=CN,programme=S301].rate += 0.1",
}
SAME = 1e-6


def timed(work: Callable[[], Any], times: int = 1) -> tuple[Any, float]:
    """What it gives, and the least processor time that it took [seconds]."""
    least, result = float("inf"), None
    for _ in range(times):
        begun = time.process_time()
        result = work()
        least = min(least, time.process_time() - begun)
    return result, least


def large() -> Instance:
    """Every plant makes every item and ships it to every market."""
    plants, markets = ([f"{kind}{k}" for k in range(LARGE[f"{kind}s"])] for kind in ("plant", "market"))
    items, rng = [f"item{k}" for k in range(LARGE["items"])], Random(0)
    tables = {
        "locations": [
            *({"location": name, "role": "plant", "country": "MX"} for name in plants),
            *({"location": name, "role": "market", "country": "US"} for name in markets),
            {"location": "maker", "role": "supplier", "country": "US"},
        ],
        "items": [{"item": name, "customs_value": 100.0} for name in ["part", *items]],
        "offers": [{"location": "maker", "item": "part", "unit_cost": 10.0}],
        "facilities": [
            {"location": name, "status": "candidate", "fixed_cost": 1e4, "capacity": 1e6} for name in plants
        ],
        "production": [
            {"location": plant, "item": item, "unit_cost": round(rng.uniform(1, 5), 2)}
            for plant in plants for item in items
        ],
        "bom": [{"item": item, "component": "part", "quantity": 1.0} for item in items],
        "lanes": [
            *({"origin": "maker", "destination": plant, "unit_cost": 1.0} for plant in plants),
            *(
                {"origin": plant, "destination": market, "unit_cost": round(rng.uniform(1, 9), 2)}
                for plant in plants for market in markets
            ),
        ],
        "demand": [
            {"market": market, "item": item, "quantity": float(rng.randint(50, 150)), "shortage_cost": 500.0}
            for market in markets for item in items
        ],
        "tariffs": [{"importer": "US", "origin": "MX", "programme": "MFN", "rate": 0.03}],
    }  # fmt: skip
    periods = [f"t{k}" for k in range(LARGE["periods"])]
    return Instance.from_tables(tables, {"instance": {"name": "large"}, "horizon": {"periods": periods}})


def update() -> None:
    """New demand in a loaded model, the solve aside: ours, from the changed instance, and Pyomo's interface."""
    instance, changes = large(), [parse_set("demand.quantity *= 1.01")]
    known = built(instance)
    design = everything_open(known)
    arrays = fixed(known.compiled, known.data, design)
    held = Retained(arrays)
    print(f"{len(known.compiled.arrays.data):,} non-zeros")

    def ours() -> Arrays:
        changed = patched(known, edits(instance, changes) or ())
        assert changed is not None
        found = fixed(changed.compiled, changed.data, design)
        assert held.update(found)
        return found

    def cold() -> Arrays:
        again = built(apply(instance, changes))
        found = fixed(again.compiled, again.data, everything_open(again))
        Retained(found)
        return found

    mine, quick = timed(ours)
    theirs, slow = timed(cold)
    print(f"update {quick:.3f} s; instance, network, model and load again {slow:.2f} s: {slow / quick:.0f} x")
    one, other = held.solve().objective, Retained(theirs).solve().objective
    assert abs(one - other) <= SAME * other, (one, other)
    through = persistent(arrays, mine)
    print(f"the same through Pyomo's persistent interface {through:.2f} s: {through / quick:.0f} x")


def everything_open(known: Built) -> Design:
    """A design that needs no solve."""
    return {
        name: np.ones(known.compiled.positions[name].shape) * (name in ("open", "hold"))
        for name in ("open", "qualify", "hold", "use_lane", "set_up", "assign", "regime", "count", "buffer")
    }


def persistent(arrays: Arrays, changed: Arrays) -> float:
    """Seconds in which Pyomo's interface to HiGHS takes other limits of the rows into its model."""
    from pyomo.contrib.appsi.solvers.highs import Highs

    m = pyo.ConcreteModel()
    count = len(arrays.row_lower)
    m.x = pyo.Var(range(len(arrays.cost)), domain=pyo.NonNegativeReals)
    limits = {
        row: (arrays.row_lower[row] if np.isfinite(arrays.row_lower[row]) else arrays.row_upper[row])
        for row in range(count)
    }
    m.limit = pyo.Param(
        range(count), mutable=True, initialize={k: v if np.isfinite(v) else 1e9 for k, v in limits.items()}
    )

    def rule(m: Any, row: int) -> Any:
        entries = slice(arrays.indptr[row], arrays.indptr[row + 1])
        body = sum(
            value * m.x[column]
            for column, value in zip(
                arrays.indices[entries].tolist(), arrays.data[entries].tolist(), strict=True
            )
        )
        if isinstance(body, int):
            return pyo.Constraint.Skip
        if arrays.row_lower[row] == arrays.row_upper[row]:
            return body == m.limit[row]
        return body >= m.limit[row] if np.isfinite(arrays.row_lower[row]) else body <= m.limit[row]

    m.rows = pyo.Constraint(range(count), rule=rule)
    m.cost = pyo.Objective(expr=pyo.quicksum(c * m.x[k] for k, c in enumerate(arrays.cost.tolist()) if c))
    highs = Highs()
    highs.set_instance(m)
    for row in np.flatnonzero(arrays.row_lower != changed.row_lower).tolist():
        m.limit[row] = float(changed.row_lower[row])
    return timed(highs.update)[1]


def design(name: str) -> None:
    """What the design of the plan costs after each of ASKED."""
    session = prepared(name)
    for what, expression in ASKED.items():
        change = parse_set(expression)
        session.reprice(change)
        mine, quick = timed(lambda change=change: session.reprice(change), 5)
        theirs, slow = timed(lambda change=change: cold_price(session, change), 2)
        assert abs(mine.objective - theirs) <= SAME * theirs, (mine.objective, theirs)
        print(f"{what}: {quick * 1e3:.1f} ms, from the start {slow * 1e3:.0f} ms: {slow / quick:.0f} x")


def cold_price(session: Session, change: Change) -> float:
    """Build the network of the changed instance, and solve the linear program of the design."""
    again = built(apply(session.instance, [change]))
    return Retained(fixed(again.compiled, again.data, design_of(session.base, again.data))).solve().objective


def first(name: str, questions: int, seed: int) -> None:
    """First answers to what-ifs, against whole solves of the changed instances; how much the known design regrets."""
    session, rng = prepared(name), Random(seed)
    ratios, regrets = [], []
    for number in range(questions):
        change = question(session.instance, rng)
        early, quick = handed_over(session, change)
        proven, slow = timed(
            lambda change=change: planner.solve(
                apply(session.instance, [change]), gap=session.options.gap, confirm=False
            )
        )
        ratios.append(slow / quick)
        regrets.append(max(0.0, early.objective / proven.objective - 1))
        session._found = [proven, *session._found][:8]
        print(
            f"{number + 1}: {quick:.2f} s, {slow:.1f} s: {ratios[-1]:.0f} x; "
            f"gap {early.gap:.2%}, regret {regrets[-1]:.2%}",
            flush=True,
        )
    print(
        f"{len(ratios)} questions: {np.mean(ratios):.0f} x on average, regret {np.mean(regrets):.2%} on average"
    )


def handed_over(session: Session, change: Change) -> tuple[planner.Plan, float]:
    """The first answer, and the seconds until `on_first` has it."""
    begun = time.process_time()
    heard: list[tuple[planner.Plan, float]] = []
    session.solve(
        change, on_first=lambda plan: heard.append((plan, time.process_time() - begun)), prove=False
    )
    return heard[0]


def question(instance: Instance, rng: Random) -> Change:
    """Another price, duty, demand or capacity of one row."""
    table, column = rng.choice(
        [("tariffs", "rate"), ("demand", "quantity"), ("offers", "unit_cost"), ("facilities", "capacity")]
    )
    frame = instance.tables[table]
    key = {"tariffs": ("importer", "origin", "programme")}.get(
        table, ("location",) if table != "demand" else ("market",)
    )
    row = rng.choice(np.flatnonzero(frame[column] > 0).tolist())
    return Change(
        table,
        {name: frame[name].iloc[row] for name in key},
        multiply={column: rng.choice([0.7, 0.9, 1.1, 1.5])},
    )


def prepared(name: str) -> Session:
    """A session whose base plan is found."""
    instance = planner.load(name)
    base = planner.solve(instance, gap=1e-3, confirm=False)
    session = Session(instance, base=base)
    session.reprice()
    return session


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", default=["update", "design", "first"])
    parser.add_argument("--instance", default="tv-north-america")
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the questions")
    asked = parser.parse_args()
    if "update" in asked.what:
        update()
    if "design" in asked.what:
        design(asked.instance)
    if "first" in asked.what:
        first(asked.instance, asked.questions, asked.seed)


if __name__ == "__main__":
    main()
