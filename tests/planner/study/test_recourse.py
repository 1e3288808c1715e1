"""Recourse by hand: how much to hold before it is known what is asked for, and what it would be worth to know."""

import math

import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app
from planner.errors import InstanceError
from tests.planner.network.reading import instance

# what is held is paid for whether it is taken or not; what is missing costs five times as much
TABLES = {
    "locations": "location,role,country\ns,supplier,MX\nm,market,MX",
    "items": "item\ntv",
    "offers": "location,item,contract,unit_cost,capacity,min_quantity\n"
    "s,tv,small,1,10,10\ns,tv,middle,1,15,15\ns,tv,large,1,30,30",
    "lanes": "origin,destination,unit_cost\ns,m,0",
    "demand": "market,item,quantity,shortage_cost\nm,tv,10,5",
    "scenarios": "scenario,probability\nhigh,0.25",
    "events": "scenario,kind,target,field,op,value\nhigh,demand,m,quantity,set,30",
}


def study(settings=None, **more):
    plan = planner.solve(instance(TABLES, settings, **more), gap=0.0, confirm=False, audited=False)
    return planner.recourse(plan, gap=0.0)


def test_a_newsvendor():
    """10 held cost 10 + 0.25 x 100 = 35, 15 cost 15 + 0.25 x 75 = 33.75, 30 cost 30. The mean asks for 15.

    Who knows what comes pays 0.75 x 10 + 0.25 x 30 = 15. In base 30 are 20 too many, in the high case none.
    """
    found = study()

    assert found.recourse.value == pytest.approx(30)
    assert found.mean_value.value == pytest.approx(33.75)
    assert found.wait_and_see.value == pytest.approx(15)
    assert found.stochastic_solution.value == pytest.approx(3.75)
    assert found.perfect_information.value == pytest.approx(15)
    assert found.scenarios.to_dict("list") == {
        "scenario": ["base", "high"],
        "probability": pytest.approx([0.75, 0.25]),
        "cost": pytest.approx([30, 30]),
        "best": pytest.approx([10, 30]),
        "regret": pytest.approx([20, 0]),
        "most_regret": pytest.approx([20, 0]),
    }


def test_the_design_of_the_mean_may_do_in_no_scenario():
    """All demand must be met: 15 are held for the mean, and 30 are asked for in the high case."""
    found = study(demand="market,item,quantity\nm,tv,10")

    assert found.recourse.value == pytest.approx(30)
    assert found.mean_value.value == found.stochastic_solution.value == math.inf
    assert found.stochastic_solution.low == math.inf
    assert found.perfect_information.value == pytest.approx(15)


def test_without_the_penalty_the_best_design_may_be_another():
    """The high case at 0.1: 10 held cost 10 + 0.1 x 100 = 20, 30 cost 30, as the penalty has it, which sees the 100.

    The mean asks for 12: 15 are held, 15 + 0.1 x 75 = 22.5. Who knows what comes pays 0.9 x 10 + 0.1 x 30 = 12.
    """
    rare = "scenario,probability\nhigh,0.1"
    found = study({"resilience": {"cvar_alpha": 0.9, "cvar_weight": 0.5}}, scenarios=rare)

    assert found.plan.value == pytest.approx(30)
    assert found.recourse.value == pytest.approx(20)
    assert found.mean_value.value == pytest.approx(22.5)
    assert found.wait_and_see.value == pytest.approx(12)
    assert found.scenarios["regret"].to_list() == pytest.approx([20, 0])


def test_a_soft_rule_of_base_is_paid_in_base_alone():
    """At most 5 of 10 from s, or 8 for each more: 40 in all, so base costs 40 / 0.75 more when it is known to come."""
    rule = "policy,measure,who,max,penalty\nr,volume,s,5,8"
    demand = "market,item,quantity,shortage_cost\nm,tv,10,50"
    found = study(policies=rule, demand=demand)

    assert found.recourse.value == pytest.approx(30 + 40)
    assert found.scenarios["best"].to_list() == pytest.approx([10 + 40 / 0.75, 30])
    assert found.wait_and_see.value == pytest.approx(0.75 * 10 + 40 + 0.25 * 30)


def test_scenarios_of_probability_0_have_a_regret_where_asked_for():
    """With 10 held, 20 are missing in a case that nobody plans for: 10 + 100 instead of 30."""
    plan = planner.solve(instance(TABLES, scenarios="scenario,probability\nhigh,0"), gap=0.0, audited=False)

    with pytest.raises(InstanceError, match="nothing to plan for but base"):
        planner.recourse(plan)
    found = planner.recourse(plan, every=True)
    assert found.stochastic_solution.value == found.perfect_information.value == 0
    assert found.scenarios["regret"].to_list() == pytest.approx([0, 80])


def test_nothing_of_base_is_asked_for_once_another_scenario_has_begun():
    """The second period of base must be met, but not by a design for a scenario in which nobody wants anything."""
    tables = TABLES | {
        "demand": "market,item,period,quantity\nm,tv,a,10\nm,tv,b,30",
        "scenarios": "scenario,probability\nnone,0.5",
        "events": "scenario,kind,target,field,op,value,first_period\nnone,demand,m,quantity,set,0,b",
    }
    plan = planner.solve(instance(tables, {"horizon": {"periods": ["a", "b"]}}), gap=0.0, audited=False)
    found = planner.recourse(plan, gap=0.0)

    assert found.recourse.value == pytest.approx(10 + 30)
    assert found.scenarios.set_index("scenario")["best"].to_dict() == pytest.approx({"base": 40, "none": 10})


def test_it_is_written_and_an_instance_is_solved_first(tmp_path):
    found = planner.recourse(instance(TABLES), gap=0.0)
    found.write(tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["recourse.csv", "regret.csv"]
    assert found.table.set_index("measure")["value"].round(6).to_dict() == {
        "plan": 30, "recourse": 30, "mean_value": 33.75, "wait_and_see": 15, "stochastic_solution": 3.75,
        "perfect_information": 15,
    }  # fmt: skip


def test_on_the_command_line(tmp_path, monkeypatch):
    """Of an instance that is solved first, of the plan in a folder, and of one that nothing can happen to."""
    monkeypatch.chdir(tmp_path)
    instance(TABLES).write(tmp_path / "vendor")
    planner.solve("vendor", folder="plan", gap=0.0)
    solved, planned, calm = (
        CliRunner().invoke(app, ["recourse", *words])
        for words in (
            ("vendor", "--set", "scenarios[scenario=high].probability = 0.1", "-o", "out"),
            ("plan",),
            ("vendor", "--set", "scenarios[scenario=high].probability = 0"),
        )
    )

    assert (solved.exit_code, planned.exit_code, calm.exit_code) == (0, 0, 2)
    assert "the best design for high alone" in solved.stderr
    assert [line.split()[1] for line in solved.stdout.splitlines() if line.startswith("recourse")] == [
        "20.00"
    ]
    assert [line.split()[1] for line in planned.stdout.splitlines() if line.startswith("mean_value")] == [
        "33.75"
    ]
    assert (tmp_path / "out" / "regret.csv").read_text().splitlines()[1].startswith("base,0.9,10.0,10.0,0.0,")
    assert "nothing to plan for but base" in calm.stderr


def test_what_a_limit_stopped_is_said(tmp_path):
    """The ranges hold all the same, so the figures are shown; the exit code is that of a plan that was stopped."""
    plan = planner.solve(instance(TABLES), gap=0.0, confirm=False)
    stopped = plan.with_(status="feasible", stopped_by="time limit").write(tmp_path / "plan")

    assert planner.recourse(plan, gap=0.0).stopped_by == ""
    assert planner.recourse(stopped, gap=0.0).stopped_by == "time limit"
    told = CliRunner().invoke(app, ["recourse", str(tmp_path / "plan"), "--gap", "0", "--quiet"])
    assert told.exit_code == 4, told.output
