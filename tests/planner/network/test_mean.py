"""The network of the mean: every figure is what it is on average, by hand."""

import numpy as np
import pytest

from planner.network import build
from planner.network.mean import MeanEvents
from planner.study.variants import mean_value
from tests.planner.network.reading import arcs, instance

TABLES = {
    "locations": "location,role,country\ns,supplier,MX\nt,supplier,CN\nm,market,US",
    "items": "item\ntv",
    "offers": "location,item,unit_cost,capacity,currency\ns,tv,10,40,\nt,tv,20,,CNY",
    "currencies": "currency,rate\nCNY,0.5",
    "lanes": "origin,destination,unit_cost,transit_days\ns,m,4,10\nt,m,6,20",
    "demand": "market,item,quantity,shortage_cost\nm,tv,60,100",
    "tariffs": "importer,origin,programme,rate,waived_by\nUS,*,MFN,0.1,USMCA",
    "agreements": "agreement,member\nUSMCA,US\nUSMCA,MX",
    "scenarios": "scenario,probability,min_service\nx,0.3,0.5\ny,0.2,\nnever,0,0.9",
}
TWO = {"horizon": {"periods": ["a", "b"]}}


def mean(*events, **more):
    rows = "\n".join(["scenario,kind,target,field,op,value,first_period", *events])
    asked = instance({**TABLES, "events": rows, **more}, TWO)
    return build(mean_value(asked), MeanEvents(asked))


def test_figures_are_averaged_from_the_first_event_on():
    """In b: demand 0.5 x 60 + 0.3 x 120 + 0.2 x 30, freight 0.7 x 4 + 0.3 x 9, capacity 0.8 x 40 + 0.2 x 10."""
    data = mean(
        "x,demand,m,quantity,multiply,2,b",
        "y,demand,m,quantity,set,30,b",
        "x,lane,s>m,unit_cost,add,5,b",
        "y,location,s,capacity,multiply,0.25,b",
        "never,demand,m,quantity,multiply,9,a",
    )

    assert data.periods.scenario_name == ("base",)
    assert data.demands.quantity.tolist() == pytest.approx([60, 72])
    freight = arcs(data).query("origin == 's'").groupby("period")["freight"].min()
    assert freight.to_dict() == pytest.approx({"a": 4, "b": 5.5})
    offered = dict(zip(np.array(data.holds.location)[data.offers.hold], data.offers.capacity, strict=True))
    assert offered["s"] == pytest.approx(34)


def test_an_infinite_capacity_is_what_is_asked_for_where_a_scenario_limits_it():
    """t could sell the 60 that are asked for in base, and a quarter of them in y."""
    data = mean("y,location,t,capacity,multiply,0.25,b")
    stated = {
        (data.holds.location[hold], time): capacity
        for hold, time, capacity in zip(data.offers.hold, data.offers.time, data.offers.stated, strict=True)
    }

    assert stated["t", 1] == pytest.approx(0.8 * 60 + 0.2 * 15)
    assert stated["t", 0] == np.inf


def test_currencies_and_rates_are_averaged():
    """t costs 20 at 0.5, at 0.65 on average in b; and pays 0.1, 0.16 on average."""
    data = mean("x,currency,CNY,rate,multiply,2,b", "x,tariff,CN,rate,add,0.2,b")
    bought = (
        arcs(data)
        .assign(duty=np.bincount(data.charges.arc, data.charges.amount, len(data.arcs.time)))
        .query("origin == 't'")
        .set_index("period")
    )

    assert bought["purchase"].to_dict() == pytest.approx({"a": 10, "b": 13})
    assert bought["duty"].to_dict() == pytest.approx({"a": 1, "b": 13 * 0.16})


@pytest.mark.parametrize(("ended", "in_force"), [(("x",), True), (("x", "y"), False)])
def test_an_agreement_is_in_force_from_half_on(ended, in_force):
    """It ends with 0.3, and stays with 0.7; or it ends with 0.6, and every television from s pays 1."""
    chances = TABLES["scenarios"].replace("y,0.2", "y,0.3")
    offers = "location,item,unit_cost,originating\ns,tv,10,USMCA"
    data = mean(
        *(f"{name},agreement,USMCA,in_force,set,0,a" for name in ended), scenarios=chances, offers=offers
    )
    duty = np.bincount(data.charges.arc, data.charges.amount, len(data.arcs.time))

    assert duty.min() == pytest.approx(0 if in_force else 1)


def test_the_service_owed_is_the_mean_of_what_is_owed():
    data = mean("x,demand,m,quantity,multiply,1,b", "y,demand,m,quantity,multiply,1,b")

    assert data.services.quantity.tolist() == pytest.approx([(1 - 0.15) * 120])
