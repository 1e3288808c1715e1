"""What it is worth to plan for every scenario, what it would be worth to know which one happens, and regret."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from planner.errors import InstanceError, NoSolutionError, Problem
from planner.instance import Instance
from planner.network import build
from planner.network.mean import MeanEvents
from planner.network.times import BASE
from planner.plan import Plan
from planner.solve import SolveOptions, Status, price, solve
from planner.solve.arrays import Arrays, Solution
from planner.solve.blocks import DECIDED, block
from planner.solve.compile import Compiled, compile_model
from planner.solve.highs import solve as solve_arrays
from planner.solve.price import fixed
from planner.study.design import carried, design_of
from planner.study.tables import write_tables
from planner.study.variants import certain, mean_value, probability, risk_neutral
from planner_models import build_model
from planner_models.data import Data

Told = Callable[[str], None]
NONE = float("inf")  # the cost of what cannot be done
COLUMNS = ("scenario", "probability", "cost", "best", "regret", "most_regret")
MEASURES = {
    "plan": "the design of the plan, operated in every scenario",
    "recourse": "the best design for all scenarios",
    "mean_value": "the design that is best for the mean of all scenarios",
    "wait_and_see": "a design of its own for each scenario, known beforehand",
    "stochastic_solution": "value of the stochastic solution: mean_value - recourse",
    "perfect_information": "expected value of perfect information: recourse - wait_and_see",
}


@dataclass(frozen=True, slots=True)
class Proven:
    """A figure, and the range in which the true one is proven to lie; inf where there is none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Recourse:
    """Costs are expected, discounted, without resilience penalty; what soft rules cost is in them.

    `scenarios` has a row for each: scenario, probability, cost (of the plan's design), best (the cost of a design made
    for it alone, the best that was found), regret (cost - best) and most_regret (at most, by the bound of `best`).
    `stopped_by` is what ended the first of the solves that did not reach its gap; blank if all did.
    """

    plan: Proven
    recourse: Proven
    mean_value: Proven
    wait_and_see: Proven
    scenarios: pd.DataFrame
    stopped_by: str = ""

    @property
    def stochastic_solution(self) -> Proven:
        """What is lost by the design that is best for the mean; inf where that design, or the mean, has no plan."""
        return _difference(self.mean_value, self.recourse)

    @property
    def perfect_information(self) -> Proven:
        """What it would be worth to know beforehand which scenario happens."""
        return _difference(self.recourse, self.wait_and_see)

    @property
    def table(self) -> pd.DataFrame:
        """measure, value, low, high, what it is."""
        rows = [
            (name, found.value, found.low, found.high, words)
            for name, words in MEASURES.items()
            for found in [getattr(self, name)]
        ]
        return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "meaning"])

    def write(self, folder: str | Path) -> None:
        """Write recourse.csv and regret.csv to a new folder.

        Raises:
            StorageError: the folder is used, or cannot be written.
        """
        write_tables(Path(folder), {"recourse": self.table, "regret": self.scenarios})


def recourse(
    plan: Plan, options: SolveOptions | None = None, *, every: bool = False, tell: Told | None = None
) -> Recourse:
    """Measure the design of a plan against the best there could be, with less and with more knowledge.

    All is compared without the resilience penalty: expected cost, and what broken soft rules cost. So where the
    instance has a penalty, the best design for all scenarios is another one than that of the plan, and is found first.

    - recourse: design is decided before, operations after it is known which scenario happens;
    - mean value: the design that is best where every figure is what it is on average (see `MeanEvents`), operated in
      every scenario. Strategic stock is not kept in it, as nothing is drawn where one future is certain;
    - wait and see: each scenario has a design of its own, which need not do in any other.

    Each is found by a MIP of its own, so its true figure lies between a bound and what was found; the figures that are
    differences have ranges that follow from those. There may be several best designs for the mean: one is priced.

    Args:
        plan: a plan of an instance with scenarios.
        options: of each solve.
        every: whether scenarios of probability 0 have a row of their own too.
        tell: is called with what is done next, in words.

    Raises:
        InstanceError: no scenario with events has a probability, or none at all where `every` is asked for.
        InfeasibleError, NoSolutionError: there is no plan, or a limit stopped a solve before it had one.
    """
    plan.raise_for_status()
    names = _names(plan.instance, every)
    if len(names) == 1:
        wanted = "events in a scenario" if every else "a scenario with events and a probability above 0"
        raise InstanceError([Problem("scenarios", "nothing to plan for but base", expected=wanted)])
    return _Study(plan, options or SolveOptions(), tell or (lambda _: None)).recourse(names)


@dataclass(frozen=True, slots=True)
class _Known:
    """A scenario that is known beforehand: what the design of the plan costs in it, and what one made for it does."""

    probability: float
    cost: float
    best: Proven

    @property
    def regret(self) -> Proven:
        """What is lost by the design of the plan; nan where no design can be operated."""
        return _difference(Proven(self.cost, self.cost, self.cost), self.best)


class _Study:
    """The solves behind the figures."""

    def __init__(self, plan: Plan, options: SolveOptions, tell: Told) -> None:
        self.plan, self.instance, self.tell = plan, risk_neutral(plan.instance), tell
        self.options = replace(options, confirm=False)
        self.data = build(self.instance)
        self.stopped_by = plan.stopped_by

    def recourse(self, names: Sequence[str]) -> Recourse:
        """All figures; what one solve finds is a plan for another too."""
        cost = self.plan.expected_landed_cost + self.plan.document["penalty"]["policies"]
        best = self._best()
        branch = len(self.data.periods.scenario_name) > 1
        mean = self._mean_value() if branch else best.value
        least = min(best.value, mean, cost)
        best = Proven(least, min(best.low, least), least)
        known = {name: self._alone(name) for name in names}
        if not branch:  # base is all that can happen
            known[BASE] = replace(known[BASE], cost=cost, best=best)
        return Recourse(
            plan=Proven(cost, cost, cost),
            recourse=best,
            mean_value=Proven(mean, mean, mean),
            wait_and_see=_expected(known.values()),
            scenarios=_table(known),
            stopped_by=self.stopped_by,
        )

    def _heard(self, found: Solution, what: str) -> Solution:
        """A solution, after what stopped it is kept; NoSolutionError where nothing was found by then."""
        self.stopped_by = self.stopped_by or found.stopped_by
        if found.stopped_by and not found.found:
            raise NoSolutionError(f"stopped by {found.stopped_by} before a plan for {what} was found")
        return found

    def _best(self) -> Proven:
        """The best design for all scenarios: that of the plan, where it was made without a penalty."""
        penalty = self.plan.instance.settings.resilience
        weights = (penalty.cvar_weight, penalty.exposure_weight, penalty.concentration_weight)
        if not (penalty.weight and any(weights)):
            return Proven(self.plan.objective, self.plan.bound, self.plan.objective)
        self.tell("the best design for all scenarios, without the penalty")
        found = self._heard(solve(self.data, self.options).solution, "all scenarios")
        return Proven(found.objective, found.bound, found.objective)

    def _mean_value(self) -> float:
        """What the design that is best for the mean costs; NONE where it, or the mean, has no plan."""
        self.tell("the design that is best for the mean of all scenarios")
        try:
            mean = build(mean_value(self.instance), MeanEvents(self.instance))
        except InstanceError:  # the instance is valid: a demand that must be met is out of reach in the mean
            return NONE
        found = solve(mean, self.options)
        if self._heard(found.solution, "the mean").status is Status.INFEASIBLE:
            return NONE
        return price(self.data, carried(found.values, mean, self.data)).solution.objective

    def _alone(self, scenario: str) -> _Known:
        """What the design of the plan costs in a scenario that is known beforehand, and what its own best does."""
        self.tell(f"the best design for {scenario} alone")
        data = build(certain(self.instance, scenario))
        compiled = compile_model(build_model(data))
        planned = solve_arrays(_lived(compiled, data, fixed(compiled, data, design_of(self.plan, data))))
        best = solve_arrays(_lived(compiled, data, compiled.arrays), self.options)
        if not planned.found:
            self._heard(best, scenario)
        self.stopped_by = self.stopped_by or best.stopped_by
        value = min(best.objective, planned.objective)
        chance = probability(self.instance, scenario)
        return _Known(chance, planned.objective, Proven(value, min(best.bound, value), value))


def _names(instance: Instance, every: bool) -> list[str]:
    """Base, and the scenarios that leave it."""
    listed, leaving = instance.tables["scenarios"]["scenario"], set(instance.tables["events"]["scenario"])
    others = [name for name in listed if name in leaving and (every or probability(instance, name))]
    return list(dict.fromkeys([BASE, *others]))


def _lived(compiled: Compiled, data: Data, arrays: Arrays) -> Arrays:
    """The design, and the times of the one scenario of `data`: base before it, and nothing of base afterwards."""
    own = np.flatnonzero(data.periods.time_scenario == data.periods.time_scenario.max())
    before = np.arange(len(data.periods.name) - len(own))
    return block(compiled, data, arrays, np.concatenate([[DECIDED], before, own])).arrays


def _expected(known: Iterable[_Known]) -> Proven:
    """The mean of what each scenario costs at best."""
    likely = [each for each in known if each.probability]
    value, low, high = (
        float(sum(each.probability * getattr(each.best, side) for each in likely))
        for side in ("value", "low", "high")
    )
    return Proven(value, low, high)


def _table(known: Mapping[str, _Known]) -> pd.DataFrame:
    """A row for each scenario; no regret where nothing can be done."""
    rows = [
        (name, each.probability, each.cost, each.best.value, each.regret.value, each.regret.high)
        for name, each in known.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _difference(one: Proven, other: Proven) -> Proven:
    """One less the other, which is no more; nan where both are inf."""
    low, value, high = (
        this - that if np.isinf([this, that]).all() else max(0.0, this - that)
        for this, that in ((one.low, other.high), (one.value, other.value), (one.high, other.low))
    )
    return Proven(value, low, high)
