"""Duals of policies: what raising a limit by a unit adds to the cost, with the design as it is."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

import planner


@pytest.mark.parametrize(
    "policy",
    [
        {"measure": "volume", "who": "gumi", "max": 20},
        {"measure": "volume", "who": "shenzhen", "min": 75},
        {"measure": "volume", "who": "shenzhen", "min": 75, "penalty": 1},
        {"measure": "volume_share", "who": "gumi", "of": "role:supplier", "max": 0.2},
        {"measure": "volume_share", "who": "shenzhen", "of": "role:supplier", "min": 0.8},
        {"measure": "volume_share", "who": "shenzhen", "of": "role:supplier", "min": 0.8, "penalty": 1},
        {"measure": "supplier_share", "who": "gumi", "max": 0.2},
        {"measure": "spend", "who": "gumi", "max": 2000},
        {"measure": "spend", "who": "shenzhen", "min": 7500},
        {"measure": "spend_share", "who": "gumi", "of": "role:supplier", "max": 0.2},
        {"measure": "spend_share", "who": "shenzhen", "of": "role:supplier", "min": 0.8},
        {"measure": "fill_rate", "who": "*", "min": 0.5},
        {"measure": "fill_rate", "who": "chicago", "min": 0.5},
    ],
)
def test_the_dual_of_a_policy_is_the_slope_of_the_cost_as_its_limit_is_raised(policy):
    """Demand may go short at 50 a unit where the rule is about that."""
    side, raised = ("max" if "max" in policy else "min"), 1e-3

    def plan(limit):
        tables = dict(planner.load("tiny").tables)
        short = 50 if policy["measure"] == "fill_rate" else 1e4
        tables["demand"] = tables["demand"].assign(shortage_cost=short)
        tables["policies"] = pd.DataFrame([{"policy": "rule", **policy, side: limit}])
        return planner.solve(planner.Instance.from_tables(tables, settings), gap=0)

    settings = planner.load("tiny").settings.model_dump()
    limit = policy[side]
    dual = plan(limit).policies["dual"].iloc[0]

    slope = (plan(limit + raised).objective - plan(limit).objective) / raised
    assert slope == pytest.approx(dual, rel=1e-3)
    assert dual < 0 if side == "max" else dual > 0


# S sells A at 5 and T at 8, each emits 1 and 3 kg on its lane; making M's 10 of B of A costs 2 more at P
COMPANY = {
    "locations": "location,role,country\nS,supplier,CN\nT,supplier,US\nP,plant,US\nM,market,US",
    "items": "item\nA\nB",
    "offers": "location,item,unit_cost\nS,A,5\nT,A,8",
    "production": "location,item,unit_cost\nP,B,2",
    "bom": "item,component,quantity\nB,A,1",
    "lanes": "origin,destination,emission_kg\nS,P,3\nT,P,1\nP,M,0",
    "demand": "market,item,quantity,shortage_cost\nM,B,10,20",
}
SOFT = {"penalty": "1"}


@pytest.mark.parametrize(
    ("policy", "cost", "dual"),
    [
        # 4 of S and 6 of T: 70 + 4 x 5 less 3 for each one more of S
        ({"measure": "volume", "who": "S", "max": "4"}, 88, -3),
        ({"measure": "volume", "who": "T", "min": "6"}, 88, 3),
        # bent: a unit that is missing costs 1, which is less than 3
        ({"measure": "volume", "who": "T", "min": "6"} | SOFT, 76, 1),
        ({"measure": "volume", "who": "S", "max": "4"} | SOFT, 76, -1),
        # of 10 units a share of 1 is 10 units of 3 each
        ({"measure": "volume_share", "who": "S", "of": "role:supplier", "max": "0.4"}, 88, -30),
        ({"measure": "volume_share", "who": "T", "of": "role:supplier", "min": "0.6"}, 88, 30),
        ({"measure": "volume_share", "who": "T", "of": "role:supplier", "min": "0.6"} | SOFT, 76, 10),
        ({"measure": "supplier_share", "who": "S", "max": "0.4"}, 88, -30),
        # a dollar more of S is a fifth of a unit, each 3 cheaper; one more of T an eighth of a unit, 3 dearer
        ({"measure": "spend", "who": "S", "max": "20"}, 88, -0.6),
        ({"measure": "spend", "who": "T", "min": "48"}, 88, 0.375),
        # 48 of 68 are spent at T; with x of S: 5x = share (5x + 8 (10 - x)), dx / dshare = 68^2 / 400
        (
            {"measure": "spend_share", "who": "S", "of": "role:supplier", "max": "0.29411764705882354"},
            88,
            -34.68,
        ),
        (
            {"measure": "spend_share", "who": "T", "of": "role:supplier", "min": "0.70588235294117647"},
            88,
            34.68,
        ),
        # 22 kg: half a unit of T for one of S a kilogram, at 3 each
        ({"measure": "emissions", "who": "*", "max": "22"}, 82, -1.5),
        # a unit delivered costs 7, one short 20: the fill rate of 1 is not what holds
        ({"measure": "fill_rate", "who": "*", "min": "1"}, 70, 0),
    ],
)
def test_the_dual_of_a_policy_by_pencil(policy, cost, dual):
    plan = company({"policy": "rule", **policy})

    assert plan.objective == pytest.approx(cost)
    assert plan.policies["dual"].tolist() == pytest.approx([dual])


def test_the_dual_of_a_fill_rate_is_money_for_a_whole_rate():
    """At 3 a unit short nothing is delivered that need not be, for 7: 4 dearer, of 10 units."""
    plan = company(
        {"policy": "rule", "measure": "fill_rate", "min": "0.5"},
        demand="market,item,quantity,shortage_cost\nM,B,10,3",
    )

    assert plan.objective == pytest.approx(5 * 7 + 5 * 3)
    assert plan.policies["dual"].tolist() == pytest.approx([40])


def test_the_dual_of_a_minimum_of_emissions():
    """30 kg of S's lane are met at 10 units; a 31st would be bought for the shelf where that is possible."""
    plan = company({"policy": "rule", "measure": "emissions", "min": "33"}, inventory="location,item\nP,A")

    # 3 kg more: one more unit of S, at 5
    assert plan.objective == pytest.approx(75)
    assert plan.policies["dual"].tolist() == pytest.approx([5 / 3])


@pytest.mark.parametrize("side", ["max", "min"])
@pytest.mark.parametrize(
    ("measure", "limit"), [("count_open", "1"), ("count_suppliers", "1"), ("capex", "50")]
)
def test_the_dual_of_a_rule_over_the_design_is_0(measure, limit, side):
    """The design is as it is when prices are read: nothing of it moves with the limit."""
    plan = company(
        {"policy": "rule", "measure": measure, side: limit},
        facilities="location,option,open_cost\nP,base,50",
    )

    assert plan.policies["dual"].tolist() == [0]


def company(policy: dict[str, str], **tables: str) -> planner.Plan:
    """COMPANY under one policy."""
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in (COMPANY | tables).items()}
    settings = {"instance": {"name": "company"}}
    plan = planner.solve(planner.Instance.from_tables(rows | {"policies": [policy]}, settings), gap=0)
    assert plan.audit is not None
    assert plan.audit["passed"], plan.audit
    return plan
