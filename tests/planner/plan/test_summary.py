"""The printed summary: every figure is one of plan.json, or adds up to one."""

from __future__ import annotations

import re

import pytest

import planner
from planner.plan.summary import money
from planner.plan.worth import supplier_spend


@pytest.fixture(scope="module")
def later():
    """`tiny` in two periods, the second worth half, and with a quarter's chance of a higher demand."""
    instance = planner.load("tiny")
    settings = instance.settings.model_dump()
    settings["horizon"] |= {"periods": ["2027", "2028"], "starts": [], "discount_rate": 1.0}
    more = {"scenario": "more", "kind": "demand", "target": "*", "field": "quantity", "value": 1.2}
    risk = {"scenarios": [{"scenario": "more", "probability": 0.25}], "events": [more]}
    return planner.solve(planner.Instance.from_tables(dict(instance.tables) | risk, settings), gap=0)


def test_suppliers_add_up_to_the_ledger(later):
    spend = supplier_spend(later)
    assert spend.sum() == pytest.approx(later.totals["purchase"] + later.totals["take_or_pay"], rel=1e-12)
    assert spend.is_monotonic_decreasing
    undiscounted = later.contracts["volume"] * later.contracts["unit_cost"]
    likely = later.contracts["scenario"].map({"base": 0.75, "more": 0.25})
    assert spend.sum() == pytest.approx(0.75 * (undiscounted * likely).sum())


def test_what_base_does_before_a_scenario_leaves_it_is_certain(later):
    tables = dict(later.instance.tables)
    tables["events"] = tables["events"].assign(first_period="2028")
    plan = planner.solve(planner.Instance.from_tables(tables, later.instance.settings.model_dump()), gap=0)
    assert supplier_spend(plan).sum() == pytest.approx(plan.totals["purchase"] + plan.totals["take_or_pay"])


def test_duties_are_those_of_the_ledger_and_say_so(later):
    section = str(later).partition("Duties and fees, discounted\n")[2].partition("\n\n")[0]
    charged = {
        name: amount for name, amount in later.totals.items() if name.startswith(("duty:", "fee:")) and amount
    }
    found = dict(re.findall(r"^  (\S+): (.* USD), \S+% of the value$", section, re.M))
    assert found == {name.removeprefix("duty:"): money(amount, "USD") for name, amount in charged.items()}
    assert found


def test_every_amount_says_whether_it_is_discounted(later):
    text = str(later)
    for title in ("Cost, discounted", "Suppliers: purchase and take-or-pay, discounted"):
        assert title in text
