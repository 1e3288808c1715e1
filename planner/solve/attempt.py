"""A run of HiGHS that can be believed: its plan is checked here, and a failure is tried again otherwise."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from planner.errors import SolverError
from planner.solve.arrays import Arrays, Floats, SolveOptions, Status
from planner.solve.rows import violation
from planner.solve.run import Run, Setting, run
from planner.solve.scaling import Scaled, scale
from planner.solve.watch import Watch

Settings = dict[str, Setting]
FEASIBLE = 1e-6  # relative violation of a row that still counts as feasible
WHOLE = 1e-5  # an integer further than this from a whole number is not rounded but a fault
OTHERWISE: tuple[Settings, ...] = (
    {},
    {"mip_feasibility_tolerance": 1e-9},
    {"mip_feasibility_tolerance": 1e-9, "presolve": "off"},
    {"presolve": "off", "simplex_strategy": 4},  # 4: the primal simplex
)
log = logging.getLogger(__name__)


def attempt(
    arrays: Arrays, model: Scaled, options: SolveOptions, watch: Watch
) -> tuple[Run, tuple[str, ...]]:
    """The first run without fault, with a warning for each that failed before it.

    If every run is at fault, a feasible plan that is not as good as HiGHS says is still given, as FEASIBLE.

    Raises SolverError if HiGHS fails with all options.
    """
    faults: list[str] = []
    usable: list[Run] = []
    for settings in ways(options):
        outcome = settle(arrays, run(model, settings, watch, start=watch.x), options, watch)
        if not outcome.fault:
            return outcome, tuple(faults)
        log.info("%s; trying again with other options", outcome.fault)
        faults.append(f"{outcome.fault}; solved again with other options")
        if len(outcome.x):
            usable.append(outcome)
        if watch.stopped_by:
            break
    if usable:
        return replace(min(usable, key=lambda one: one.objective), status=Status.FEASIBLE, fault=""), tuple(
            faults
        )
    if watch.stopped_by:
        return Run(Status.NO_SOLUTION), tuple(faults)
    raise SolverError("HiGHS failed with all its options: " + "; ".join(faults))


def ways(options: SolveOptions) -> Iterator[Settings]:
    """The settings to try, one after the other, each with another seed."""
    for number, other in enumerate(OTHERWISE):
        yield {**settings_of(options, options.seed + number), **other}


def settings_of(options: SolveOptions, seed: int) -> Settings:
    """The user's options in the words of HiGHS."""
    return {"mip_rel_gap": options.gap, "threads": options.threads, "random_seed": seed}


def settle(arrays: Arrays, outcome: Run, options: SolveOptions, watch: Watch) -> Run:
    """The run with whole integers and an objective computed here; `fault` says why it cannot be believed."""
    if outcome.fault or outcome.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return outcome
    x = rounded(arrays, outcome.x)
    if not feasible(arrays, x):
        if not arrays.integer.any():
            return replace(outcome, x=np.empty(0), fault="the plan of HiGHS misses a row of the model")
        x = _resolved(arrays, outcome.x, options, watch)
        if not len(x):
            return replace(outcome, x=x, fault="the integers of HiGHS's plan, rounded, leave no plan")
    objective = objective_of(arrays, x)
    slack = FEASIBLE * turnover(arrays, x)
    fault = ""
    if abs(objective - outcome.objective) > max(slack, options.gap * abs(objective)):
        fault = (
            f"HiGHS says the plan costs {outcome.objective:.10g}, with whole integers it is {objective:.10g}"
        )
    elif outcome.bound > objective + slack:
        fault = (
            f"HiGHS says no plan costs less than {outcome.bound:.10g}, but its plan costs {objective:.10g}"
        )
    return replace(outcome, x=x, objective=objective, bound=min(outcome.bound, objective), fault=fault)


def rounded(arrays: Arrays, x: Floats) -> Floats:
    """Values within its bounds, with integers that are nearly whole made whole."""
    whole = np.round(x)
    near = arrays.integer & (np.abs(x - whole) <= WHOLE)
    return np.clip(np.where(near, whole, x), arrays.lower, arrays.upper)


def feasible(arrays: Arrays, x: Floats) -> bool:
    """Whether x satisfies every row and its integers are whole."""
    whole = bool(np.all(x[arrays.integer] == np.round(x[arrays.integer])))
    return whole and float(violation(arrays.rows, x).max(initial=0.0)) <= FEASIBLE


def fix(arrays: Arrays, x: Floats) -> Arrays:
    """The model with its integers fixed at the rounded values of x: an LP."""
    whole = np.clip(np.round(x), arrays.lower, arrays.upper)
    return replace(
        arrays,
        lower=np.where(arrays.integer, whole, arrays.lower),
        upper=np.where(arrays.integer, whole, arrays.upper),
        integer=np.zeros_like(arrays.integer),
        lazy_rows=None,
    )


def objective_of(arrays: Arrays, x: Floats) -> float:
    """The cost of x, computed here and not by HiGHS."""
    return float(arrays.cost @ x) + arrays.offset


def turnover(arrays: Arrays, x: Floats) -> float:
    """Money that moves in a plan, whatever its sign: what a difference in cost is relative to."""
    return float(np.abs(arrays.cost) @ np.abs(x)) + abs(arrays.offset)


def _resolved(arrays: Arrays, x: Floats, options: SolveOptions, watch: Watch) -> Floats:
    """The best continuous values for the rounded integers of x; empty if there are none."""
    fixed = fix(arrays, x)
    # a plan in hand is worth finishing even when time is up
    found = run(scale(fixed), settings_of(options, options.seed), Watch(interrupted=watch.interrupted))
    better = rounded(arrays, np.where(arrays.integer, fixed.lower, found.x)) if len(found.x) else found.x
    return better if found.status is Status.OPTIMAL and feasible(arrays, better) else np.empty(0)
