"""Duals are prices: what one more unit costs, with the design as it is."""

from __future__ import annotations

import pytest

import planner


def test_the_duals_of_tiny_are_those_worked_out_in_its_readme():
    """One more television: 134 in Los Angeles, 133 in Chicago; one more panel of Gumi saves 2 (steps 2 and 5).

    Bounds on what is useful (an arc carries no more than the demand) must not take the price from the row.
    """
    plan = planner.solve("tiny", gap=0)

    duals = plan.duals.set_index(["constraint", "location"])["dual"]
    assert duals["demand_balance", "los-angeles"] == pytest.approx(134)
    assert duals["demand_balance", "chicago"] == pytest.approx(133)
    assert duals["contract_capacity", "gumi"] == pytest.approx(-2)


@pytest.mark.parametrize("market", ["los-angeles", "chicago"])
def test_the_dual_of_a_demand_is_the_slope_of_the_cost(market):
    """With the design unchanged, one more unit costs what the dual says (condition: no basis change within it)."""
    instance = planner.load("tiny")
    demand = instance.tables["demand"].copy()
    demand.loc[demand["market"] == market, "quantity"] += 1
    more = planner.Instance.from_tables(
        dict(instance.tables) | {"demand": demand}, instance.settings.model_dump()
    )

    dual = planner.solve(instance, gap=0).shortages.set_index("market")["dual"][market]
    slope = planner.solve(more, gap=0).objective - planner.solve(instance, gap=0).objective

    assert slope == pytest.approx(dual)


def test_more_of_a_contract_that_is_not_held_is_worth_nothing():
    """The starter holds one of two contracts of shenzhen; capacity x 0 of the other has no price."""
    plan = planner.solve("starter", gap=0)

    held = plan.contracts[plan.contracts["held"] == 1]
    known = set(zip(held["location"], held["item"], held["contract"], held["period"], strict=True))
    rows = plan.duals[plan.duals["constraint"] == "contract_capacity"]
    priced = set(zip(rows["location"], rows["item"], rows["contract"], rows["period"], strict=True))
    assert priced <= known
    assert ("shenzhen", "motor", "volume", "2028") not in known
