"""Events: what the figures of an instance are at each time of a scenario; and plans with recourse, by hand."""

import numpy as np
import pytest

from planner.errors import InstanceError
from planner.network import build
from planner.solve import SolveOptions, solve
from tests.planner.network.reading import instance, network

TABLES = {
    "locations": "location,role,country\ns,supplier,MX\nz,supplier,CN\np,plant,MX\nw,warehouse,US\nm,market,US",
    "items": "item,customs_value,weight_kg\npart,,1\ntv,100,1",
    "offers": "location,item,unit_cost,capacity,min_quantity,currency\ns,part,10,,,\nz,part,8,50,20,CNY",
    "production": "location,item,unit_cost\np,tv,5",
    "bom": "item,component,quantity\ntv,part,1",
    "lanes": "origin,destination,mode,unit_cost,per,transit_days,gateways\ns,p,default,1,unit,2,\n"
    "z,p,default,1,unit,20,port\np,w,default,1,kg,3,\nw,m,default,1,unit,1,",
    "gateways": "gateway,unit_cost,dwell_days\nport,1,4",
    "demand": "market,item,quantity,shortage_cost\nm,tv,30,1000",
    "currencies": "currency,rate\nCNY,0.5",
    "scenarios": "scenario,probability\nx,0.25",
}
TWO = {"horizon": {"periods": ["a", "b"], "days_per_period": 100}}
HEAD = "scenario,kind,target,item,field,op,value,first_period,periods,days\n"


def after(*rows, settings=TWO, **more):
    """The data of the model after some events of x."""
    return network(TABLES, settings, events=HEAD + "\n".join(f"x,{row}" for row in rows), **more)


def offers(data, column):
    """A column of the offers of each supplier, by time."""
    location = np.array([data.holds.location[h] for h in data.offers.hold])
    return {
        name: dict(
            zip(
                data.offers.time[location == name].tolist(),
                getattr(data.offers, column)[location == name],
                strict=True,
            )
        )
        for name in ("s", "z")
    }


def test_a_supplier_loses_a_part_of_its_capacity_and_of_its_minimum_for_some_days():
    """Half of it for 40 of 100 days: 1 - 0.5 x 0.4 = 0.8 of 50 and of 20."""
    data = after("location,z,,capacity,multiply,0.5,b,1,40")

    assert offers(data, "stated")["z"] == {0: 50, 1: 50, 2: 40}
    assert offers(data, "minimum")["z"] == {0: 20, 1: 20, 2: 16}


def test_a_part_of_an_infinite_capacity_is_that_of_the_reference_volume():
    """30 televisions a period need 30 parts: half of them are 15."""
    data = after("location,s,,capacity,multiply,0.5,b,,")

    assert offers(data, "stated")["s"] == {0: np.inf, 1: np.inf, 2: 15}


def test_events_hold_in_file_order_on_what_the_one_before_left():
    data = after(
        "location,s,,unit_cost,multiply,2,a,,",
        "location,s,,unit_cost,add,3,a,,",
        "location,s,,unit_cost,multiply,2,b,,",
    )

    assert offers(data, "unit_cost")["s"] == {0: 10, 1: 10, 2: 23, 3: 46}


def test_an_event_of_an_item_leaves_other_offers_alone():
    data = after("location,s,tv,unit_cost,multiply,2,a,,", "location,*,part,unit_cost,multiply,3,b,,")

    assert offers(data, "unit_cost") == {"s": {0: 10, 1: 10, 2: 10, 3: 30}, "z": {0: 4, 1: 4, 2: 4, 3: 12}}


def test_a_currency_moves_what_is_paid_in_it():
    data = after("currency,CNY,,rate,set,1,b,,")

    assert offers(data, "unit_cost")["z"] == {0: 4, 1: 4, 2: 8}


def test_a_value_that_a_blank_cell_takes_from_the_item_moves_with_the_currency_of_the_item():
    """100 at 0.5 are 50, and 60 when the yuan rises to 0.6; the peso of what the plant is paid moves nothing of it."""
    places = {
        "items": "item,customs_value,weight_kg,currency\npart,1,1,\ntv,100,1,CNY",
        "production": "location,item,unit_cost,currency\np,tv,5,MXN",
        "currencies": "currency,rate\nCNY,0.5\nMXN,0.05",
        "offers": "location,item,unit_cost\ns,part,10",
        "inventory": "location,item,initial,currency\nw,tv,1,MXN",
    }
    moved = "currency,CNY,,rate,set,0.6,b,,", "currency,MXN,,rate,multiply,3,b,,"
    costs = {"carrying_rate": 3.65}
    data = after(*moved, settings=TWO | {"costs": costs}, **places)

    # the carrying cost of 1 day of transit on the last lane is a hundredth of the value
    assert arcs(data, "pipeline", "w", "m") == pytest.approx({0: 0.5, 1: 0.5, 2: 0.6})


def test_a_plant_without_a_row_can_fail():
    data = after("location,p,,capacity,set,0,b,,")

    assert data.options.facility_name == ("p",)
    assert data.options.stated.tolist() == [[np.inf, np.inf, 0]]
    assert not data.options.decided.any()


@pytest.mark.parametrize(
    "table",
    [
        {"inventory": "location,item,initial\np,part,5"},
        {"policies": "policy,measure,who,max\nfew,count_open,role:plant,1"},
    ],
    ids=list,
)
def test_a_plant_without_a_row_that_can_fail_is_open_like_any_other(table):
    """Nothing is decided about it, whatever could be gained by closing it."""
    data = after("location,p,,capacity,set,0,b,,", **table)

    assert data.options.facility_name == ("p",)
    assert not data.options.decided.any()


def arcs(data, column, *way):
    """A figure of the arcs of a way, by time."""
    lanes, a = data.lanes, data.arcs
    rows = [n for n in range(len(a.time)) if (lanes.origin[a.lane[n]], lanes.destination[a.lane[n]]) == way]
    return {int(a.time[n]): float(getattr(a, column)[n]) for n in rows}


def test_lanes_and_gateways_cost_more_and_take_longer():
    """Freight by kilogram; goods in transit cost 36.5 % a year on a value of 4: 0.004 a day over 24, then 64 days."""
    data = after(
        "lane,country:MX>w,,unit_cost,multiply,3,b,,",
        "gateway,port,,unit_cost,add,2,b,,",
        "lane,z>p,,transit_days,multiply,3,b,,",
        settings={**TWO, "costs": {"carrying_rate": 0.365}},
    )

    assert arcs(data, "freight", "p", "w") == {0: 1, 1: 1, 2: 3}
    assert arcs(data, "freight", "s", "p") == {0: 1, 1: 1, 2: 1}
    assert arcs(data, "handling", "z", "p") == {0: 1, 1: 1, 2: 3}
    assert arcs(data, "pipeline", "z", "p") == pytest.approx({0: 0.096, 1: 0.096, 2: 0.256})


def test_a_currency_moves_freight_handling_and_storage_too():
    """Money in CNY is worth half, and in the scenario the whole: of 8, 4 and 6. At the end nothing is kept."""
    data = after(
        "currency,CNY,,rate,set,1,a,,",
        lanes="origin,destination,unit_cost,gateways,currency\ns,p,1,,\nz,p,8,port,CNY\np,w,1,,\nw,m,1,,",
        gateways="gateway,unit_cost,currency\nport,4,CNY",
        inventory="location,item,holding_cost,currency\np,part,6,CNY",
    )

    assert arcs(data, "freight", "z", "p") == {0: 4, 1: 4, 2: 8, 3: 8}
    assert arcs(data, "freight", "s", "p") == {0: 1, 1: 1, 2: 1, 3: 1}
    assert arcs(data, "handling", "z", "p") == {0: 2, 1: 2, 2: 4, 3: 4}
    kept = dict(zip(data.places.time[data.stocks.place].tolist(), data.stocks.storage.tolist(), strict=True))
    assert kept == {0: 3, 2: 6}


def test_a_customs_value_moves_with_the_currency_that_it_is_stated_in():
    """A television is worth 200 CNY, at 0.5 and then at 1, but one of p by its own row 100 in money that stays."""
    data = after(
        "currency,CNY,,rate,set,1,b,,",
        items="item,hs_code,customs_value,weight_kg,currency\npart,,,1,\ntv,8528,200,1,CNY",
        production="location,item,unit_cost\np,tv,5",
        tariffs="importer,origin,programme,rate\nUS,*,MFN,0.1",
    )
    stated = after(
        "currency,CNY,,rate,set,1,b,,",
        items="item,hs_code,customs_value,weight_kg,currency\npart,,,1,\ntv,8528,200,1,CNY",
        production="location,item,unit_cost,customs_value\np,tv,5,100",
        tariffs="importer,origin,programme,rate\nUS,*,MFN,0.1",
    )

    assert duties(data) == {("duty:MFN", "", t): amount for t, amount in ((0, 10), (1, 10), (2, 20))}
    assert duties(stated) == {("duty:MFN", "", t): 10 for t in range(3)}


def test_a_warehouse_without_a_row_charges_what_an_event_says():
    data = after("location,w,tv,unit_cost,set,3,b,,")

    assert arcs(data, "conversion", "w", "m") == {0: 0, 1: 0, 2: 3}


def test_a_gateway_without_capacity_closes_and_a_lane_keeps_a_part():
    """A lane for every item could carry 30 parts and 30 televisions."""
    data = after("gateway,port,,capacity,set,0,b,,", "lane,z>p,,capacity,multiply,0.5,b,,")

    gateways, lanes = data.gateway_loads, data.lane_loads
    assert list(zip(gateways.gateway, gateways.time.tolist(), gateways.capacity.tolist(), strict=True)) == [
        ("port", 2, 0)
    ]
    assert list(zip(lanes.time.tolist(), lanes.stated.tolist(), strict=True)) == [(2, 30)]


def test_demand_surges():
    data = after("demand,role:market,tv,quantity,multiply,1.5,b,,")

    assert dict(zip(data.demands.time.tolist(), data.demands.quantity.tolist(), strict=True)) == {
        0: 30,
        1: 30,
        2: 45,
    }


TRADE = {
    "tariffs": "importer,origin,programme,rate,displaces,waived_by\nUS,*,MFN,0.1,,USMCA\nUS,MX,S232,0,MFN,",
    "agreements": "agreement,member\nUSMCA,US\nUSMCA,MX",
    "origin_rules": "agreement,hs,test,shift\nUSMCA,8528,shift,heading",
    "items": "item,hs_code,customs_value,weight_kg\npart,8529,,1\ntv,8528,100,1",
}


def duties(data):
    """Money a unit by programme, agreement claimed and time, where there is any."""
    c, a = data.charges, data.arcs
    return {
        (c.programme_name[p], a.agreement[n], int(a.time[n])): amount
        for p, n, amount in zip(c.programme, c.arc.tolist(), c.amount.tolist(), strict=True)
        if amount
    }


def test_a_programme_at_rate_0_comes_into_force_and_displaces():
    """25 % of 100 in place of the 10 % that a claim waives: the claim is of no use against it."""
    data = after(
        "tariff,MX,,rate,set,0.25,b,,",
        **TRADE | {"tariffs": TRADE["tariffs"].replace("US,MX,S232,0,MFN,", "US,MX,S232,0,MFN,")},
    )

    assert {key: value for key, value in duties(data).items() if key[2] == 2 and key[0] == "duty:S232"} == {
        ("duty:S232", "", 2): 25,
    }


def test_a_treaty_lapses():
    """Goods that always qualify enter free, and pay 10 % of 100 from the day on which the treaty is gone."""
    data = after(
        "agreement,USMCA,,in_force,set,0,b,,",
        **TRADE | {"tariffs": "importer,origin,programme,rate,waived_by\nUS,*,MFN,0.1,USMCA"},
    )

    assert duties(data) == {("duty:MFN", "", 2): 10}


def test_a_claim_costs_more_in_a_dearer_currency():
    rules = "agreement,hs,test,shift,claim_cost,currency\nUSMCA,8528,shift,heading,2,CNY"
    tariffs = "importer,origin,programme,rate,waived_by\nUS,*,MFN,0.1,USMCA"
    data = after("currency,CNY,,rate,set,2,b,,", **TRADE | {"tariffs": tariffs, "origin_rules": rules})

    assert arcs(data, "claim", "p", "w") == {0: 1, 1: 1, 2: 4}


def optimum(events, settings=TWO, **more):
    """The least expected cost."""
    found = solve(
        build(instance(TABLES, settings, events=HEAD + events, **more)), SolveOptions(gap=0, confirm=False)
    )
    return found.solution.objective


def test_recourse_by_hand():
    """A television costs 10 + 1 + 5 + 1 + 1 = 18 from s, 4 + 1 + 1 + 5 + 1 + 1 = 13 from z, whose minimum is 20.

    In base 30 from z each period: 2 x 390 = 780. In x, of probability 1/4, z fails in b: 30 from s cost 540 instead
    of 390; its minimum falls to nothing with its capacity.
    """
    assert optimum("") == pytest.approx(780)
    assert optimum("x,location,z,,capacity,set,0,b,,") == pytest.approx(780 + 0.25 * 150)


def test_what_nobody_wants_in_a_scenario_is_paid_for_all_the_same():
    """The contract of z is held in b for base, and in x, where nothing is wanted, its 20 cost 4 each."""
    only = {"offers": "location,item,unit_cost,min_quantity,currency\nz,part,8,20,CNY"}
    nothing = optimum("x,demand,m,,quantity,multiply,0,b,,", **only)

    assert nothing == pytest.approx(390 + 0.75 * 390 + 0.25 * 20 * 4)


def test_the_minimum_of_a_lane_is_paid_for_where_nothing_moves():
    """The lane to the market is used in b for base; in x, where nothing is wanted, its 20 units cost 1 each."""
    only = {
        "offers": "location,item,unit_cost\ns,part,10",
        "lanes": "origin,destination,unit_cost,min_quantity\ns,p,1,\np,w,1,\nw,m,1,20",
    }
    nothing = optimum("x,demand,m,,quantity,multiply,0,b,,", **only)

    assert nothing == pytest.approx(540 + 0.75 * 540 + 0.25 * 20)


def test_stock_is_kept_before_it_is_known_who_fails():
    """Both suppliers fail in b with probability 1/4, and a unit short costs 1000: 30 televisions are made ahead.

    Kept at the warehouse at 2 each: 60 in every case; in base they are used in b. 13 x 50 from z, whose capacity in a
    is 50, the other 10 from s at 18; in base nothing more is needed.
    """
    stock = "location,item,holding_cost\nw,tv,2"
    found = optimum("x,location,role:supplier,,capacity,set,0,b,,", inventory=stock)

    assert found == pytest.approx(50 * 13 + 10 * 18 + 60)
    assert optimum("x,location,role:supplier,,capacity,set,0,b,,") == pytest.approx(
        390 + 0.75 * 390 + 0.25 * 30_000
    )


def test_a_scenario_split_in_halves_changes_nothing():
    event = ",location,z,,capacity,multiply,0.3,b,,"
    halves = {"scenarios": "scenario,probability\nx,0.1\ny,0.15"}

    assert optimum(f"x{event}\ny{event}", **halves) == pytest.approx(optimum(f"x{event}"))


CHEAP = {
    "offers": "location,item,unit_cost\nz,part,4",
    "demand": "market,item,quantity,shortage_cost\nm,tv,30,1",
}


@pytest.mark.parametrize(
    ("scenario", "penalty", "found"),
    [
        ("base", "", 60 + 0.75 * 360),
        ("x", "", 60 + 0.25 * 360),
        ("all", "", 60 + 360),
        ("expected", "", 60 + 360),
        ("all", "4", 60 + 30 * 4),
        ("expected", "4", 60 + 30 * 4),
        ("x", "2", 60 + 30 * 2),
        ("x", "4", 60 + 0.25 * 360),
    ],
)
def test_a_policy_holds_in_the_scenario_that_it_names(scenario, penalty, found):
    """It costs 12 more to deliver a television than to leave it short, and half of the 60 are to be delivered.

    In x alone, or in base alone, those of b are: with the probability of the scenario. In each scenario, and on
    average, 30 are. A soft policy is bent at 4 a unit, with scenario `all` by the probability of each.
    """
    rules = f"policy,measure,min,scenario,penalty\nq,fill_rate,0.5,{scenario},{penalty}"

    assert optimum("x,demand,m,,quantity,multiply,1,b,,", policies=rules, **CHEAP) == pytest.approx(found)


def test_what_is_decided_for_all_scenarios_is_counted_once():
    places = "location,status,open_cost\np,candidate,5"
    rules = "policy,measure,max,scenario,penalty\nq,capex,4,all,1000"

    found = optimum("x,demand,m,,quantity,multiply,1,b,,", policies=rules, facilities=places)
    assert found == pytest.approx(optimum("", facilities=places) + 1000)


def weighing(**resilience):
    """Settings of two periods with a penalty."""
    return TWO | {"resilience": resilience}


@pytest.mark.parametrize(
    ("alpha", "weight", "found"),
    [(0.9, 0.5, 817.5 + 0.5 * (930 - 817.5)), (0.5, 0.4, 817.5 + 0.4 * (855 - 817.5))],
)
def test_the_tail_by_hand(alpha, weight, found):
    """780 with probability 3/4, 930 with 1/4: the mean of the worst tenth is 930, of the worst half 855."""
    settings = weighing(cvar_alpha=alpha, cvar_weight=weight)

    assert optimum("x,location,z,,capacity,set,0,b,,", settings) == pytest.approx(found)


def test_exposure_by_hand():
    """A tenth of what is paid by risk: 4 in China at 0.9 and 5 in Mexico at 0.2 for each of 60 televisions."""
    countries = "country,risk\nCN,0.9\nMX,0.2"

    found = optimum("", weighing(weight=0.5, exposure_weight=0.2), countries=countries)
    assert found == pytest.approx(780 + 60 * 0.1 * (4 * 0.9 + 5 * 0.2))


@pytest.mark.parametrize("by", ["location", "country"])
def test_concentration_by_hand(by):
    """Of 30 parts a share x from s costs 150 x more, and 120 (phi(x) + phi(1 - x)) for relying on few.

    phi has slope 0.2 k around k / 10, so the sum falls by 90 and by 42 up to x = 0.05 and 0.15, and rises by 6 after:
    phi(0.15) + phi(0.85) = 0.02 + 0.72.
    """
    found = optimum("", weighing(concentration_weight=1.0, concentration_by=by))

    assert found == pytest.approx(780 + 2 * (150 * 0.15 + 120 * 0.74))


@pytest.mark.parametrize(
    ("scenarios", "found"),
    [
        ("x,0.25,0.5", 60 + 0.25 * 180),
        ("base,,0.5\nx,0.25,", 60 + 0.75 * 360),
        ("x,0.25,\ncalm,0.25,0.5", 60 + 0.75 * 360),
    ],
)
def test_min_service_holds_from_the_first_event_on(scenarios, found):
    """15 of the 30 televisions of b in x, or 30 of the 60 of base: each costs 12 more than to leave it short.

    A scenario without events is base, so its 30 are those of base: they are delivered in b, of probability 3/4.
    """
    table = f"scenario,probability,min_service\n{scenarios}"

    assert optimum("x,demand,m,,quantity,multiply,1,b,,", **CHEAP | {"scenarios": table}) == pytest.approx(
        found
    )


@pytest.mark.parametrize("scenario", ["x", "calm"])
@pytest.mark.parametrize(
    "rule",
    [
        {"scenarios": "scenario,probability,min_service\nx,0,{x}\ncalm,0,{calm}"},
        {"policies": "policy,measure,min,scenario\nserved,fill_rate,0.5,{scenario}"},
    ],
    ids=list,
)
def test_nothing_has_to_be_met_in_a_scenario_of_probability_0(scenario, rule):
    """All 60 televisions of base are left short: what never happens is priced afterwards, with events or without."""
    words = {"x": 0, "calm": 0, scenario: 0.5} | {"scenario": scenario}
    never = {"scenarios": "scenario,probability\nx,0\ncalm,0"}
    rules = {name: text.format(**words) for name, text in rule.items()}

    assert optimum("x,demand,m,,quantity,multiply,1,b,,", **CHEAP | never | rules) == pytest.approx(60)


def test_demand_that_nothing_reaches_in_a_scenario_says_so():
    """Trucks that take 9 days instead of 1 come too late."""
    late = {"demand": "market,item,quantity,max_transit_days\nm,tv,30,5"}
    with pytest.raises(InstanceError) as caught:
        after("lane,w>m,,transit_days,set,9,b,,", **late)

    assert str(caught.value) == (
        "demand:2:quantity: nothing can reach this demand for tv at m in b of scenario x; found '30'; "
        "expected a route from a source, or a shortage_cost"
    )


def test_a_contract_is_linked_to_what_is_held_in_every_scenario():
    """Offers have a row a time, what is held has one a period: a link to another column would cut good plans off."""
    data = after(
        "demand,m,,quantity,multiply,1.5,a,,",
        locations=TABLES["locations"] + "\nq,plant,MX",
        production="location,item,unit_cost,max_quantity\np,tv,5,\nq,tv,5,10",
        lanes=TABLES["lanes"] + "\nz,q,default,1,unit,20,\nq,w,default,1,unit,3,",
    )
    linked = data.arcs.contract_link >= 0

    assert set(data.arcs.time[linked]) == {0, 1, 2, 3}
    found = data.links.contract_hold[data.arcs.contract_link[linked]]
    assert found.tolist() == data.offers.hold[data.arcs.offer[linked]].tolist()
