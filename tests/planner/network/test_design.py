"""What is decided: options, contracts, suppliers, links, stock and buffers."""

import pytest

from planner.network import examined
from tests.planner.network.reading import arcs, instance, network, one, places, runs

TWO = {"horizon": {"periods": ["a", "b"]}, "costs": {"carrying_rate": 0.365}}
TABLES = {
    "locations": "location,role,country\ns,supplier,MX\nz,supplier,MX\np,plant,MX\nw,warehouse,MX\nm,market,MX",
    "items": "item,customs_value\npart,\ntv,100",
    "offers": "location,item,unit_cost\ns,part,10\nz,part,12",
    "production": "location,item\np,tv",
    "bom": "item,component,quantity\ntv,part,2",
    "lanes": "origin,destination\ns,p\nz,p\np,w\np,m\nw,m",
    "demand": "market,item,quantity\nm,tv,30",
}


def decided(data):
    names = zip(data.options.facility, data.options.name, data.options.decided, strict=True)
    return {f"{data.options.facility_name[f]} {name}": bool(flag) for f, name, flag in names}


def test_an_open_facility_without_cost_or_alternative_is_not_decided():
    assert decided(network(TABLES, facilities="location,status,close_cost\np,open,9\nw,open,")) == {
        "p base": False,
        "w base": False,
    }
    mixed = "location,option,status,fixed_cost\np,base,open,1\nw,base,open,\nw,big,candidate,"
    assert decided(network(TABLES, facilities=mixed)) == {"p base": True, "w base": True, "w big": True}


def test_a_closed_option_is_not_decided_and_never_usable():
    data = network(TABLES, facilities="location,option,status\np,old,closed\np,new,candidate")
    assert decided(data) == {"p new": True, "p old": False}
    assert not data.options.initially_open.any()


@pytest.mark.parametrize(("measure", "decides"), [("count_open", True), ("capex", True), ("spend", False)])
def test_a_free_facility_is_decided_where_a_policy_counts_it(measure, decides):
    data = network(
        TABLES, facilities="location,status\np,open", policies=f"policy,measure,max\nq,{measure},1000000"
    )
    assert decided(data) == {"p base": decides}


def test_a_free_facility_is_decided_where_closing_would_throw_stock_away():
    data = network(TABLES, facilities="location,status\nw,open", inventory="location,item,initial\nw,tv,3")
    assert decided(data) == {"w base": True}
    assert len(data.stocks.loss_place) == 1


def test_an_expansion_names_the_option_it_grows_out_of():
    data = network(TABLES, facilities="location,option,expands\np,large,small\np,small,\nw,small,")
    options = data.options
    large = list(options.name).index("large")
    old = options.expands[large]
    assert (options.name[old], options.facility_name[options.facility[old]]) == ("small", "p")
    assert sorted(options.expands)[:2] == [-1, -1]


def test_an_expansion_can_be_used_only_after_what_it_grows_out_of():
    """The small one may be opened in a, the large one in b and used in c; at once where the small one is open."""
    three = {"horizon": {"periods": ["a", "b", "c"]}}
    wish = "market,item,quantity,shortage_cost\nm,tv,30,9"
    grown = "location,option,status,expands,setup_periods\np,large,,small,1\np,small,{},,3"

    late, soon = (
        runs(network(TABLES, three, facilities=grown.format(status), demand=wish))["period"].tolist()
        for status in ("candidate", "open")
    )
    assert (late, soon) == (["c"], ["a", "b", "c"])


def test_free_contracts_are_not_decided():
    data = network(TABLES, TWO)
    assert not data.holds.decided.any()
    assert (data.holds.supplier == -1).all()
    assert len(set(data.holds.rivals)) == 4
    assert set(arcs(data)["contract_link"]) == {-1}


def test_rivals_minima_candidates_and_fixed_costs_are_decided():
    data = network(
        TABLES,
        offers="location,item,contract,unit_cost,min_quantity\ns,part,a,10,\ns,part,b,9,5\nz,part,base,12,",
        suppliers="location,status,max_spend\nz,approved,100",
    )
    holds = {
        (place, name): position
        for position, (place, name) in enumerate(zip(data.holds.location, data.holds.contract, strict=True))
    }
    assert data.holds.decided[[holds["s", "a"], holds["s", "b"], holds["z", "base"]]].tolist() == [
        True,
        True,
        False,
    ]
    assert data.holds.rivals[holds["s", "a"]] == data.holds.rivals[holds["s", "b"]]
    # a limit on spend decides nothing about the contract, but the supplier is there to be limited
    assert data.suppliers.name == ("z",)
    assert data.holds.supplier[holds["z", "base"]] == 0
    assert data.offers.minimum[holds["s", "b"]] == 5
    for status in ("location,status\nz,candidate", "location,fixed_cost\nz,7"):
        data = network(TABLES, suppliers=status)
        assert dict(zip(data.holds.location, data.holds.decided, strict=True)) == {"s": False, "z": True}


def test_suppliers_without_anything_to_decide_or_pay_are_left_out():
    table = "location,status,qualify_cost\ns,approved,9\nz,excluded,9"
    assert network(TABLES, suppliers=table).suppliers.name == ()


def test_facilities_are_linked_to_demands_only_where_they_are_decided():
    data = network(TABLES, TWO, facilities="location,status,fixed_cost\np,open,\nw,open,4")
    found = arcs(data)
    assert set(found[found["origin"] == "p"]["plant_link"]) == {-1}
    linked = found[found["origin"] == "w"]
    links = data.links
    assert [data.options.facility_name[f] for f in links.plant_facility] == ["w", "w"]
    assert links.plant_period[linked["plant_link"]].tolist() == [0, 1]
    assert links.plant_bound.tolist() == [30, 30]


def test_what_no_capacity_holds_is_linked():
    free = "location,item,capacity_use\np,tv,0\nw,tv,0"
    data = network(
        TABLES,
        production=free,
        facilities="location,fixed_cost\np,5\nw,5",
        locations=TABLES["locations"] + "\nv,warehouse,MX",
        lanes="origin,destination\ns,p\nz,p\np,w\nw,v\nv,m",
    )
    run = one(runs(data), item="tv")
    assert data.links.plant_bound[run.plant_link] == 30
    between = one(arcs(data), origin="w", destination="v")
    assert data.options.facility_name[data.links.plant_facility[between.plant_link]] == "w"
    assert one(arcs(data), origin="p", destination="w").plant_link == -1


def test_what_leaves_the_stock_of_a_plant_is_linked():
    data = network(
        TABLES, TWO, facilities="location,fixed_cost\np,5", inventory="location,item,initial\np,tv,4"
    )
    leaving = arcs(data).query("origin == 'p' and destination == 'w' and deal == 'base'")
    assert (leaving["plant_link"] >= 0).all()


def test_stock_goes_from_period_to_period_with_its_cost():
    data = network(
        TABLES, TWO, inventory="location,item,initial,initial_value,holding_cost\nw,tv,4,80,0.5\np,part,,,2"
    )
    found, stocks = places(data), data.stocks
    rows = {}
    entered = dict(zip(stocks.entry_stock.tolist(), stocks.entry_place.tolist(), strict=True))
    for at in range(len(stocks.place)):
        place = found.iloc[stocks.place[at]]
        then = found.iloc[entered[at]] if at in entered else None
        assert then is None or (then.location, then.source, then.deal) == (
            place.location,
            place.source,
            place.deal,
        )
        rows[place.location, place.source, place.deal, place.period] = (stocks.storage[at], then is not None)
    year = 0.365 * 365 / 365
    assert rows == {
        ("w", "w", "initial", "a"): (pytest.approx(0.5 + 80 * year), True),
        ("w", "w", "initial", "b"): (pytest.approx(0.5 + 80 * year), False),
        ("w", "p", "base", "a"): (pytest.approx(0.5 + 100 * year), True),
        ("w", "p", "base", "b"): (pytest.approx(0.5 + 100 * year), False),
        ("p", "s", "base", "a"): (pytest.approx(2 + 10 * year), True),
        ("p", "z", "base", "a"): (pytest.approx(2 + 12 * year), True),
    }
    assert found["initial"].sum() == 4
    assert one(found, deal="initial", period="a").initial == 4


def test_initial_stock_of_a_plant_leaves_it_only_if_the_plant_makes_it():
    data = network(TABLES, inventory="location,item,initial\np,tv,4\np,part,3")
    found = places(data)
    assert one(found, deal="initial", item="tv", location="p").kind == 1
    assert one(found, deal="initial", item="part").kind == 0
    assert len(arcs(data).query("origin == 'p' and deal == 'initial'")) == 2


def test_initial_stock_that_nobody_wants_is_still_there():
    data = network(TABLES, TWO, items="item\npart\ntv\nbrick", inventory="location,item,initial\nw,brick,9")
    assert list(places(data).query("item == 'brick'")["initial"]) == [9, 0]
    assert data.stocks.upper.tolist() == [9, 9]


def test_initial_stock_at_a_location_that_cannot_be_usable_is_lost():
    tables = {"facilities": "location,setup_periods\nw,1", "inventory": "location,item,initial\nw,tv,9"}
    data = network(TABLES, TWO, **tables)
    lost = data.places.initial[data.stocks.loss_place]
    assert lost[0] == 9
    assert not (data.stocks.place == data.stocks.loss_place[0]).any()
    (warning,) = examined(instance(TABLES, TWO, **tables))[1]
    assert warning.place.endswith(":2:initial")


def test_a_buffer_costs_its_keeping_and_what_is_tied_up():
    data = network(TABLES, TWO, inventory="location,item,buffer_max,buffer_cost\nw,tv,8,3\nw,part,,")
    assert (data.buffers.location, data.buffers.item) == (("w",), ("tv",))
    assert data.buffers.cost.tolist() == pytest.approx([3 + 100 * 0.365])
    assert data.buffers.upper.tolist() == [8]


def test_a_contract_is_not_linked_where_it_says_as_much_itself():
    data = network(
        TABLES,
        offers="location,item,contract,unit_cost\ns,tv,x,10\ns,tv,y,12",
        production="",
        bom="",
        lanes="origin,destination\ns,m\ns,w\nw,m",
        demand="market,item,quantity\nm,tv,30",
    )
    # one market: the contract is cut to what that market wants
    assert len(data.links.contract_hold) == 0
