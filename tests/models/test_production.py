"""Production: a plant that makes a component and feeds it to its own product; the test is the formula."""

from __future__ import annotations

from planner_models.data import INPUT, OUTPUT, Data
from tests.models import menu

BOUGHT, MADE, LATER = 0, 1, 2  # places


def plant() -> Data:
    """Run 0 makes a part from 2 bought units; run 1 makes the product from 3 parts, made here or bought."""
    return menu.network(
        2,
        places=menu.places(
            location=["p"] * 3, kind=[INPUT, OUTPUT, OUTPUT], time=[0, 0, 1], initial=[4.0, 0.0, 0.0]
        ),
        runs=menu.runs(
            item=["part", "product"],
            output=[MADE, LATER],
            production_limit=[0, -1],
            set_up=[-1, 0],
            upper=[50.0, 60.0],
        ),
        needs=menu.needs(
            run=[0, 1], quantity=[2.0, 3.0], feed_need=[0, 1, 1], feed_place=[BOUGHT, BOUGHT, MADE]
        ),
        arcs=menu.arcs(
            to_place=[BOUGHT, -1, -1],
            from_place=[-1, MADE, LATER],
            time=[0, 0, 1],
            production_limit=[-1, 0, -1],
        ),
        stocks=menu.stocks(
            place=[BOUGHT, MADE], entry_stock=[1], entry_place=[LATER], loss_place=[BOUGHT], loss_facility=[0]
        ),
        options=menu.options(facility_name=["p"], name=["base"]),
        production_limits=menu.production_limits(item=["part"], quantity=[25.0]),
        set_ups=menu.set_ups(item=["product"], cost=[9.0]),
    )


def test_recipe_balance_feeds_the_quantity_of_the_bill_of_materials() -> None:
    assert menu.rows(plant(), "recipe_balance") == [
        "feed[0] == 2.0*run[0]",
        "feed[1] + feed[2] == 3.0*run[1]",
    ]


def test_input_balance_feeds_or_keeps_what_arrives() -> None:
    assert menu.rows(plant(), "input_balance") == ["flow[0] + 4.0 - lost[0] == feed[0] + feed[1] + stock[0]"]


def test_output_balance_ships_feeds_or_keeps_what_is_made() -> None:
    assert menu.rows(plant(), "output_balance") == [
        "run[0] == flow[1] + feed[2] + stock[1]",
        "run[1] + stock[1] == flow[2]",
    ]


def test_production_limit_counts_runs_and_handled_flows() -> None:
    assert menu.rows(plant(), "production_limit") == ["run[0] + flow[1] <= 25.0"]


def test_production_limit_of_nothing_is_still_a_row() -> None:
    data = menu.network(production_limits=menu.production_limits(item=["part"], quantity=[25.0]))
    assert menu.rows(data, "production_limit") == ["0.0 <= 0.0"]


def test_set_up_link_runs_only_when_set_up() -> None:
    assert menu.rows(plant(), "set_up_link") == ["run[1] <= 60.0*set_up[0]"]
