"""Data -> numbers: compile the model, solve it through the one seam to HiGHS, settle and re-price the design."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.solve.arrays import Progress, Solution, SolveOptions, Status
from planner.solve.compile import Compiled, compile_model
from planner.solve.highs import resolve_fixed
from planner.solve.highs import solve as solve_arrays
from planner.solve.hold import Hold, held
from planner.solve.outcome import Outcome, outcome_of, values_of
from planner.solve.price import price
from planner.solve.scaling import OutOfRangeError, scale
from planner.solve.settle import settled
from planner.solve.unweighted import operated
from planner_models.build import build_model
from planner_models.data import Data

__all__ = [
    "Extend",
    "OutOfRangeError",
    "Outcome",
    "Progress",
    "Solution",
    "SolveOptions",
    "Status",
    "price",
    "reprice",
    "solve",
]

PROVEN = 1e-6  # relative: what rounding the design to whole numbers may cost

Extend = Callable[[Any, Data], None]


def solve(
    data: Data,
    options: SolveOptions | None = None,
    extend: Extend | None = None,
    progress: Callable[[Progress], None] | None = None,
    write_model: Path | None = None,
    hold: Hold | None = None,
) -> Outcome:
    """Build, solve and re-price: the outcome of the sourcing problem `data`.

    `extend(model, data)` may add Pyomo rows and variables before the solve. `write_model` also writes what
    HiGHS is given, as `.mps` or `.lp`. `hold` are decisions that are taken already.

    Raises:
        OutOfRangeError: if the numbers of the model are not ones that HiGHS can work with.
        SolverError: if HiGHS fails with every set of options, or the model is not one it can be trusted with.
    """
    options = options or SolveOptions()
    begun = time.perf_counter()
    model = build_model(data)
    if extend is not None:
        extend(model, data)
    compiled = compile_model(model)
    if hold is not None:
        compiled = held(compiled, hold)
    built = time.perf_counter() - begun
    if write_model is not None:
        from planner.solve.export import write_model as write  # noqa: PLC0415 - rarely needed

        scale(compiled.arrays)  # what cannot be solved is not written
        write(compiled.arrays, write_model)
    solution = solve_arrays(compiled.arrays, options, progress)
    seconds = {"build": built, "solve": time.perf_counter() - begun - built}
    if not solution.found:
        return outcome_of(data, compiled, solution, seconds)
    return reprice(data, compiled, solution, seconds, options.gap)


def reprice(
    data: Data, compiled: Compiled, solution: Solution, seconds: dict[str, float], gap: float
) -> Outcome:
    """The LP with the design of a solution fixed: nothing trickles through a closed plant, every row has its dual.

    Raises:
        SolverError: if the design, rounded to whole numbers, leaves no plan.
    """
    begun = time.perf_counter()
    fixed = settled(compiled, data, values_of(compiled, solution.x))
    reported = resolve_fixed(fixed, solution)
    reported = replace(reported, x=operated(compiled, data, fixed, reported.x))
    seconds = {**seconds, "solve": seconds["solve"] + time.perf_counter() - begun}
    return outcome_of(data, compiled, _judged(reported, gap), seconds)


def _judged(reported: Solution, gap: float) -> Solution:
    """The status by the gap of what is reported: re-pricing may end a little dearer than the search did."""
    if reported.status is Status.OPTIMAL and reported.gap > gap + PROVEN:
        return replace(reported, status=Status.FEASIBLE)
    return reported
