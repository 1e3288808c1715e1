"""The one seam to HiGHS: `solve` a model held in arrays, and `resolve_fixed` for the duals of its plan.

Below it: scaling.py (numbers), load.py (hand over, read back), run.py (one run), links.py (lazy rows),
attempt.py (checked and retried), confirm.py (the second solve), watch.py (time, Ctrl-C, progress).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Progress, Solution, SolveOptions, Status, relative_gap
from planner.solve.attempt import FEASIBLE, attempt, feasible, fix, objective_of, rounded, settings_of
from planner.solve.confirm import QUICK, confirm
from planner.solve.links import strengthen
from planner.solve.run import Run
from planner.solve.scaling import check_finite, scale
from planner.solve.watch import Watch, supervise

ROUNDING = "rounding"  # HiGHS ended, but its plan is not as near to its bound as it says
CHEAPER = 1e-6  # relative: below the bound by more than this is no rounding


def solve(
    arrays: Arrays,
    options: SolveOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Solution:
    """Solve the model; the outcome, good or bad, is a value.

    Ctrl-C once, or the time limit, returns the best plan found with its gap. `progress` is called about ten
    times a second in the calling thread. An LP comes with its duals.

    Raises OutOfRangeError for numbers that HiGHS cannot work with, and SolverError for a cost without lower
    bound, or if HiGHS fails with all its options.
    """
    options = options or SolveOptions()
    watch = Watch(options.time_limit)
    check_finite(arrays)
    if not len(arrays.cost):
        return _without_columns(arrays)
    solution = supervise(lambda: _solve(arrays, options, watch), watch, progress)
    if solution is None:
        solution = _left_behind(arrays, watch, options)
    return replace(solution, seconds=watch.seconds)


def resolve_fixed(arrays: Arrays, solution: Solution, options: SolveOptions | None = None) -> Solution:
    """The plan with its integers rounded and fixed, solved as an LP: whole integers, exact flows, duals.

    `row_dual` is money per unit of right-hand side, minimising: what one more unit required costs. Status,
    bound and words stay those of the given solution.

    The first Ctrl-C waits for it, a plan in hand is worth finishing.

    Raises SolverError if the rounded integers leave no plan.
    """
    fixed = fix(arrays, solution.x)
    watch = Watch()
    outcome = supervise(lambda: attempt(fixed, scale(fixed), options or SolveOptions(), Watch()), watch, None)
    if outcome is None:
        raise KeyboardInterrupt
    if outcome[0].status is not Status.OPTIMAL:
        raise SolverError("the design of the plan, rounded to whole numbers, leaves no feasible plan")
    found, warnings = outcome
    objective = objective_of(arrays, found.x)
    bound = min(solution.bound, objective)
    if objective < solution.bound - CHEAPER * max(1.0, abs(solution.bound)):
        warnings += (
            f"the plan costs {objective:.10g}, less than the {solution.bound:.10g} that the search called the "
            "least possible: please report this instance",
        )
    return replace(
        solution,
        x=found.x,
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        row_dual=found.row_dual,
        col_dual=found.col_dual,
        stopped_by=solution.stopped_by or watch.stopped_by,
        warnings=solution.warnings + warnings,
    )


def _solve(arrays: Arrays, options: SolveOptions, watch: Watch) -> Solution:
    """Strengthen, solve, confirm: what runs in the solving thread."""
    model = scale(arrays)
    strong = strengthen(arrays, model, settings_of(options, options.seed), watch)
    if len(strong.row_lower) > len(arrays.row_lower):
        model = scale(strong)
    outcome = Run(Status.OPTIMAL, bound=watch.bound)
    warnings: tuple[str, ...] = ()
    if relative_gap(watch.best, watch.bound) > options.gap:  # else the root LP and its rounding are proof
        outcome, warnings = attempt(strong, model, options, watch)
    solution = _solution(arrays, with_best(outcome, arrays, watch), warnings, options, watch)
    if not arrays.integer.any():
        return replace(solution, confirmed="a linear program: no second solve needed")
    if not options.confirm or solution.stopped_by:
        return solution
    if watch.seconds >= QUICK:
        return replace(
            solution, confirmed=f"not confirmed: the first solve took more than {QUICK:.0f} seconds"
        )
    return confirm(strong, model, solution, options, watch)


def with_best(outcome: Run, arrays: Arrays, watch: Watch) -> Run:
    """The run, with the best plan seen on the way if that is better than the one it ended with."""
    if outcome.status is Status.INFEASIBLE or watch.x is None or watch.best >= outcome.objective:
        return outcome
    seen = rounded(arrays, watch.x)
    objective = objective_of(arrays, seen)
    if objective >= outcome.objective or not feasible(arrays, seen):
        return outcome
    status = outcome.status if outcome.status is Status.OPTIMAL else Status.FEASIBLE
    return replace(outcome, status=status, x=seen, objective=objective, bound=min(outcome.bound, objective))


def _solution(
    arrays: Arrays, outcome: Run, warnings: tuple[str, ...], options: SolveOptions, watch: Watch
) -> Solution:
    """The run as a solution: gap, status, and what stopped it."""
    gap = relative_gap(outcome.objective, outcome.bound)
    status, stopped_by = outcome.status, watch.stopped_by
    if status is Status.OPTIMAL and arrays.integer.any() and gap > options.gap + FEASIBLE:
        status, stopped_by = Status.FEASIBLE, watch.stopped_by or ROUNDING
    ended = status in (Status.OPTIMAL, Status.INFEASIBLE)
    return Solution(
        status=status,
        x=outcome.x,
        objective=outcome.objective,
        bound=outcome.bound,
        gap=gap,
        stopped_by="" if ended else stopped_by,
        warnings=warnings,
        row_dual=outcome.row_dual,
        col_dual=outcome.col_dual,
        nodes=outcome.nodes,
    )


def _left_behind(arrays: Arrays, watch: Watch, options: SolveOptions) -> Solution:
    """What was known when HiGHS did not stop in time."""
    outcome = Run(Status.NO_SOLUTION, bound=watch.bound, nodes=watch.nodes)
    warning = f"HiGHS did not stop when asked ({watch.stopped_by}) and was left behind"
    return _solution(arrays, with_best(outcome, arrays, watch), (warning,), options, watch)


def _without_columns(arrays: Arrays) -> Solution:
    """A model that decides nothing: its rows hold at 0, or there is no plan."""
    if np.all((arrays.row_lower <= 0) & (arrays.row_upper >= 0)):
        rows = np.zeros(len(arrays.row_lower))
        return Solution(Status.OPTIMAL, np.empty(0), arrays.offset, arrays.offset, 0.0, row_dual=rows)
    return Solution(Status.INFEASIBLE, bound=float("inf"))
