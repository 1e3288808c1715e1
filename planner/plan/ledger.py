"""The ledger: every cost component by period and scenario, read from the model and never recomputed."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.plan.columns import empty, frame
from planner.plan.labels import lived, period_of, pick, ratio, scenario_of, total
from planner_models.arrays import Floats
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome

DESIGN = frozenset(
    {
        "facility_fixed",
        "facility_open",
        "facility_close",
        "facility_residual",
        "qualification",
        "supplier_fixed",
        "lane_fixed",
        "setup",
        "regime",
        "buffer",
    }
)


def costs(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`costs.csv`: discounted money by component; design rows have no scenario; zeros are left out."""
    parts = []
    for component, amounts in outcome.costs.items():
        rows = np.flatnonzero(amounts)
        if not len(rows):
            continue
        design = component in DESIGN
        parts.append(
            frame(
                "costs",
                {
                    "scenario": np.full(len(rows), "", dtype=object) if design else scenario_of(data, rows),
                    "period": pick(data.periods.name, rows) if design else period_of(data, rows),
                    "component": np.full(len(rows), component, dtype=object),
                    "amount": amounts[rows],
                },
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else empty("costs")


def by_period(data: Data, component: str, amounts: Floats) -> Floats:
    """Expected discounted money of a component in each period [periods]."""
    if component in DESIGN:
        return np.asarray(amounts, dtype=np.float64)
    periods = data.periods
    return total(periods.time_period, amounts * periods.time_weight, len(periods.name))


def totals(data: Data, outcome: Outcome) -> dict[str, float]:
    """Expected discounted money by component; the whole ledger, zeros included."""
    return {name: fsum(by_period(data, name, amounts)) for name, amounts in outcome.costs.items()}


def scenarios(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`scenarios.csv`: probability, discounted operating cost and fill rate of each scenario."""
    periods, demands = data.periods, data.demands
    count = len(periods.scenario_name)
    operating = np.zeros(len(periods.time_period))
    for component, amounts in outcome.costs.items():
        if component not in DESIGN:
            operating += amounts
    times = len(periods.time_period)
    asked, short = (
        total(demands.time, units, times) for units in (demands.quantity, outcome.values["short"])
    )
    paths = [lived(data, scenario) for scenario in range(count)]
    paid, wanted, missed = (
        np.array([figure[path].sum() for path in paths]) for figure in (operating, asked, short)
    )
    return frame(
        "scenarios",
        {
            "scenario": np.array(periods.scenario_name, dtype=object),
            "probability": _probability(data),
            "operating_cost": paid,
            "fill_rate": 1.0 - ratio(missed, wanted),
            "status": "planned",
        },
    )


def _probability(data: Data) -> Floats:
    """Probability of each scenario: the weight of its last time, which it shares with no other."""
    periods = data.periods
    probability = np.zeros(len(periods.scenario_name))
    np.put(probability, periods.time_scenario, periods.time_weight)
    return probability
