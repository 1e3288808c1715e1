"""Flows: markets, a warehouse, lanes and gateways; the test is the formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner_models.data import WAREHOUSED, Data
from tests.models import menu


def markets() -> Data:
    """Market m may go short, market n may not; arcs 0 and 1 enter m, arc 2 enters n. Each over one lane."""
    return menu.network(
        arcs=menu.arcs(demand=[0, 0, 1], single_source=[0, 0, 1]),
        demands=menu.demands(
            market=["m", "n"],
            quantity=[7.0, 9.0],
            may_short=[True, False],
            sourced_demand=[0, 1],
            assign_sourced=[0, 0, 1],
            assign_lane=[0, 1, 2],
            single_assign=[0, 2],
            single_demand=[0, 1],
        ),
    )


def lanes() -> Data:
    """Load 0 has a capacity; load 1 also a fixed cost and a minimum. Arc 2 passes the port too."""
    return menu.network(
        lane_uses=menu.lane_uses(fixed_cost=[5.0]),
        lane_loads=menu.lane_loads(capacity=[40.0, 60.0], use=[-1, 0], minimum=[0.0, 15.0]),
        arcs=menu.arcs(lane_load=[0, 1, 1], lane_weight=[2.0, 3.0, 4.0]),
        gateway_loads=menu.gateway_loads(
            gateway=["port"],
            capacity=[25.0],
            passage_load=[0, 0],
            passage_arc=[0, 2],
            passage_weight=[1.0, 1.5],
        ),
    )


def test_demand_balance_counts_shortage_where_it_is_allowed() -> None:
    assert menu.rows(markets(), "demand_balance") == ["flow[0] + flow[1] + short[0] == 7.0", "flow[2] == 9.0"]


def test_warehouse_balance_carries_stock_from_period_to_period() -> None:
    data = menu.network(
        2,
        places=menu.places(location=["w", "w"], kind=[WAREHOUSED] * 2, time=[0, 1], initial=[3.0, 0.0]),
        arcs=menu.arcs(to_place=[0, -1, -1], from_place=[-1, 0, 1], time=[0, 0, 1]),
        stocks=menu.stocks(place=[0, 1], entry_stock=[0], entry_place=[1], loss_place=[1], loss_facility=[0]),
        options=menu.options(facility_name=["w"], name=["base"]),
    )
    assert menu.rows(data, "warehouse_balance") == [
        "flow[0] + 3.0 == flow[1] + stock[0]",
        "stock[0] - lost[0] == flow[2] + stock[1]",
    ]


def test_lane_capacity_is_joint_over_arcs_of_a_lane_without_fixed_cost() -> None:
    assert menu.rows(lanes(), "lane_capacity") == ["2.0*flow[0] <= 40.0"]


def test_lane_link_carries_only_when_used() -> None:
    assert menu.rows(lanes(), "lane_link") == ["3.0*flow[1] + 4.0*flow[2] <= 60.0*use_lane[0]"]


def test_lane_link_of_weightless_ties_each_arc_to_the_use() -> None:
    """The first arc weighs nothing, so `lane_link` would let it pass on an unused lane."""
    data = lanes()
    arcs = replace(data.arcs, lane_weight=np.array([1.0, 0.0, 4.0]))
    assert menu.rows(replace(data, arcs=arcs), "lane_link_of_weightless") == ["flow[1] <= 100.0*use_lane[0]"]


def test_lane_minimum_is_shipped_or_paid() -> None:
    assert menu.rows(lanes(), "lane_minimum") == [
        "15.0*use_lane[0] <= 3.0*flow[1] + 4.0*flow[2] + unused_lane[1]"
    ]


def test_gateway_capacity_is_joint_over_lanes() -> None:
    assert menu.rows(lanes(), "gateway_capacity") == ["flow[0] + 1.5*flow[2] <= 25.0"]


def test_single_source_carries_all_of_a_hard_demand() -> None:
    assert menu.rows(markets(), "single_source") == ["flow[2] == 9.0*assign[2]"]


def test_single_source_link_carries_at_most_a_soft_demand() -> None:
    assert menu.rows(markets(), "single_source_link") == ["flow[0] + flow[1] <= 7.0*assign[0]"]


def test_one_lane_serves_a_single_sourced_demand() -> None:
    assert menu.rows(markets(), "one_lane") == ["assign[0] + assign[1] <= 1", "assign[2] <= 1"]
