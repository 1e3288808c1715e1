"""What weighing the tail costs the solver: an instance with its penalty on CVaR against the same without.

    python tests/benchmarks/tail.py [INSTANCE] [--gap G] [--set EXPR]...

Both are solved in one process to the same gap, without a second solve; processor time, so that others do not count.
"""

from __future__ import annotations

import argparse
import time

import planner
from planner.instance import apply, parse_set
from planner.network import build
from planner.solve import SolveOptions, solve
from planner.study.variants import risk_neutral


def main() -> None:
    """Time both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("instance", nargs="?", default="medical-devices")
    parser.add_argument("--gap", type=float, default=0.001)
    parser.add_argument("--set", action="append", default=[], dest="changes")
    asked = parser.parse_args()
    instance = apply(planner.load(asked.instance), [parse_set(change) for change in asked.changes])
    seconds = {}
    for name, variant in (("risk-neutral", risk_neutral(instance)), ("with CVaR", instance)):
        begun = time.process_time()
        found = solve(build(variant), SolveOptions(gap=asked.gap, confirm=False)).solution
        seconds[name] = time.process_time() - begun
        print(
            f"{name}: {seconds[name]:.1f} s, {found.nodes:,} nodes, {found.objective:.6g}, gap {found.gap:.2%}"
        )
    print(f"{seconds['with CVaR'] / seconds['risk-neutral']:.2f} times as long with CVaR")


if __name__ == "__main__":
    main()
