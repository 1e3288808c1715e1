"""Scenarios that a plan was not made for, by hand."""

import math

import pytest

import planner
from tests.planner.network.reading import instance

TABLES = {
    "locations": "location,role,country\ns,supplier,MX\nw,warehouse,MX\nm,market,MX",
    "items": "item,customs_value\ntv,100",
    "offers": "location,item,unit_cost,capacity\ns,tv,10,50",
    "lanes": "origin,destination,unit_cost\ns,w,1\nw,m,2",
    "demand": "market,item,quantity,shortage_cost\nm,tv,30,100",
    "inventory": "location,item,holding_cost\nw,tv,4",
    "scenarios": "scenario,probability,min_service\nfire,0.25,\ncalm,0.15,\nflood,0,\nsurge,0,\nstrict,0,0.9",
    "events": "scenario,kind,target,field,op,value,first_period\nfire,location,s,capacity,set,0,b\n"
    "flood,location,s,capacity,multiply,0.2,b\nsurge,demand,m,quantity,add,60,a\nstrict,location,s,capacity,set,0,b",
}
TWO = {"horizon": {"periods": ["a", "b"]}}


@pytest.fixture(scope="module")
def plan():
    """As in `tests/planner/plan/test_scenarios.py`: 20 are kept for the fire, which costs 690 in a."""
    return planner.solve(instance(TABLES, TWO), gap=0.0, audited=False)


def test_every_scenario_has_a_row(plan):
    """The flood buys 10 and sells the 20 kept: 10 x 11 + 30 x 2 = 170. The surge sells 50 + 50 of 180 at 13."""
    found = plan.scenarios.set_index("scenario")

    assert plan.objective == pytest.approx(690 + 0.75 * 170 + 0.25 * 1040)
    assert found["probability"].to_dict() == pytest.approx(
        {"base": 0.6, "calm": 0.15, "fire": 0.25, "flood": 0, "surge": 0, "strict": 0}
    )
    assert found["status"].to_dict() == {
        "base": "planned", "calm": "planned", "fire": "planned", "flood": "priced", "surge": "priced",
        "strict": "infeasible",
    }  # fmt: skip
    cost = found["operating_cost"].to_dict()
    assert math.isnan(cost.pop("strict"))
    assert cost == pytest.approx(
        {"base": 860, "calm": 860, "fire": 1730, "flood": 860, "surge": 2 * (50 * 13 + 40 * 100)}
    )
    assert found["fill_rate"].fillna(-1).to_dict() == pytest.approx(
        {"base": 1, "calm": 1, "fire": 50 / 60, "flood": 1, "surge": 100 / 180, "strict": -1}
    )


def test_the_worst_scenario_is_named(plan):
    """One that cannot be operated is worse than any that costs money; with base alone there is no worst."""
    assert plan.metrics["worst_scenario"] == "strict"
    assert "worst scenario: strict, in which the design cannot be operated" in str(plan)
    possible = {**TABLES, "scenarios": TABLES["scenarios"].split("\nstrict")[0]}
    possible["events"] = TABLES["events"].split("\nstrict")[0]
    dearest = planner.solve(instance(possible, TWO), gap=0.0, audited=False)
    assert dearest.metrics["worst_scenario"] == "surge"
    assert "worst scenario: surge, 9.3 thousand USD to operate, 55.6% of demand met" in str(dearest)


def test_a_base_that_never_happens_is_operated_all_the_same():
    case = TABLES | {"scenarios": "scenario,probability\nfire,1"}
    plan = planner.solve(
        instance({**case, "events": TABLES["events"].split("\nflood")[0]}, TWO), gap=0.0, audited=False
    )
    found = plan.scenarios.set_index("scenario")

    assert found["probability"].to_dict() == {"base": 0, "fire": 1}
    # what is kept for the fire in a is sold in b
    assert found.loc["base", "operating_cost"] == pytest.approx(860)
    assert plan.objective == pytest.approx(1730)


def test_the_service_of_a_scenario_that_never_happens_asks_nothing_of_base():
    """5 units of the second period would have to be bought dearly for 0.95 of the demand of base."""
    dear = TABLES | {
        "locations": TABLES["locations"] + "\nz,supplier,MX",
        "offers": TABLES["offers"].replace("s,tv,10,50", "s,tv,10,27\nz,tv,500,50"),
        "lanes": TABLES["lanes"] + "\nz,w,1",
        "scenarios": "scenario,probability,min_service\nstrict,0,0.95",
        "events": "scenario,kind,target,field,op,value,first_period\nstrict,demand,m,quantity,multiply,1,b",
    }
    plan = planner.solve(instance(dear, TWO), gap=0.0, audited=False)
    found = plan.scenarios.set_index("scenario")

    assert found["fill_rate"].to_dict() == pytest.approx({"base": 0.9, "strict": (27 + 30 * 0.95) / 60})
