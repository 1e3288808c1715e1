"""Prices that win, by hand: 100 units for one market, from suppliers that differ in price, duty and capacity."""

import pytest

import planner
from planner.errors import InstanceError, NoSolutionError
from planner.instance import Fix
from planner.report import explain
from planner.study.intervals import How, unplanned
from planner.study.winning import winning
from tests.planner.network.reading import instance
from tests.planner.study.test_breakeven import SHOP


def solved(**more):
    return planner.solve(instance(SHOP, {"solver": {"gap": 0.0}}, **more), confirm=False)


@pytest.fixture(scope="module")
def free():
    """s at 10 sells all; without it z 60 at 11, and v the rest at 12.5."""
    return solved(tariffs="")


def prices(found):
    return {price.share: price.factor for offer in found.offers for price in offer.prices}


def test_it_wins_where_it_is_as_cheap_as_the_next(free):
    """Above 11 z comes first and leaves 40 of 100, above 12.5 v sells these."""
    found = winning(free, "s", "tv", (0.25, 0.5, 1))

    assert prices(found) == pytest.approx({0.25: 1.25, 0.5: 1.1, 1: 1.1})
    row = found.table.iloc[1]
    assert row[["share_today", "currency", "today_from", "how", "plus_minus"]].tolist() == [
        1,
        "USD",
        10,
        "exact",
        0,
    ]
    assert row["price_to"] == pytest.approx(11)
    assert found.document["prices"][0]["price_from"] == pytest.approx(12.5)


def test_a_capacity_that_makes_a_share_impossible_is_the_reason(free):
    """z beats s below 10, but has 60."""
    half, everything = winning(free, "z", "tv", (0.5, 1)).offers[0].prices

    assert half.factor == pytest.approx(10 / 11)
    assert everything.why == (
        "no plan can buy so much: offers:3:capacity: capacity of z for tv (base) 60; "
        "demand:2:quantity: demand that must be met for tv in m 100"
    )


def test_the_duty_is_part_of_what_is_compared():
    """1.3 p = 12.5 and 1.3 p = 11."""
    found = winning(solved(), "s", "tv", (0.25, 0.5))

    assert prices(found) == pytest.approx({0.25: 12.5 / 13, 0.5: 11 / 13})
    assert found.offers[0].share == 0  # 13 today


def test_what_has_to_be_paid_once_is_part_of_it_too():
    """z is qualified for 120: 100 p + 120 = 1000; with the design as it is nothing helps."""
    plan = solved(
        tariffs="",
        offers="location,item,unit_cost\ns,tv,10\nz,tv,11",
        suppliers="location,status,qualify_cost\nz,candidate,120",
    )

    (price,) = winning(plan, "z", "tv", (1,)).offers[0].prices
    assert (price.factor, price.how) == (pytest.approx(8.8 / 11), "exact")
    (price,) = winning(plan, "z", "tv", (1,), Fix(design=True)).offers[0].prices
    assert price.why == "not with the design as it is"


def test_all_contracts_of_an_item_move_together():
    """80 of a contract for 100 a period: 100 + 760 f + 20 x 10 = 1000; its spot price would need 500 = 660 f."""
    offers = "location,item,contract,unit_cost,capacity,min_quantity\ns,tv,,10,,\nz,tv,,11,60,\nz,tv,long,9.5,80,80"
    plan = solved(tariffs="", offers=offers, suppliers="location,fixed_cost\nz,100")
    found = winning(plan, "z", "tv", (0.8,))

    assert prices(found) == pytest.approx({0.8: 700 / 760})
    assert found.table[["today_from", "today_to"]].iloc[0].tolist() == [9.5, 11]


def test_who_sells_alone_wins_at_any_price():
    offers = "location,item,unit_cost,currency\ns,tv,80,CNY"
    plan = solved(tariffs="", offers=offers, currencies="currency,rate\nCNY,0.125")

    assert explain(plan, "supplier:s:tv=0.5").splitlines()[4:] == [
        "tv: sells 100% of it today, at 80 CNY a unit",
        "  50% or more: at any price, even at 10 times the price of today",
    ]


def test_where_other_costs_decide_even_nothing_is_too_much():
    """15 of duty on a unit, in place of 12.5 from v for 25 units."""
    plan = solved(tariffs="importer,origin,programme,specific\nUS,CN,ADCVD,15")

    assert explain(plan, "supplier:s:tv=0.25").splitlines() == [
        "s:tv=0.25",
        "",
        "Everything is decided anew at each price: plants, suppliers and contracts.",
        "All its prices of the item move together, what others ask stays; a tie counts as won.",
        "tv: sells 0% of it today, at 10 USD a unit",
        "  25% or more: at no price: for nothing, buying so much still costs 62.50 USD more",
    ]


def test_a_price_is_told_in_money_and_against_today(free):
    assert explain(free, "supplier:z:tv=0.5").splitlines()[4:] == [
        "tv: sells 0% of it today, at 11 USD a unit",
        "  50% or more: at 10 USD at most, 9.09% less than today (exact)",
    ]


def test_prices_that_a_limit_leaves_unknown_are_not_told(free, monkeypatch):
    monkeypatch.setattr("planner.study.winning.intervals", lambda *_: [unplanned(0, 5, How.SEARCHED)])

    with pytest.raises(NoSolutionError, match="stopped by a limit before every price of tv was known"):
        winning(free, "s", "tv", (0.5,))


@pytest.mark.parametrize(
    ("topic", "message"),
    [
        ("supplier:m", "supplier: offers nothing; found 'm'; expected a location of offers.csv"),
        ("supplier:s:tvs", "supplier: s does not offer this; found 'tvs'; expected tv; did you mean 'tv'?"),
        ("supplier:s:tv=half", "TOPIC: not a share; found 'half'; expected a number above 0, at most 1"),
        ("supplier:s:tv=1.5", "supplier: not a share; found '1.5'; expected a number above 0, at most 1"),
    ],
)
def test_what_is_not_offered_is_bad_input(free, topic, message):
    with pytest.raises(InstanceError) as caught:
        explain(free, topic)
    assert str(caught.value) == message


def test_only_prices_of_a_supplier_are_asked_anew(free):
    with pytest.raises(InstanceError) as caught:
        explain(free, "duty", Fix(design=True))
    assert str(caught.value) == (
        "--fix: nothing is decided anew for this topic; found 'duty'; "
        "expected supplier:LOCATION: other topics are about the plan as it is"
    )
