"""Scenarios that a plan was not made for: priced on its design afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.instance import Instance
from planner.network import build
from planner.network.policies import DESIGN
from planner.network.times import BASE
from planner.plan import Plan
from planner.plan.columns import TABLES, frame
from planner.solve.arrays import SolveOptions
from planner.solve.compile import compile_model
from planner.solve.highs import solve
from planner.solve.outcome import costs_of, values_of
from planner.solve.price import fixed
from planner.study.branch import branch
from planner.study.design import design_of
from planner.study.variants import certain
from planner_models import build_model
from planner_models.costs import OPERATIONS

WORST = "worst_scenario"  # in the metrics of a plan
PLANNED, PRICED, INFEASIBLE = "planned", "priced", "infeasible"


@dataclass(frozen=True, slots=True)
class Price:
    """What a scenario costs from its first event on, and what of its demand it meets; nan if it cannot be operated."""

    first: int  # period
    cost: float  # discounted money
    asked: float  # units
    short: float  # units

    @property
    def found(self) -> bool:
        """Whether the design can be operated in the scenario."""
        return bool(np.isfinite(self.cost))


def priced(plan: Plan) -> Plan:
    """The plan with a row in scenarios.csv for every scenario of its instance, and the worst of them in its metrics.

    One without events costs what base costs. One of probability 0 is operated on the design of the plan, with the
    stock that base has kept until its first event: at least cost, if it can be at all.
    """
    table, events = plan.instance.tables["scenarios"], plan.instance.tables["events"]
    known = plan.scenarios.set_index("scenario")
    rows: list[dict[Any, Any]] = plan.scenarios.to_dict("records")
    for name, chance in zip(table["scenario"], table["probability"].fillna(0.0), strict=True):
        if name in known.index or not plan.found:
            continue
        row = {**known.loc[BASE].to_dict(), "scenario": name, "probability": chance}
        if name in set(events["scenario"]):
            row |= _row(plan, price_of(plan, str(name)))
        else:
            rows[0]["probability"] -= chance
        rows.append(row)
    scenarios = pd.DataFrame(rows, columns=[column.name for column in TABLES["scenarios"]])
    whole = replace(plan, tables={**plan.tables, "scenarios": frame("scenarios", dict(scenarios))})
    return whole.with_(metrics=plan.metrics | {WORST: _worst(scenarios)}) if len(rows) > 1 else whole


def _worst(scenarios: pd.DataFrame) -> str:
    """The first scenario that cannot be operated, else the dearest."""
    cost = scenarios["operating_cost"].fillna(np.inf).to_numpy(dtype=np.float64)
    return str(scenarios["scenario"].iloc[int(cost.argmax())])


def _row(plan: Plan, price: Price) -> dict[Any, Any]:
    """Its figures in scenarios.csv: what base did before its first event is its own."""
    if not price.found:
        return {"operating_cost": np.nan, "fill_rate": np.nan, "status": INFEASIBLE}
    periods = plan.instance.settings.horizon.periods[: price.first]
    costs, met = plan.costs, plan.shortages
    paid = costs.loc[(costs["scenario"] == BASE) & costs["period"].isin(periods), "amount"].sum()
    before = met[(met["scenario"] == BASE) & met["period"].isin(periods)]
    asked, short = price.asked + before["demand"].sum(), price.short + before["short"].sum()
    return {
        "operating_cost": price.cost + paid,
        "fill_rate": 1.0 - short / asked if asked else 1.0,
        "status": PRICED,
    }


def price_of(plan: Plan, scenario: str) -> Price:
    """Operate the design of a plan in a scenario at least cost, obeying the rules that hold in it."""
    data = build(_only(plan.instance, scenario))
    compiled = compile_model(build_model(data))
    arrays = fixed(compiled, data, design_of(plan, data))
    part = branch(plan, data, compiled, arrays)
    own = data.periods.time_scenario == 1
    first, asked = len(data.periods.name) - int(own.sum()), data.demands.quantity @ own[data.demands.time]
    found = solve(part.arrays, SolveOptions(confirm=False))
    if not found.found:
        return Price(first, np.nan, float(asked), np.nan)
    x = np.where(arrays.lower < arrays.upper, 0.0, arrays.lower)
    x[part.columns] = found.x
    costs, _ = costs_of(compiled, data, x)
    operated = [part.__name__ for part in OPERATIONS] + list(data.charges.programme_name)
    short = values_of(compiled, x)["short"] @ own[data.demands.time]
    return Price(first, float(sum(costs[name] @ own for name in operated)), float(asked), float(short))


def _only(instance: Instance, scenario: str) -> Instance:
    """The instance with a scenario that is certain, without rules on the design, which is what it is."""
    alone = certain(instance, scenario)
    policies = alone.tables["policies"]
    operated = policies[~policies["measure"].isin(DESIGN)]
    return replace(alone, tables={**alone.tables, "policies": operated})
