"""Measures of resilience that a frontier is drawn over: how each is read off a plan, and how it is held to a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pyomo.environ as pyo

from planner.errors import InstanceError
from planner.errors import Problem as Wrong
from planner.instance import Instance
from planner.instance.fields import nearest
from planner.network import build
from planner.plan import Plan
from planner.plan.metrics import cvar
from planner.solve import Outcome
from planner.study.variants import weighted, with_policy
from planner_models.arrays import Floats
from planner_models.data import Data
from planner_models.resilience import TANGENTS

Extend = Callable[[pyo.ConcreteModel, Data], None]
ROUNDING = 1e-9
CVAR = "cvar"
HELD, SERVED = "frontier", "frontier-served"  # ids of policies, and name of the row that holds a measure


@dataclass(frozen=True, slots=True)
class Problem:
    """What is solved for a point: the data, and what is added to the model."""

    instance: Instance
    data: Data
    extend: Extend | None = None
    beside: str = ""  # in words: what is added, as the instance does not show it
    goal: Mapping[str, Floats] = field(
        default_factory=dict
    )  # the measure, by variable; empty where it is no linear sum


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure; `sense` 1 where more is better, -1 where less is."""

    name: str
    words: str
    sense: int
    ideal: float  # no plan is better
    of: Callable[[Plan, Problem, Outcome], float]
    problem: Callable[[Instance, float | None], Problem]  # held to a limit; None: to none
    serves: bool = True  # False: what is not met would make it better

    def better(self, one: float, other: float) -> bool:
        """Whether a value is better than another by more than rounding."""
        return self.sense * (one - other) > 1e-9 * max(1.0, abs(one), abs(other))


def _tail(instance: Instance, limit: float | None) -> Problem:
    data = build(
        weighted(instance, weight=1.0, cvar_weight=0.5, exposure_weight=0.0, concentration_weight=0.0)
    )
    tails = data.tails

    def hold(model: pyo.ConcreteModel, _: Data) -> None:
        excess = sum(float(share) * model.excess[k] for k, share in enumerate(tails.share))
        model.add_component(HELD, pyo.Constraint(expr=model.threshold[0] + excess <= limit))

    free = replace(data, tails=replace(tails, weight=np.zeros_like(tails.weight)))
    goal = {"threshold": np.ones(len(tails.weight)), "excess": tails.share}
    return _held(Problem(instance, free, goal=goal), hold, "CVaR", limit)


def _tail_of(plan: Plan, problem: Problem, outcome: Outcome) -> float:
    del problem, outcome
    likely = plan.scenarios[plan.scenarios["probability"] > 0]
    cost, probability = (
        likely[name].to_numpy(dtype=np.float64) for name in ("operating_cost", "probability")
    )
    return cvar(cost, probability, plan.instance.settings.resilience.cvar_alpha)


def _spread(instance: Instance, limit: float | None) -> Problem:
    data = _spread_data(instance)
    cost = _shares_of_spend(data)

    def hold(model: pyo.ConcreteModel, _: Data) -> None:
        sums = sum(float(weight) * model.square[k] for k, weight in enumerate(cost))
        model.add_component(HELD, pyo.Constraint(expr=sums <= limit))

    free = replace(data, spreads=replace(data.spreads, cost=np.zeros_like(cost)))
    problem = Problem(instance, free, goal={"square": cost})
    return _held(problem, hold, "concentration", limit if len(cost) else None)


def _held(problem: Problem, hold: Extend, measure: str, limit: float | None) -> Problem:
    """The problem with the row that holds a measure, and words for it: no table of the instance can say it."""
    if limit is None:
        return problem
    return replace(
        problem, extend=hold, beside=f"frontier: {measure} <= {limit!r}, by a row that no table has"
    )


def _spread_data(instance: Instance) -> Data:
    return build(
        weighted(instance, weight=1.0, cvar_weight=0.0, exposure_weight=0.0, concentration_weight=1.0)
    )


def _shares_of_spend(data: Data) -> Floats:
    """The reference spend on the item of each spread as a share of the whole [spreads]."""
    spreads = data.spreads
    spend = dict(zip(zip(spreads.item, spreads.time.tolist(), strict=True), spreads.cost, strict=True))
    return np.asarray(spreads.cost / max(sum(spend.values()), np.finfo(float).tiny))


def concentration(instance: Instance, data: Data, outcome: Outcome) -> float:
    """Herfindahl index from below, by reference spend, over the items with several sources; 0 where none has."""
    cost = _shares_of_spend(_spread_data(instance))
    if not len(cost):
        return 0.0
    share = outcome.values["share_of"][: len(data.spreads.volume)]
    touched = 2 * TANGENTS * share[:, None] - TANGENTS**2
    return float(cost @ np.maximum(touched.max(axis=1), 0.0))


def served(data: Data, outcome: Outcome) -> float:
    """Share of the expected demand that is met."""
    weight = data.periods.time_weight[data.demands.time]
    asked = float(data.demands.quantity @ weight)
    return 1.0 - float(outcome.values["short"] @ weight) / asked if asked else 1.0


def served_as_well(instance: Instance, met: float) -> Instance:
    """The instance with a rule that a share of the expected demand is met, but for rounding."""
    least = met * (1 - ROUNDING)
    return with_policy(instance, policy=SERVED, measure="fill_rate", min=least, scenario="expected")


def _ruled(instance: Instance, measure: str, limit: float | None, **cells: str) -> Problem:
    """A rule of policies.csv on top of those of the instance."""
    if limit is not None:
        instance = with_policy(instance, policy=HELD, measure=measure, min=limit, **cells)
    return Problem(instance, build(instance))


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (
            Measure(CVAR, "cost of the dearest scenarios, CVaR", -1, -np.inf, _tail_of, _tail),
            Measure(
                "fill_rate",
                "fill rate of the worst scenario",
                1,
                1.0,
                lambda plan, *_: float(
                    plan.scenarios.loc[plan.scenarios["probability"] > 0, "fill_rate"].min()
                ),
                lambda instance, limit: _ruled(instance, "fill_rate", limit, scenario="all"),
            ),
            Measure(
                "allied_share",
                "share of spend in allied countries",
                1,
                1.0,
                lambda plan, *_: float(plan.metrics["allied_share"]),
                lambda instance, limit: _ruled(
                    instance, "spend_share", limit, who="ally:yes", scenario="base"
                ),
            ),
            Measure(
                "concentration",
                "concentration of spend, Herfindahl",
                -1,
                0.0,
                lambda plan, problem, outcome: concentration(plan.instance, problem.data, outcome),
                _spread,
                serves=False,
            ),
        )
    }
)


def refuse_unknown(names: Sequence[str]) -> None:
    """Refuse measures that do not exist, and none at all.

    Raises:
        InstanceError: with all that do not.
    """
    known = ", ".join(MEASURES)
    wrong = [
        Wrong("measure", "no such measure", name, known, nearest(name, MEASURES))
        for name in names
        if name not in MEASURES
    ]
    if wrong or not names:
        raise InstanceError(wrong or [Wrong("measure", "names no measure", expected=known)])
