"""Duals of policies: what raising a limit by a unit adds to the cost, with the design as it is."""

from __future__ import annotations

import pandas as pd
import pytest

import planner


@pytest.mark.parametrize(
    "policy",
    [
        {"measure": "volume", "who": "gumi", "max": 20},
        {"measure": "volume", "who": "shenzhen", "min": 75},
        {"measure": "volume", "who": "shenzhen", "min": 75, "penalty": 1},
        {"measure": "volume_share", "who": "gumi", "of": "role:supplier", "max": 0.2},
        {"measure": "volume_share", "who": "shenzhen", "of": "role:supplier", "min": 0.8},
        {"measure": "volume_share", "who": "shenzhen", "of": "role:supplier", "min": 0.8, "penalty": 1},
        {"measure": "supplier_share", "who": "gumi", "max": 0.2},
        {"measure": "spend", "who": "gumi", "max": 2000},
        {"measure": "spend", "who": "shenzhen", "min": 7500},
        {"measure": "spend_share", "who": "gumi", "of": "role:supplier", "max": 0.2},
        {"measure": "spend_share", "who": "shenzhen", "of": "role:supplier", "min": 0.8},
        {"measure": "fill_rate", "who": "*", "min": 0.5},
        {"measure": "fill_rate", "who": "chicago", "min": 0.5},
    ],
)
def test_the_dual_of_a_policy_is_the_slope_of_the_cost_as_its_limit_is_raised(policy):
    """Demand may go short at 50 a unit where the rule is about that."""
    side, raised = ("max" if "max" in policy else "min"), 1e-3

    def plan(limit):
        tables = dict(planner.load("tiny").tables)
        short = 50 if policy["measure"] == "fill_rate" else 1e4
        tables["demand"] = tables["demand"].assign(shortage_cost=short)
        tables["policies"] = pd.DataFrame([{"policy": "rule", **policy, side: limit}])
        return planner.solve(planner.Instance.from_tables(tables, settings), gap=0)

    settings = planner.load("tiny").settings.model_dump()
    limit = policy[side]
    dual = plan(limit).policies["dual"].iloc[0]

    slope = (plan(limit + raised).objective - plan(limit).objective) / raised
    assert slope == pytest.approx(dual, rel=1e-3)
    assert dual < 0 if side == "max" else dual > 0
