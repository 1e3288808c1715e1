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
        (
            {"relief": "location,programme,kind,rate\nworks,IMMEX,suspension,\nworks,PROSEC,reduced,"},
            "relief:3:rate: the regime lowers no rate below 1, the whole value; found '1'; expected the highest rate",
        ),
        ({"relief": "location,programme,kind,rate\nworks,PROSEC,reduced,0.05"}, ""),
        ({"items": "item,weight_kg\ntv,70000"}, "items:2:weight_kg: a suspicious figure"),
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


PARTS = {
    "locations": "location,role,country\nworks,plant,MX\nhub,warehouse,US\nshop,market,US\nmill,supplier,CN",
    "items": "item\ntv\nboard\nchip",
    "production": "location,item,recipe\nworks,tv,new\nworks,tv,old\nworks,board,",
    "bom": "item,recipe,component,quantity\ntv,new,board,1\ntv,old,board,2\nboard,,chip,4",
    "lanes": "origin,destination\nmill,works\nworks,hub\nhub,shop",
}


def offers(*rows):
    return "location,item,unit_cost,capacity\n" + "\n".join(rows)


def test_what_the_recipes_need_is_looked_through_to_what_is_bought(make):
    """100 televisions take at least 100 boards of 4 chips each, and 399 chips can be had."""
    assert warnings(make(**PARTS, offers=offers("mill,chip,1,399"))) == [
        "bom:4:component: up to period 1 at most 399 can be supplied; found '400 of chip'; "
        "expected a demand that capacity can meet"
    ]
    assert warnings(make(**PARTS, offers=offers("mill,chip,1,400"))) == []


@pytest.mark.parametrize(
    ("chips", "change"),
    [
        # 40 televisions, or 40 boards, are there or bought: the other 60 have to be made
        (240, {"offers": offers("mill,tv,9,40", "mill,chip,1,{}")}),
        (240, {"offers": offers("mill,board,9,40", "mill,chip,1,{}")}),
        (240, {"inventory": "location,item,initial\nhub,tv,40"}),
        (240, {"inventory": "location,item,initial\nworks,board,40"}),
        (360, {"inventory": "location,item,initial\nworks,chip,40"}),
        # a recipe that no plant uses does not count
        (400, {"bom": PARTS["bom"] + "\ntv,frugal,board,0.1"}),
    ],
)
def test_what_need_not_be_made_needs_no_components(make, chips, change):
    def short(most):
        tables = PARTS | {"offers": offers("mill,chip,1,{}")} | change
        instance = make(**tables | {"offers": tables["offers"].format(most)})
        return [line for line in warnings(instance) if "can be supplied" in line]

    assert short(chips) == []
    assert len(short(chips - 1)) == 1


def test_a_recipe_without_the_component_means_that_none_may_be_needed(make):
    bom = PARTS["bom"].replace("tv,new,board,1\n", "")
    assert warnings(make(**PARTS | {"bom": bom}, offers=offers("mill,chip,1,0"))) == []


def test_components_count_up_to_each_period(make):
    """60 televisions a period: stock of 300 chips is enough for the first, not for both."""
    tables = PARTS | {
        "demand": "market,item,quantity\nshop,tv,60",
        "offers": offers("mill,chip,1,80"),
        "inventory": "location,item,initial\nworks,chip,300",
    }
    assert warnings(make({"horizon": {"periods": ["a", "b"]}}, **tables)) == [
        "bom:4:component: up to period b at most 460 can be supplied; found '480 of chip'; "
        "expected a demand that capacity can meet"
    ]


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


@pytest.mark.parametrize(
    ("code", "hs", "vague"),
    [
        ("8529", "8528", True),
        ("8529.90", "8528", False),
        ("8529.10", "8528", False),
        ("8537", "8528", False),
        ("", "8528", False),
        ("8529", "8471", False),  # the rule is not about sets
    ],
)
def test_a_code_too_short_for_an_excepted_prefix(make, code, hs, vague):
    instance = make(
        **PARTS | {"items": f"item,hs_code\ntv,8528.72\nboard,{code}\nchip,8542"},
        offers=offers("mill,chip,1,400"),
        agreements="agreement,member\nUSMCA,US\nUSMCA,MX",
        origin_rules=f"agreement,hs,test,shift,except_hs\nUSMCA,{hs},shift,heading,8524;8529.90",
    )
    found = [line for line in warnings(instance) if line.startswith("items")]
    assert found == vague * [
        "items:3:hs_code: too short to tell whether a rule of origin excepts this component from its shift: it is "
        "taken not to; found '8529'; expected as many digits as 852990"
    ]
