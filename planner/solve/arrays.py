"""The compiled model as numpy arrays, and what a solve of it returns: the two sides of the seam to HiGHS."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Families = tuple[tuple[str, int, int], ...]


class Status(StrEnum):
    """What is known of the best plan found."""

    OPTIMAL = "optimal"  # proven within the gap that was asked for
    FEASIBLE = "feasible"  # a plan, stopped before the gap was proven
    INFEASIBLE = "infeasible"  # proven: no plan satisfies all the rows
    NO_SOLUTION = "no_solution"  # stopped before a plan was found


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows `lower <= A x <= upper` with A in CSR form: `indptr` [m+1], `indices` and `data` [nnz]."""

    lower: Floats
    upper: Floats
    indptr: npt.NDArray[np.integer]
    indices: npt.NDArray[np.integer]
    data: Floats

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.lower)


@dataclass(frozen=True, eq=False)
class Arrays:
    """Minimise `cost x + offset` over `row_lower <= A x <= row_upper`, `lower <= x <= upper`.

    A [m, n] is CSR by row, duplicates summed, without explicit zeros. Infinite bounds are `np.inf`.
    `lazy_rows` are valid inequalities that the other rows imply for integer points: they only strengthen
    the LP, so the solver may add any of them or none. Families give (name, first, past-last) positions.
    `describe(family, position)` may name the user's row behind a row or column in an error message.
    """

    cost: Floats
    offset: float
    lower: Floats
    upper: Floats
    integer: Bools
    row_lower: Floats
    row_upper: Floats
    indptr: npt.NDArray[np.integer]
    indices: npt.NDArray[np.integer]
    data: Floats
    row_families: Families = ()
    column_families: Families = ()
    lazy_rows: Rows | None = None
    describe: Callable[[str, int], str] | None = None

    @property
    def rows(self) -> Rows:
        """The rows as one block (no copy)."""
        return Rows(self.row_lower, self.row_upper, self.indptr, self.indices, self.data)

    def row_name(self, row: int) -> str:
        """`family[k]`: the k-th row of its family, or `row[k]` for a row of no family."""
        return _member(self.row_families, row, "row")

    def column_name(self, column: int) -> str:
        """`family[k]`: the k-th column of its family, or `column[k]` for a column of no family."""
        return _member(self.column_families, column, "column")

    def told(self, name: str) -> str:
        """The name with the user's row behind it, where `describe` knows one."""
        family, _, rest = name.partition("[")
        text = self.describe(family, int(rest.rstrip("]"))) if self.describe else ""
        return f"{name} ({text})" if text else name


@dataclass(frozen=True)
class SolveOptions:
    """How to solve: relative gap, seconds, threads, random seed, and whether to confirm a quick optimum."""

    gap: float = 1e-4
    time_limit: float = float("inf")
    threads: int = 1
    seed: int = 0
    confirm: bool = True


@dataclass(frozen=True)
class Progress:
    """A moment of a running solve: best objective and bound (infinite if none), gap, nodes, seconds."""

    best: float
    bound: float
    gap: float
    nodes: int
    seconds: float
    stage: str = "solve"


@dataclass(frozen=True, eq=False)
class Solution:
    """The outcome of a solve; `x` is empty unless status is OPTIMAL or FEASIBLE.

    `objective`, `bound` are in the model's own money (unscaled, offset included); `gap` is relative to the
    objective. `stopped_by` is "" or "time limit", "interrupt", "rounding" (HiGHS ended, but its plan is not as near
    to its bound as it says). `confirmed` says in words how the optimum was confirmed. Duals are those of an LP,
    empty for a MIP: money per unit of right-hand side, minimising.
    `disputed` is the model to save for a report if two solves disagreed.
    """

    status: Status
    x: Floats = field(default_factory=lambda: np.empty(0))
    objective: float = float("inf")
    bound: float = float("-inf")
    gap: float = float("inf")
    stopped_by: str = ""
    confirmed: str = ""
    warnings: tuple[str, ...] = ()
    row_dual: Floats = field(default_factory=lambda: np.empty(0))
    col_dual: Floats = field(default_factory=lambda: np.empty(0))
    seconds: float = 0.0
    nodes: int = 0
    disputed: Arrays | None = None

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)


def relative_gap(objective: float, bound: float) -> float:
    """|objective - bound| relative to the objective; 0 if equal, infinite if either is unknown."""
    if not (np.isfinite(objective) and np.isfinite(bound)):
        return float("inf")
    difference = max(0.0, objective - bound)
    if difference == 0.0:
        return 0.0
    return difference / abs(objective) if objective else float("inf")


def _member(families: Families, position: int, alone: str) -> str:
    """The family that holds `position`, with the place in it."""
    at = bisect_right(families, position, key=lambda family: family[1]) - 1
    # an empty family starts where the next one does, so the last to start is the one that holds it
    if at >= 0 and families[at][1] <= position < families[at][2]:
        return f"{families[at][0]}[{position - families[at][1]}]"
    return f"{alone}[{position}]"
