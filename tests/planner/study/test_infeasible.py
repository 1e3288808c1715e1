"""Instances without a plan: what is to blame comes first, what is proposed is enough, and all of it in words."""

from dataclasses import replace

import numpy as np
import pytest

from planner.instance import apply, parse_set
from planner.network import build
from planner.solve import SolveOptions
from planner.solve import solve as solve_data
from planner.solve.highs import solve as solve_arrays
from planner.study.infeasible import explain
from planner.study.infeasible.elastic import elastic
from planner.study.infeasible.explain import HOLDS, explain_infeasible
from planner.study.infeasible.limits import limits
from planner.study.infeasible.loosened import loosened
from planner.study.infeasible.policies import policy_limits, service_limits
from planner.study.infeasible.repair import outward, works
from planner.study.infeasible.rules import BOUND, KINDS, NO_RULE
from planner.study.variants import risk_neutral
from planner_models import facilities
from planner_models.build import FAMILIES, LAZY_FAMILIES, PENALTY_FAMILIES
from tests.laws import random_events, random_instances
from tests.planner.study.planted import CASES, LANES_APART, facilities_of, instance_of

SHOWN_FIRST = 3  # lines


@pytest.fixture
def tried(monkeypatch):
    """What came of each repair that was applied to the instance as a change, and of solving what that gave."""
    found = []

    def recorded(*asked):
        found.append(works(*asked))
        return found[-1]

    monkeypatch.setattr(explain, "works", recorded)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_cause_comes_first_and_the_repair_is_enough(case, tried):
    why = explain_infeasible(case.instance(), repairs=case.at)

    lines = [line for line in str(why).splitlines() if line.startswith("  ")]
    assert case.cause in [line.split(": ")[0].strip() for line in lines[:SHOWN_FIRST]], str(why)
    assert tried == [True] * case.at, str(why)
    assert len(why.repairs) == case.at
    assert case.cause in {cell.place for cell in why.conflict}, str(why)
    assert why.irreducible
    assert why.notes == ()


def test_all_of_it_in_words():
    """100 are wanted, and 30 and 60 can be made: 10 more of either, or 10 fewer of what the larger market wants."""
    why = explain_infeasible(instance_of({"facilities": facilities_of("open,0,30")}))

    assert str(why).splitlines() == [
        "least repair:",
        "  facilities:3:capacity: capacity of q (base) 60 -> 70",
        "or:",
        "  facilities:2:capacity: capacity of p (base) 30 -> 40",
        "or:",
        "  demand:2:quantity: demand that must be met for t in m 60 -> 50",
        "4 rules that cannot hold together, and none of them can be left out:",
        "  facilities:2:capacity: capacity of p (base) 30",
        "  facilities:3:capacity: capacity of q (base) 60",
        "  demand:2:quantity: demand that must be met for t in m 60",
        "  demand:3:quantity: demand that must be met for t in n 40",
    ]
    assert why.document["repairs"][0] == {
        "least": True,
        "moves": [
            {
                "place": "facilities:3:capacity",
                "rule": "capacity of q (base)",
                "from": "60",
                "to": "70",
                "set": "facilities[location=q,option=base].capacity = 70",
            }
        ],
    }
    assert why.document["conflict"][3]["value"] == "40"


def test_of_two_causes_each_has_its_own_way_out():
    """45 of what m wants come over its lanes, which one cannot carry; and there is no money for the second plant."""
    instance = instance_of(
        {
            "lanes": LANES_APART.replace("p,m,truck,1,3,40", "p,m,truck,1,3,30"),
            "policies": "policy,measure,max\ncapex,capex,400\n",
        }
    )
    first, *others = explain_infeasible(instance).repairs

    assert {move.cell.place for move in first.moves} == {"lanes:3:capacity", "policies:2:max"}
    assert {each.instead_of.place for each in others} == {"lanes:3:capacity", "policies:2:max"}
    for each in others:
        assert each.instead_of not in [move.cell for move in each.moves]


def test_a_change_for_the_command_line_makes_a_plan_possible():
    """A switch with a key, and a figure in a row that has none."""
    names = ("a supplier is excluded", "demand surges")
    for case in (case for case in CASES if case.name in names):
        instance = case.instance()
        repair = explain_infeasible(instance, repairs=case.at).repairs[-1]
        changed = apply(instance, [parse_set(move.expression) for move in repair.moves])
        assert solve_data(build(changed)).solution.found, case.name


def test_a_repair_that_is_too_small_is_none():
    case = CASES[0]
    instance = case.instance()
    (repair,) = explain_infeasible(instance, repairs=1).repairs
    (move,) = repair.moves
    less = replace(repair, moves=(replace(move, value="69.9"),))

    assert works(instance, repair, 10.0)
    assert not works(instance, less, 10.0)


def test_there_is_a_plan_before_anything_is_planted():
    why = explain_infeasible(instance_of({}))
    assert (why.repairs, why.conflict, why.notes) == ((), (), (HOLDS,))


def test_without_time_it_says_so():
    why = explain_infeasible(CASES[0].instance(), seconds=0.0)
    assert why.repairs == ()
    assert not why.irreducible
    assert why.notes == (
        "stopped after 0 seconds: there may be other repairs",
        "stopped after 0 seconds: fewer of these rules may be in conflict already",
    )


def test_every_family_is_a_rule_or_says_why_not():
    families = [family.__name__ for family in FAMILIES + LAZY_FAMILIES + PENALTY_FAMILIES]
    rules = {name for kind in KINDS for name in kind.families if not name.startswith(BOUND)}
    assert sorted(rules | set(NO_RULE)) == sorted(families)
    assert not rules & set(NO_RULE)


def test_every_row_of_a_rule_can_give_way():
    """Each family of a kind is one of which some planted case has a row; nothing is listed that is never used."""
    assert facilities.facility_capacity.__name__ in {name for kind in KINDS for name in kind.families}
    used = {(cell.table, cell.column) for case in CASES for cell in [_cause(case)]}
    kinds = {(kind.table, kind.column) for kind in KINDS}
    assert kinds <= used


def _cause(case):
    table, _, column = case.cause.split(":")
    return next(kind for kind in KINDS if (kind.table, kind.column) == (table, column))


@pytest.mark.parametrize(
    ("value", "up", "to"),
    [
        (13450.0000000001, True, 13450.0),
        (13449.9999999999, True, 13450.0),
        (13450.01, True, 13450.1),
        (0.89496500000000001, False, 0.894965),
        (0.62126504, True, 0.621266),
        (0.8949657, False, 0.894965),
        (1223875.5, True, 1223880.0),
        (0.0, False, 0.0),
    ],
)
def test_new_values_are_rounded_to_the_side_with_more_room(value, up, to):
    assert outward(value, up=up) == to


@pytest.mark.parametrize("seed", [3, 8, 21, 104, 117])
def test_the_loosened_model_is_the_instance_while_nothing_gives_way(seed):
    """The same optimum, or none: so what makes the one feasible makes the other so."""
    case = random_instances.generate(seed, "tiny")
    instance = risk_neutral((random_events.disturbed(case, seed) if seed > 100 else case).instance())
    model = loosened(instance)
    soft = elastic(instance, model.data, (*limits(model), *policy_limits(model), service_limits(model)))
    upper = soft.arrays.upper.copy()
    upper[soft.first : soft.first + len(soft.cells)] = 0.0
    exact = SolveOptions(gap=1e-9, confirm=False)

    held = solve_arrays(replace(soft.arrays, upper=upper), exact)
    stated = solve_data(build(instance), exact).solution
    assert held.status is stated.status
    assert held.objective == pytest.approx(stated.objective, rel=1e-6)
    assert len(soft.cells) > 0
    assert np.isfinite(soft.cells["size"]).all()
