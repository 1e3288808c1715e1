"""A linear program that stays loaded: limits, bounds and costs change, and each solve begins where the last ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
FEW = 2_000  # coefficients that are changed one by one sooner than the model is loaded again
WARM: dict[str, Setting] = {"presolve": "choose", "solver": "simplex", "threads": 1}


class Retained:
    """An LP held by HiGHS, in the user's units; `arrays` is what it holds now."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = replace(
            arrays,
            data=arrays.data.copy(),
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

    def update(self, arrays: Arrays) -> bool:
        """Become another LP by what differs; False, and unchanged, where that is too much of its coefficients."""
        mine = self.arrays
        if (
            arrays.offset != mine.offset
            or len(arrays.cost) != len(mine.cost)
            or not _same_places(arrays, mine)
        ):
            return False
        entries = np.flatnonzero(arrays.data != mine.data) if arrays.data is not mine.data else np.arange(0)
        if len(entries) > FEW:
            return False
        self._coefficients(entries, arrays.data[entries])
        self.limit(*_changed((mine.row_lower, mine.row_upper), (arrays.row_lower, arrays.row_upper)))
        self.bound(*_changed((mine.lower, mine.upper), (arrays.lower, arrays.upper)))
        if (arrays.cost != mine.cost).any():
            self.cost(arrays.cost)
        return True

    def _coefficients(self, entries: Positions, values: Floats) -> None:
        """Set some coefficients, by their places among the entries."""
        self.arrays.data[entries] = values
        rows = np.searchsorted(self.arrays.indptr, entries, side="right") - 1
        columns = self.arrays.indices[entries]
        scaled = values * self._scaled.row[rows] * self._scaled.column[columns]
        for row, column, value in zip(rows.tolist(), columns.tolist(), scaled.tolist(), strict=True):
            check(self._highs.changeCoeff(row, column, value), "change a coefficient")

    def basis(self) -> Any:
        """The basis of the last solve."""
        return self._highs.getBasis()

    def begin_at(self, basis: Any) -> None:
        """Let the next solve begin at a basis of this LP."""
        check(self._highs.setBasis(basis), "begin at a basis")

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


def _same_places(one: Arrays, other: Arrays) -> bool:
    """Whether the entries of the two stand at the same places."""
    return all(
        mine is theirs or np.array_equal(mine, theirs)
        for mine, theirs in ((one.indptr, other.indptr), (one.indices, other.indices))
    )


def _changed(held: tuple[Floats, Floats], given: tuple[Floats, Floats]) -> tuple[Positions, Floats, Floats]:
    """Where limits differ, and what they are given as."""
    at = np.flatnonzero((held[0] != given[0]) | (held[1] != given[1]))
    return at, given[0][at], given[1][at]


def _timed(limits: Floats, factor: Floats) -> Floats:
    """Scaled limits; what is infinite stays so."""
    return np.where(np.isfinite(limits), limits * factor, limits)
