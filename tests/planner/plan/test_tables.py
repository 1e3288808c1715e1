"""Each table of the hand-made plan, as the CSV text that a reader sees."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import planner
from planner.plan.columns import TABLES
from planner.plan.plan import assemble
from planner_models.data import Buffers, Stocks


def rows(table, columns):
    return [",".join(str(cell) for cell in row) for row in table[columns.split()].itertuples(index=False)]


def test_every_table_has_its_columns_in_order(plan):
    assert {name: list(table.columns) for name, table in plan.tables.items()} == {
        name: [column.name for column in columns] for name, columns in TABLES.items()
    }


def test_facilities_fill_in_what_was_not_decided(plan):
    found = rows(
        plan.facilities, "location option period open opening closing usable capacity used fixed_cost"
    )
    assert found == ["P,base,1,1,1,0,1,40.0,16.0,50.0", "W,base,1,1,0,0,1,inf,5.0,20.0"]


def test_suppliers(plan):
    found = rows(plan.suppliers, "location period qualify qualified engaged spend fixed_cost")
    assert found == ["S,1,0,1,1,160.0,0.0"]


def test_contracts(plan):
    found = rows(plan.contracts, "scenario period location item contract held volume unused unit_cost share")
    assert found == ["base,1,S,part,base,1,16.0,0.0,10.0,1.0"]


def test_production_and_feeds(plan):
    found = rows(plan.production, "scenario period location item recipe status test class quantity set_up")
    assert found == ["base,1,P,tv,base,,,any,8.0,0"]
    found = rows(plan.feeds, "location item recipe component source deal component_status quantity")
    assert found == ["P,tv,base,part,S,base,,16.0"]


def test_what_is_fed_to_a_run_of_nothing_is_rounding(instance, data, outcome):
    """HiGHS keeps a row within 1e-7, so 2e-8 units may be fed to a run of none."""
    values = outcome.values | {"run": np.array([1e-10]), "feed": np.array([2e-8])}

    plan = assemble(instance, data, replace(outcome, values=values))

    assert rows(plan.production, "quantity") == []
    assert rows(plan.feeds, "quantity") == []


def test_flows_total_and_per_unit(plan):
    columns = (
        "origin destination item source deal entry quantity freight duty fees duty_per_unit fees_per_unit"
    )
    assert rows(plan.flows, columns) == [
        "S,P,part,S,base,normal,16.0,16.0,0.0,0.0,0.0,0.0",
        "P,W,tv,P,base,normal,5.0,10.0,15.0,7.5,3.0,1.5",
        "W,M,tv,P,base,normal,5.0,15.0,0.0,0.0,0.0,0.0",
        "P,M,tv,P,base,normal,3.0,18.0,9.0,4.5,3.0,1.5",
    ]


def test_duties_name_the_row_that_set_them(plan):
    columns = "origin destination importer country_of_origin programme rate value_per_unit quantity duty row"
    assert rows(plan.duties, columns) == [
        "P,W,US,MX,MFN,0.1,30.0,5.0,15.0,tariffs.csv:2",
        "P,M,US,MX,MFN,0.1,30.0,3.0,9.0,tariffs.csv:2",
        "P,W,US,MX,fee:MPF,0.05,30.0,5.0,7.5,fees.csv:2",
        "P,M,US,MX,fee:MPF,0.05,30.0,3.0,4.5,fees.csv:2",
    ]
    # the user wrote the MFN row second
    assert plan.duties["source_row"].tolist() == ["tariffs:3", "tariffs:3", "fees:2", "fees:2"]


def test_shortages(plan):
    found = rows(plan.shortages, "scenario period market item demand met short cost dual")
    assert found == ["base,1,M,tv,10.0,8.0,2.0,200.0,100.0"]


def test_duals_are_listed_where_not_zero(plan):
    assert rows(plan.duals, "constraint location item period dual") == ["demand_balance,M,tv,1,100.0"]


def test_costs_leave_the_scenario_of_the_design_blank(plan):
    found = rows(plan.costs, "scenario period component amount")
    assert found[:3] == [",1,facility_fixed,70.0", ",1,facility_open,100.0", "base,1,purchase,160.0"]
    assert "storage" not in set(plan.costs["component"])


def test_scenarios(plan):
    found = rows(plan.scenarios, "scenario probability operating_cost fill_rate")
    assert found == ["base,1.0,500.0,0.8"]


def test_stock_shows_the_buffer_in_every_period(instance, data, outcome):
    none = {
        name: np.zeros(0, dtype=np.int64)
        for name in ("use_buffer", "draw_use", "draw_place", "draw_facility")
    }
    none |= {name: np.zeros(0) for name in ("draw_upper", "draw_cost")}
    buffers = Buffers(("W",), ("tv",), np.array([9.0]), np.array([2.0]), **none)
    stocks = replace(
        data.stocks,
        place=np.array([2]),
        storage=np.array([0.5]),
        upper=np.array([9.0]),
    )
    values = outcome.values | {"buffer": np.array([4.0]), "stock": np.array([3.0])}
    changed = replace(data, buffers=buffers, stocks=stocks)
    plan = assemble(instance, changed, replace(outcome, values=values))
    found = rows(plan.stock, "location item source deal class before quantity lost draw storage")
    assert found == ["W,tv,P,base,any,0.0,3.0,0.0,0.0,1.5", "W,tv,W,buffer,any,4.0,4.0,0.0,0.0,8.0"]
    assert isinstance(stocks, Stocks)


def test_metrics(plan):
    assert plan.metrics["allied_share"] == pytest.approx(40 / 200)
    assert plan.metrics["fill_rate"] == 0.8
    assert plan.metrics["hhi"] == {"part": 1.0, "tv": 1.0}
    assert plan.metrics["share_by_country"] == pytest.approx({"CN": 0.8, "MX": 0.2})


def test_a_limit_of_a_policy_is_a_number_with_its_sense():
    """Gumi ships 30 panels of the 100: between the two limits."""
    tables = dict(planner.load("tiny").tables)
    rule = {"policy": "gumi", "measure": "volume_share", "who": "gumi", "of": "role:supplier"}
    tables["policies"] = pd.DataFrame([rule | {"min": 0.25, "max": 0.5}])
    settings = planner.load("tiny").settings.model_dump()
    plan = planner.solve(planner.Instance.from_tables(tables, settings), gap=0)
    columns = ["policy", "sense", "limit", "violation"]
    found = [tuple(row) for row in plan.policies[columns].itertuples(index=False)]
    assert found == [("gumi", "max", 0.5, 0.0), ("gumi", "min", 0.25, 0.0)]
    assert plan.policies["value"].tolist() == pytest.approx([0.3, 0.3])
    assert plan.policies["limit"].dtype == "float64"
    assert "gumi: volume_share 0.3 <= 0.5" in str(plan)
