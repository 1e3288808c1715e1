"""Canaries: small models with known answers on which some release of HiGHS has been seen to answer wrongly.

The optima of the tiny ones are worked out by hand. That of `sourcing-193`, a sourcing problem of two periods, is
what HiGHS 1.12 to 1.16, with presolve and without, and CBC say of the file as it is stored; the wrong answers were
seen on the model that it was made from. All run through the seam with its own options.
"""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from pathlib import Path

import highspy
import numpy as np
from scipy.sparse import csc_array

from planner.errors import SolverError
from planner.solve.arrays import Arrays, SolveOptions
from planner.solve.highs import solve
from planner.solve.load import check, quiet

SOURCING = Path(__file__).with_name("sourcing-193.mps.gz")
RIGHT = 1e-6  # relative
INFINITY = float("inf")


@dataclass(frozen=True)
class Canary:
    """A model and its optimum."""

    name: str
    about: str
    arrays: Arrays
    optimum: float


@dataclass(frozen=True)
class CanaryResult:
    """What the seam answered on a canary: `fault` is "" if it is right."""

    name: str
    optimum: float
    found: float
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer is the optimum."""
        return not self.fault

    def __str__(self) -> str:
        found = "infeasible" if self.found == INFINITY else f"{self.found:.7g}"
        said = f"wrong: {self.fault}" if self.fault else f"{found}, as it should be"
        return f"canary   {self.name}: {said}"


def canaries() -> tuple[Canary, ...]:
    """All canaries."""
    return (
        Canary(
            "rounding",
            "minimise 2x + 3z, x + z >= 4.5, x and z at most 10, z whole: x = 4.5; release 1.14.0 says 15",
            _arrays([2.0, 3.0], [10.0, 10.0], [False, True], [[1.0, 1.0]], [4.5], [INFINITY]),
            9.0,
        ),
        Canary(
            "trickle",
            "minimise 5000b + y, y >= 100, y <= 1e9 b, b binary: b = 1; without presolve y flows through b = 1e-7",
            _arrays(
                [5000.0, 1.0],
                [1.0, 1e9],
                [True, False],
                [[0.0, 1.0], [-1e9, 1.0]],
                [100.0, -INFINITY],
                [INFINITY, 0.0],
            ),
            5100.0,
        ),
        Canary(
            "knapsack",
            "minimise -7a - 9b - 8c - 13d, 6a + 7b + 5c + 9d <= 18, binary: a, b and c weigh 18 and give 24",
            _arrays(
                [-7.0, -9.0, -8.0, -13.0],
                [1.0] * 4,
                [True] * 4,
                [[6.0, 7.0, 5.0, 9.0]],
                [-INFINITY],
                [18.0],
            ),
            -24.0,
        ),
        Canary(
            "no plan",
            "2x = 3 with x whole has no plan",
            _arrays([1.0], [10.0], [True], [[2.0]], [3.0], [3.0]),
            INFINITY,
        ),
        Canary(
            "sourcing",
            "a sourcing problem with 15 integers; its kin were called optimal 10% too dear, with gap 0",
            _stored(SOURCING),
            5938.471589231832,
        ),
    )


def run_canaries() -> tuple[CanaryResult, ...]:
    """Solve every canary at gap 0; takes well under a second."""
    return tuple(_try(canary) for canary in canaries())


def _try(canary: Canary) -> CanaryResult:
    """One canary through the seam."""
    try:
        solution = solve(canary.arrays, SolveOptions(gap=0.0, time_limit=10.0))
    except SolverError as error:
        return CanaryResult(canary.name, canary.optimum, float("nan"), str(error))
    found = solution.objective
    wrong = found != canary.optimum and not abs(found - canary.optimum) <= RIGHT * max(
        1.0, abs(canary.optimum)
    )
    fault = f"{canary.about}; found {found:.10g} ({solution.status})" if wrong else ""
    if not fault and solution.disputed is not None:
        fault = solution.confirmed
    return CanaryResult(canary.name, canary.optimum, found, fault)


def _arrays(
    cost: list[float],
    upper: list[float],
    integer: list[bool],
    matrix: list[list[float]],
    row_lower: list[float],
    row_upper: list[float],
) -> Arrays:
    """A dense little model, columns from 0."""
    dense = np.array(matrix)
    row, column = np.nonzero(dense)
    return Arrays(
        cost=np.array(cost),
        offset=0.0,
        lower=np.zeros(len(cost)),
        upper=np.array(upper),
        integer=np.array(integer),
        row_lower=np.array(row_lower),
        row_upper=np.array(row_upper),
        indptr=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(dense)))]),
        indices=column,
        data=dense[row, column],
    )


def _stored(path: Path) -> Arrays:
    """A model from a compressed MPS file."""
    highs = quiet()
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        plain = Path(folder) / path.stem
        plain.write_bytes(gzip.decompress(path.read_bytes()))
        check(highs.readModel(str(plain)), f"read {path.name}")
    lp = highs.getLp()
    by_column = lp.a_matrix_
    shape = (lp.num_row_, lp.num_col_)
    matrix = csc_array((by_column.value_, by_column.index_, by_column.start_), shape=shape).tocsr()
    return Arrays(
        cost=np.array(lp.col_cost_),
        offset=lp.offset_,
        lower=np.array(lp.col_lower_),
        upper=np.array(lp.col_upper_),
        integer=np.array([kind == highspy.HighsVarType.kInteger for kind in lp.integrality_]),
        row_lower=np.array(lp.row_lower_),
        row_upper=np.array(lp.row_upper_),
        indptr=matrix.indptr,
        indices=matrix.indices,
        data=matrix.data,
    )
