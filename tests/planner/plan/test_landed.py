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
            "fee:MPF": 1.5,
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


def longer(table, **extra):
    """A table of the network with one more row; what is not given is as in its last row."""
    columns = {}
    for name in table.__dataclass_fields__:
        value = getattr(table, name)
        if isinstance(value, np.ndarray) and value.ndim == 1 and len(value):
            columns[name] = np.append(value, extra.get(name, value[-1])).astype(value.dtype)
        elif isinstance(value, tuple) and value:
            columns[name] = (*value, extra.get(name, value[-1]))
    return replace(table, **columns)


def test_landed_cost_of_goods_that_go_round(instance, data, outcome):
    lanes = longer(data.lanes, origin="W", destination="P")
    arcs = longer(data.arcs, lane=4, from_place=2, to_place=1, demand=-1, freight=4, good=1)
    changed = replace(data, lanes=lanes, arcs=arcs)
    values = outcome.values | {"flow": np.array([16.0, 7, 5, 3, 2])}
    costs = dict(outcome.costs) | {
        "freight": np.array([16 + 14 + 15 + 18 + 8.0]),
        "duty:MFN": np.array([30.0]),
        "fee:MPF": np.array([15.0]),
    }
    plan = assemble(instance, changed, replace(outcome, values=values, costs=MappingProxyType(costs)))
    assert traced(plan) == pytest.approx(plan.expected_landed_cost, rel=1e-12)


def test_landed_cost_of_a_circle_that_reaches_nobody(instance, data, outcome):
    places = longer(longer(data.places, location="X"), location="Y")
    lanes = longer(longer(data.lanes, origin="X", destination="Y"), origin="Y", destination="X")
    arcs = longer(data.arcs, lane=4, from_place=3, to_place=4, demand=-1, freight=1)
    arcs = longer(arcs, lane=5, from_place=4, to_place=3)
    changed = replace(data, places=places, lanes=lanes, arcs=arcs)
    values = outcome.values | {"flow": np.array([16.0, 5, 5, 3, 8, 8])}
    costs = dict(outcome.costs) | {"freight": np.array([59 + 16.0])}
    plan = assemble(instance, changed, replace(outcome, values=values, costs=MappingProxyType(costs)))
    found = plan.landed_cost.set_index("component")["per_unit"]
    assert found["freight"] == pytest.approx(75 / 8)
    assert traced(plan) == pytest.approx(plan.expected_landed_cost, rel=1e-12)


def test_landed_cost_of_a_joint_cost_falls_on_those_who_use_it(instance, data, outcome):
    demands = longer(data.demands, market="N", quantity=10.0)
    arcs = replace(data.arcs, demand=np.array([-1, -1, 0, 1]))
    changed = replace(data, demands=demands, arcs=arcs)
    values = outcome.values | {"short": np.array([5.0, 7.0])}
    costs = dict(outcome.costs) | {"shortage": np.array([1200.0])}
    plan = assemble(instance, changed, replace(outcome, values=values, costs=MappingProxyType(costs)))
    found = plan.landed_cost.set_index(["market", "component"])["per_unit"]
    # the plant's 150 falls on all eight units, the warehouse's 20 on the five that pass it
    assert found["N", "facility_fixed"] == pytest.approx(50 / 8)
    assert found["M", "facility_fixed"] == pytest.approx(50 / 8 + 20 / 5)
    assert found["N", "freight"] == pytest.approx(2 + 6)
    assert found["M", "freight"] == pytest.approx(2 + 2 + 3)
    assert traced(plan) == pytest.approx(plan.expected_landed_cost, rel=1e-12)
