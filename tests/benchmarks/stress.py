"""Stress by warm solves of one retained model, against building and solving each failure from the start.

    python tests/benchmarks/stress.py [INSTANCE] [--gap G]

Solves the instance first, to a gap that is quick. Both ways are timed in the same run and have to agree.
"""

from __future__ import annotations

import argparse
import time

import pandas as pd

import planner
from planner.network import build
from planner.solve import price
from planner.study.design import design_of
from planner.study.failures import failures
from planner.study.stress import stress
from planner.study.variants import undisturbed, with_scenarios


def cold(plan: planner.Plan) -> dict[tuple[str, str], float]:
    """What each failure costs, every one built and solved by itself."""
    plain = undisturbed(plan.instance)
    horizon = plain.settings.horizon
    scenario = pd.DataFrame({"scenario": ["x"], "probability": [1.0]})
    data = build(plain)
    normal = price(data, design_of(plan, data)).solution.objective
    found = {}
    for failure in failures(plan.instance):
        events = failure.events("x", horizon.periods, horizon.days_per_period)
        data = build(with_scenarios(plain, scenario, events))
        found[failure.kind, failure.name] = price(data, design_of(plan, data)).solution.objective - normal
    return found


def main() -> None:
    """Time both, and say how much they differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("instance", nargs="?", default="tv-north-america")
    parser.add_argument("--gap", type=float, default=0.005)
    asked = parser.parse_args()
    plan = planner.solve(asked.instance, gap=asked.gap, confirm=False, audited=False)
    begun = time.perf_counter()
    warm = stress(plan, workers=1).set_index(["kind", "name"])["extra_cost"]
    warm_seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    single = cold(plan)
    cold_seconds = time.perf_counter() - begun
    worst = max(abs(warm[key] - cost) for key, cost in single.items())
    print(f"{len(single)} failures: warm {warm_seconds:.1f} s, with time to survive and chokepoints")
    print(f"one by one {cold_seconds:.1f} s, {cold_seconds / warm_seconds:.1f} times as long, without them")
    print(f"largest difference {worst:.4g} of money, in costs of {plan.objective:.4g}")


if __name__ == "__main__":
    main()
