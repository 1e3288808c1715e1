"""Inventory: stock at a location that is always usable, and at one with options; the test is the formula."""

from __future__ import annotations

from planner_models.data import WAREHOUSED, Data
from tests.models import menu


def warehouses() -> Data:
    """Stocks 0 and 1 share limit 0 of an unlimited location; stock 2 is under limit 1, at facility w."""
    return menu.network(
        2,
        options=menu.options(facility_name=["w"], name=["small", "large"], facility=[0, 0]),
        places=menu.places(
            location=["v", "v", "w", "w"], kind=[WAREHOUSED] * 4, time=[0, 0, 0, 1], initial=[0, 0, 3, 0]
        ),
        stocks=menu.stocks(
            place=[0, 1, 2],
            entry_stock=[2],
            entry_place=[3],
            limit=[0, 0, 1],
            limit_location=["v", "w"],
            limit_facility=[-1, 0],
            limit_time=[0, 1],
            limit_quantity=[12.0, 8.0],
            loss_place=[2, 3],
            loss_facility=[0, 0],
            loss_upper=[3.0, 8.0],
        ),
    )


def test_stock_limit_is_joint_over_goods() -> None:
    assert menu.rows(warehouses(), "stock_limit") == ["stock[0] + stock[1] <= 12.0"]


def test_stock_link_needs_a_usable_option() -> None:
    assert menu.rows(warehouses(), "stock_link") == ["stock[2] <= 8.0*(usable[0,1] + usable[1,1])"]


def test_stock_loss_is_at_most_what_was_there() -> None:
    assert menu.rows(warehouses(), "stock_loss") == ["lost[0] <= 3.0", "lost[1] <= stock[2]"]


def test_loss_link_loses_only_where_nothing_is_usable() -> None:
    assert menu.rows(warehouses(), "loss_link") == [
        "lost[0] <= 3.0*(1 - (usable[0,0] + usable[1,0]))",
        "lost[1] <= 8.0*(1 - (usable[0,1] + usable[1,1]))",
    ]
