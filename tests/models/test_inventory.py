"""Inventory: stock at a location that is always usable, and at one with options; the test is the formula."""

from __future__ import annotations

from planner_models.data import INPUT, OUTPUT, WAREHOUSED, Data
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


def buffers() -> Data:
    """Buffer 0 is drawn from at two times of scenario 1, buffer 1 once; only the first place may be unusable."""
    return menu.network(
        2,
        options=menu.options(facility_name=["w"], name=["base"]),
        places=menu.places(location=["w", "v", "w"], kind=[WAREHOUSED, INPUT, OUTPUT], time=[0, 0, 1]),
        buffers=menu.buffers(
            item=["i", "j"],
            upper=[5.0, 6.0],
            use_buffer=[0, 1],
            draw_use=[0, 1, 0],
            draw_place=[0, 1, 2],
            draw_facility=[0, -1, 0],
            draw_upper=[5.0, 6.0, 5.0],
            draw_cost=[3.0, 4.0, 7.0],
        ),
    )


def test_buffer_limit_holds_over_the_horizon_of_a_scenario() -> None:
    assert menu.rows(buffers(), "buffer_limit") == ["draw[0] + draw[2] <= buffer[0]", "draw[1] <= buffer[1]"]


def test_draw_link_draws_only_where_the_facility_is_usable() -> None:
    assert menu.rows(buffers(), "draw_link") == [
        "draw[0] <= 5.0*usable[0,0]",
        "draw[2] <= 5.0*usable[0,1]",
    ]


def test_what_is_drawn_enters_the_balance_of_its_place() -> None:
    assert [menu.rows(buffers(), f"{name}_balance") for name in ("warehouse", "input", "output")] == [
        ["draw[0] == 0"],
        ["draw[1] == 0"],
        ["draw[2] == 0"],
    ]


def test_buffer_use_is_paid_at_its_value() -> None:
    assert menu.rows(buffers(), "buffer_use") == ["3.0*draw[0] + 4.0*draw[1]", "7.0*draw[2]"]
