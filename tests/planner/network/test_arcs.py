"""What a unit costs on an arc, and what it shares with others: by hand."""

import pytest

from tests.planner.network.reading import arcs, network, one, places, runs

TABLES = {
    "locations": "location,role,country\ns,supplier,CN\np,plant,MX\nw,warehouse,US\nm,market,US\nn,market,US",
    "items": "item,customs_value,weight_kg,volume_m3\npart,,2,0.01\ntv,200,20,0.1",
    "offers": "location,item,contract,period,unit_cost\ns,part,base,a,50\ns,part,base,b,60",
    "production": "location,item,unit_cost\np,tv,30",
    "bom": "item,component,quantity\ntv,part,1",
    "lanes": "origin,destination,mode,unit_cost,per,transit_days,gateways,emission_kg\n"
    "s,p,sea,0.5,kg,20,port;canal,0.1\np,w,truck,100,m3,3,,7\nw,m,truck,2,unit,1,,0.5",
    "gateways": "gateway,unit_cost,per,dwell_days,capacity\nport,1.5,kg,4,1000\ncanal,8,m3,1,",
    "demand": "market,item,quantity\nm,tv,10",
}
SETTINGS = {
    "horizon": {"periods": ["a", "b"], "days_per_period": 91, "discount_rate": 0.1},
    "costs": {"carrying_rate": 0.1, "insurance_rate": 0.02, "carbon_price": 0.05},
}


def test_freight_handling_insurance_and_pipeline_of_a_bought_part():
    arc = one(arcs(network(TABLES, SETTINGS)), origin="s", period="b")
    assert arc.purchase == 60
    assert arc.freight == 0.5 * 2
    assert arc.handling == pytest.approx(1.5 * 2 + 8 * 0.01)
    assert arc.insurance == pytest.approx(0.02 * 60)
    assert arc.pipeline == pytest.approx(60 * 0.1 * (20 + 4 + 1) / 365)
    assert arc.carbon == pytest.approx(0.05 * 0.1 * 2)
    assert arc.lane_weight == 2


def test_a_made_good_has_the_value_that_customs_sees():
    arc = one(arcs(network(TABLES, SETTINGS)), origin="p", period="a")
    assert arc.purchase == 0
    assert arc.freight == pytest.approx(100 * 0.1)
    assert arc.insurance == pytest.approx(0.02 * 200)
    assert arc.pipeline == pytest.approx(200 * 0.1 * 3 / 365)


def test_value_by_recipe_and_period_and_blank_counts_as_nothing():
    data = network(
        TABLES,
        SETTINGS,
        items="item,customs_value,weight_kg,volume_m3\npart,,2,0.01\ntv,,20,0.1",
        production="location,item,period,customs_value\np,tv,a,150\np,tv,b,",
    )
    assert one(arcs(data), origin="p", period="a").insurance == pytest.approx(3)
    assert one(arcs(data), origin="p", period="b").insurance == 0


def test_a_warehouse_adds_its_handling_and_emission():
    data = network(
        TABLES,
        SETTINGS,
        production="location,item,unit_cost,capacity_use,max_quantity\np,tv,30,1,\nw,tv,4,0.5,9",
        facilities="location,status,emission_kg\nw,open,3",
    )
    arc = one(arcs(data), origin="w", period="a")
    assert arc.conversion == 4
    assert arc.capacity_use == 0.5
    assert arc.carbon == pytest.approx(0.05 * (0.5 + 0.5 * 3))
    assert data.options.facility_name[arc.facility] == "w"
    assert data.production_limits.quantity[arc.production_limit] == 9
    # inside a country nothing is insured
    assert arc.insurance == 0


def test_a_warehouse_without_rows_is_free_and_takes_a_unit_of_capacity():
    arc = one(arcs(network(TABLES, SETTINGS)), origin="w", period="a")
    assert (arc.conversion, arc.capacity_use, arc.facility, arc.production_limit) == (0, 1, -1, -1)


def test_a_run_emits_what_all_options_emit():
    data = network(
        TABLES, SETTINGS, facilities="location,option,emission_kg,status\np,a,3,open\np,b,3,\np,c,9,closed"
    )
    assert data.runs.carbon.tolist() == pytest.approx([0.15, 0.15])
    assert len(data.uses.option) == 0


def test_capacity_is_metered_where_options_emit_differently():
    data = network(TABLES, SETTINGS, facilities="location,option,emission_kg,capacity\np,a,3,4\np,b,2,")
    assert data.runs.carbon.tolist() == [0, 0]
    assert sorted(zip(data.uses.option, data.uses.time, data.uses.upper, strict=True)) == [
        (0, 0, 4),
        (0, 1, 4),
        (1, 0, 10),
        (1, 1, 10),
    ]
    assert sorted(set(data.uses.carbon)) == pytest.approx([0.1, 0.15])
    free = {**SETTINGS, "costs": {}}
    data = network(TABLES, free, facilities="location,option,emission_kg,capacity\np,a,3,4\np,b,2,")
    assert len(data.uses.option) == 0


def test_a_good_from_stock_keeps_the_terms_of_its_last_row():
    data = network(
        TABLES,
        SETTINGS,
        locations="location,role,country\ns,supplier,CN\np,plant,MX\nw,warehouse,MX\nm,market,US",
        offers="location,item,period,unit_cost\ns,tv,a,90",
        production="",
        bom="",
        lanes="origin,destination\ns,w\nw,m",
        inventory="location,item\nw,tv",
    )
    late = one(arcs(data), origin="w", period="b")
    assert late.insurance == pytest.approx(0.02 * 90)


def test_lanes_are_numbered_by_row_and_watched_where_they_are_limited():
    data = network(
        TABLES,
        SETTINGS,
        lanes="origin,destination,mode,item,unit_cost,capacity,fixed_cost,min_quantity\n"
        "s,p,sea,*,1,,,\np,w,truck,tv,1,7,,\nw,m,truck,*,3,,90,4\nw,m,air,*,5,,,2",
    )
    table = {data.lanes.mode[lane] + data.lanes.origin[lane]: lane for lane in range(len(data.lanes.row))}
    assert sorted(table) == ["airw", "seas", "truckp", "truckw"]
    uses = list(zip(data.lane_uses.lane, data.lane_uses.period, data.lane_uses.fixed_cost, strict=True))
    assert sorted(uses) == sorted(
        [(table["truckw"], t, 90) for t in (0, 1)] + [(table["airw"], t, 0) for t in (0, 1)]
    )
    loads = data.lane_loads
    for load in range(len(loads.lane)):
        if loads.lane[load] == table["truckp"]:
            assert (loads.use[load], loads.capacity[load]) == (-1, 7)
        else:
            use = loads.use[load]
            assert (data.lane_uses.lane[use], data.lane_uses.period[use]) == (
                loads.lane[load],
                loads.time[load],
            )
        watched = arcs(data)["lane_load"] == load
        assert (data.arcs.lane[watched] == loads.lane[load]).all()
        assert (data.arcs.time[watched] == loads.time[load]).all()
    pays = loads.lane == table["truckw"]
    assert (loads.minimum[pays] == 4).all()
    assert (loads.freight[pays] == 3).all()


def test_gateways_of_finite_capacity_see_what_passes_in_their_own_measure():
    loads = network(TABLES, SETTINGS).gateway_loads
    assert loads.gateway == ("port", "port")
    assert loads.capacity.tolist() == [1000, 1000]
    assert loads.passage_weight.tolist() == [2, 2]
    assert loads.time[loads.passage_load].tolist() == [0, 1]


def test_single_sourcing_assigns_one_lane():
    data = network(
        TABLES,
        SETTINGS,
        lanes="origin,destination,mode\ns,p,sea\np,m,truck\np,m,air\np,n,air\np,n,truck",
        demand="market,item,period,quantity,single_source\nm,tv,a,10,yes\nm,tv,b,10,no\nn,tv,,3,no",
    )
    demands = data.demands
    assert len(demands.sourced_demand) == 1
    assert demands.market[demands.sourced_demand[0]] == "m"
    assert sorted(data.lanes.mode[lane] for lane in demands.assign_lane) == ["air", "truck"]
    bound = arcs(data).query("single_source >= 0")
    assert list(bound["destination"] + bound["period"]) == ["ma", "ma"]
    assert demands.assign_lane[demands.single_assign[bound["single_source"]]].tolist() == [
        list(data.lanes.mode).index(mode) for mode in bound["mode"]
    ]


def test_profit_lets_demand_go_at_the_loss_of_its_price():
    table = {"demand": "market,item,quantity,shortage_cost,price\nm,tv,10,,300\nn,tv,5,20,250"}
    lanes = {"lanes": "origin,destination\ns,p\np,m\np,n"}
    data = network(TABLES, {"instance": {"name": "x", "objective": "profit"}}, offers=OFFER, **lanes, **table)
    assert data.demands.may_short.tolist() == [True, True]
    assert data.demands.shortage_cost.tolist() == [300, 270]
    data = network(TABLES, offers=OFFER, **lanes, **table)
    assert data.demands.may_short.tolist() == [False, True]
    assert data.demands.shortage_cost.tolist() == [0, 20]


OFFER = "location,item,unit_cost\ns,part,50"


def test_money_of_a_row_is_in_its_currency():
    data = network(
        TABLES,
        currencies="currency,rate\nCNY,0.14",
        offers="location,item,unit_cost,currency\ns,part,50,CNY",
    )
    assert one(arcs(data), origin="s").purchase == pytest.approx(7)


def test_periods_are_discounted_to_the_base_date():
    data = network(TABLES, SETTINGS)
    assert data.periods.discount.tolist() == pytest.approx([1, 1.1 ** (-90 / 365)])
    assert data.periods.days == 91


def test_charges_fall_on_arcs_that_cross_a_border():
    data = network(
        TABLES,
        SETTINGS,
        tariffs="importer,origin,programme,rate\nMX,CN,MFN,0.05\nUS,MX,MFN,0.02\nUS,US,MFN,0.9",
        countries="country,customs_basis\nMX,CIF",
    )
    charges, found = data.charges, arcs(data)
    assert charges.programme_name == ("duty:MFN",)
    amount = {
        (found["origin"][arc], found["period"][arc]): money
        for arc, money in zip(charges.arc, charges.amount, strict=True)
    }
    # Mexico takes freight and insurance into the value
    assert amount["s", "a"] == pytest.approx(0.05 * (50 + 1 + 1))
    assert amount["p", "b"] == pytest.approx(0.02 * 200)
    assert ("w", "a") not in amount


def test_runs_have_their_recipe_limit_set_up_and_place():
    data = network(
        TABLES,
        SETTINGS,
        production="location,item,period,unit_cost,max_quantity,setup_cost\np,tv,a,30,12,99\np,tv,b,31,,",
    )
    first, second = one(runs(data), period="a"), one(runs(data), period="b")
    assert (first.conversion, second.conversion) == (30, 31)
    assert data.production_limits.quantity[first.production_limit] == 12
    assert second.production_limit == -1
    assert data.set_ups.cost.tolist() == [99]
    assert (first.set_up, second.set_up) == (0, -1)
    made = places(data).iloc[first.output]
    assert (made.location, made["item"], made.period, made.kind) == ("p", "tv", "a", 1)
