"""What has no weight in the objective: a base that never happens is operated at least cost all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Bools, Floats, SolveOptions
from planner.solve.blocks import DECIDED, column_times
from planner.solve.compile import Compiled
from planner.solve.highs import solve
from planner_models.costs import EXPRESSIONS, OPERATIONS
from planner_models.data import Data


def operated(compiled: Compiled, data: Data, fixed: Arrays, x: Floats) -> Floats:
    """The plan `x` of the LP `fixed`, with the times of weight 0 at their own least cost and all else as it is.

    Raises:
        SolverError: HiGHS finds no such plan, although `x` is one.
    """
    idle = data.periods.time_weight == 0
    if not idle.any():
        return x
    time = column_times(compiled, data)
    free = (time != DECIDED) & idle[time]
    cost = _cost(compiled, idle)
    alone = replace(
        fixed,
        cost=np.where(free, cost, 0.0),
        offset=0.0,
        lower=np.where(free, fixed.lower, x),
        upper=np.where(free, fixed.upper, x),
        integer=np.zeros_like(fixed.integer),
    )
    found = solve(alone, SolveOptions(confirm=False))
    if not found.found:
        raise SolverError(f"what base does where it never happens ended as {found.status.value}")
    return found.x


def _cost(compiled: Compiled, idle: Bools) -> Floats:
    """Operating cost of each column at some times [times]."""
    names = [*(EXPRESSIONS.get(part.__name__, part.__name__) for part in OPERATIONS), "charge"]
    total = np.zeros(len(compiled.arrays.cost))
    for name in set(names) & set(compiled.ledger):
        matrix, _, axes = compiled.ledger[name]
        total[: matrix.shape[1]] += matrix.T @ idle[axes[-1]].astype(np.float64)  # the time is the last index
    return total
