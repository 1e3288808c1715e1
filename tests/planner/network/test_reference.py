"""Reference volumes by hand: base demand exploded through the recipes."""

from io import StringIO

import pandas as pd

import planner.instance as pi
from planner.network.reference import reference_volume

TABLES = {
    "locations": "location,role,country\n"
    "maker,plant,MX\nseller,supplier,CN\nshed,warehouse,US\nshop,market,US\nstore,market,US",
    "items": "item\ntv\nboard\nchip\nbox",
    "offers": "location,item,unit_cost\nseller,chip,1\nseller,box,1\nseller,board,9",
    "production": "location,item,recipe\nmaker,tv,base\nmaker,board,base",
    "bom": "item,recipe,component,quantity\ntv,base,board,1\ntv,base,box,2\nboard,base,chip,3\ntv,base,chip,0.5",
    "lanes": "origin,destination\n*,*",
    "demand": "market,item,quantity\nshop,tv,10\nstore,tv,20\nshop,chip,4",
}


def volumes(**tables):
    """{item: volume by period}."""
    frames = {
        name: pd.read_csv(StringIO(text), dtype="str", keep_default_na=False)
        for name, text in {**TABLES, **tables}.items()
    }
    settings = {"instance": {"name": "reference"}, "horizon": {"periods": ["1", "2"]}}
    found = reference_volume(pi.Instance.from_tables(frames, settings))
    assert found.columns.tolist() == ["item", "t", "volume"]
    return {item: rows.sort_values("t")["volume"].tolist() for item, rows in found.groupby("item")}


def test_demand_is_exploded_through_every_level():
    """30 sets: 30 boards, 60 boxes, chips 3 x 30 + 0.5 x 30 + 4 sold = 109."""
    assert volumes() == {"tv": [30, 30], "board": [30, 30], "box": [60, 60], "chip": [109, 109]}


def test_each_period_has_its_own():
    """Period 2 asks the shop for 1 set, the store for 20."""
    demand = "market,item,period,quantity\nshop,tv,,10\nshop,tv,2,1\nstore,tv,,20"
    assert volumes(demand=demand)["box"] == [60, 42]


def test_recipe_base_goes_before_others():
    bom = "item,recipe,component,quantity\ntv,alone,box,7\ntv,base,box,2"
    production = "location,item,recipe\nmaker,tv,alone\nmaker,tv,base"
    assert volumes(bom=bom, production=production)["box"] == [60, 60]


def test_first_recipe_without_base():
    """`early` comes before `late`, wherever they stand in the file."""
    bom = "item,recipe,component,quantity\ntv,late,box,5\ntv,early,box,3"
    production = "location,item,recipe\nmaker,tv,late\nmaker,tv,early"
    assert volumes(bom=bom, production=production)["box"] == [90, 90]


def test_a_base_recipe_without_rows_is_made_from_nothing():
    bom = "item,recipe,component,quantity\ntv,kit,box,5"
    assert volumes(bom=bom, production="location,item,recipe\nmaker,tv,kit\nmaker,tv,base")["box"] == [0, 0]


def test_handling_in_a_warehouse_is_no_recipe():
    """The row of the warehouse reads `base`, but sets are made by `kit` only."""
    bom = "item,recipe,component,quantity\ntv,kit,box,5"
    production = "location,item,recipe,unit_cost\nmaker,tv,kit,1\nshed,tv,base,2"
    assert volumes(bom=bom, production=production)["box"] == [150, 150]


def test_without_recipes_only_demand_counts():
    assert volumes(bom="item,recipe,component,quantity") == {
        "tv": [30, 30], "board": [0, 0], "box": [0, 0], "chip": [4, 4],
    }  # fmt: skip
