"""Where in its range a number moves costs alone, along a line."""

import pytest

from planner.study.breakeven import breakeven
from planner.study.number import number
from planner.study.parametric import pieces
from planner.study.valued import Models
from tests.planner.network.reading import instance
from tests.planner.study.test_breakeven import EXACT, SHOP

RATE = "tariffs[programme=S232].rate"


def split(on, low, high, **more):
    found = pieces(Models(number(instance(SHOP, **more), on, low, high)), low, high)
    return [(piece.low, piece.high, piece.linear) for piece in found]


def test_two_ceilings_bend_it_twice():
    """MFN is 0.05 for China and 0.11 for Vietnam, and what is above it is charged on top."""
    rows = ("US,CN,MFN,0.05,", "US,VN,MFN,0.11,", "US,CN,S232,0.2,cap", "US,VN,S232,0.2,cap")
    tariffs = "\n".join(("importer,origin,programme,rate,rule", *rows))

    assert split(RATE, 0, 0.2, tariffs=tariffs) == [(0, 0.05, True), (0.05, 0.11, True), (0.11, 0.2, True)]


def test_what_a_regime_gives_back_stands_in_a_row():
    """Drawback of the duty on a panel: its rate is a coefficient."""
    maker = {
        "locations": "location,role,country\ns,supplier,CN\np,plant,MX\nm,market,US",
        "items": "item,customs_value\ntv,100\npanel,",
        "offers": "location,item,unit_cost\ns,panel,40",
        "production": "location,item\np,tv",
        "bom": "item,component,quantity\ntv,panel,1",
        "lanes": "origin,destination\ns,p\np,m",
        "tariffs": "importer,origin,programme,rate\nMX,CN,MFN,0.1",
        "relief": "location,programme,kind\np,DRAWBACK,drawback",
    }

    assert split("tariffs.rate", 0.1, 0.2, **maker) == [(0.1, 0.2, False)]


def test_a_value_at_which_goods_are_pooled_is_no_break():
    """At 11 both suppliers sell at one price, and their goods are one behind the warehouse: another model, one cost."""
    pooled = {
        "locations": "location,role,country\ns,supplier,MX\nz,supplier,MX\nw,warehouse,MX\nm,market,US",
        "offers": "location,item,unit_cost,capacity\ns,tv,10,80\nz,tv,11,60",
        "lanes": "origin,destination\nrole:supplier,w\nw,m",
        "tariffs": "",
    }
    on = "offers[location=s].unit_cost"

    assert split(on, 11, 15, **pooled) == [(11, 11, True), (11, 15, True)]
    (whole,) = breakeven(instance(SHOP, **pooled), on, (11, 15), None, EXACT).intervals
    assert (whole.low, whole.high) == (11, 15)
    assert (whole.cost_low, whole.cost_high) == pytest.approx((1100, 1260))
