"""One run of HiGHS on one model: options, callbacks while it runs, and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from highspy import cb

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Floats, Status
from planner.solve.load import Highs, check, load, set_options
from planner.solve.scaling import Scaled
from planner.solve.watch import Watch

Setting = bool | int | float | str
BASE: Mapping[str, Setting] = {
    "mip_root_presolve_only": True,  # presolve inside the tree has been seen to cut off the best plan
    "mip_allow_restart": False,  # a restart without presolve only repeats the root: a third of the time
    "mip_min_logging_interval": 0.2,
    "mip_abs_gap": 0.0,
}
CALLBACKS = (
    cb.kCallbackMipImprovingSolution,
    cb.kCallbackMipLogging,
    cb.kCallbackMipInterrupt,
    cb.kCallbackSimplexInterrupt,
    cb.kCallbackIpmInterrupt,
)
KIND = highspy.HighsModelStatus
STOPPED = (KIND.kTimeLimit, KIND.kInterrupt, KIND.kIterationLimit, KIND.kSolutionLimit, KIND.kObjectiveTarget)


@dataclass(frozen=True, eq=False)
class Run:
    """What one run of HiGHS said, in the user's units; `fault` says why it cannot be used ("" if it can)."""

    status: Status
    x: Floats = field(default_factory=lambda: np.empty(0))
    objective: float = float("inf")
    bound: float = float("-inf")
    nodes: int = 0
    row_dual: Floats = field(default_factory=lambda: np.empty(0))
    col_dual: Floats = field(default_factory=lambda: np.empty(0))
    fault: str = ""


def run(
    model: Scaled,
    settings: Mapping[str, Setting],
    watch: Watch,
    limit: float = float("inf"),
    start: Floats | None = None,
) -> Run:
    """Load the model and run HiGHS once, at most `limit` seconds or until the watch says stop.

    `start` is a plan to begin with.

    Raises SolverError for a model without a lower bound on its objective.
    """
    highs = load(model.arrays)
    if start is not None:
        columns = np.arange(len(start), dtype=np.int32)
        check(highs.setSolution(len(start), columns, start / model.column), "take a plan to begin with")
    return run_loaded(highs, model, settings, watch, limit)


def run_loaded(
    highs: Highs, model: Scaled, settings: Mapping[str, Setting], watch: Watch, limit: float
) -> Run:
    """Run a loaded model (warm if it was run before)."""
    seconds = max(0.0, min(limit, watch.remaining))
    # HiGHS counts the time of an LP from the first run of the object, that of a MIP from this run
    spent = 0.0 if model.arrays.integer.any() else highs.getRunTime()
    set_options(highs, {**BASE, **settings, "time_limit": spent + seconds})
    listen(highs, model, watch)
    try:
        status = _go(highs)
    except Exception as error:  # whatever HiGHS throws is a reason to retry
        return Run(Status.NO_SOLUTION, fault=f"HiGHS crashed: {error}")
    if status == highspy.HighsStatus.kError:
        return Run(Status.NO_SOLUTION, fault=f"HiGHS failed: {highs.getModelStatus().name}")
    return _outcome(highs, model)


def _go(highs: Highs) -> Any:
    """Run, and let the next run in this process have another number of threads."""
    try:
        return highs.run()
    finally:
        highs.resetGlobalScheduler(True)


def listen(highs: Highs, model: Scaled, watch: Watch) -> None:
    """Tell the watch what HiGHS finds, and HiGHS when to stop."""
    whole = bool(model.arrays.integer.any())

    def hear(kind: int, _: str, out: Any, answer: Any, __: Any) -> None:
        if kind == int(cb.kCallbackMipImprovingSolution):
            watch.offer(model.money(out.objective_function_value), model.x(np.array(out.mip_solution)))
        elif whole and kind in (int(cb.kCallbackMipLogging), int(cb.kCallbackMipInterrupt)):
            watch.bound = max(watch.bound, min(model.money(out.mip_dual_bound), watch.best))
            watch.nodes = out.mip_node_count
        if answer is not None and watch.stopped_by:
            answer.user_interrupt = True

    check(highs.setCallback(hear, None), "listen")
    for callback in CALLBACKS:
        check(highs.startCallback(callback), "listen")


def _outcome(highs: Highs, model: Scaled) -> Run:
    """Translate the answer of HiGHS."""
    kind = highs.getModelStatus()
    if kind == KIND.kInfeasible:
        return Run(Status.INFEASIBLE, bound=float("inf"))
    if kind in (KIND.kUnbounded, KIND.kUnboundedOrInfeasible):
        return _unbounded(highs, model.arrays)
    if kind in (KIND.kOptimal, KIND.kModelEmpty):
        return _plan(highs, model, Status.OPTIMAL)
    if kind in STOPPED:
        found = highs.getInfo().primal_solution_status == highspy.kSolutionStatusFeasible
        return _plan(highs, model, Status.FEASIBLE if found else Status.NO_SOLUTION)
    return Run(Status.NO_SOLUTION, fault=f"HiGHS ended with {kind.name}")


def _plan(highs: Highs, model: Scaled, status: Status) -> Run:
    """The plan and its bound; for an LP also the duals."""
    info = highs.getInfo()
    whole = bool(model.arrays.integer.any())
    nodes = max(0, int(info.mip_node_count))
    if whole:
        bound = model.money(info.mip_dual_bound)
    else:
        bound = model.money(info.objective_function_value) if status is Status.OPTIMAL else float("-inf")
    if status is Status.NO_SOLUTION:
        return Run(status, bound=bound, nodes=nodes)
    answer = highs.getSolution()
    x = model.x(np.array(answer.col_value, dtype=np.float64))
    objective = model.money(info.objective_function_value)
    if whole:
        return Run(status, x, objective, bound, nodes)
    row_dual = model.row_dual(np.array(answer.row_dual, dtype=np.float64))
    col_dual = model.column_dual(np.array(answer.col_dual, dtype=np.float64))
    return Run(status, x, objective, bound, nodes, row_dual, col_dual)


def _unbounded(highs: Highs, arrays: Arrays) -> Run:
    """Tell infeasible from unbounded by the relaxation without presolve; name a column of the ray."""
    set_options(highs, {"presolve": "off", "solve_relaxation": True})
    check(highs.clearSolver(), "forget the last run")
    _go(highs)
    kind = highs.getModelStatus()
    if kind == KIND.kInfeasible:
        return Run(Status.INFEASIBLE, bound=float("inf"))
    _, found, ray = highs.getPrimalRay()
    if kind != KIND.kUnbounded or not found:
        return Run(Status.NO_SOLUTION, fault=f"HiGHS cannot tell unbounded from infeasible ({kind.name})")
    column = arrays.told(arrays.column_name(int(np.argmax(np.abs(ray)))))
    raise SolverError(f"the cost has no lower bound: {column} can grow for ever, it needs an upper bound")
