"""Facilities: one plant with an open option, a slow one, and an expansion of the first; the test is the formula."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planner_models.data import OUTPUT, WAREHOUSED, Data
from tests.models import menu

BASE, SLOW, LARGE = 0, 1, 2


def plant(periods: int = 2) -> Data:
    """A plant: `base` is open at the start, `slow` takes a period to set up, `large` expands `base`."""
    return menu.network(
        periods,
        options=menu.options(
            facility_name=["p"],
            name=["base", "slow", "large"],
            initially_open=[True, False, False],
            setup_periods=[0, 1, 1],
            expands=[-1, -1, BASE],
            open_cost=[50.0, 60.0, 70.0],
            residual_share=[0.2, 0.0, 0.2],
            capacity=[10.0, 20.0, 30.0],
        ),
        runs=menu.runs(item=["i"], facility=[0], time=[0], capacity_use=[2.0], plant_link=[0]),
        arcs=menu.arcs(facility=[0, -1], time=[0, 0], capacity_use=[0.5, 1.0], plant_link=[-1, 0]),
        places=menu.places(location=["p"], kind=[1]),
        uses=menu.uses(
            option=[BASE, LARGE], time=[0, 0], upper=[10.0, 30.0], run_meter=[0], arc_meter=[0, -1]
        ),
        links=menu.links(plant_facility=[0], plant_period=[1], plant_bound=[8.0]),
    )


def of_option(option: int, family: str, periods: int = 2) -> list[str]:
    """The rows of one option, in the order of the periods, of a family over all options."""
    rows = menu.rows(plant(periods), family)
    return rows[option * periods : (option + 1) * periods]


def test_opening_balance_starts_from_the_initial_status() -> None:
    assert of_option(BASE, "opening_balance") == [
        "open[0,0] - 1.0 == opening[0,0] - closing[0,0]",
        "open[0,1] - open[0,0] == opening[0,1] - closing[0,1]",
    ]
    assert of_option(SLOW, "opening_balance")[0] == "open[1,0] == opening[1,0] - closing[1,0]"


def test_opening_balance_leaves_out_what_is_not_decided() -> None:
    stays = menu.options(facility_name=["p"], name=["base"], initially_open=[True], decided=[False])
    assert menu.rows(menu.network(2, options=stays), "opening_balance") == []


def test_opening_opens_is_one_row_an_option_and_period() -> None:
    assert of_option(SLOW, "opening_opens") == ["opening[1,0] <= open[1,0]", "opening[1,1] <= open[1,1]"]


def test_opening_from_closed_looks_at_the_period_before() -> None:
    assert of_option(BASE, "opening_from_closed") == [
        "opening[0,0] + 1.0 <= 1",
        "opening[0,1] + open[0,0] <= 1",
    ]


def test_one_option_allows_a_second_while_an_expansion_is_set_up() -> None:
    assert menu.rows(plant(), "one_option") == [
        "open[0,0] + open[1,0] + open[2,0] <= 1 + opening[2,0]",
        "open[0,1] + open[1,1] + open[2,1] <= 1 + opening[2,1]",
    ]


def test_usable_needs_open_is_one_row_an_option_and_period() -> None:
    assert of_option(LARGE, "usable_needs_open") == ["usable[2,0] <= open[2,0]", "usable[2,1] <= open[2,1]"]


def test_usable_when_set_up_excuses_the_periods_of_the_set_up() -> None:
    assert of_option(BASE, "usable_when_set_up") == ["open[0,0] <= usable[0,0]", "open[0,1] <= usable[0,1]"]
    assert of_option(SLOW, "usable_when_set_up")[1] == "open[1,1] - opening[1,1] <= usable[1,1]"


def test_set_up_time_holds_for_slow_options_only() -> None:
    assert menu.rows(plant(), "set_up_time") == [
        "usable[1,0] + opening[1,0] <= 1",
        "usable[1,1] + opening[1,1] <= 1",
        "usable[2,0] + opening[2,0] <= 1",
        "usable[2,1] + opening[2,1] <= 1",
    ]


def test_expansion_start_needs_the_old_option_in_the_period_before() -> None:
    assert menu.rows(plant(), "expansion_start") == ["opening[2,0] <= 1.0", "opening[2,1] <= open[0,0]"]


def test_expansion_base_keeps_the_old_option_usable() -> None:
    assert menu.rows(plant(), "expansion_base") == [
        "opening[2,0] <= usable[0,0]",
        "opening[2,1] <= usable[0,1]",
    ]


def test_expansion_kept_until_it_is_usable() -> None:
    assert menu.rows(plant(3), "expansion_kept") == [
        "opening[2,0] <= open[2,0]",
        "opening[2,1] + opening[2,0] <= open[2,1]",
        "opening[2,2] + opening[2,1] <= open[2,2]",
    ]


def test_reopened_once_counts_openings_of_an_option_open_at_the_start() -> None:
    assert menu.rows(plant(), "reopened_once") == ["reopened[0] <= opening[0,0] + opening[0,1]"]


def test_reopened_open_looks_at_the_last_period() -> None:
    assert menu.rows(plant(3), "reopened_open") == ["reopened[0] <= open[0,2]"]


def test_facility_capacity_counts_runs_and_what_passes_out() -> None:
    assert menu.rows(plant(), "facility_capacity") == [
        "2.0*run[0] + 0.5*flow[0] <= 10.0*usable[0,0] + 20.0*usable[1,0] + 30.0*usable[2,0]",
        "0 <= 10.0*usable[0,1] + 20.0*usable[1,1] + 30.0*usable[2,1]",
    ]


def test_option_use_books_capacity_where_emissions_differ() -> None:
    assert menu.rows(plant(), "option_use")[0] == "used[0] + used[1] == 2.0*run[0] + 0.5*flow[0]"


def test_option_use_books_items_that_a_policy_tells_apart_each_for_itself() -> None:
    uses = menu.uses(option=[BASE, LARGE] * 2, meter=[0, 0, 1, 1], run_meter=[0], arc_meter=[1, -1])
    assert menu.rows(replace(plant(), uses=uses), "option_use") == [
        "used[0] + used[1] == 2.0*run[0]",
        "used[2] + used[3] == 0.5*flow[0]",
    ]


def test_option_use_link_ties_the_booking_to_the_usable_option() -> None:
    assert menu.rows(plant(), "option_use_link") == [
        "used[0] <= 10.0*usable[0,0]",
        "used[1] <= 30.0*usable[2,0]",
    ]


def test_plant_link_bounds_flows_and_runs_of_the_link_together() -> None:
    assert menu.rows(plant(), "plant_link") == [
        "flow[1] + run[0] <= 8.0*(usable[0,1] + usable[1,1] + usable[2,1])"
    ]


def link(family: str, **filled: Any) -> list[str]:
    """The rows over a link of one arc out of a place, and of one run."""
    tables = {
        "options": menu.options(facility_name=["p"], name=["base"]),
        "places": menu.places(location=["p"], kind=[OUTPUT], time=[1]),
        "runs": menu.runs(item=["i"], facility=[0], plant_link=[1]),
        "arcs": menu.arcs(from_place=[0], plant_link=[0], time=[1]),
        "links": menu.links(plant_facility=[0, 0], plant_period=[1, 0], plant_bound=[8.0, 9.0]),
    }
    return menu.rows(menu.network(2, **(tables | filled)), family)


def test_usable_link_holds_what_leaves_the_stock_of_a_plant() -> None:
    lost = menu.stocks(loss_place=[0], loss_facility=[0])
    assert link("usable_link", stocks=lost) == ["flow[0] <= 8.0*usable[0,1]"]
    assert link("plant_link", stocks=lost) == ["run[0] <= 9.0*usable[0,0]"]


def test_usable_link_holds_runs_that_use_no_capacity() -> None:
    runs = menu.runs(item=["i"], facility=[0], plant_link=[1], capacity_use=[0.0])
    assert link("usable_link", runs=runs) == ["run[0] <= 9.0*usable[0,0]"]


def test_usable_link_holds_what_passes_out_without_using_capacity() -> None:
    arcs = menu.arcs(from_place=[0], facility=[0], plant_link=[0], capacity_use=[0.0])
    places = menu.places(location=["p"], kind=[WAREHOUSED])
    assert link("usable_link", arcs=arcs, places=places) == ["flow[0] <= 8.0*usable[0,1]"]


def test_usable_link_leaves_to_the_capacity_what_it_holds() -> None:
    assert link("usable_link") == []
    assert len(link("plant_link")) == 2
