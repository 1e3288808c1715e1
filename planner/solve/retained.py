"""A linear program that stays loaded: limits, bounds and costs change, and each solve begins where the last ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Floats, SolveOptions, Status
from planner.solve.attempt import attempt, feasible
from planner.solve.load import Highs, check, load
from planner.solve.run import Run, Setting, run_loaded
from planner.solve.scaling import Scaled, scale
from planner.solve.watch import Watch

Positions = NDArray[np.int64]
WARM: dict[str, Setting] = {"presolve": "choose", "solver": "simplex", "threads": 1}


class Retained:
    """An LP held by HiGHS, in the user's units; `arrays` is what it holds now."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = replace(
            arrays,
            cost=arrays.cost.copy(),
            lower=arrays.lower.copy(),
            upper=arrays.upper.copy(),
            row_lower=arrays.row_lower.copy(),
            row_upper=arrays.row_upper.copy(),
        )
        self._scaled: Scaled = scale(arrays)
        self._highs: Highs = load(self._scaled.arrays)

    def limit(self, rows: Positions, lower: Floats, upper: Floats) -> None:
        """Set the limits of some rows."""
        self.arrays.row_lower[rows], self.arrays.row_upper[rows] = lower, upper
        factor = self._scaled.row[rows]
        status = self._highs.changeRowsBounds(
            len(rows), rows.astype(np.int32), _timed(lower, factor), _timed(upper, factor)
        )
        check(status, "change limits of rows")

    def bound(self, columns: Positions, lower: Floats, upper: Floats) -> None:
        """Set the bounds of some columns."""
        self.arrays.lower[columns], self.arrays.upper[columns] = lower, upper
        factor = 1.0 / self._scaled.column[columns]
        status = self._highs.changeColsBounds(
            len(columns), columns.astype(np.int32), _timed(lower, factor), _timed(upper, factor)
        )
        check(status, "change bounds of columns")

    def cost(self, cost: Floats) -> None:
        """Set the cost of every column."""
        self.arrays.cost[:] = cost
        columns = np.arange(len(cost), dtype=np.int32)
        scaled = cost * self._scaled.column * self._scaled.objective
        check(self._highs.changeColsCost(len(cost), columns, scaled), "change costs")

    def solve(self) -> Run:
        """The optimum, or that there is none; what HiGHS finds is checked against the rows.

        An answer that cannot be believed is solved again from the start.

        Raises:
            SolverError: HiGHS failed with all its options.
        """
        found = run_loaded(self._highs, self._scaled, WARM, Watch(), float("inf"))
        if found.status is Status.OPTIMAL and not found.fault:
            x = np.clip(found.x, self.arrays.lower, self.arrays.upper)
            if feasible(self.arrays, x):
                return replace(found, x=x)
        if found.status is Status.INFEASIBLE and not found.fault:
            return found
        again, _ = attempt(self.arrays, scale(self.arrays), SolveOptions(), Watch())
        if again.status not in (Status.OPTIMAL, Status.INFEASIBLE):
            raise SolverError(f"an LP that was solved before ended as {again.status.value}")
        return again


def _timed(limits: Floats, factor: Floats) -> Floats:
    """Scaled limits; what is infinite stays so."""
    return np.where(np.isfinite(limits), limits * factor, limits)
