"""Goods that nothing can tell apart are one good behind a warehouse door, and many again in the tables."""

from __future__ import annotations

import numpy as np
import pytest

import planner
from planner.network import build

TABLES = {
    "locations": [
        {"location": "north", "role": "plant", "country": "US"},
        {"location": "south", "role": "plant", "country": "US"},
        {"location": "hub", "role": "warehouse", "country": "US"},
        {"location": "spoke", "role": "warehouse", "country": "US"},
        {"location": "town", "role": "market", "country": "US"},
        {"location": "city", "role": "market", "country": "US"},
    ],
    "items": [{"item": "chair"}],
    "production": [
        {"location": "north", "item": "chair", "unit_cost": 1, "max_quantity": 30},
        {"location": "south", "item": "chair", "unit_cost": 2},
    ],
    "lanes": [
        {"origin": "north;south", "destination": "hub", "unit_cost": 1},
        {"origin": "hub", "destination": "spoke", "unit_cost": 1},
        {"origin": "hub", "destination": "town", "unit_cost": 1},
        {"origin": "spoke", "destination": "city", "unit_cost": 1},
    ],
    "demand": [
        {"market": "town", "item": "chair", "period": "1", "quantity": 20},
        {"market": "city", "item": "chair", "period": "1", "quantity": 20},
        {"market": "town", "item": "chair", "period": "2", "quantity": 10},
        {"market": "city", "item": "chair", "period": "2", "quantity": 50},
    ],
    "inventory": [
        {"location": "hub", "item": "chair", "holding_cost": 0.5},
        {"location": "spoke", "item": "chair", "holding_cost": 0.6},
    ],
}
SETTINGS = {"instance": {"name": "pools"}, "horizon": {"periods": ["1", "2"]}}


def test_arcs_behind_a_warehouse_do_not_multiply_with_the_sources():
    data = build(planner.Instance.from_tables(TABLES, settings=SETTINGS))

    behind = [place for place, kind in zip(data.places.location, data.places.kind, strict=True) if kind == 2]

    assert sorted(behind) == ["hub", "hub", "spoke", "spoke"]  # one good a warehouse and period, not two


def test_each_flow_names_its_source_and_the_audit_passes():
    """Town and city take 40, then 60: north makes 30 in each period, south the rest; 3 or 4 a unit, 1 more by spoke.

    First period 30 x 1 + 10 x 2 to make, 40 to the hub, 20 to the spoke, 40 out: 50 + 100 = 150; second
    30 x 1 + 30 x 2, 60 in, 50 to the spoke, 60 out: 90 + 170 = 260. Keeping stock costs and saves nothing.
    """
    plan = planner.solve(planner.Instance.from_tables(TABLES, settings=SETTINGS), gap=0)

    assert plan.objective == pytest.approx(410)
    assert plan.audit is not None
    assert plan.audit["passed"], plan.audit
    out = plan.flows[plan.flows["origin"] == "hub"]
    assert set(out["source"]) == {"north", "south"}
    first = out[out["period"] == "1"].groupby(["destination", "source"])["quantity"].sum()
    assert first["town", "north"] / first["town"].sum() == pytest.approx(30 / 40)
    assert first["spoke", "north"] / first["spoke"].sum() == pytest.approx(30 / 40)


def test_stock_of_a_pool_is_split_by_what_came_in():
    """South can make only in the first period, so 30 of its chairs are kept at the hub, mixed with north's."""
    production = [
        {"location": "north", "item": "chair", "period": "", "unit_cost": 1, "max_quantity": 30},
        {"location": "south", "item": "chair", "period": "1", "unit_cost": 2, "max_quantity": ""},
        {"location": "south", "item": "chair", "period": "2", "unit_cost": 2, "max_quantity": 0},
    ]
    plan = planner.solve(
        planner.Instance.from_tables(TABLES | {"production": production}, settings=SETTINGS), gap=0
    )

    assert plan.audit is not None
    assert plan.audit["passed"], plan.audit
    kept = plan.stock[plan.stock["quantity"] > 0].groupby("source")["quantity"].sum()
    assert kept.sum() == pytest.approx(30)
    assert kept["north"] / kept.sum() == pytest.approx(30 / 70)
    assert np.isclose(plan.flows.query("origin == 'south'")["quantity"].sum(), 40)
