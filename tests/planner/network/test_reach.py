"""Only what comes from a source and reaches a market is there: by hand, on small networks."""

import pytest

from planner.errors import InstanceError
from planner.network import build, examined
from tests.planner.network.reading import arcs, instance, network, places, runs, ways

# two makers of parts, a plant, two warehouses, a market
TABLES = {
    "locations": "location,role,country\n"
    "s,supplier,CN\nz,supplier,VN\np,plant,MX\nv,warehouse,MX\nw,warehouse,US\nm,market,US",
    "items": "item\npart\ntv\nradio\nphone",
    "offers": "location,item,unit_cost\ns,part,10\nz,part,12\nz,radio,3",
    "production": "location,item\np,tv",
    "bom": "item,component,quantity\ntv,part,2",
    "lanes": "origin,destination\ns,p\np,v\nv,w\nw,m\nw,v\nz,v",
    "demand": "market,item,quantity\nm,tv,30",
}
# money is tied up on the way, so parts of different cost are different goods
DEAR = {"costs": {"carrying_rate": 0.1}}
TWO = {"horizon": {"periods": ["a", "b"]}}


def test_goods_follow_chains_of_warehouses_and_nothing_else_is_there():
    # z ships to a warehouse only, and no plant is fed from there; radios are not wanted anywhere
    assert ways(network(TABLES)) == ["p>v tv p 1", "s>p part s 1", "v>w tv p 1", "w>m tv p 1", "w>v tv p 1"]


def test_a_part_reaches_a_plant_through_a_warehouse_and_keeps_its_source():
    data = network(TABLES, DEAR, lanes="origin,destination\nz,v\nv,p\np,m")
    assert ways(data) == ["p>m tv p 1", "v>p part z 1", "z>v part z 1"]


def test_parallel_modes_are_parallel_arcs():
    data = network(TABLES, lanes="origin,destination,mode\ns,p,sea\ns,p,air\np,m,truck")
    assert sorted(arcs(data)["mode"]) == ["air", "sea", "truck"]


def test_a_recipe_needs_all_its_components():
    boxed = {"items": "item\npart\ntv\nbox", "bom": "item,component,quantity\ntv,part,2\ntv,box,1"}
    boxed |= {"offers": "location,item,unit_cost\ns,part,10", "lanes": "origin,destination\ns,p\np,m"}
    with pytest.raises(InstanceError, match="nothing can reach this demand for tv at m; found '"):
        network(TABLES, **boxed)


def test_a_recipe_without_its_component_is_left_out_beside_one_that_has_all():
    data = network(
        TABLES,
        items="item\npart\ntv\nglue",
        production="location,item,recipe\np,tv,base\np,tv,glued",
        bom="item,recipe,component,quantity\ntv,base,part,2\ntv,glued,part,1\ntv,glued,glue,1",
        offers="location,item,unit_cost\ns,part,10",
        lanes="origin,destination\ns,p\np,m",
    )
    assert list(runs(data)["recipe"]) == ["base"]


def test_a_recipe_without_lines_is_made_from_nothing():
    data = network(TABLES, bom="", lanes="origin,destination\np,m", offers="")
    assert ways(data) == ["p>m tv p 1"]
    assert len(data.needs.run) == 0


def test_a_plant_feeds_a_plant_and_itself():
    data = network(
        TABLES,
        locations="location,role,country\ns,supplier,CN\np,plant,MX\nq,plant,US\nm,market,US",
        items="item\npart\nboard\ntv",
        offers="location,item,unit_cost\ns,part,10",
        production="location,item\np,board\np,tv\nq,tv",
        bom="item,component,quantity\nboard,part,3\ntv,board,2",
        lanes="origin,destination\ns,p\np,q\np,m\nq,m",
    )
    assert ways(data) == ["p>m tv p 1", "p>q board p 1", "q>m tv q 1", "s>p part s 1"]
    # the plant's own boards are fed from where they are made
    fed = places(data).iloc[data.needs.feed_place]
    assert sorted(zip(fed["location"], fed["item"], fed["kind"], strict=True)) == [
        ("p", "board", 1),
        ("p", "part", 0),
        ("q", "board", 0),
    ]


def test_what_a_plant_does_not_make_cannot_leave_it():
    with pytest.raises(InstanceError, match="part at m"):
        network(TABLES, demand="market,item,quantity\nm,part,1", lanes="origin,destination\ns,p\np,m")


def test_a_lane_that_takes_too_long_does_not_serve_the_market():
    slow = "origin,destination,mode,transit_days,gateways\ns,p,default,9,\np,m,sea,4,port\np,m,air,1,"
    data = network(
        TABLES,
        lanes=slow,
        gateways="gateway,dwell_days\nport,3",
        demand="market,item,quantity,max_transit_days\nm,tv,30,6.5",
    )
    assert sorted(arcs(data)["mode"]) == ["air", "default"]
    data = network(
        TABLES,
        lanes=slow,
        gateways="gateway,dwell_days\nport,3",
        demand="market,item,quantity,max_transit_days\nm,tv,30,7",
    )
    assert sorted(arcs(data)["mode"]) == ["air", "default", "sea"]


def test_a_warehouse_with_rows_handles_only_their_items():
    handles = {"lanes": "origin,destination\np,w\ns,p\nw,m"}
    data = network(TABLES, production="location,item\np,tv\nw,tv", **handles)
    assert "w>m tv p 1" in ways(data)
    with pytest.raises(InstanceError, match="nothing can reach"):
        network(TABLES, production="location,item\np,tv\nw,radio", **handles)


def test_stock_carries_what_is_on_offer_only_in_one_period_to_the_other():
    stocked = {
        "offers": "location,item,period,unit_cost\ns,part,a,10",
        "lanes": "origin,destination\ns,p\np,m",
        "inventory": "location,item\np,part",
    }
    data = network(TABLES, TWO, **stocked)
    assert ways(data) == ["p>m tv p a", "p>m tv p b", "s>p part s a"]
    assert [data.places.location[n] for n in data.stocks.place] == ["p"]
    with pytest.raises(InstanceError, match="tv at m in b"):
        network(TABLES, TWO, **(stocked | {"inventory": ""}))


def test_a_candidate_is_not_there_before_it_can_be_set_up():
    slow = {"facilities": "location,setup_periods\np,1", "lanes": "origin,destination\ns,p\np,m"}
    soft = "market,item,quantity,shortage_cost\nm,tv,30,9"
    assert ways(network(TABLES, TWO, demand=soft, **slow)) == ["p>m tv p b", "s>p part s b"]


def test_a_closed_plant_and_an_excluded_supplier_are_not_there():
    two = {"lanes": "origin,destination\ns,p\nz,p\np,m"}
    data = network(TABLES, suppliers="location,status\nz,excluded", **two)
    assert ways(data) == ["p>m tv p 1", "s>p part s 1"]
    with pytest.raises(InstanceError, match="nothing can reach"):
        network(TABLES, facilities="location,status\np,closed", **two)


def test_a_candidate_supplier_is_not_there_before_it_can_be_qualified():
    data = network(
        TABLES,
        TWO,
        suppliers="location,status,qualify_periods\nz,candidate,1",
        lanes="origin,destination\ns,p\nz,p\np,m",
    )
    assert [way for way in ways(data) if way.startswith("z")] == ["z>p part z b"]


def test_hard_demand_out_of_reach_is_an_error_with_its_row():
    late = "market,item,period,quantity\nm,tv,,30\nm,phone,b,1\nm,phone,a,0"
    with pytest.raises(InstanceError) as raised:
        build(instance(TABLES, TWO, demand=late))
    (problem,) = raised.value.problems
    assert str(problem) == (
        "demand:3:quantity: nothing can reach this demand for phone at m in b; found '1'; "
        "expected a route from a source, or a shortage_cost"
    )


def test_soft_demand_out_of_reach_is_a_warning():
    soft = instance(TABLES, demand="market,item,quantity,shortage_cost\nm,tv,30,\nm,phone,4,2")
    data = build(soft)
    assert list(data.demands.may_short) == [True, False] or list(data.demands.may_short) == [False, True]
    (warning,) = examined(soft)[1]
    assert str(warning) == (
        "demand:3:quantity: nothing can reach this demand for phone at m: all of it will be short; found '4'"
    )


def test_made_goods_that_come_back_to_their_plant_are_components_there():
    data = network(
        TABLES,
        TWO,
        locations="location,role,country\np,plant,MX\nw,warehouse,MX\nm,market,MX",
        items="item\nboard\ntv",
        offers="",
        production="location,item\np,board\np,tv",
        bom="item,component,quantity\ntv,board,1",
        lanes="origin,destination\np,w\nw,p\np,m",
        inventory="location,item\nw,board",
    )
    back = places(data).query("location == 'p' and item == 'board'")
    assert sorted(zip(back["kind"], back["period"], strict=True)) == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]
