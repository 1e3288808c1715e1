"""What a what-if keeps of the base plan: what that costs, by hand, on `tiny` (see its README)."""

import pandas as pd
import pytest

import planner
from planner.errors import InstanceError
from planner.instance import Fix, WhatIf, apply, parse_set
from planner.study.session import Session

FREE = parse_set("tariffs.rate = 0")


@pytest.fixture(scope="module")
def tiny():
    return Session(planner.load("tiny"))


@pytest.fixture(scope="module")
def with_a_fee():
    """Dealing with Gumi costs 20 a year; its 30 panels save 60."""
    fee = planner.change("suppliers", append=[{"location": "gumi", "fixed_cost": 20}])
    return Session(apply(planner.load("tiny"), [fee]))


def opened(plan):
    return set(plan.facilities.loc[plan.facilities["open"] == 1, "location"])


@pytest.mark.parametrize(
    ("fix", "cost", "plants"),
    [
        (Fix(), 13_340, {"tijuana"}),  # without the duty Tijuana alone is best
        (Fix(design=True), 13_600, {"tijuana", "dallas"}),  # the base plan has both: 14,200 less 600 of duty
        (Fix(facilities=("dallas",)), 13_600, {"tijuana", "dallas"}),
        (Fix(facilities=("tijuana",)), 13_340, {"tijuana"}),
    ],
)
def test_what_is_kept_costs_what_it_costs(tiny, fix, cost, plants):
    plan = tiny.solve(WhatIf("free", (FREE,), fix))
    assert plan.objective == pytest.approx(cost)
    assert opened(plan) == plants
    assert plan.audit["passed"]


@pytest.mark.parametrize(("fix", "cost"), [(Fix(), 14_260), (Fix(suppliers=("gumi",)), 14_280)])
def test_a_supplier_that_is_kept_goes_on_costing(with_a_fee, fix, cost):
    """At 98 a panel Gumi saves nothing."""
    plan = with_a_fee.solve(WhatIf("dear", (parse_set("offers[location=gumi].unit_cost = 98"),), fix))
    assert plan.objective == pytest.approx(cost)


def test_what_cannot_be_kept_gives_way_to_the_data(tiny):
    """Dallas closes whatever the base plan says."""
    gone = parse_set("facilities[location=dallas].status = closed")
    plan = tiny.solve(WhatIf("gone", (gone,), Fix(design=True)))
    assert plan.objective == pytest.approx(14_340)
    assert opened(plan) == {"tijuana"}


def test_who_is_kept_has_to_exist(tiny):
    with pytest.raises(InstanceError) as caught:
        tiny.solve(
            WhatIf("typo", (FREE,), Fix(facilities=("tijuna", "gumi"), suppliers=("gum",)), place="t.toml")
        )
    assert str(caught.value).splitlines() == [
        "t.toml:fix.facilities: no such location; found 'tijuna'; expected one of the facilities of the instance; "
        "did you mean 'tijuana'?",
        "t.toml:fix.facilities: no such location; found 'gumi'; expected one of the facilities of the instance",
        "t.toml:fix.suppliers: no such location; found 'gum'; expected one of the suppliers of the instance; "
        "did you mean 'gumi'?",
    ]


def test_a_plan_says_what_was_changed_and_kept(tiny):
    dear = parse_set("offers[location=gumi].unit_cost += 1")
    plan = tiny.solve(WhatIf("free", (FREE,), Fix(facilities=("dallas",))), dear)
    assert plan.document["changes"] == [
        "tariffs.rate = 0",
        "offers[location=gumi].unit_cost += 1",
        "fix facilities dallas",
    ]


def test_a_plan_folder_solved_again_gives_the_same_plan(tiny, tmp_path):
    plan = tiny.solve(FREE).write(tmp_path / "free")
    again = planner.solve(tmp_path / "free")
    assert again.document["instance"] == plan.document["instance"]
    assert again.objective == plan.objective
    for name, table in plan.tables.items():
        # places of rows follow the file that was read
        same = [column for column in table.columns if column != "source_row"]
        pd.testing.assert_frame_equal(again.tables[name][same], table[same], obj=name)
