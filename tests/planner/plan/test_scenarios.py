"""A plan with scenarios: what each costs and meets, and what a unit bears on average."""

import pandas as pd
import pytest

from planner.network import build
from planner.plan import assemble
from planner.solve import SolveOptions, solve
from tests.planner.network.reading import instance

TABLES = {
    "locations": "location,role,country\ns,supplier,MX\nw,warehouse,MX\nm,market,MX",
    "items": "item,customs_value\ntv,100",
    "offers": "location,item,unit_cost,capacity\ns,tv,10,50",
    "lanes": "origin,destination,unit_cost\ns,w,1\nw,m,2",
    "demand": "market,item,quantity,shortage_cost\nm,tv,30,100",
    "inventory": "location,item,holding_cost\nw,tv,4",
    "scenarios": "scenario,probability\nfire,0.25",
    "events": "scenario,kind,target,field,op,value,first_period\nfire,location,s,capacity,set,0,b",
    "policies": "policy,measure,min,scenario\n"
    "mean,fill_rate,0.9,expected\nworst,fill_rate,0.5,fire\neach,fill_rate,0.5,all",
}
TWO = {"horizon": {"periods": ["a", "b"]}}


@pytest.fixture(scope="module")
def plan():
    """20 of the 50 that s can ship in a are kept at 4 each for the fire in b; without one 10 more are bought then.

    In a 50 x 11 + 30 x 2 + 20 x 4 = 690. In b of base 10 x 11 + 30 x 2 = 170, of the fire 20 x 2 + 10 x 100 = 1040.
    """
    case = instance(TABLES, TWO)
    data = build(case)
    return assemble(case, data, solve(data, SolveOptions(gap=0.0, confirm=False)))


def test_each_scenario_costs_what_it_lives_through(plan):
    found = plan.tables["scenarios"].set_index("scenario")

    assert plan.objective == pytest.approx(690 + 0.75 * 170 + 0.25 * 1040)
    assert found["probability"].to_dict() == {"base": 0.75, "fire": 0.25}
    assert found["operating_cost"].to_dict() == pytest.approx({"base": 860, "fire": 1730})
    assert found["fill_rate"].to_dict() == pytest.approx({"base": 1, "fire": 50 / 60})


def test_a_scenario_shares_the_rows_of_base_before_its_first_event(plan):
    rows = plan.stock.set_index(["scenario", "period"])["before"]
    assert rows["base", "b"] == rows["fire", "b"] == pytest.approx(20)
    assert set(plan.flows.loc[plan.flows["scenario"] == "fire", "period"]) == {"b"}


def test_the_landed_cost_of_what_is_met_and_the_shortage_are_the_expected_cost(plan):
    """Of what is kept, base takes three quarters and the fire one."""
    landed = plan.landed_cost.groupby("period")["per_unit"].sum()
    met = pd.Series({"a": 30.0, "b": 0.75 * 30 + 0.25 * 20})
    shortage = 0.25 * 10 * 100

    assert float(landed @ met) + shortage == pytest.approx(plan.document["expected_landed_cost"])
    assert landed["a"] == pytest.approx(13)


def test_policies_say_what_they_measure_in_their_scenario(plan):
    found = plan.policies.set_index(["policy", "scenario"])["value"].to_dict()
    expected = 1 - 0.25 * 10 / 60
    assert found == pytest.approx(
        {
            ("mean", "expected"): expected,
            ("worst", "fire"): 50 / 60,
            ("each", "base"): 1,
            ("each", "fire"): 50 / 60,
        }
    )


BUFFERED = TABLES | {
    "inventory": "location,item,holding_cost,max_stock,initial_value,buffer_max,buffer_cost\nw,tv,4,0,50,20,1",
    "policies": "policy,measure,min\nmost,fill_rate,0",
}


def test_strategic_stock_is_kept_for_the_scenario_that_draws_from_it():
    """A unit costs 1 a period and 50 when drawn, and saves 100 - 50 - 2 in one case of four: all 20 are kept.

    390 in a, and in b of base; in b of the fire 20 x (50 + 2) + 10 x 100 = 2040; 40 for keeping.
    """
    case = instance(BUFFERED, TWO)
    data = build(case)
    plan = assemble(case, data, solve(data, SolveOptions(gap=0.0, confirm=False)))
    stock = plan.stock[plan.stock["draw"] > 0]

    assert plan.objective == pytest.approx(390 + 0.75 * 390 + 0.25 * 2040 + 40)
    assert stock[["scenario", "period", "location", "deal", "draw"]].to_numpy().tolist() == [
        ["fire", "b", "w", "buffer", 20.0]
    ]
    assert plan.totals["buffer_use"] == pytest.approx(0.25 * 20 * 50)
    landed = plan.landed_cost.groupby("period")["per_unit"].sum()
    met = pd.Series({"a": 30.0, "b": 0.75 * 30 + 0.25 * 20})
    assert float(landed @ met) + 0.25 * 10 * 100 == pytest.approx(plan.expected_landed_cost)
