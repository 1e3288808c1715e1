"""Small instances whose optimum takes a line of arithmetic: rules that are easy to get nearly right."""

from __future__ import annotations

import csv
import io

import pytest

import planner

SHOP = {
    "locations": "location,role,country\nS,supplier,US\nM,market,US",
    "items": "item,weight_kg\nA,0",
    "offers": "location,item,unit_cost\nS,A,5",
    "demand": "market,item,quantity\nM,A,10",
}
FACTORY = {
    "locations": "location,role,country\nS,supplier,CN\nP,plant,MX\nM,market,US",
    "items": "item\nA\nB",
    "offers": "location,item,unit_cost\nS,B,1",
    "production": "location,item,unit_cost\nP,A,2",
    "bom": "item,component,quantity\nA,B,1",
    "demand": "market,item,quantity\nM,A,10",
    "inventory": "location,item\nP,B",
}


def solved(tables: dict[str, str], **more: str) -> planner.Plan:
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in (tables | more).items()}
    plan = planner.solve(planner.Instance.from_tables(rows, settings={"instance": {"name": "pencil"}}), gap=0)
    assert plan.audit is not None
    assert plan.audit["passed"], plan.audit
    assert not plan.warnings
    return plan


def test_goods_without_weight_still_use_the_lane():
    """10 x 5 and the lane's 100; by kg nothing is charged, as nothing weighs anything."""
    plan = solved(SHOP, lanes="origin,destination,unit_cost,per,fixed_cost\nS,M,1,kg,100")

    assert plan.objective == pytest.approx(150)


def test_goods_without_weight_pay_the_minimum_of_the_lane():
    """10 x 5 and 30 kg at 1 that are not shipped."""
    plan = solved(SHOP, lanes="origin,destination,unit_cost,per,min_quantity\nS,M,1,kg,30")

    assert plan.objective == pytest.approx(80)


def test_a_single_sourced_demand_has_its_price():
    """One more unit costs 5 + 1 by the assigned lane."""
    plan = solved(
        SHOP,
        demand="market,item,quantity,single_source\nM,A,10,yes",
        lanes="origin,destination,mode,unit_cost\nS,M,sea,1\nS,M,air,2",
    )

    assert plan.objective == pytest.approx(60)
    assert plan.shortages["dual"].tolist() == pytest.approx([6])


@pytest.mark.parametrize(("transit", "dwell", "most"), [(0.2, 0.1, 0.3), (1.1, 2.2, 3.3)])
def test_a_lane_exactly_as_long_as_allowed_may_serve(transit, dwell, most):
    """In floating point 0.2 + 0.1 is more than 0.3; in days it is not."""
    plan = solved(
        SHOP,
        demand=f"market,item,quantity,max_transit_days\nM,A,10,{most}",
        gateways=f"gateway,dwell_days\ng,{dwell}",
        lanes=f"origin,destination,transit_days,gateways\nS,M,{transit},g",
    )

    assert plan.objective == pytest.approx(50)


def test_a_minimum_of_emissions_may_be_reached_by_buying_for_the_shelf():
    """20 kg at 1 kg a unit bought: 20 x 1, and 10 x 2 to make."""
    plan = solved(
        FACTORY,
        lanes="origin,destination,emission_kg\nS,P,1\nP,M,0",
        policies="policy,measure,min\np,emissions,20",
    )

    assert plan.objective == pytest.approx(40)


def test_the_minimum_of_a_spend_is_in_the_currency_of_its_row():
    """50 EUR are 100 USD, so 100 units are bought; 10 x 2 to make."""
    plan = solved(
        FACTORY,
        lanes="origin,destination\nS,P\nP,M",
        currencies="currency,rate\nEUR,2",
        policies="policy,measure,who,min,currency\np,spend,S,50,EUR",
    )

    assert plan.objective == pytest.approx(120)


MAKER = {
    "locations": "location,role,country\nS,supplier,US\nP,plant,US\nM,market,US",
    "items": "item\nA\nB",
    "facilities": "location,option,fixed_cost,emission_kg\nP,old,0,5\nP,new,100,1",
    "production": "location,item\nP,A\nP,B",
    "lanes": "origin,destination\n*,*",
    "demand": "market,item,quantity\nM,A,10\nM,B,10",
}


@pytest.mark.parametrize(("price", "cost", "dual"), [(8, 48, -1.6), (20, 100, 0)])
def test_emissions_of_an_item_are_those_of_the_option_in_use(price, cost, dual):
    """The old option makes 4 A within 20 kg and 6 are bought, or the new one, for 100, makes all 10 for 10 kg.

    B may emit what it likes. A kilogram more is a fifth of a unit that need not be bought.
    """
    plan = solved(
        MAKER,
        offers=f"location,item,unit_cost\nS,A,{price}",
        policies="policy,measure,who,item,max\np,emissions,P,A,20",
    )

    assert plan.objective == pytest.approx(cost)
    assert plan.policies["dual"].tolist() == pytest.approx([dual])


def test_policies_on_the_emissions_of_different_items_at_one_facility():
    """In the old option 2 of B are made within 10 kg, 8 are bought at 3; with 10 of A that is 60 kg.

    Where both may emit 50 kg, the other 2 of B are bought too: that is cheaper than one of A at 9.
    """
    offers = "location,item,unit_cost\nS,A,9\nS,B,3"
    some = solved(MAKER, offers=offers, policies="policy,measure,who,item,max\nb,emissions,P,B,10")
    both = solved(
        MAKER, offers=offers, policies="policy,measure,who,item,max\nb,emissions,P,B,10\nall,emissions,P,*,50"
    )

    assert some.objective == pytest.approx(24)
    assert both.objective == pytest.approx(30)
    assert both.policies["value"].tolist() == pytest.approx([50, 0])


def test_emissions_of_an_item_through_a_warehouse_whose_options_differ():
    """10 A may emit 20 kg through the old option at 5 a unit: 4 pass, the rest is short at 7."""
    plan = solved(
        {
            "locations": "location,role,country\nS,supplier,US\nW,warehouse,US\nM,market,US",
            "items": "item\nA\nB",
            "offers": "location,item,unit_cost\nS,A,0\nS,B,0",
            "facilities": "location,option,fixed_cost,emission_kg\nW,old,0,5\nW,new,100,1",
            "lanes": "origin,destination\nS,W\nW,M",
            "demand": "market,item,quantity,shortage_cost\nM,A,10,7\nM,B,10,7",
            "policies": "policy,measure,who,item,max\np,emissions,W,A,20",
        }
    )

    assert plan.objective == pytest.approx(42)


def test_a_floor_on_spend_is_not_met_by_paying_for_a_contract_that_is_not_held():
    """10 x 5, and 50 that are missing at 2; to hold the other contract costs 100 x 4, to pay 12.5 x 4 for nothing."""
    plan = solved(
        SHOP,
        offers="location,item,contract,unit_cost,min_quantity\nS,A,base,5,\nS,A,volume,4,100",
        lanes="origin,destination\nS,M",
        policies="policy,measure,min,penalty\np,spend,100,2",
    )

    assert plan.objective == pytest.approx(150)
    assert plan.tables["contracts"]["contract"].tolist() == ["base"]
