"""Every bound by hand."""

import numpy as np
import pytest

from planner.network import bounds
from planner.network.parts import parts
from tests.planner.network.reading import arcs, instance, network, one, runs

TWO = {"horizon": {"periods": ["a", "b"]}}
# a tv takes 2 boards by one recipe and 3 by the other; a board takes 4 chips
TABLES = {
    "locations": "location,role,country\ns,supplier,MX\np,plant,MX\nw,warehouse,MX\nm,market,MX\nn,market,MX",
    "items": "item,weight_kg\nchip,0.5\nboard,1\ntv,20",
    "offers": "location,item,unit_cost\ns,chip,1",
    "production": "location,item,recipe,capacity_use\np,board,base,1\np,tv,base,2\np,tv,old,5",
    "bom": "item,recipe,component,quantity\nboard,base,chip,4\ntv,base,board,2\ntv,old,board,3",
    "lanes": "origin,destination\ns,p\np,w\nw,m\nw,n\np,m",
    "demand": "market,item,period,quantity\nm,tv,a,10\nm,tv,b,20\nn,tv,,5\nm,board,b,7",
}
ONE_RECIPE = {"production": "location,item\np,board\np,tv"}


def useful(**more):
    return bounds.useful_quantities(parts(instance(TABLES, TWO, **more)))


def test_useful_quantities_without_stock_are_the_demand_of_the_period_exploded():
    # items are in the order of their ids: board, chip, tv
    assert useful().period.tolist() == [[45, 82], [180, 328], [15, 25]]


def test_useful_quantities_where_an_item_can_be_kept_are_those_of_the_rest_of_the_horizon():
    found = useful(inventory="location,item\nw,tv")
    assert found.period[2].tolist() == [40, 25]
    # boards cannot be kept, but all tvs may be made in the first period
    assert found.period[0].tolist() == [120, 82]
    assert found.rest[0].tolist() == [127, 82]
    assert found.after[0].tolist() == [82, 0]


def test_useful_quantities_of_a_kept_component_count_every_tv_once():
    found = useful(inventory="location,item\np,board\np,tv")
    assert found.period[0].tolist() == [3 * 40 + 7, 82]
    assert found.period[1].tolist() == [4 * 127, 4 * 82]


def test_useful_quantities_leave_room_for_what_a_policy_asks_for():
    asked = "policy,measure,who,item,min\nq,volume,s,chip,1000"
    assert useful(policies=asked).period[1].tolist() == [180, 328]
    kept = useful(policies=asked, inventory="location,item\np,chip")
    assert kept.shelf.tolist() == [0, 1000, 0]
    assert kept.period[1].tolist() == [508 + 1000, 328 + 1000]


def test_stock_at_the_start_may_be_left_over_as_a_part_of_something_else():
    found = useful(inventory="location,item,initial,max_stock\np,board,10,\np,tv,,4\np,chip,8,")
    # 10 boards and those of 8 chips make 6 tvs of 2 boards, but there is room for 4
    assert found.shelf.tolist() == [10 + 8 / 4, 8, 4]


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        ("count_suppliers,*,chip,2,,0.1", 2 * 0.1 * 508),
        ("supplier_share,*,chip,,0.25,", 508 * 3),
        ("volume_share,s,chip,0.8,,", 508 * 4),
        ("spend_share,s,chip,0.5,,", 508),
        ("spend,s,chip,300,,", 300),
        ("fill_rate,*,*,0.9,,", 0),
    ],
)
def test_a_policy_may_be_met_by_what_is_left_over(policy, left):
    asked = f"policy,measure,who,item,min,max,min_share\nq,{policy}"
    assert useful(policies=asked, inventory="location,item\np,chip").shelf.tolist() == pytest.approx(
        [0, left, 0]
    )


def test_what_a_policy_asks_for_may_lie_on_the_shelf_as_a_part_of_something_else():
    asked = "policy,measure,who,item,min\nq,volume,s,chip,1000"
    kept = useful(policies=asked, inventory="location,item\np,board")
    # 4 chips a board
    assert kept.shelf.tolist() == [250, 0, 0]
    assert kept.period[1].tolist() == [4 * (127 + 250), 4 * (82 + 250)]


def test_capacity_is_cut_to_what_the_hungriest_recipes_can_use():
    data = network(TABLES, TWO, facilities="location,capacity\np,\nw,12")
    # p: boards 1 x 45 and 1 x 82, tvs 5 x 15 and 5 x 25; w: 12 a period of 15 and 25 tvs
    names = list(data.options.facility_name)
    assert data.options.capacity[names.index("p")].tolist() == [45 + 75, 82 + 125]
    assert data.options.capacity[names.index("w")].tolist() == [12, 12]


def test_run_bound_is_the_least_of_use_limit_and_capacity():
    data = network(
        TABLES,
        TWO,
        facilities="location,option,status,capacity\np,small,open,30\np,big,candidate,40\np,huge,closed,900",
        production="location,item,recipe,capacity_use,max_quantity\np,board,base,1,33\np,tv,base,2,\np,tv,old,5,",
    )
    found = runs(data)
    assert one(found, item="board", period="a").upper == 33
    assert one(found, recipe="base", item="tv", period="a").upper == 15
    assert one(found, recipe="base", item="tv", period="b").upper == 20
    assert one(found, recipe="old", period="b").upper == 8


def test_arc_into_a_demand_is_bounded_by_it():
    found = arcs(network(TABLES, TWO))
    assert one(found, origin="w", destination="n", item="tv", period="a").upper == 5
    assert one(found, origin="p", destination="m", deal="old", period="b").upper == 20


def test_arc_into_a_plant_is_bounded_by_what_its_runs_eat():
    limited = "location,item,recipe,max_quantity\np,board,base,10\np,tv,base,\np,tv,old,"
    assert one(arcs(network(TABLES, TWO, production=limited)), origin="s", period="a").upper == 40
    kept = network(TABLES, TWO, production=limited, inventory="location,item\np,chip")
    assert one(arcs(kept), origin="s", period="a").upper == 80
    assert one(arcs(kept), origin="s", period="b").upper == 40


def test_arc_is_bounded_by_offer_lane_warehouse_and_initial_stock():
    data = network(
        TABLES,
        TWO,
        offers="location,item,unit_cost,capacity\ns,chip,1,99",
        lanes="origin,destination,per,capacity\ns,p,unit,\np,w,kg,120\nw,m,unit,\nw,n,unit,\np,m,unit,",
        facilities="location,capacity\nw,8",
        production="location,item,capacity_use,max_quantity\np,board,1,\np,tv,2,\nw,tv,2,3",
        inventory="location,item,initial\nw,tv,2",
    )
    found = arcs(data)
    assert one(found, origin="s", period="a").upper == 99
    assert one(found, origin="p", destination="w", item="tv", period="a").upper == 6
    out = found[(found["origin"] == "w") & (found["destination"] == "m")]
    assert one(out, deal="initial", period="a").upper == 2
    assert one(out, deal="base", period="a").upper == 3


def test_arc_out_of_a_plant_without_stock_is_bounded_by_its_run():
    data = network(TABLES, TWO, production="location,item,max_quantity\np,board,\np,tv,4")
    assert one(arcs(data), origin="p", destination="w", item="tv", period="b").upper == 4
    data = network(
        TABLES,
        TWO,
        production="location,item,max_quantity\np,board,\np,tv,4",
        inventory="location,item\np,tv",
    )
    assert one(arcs(data), origin="p", destination="m", item="tv", period="b").upper == 20


def test_offer_capacity_is_cut_to_what_is_useful():
    assert network(TABLES, TWO).offers.capacity.tolist() == [180, 328]


def test_lane_capacity_is_cut_to_what_its_items_can_use():
    lanes = "origin,destination,per,capacity,fixed_cost\ns,p,kg,1e9,\np,w,unit,,9\nw,m,unit,,\nw,n,unit,,\np,m,kg,300,"
    data = network(TABLES, TWO, lanes=lanes)
    found = {
        (data.lanes.origin[lane], data.lanes.destination[lane], time): capacity
        for lane, time, capacity in zip(
            data.lane_loads.lane, data.lane_loads.time, data.lane_loads.capacity, strict=True
        )
    }
    assert found["s", "p", 0] == 0.5 * 180
    assert found["p", "w", 0] == 15  # tvs; boards are not wanted before b
    assert found["p", "w", 1] == 25 + 82
    assert found["p", "m", 0] == 10 * 20
    assert found["p", "m", 1] == 300


def test_stock_is_bounded_by_the_rest_of_the_horizon_and_max_stock():
    data = network(TABLES, TWO, inventory="location,item,initial,max_stock\nw,tv,3,\np,tv,0,6", **ONE_RECIPE)
    bound = {}
    for place, upper in zip(data.stocks.place, data.stocks.upper, strict=True):
        good = data.goods.deal[data.places.good[place]]
        bound[data.places.location[place], good, int(data.places.time[place])] = upper
    # new tvs are worth keeping for the 25 of period b; old ones are there whether wanted or not, to the end,
    # and new ones may be left over in their place
    assert bound == {
        ("w", "base", 0): 25 + 3,
        ("w", "base", 1): 3,
        ("w", "initial", 0): 3,
        ("w", "initial", 1): 3,
        ("p", "base", 0): 6,
        ("p", "base", 1): 3,
    }
    first = np.flatnonzero(data.stocks.limit_time == 0)
    limits = {data.stocks.limit_location[at]: data.stocks.limit_quantity[at] for at in first}
    assert limits["p"] == 6
    assert limits["w"] == 25 + 3 + 3


def test_loss_is_bounded_by_what_was_there():
    data = network(
        TABLES,
        TWO,
        inventory="location,item,initial\nw,tv,3",
        facilities="location,status,fixed_cost\nw,open,5",
        **ONE_RECIPE,
    )
    lost = {
        (data.goods.deal[data.places.good[place]], int(data.places.time[place])): upper
        for place, upper in zip(data.stocks.loss_place, data.stocks.loss_upper, strict=True)
    }
    assert lost == {("initial", 0): 3, ("initial", 1): 3, ("base", 1): 25 + 3}


def test_buffer_is_bounded_by_the_whole_horizon():
    data = network(TABLES, TWO, inventory="location,item,buffer_max\nw,tv,1000\np,chip,7")
    assert sorted(zip(data.buffers.item, data.buffers.upper, strict=True)) == [("chip", 7), ("tv", 40)]


def test_plant_link_bounds_are_the_demand_and_the_useful_quantity():
    data = network(TABLES, TWO, facilities="location\np\nw")
    linked = arcs(data).query("plant_link >= 0")
    served = one(linked, origin="w", destination="m", item="tv", period="b").plant_link
    assert data.links.plant_bound[served] == 20
    # a plant that makes several items is linked to each: both recipes of the tv together
    made = runs(data)
    first = made[(made["item"] == "tv") & (made["period"] == "a")]["plant_link"]
    assert first.nunique() == 1
    assert data.links.plant_bound[first.iloc[0]] == 15


def test_contract_link_bound_is_what_the_end_can_use():
    data = network(
        TABLES,
        TWO,
        offers="location,item,contract,unit_cost,capacity\ns,chip,small,2,50\ns,chip,large,1,",
    )
    found = arcs(data)
    # 180 chips are of use in a, at the plant as anywhere: the contract says as much itself
    assert set(found["contract_link"]) == {-1}
    direct = "origin,destination\ns,p\np,m\np,w\nw,n\ns,m"
    data = network(
        TABLES,
        lanes=direct,
        offers="location,item,contract,unit_cost\ns,chip,small,2\ns,chip,large,1",
        demand="market,item,quantity\nm,tv,10\nm,chip,6",
    )
    link = one(arcs(data), origin="s", destination="m", deal="small").contract_link
    assert data.links.contract_bound[link] == 6


def test_every_bound_is_finite():
    data = network(TABLES, TWO, inventory="location,item,initial\nw,tv,3", facilities="location\np\nw")
    for figures in (
        data.arcs.upper,
        data.runs.upper,
        data.needs.feed_upper,
        data.stocks.upper,
        data.stocks.limit_quantity,
        data.options.capacity,
        data.offers.capacity,
        data.links.plant_bound,
    ):
        assert np.isfinite(figures).all()


@pytest.mark.parametrize("quantity", [0, 3])
def test_demand_of_nothing_has_no_arcs(quantity):
    data = network(TABLES, demand=f"market,item,quantity\nm,tv,10\nn,tv,{quantity}")
    assert ("n" in data.lanes.destination) == (quantity > 0)
