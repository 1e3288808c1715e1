"""The second solve: no release of HiGHS can be believed on the word "Optimal".

A quick MIP is solved again without presolve and with another seed, with the first cost as a cutoff. Two
answers disagree when one has a plan that is cheaper than the other says any plan can be, or finds one where
the other says there is none.
"""

from __future__ import annotations

from dataclasses import replace

from planner.solve.arrays import Arrays, Solution, SolveOptions, Status, relative_gap
from planner.solve.attempt import FEASIBLE, settings_of, settle, turnover
from planner.solve.run import Run, run
from planner.solve.scaling import Scaled
from planner.solve.watch import Watch

QUICK = 10.0  # seconds: a first solve that took longer is not repeated
OTHER_SEED = 7919


def confirm(arrays: Arrays, model: Scaled, first: Solution, options: SolveOptions, watch: Watch) -> Solution:
    """The first solution with what a second solve says of it; the better plan if they disagree."""
    if first.stopped_by:
        return first
    watch.stage = "confirm"
    second = Run(Status.NO_SOLUTION)
    if not watch.stopped_by:
        second = second_run(arrays, model, first, options, watch)
    return judge(arrays, first, second, options.gap, watch.stopped_by)


def second_run(arrays: Arrays, model: Scaled, first: Solution, options: SolveOptions, watch: Watch) -> Run:
    """Solve again without presolve, with another seed, and nothing dearer than the first plan."""
    settings = settings_of(options, options.seed + OTHER_SEED)
    settings |= {"presolve": "off", "mip_feasibility_tolerance": 1e-9}
    if first.found:
        margin = max(options.gap * abs(first.objective), FEASIBLE * turnover(arrays, first.x))
        settings["objective_bound"] = (first.objective + margin) * model.objective
    limit = max(QUICK, 3 * watch.seconds)
    return settle(arrays, run(model, settings, watch, limit), options, watch)


def judge(arrays: Arrays, first: Solution, second: Run, gap: float, stopped_by: str = "") -> Solution:
    """What the second run, itself perhaps stopped early, says of the first solution.

    An optimum that was proven stays proven; Ctrl-C before it is confirmed is an interrupted solve all the same.
    """
    judged = _judge(arrays, first, second, gap, stopped_by)
    unfinished = second.status in (Status.FEASIBLE, Status.NO_SOLUTION)
    if unfinished and (stopped_by == "interrupt" or judged.status is Status.FEASIBLE):
        return replace(judged, stopped_by=stopped_by)
    return judged


def _judge(arrays: Arrays, first: Solution, second: Run, gap: float, stopped_by: str) -> Solution:
    """Better, disputed, confirmed or not."""
    if second.fault:
        return replace(
            first, confirmed="not confirmed: the second solve failed", warnings=_with(first, second.fault)
        )
    if second.status is Status.INFEASIBLE:
        return _judge_infeasible(arrays, first)
    margin = FEASIBLE * turnover(arrays, first.x) if first.found else 0.0
    found = second.status in (Status.OPTIMAL, Status.FEASIBLE)
    if found and second.objective < first.bound - margin:
        return _better(arrays, first, second, gap)
    if first.found and second.bound > first.objective + margin:
        text = (
            f"the second solve says that no plan costs less than {second.bound:.10g}; the first plan is kept"
        )
        return _disputed(arrays, first, text)
    if second.status is Status.OPTIMAL:
        return replace(first, confirmed="second solve without presolve agrees")
    return _unfinished(first, second, stopped_by)


def _unfinished(first: Solution, second: Run, stopped_by: str) -> Solution:
    """The second run stopped early; its bound still says something."""
    how = "was interrupted" if stopped_by == "interrupt" else "ran out of time"
    text = f"the second solve, without presolve, {how}"
    if not first.found or second.bound == float("-inf"):
        return replace(first, confirmed=f"not confirmed: {text}")
    least = relative_gap(first.objective, second.bound)
    return replace(first, confirmed=f"not confirmed: {text}; it proves no plan more than {least:.2%} cheaper")


def _judge_infeasible(arrays: Arrays, first: Solution) -> Solution:
    """The second solve found no plan."""
    if not first.found:
        return replace(first, confirmed="second solve without presolve agrees that there is no plan")
    return _disputed(arrays, first, "the second solve finds no plan; the first plan is feasible and kept")


def _better(arrays: Arrays, first: Solution, second: Run, gap: float) -> Solution:
    """The second plan in place of the first answer, which it proves wrong."""
    said = f"called {first.objective:.10g} optimal" if first.found else "found no plan"
    text = f"the first solve {said}, the second found a plan for {second.objective:.10g}, which is kept"
    reached = relative_gap(second.objective, second.bound)
    proven = second.status is Status.OPTIMAL and reached <= gap + FEASIBLE
    solution = replace(
        first,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        x=second.x,
        objective=second.objective,
        bound=second.bound,
        gap=reached,
        nodes=first.nodes + second.nodes,
    )
    return _disputed(arrays, solution, text)


def _disputed(arrays: Arrays, kept: Solution, text: str) -> Solution:
    """A solution over which two solves disagree, with the model for a report."""
    warning = (
        f"two solves of the same model disagree: {text}; the model is kept for a report to the HiGHS project"
    )
    return replace(kept, confirmed=f"disputed: {text}", warnings=_with(kept, warning), disputed=arrays)


def _with(solution: Solution, warning: str) -> tuple[str, ...]:
    """The warnings with one more."""
    return (*solution.warnings, warning)
