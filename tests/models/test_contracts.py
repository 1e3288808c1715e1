"""Contracts: a candidate supplier with two contracts for one item; the test is the formula."""

from __future__ import annotations

from planner_models.data import Data
from tests.models import menu


def supplier(periods: int = 1) -> Data:
    """Supplier s, to be qualified a period ahead, offers contracts `base` and `volume` (minimum 20)."""
    return menu.network(
        periods,
        suppliers=menu.suppliers(name=["s"], candidate=[True], qualify_periods=[1], max_spend=[900.0]),
        holds=menu.holds(location=["s", "s"], contract=["base", "volume"], supplier=[0, 0], rivals=[0, 0]),
        offers=menu.offers(hold=[0, 1], unit_cost=[5.0, 4.0], capacity=[100.0, 80.0], minimum=[0.0, 20.0]),
        arcs=menu.arcs(offer=[0, 1, 1], purchase=[5.0, 4.0, 4.0], contract_link=[-1, 0, -1]),
        links=menu.links(contract_hold=[1], contract_bound=[30.0]),
    )


def test_contract_capacity_needs_the_contract_held() -> None:
    assert menu.rows(supplier(), "contract_capacity") == [
        "flow[0] <= 100.0*hold[0]",
        "flow[1] + flow[2] <= 80.0*hold[1]",
    ]


def test_contract_minimum_is_taken_or_paid() -> None:
    assert menu.rows(supplier(), "contract_minimum") == ["20.0*hold[1] <= flow[1] + flow[2] + unused[1]"]


def test_unused_needs_contract_and_is_at_most_its_minimum() -> None:
    assert menu.rows(supplier(), "unused_needs_contract") == ["unused[1] <= 20.0*hold[1]"]


def test_one_contract_among_rivals() -> None:
    assert menu.rows(supplier(), "one_contract") == ["hold[0] + hold[1] <= 1"]


def test_one_contract_has_no_row_for_a_contract_alone() -> None:
    alone = menu.network(holds=menu.holds(location=["s", "s"], rivals=[0, 1]))
    assert menu.rows(alone, "one_contract") == []


def test_contract_needs_supplier_engaged_in_its_period() -> None:
    assert menu.rows(supplier(), "contract_needs_supplier") == [
        "hold[0] <= engaged[0,0]",
        "hold[1] <= engaged[0,0]",
    ]


def test_supplier_qualified_a_period_ahead() -> None:
    assert menu.rows(supplier(3), "supplier_qualified") == [
        "engaged[0,0] <= 0",
        "engaged[0,1] <= qualify[0,0]",
        "engaged[0,2] <= qualify[0,0] + qualify[0,1]",
    ]


def test_qualify_once_over_the_horizon() -> None:
    assert menu.rows(supplier(2), "qualify_once") == ["qualify[0,0] + qualify[0,1] <= 1"]


def test_supplier_spend_counts_purchases_and_take_or_pay() -> None:
    assert menu.rows(supplier(), "supplier_spend") == [
        "5.0*flow[0] + 4.0*flow[1] + 4.0*flow[2] + 4.0*unused[1] <= 900.0"
    ]


def test_contract_link_bounds_one_destination() -> None:
    assert menu.rows(supplier(), "contract_link") == ["flow[1] <= 30.0*hold[1]"]
