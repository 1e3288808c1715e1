"""The first answer to a what-if: the best of the designs that are known, and how far from the best it can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.plan import Plan
from planner.solve import Outcome, SolveOptions, Status
from planner.solve.arrays import Arrays, Solution, relative_gap
from planner.solve.compile import Compiled
from planner.solve.links import root_bound
from planner.solve.outcome import outcome_of
from planner.solve.price import fixed
from planner.solve.retained import Retained
from planner.solve.run import Run
from planner.study.design import design_of
from planner_models.data import Data

FIRST = "first answer"


def first(
    data: Data, compiled: Compiled, designs: Sequence[Plan], options: SolveOptions, known: float = -np.inf
) -> Outcome | None:
    """The best of the designs of some plans, operated at least cost; None where none can be operated.

    `known` is a bound that is proven already. The plan is optimal if its gap is no more than asked for.
    """
    best = cheapest(data, compiled, designs)
    if best is None:
        return None
    bound = min(max(known, root_bound(compiled.arrays)), best.objective)
    gap = relative_gap(best.objective, bound)
    proven = gap <= options.gap
    solution = Solution(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        x=best.x,
        objective=best.objective,
        bound=bound,
        gap=gap,
        stopped_by="" if proven else FIRST,
        confirmed="a bound of the linear relaxation" if proven else "",
        row_dual=best.row_dual,
        col_dual=best.col_dual,
    )
    return outcome_of(data, compiled, solution)


def cheapest(data: Data, compiled: Compiled, designs: Sequence[Plan]) -> Run | None:
    """The design that costs least to operate, the earlier of two that cost the same."""
    best: Run | None = None
    held: Retained | None = None
    for plan in designs:
        arrays = fixed(compiled, data, design_of(plan, data))
        if held is None or not held.update(arrays):
            held = Retained(arrays)
        found = held.solve()
        if found.status is Status.OPTIMAL and (best is None or found.objective < best.objective):
            best = found
    return best


def carried_bound(before: Arrays, bound: float, after: Arrays) -> float:
    r"""What a bound on one model says of another that differs in costs alone; -inf where more differs.

    .. math:: z' \ge z + \sum_j \min_{l_j \le x_j \le u_j} (c'_j - c_j) x_j
    """
    one, other = _rows_of(before), _rows_of(after)
    if len(one) != len(other) or not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True)):
        return -np.inf
    change = after.cost - before.cost
    extreme = np.where(change > 0, after.lower, after.upper)
    least = np.multiply(change, extreme, out=np.zeros(len(change)), where=change != 0)
    return float(bound + least.sum() + after.offset - before.offset)


def _rows_of(arrays: Arrays) -> tuple[np.ndarray, ...]:
    """All but the costs."""
    return (
        arrays.lower, arrays.upper, arrays.integer, arrays.row_lower, arrays.row_upper,
        arrays.indptr, arrays.indices, arrays.data,
    )  # fmt: skip
