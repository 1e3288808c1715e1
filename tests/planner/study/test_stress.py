"""Stress by hand: the published case, and every failure against the same events solved from the start."""

import math

import numpy as np
import pandas as pd
import pytest

import planner
from planner.errors import InfeasibleError, InstanceError
from planner.network import build
from planner.solve import price
from planner.study.chokepoints import chokepoints
from planner.study.design import design_of
from planner.study.failures import Failure, failures
from planner.study.stress import stress
from planner.study.variants import undisturbed, with_scenarios
from tests.planner.network.reading import instance

TWO = {"horizon": {"periods": ["1", "2"], "days_per_period": 10}}
PUBLISHED = {
    "locations": "location,role,country,recovery_days\n"
    "s1,plant,US,20\ns2,plant,MX,20\ns3,plant,CA,20\nd,warehouse,US,20\nm,market,US,0",
    "items": "item\na\nb",
    "facilities": "location,capacity,status\ns1,30,open\ns2,45,open\ns3,60,open",
    "production": "location,item,unit_cost\n"
    + "\n".join(f"s{n},{item},0" for n in (1, 2, 3) for item in "ab"),
    "lanes": "origin,destination,unit_cost\ns1,d,0\ns2,d,0\ns3,d,0\nd,m,0",
    "demand": "market,item,quantity,shortage_cost\nm,a,75,5000\nm,b,50,6500",
    "inventory": "location,item,initial\nd,a,20\nd,b,25",
}


@pytest.fixture(scope="module")
def published():
    """Three suppliers, all links allowed, two products: Simchi-Levi et al. 2015, with an outage of two periods."""
    return planner.solve(instance(PUBLISHED, TWO), gap=0.0)


def test_what_an_outage_costs_and_how_long_it_is_survived(published):
    """Two periods of 125 units and 45 in stock; the others make 105, 90 or 75 a period: 0, 25 and 55 are lost."""
    found = stress(published, ["plant"]).set_index("name")

    assert found["extra_cost"].to_dict() == pytest.approx({"s3": 275_000, "s2": 125_000, "s1": 0})
    assert found["lost_units"].to_dict() == pytest.approx({"s3": 55, "s2": 25, "s1": 0})
    assert found["fill_rate"].to_dict() == pytest.approx({"s3": 195 / 250, "s2": 225 / 250, "s1": 1})
    assert found["exposure"].to_dict() == pytest.approx({"s3": 1, "s2": 125 / 275, "s1": 0})
    assert found["rank"].to_dict() == {"s3": 1, "s2": 2, "s1": 3}
    # 45 / (125 - 75) and 45 / (125 - 90) periods; without s1 the stock lasts to the end of the two periods
    assert found["time_to_survive"].to_dict() == pytest.approx(
        {"s3": 9.0, "s2": 45 / 35 * 10, "s1": math.inf}
    )


def test_how_long_the_stock_lasts_beyond_two_periods():
    """45 / (125 - 105) = 2.25 periods."""
    longer = {"horizon": {"periods": ["1", "2", "3", "4"], "days_per_period": 10}}
    plan = planner.solve(instance(PUBLISHED, longer), gap=0.0)

    found = stress(plan, ["plant"]).set_index("name")["time_to_survive"]
    assert found.to_dict() == pytest.approx({"s1": 22.5, "s2": 45 / 35 * 10, "s3": 9.0})


CHAIN = {
    "locations": "location,role,country,recovery_days\n"
    "s,supplier,CN,7\nz,supplier,MX,25\np,plant,MX,4\nq,plant,US,30\nw,warehouse,US,12\nm,market,US,30",
    "items": "item,customs_value\npart,10\ntv,100",
    "offers": "location,item,contract,unit_cost,capacity,min_quantity\ns,part,long,8,60,40\nz,part,,12,,",
    "suppliers": "location,status,qualify_cost\nz,candidate,50",
    "facilities": "location,option,status,fixed_cost,capacity\n"
    "p,base,open,10,60\nq,small,open,5,20\nq,large,candidate,9,40",
    "production": "location,item,unit_cost\np,tv,5\nq,tv,9",
    "bom": "item,component,quantity\ntv,part,1",
    "lanes": "origin,destination,unit_cost,gateways\ns,p,1,port\ns,q,2,port\nz,p,1,\nz,q,2,border\np,w,1,border\n"
    "q,w,1,\nw,m,1,",
    "gateways": "gateway,country,capacity,unit_cost,recovery_days\nport,MX,,1,15\nborder,US,80,1,10",
    "tariffs": "importer,origin,programme,rate\nUS,*,MFN,0.1",
    "demand": "market,item,quantity,shortage_cost\nm,tv,50,300",
    "inventory": "location,item,initial,holding_cost\nw,tv,15,1\np,part,5,1",
    "countries": "country,recovery_days\nMX,14",
}
CASES = {
    "chain": CHAIN,
    "hard demand": CHAIN | {"demand": "market,item,quantity\nm,tv,50"},
    "carbon": CHAIN
    | {
        "facilities": "location,option,status,fixed_cost,capacity,emission_kg\n"
        "p,base,open,10,60,3\nq,small,open,5,20,1\nq,large,candidate,9,40,2"
    },
}


def cold(plan, failure):
    """Cost and lost units of a failure, as a scenario that is certain, from the start."""
    plain = undisturbed(plan.instance)
    horizon = plain.settings.horizon
    scenario = pd.DataFrame({"scenario": ["x"], "probability": [1.0]})
    events = failure.events("x", horizon.periods, horizon.days_per_period)
    data = build(with_scenarios(plain, scenario, events))
    outcome = price(data, design_of(plan, data))
    return outcome.solution.objective, float(
        outcome.values["short"] @ (data.demands.time >= 2)
    ) if outcome.values else None


@pytest.mark.parametrize("name", ["chain", "carbon"])
def test_a_failure_costs_what_its_events_cost_from_the_start(name):
    settings = TWO | {"costs": {"carbon_price": 0.1}}
    plan = planner.solve(instance(CASES[name], settings), gap=0.0)
    data = build(undisturbed(plan.instance))
    normal = price(data, design_of(plan, data)).solution.objective
    found = stress(plan).set_index(["kind", "name"])

    every = failures(plan.instance)
    assert len(found) == len(every) == 5 + 2 + 3
    for failure in every:
        cost, lost = cold(plan, failure)
        assert found.loc[(failure.kind, failure.name), "extra_cost"] == pytest.approx(cost - normal, abs=1e-6)
        assert found.loc[(failure.kind, failure.name), "lost_units"] == pytest.approx(lost, abs=1e-6)
    assert (found["extra_cost"] > 1).sum() >= 5


def test_in_parallel_it_is_the_same():
    plan = planner.solve(instance(CHAIN, TWO), gap=0.0)

    pd.testing.assert_frame_equal(stress(plan, workers=2), stress(plan, workers=1))


def test_demand_that_must_be_met_is_lost_only_where_it_cannot_be():
    """Without the warehouse nothing arrives in the first period; in the second it could still pass 80 of 50 + 50.

    Without s for 7 days of 10, 18 parts are bought, 5 and 15 televisions are there, and q makes 40 in the second.
    """
    plan = planner.solve(instance(CASES["hard demand"], TWO), gap=0.0)
    found = stress(plan, ["warehouse", "supplier"]).set_index("name")

    assert found["lost_units"].to_dict() == pytest.approx({"w": 50, "s": 100 - 18 - 5 - 15 - 40, "z": 0})
    # what is not made saves money, and is the worst all the same
    assert found["rank"].to_dict() == {"w": 1, "s": 2, "z": 3}
    assert found.loc["w", "extra_cost"] < 0


def test_later_failures_find_the_stock_of_the_plan():
    """s2 and s3 make 105 a period, 20 units come from stock: 25 are left for the second period, and 5 then."""
    plan = planner.solve(
        instance(PUBLISHED | {"demand": "market,item,quantity,shortage_cost\nm,a,75,5000"}, TWO), gap=0.0
    )
    first, second = (stress(plan, ["plant"], first_period=period).set_index("name") for period in ("1", "2"))

    kept = plan.stock[(plan.stock["period"] == "1")]["quantity"].sum()
    assert second.loc["s3", "time_to_survive"] == math.inf
    assert second.loc["s3", "lost_units"] == pytest.approx(max(0.0, 75 - 75 - kept))
    assert first.loc["s3", "recovery_days"] == 20


def test_a_failure_is_some_rows_of_events():
    failure = Failure("country", "MX", 25.0, ("p",), ("port",))

    rows = failure.events("x", ("a", "b", "c", "d"), 10.0)
    assert rows[["kind", "target", "first_period", "periods", "days"]].fillna(-1).to_numpy().tolist() == [
        ["location", "p", "a", 2, -1],
        ["location", "p", "c", 1, 5],
        ["gateway", "port", "a", 2, -1],
        ["gateway", "port", "c", 1, 5],
    ]
    assert failure.left(4, 10.0).tolist() == [0, 0, 0.5, 1]
    assert failure.events("x", ("a", "b"), 10.0)["periods"].tolist() == [2, 2]
    assert np.array_equal(failure.left(2, 10.0), [0, 0])


def test_each_place_fails_for_its_own_time_and_countries_with_all_in_them():
    found = {(each.kind, each.name): each for each in failures(instance(CHAIN, TWO))}

    assert found["country", "MX"] == Failure("country", "MX", 14.0, ("p", "z"), ("port",))
    assert found["country", "CN"].days == 30
    assert found["gateway", "border"].days == 10
    assert ("market", "m") not in found
    assert [each.kind for each in failures(instance(CHAIN, TWO), ["plant"])] == ["plant", "plant"]


def test_a_kind_that_does_not_exist_is_bad_input(published):
    with pytest.raises(InstanceError) as caught:
        stress(published, ["plnt", "gateway", "regions"])

    assert [str(problem) for problem in caught.value.problems] == [
        "every: no such kind; found 'plnt'; expected location, gateway, country, supplier, plant, warehouse; "
        "did you mean 'plant'?",
        "every: no such kind; found 'regions'; expected location, gateway, country, supplier, plant, warehouse",
    ]
    with pytest.raises(InstanceError, match="no such period"):
        stress(published, first_period="3")


def test_what_every_way_leads_through_is_a_single_point():
    """Parts come from s by the port; plants p and q share the warehouse, and z is not qualified in the plan."""
    found = chokepoints(planner.solve(instance(CHAIN, TWO), gap=0.0))

    assert found.to_dict("records") == [
        {
            "market": "m",
            "item": "tv",
            "needs": "part",
            "fewest": 1,
            "single_points": found["single_points"][0],
        }
    ]
    assert found["single_points"][0].split(";")[-1] == "w"


def test_a_gateway_and_a_supplier_of_the_same_name_are_two_places():
    """a is served by s alone; b by t alone, through a gateway that is called s too."""
    tables = {
        "locations": "location,role,country\ns,supplier,MX\nt,supplier,CN\na,market,US\nb,market,US",
        "items": "item\ntv",
        "offers": "location,item,unit_cost\ns,tv,1\nt,tv,1",
        "gateways": "gateway,kind\ns,port",
        "lanes": "origin,destination,unit_cost,gateways\ns,a,1,\nt,b,1,s",
        "demand": "market,item,quantity,shortage_cost\na,tv,5,9\nb,tv,5,9",
    }
    found = stress(planner.solve(instance(tables), gap=0.0), ["supplier", "gateway"])

    cut = {(row.kind, row.name): row.cuts_off for row in found.itertuples(index=False)}
    assert cut == {("supplier", "s"): 1, ("supplier", "t"): 1, ("gateway", "s"): 1}


def test_tables_with_columns_of_the_users_own_can_be_stressed():
    noted = CHAIN | {
        "scenarios": "scenario,probability,source\nfire,0.1,a newspaper",
        "events": "scenario,kind,target,field,op,value,first_period,note\nfire,location,s,capacity,set,0,2,so they say",
    }
    plan = planner.solve(instance(noted, TWO), gap=0.0)

    assert len(stress(plan)) == 5 + 2 + 3


def test_no_plan_cannot_be_stressed():
    impossible = CHAIN | {"demand": "market,item,quantity\nm,tv,5000"}

    with pytest.raises(InfeasibleError):
        stress(planner.solve(instance(impossible, TWO)))


def test_where_nothing_of_a_kind_is_there_nothing_fails():
    plan = planner.solve(instance(PUBLISHED, TWO), gap=0.0)

    assert stress(plan, ["gateway"]).empty
