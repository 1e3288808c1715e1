import pytest


def warnings(instance):
    return [str(warning) for warning in instance.warnings]


def test_the_small_instance_is_not_suspicious(make):
    assert warnings(make()) == []


@pytest.mark.parametrize(
    ("tables", "start"),
    [
        (
            {"tariffs": "importer,origin,programme,rate\nUS,*,MFN,25"},
            "tariffs:2:rate: a suspicious figure; found '25'",
        ),
        (
            {"tariffs": "importer,origin,programme,rate\nFR,*,MFN,0.1"},
            "tariffs:2:importer: the row is not used",
        ),
        (
            {"fees": "importer,fee,rate,modes\nUS,HMF,0.1,defalt"},
            "fees:2:modes: no lane has the mode 'defalt'",
        ),
        ({"gateways": "gateway\notay"}, "gateways:2:gateway: no lane passes this gateway"),
        (
            {"items": "item\ntv\nbox", "bom": "item,component,quantity\nbox,tv,1"},
            "bom:2:item: no plant makes this item",
        ),
        ({"demand": "market,item,quantity\nshop,tv,0"}, ""),
        ({"items": "item,weight_kg\ntv,70000"}, "items:2:weight_kg: a suspicious figure"),
        (
            {"inventory": "location,item,initial\nhub,tv,5", "facilities": "location,status\nhub,closed"},
            "inventory:2:initial: the location is not usable in the first period: its stock is lost",
        ),
        (
            {"production": "location,item,max_quantity\nworks,tv,99"},
            "demand:2:quantity: up to period 1 at most 99 can be supplied; found '100 of tv'",
        ),
        (
            {"facilities": "location,option,capacity\nworks,a,30\nworks,b,90"},
            "demand:2:quantity: up to period 1 at most 90 can be supplied",
        ),
        ({"production": "location,item\nworks,tv\nhub,tv", "lanes": "origin,destination\nworks,shop"}, ""),
    ],
)
def test_warnings(make, tables, start):
    found = warnings(make(**tables))
    assert [line[: len(start)] for line in found] == ([start] if start else [])


def test_stock_and_earlier_periods_count_as_supply(make):
    instance = make(
        {"horizon": {"periods": ["a", "b"]}},
        production="location,item,max_quantity\nworks,tv,60",
        demand="market,item,period,quantity\nshop,tv,a,50\nshop,tv,b,75",
        inventory="location,item,initial\nhub,tv,5",
    )
    assert warnings(instance) == []


@pytest.mark.parametrize(("quantity", "found"), [(120, []), (121, ["demand:2:quantity"])])
def test_periods_without_demand_supply_too(make, quantity, found):
    """Nothing is wanted in a, in which 60 can be made to be kept."""
    instance = make(
        {"horizon": {"periods": ["a", "b"]}},
        production="location,item,max_quantity\nworks,tv,60",
        demand=f"market,item,period,quantity\nshop,tv,b,{quantity}",
        inventory="location,item\nhub,tv",
    )
    assert [str(warning)[:17] for warning in instance.warnings] == found


def test_demand_that_may_be_left_is_no_reason_to_warn(make):
    text = "market,item,quantity,shortage_cost,price\nshop,tv,100,5,"
    production = "location,item,max_quantity\nworks,tv,60"
    assert warnings(make(demand=text, production=production)) == []
    profit = make({"instance": {"objective": "profit"}}, demand=text, production=production)
    assert warnings(profit) == [
        "demand:2:price: no price, so nothing is earned by serving it; expected a price, as profit is asked for"
    ]


def test_suspicious_settings(make):
    found = warnings(make({"horizon": {"discount_rate": 8}}))
    assert found == [
        "settings:horizon.discount_rate: a suspicious figure; found '8'; expected a fraction a year: 0.08, not 8"
    ]
