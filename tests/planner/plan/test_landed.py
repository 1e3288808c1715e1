"""Landed cost: by hand, and the identity that no cent is lost."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from planner.plan.plan import assemble
from planner_models.data import Stocks


def traced(plan):
    """Sum of per_unit x met, plus the shortage cost, discounted."""
    met = plan.shortages.set_index(["market", "item", "period"])["met"]
    landed = plan.landed_cost.set_index(["market", "item", "period"])["per_unit"]
    return float((landed * met.reindex(landed.index)).sum()) + plan.totals.get("shortage", 0.0)


def test_landed_cost_by_hand(plan):
    found = plan.landed_cost.set_index("component")["per_unit"].to_dict()
    assert found == pytest.approx(
        {
            "facility_fixed": 70 / 8,
            "facility_open": 100 / 8,
            "purchase": 20,
            "conversion": 45 / 8,
            "freight": 59 / 8,
            "duty:MFN": 3,
            "fee:MPF": 1.5 / 8,
        },
        rel=1e-12,
    )


def test_landed_cost_adds_up_to_the_ledger(plan):
    assert traced(plan) == pytest.approx(plan.expected_landed_cost, rel=1e-12)


def test_landed_cost_of_what_no_unit_bears_is_spread_over_the_period(instance, data, outcome):
    costs = MappingProxyType(dict(outcome.costs) | {"take_or_pay": np.array([40.0])})
    plan = assemble(instance, data, replace(outcome, costs=costs))
    found = plan.landed_cost.set_index("component")["per_unit"]
    assert found["take_or_pay"] == pytest.approx(5)
    assert traced(plan) == pytest.approx(plan.expected_landed_cost, rel=1e-12)


def test_landed_cost_of_what_is_left_over_is_borne_by_what_was_sold(instance, data, outcome):
    places = replace(data.places, initial=np.array([0.0, 0.0, 0.0]))
    stocks = replace(
        data.stocks,
        place=np.array([0]),
        next_place=np.array([-1]),
        storage=np.array([0.5]),
        upper=np.array([9.0]),
    )
    values = outcome.values | {"flow": np.array([20.0, 5, 5, 3]), "stock": np.array([4.0])}
    costs = dict(outcome.costs) | {
        "purchase": np.array([200.0]),
        "freight": np.array([63.0]),
        "storage": np.array([2.0]),
    }
    changed = replace(data, places=places, stocks=stocks)
    plan = assemble(instance, changed, replace(outcome, values=values, costs=MappingProxyType(costs)))
    found = plan.landed_cost.set_index("component")["per_unit"]
    assert found["purchase"] == pytest.approx(25)
    assert found["storage"] == pytest.approx(0.25)
    assert traced(plan) == pytest.approx(plan.expected_landed_cost, rel=1e-12)
    assert isinstance(stocks, Stocks)


def test_landed_cost_is_empty_where_nothing_is_delivered(instance, data, outcome):
    values = {name: np.zeros_like(value) for name, value in outcome.values.items()}
    values["short"] = np.array([10.0])
    plan = assemble(instance, data, replace(outcome, values=values))
    assert plan.landed_cost.empty
